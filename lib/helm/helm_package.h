/*
 * helm_package: charts changed and packed into archives, as `helm package` does: Chart.yaml anew, the files
 * as they are, subcharts as folders of charts/. Equal charts give equal bytes. Private to helm/.
 */
#ifndef SLUICE_HELM_PACKAGE_H
#define SLUICE_HELM_PACKAGE_H

#include "helm/helm_chart.h"
#include "pack/gzip.h"

/* Writes the archive. ERR_INVALID: chart validation: …, or what Helm refuses to pack. */
err *package_write(arena *mem, const struct chart *c, struct sink out);

/* Another version, another name (Chart.yaml's; an alias becomes the name of a subchart). */
void package_set_version(arena *mem, struct chart *c, const char *version);
void package_set_name(arena *mem, struct chart *c, const char *name);

/* values (a map) instead of the chart's defaults; *ret_changed is false when they are the same text. ERR_INVALID:
 * failed to locate values file: values.yaml. */
err *package_set_values(arena *mem, struct chart *c, const val *values, bool *ret_changed);

/* A subchart behind the others. */
void package_add_chart(arena *mem, struct chart *c, struct chart *sub);

#endif
