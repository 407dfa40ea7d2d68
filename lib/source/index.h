/*
 * index: the index.yaml of a Helm repository: which versions of which charts it has, and which of them
 * a spec means. Rules and texts are those of source-controller 1.9 and Helm 4.
 */
#ifndef SLUICE_INDEX_H
#define SLUICE_INDEX_H

#include "base/err.h"
#include "data/val.h"

#define INDEX_MAX_BYTES ((size_t)50 << 20)

struct index;

/* One version of a chart, its fields as they are written in the index. */
struct index_version {
	const char *name, *version, *digest; /* digest: "" for none */
	const char *const *urls;	     /* absolute, or below the repository's */
	size_t n_urls;
	const val *entry;
};

/* Reads an index in YAML or JSON. Versions without a proper name or version number are left out.
 * ERR_INVALID for what is no index, ERR_LIMIT for one that is too large. It lives as long as mem. */
err *index_parse(arena *mem, str text, struct index **ret_index);

/* The version of a chart by its text, or else the highest in the range; of equal ones the one that was
 * made last. An empty text and "*" mean the highest that is no prerelease. ERR_NOT_FOUND, or
 * ERR_INVALID for a range that can't be read. */
err *index_pick(arena *mem, const struct index *index, const char *chart, const char *version,
		struct index_version *ret_version);

/* The text for a chart that was built: "pulled 'web' chart with version '1.2.3' and merged values
 * files [a.yaml b.yaml]". An empty path: not yet; packaged: out of its own files. */
struct index_build {
	const char *name, *version, *path;
	bool packaged;
	const char *const *values_files;
	size_t n_values_files;
};
char *index_build_text(arena *mem, const struct index_build *b);

#endif
