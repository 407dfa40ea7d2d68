/*
 * oci: artifacts in an OCI registry (distribution specification 1.1), read only: tags, manifests,
 * blobs. Blobs are streamed, their size and digest checked as they come; nothing a registry says of itself
 * is trusted. On workers.
 *
 *	struct oci *o = oci_open(c->mem, house->registries, &settings);
 *	TRY(oci_tags(c, o, &tags)); TRY(oci_pull(c, o, "1.2.3", &manifest));
 *	TRY(oci_blob(c, o, oci_manifest_layer(manifest, OCI_TYPE_HELM_LAYER), max, &chart));
 */
#ifndef SLUICE_OCI_H
#define SLUICE_OCI_H

#include "base/spool.h"
#include "source/oci_manifest.h"
#include "source/oci_registry.h"

struct oci;

/* A repository; it lives in mem. No request is made. */
struct oci *oci_open(arena *mem, struct registries *rs, const struct registry_settings *s);

/* All its tags, in the registry's order; the settings' timeout is for the whole list. */
err *oci_tags(ctx *c, struct oci *o, struct oci_tags *ret_tags);

/* The digest that a tag or digest stands for right now: one small request. ERR_NOT_FOUND. */
err *oci_digest(ctx *c, struct oci *o, const char *reference, char **ret_digest);

/* What a reference stands for, its bytes checked against the digest, if that is what it is. */
struct oci_document {
	str bytes;
	const char *type;   /* Content-Type */
	const char *digest; /* of the bytes */
	const char *said;   /* what the registry says that it is; NULL: nothing that is a digest */
};

/* The manifest of a tag or digest, unread. An index is followed to its manifest for linux/amd64, whose digest the result then
 * has. ERR_NOT_FOUND, ERR_INVALID (also: the bytes have another digest than is asked for, or than the registry says of a tag). */
err *oci_fetch(ctx *c, struct oci *o, const char *reference, struct oci_document *ret_document);

/* The same, read. */
err *oci_pull(ctx *c, struct oci *o, const char *reference, struct oci_manifest **ret_manifest);

/* The bytes of a blob, at most max (ERR_LIMIT). ERR_INVALID: another size or digest than the descriptor's. */
err *oci_blob(ctx *c, struct oci *o, const struct oci_descriptor *d, size_t max, str *ret_bytes);

/* The same into a spool, which is empty before, in constant memory. */
err *oci_blob_spool(ctx *c, struct oci *o, const struct oci_descriptor *d, uint64_t max,
		    struct spool *out);

/* What refers to the manifest of that digest (signatures): by the referrers API, or the tag that stands in for it. No
 * referrers: an empty index. */
err *oci_referrers(ctx *c, struct oci *o, const char *digest, struct oci_index *ret_index);

/* After ERR_BUSY: how long the registry asked to be left alone, ns; 0: it did not say. */
int64_t oci_retry_after(const struct oci *o);

/* "ghcr.io/org/app:1.0": a reference as messages have it. */
char *oci_name(arena *mem, const struct oci *o, const char *reference);

#endif
