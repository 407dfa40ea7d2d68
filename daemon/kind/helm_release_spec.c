#include "kind/helm_release_spec.h"

#include <stddef.h>

#include "ctl/conditions.h"
#include "kind/kubeconfig.h"

#define AT(type, member) offsetof(struct type, member)
#define SPEC(member) offsetof(struct helm_release, member)
#define RETRY_INTERVAL_RULE                                                                        \
	"!has(self.retryInterval) || self.name != 'RemediateOnFailure' # .retryInterval cannot "   \
	"be "                                                                                      \
	"set when .name is 'RemediateOnFailure'"
#define RETRY_INTERVAL_ONLY                                                                        \
	"!has(self.retryInterval) || self.name == 'RetryOnFailure' # .retryInterval can only be "  \
	"set when .name is 'RetryOnFailure'"
#define ONE_KUBECONFIG                                                                             \
	"# exactly one of spec.kubeConfig.configMapRef or spec.kubeConfig.secretRef must be "      \
	"specified"

static const struct field source_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(chart_source_ref, api_version),
	 .doc = "API version of the referent."},
	{"kind", FIELD_TEXT, AT(chart_source_ref, kind), .required = true,
	 .choices = "HelmRepository|GitRepository|Bucket", .doc = "Kind of the referent."},
	{"name", FIELD_TEXT, AT(chart_source_ref, name), .required = true, .least = 1, .most = 253,
	 .doc = "Name of the referent."},
	{"namespace", FIELD_TEXT, AT(chart_source_ref, ns), .least = 1, .most = 63,
	 .doc = "Namespace of the referent; the HelmRelease's own by default."},
	{.name = NULL},
};

static const struct field chart_ref_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(chart_source_ref, api_version),
	 .doc = "API version of the referent."},
	{"kind", FIELD_TEXT, AT(chart_source_ref, kind), .required = true,
	 .choices = "OCIRepository|HelmChart|ExternalArtifact", .doc = "Kind of the referent."},
	{"name", FIELD_TEXT, AT(chart_source_ref, name), .required = true, .least = 1, .most = 253,
	 .doc = "Name of the referent."},
	{"namespace", FIELD_TEXT, AT(chart_source_ref, ns), .least = 1, .most = 63,
	 .doc = "Namespace of the referent; the HelmRelease's own by default."},
	{.name = NULL},
};

static const struct field verify_fields[] = {
	{"provider", FIELD_TEXT, AT(chart_verify, provider), .required = true,
	 .otherwise = "\"cosign\"", .choices = "cosign|notation",
	 .doc = "The technology by which the chart is signed."},
	{"secretRef", FIELD_OBJECT, AT(chart_verify, secret), .sub = name_fields,
	 .size = sizeof(struct name_ref), .doc = "The Secret that holds the trusted public keys."},
	{.name = NULL},
};

static const struct field chart_spec_fields[] = {
	{"chart", FIELD_TEXT, AT(chart_spec, chart), .required = true, .least = 1, .most = 2048,
	 .doc = "Name of the chart in a HelmRepository, or its path in another source."},
	{"ignoreMissingValuesFiles", FIELD_BOOL, AT(chart_spec, ignore_missing),
	 .doc = "Values files that are not in the chart are passed over."},
	{"interval", FIELD_DURATION, AT(chart_spec, interval),
	 .doc = "How often the source is looked at for a new chart; the interval of the "
		"HelmRelease by default."},
	{"reconcileStrategy", FIELD_TEXT, AT(chart_spec, strategy), .otherwise = "\"ChartVersion\"",
	 .choices = "ChartVersion|Revision",
	 .doc = "What makes a new chart: ChartVersion, another version in Chart.yaml; Revision, "
		"another revision of the source."},
	{"sourceRef", FIELD_OBJECT, AT(chart_spec, source), .sub = source_fields,
	 .size = sizeof(struct chart_source_ref), .required = true,
	 .doc = "The source of the chart."},
	{"valuesFile", FIELD_TEXT, AT(chart_spec, values_file), .until = "v2beta2",
	 .doc = "Superseded by valuesFiles."},
	{"valuesFiles", FIELD_TEXTS, AT(chart_spec, values_files),
	 .doc = "Files of the source that are merged, in order, to make the chart's values.yaml."},
	{"verify", FIELD_OBJECT, AT(chart_spec, verify), .sub = verify_fields,
	 .size = sizeof(struct chart_verify),
	 .doc = "How the signature of an OCI chart is checked."},
	{"version", FIELD_TEXT, AT(chart_spec, version), .otherwise = "\"*\"",
	 .doc = "A range of versions, for charts from a HelmRepository; the newest by default."},
	{.name = NULL},
};

