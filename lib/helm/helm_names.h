/*
 * helm_names: names and texts of a HelmRelease as helm-controller 1.6 makes them: of its release and
 * chart, titles for conditions, summaries of drift. Pure.
 */
#ifndef SLUICE_HELM_NAMES_H
#define SLUICE_HELM_NAMES_H

#include "base/err.h"
#include "data/diff.h"
#include "data/val.h"

#define HELM_MAX_RELEASE_NAME 53 /* bytes */

/* A name that is short enough: of a longer one the first 40 bytes and 12 digits of its SHA-256. */
char *helm_short_name(arena *mem, const char *name);

/* What a HelmRelease says or leaves to be the usual. */
struct helm_names {
	const char *release;	       /* as the user sees it */
	const char *short_release;     /* as Helm stores it */
	const char *release_namespace; /* where its objects go */
	const char *storage_namespace; /* where Helm keeps its history */
	const char *chart;	       /* of the HelmChart that is made */
	const char *chart_namespace;   /* … and where; NULL without spec.chart */
	int64_t timeout;	       /* nanoseconds */
	int64_t max_history;	       /* 0: no limit */
};

/* Reads them off the object; ERR_INVALID for a timeout that is none. Texts belong to mem or to it. */
err *helm_names_of(arena *mem, const val *object, struct helm_names *ret_names);

/* May it be the name of a release (53 bytes at most), of an object (253)? */
err *helm_check_release_name(arena *mem, const char *name);
err *helm_check_object_name(arena *mem, const char *name);

/* Each word, the first word with blanks made one, with a capital at its front. */
char *helm_title(arena *mem, const char *text);
char *helm_sentence(arena *mem, const char *text);

/* How one object differs from its release. */
struct helm_drift {
	enum drift_kind kind;
	const char *object_kind, *ns, *name; /* ns: "" for none */
	size_t additions, changes, removals;
};

/* Kinds that a summary tells of, in its order; NULL in a call: HELM_DRIFT_USUAL of them. */
#define HELM_DRIFT_USUAL 3
extern const enum drift_kind helm_drift_kinds[4]; /* removed, changed, excluded, unchanged */

/* "removed: 1, changed: 0, excluded: 0"; and a line for each object: "Deployment/apps/web changed (0
 * additions, 1 changes, 0 removals)". */
char *helm_drift_brief(arena *mem, const struct helm_drift *all, size_t n,
		       const enum drift_kind *kinds, size_t n_kinds);
char *helm_drift_lines(arena *mem, const struct helm_drift *all, size_t n,
		       const enum drift_kind *kinds, size_t n_kinds);

#endif
