/*
 * chart_read: the chart that a command line names.
 */
#ifndef SLUICE_CHART_READ_H
#define SLUICE_CHART_READ_H

#include "base/err.h"
#include "helm/helm_chart.h"

/* Where a chart lies on the disk, as a path from the root. ERR_NOT_FOUND: path "x" not found. */
err *chart_find(arena *mem, const char *chart, const char **ret_path);

/* Reads the folder or the archive there. ERR_INVALID, ERR_LIMIT with helm's text. */
err *chart_open(arena *mem, const char *path, struct chart **ret_chart);

#endif
