/*
 * index: the index.yaml of a Helm repository: which versions of which charts it has, and which of them
 * a spec means. An index may be larger than memory should be: it is read piece by piece, from a file to a
 * file. Rules and texts are those of source-controller 1.9 and Helm 4.
 */
#ifndef SLUICE_INDEX_H
#define SLUICE_INDEX_H

#include "base/mapped.h"
#include "data/val.h"
#include "pack/gzip.h"

#define INDEX_MAX_CHARTS 100000
#define INDEX_MAX_VERSIONS 100000 /* of one chart */

/* Reads an index in YAML or JSON and writes it as Flux keeps it: JSON as Go prints it, charts by name, versions from the
 * highest down, without those that have no proper name or version number. Temporary files go to the folder
 * scratch. Memory is bounded whatever the size. ERR_INVALID for what is no index, ERR_LIMIT beyond a
 * ceiling; what was written before a failure is worthless. */
err *index_convert(arena *mem, struct mapped *raw, const char *scratch, struct sink out);

/* One version of a chart, its fields as they are written in the index. */
struct index_version {
	const char *name, *version, *digest; /* digest: "" for none */
	const char *const *urls;	     /* absolute, or below the repository's */
	size_t n_urls;
	const val *entry;
};

/* The version of a chart in an index that index_convert wrote, by its text, or else the highest in the
 * range; of equal ones the one that was made last. An empty text and "*" mean the highest that is no
 * prerelease. short_versions: those without three numbers count too. ERR_NOT_FOUND, ERR_INVALID for a range that can't be
 * read or an index that is damaged. */
err *index_pick(arena *mem, struct mapped *index, const char *chart, const char *version,
		bool short_versions, struct index_version *ret_version);

/* The text for a chart that was built: "pulled 'web' chart with version '1.2.3' and merged values
 * files [a.yaml b.yaml]". An empty path: not yet; packaged: out of its own files. */
struct index_build {
	const char *name, *version, *path;
	bool packaged;
	const char *const *values_files;
	size_t n_values_files;
};
char *index_build_text(arena *mem, const struct index_build *b);

/* "410B", "1.358kB", "44.1MB": bytes as people read them. */
char *index_size_text(arena *mem, uint64_t bytes);

#endif
