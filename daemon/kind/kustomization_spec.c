#include "kind/kustomization_spec.h"

#include <stddef.h>

#include "ctl/conditions.h"

#define AT(type, member) offsetof(struct type, member)
#define SPEC(member) offsetof(struct kustomization, member)

static const struct field source_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(source_ref, api_version),
	 .doc = "API version of the referent."},
	{"kind", FIELD_TEXT, AT(source_ref, kind), .required = true,
	 .choices = "OCIRepository|GitRepository|Bucket|ExternalArtifact",
	 .doc = "Kind of the referent."},
	{"name", FIELD_TEXT, AT(source_ref, name), .required = true,
	 .doc = "Name of the referent."},
	{"namespace", FIELD_TEXT, AT(source_ref, ns),
	 .doc = "Namespace of the referent; the Kustomization's own by default."},
	{.name = NULL},
};

static const struct field decryption_fields[] = {
	{"provider", FIELD_TEXT, AT(decryption, provider), .required = true, .choices = "sops",
	 .doc = "Name of the decryption engine."},
	{"secretRef", FIELD_OBJECT, AT(decryption, secret), .sub = name_fields,
	 .size = sizeof(struct name_ref),
	 .doc = "The Secret that holds the keys: *.agekey (age), *.asc (PGP), sops.vault-token, "
		"sops.aws-kms, "
		"sops.azure-kv, sops.gcp-kms; other entries are passed over."},
	{"serviceAccountName", FIELD_TEXT, AT(decryption, account),
	 .doc = "Service account whose token logs in to Vault, and whose identity at a cloud opens "
		"its keys; wants the feature gate ObjectLevelWorkloadIdentity."},
	{.name = NULL},
};

static const struct field values_fields[] = {
	{"kind", FIELD_TEXT, AT(values_ref, kind), .required = true, .choices = "Secret|ConfigMap",
	 .doc = "Kind of the object that holds the variables."},
	{"name", FIELD_TEXT, AT(values_ref, name), .required = true, .least = 1, .most = 253,
	 .doc = "Its name, in the Kustomization's namespace."},
	{"optional", FIELD_BOOL, AT(values_ref, optional), .otherwise = "false",
	 .doc = "An object that is not there is passed over."},
	{.name = NULL},
};

static const struct field post_build_fields[] = {
	{"substitute", FIELD_TEXT_MAP, AT(post_build, substitute),
	 .doc = "Variables and their values; these win over those of substituteFrom."},
	{"substituteFrom", FIELD_OBJECTS, AT(post_build, from), .sub = values_fields,
	 .size = sizeof(struct values_ref),
	 .doc = "ConfigMaps and Secrets whose keys are variables; the later one wins."},
	{"substituteStrategy", FIELD_TEXT, AT(post_build, strategy),
	 .choices = "WithVariables|Always",
	 .doc = "WithVariables (the default) substitutes if there is at least one variable, Always "
		"in any case."},
	{.name = NULL},
};

static const struct field health_fields[] = {
	{"apiVersion", FIELD_TEXT, AT(health_ref, api_version),
	 .doc = "API version of the referent; apps/v1 by default."},
	{"kind", FIELD_TEXT, AT(health_ref, kind), .required = true,
	 .doc = "Kind of the referent."},
	{"name", FIELD_TEXT, AT(health_ref, name), .required = true,
	 .doc = "Name of the referent."},
	{"namespace", FIELD_TEXT, AT(health_ref, ns), .doc = "Namespace of the referent."},
	{.name = NULL},
};

