/*
 * chart_repo: a repository of charts over HTTP(S): its index, the versions it has, its charts. Rules and
 * texts are those of source-controller 1.9. On workers.
 */
#ifndef SLUICE_CHART_REPO_H
#define SLUICE_CHART_REPO_H

#include "source/fetch.h"
#include "source/index.h"

struct chart_repo {
	struct clients *clients;
	const char *url; /* where index.yaml lies */
	struct login login;
	bool pass_credentials;	       /* to other hosts that the index names */
	int64_t timeout;	       /* ns for each file */
	uint64_t index_max, chart_max; /* bytes */
	bool short_versions; /* "1.0" counts as a version, as for Helm itself; not for Flux */
	const char *scratch; /* a folder for temporary files */
};

/* A chart that can be had. */
struct chart_offer {
	const char *name, *version;
	const char *url; /* NULL: the repository names no place */
	const char *
		digest; /* of its manifest, when the archive must be that one's; in an index, of the archive. NULL: not said */
};

/* How the index is asked for. ERR_INVALID: no URL. */
err *chart_repo_index(arena *mem, const struct chart_repo *r, struct fetch *ret_fetch);

/* The index as it is now, in the form in which it is stored; for repositories that nobody stores. */
err *chart_repo_load(ctx *c, const struct chart_repo *r, struct mapped **ret_index);

/* What index_pick finds, with its whole address. */
err *chart_repo_pick(arena *mem, const struct chart_repo *r, struct mapped *index,
		     const char *chart, const char *version, struct chart_offer *ret_offer);

/* The chart's archive, as it comes. ERR_INVALID when its digest is another than the offer's. */
err *chart_repo_pull(ctx *c, const struct chart_repo *r, const struct chart_offer *offer,
		     str *ret_packed);

/* ref as seen from a repository: an absolute URL as it is, else below the repository's, with its query. */
err *chart_repo_resolve(arena *mem, const char *repo, const char *ref, char **ret_url);

#endif