static const struct field template_fields[] = {
	{"metadata", FIELD_OBJECT, AT(chart_template, metadata), .sub = common_fields,
	 .size = sizeof(struct common_metadata), .doc = "Labels and annotations of the HelmChart."},
	{"spec", FIELD_OBJECT, AT(chart_template, spec), .sub = chart_spec_fields,
	 .size = sizeof(struct chart_spec), .required = true, .doc = "The HelmChart."},
	{.name = NULL},
};

static const struct field strategy_fields[] = {
	{"name", FIELD_TEXT, AT(action_strategy, name), .required = true,
	 .choices = "RemediateOnFailure|RetryOnFailure", .doc = "What is done about a failure."},
	{"retryInterval", FIELD_DURATION, AT(action_strategy, retry_interval),
	 .doc = "How soon a failed action is tried again, with RetryOnFailure; 5 minutes by "
		"default."},
	{.name = NULL},
};

static const struct field install_remediation_fields[] = {
	{"ignoreTestFailures", FIELD_BOOL, AT(action_remediation, ignore_tests), .present = true,
	 .doc = "A failed test is no failure of the action; as test.ignoreFailures says by "
		"default."},
	{"remediateLastFailure", FIELD_BOOL, AT(action_remediation, remediate_last),
	 .present = true, .doc = "The last failure is remediated, too."},
	{"retries", FIELD_INT, AT(action_remediation, retries),
	 .doc = "How often a failed action is remediated and tried again; a negative number for "
		"ever."},
	{.name = NULL},
};

static const struct field upgrade_remediation_fields[] = {
	{"ignoreTestFailures", FIELD_BOOL, AT(action_remediation, ignore_tests), .present = true,
	 .doc = "A failed test is no failure of the action; as test.ignoreFailures says by "
		"default."},
	{"remediateLastFailure", FIELD_BOOL, AT(action_remediation, remediate_last),
	 .present = true, .doc = "The last failure is remediated, too."},
	{"retries", FIELD_INT, AT(action_remediation, retries),
	 .doc = "How often a failed action is remediated and tried again; a negative number for "
		"ever."},
	{"strategy", FIELD_TEXT, AT(action_remediation, strategy), .choices = "rollback|uninstall",
	 .doc = "How: rollback, the default, or uninstall."},
	{.name = NULL},
};

static const struct field install_fields[] = {
	{"crds", FIELD_TEXT, AT(action_spec, crds), .choices = "Skip|Create|CreateReplace",
	 .doc = "What is done about the definitions in the chart's crds folder; Create by "
		"default."},
	{"createNamespace", FIELD_BOOL, AT(action_spec, create_namespace),
	 .doc = "The targetNamespace is made if it is not there."},
	{"disableHooks", FIELD_BOOL, AT(action_spec, no_hooks), .doc = "No hooks are run."},
	{"disableOpenAPIValidation", FIELD_BOOL, AT(action_spec, no_validation),
	 .doc = "Objects are not validated against the schemas of the API."},
	{"disableSchemaValidation", FIELD_BOOL, AT(action_spec, no_schema),
	 .doc = "Values are not validated against the chart's schema."},
	{"disableTakeOwnership", FIELD_BOOL, AT(action_spec, no_ownership),
	 .doc = "Objects of others are not taken over."},
	{"disableWait", FIELD_BOOL, AT(action_spec, no_wait),
	 .doc = "Readiness of the objects is not awaited."},
	{"disableWaitForJobs", FIELD_BOOL, AT(action_spec, no_wait_jobs),
	 .doc = "Completion of Jobs is not awaited."},
	{"remediation", FIELD_OBJECT, AT(action_spec, remediation),
	 .sub = install_remediation_fields, .size = sizeof(struct action_remediation),
	 .doc = "What is done about a failed install."},
	{"replace", FIELD_BOOL, AT(action_spec, replace),
	 .doc = "The name of a failed or uninstalled release is used again."},
	{"serverSideApply", FIELD_BOOL, AT(action_spec, ssa), .present = true,
	 .doc = "Objects are applied by the server; true by default."},
	{"skipCRDs", FIELD_BOOL, AT(action_spec, skip_crds), .doc = "Without effect: see crds."},
	{"strategy", FIELD_OBJECT, AT(action_spec, strategy), .sub = strategy_fields,
	 .size = sizeof(struct action_strategy), .rules = RETRY_INTERVAL_RULE,
	 .doc = "How a failed install is dealt with."},
	{"timeout", FIELD_DURATION, AT(action_spec, timeout),
	 .doc = "How long a single operation may take; spec.timeout by default."},
	{.name = NULL},
};

