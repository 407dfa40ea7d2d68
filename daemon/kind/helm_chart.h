/*
 * helm_chart: the kind HelmChart: makes a chart available, pulled from a repository or packed from a folder
 * of another source.
 */
#ifndef SLUICE_KIND_HELM_CHART_H
#define SLUICE_KIND_HELM_CHART_H

#include "ctl/kind.h"

extern const struct kind helm_chart_kind;

#endif
