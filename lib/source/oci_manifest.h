/*
 * oci_manifest: the documents of a registry: manifests, indexes of manifests, lists of tags. Pure; all of it is foreign, bounded and checked before anything is made of it.
 */
#ifndef SLUICE_OCI_MANIFEST_H
#define SLUICE_OCI_MANIFEST_H

#include "base/err.h"
#include "base/vec.h"
#include "data/val.h"

#define OCI_MANIFEST_MAX ((size_t)4 << 20) /* bytes of a manifest or index, as registries have it */
#define OCI_LAYERS_MAX 1000		   /* layers of a manifest, manifests of an index */
#define OCI_ANNOTATIONS_MAX 1000
#define OCI_ANNOTATIONS_BYTES                                                                      \
	((size_t)256                                                                               \
	 << 10) /* of one thing; those of a manifest become a part of an object's status */
#define OCI_TAGS_PAGE_MAX ((size_t)16 << 20) /* bytes of one page of tags */
#define OCI_TAGS_MAX ((size_t)500000)	     /* tags of a repository */

#define OCI_TYPE_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define OCI_TYPE_INDEX "application/vnd.oci.image.index.v1+json"
#define OCI_TYPE_DOCKER_MANIFEST "application/vnd.docker.distribution.manifest.v2+json"
#define OCI_TYPE_DOCKER_INDEX "application/vnd.docker.distribution.manifest.list.v2+json"
#define OCI_TYPE_HELM_LAYER "application/vnd.cncf.helm.chart.content.v1.tar+gzip"
#define OCI_TYPE_HELM_LAYER_OLD "application/tar+gzip"
#define OCI_TYPE_HELM_PROVENANCE "application/vnd.cncf.helm.chart.provenance.v1.prov"
#define OCI_TYPE_HELM_CONFIG "application/vnd.cncf.helm.config.v1+json"

/* A blob or manifest by what it is named. */
struct oci_descriptor {
	const char *type;   /* media type; "" for none */
	const char *digest; /* "sha256:<hex>" */
	uint64_t size;
	const val *annotations; /* a map of texts; NULL: none */
	str data;		/* the bytes themselves, where they were given along */
};

struct oci_manifest {
	const char *type;	   /* media type */
	const char *artifact_type; /* "" for none */
	const char *digest;	   /* of the bytes */
	str bytes;
	const val *annotations; /* a map of texts; NULL: none */
	struct oci_descriptor config;
	const struct oci_descriptor *layers;
	size_t n_layers;
};

/* Reads a manifest; digest and type (the Content-Type; "" for none) are what it came under. ERR_INVALID, ERR_LIMIT. */
err *oci_manifest_parse(arena *mem, str bytes, const char *type, const char *digest,
			struct oci_manifest **ret_manifest);

/* The first layer of a media type, NULL when there is none. */
const struct oci_descriptor *oci_manifest_layer(const struct oci_manifest *m, const char *type);

/* Is a document with this Content-Type an index? */
bool oci_manifest_is_index(const char *type);

/* The manifest that an index has for linux/amd64, which Flux takes; name is the index's, for messages. ERR_NOT_FOUND,
 * ERR_INVALID, ERR_LIMIT. */
err *oci_manifest_of_index(arena *mem, str bytes, const char *name,
			   struct oci_descriptor *ret_child);

/* The manifests of an index, as an answer about referrers has them: type, digest, size, annotations; and of each its
 * artifactType ("" for none). */
struct oci_index {
	const struct oci_descriptor *p;
	const char *const *artifact_types;
	size_t n;
};
err *oci_index_parse(arena *mem, str bytes, struct oci_index *ret_index);

struct oci_tags {
	const char **p;
	size_t n, cap;
};

/* Adds the tags of one page; what can be no tag is left out. ERR_INVALID, ERR_LIMIT beyond OCI_TAGS_MAX. */
err *oci_tags_read(arena *mem, str bytes, struct oci_tags *tags);

#endif