static const struct field upgrade_fields[] = {
	{"chartNameChangeStrategy", FIELD_TEXT, AT(action_spec, name_change),
	 .choices = "InPlaceUpdate|Reinstall",
	 .doc = "What is done when the chart has another name: Reinstall, the default, uninstalls "
		"the release first."},
	{"cleanupOnFail", FIELD_BOOL, AT(action_spec, cleanup_on_fail),
	 .doc = "Objects that a failed action made are removed."},
	{"crds", FIELD_TEXT, AT(action_spec, crds), .choices = "Skip|Create|CreateReplace",
	 .doc = "What is done about the definitions in the chart's crds folder; Create by "
		"default."},
	{"disableHooks", FIELD_BOOL, AT(action_spec, no_hooks), .doc = "No hooks are run."},
	{"disableOpenAPIValidation", FIELD_BOOL, AT(action_spec, no_validation),
	 .doc = "Objects are not validated against the schemas of the API."},
	{"disableSchemaValidation", FIELD_BOOL, AT(action_spec, no_schema),
	 .doc = "Values are not validated against the chart's schema."},
	{"disableTakeOwnership", FIELD_BOOL, AT(action_spec, no_ownership),
	 .doc = "Objects of others are not taken over."},
	{"disableWait", FIELD_BOOL, AT(action_spec, no_wait),
	 .doc = "Readiness of the objects is not awaited."},
	{"disableWaitForJobs", FIELD_BOOL, AT(action_spec, no_wait_jobs),
	 .doc = "Completion of Jobs is not awaited."},
	{"force", FIELD_BOOL, AT(action_spec, force),
	 .doc = "Objects are replaced instead of patched; without effect on server-side apply."},
	{"preserveValues", FIELD_BOOL, AT(action_spec, preserve_values),
	 .doc = "Values of the last release are used again."},
	{"remediation", FIELD_OBJECT, AT(action_spec, remediation),
	 .sub = upgrade_remediation_fields, .size = sizeof(struct action_remediation),
	 .doc = "What is done about a failed upgrade."},
	{"serverSideApply", FIELD_TEXT, AT(action_spec, ssa_mode),
	 .choices = "enabled|disabled|auto",
	 .doc = "Objects are applied by the server; auto, the default: as they were before."},
	{"strategy", FIELD_OBJECT, AT(action_spec, strategy), .sub = strategy_fields,
	 .size = sizeof(struct action_strategy), .rules = RETRY_INTERVAL_ONLY,
	 .doc = "How a failed upgrade is dealt with."},
	{"timeout", FIELD_DURATION, AT(action_spec, timeout),
	 .doc = "How long a single operation may take; spec.timeout by default."},
	{.name = NULL},
};

static const struct field rollback_fields[] = {
	{"cleanupOnFail", FIELD_BOOL, AT(action_spec, cleanup_on_fail),
	 .doc = "Objects that a failed action made are removed."},
	{"disableHooks", FIELD_BOOL, AT(action_spec, no_hooks), .doc = "No hooks are run."},
	{"disableWait", FIELD_BOOL, AT(action_spec, no_wait),
	 .doc = "Readiness of the objects is not awaited."},
	{"disableWaitForJobs", FIELD_BOOL, AT(action_spec, no_wait_jobs),
	 .doc = "Completion of Jobs is not awaited."},
	{"force", FIELD_BOOL, AT(action_spec, force),
	 .doc = "Objects are replaced instead of patched; without effect on server-side apply."},
	{"recreate", FIELD_BOOL, AT(action_spec, recreate), .doc = "Without effect."},
	{"serverSideApply", FIELD_TEXT, AT(action_spec, ssa_mode),
	 .choices = "enabled|disabled|auto",
	 .doc = "Objects are applied by the server; auto, the default: as they were before."},
	{"timeout", FIELD_DURATION, AT(action_spec, timeout),
	 .doc = "How long a single operation may take; spec.timeout by default."},
	{.name = NULL},
};

