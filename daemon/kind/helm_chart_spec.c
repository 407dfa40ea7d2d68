#include "kind/helm_chart_spec.h"

#include <stddef.h>

#include "ctl/conditions.h"
#include "source/artifact.h"

#define AT(type, member) offsetof(struct type, member)
#define SPEC(member) offsetof(struct helm_chart, member)

static const struct field source_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(helm_chart_source, api_version),
	 .doc = "API version of the referent."},
	{"kind", FIELD_TEXT, AT(helm_chart_source, kind), .required = true,
	 .choices = "HelmRepository|GitRepository|Bucket", .doc = "Kind of the referent."},
	{"name", FIELD_TEXT, AT(helm_chart_source, name), .required = true,
	 .doc = "Name of the referent, in the same namespace."},
	{.name = NULL},
};

static const struct field verify_fields[] = {
	{"matchOIDCIdentity", FIELD_OBJECTS, AT(oci_verify, identities), .sub = oci_identity_fields,
	 .size = sizeof(struct oci_identity),
	 .doc = "Identities of which one has to have signed, where there is no key."},
	{"provider", FIELD_TEXT, AT(oci_verify, provider), .required = true,
	 .otherwise = "\"cosign\"", .choices = "cosign|notation",
	 .doc = "The technology by which the chart is signed."},
	{"secretRef", FIELD_OBJECT, AT(oci_verify, secret), .sub = name_fields,
	 .size = sizeof(struct name_ref), .doc = "The Secret that holds the trusted public keys."},
	{.name = NULL},
};

const struct field helm_chart_spec_fields[] = {
	{"accessFrom", FIELD_ANY, SPEC(access), .until = "v1beta2",
	 .doc = "Never had an effect; kept for old manifests."},
	{"chart", FIELD_TEXT, SPEC(chart), .required = true,
	 .doc = "Name of the chart in a HelmRepository, or its path in another source."},
	{"ignoreMissingValuesFiles", FIELD_BOOL, SPEC(ignore_missing),
	 .doc = "Values files that are not there are passed over."},
	{"interval", FIELD_DURATION, SPEC(interval), .required = true,
	 .doc = "How often the source is looked at; moved a little up or down at random."},
	{"reconcileStrategy", FIELD_TEXT, SPEC(strategy), .otherwise = "\"ChartVersion\"",
	 .choices = "ChartVersion|Revision",
	 .doc = "What makes a new chart: ChartVersion, another version in Chart.yaml; Revision, "
		"another revision of the source."},
	{"sourceRef", FIELD_OBJECT, SPEC(source), .sub = source_fields,
	 .size = sizeof(struct helm_chart_source), .required = true,
	 .doc = "The source of the chart."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "The chart is not looked at."},
	{"valuesFile", FIELD_TEXT, SPEC(values_file), .until = "v1beta2",
	 .doc = "Superseded by valuesFiles; merged behind them."},
	{"valuesFiles", FIELD_TEXTS, SPEC(values_files),
	 .doc = "Files that are merged, in order, to make the chart's values.yaml, which does not "
		"count unless it is named: files of the chart, or of the whole source if that is "
		"no HelmRepository."},
	{"verify", FIELD_OBJECT, SPEC(verify), .sub = verify_fields,
	 .size = sizeof(struct oci_verify),
	 .doc = "How the signature of a chart in a registry is checked."},
	{"version", FIELD_TEXT, SPEC(version), .otherwise = "\"*\"",
	 .doc = "A range of versions, for charts from a HelmRepository; the newest by default."},
	{.name = NULL},
};

const char helm_chart_rules[] =
	"!has(self.verify) || self.sourceRef.kind == 'HelmRepository' # spec.verify is only "
	"supported when spec.sourceRef.kind is 'HelmRepository'";

/* the status is written as a value; only the schema is made from these */
const struct field helm_chart_status_fields[] = {
	{"artifact", FIELD_OBJECT, .sub = artifact_fields, .size = sizeof(struct artifact),
	 .doc = "What was stored last."},
	{"conditions", FIELD_OBJECTS, .sub = condition_fields, .doc = "The state, in conditions."},
	{"lastHandledReconcileAt", FIELD_TEXT,
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was acted on "
		"last."},
	{"observedChartName", FIELD_TEXT, .doc = "The name of the stored chart."},
	{"observedGeneration", FIELD_INT, .doc = "The generation that was acted on last."},
	{"observedSourceArtifactRevision", FIELD_TEXT,
	 .doc = "The revision of the source that was looked at last."},
	{"observedValuesFiles", FIELD_TEXTS,
	 .doc = "The values files that were there, if missing ones are passed over."},
	{"url", FIELD_TEXT, .doc = "The address of the newest artifact, which stays the same."},
	{.name = NULL},
};
