/*
 * helm_meta: Chart.yaml, decoded and checked as Helm 4.2.4 does. Private to helm/.
 */
#ifndef SLUICE_HELM_META_H
#define SLUICE_HELM_META_H

#include "helm/helm_chart.h"
#include "helm/helm_shape.h"

extern const struct shape_struct meta_shape; /* Chart.yaml */

/* Fills the chart's metadata from Chart.yaml, and its dependencies. ERR_INVALID. */
err *meta_read(arena *mem, str text, struct chart *c);

/* The dependencies of a requirements.yaml instead of those of Chart.yaml. */
err *meta_read_requirements(arena *mem, str text, struct chart *c);

/* Is it a Chart.lock, or a requirements.lock? ERR_INVALID. */
err *meta_check_lock(arena *mem, str text, const char *name);
/* Chart.yaml as Go prints the metadata: JSON's names, empty fields left out; dependencies: of v2 only, those of a
 * v1 chart stand in its requirements.yaml. */
val *meta_write(arena *mem, const struct chart *c);

/* "validation: chart.metadata.name is required" and the like. */
err *meta_check(arena *mem, const struct chart *c);

#endif