static const struct field uninstall_fields[] = {
	{"deletionPropagation", FIELD_TEXT, AT(action_spec, propagation),
	 .otherwise = "\"background\"", .choices = "background|foreground|orphan",
	 .doc = "How objects that belong to a deleted one are deleted."},
	{"disableHooks", FIELD_BOOL, AT(action_spec, no_hooks), .doc = "No hooks are run."},
	{"disableWait", FIELD_BOOL, AT(action_spec, no_wait),
	 .doc = "Readiness of the objects is not awaited."},
	{"keepHistory", FIELD_BOOL, AT(action_spec, keep_history),
	 .doc = "The records of the release stay."},
	{"timeout", FIELD_DURATION, AT(action_spec, timeout),
	 .doc = "How long a single operation may take; spec.timeout by default."},
	{.name = NULL},
};

static const struct field filter_fields[] = {
	{"exclude", FIELD_BOOL, AT(test_filter, exclude),
	 .doc = "The test is left out, instead of being the only one."},
	{"name", FIELD_TEXT, AT(test_filter, name), .required = true, .least = 1, .most = 253,
	 .doc = "Name of the test."},
	{.name = NULL},
};

static const struct field test_fields[] = {
	{"enable", FIELD_BOOL, AT(test_spec, enable),
	 .doc = "The chart's tests are run after an install or an upgrade."},
	{"filters", FIELD_OBJECTS, AT(test_spec, filters), .sub = filter_fields,
	 .size = sizeof(struct test_filter), .since = "v2beta2", .doc = "Which tests."},
	{"ignoreFailures", FIELD_BOOL, AT(test_spec, ignore_failures),
	 .doc = "Failed tests do not matter."},
	{"timeout", FIELD_DURATION, AT(test_spec, timeout),
	 .doc = "How long a test may take; spec.timeout by default."},
	{.name = NULL},
};

static const struct field drift_fields[] = {
	{"ignore", FIELD_OBJECTS, AT(drift_spec, ignore), .sub = ignore_fields,
	 .size = sizeof(struct ignore_shape),
	 .doc = "Paths of objects whose drift does not matter."},
	{"mode", FIELD_TEXT, AT(drift_spec, mode), .choices = "enabled|warn|disabled",
	 .doc = "What is done about objects that are no longer as they were applied: enabled puts "
		"them right, warn tells of them, disabled, the default, does not look."},
	{.name = NULL},
};

static const struct field value_source_fields[] = {
	{"kind", FIELD_TEXT, AT(value_source, kind), .required = true,
	 .choices = "Secret|ConfigMap", .doc = "Kind of the object that holds the values."},
	{"literal", FIELD_BOOL, AT(value_source, literal),
	 .doc = "The value at targetPath is a text as it is, without the syntax of --set."},
	{"name", FIELD_TEXT, AT(value_source, name), .required = true, .least = 1, .most = 253,
	 .doc = "Its name, in the HelmRelease's namespace."},
	{"optional", FIELD_BOOL, AT(value_source, optional),
	 .doc = "An object or key that is not there is passed over."},
	{"targetPath", FIELD_TEXT, AT(value_source, target_path), .most = 250,
	 .pattern = "^([a-zA-Z0-9_\\-.\\\\\\/]|\\[[0-9]{1,5}\\])+$",
	 .doc = "Where the value goes, with the syntax of --set; the whole document is merged by "
		"default."},
	{"valuesKey", FIELD_TEXT, AT(value_source, key), .most = 253,
	 .pattern = "^[\\-._a-zA-Z0-9]+$", .doc = "Key in the object; values.yaml by default."},
	{.name = NULL},
};