const struct field kustomization_spec_fields[] = {
	{"buildMetadata", FIELD_TEXTS, SPEC(build_metadata),
	 .choices = "originAnnotations|transformerAnnotations",
	 .doc = "Which annotations of kustomize to add to the objects: originAnnotations, "
		"transformerAnnotations. Replaces the list in the kustomization.yaml."},
	{"commonMetadata", FIELD_OBJECT, SPEC(common), .sub = common_fields,
	 .size = sizeof(struct common_metadata),
	 .doc = "Labels and annotations that are set on all objects, over any that are there."},
	{"components", FIELD_TEXTS, SPEC(components),
	 .doc = "Relative paths to kustomize Components."},
	{"decryption", FIELD_OBJECT, SPEC(decryption), .sub = decryption_fields,
	 .size = sizeof(struct decryption),
	 .doc = "How encrypted files and Secrets are decrypted."},
	{"deletionPolicy", FIELD_TEXT, SPEC(deletion),
	 .choices = "MirrorPrune|Delete|WaitForTermination|Orphan",
	 .doc = "What becomes of the objects when the Kustomization is deleted. MirrorPrune (the "
		"default) deletes "
		"them if prune is true."},
	{"dependsOn", FIELD_OBJECTS, SPEC(depends), .sub = depends_fields,
	 .size = sizeof(struct dependency),
	 .doc = "Kustomizations that must be ready before this one is reconciled."},
	{"force", FIELD_BOOL, SPEC(force), .otherwise = "false",
	 .doc = "Recreate objects that cannot be changed because a field is immutable."},
	{"healthCheckExprs", FIELD_OBJECTS, SPEC(health_exprs), .sub = health_expr_fields,
	 .size = sizeof(struct health_expr),
	 .doc = "CEL expressions that decide about the health of custom resources."},
	{"healthChecks", FIELD_OBJECTS, SPEC(health), .sub = health_fields,
	 .size = sizeof(struct health_ref), .doc = "Objects whose health is awaited."},
	{"ignore", FIELD_OBJECTS, SPEC(ignore), .sub = ignore_fields,
	 .size = sizeof(struct ignore_shape),
	 .doc = "Paths of objects that are left to others, each with a target."},
	{"ignoreMissingComponents", FIELD_BOOL, SPEC(ignore_missing_components),
	 .doc = "Components that are not in the source are passed over."},
	{"images", FIELD_OBJECTS, SPEC(images), .sub = image_fields,
	 .size = sizeof(struct image_shape),
	 .doc = "New names, tags or digests of container images."},
	{"interval", FIELD_DURATION, SPEC(interval), .required = true,
	 .doc = "How often the Kustomization is reconciled, with some jitter."},
	{"kubeConfig", FIELD_OBJECT, SPEC(kubeconfig), .sub = kubeconfig_fields,
	 .size = sizeof(struct kubeconfig_ref),
	 .rules = "has(self.configMapRef) || has(self.secretRef) # exactly one of "
		  "spec.kubeConfig.configMapRef or "
		  "spec.kubeConfig.secretRef must be specified\n"
		  "!has(self.configMapRef) || !has(self.secretRef) # exactly one of "
		  "spec.kubeConfig.configMapRef or "
		  "spec.kubeConfig.secretRef must be specified",
	 .doc = "How another cluster is reached, to apply there."},
	{"namePrefix", FIELD_TEXT, SPEC(name_prefix), .least = 1, .most = 200,
	 .doc = "A prefix of the names of all objects."},
	{"nameSuffix", FIELD_TEXT, SPEC(name_suffix), .least = 1, .most = 200,
	 .doc = "A suffix of the names of all objects."},
	{"patches", FIELD_OBJECTS, SPEC(patches), .sub = patch_fields,
	 .size = sizeof(struct patch_shape),
	 .doc = "Strategic merge and JSON patches, each with a target."},
	{"patchesJson6902", FIELD_ANY, SPEC(patches_json6902), .until = "v1beta2",
	 .doc = "JSON patches, each with a target; superseded by patches."},
	{"patchesStrategicMerge", FIELD_ANY, SPEC(patches_strategic_merge), .until = "v1beta2",
	 .doc = "Strategic merge patches; superseded by patches."},
	{"path", FIELD_TEXT, SPEC(path),
	 .doc = "The folder with the kustomization.yaml, or with plain manifests; the root of the "
		"source by default."},
	{"postBuild", FIELD_OBJECT, SPEC(post_build), .sub = post_build_fields,
	 .size = sizeof(struct post_build),
	 .doc = "Variables that are put into the manifests after the build."},
	{"prune", FIELD_BOOL, SPEC(prune), .required = true,
	 .doc = "Delete objects that are no longer in the source."},
	{"retryInterval", FIELD_DURATION, SPEC(retry),
	 .doc = "How soon a failed reconciliation is tried again; interval by default."},
	{"serviceAccountName", FIELD_TEXT, SPEC(account),
	 .doc = "The service account that is impersonated to apply."},
	{"sourceRef", FIELD_OBJECT, SPEC(source), .sub = source_fields,
	 .size = sizeof(struct source_ref), .required = true,
	 .doc = "The source of the manifests."},
	{"suspend", FIELD_BOOL, SPEC(suspend), .doc = "Nothing is reconciled while this is true."},
	{"targetNamespace", FIELD_TEXT, SPEC(target_ns), .least = 1, .most = 63,
	 .doc = "The namespace of all objects, over any that is given."},
	{"timeout", FIELD_DURATION, SPEC(timeout),
	 .doc = "How long health is awaited; 30 s less than interval by default, and 30 s at "
		"least."},
	{"validation", FIELD_TEXT, SPEC(validation), .choices = "none|client|server",
	 .until = "v1beta2", .doc = "Without effect: the API server validates."},
	{"wait", FIELD_BOOL, SPEC(wait),
	 .doc = "Await the health of all objects; healthChecks are passed over then."},
	{.name = NULL},
};

