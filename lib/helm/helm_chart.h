/*
 * helm_chart: what a chart is: metadata, default values, templates, files, subcharts. Part of the face
 * of helm/; helm_load makes one, helm_values changes it for a render.
 */
#ifndef SLUICE_HELM_CHART_H
#define SLUICE_HELM_CHART_H

#include "base/err.h"
#include "base/vec.h"
#include "data/val.h"

#define CHART_MAX_FILE ((size_t)5 << 20)
#define CHART_MAX_TOTAL ((size_t)100 << 20)
#define CHART_MAX_DEPTH 32 /* charts inside charts */

struct chart_file {
	const char *name; /* relative to the chart */
	str data;
};

struct chart_files {
	struct chart_file *p;
	size_t n, cap;
};

struct chart_dependency {
	const char *name; /* after the dependencies were processed: the alias, if there is one */
	const char *version, *repository, *condition, *alias;
	const char **tags;
	size_t tag_count;
	const val *import_values; /* a list, or NULL */
	bool enabled;
};

struct chart {
	const char *name, *version, *api_version, *app_version, *kube_version, *type;
	const val *metadata; /* Chart.yaml as a map with Go's field names */
	struct chart_dependency **dependencies;
	size_t dependency_count;
	bool has_dependencies; /* Chart.yaml names some; false again when all are disabled */
	val *values;	       /* the defaults, a map; numbers are floats */
	bool has_schema;
	str schema; /* values.schema.json */
	struct chart_files templates, files, crds, raw;
	struct chart **charts;
	size_t chart_count;
	struct chart *parent; /* NULL for the root */
	const char *path;     /* "parent/charts/child", the prefix of its templates' names */
};

/* A copy whose subcharts and dependencies may be changed; files, metadata and values are shared. */
struct chart *chart_copy(arena *mem, const struct chart *c);

/* Sets parent and path below the root; called again when charts were renamed. */
void chart_link(arena *mem, struct chart *root);

/* Numbers as Helm has them: what is read from YAML or JSON is a float. Changes v and returns it. */
val *chart_floats(val *v);

#endif