static const struct field kustomize_fields[] = {
	{"images", FIELD_OBJECTS, AT(kustomize_renderer, images), .sub = image_fields,
	 .size = sizeof(struct image_shape),
	 .doc = "New names, tags or digests of container images."},
	{"patches", FIELD_OBJECTS, AT(kustomize_renderer, patches), .sub = patch_fields,
	 .size = sizeof(struct patch_shape),
	 .doc = "Strategic merge and JSON patches, each with a target."},
	{"patchesJson6902", FIELD_ANY, AT(kustomize_renderer, patches_json6902), .until = "v2beta2",
	 .doc = "Superseded by patches."},
	{"patchesStrategicMerge", FIELD_ANY, AT(kustomize_renderer, patches_strategic_merge),
	 .until = "v2beta2", .doc = "Superseded by patches."},
	{.name = NULL},
};

static const struct field renderer_fields[] = {
	{"kustomize", FIELD_OBJECT, AT(post_renderer, kustomize), .sub = kustomize_fields,
	 .size = sizeof(struct kustomize_renderer), .doc = "Changes as of a kustomization.yaml."},
	{.name = NULL},
};

static const struct field wait_fields[] = {
	{"name", FIELD_TEXT, AT(wait_strategy, name), .required = true, .choices = "poller|legacy",
	 .doc = "poller, the default: objects are ready as kstatus has it; legacy: as Helm 3 had "
		"it."},
	{.name = NULL},
};

const struct field helm_release_spec_fields[] = {
	{"chart", FIELD_OBJECT, SPEC(chart), .sub = template_fields,
	 .size = sizeof(struct chart_template),
	 .doc = "The HelmChart that is made for this release."},
	{"chartRef", FIELD_OBJECT, SPEC(chart_ref), .sub = chart_ref_fields,
	 .size = sizeof(struct chart_source_ref),
	 .doc = "The source of the chart, when no HelmChart is to be made."},
	{"commonMetadata", FIELD_OBJECT, SPEC(common), .sub = common_fields,
	 .size = sizeof(struct common_metadata),
	 .doc = "Labels and annotations that are set on all objects."},
	{"dependsOn", FIELD_OBJECTS, SPEC(depends), .sub = depends_fields,
	 .size = sizeof(struct dependency),
	 .doc = "HelmReleases that must be ready before this one is reconciled."},
	{"driftDetection", FIELD_OBJECT, SPEC(drift), .sub = drift_fields,
	 .size = sizeof(struct drift_spec),
	 .doc = "What is done about changes that others made to the objects."},
	{"healthCheckExprs", FIELD_OBJECTS, SPEC(health_exprs), .sub = health_expr_fields,
	 .size = sizeof(struct health_expr),
	 .doc = "CEL expressions that decide about the health of custom resources."},
	{"install", FIELD_OBJECT, SPEC(install), .sub = install_fields,
	 .size = sizeof(struct action_spec), .doc = "How the release is installed."},
	{"interval", FIELD_DURATION, SPEC(interval), .required = true,
	 .doc = "How often the release is reconciled, with some jitter."},
	{"kubeConfig", FIELD_OBJECT, SPEC(kubeconfig), .sub = kubeconfig_fields,
	 .size = sizeof(struct kubeconfig_ref),
	 .rules = "has(self.configMapRef) || has(self.secretRef) " ONE_KUBECONFIG "\n"
		  "!has(self.configMapRef) || !has(self.secretRef) " ONE_KUBECONFIG,
	 .doc = "How another cluster is reached, to release there."},
	{"maxHistory", FIELD_INT, SPEC(max_history), .present = true,
	 .doc = "How many revisions are kept; 0 for all, 5 by default."},
	{"persistentClient", FIELD_BOOL, SPEC(persistent_client),
	 .doc = "Without effect: what the cluster serves is looked up again when it changes."},
	{"postRenderStrategy", FIELD_TEXT, SPEC(post_render_strategy),
	 .choices = "nohooks|combined|separate",
	 .doc = "Which documents are rendered further: all together (combined, the default), hooks "
		"on their own (separate), or no hooks."},
	{"postRenderers", FIELD_OBJECTS, SPEC(post_renderers), .sub = renderer_fields,
	 .size = sizeof(struct post_renderer), .doc = "Changes to what was rendered, in order."},
	{"releaseName", FIELD_TEXT, SPEC(release_name), .least = 1, .most = 53,
	 .doc = "Name of the release; [targetNamespace-]name by default."},
	{"rollback", FIELD_OBJECT, SPEC(rollback), .sub = rollback_fields,
	 .size = sizeof(struct action_spec), .doc = "How the release is rolled back."},
	{"serviceAccountName", FIELD_TEXT, SPEC(account), .least = 1, .most = 253,
	 .doc = "The service account that is impersonated."},
	{"storageNamespace", FIELD_TEXT, SPEC(storage_ns), .least = 1, .most = 63,
	 .doc = "Namespace of Helm's records; the own one by default."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "Nothing is reconciled while this is true."},
	{"targetNamespace", FIELD_TEXT, SPEC(target_ns), .least = 1, .most = 63,
	 .doc = "Namespace of the objects; the own one by default."},
	{"test", FIELD_OBJECT, SPEC(test), .sub = test_fields, .size = sizeof(struct test_spec),
	 .doc = "How the release is tested."},
	{"timeout", FIELD_DURATION, SPEC(timeout),
	 .doc = "How long a single operation (a hook, a wait) may take; 5 minutes by default."},
	{"uninstall", FIELD_OBJECT, SPEC(uninstall), .sub = uninstall_fields,
	 .size = sizeof(struct action_spec), .doc = "How the release is uninstalled."},
	{"upgrade", FIELD_OBJECT, SPEC(upgrade), .sub = upgrade_fields,
	 .size = sizeof(struct action_spec), .doc = "How the release is upgraded."},
	{"values", FIELD_ANY, SPEC(values), .doc = "Values for the chart."},
	{"valuesFrom", FIELD_OBJECTS, SPEC(values_from), .sub = value_source_fields,
	 .size = sizeof(struct value_source),
	 .doc = "ConfigMaps and Secrets that hold values; the later one wins, and values over "
		"all."},
	{"waitStrategy", FIELD_OBJECT, SPEC(wait), .sub = wait_fields,
	 .size = sizeof(struct wait_strategy), .doc = "How readiness is told."},
	{.name = NULL},
};