struct snapshot_shape {
	const char *digest, *first, *last, *duration, *status;
	int64_t total;
	const val *metadata;
};

static const struct field snapshot_fields[] = {
	{"digest", FIELD_TEXT, AT(snapshot_shape, digest), .required = true,
	 .doc = "The checksum of the rendered objects, as <algorithm>:<hex>."},
	{"firstReconciled", FIELD_TIME, AT(snapshot_shape, first), .required = true,
	 .doc = "When these objects were first reconciled with this outcome."},
	{"lastReconciled", FIELD_TIME, AT(snapshot_shape, last), .required = true,
	 .doc = "When they last were."},
	{"lastReconciledDuration", FIELD_TEXT, AT(snapshot_shape, duration), .required = true,
	 .doc = "How long that took."},
	{"lastReconciledStatus", FIELD_TEXT, AT(snapshot_shape, status), .required = true,
	 .doc = "The outcome."},
	{"metadata", FIELD_TEXT_MAP, AT(snapshot_shape, metadata),
	 .doc = "The revision of the source."},
	{"totalReconciliations", FIELD_INT, AT(snapshot_shape, total), .required = true,
	 .doc = "How often they were reconciled with this outcome."},
	{.name = NULL},
};

struct status_shape {
	struct field_list conditions, history;
	struct inventory_shape *inventory;
	const char *origin, *applied, *attempted, *handled;
	int64_t observed;
};

const struct field kustomization_status_fields[] = {
	{"conditions", FIELD_OBJECTS, AT(status_shape, conditions), .sub = condition_fields,
	 .doc = "Ready, Reconciling, Stalled, Healthy."},
	{"history", FIELD_OBJECTS, AT(status_shape, history), .sub = snapshot_fields,
	 .size = sizeof(struct snapshot_shape),
	 .doc = "The last outcomes, five at most, the newest first."},
	{"inventory", FIELD_OBJECT, AT(status_shape, inventory), .sub = inventory_fields,
	 .size = sizeof(struct inventory_shape), .doc = "The objects that have been applied."},
	{"lastAppliedOriginRevision", FIELD_TEXT, AT(status_shape, origin),
	 .doc = "The revision from which the applied artifact was made, as its metadata says."},
	{"lastAppliedRevision", FIELD_TEXT, AT(status_shape, applied),
	 .doc = "The revision that was last applied with success."},
	{"lastAttemptedRevision", FIELD_TEXT, AT(status_shape, attempted),
	 .doc = "The revision that was last tried."},
	{"lastHandledReconcileAt", FIELD_TEXT, AT(status_shape, handled),
	 .doc = "The value of the annotation reconcile.fluxcd.io/requestedAt that was last acted "
		"on."},
	{"observedGeneration", FIELD_INT, AT(status_shape, observed),
	 .doc = "The last reconciled generation."},
	{.name = NULL},
};
