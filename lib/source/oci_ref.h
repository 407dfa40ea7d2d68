/*
 * oci_ref: names in OCI registries: "ghcr.io/org/app", tags, digests. Pure. Rules and texts are those of
 * go-containerregistry 0.21, which Flux uses.
 */
#ifndef SLUICE_OCI_REF_H
#define SLUICE_OCI_REF_H

#include "base/err.h"
#include "base/str.h"

#define OCI_SCHEME "oci://"
#define OCI_TAG_DEFAULT "latest"

struct oci_ref {
	const char *registry;	/* "ghcr.io", "localhost:5000"; Docker Hub is "index.docker.io" */
	const char *repository; /* "org/app"; "library/app" for Docker Hub's own */
};

/* Reads "<registry>/<repository>" without a scheme, a tag or a digest. What has no registry (its first
 * element has neither a dot nor a colon) is Docker Hub's. ERR_INVALID. */
err *oci_ref_parse(arena *mem, const char *name, struct oci_ref *ret_ref);

/* "ghcr.io/org/app"; the same with ":<tag>" or "@<digest>" behind, whichever the reference is. */
char *oci_ref_text(arena *mem, const struct oci_ref *ref);
char *oci_ref_with(arena *mem, const struct oci_ref *ref, const char *reference);

/* May the registry be talked to without TLS although nobody said so: is it this machine (localhost,
 * 127.0.0.1, ::1) or a private IPv4 address? */
bool oci_ref_is_near(const struct oci_ref *ref);

/* Is the text a tag that a registry can have: letters, digits, "_", ".", "-"; 1 to 128? */
bool oci_ref_is_tag(const char *text);

/* ERR_INVALID for what is not "sha256:<64 lower-case hexadecimal digits>". */
err *oci_ref_check_digest(arena *mem, const char *digest);

/* Is a reference a digest (it has a colon) and no tag? */
bool oci_ref_is_digest(const char *reference);

#endif