struct snapshot_shape {
	const char *action, *api_version, *app_version, *chart_name, *chart_version, *config_digest,
		*deleted, *digest, *first, *last, *name, *ns, *oci_digest, *status;
	const val *test_hooks;
	int64_t version;
};

static const struct field snapshot_fields[] = {
	{"action", FIELD_TEXT, AT(snapshot_shape, action), .doc = "What made the revision."},
	{"apiVersion", FIELD_TEXT, AT(snapshot_shape, api_version),
	 .doc = "Version of the form of this entry."},
	{"appVersion", FIELD_TEXT, AT(snapshot_shape, app_version),
	 .doc = "The application's version, as the chart says."},
	{"chartName", FIELD_TEXT, AT(snapshot_shape, chart_name), .required = true,
	 .doc = "Name of the chart."},
	{"chartVersion", FIELD_TEXT, AT(snapshot_shape, chart_version), .required = true,
	 .doc = "Version of the chart."},
	{"configDigest", FIELD_TEXT, AT(snapshot_shape, config_digest), .required = true,
	 .doc = "Checksum of the values."},
	{"deleted", FIELD_TIME, AT(snapshot_shape, deleted), .doc = "When it was deleted."},
	{"digest", FIELD_TEXT, AT(snapshot_shape, digest), .required = true,
	 .doc = "Checksum of the release as it was observed."},
	{"firstDeployed", FIELD_TIME, AT(snapshot_shape, first), .required = true,
	 .doc = "When the release was first deployed."},
	{"lastDeployed", FIELD_TIME, AT(snapshot_shape, last), .required = true,
	 .doc = "When this revision was."},
	{"name", FIELD_TEXT, AT(snapshot_shape, name), .required = true,
	 .doc = "Name of the release."},
	{"namespace", FIELD_TEXT, AT(snapshot_shape, ns), .required = true,
	 .doc = "Its namespace."},
	{"ociDigest", FIELD_TEXT, AT(snapshot_shape, oci_digest),
	 .doc = "Digest of the OCI artifact of the chart."},
	{"status", FIELD_TEXT, AT(snapshot_shape, status), .required = true,
	 .doc = "Helm's status of the revision."},
	{"testHooks", FIELD_ANY, AT(snapshot_shape, test_hooks),
	 .doc = "Outcome of the tests: lastStarted, lastCompleted and phase, by name."},
	{"version", FIELD_INT, AT(snapshot_shape, version), .required = true,
	 .doc = "Number of the revision."},
	{.name = NULL},
};

