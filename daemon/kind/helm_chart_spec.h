/*
 * helm_chart_spec: the HelmChart's spec and status as tables of fields, and the structs that they fill.
 */
#ifndef SLUICE_HELM_CHART_SPEC_H
#define SLUICE_HELM_CHART_SPEC_H

#include "kind/oci_repository_spec.h"

struct helm_chart_source {
	const char *api_version, *kind, *name;
};

struct helm_chart {
	const char *chart, *version, *strategy;
	struct helm_chart_source *source;
	int64_t interval;
	struct field_texts values_files;
	const char *values_file; /* of old versions: behind the others */
	bool ignore_missing, suspend;
	struct oci_verify *verify;
	const val *access;
};

extern const struct field helm_chart_spec_fields[], helm_chart_status_fields[];
extern const char helm_chart_rules[];

#endif
