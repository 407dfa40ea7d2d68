/*
 * helm: charts rendered as Helm 4.2.4 renders them: a chart and values in, manifests and hooks out.
 * Pure: no network, no cluster but through the caller's lookup. The face of helm/; any thread.
 */
#ifndef SLUICE_HELM_H
#define SLUICE_HELM_H

#include "base/buf.h"
#include "helm/helm_chart.h"
#include "helm/helm_from.h"
#include "helm/helm_hooks.h"
#include "helm/helm_release.h"
#include "helm/helm_package.h"
#include "helm/helm_render.h"
#include "helm/helm_strvals.h"
#include "pack/tree.h"

/* Reads the chart in a folder of a tree ("" for its root), or in a .tgz. ERR_INVALID, ERR_LIMIT. */
err *helm_read(arena *mem, const struct tree *t, const char *dir, struct chart **ret_chart);
err *helm_unpack(arena *mem, str packed, struct chart **ret_chart);

/* The same with another bound on a file's bytes (0: the usual); the chart's metadata alone, of a folder, of an
 * archive: name, version, dependencies, checked. ERR_NOT_FOUND: open charts/web/Chart.yaml: no such file or
 * directory. */
err *helm_read_max(arena *mem, const struct tree *t, const char *dir, size_t max,
		   struct chart **ret_chart);
err *helm_peek(arena *mem, const struct tree *t, const char *dir, size_t max,
	       struct chart **ret_chart);
err *helm_peek_packed(arena *mem, str packed, size_t max, struct chart **ret_chart);

/* Is the metadata that of a chart? ERR_INVALID: validation: chart.metadata.version … */
err *helm_check_metadata(arena *mem, const struct chart *c);

/* The dependencies that its lock file names, or else Chart.yaml itself. ERR_INVALID. */
err *helm_wanted(arena *mem, const struct chart *c, struct chart_dependency ***ret_wanted,
		 size_t *ret_n);

/* Dependencies that Chart.yaml names and charts/ lacks: ERR_NOT_FOUND with Helm's text. The renderer
 * itself does not care. */
err *helm_check_dependencies(arena *mem, const struct chart *c);

/* A values file: its documents merged in order, numbers as floats. */
err *helm_read_values(arena *mem, str text, val **ret_values);

/* b over a: maps deeply, all else replaces; shares what only one side has. */
val *helm_merge_values(arena *mem, const val *a, const val *b);

struct helm_options {
	struct helm_release_info release;
	const char *kube_version; /* "1.34", "v1.34.0-gke.1"; NULL: HELM_KUBE_VERSION */
	bool live_version; /* it is a cluster's: .Capabilities.KubeVersion prints all of it */
	const char *const *
		api_versions; /* beside the built-in ones, or instead of them when api_versions_only */
	size_t api_version_count;
	bool api_versions_only;
	bool skip_schema;
	bool lint; /* as `helm lint` renders: not cut into documents, and no version is required */
	bool heads_only; /* nobody asks for helm_manifest.doc */
	bool unsorted;	 /* leave helm_result.sorted empty: something is done to the files first */
	struct tmpl_options tmpl;
	struct tmpl_cache *cache; /* parsed templates; may be NULL */
	const char *digest;	  /* of the chart, the key in the cache; may be NULL */
};

#define HELM_KUBE_VERSION "v1.36.0"

/* Is it a version of Kubernetes? ERR_INVALID: invalid kube version 'x': could not parse "x" as version. */
err *helm_check_kube_version(arena *mem, const char *text);

/* How far a rendering came. */
enum helm_stage { HELM_AT_VALUES, HELM_AT_SCHEMA, HELM_AT_TEMPLATES };

struct helm_result {
	struct helm_manifests sorted;
	VEC(struct helm_output) crds; /* whole files of crds/, the root's first */
	const char *notes;	      /* of the root; "" without any */
	const val *values;	      /* what the root saw, before templates changed it */
	const struct chart *chart;    /* the copy, its dependencies processed */
	/* also after a failure: what is to blame; and, when the documents are, what was rendered */
	enum helm_stage stage;
	struct helm_output *files;
	size_t file_count;
};

/* Renders a copy of the chart. user may be NULL. ERR_INVALID with Helm's text. Post-renderers are the
 * caller's: what they make of the documents is sorted anew by hooks_sort. */
err *helm_template(arena *mem, const struct chart *c, const val *user, const struct helm_options *o,
		   struct helm_result *ret);

/* The files of crds/ of a chart and of those subcharts that the values switch on, the root's first. */
err *helm_crds(arena *mem, const struct chart *c, const val *user, struct helm_output **ret_files,
	       size_t *ret_n);

/* preserveValues: what an upgrade makes of the values of the release before: *ret_chart is a copy whose
 * defaults are the old release's (its chart's defaults under its config), *ret_values are the new values
 * over the old config. */
err *helm_reuse_values(arena *mem, const struct chart *c, const val *old_defaults,
		       const val *old_config, const val *values, struct chart **ret_chart,
		       val **ret_values);

/* Has the config of a release all that the values say? Then they would change nothing in it with preserveValues. */
bool helm_values_reused(arena *mem, const val *values, const val *config);

/* Takes a piece of what is printed. */
typedef void helm_write(void *arg, str text);

/* As `helm template` prints it: documents with their sources. */
struct helm_print {
	bool crds, no_hooks, skip_tests;
};
void helm_print(const struct helm_result *r, const struct helm_print *how, helm_write *write,
		void *arg);

/* As `helm template --debug` prints what it could not cut into documents: the files, by their paths. */
void helm_print_files(const struct helm_result *r, helm_write *write, void *arg);

/* As `helm template --show-only` prints: of a printed text the documents whose source, below the chart, matches a pattern,
 * pattern by pattern. ERR_NOT_FOUND for one that matches none. */
err *helm_show(arena *mem, str printed, const char *const *patterns, size_t n, buf *out);

#endif