struct status_shape {
	struct field_list conditions, history;
	struct inventory_shape *inventory;
	int64_t failures, install_failures, upgrade_failures, last_revision;
	int64_t attempted_generation, observed;
	const char *chart, *config_digest, *action, *took, *revision, *revision_digest, *checksum;
	const char *force_at, *reconcile_at, *reset_at, *common_digest, *renderers_digest,
		*storage_ns;
};

const struct field helm_release_status_fields[] = {
	{"conditions", FIELD_OBJECTS, AT(status_shape, conditions), .sub = condition_fields,
	 .doc = "Ready, Reconciling, Stalled, Released, Remediated, TestSuccess, Drifted."},
	{"failures", FIELD_INT, AT(status_shape, failures),
	 .doc = "Failed actions since the last change of generation, chart or values."},
	{"helmChart", FIELD_TEXT, AT(status_shape, chart),
	 .doc = "The HelmChart that was made, as <namespace>/<name>."},
	{"history", FIELD_OBJECTS, AT(status_shape, history), .sub = snapshot_fields,
	 .size = sizeof(struct snapshot_shape),
	 .doc = "Revisions as they were observed, the newest first."},
	{"installFailures", FIELD_INT, AT(status_shape, install_failures),
	 .doc = "Failed installs that count for remediation."},
	{"inventory", FIELD_OBJECT, AT(status_shape, inventory), .sub = inventory_fields,
	 .size = sizeof(struct inventory_shape), .doc = "The objects of the release."},
	{"lastAttemptedConfigDigest", FIELD_TEXT, AT(status_shape, config_digest),
	 .doc = "Checksum of the values that were last tried."},
	{"lastAttemptedGeneration", FIELD_INT, AT(status_shape, attempted_generation),
	 .doc = "The generation that was last tried."},
	{"lastAttemptedReleaseAction", FIELD_TEXT, AT(status_shape, action),
	 .choices = "install|upgrade", .doc = "The action that was last tried."},
	{"lastAttemptedReleaseActionDuration", FIELD_TEXT, AT(status_shape, took),
	 .doc = "How long it took."},
	{"lastAttemptedRevision", FIELD_TEXT, AT(status_shape, revision),
	 .doc = "Version of the chart that was last tried."},
	{"lastAttemptedRevisionDigest", FIELD_TEXT, AT(status_shape, revision_digest),
	 .doc = "Digest of its OCI artifact."},
	{"lastAttemptedValuesChecksum", FIELD_TEXT, AT(status_shape, checksum),
	 .doc = "Superseded by lastAttemptedConfigDigest."},
	{"lastHandledForceAt", FIELD_TEXT, AT(status_shape, force_at),
	 .doc = "The value of the annotation reconcile.fluxcd.io/forceAt that was last acted on."},
	{"lastHandledReconcileAt", FIELD_TEXT, AT(status_shape, reconcile_at),
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was last acted "
		"on."},
	{"lastHandledResetAt", FIELD_TEXT, AT(status_shape, reset_at),
	 .doc = "The value of the annotation reconcile.fluxcd.io/resetAt that was last acted on."},
	{"lastReleaseRevision", FIELD_INT, AT(status_shape, last_revision),
	 .doc = "Superseded by history."},
	{"observedCommonMetadataDigest", FIELD_TEXT, AT(status_shape, common_digest),
	 .doc = "Checksum of spec.commonMetadata as it was last released."},
	{"observedGeneration", FIELD_INT, AT(status_shape, observed),
	 .doc = "The last reconciled generation."},
	{"observedPostRenderersDigest", FIELD_TEXT, AT(status_shape, renderers_digest),
	 .doc = "Checksum of spec.postRenderers as they were last released."},
	{"storageNamespace", FIELD_TEXT, AT(status_shape, storage_ns), .least = 1, .most = 63,
	 .doc = "Namespace of Helm's records of the current release."},
	{"upgradeFailures", FIELD_INT, AT(status_shape, upgrade_failures),
	 .doc = "Failed upgrades that count for remediation."},
	{.name = NULL},
};
