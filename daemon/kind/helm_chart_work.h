/*
 * helm_chart_work: what the files of the kind HelmChart share: the table of stages stands in
 * helm_chart.c, how a chart is made in files of its own: remote, local, depends, place.
 */
#ifndef SLUICE_KIND_HELM_CHART_WORK_H
#define SLUICE_KIND_HELM_CHART_WORK_H

#include "helm/helm.h"
#include "kind/helm_chart_spec.h"
#include "kind/helm_repository_spec.h"
#include "kind/source.h"
#include "source/chart_oci.h"

/* What becomes of a build that fails. */
enum chart_fault {
	CHART_REFERENCE, /* InvalidChartReference: stalls */
	CHART_PULL,
	CHART_METADATA, /* stalls */
	CHART_VALUES,	/* stalls */
	CHART_DEPENDENCY,
	CHART_PACKAGE,
	CHART_VERIFICATION,
};

/* A chart that was built, or found to be the stored one. */
struct chart_build {
	const char *name, *version;
	bool cached;   /* it is the stored one */
	bool verified; /* it is signed by whom the spec names */
	bool packaged; /* its archive is ours, not the source's */
	str packed;
	const char *const *values_files; /* that were merged */
	size_t n_values_files;
	size_t resolved; /* dependencies that were added */
};

struct work {
	struct reconcile r; /* given */
	const struct helm_chart *chart;
	struct artifact *stored; /* storage: NULL for none */
	const val *source;	 /* resolve */
	struct artifact *input;	 /* its artifact; NULL for a HelmRepository of type oci */
	struct chart_build build;
	bool built;
};

/* The values files of the spec, none if that is the chart's own values.yaml alone. */
const char *const *helm_chart_values_files(const struct work *w, size_t *ret_n);

/* Says what a failure of a build means, and gives it back with the words for it in front: "chart pull error: …". A NULL e stays
 * NULL. */
err *helm_chart_fault(struct work *w, enum chart_fault fault, err *e);

/* The same for what is no failure of the build itself: FetchFailed for an unknown reason, the event for this one. */
err *helm_chart_odd_fault(struct work *w, enum policy policy, const char *reason, err *e);

/* The version with build metadata instead of its own; as it is without any. */
err *helm_chart_version(struct work *w, const char *version, const char *metadata,
			const char **ret_version);

/* Is the stored chart the one of that name and version, made for this spec? Then it is the build. */
bool helm_chart_is_stored(struct work *w, const char *name, const char *version, bool packaged);

/* Packs a chart into the build. */
err *helm_chart_pack(struct work *w, const struct chart *c);

/* Reads the chart in a folder of a source. */
err *helm_chart_read_dir(struct work *w, const struct tree *t, const char *dir,
			 struct chart **ret_chart);

/* Reads a values file and merges it over what there is; ERR_INVALID: unmarshaling values from 'x' failed: …. */
err *helm_chart_merge(arena *mem, const char *name, str text, val **values);

/* The stage, for either sort of source. */
err *helm_chart_remote(ctx *c, struct work *w);
err *helm_chart_local(ctx *c, struct work *w);

/* Adds the dependencies that the chart in that folder of the source lacks. */
err *helm_chart_depends(ctx *c, struct work *w, const struct tree *source, const char *dir,
			struct chart *chart);

/* A repository to get charts from: by a HelmRepository's spec; over HTTP or in a registry. */
struct chart_place {
	bool oci;
	struct chart_repo repo;
	struct chart_registry registry;
	struct mapped *index; /* of repo: the stored one; NULL: it is fetched when it is needed */
};
err *helm_chart_place(ctx *c, struct work *w, const struct helm_repository *spec, const char *url,
		      const struct artifact *index, struct chart_place *ret_place);
err *helm_chart_place_find(ctx *c, struct chart_place *p, const char *name, const char *version,
			   struct chart_offer *ret_offer, bool *ret_external);
err *helm_chart_place_pull(ctx *c, struct chart_place *p, const struct chart_offer *offer,
			   str *ret_packed);

#endif
