#include "kust/kust_types.h"

#include <stddef.h>

#define F(n, t, T, member) .name = n, .type = t, .offset = offsetof(struct T, member)
#define STRUCT(t, go_name, T, rows)                                                                \
	const struct kust_struct t = {go_name, "types", sizeof(struct T), rows}

#define GVK(T, via_)                                                                               \
	{F("group", KT_TEXT, T, gvk.group), .via = via_},                                          \
		{F("version", KT_TEXT, T, gvk.version), .via = via_},                              \
	{                                                                                          \
		F("kind", KT_TEXT, T, gvk.kind), .via = via_                                       \
	}

static const struct kust_field spec_rows[] = {GVK(kust_spec, "Gvk"),
					      {F("path", KT_TEXT, kust_spec, path)},
					      {F("create", KT_BOOL, kust_spec, create)},
					      {.name = NULL}};
STRUCT(kust_t_spec, "FieldSpec", kust_spec, spec_rows);

static const struct kust_field selector_rows[] = {
	GVK(kust_selector, "ResId.Gvk"),
	{F("name", KT_TEXT, kust_selector, name), .via = "ResId"},
	{F("namespace", KT_TEXT, kust_selector, namespace_), .via = "ResId"},
	{F("annotationSelector", KT_TEXT, kust_selector, annotations)},
	{F("labelSelector", KT_TEXT, kust_selector, labels)},
	{.name = NULL}};
STRUCT(kust_t_selector, "Selector", kust_selector, selector_rows);

static const struct kust_field patch_options_rows[] = {
	{F("allowNameChange", KT_BOOL, kust_patch_options, name_change)},
	{F("allowKindChange", KT_BOOL, kust_patch_options, kind_change)},
	{.name = NULL}};
STRUCT(kust_t_patch_options, "PatchArgs", kust_patch_options, patch_options_rows);

static const struct kust_field patch_rows[] = {
	{F("path", KT_TEXT, kust_patch, path)},
	{F("patch", KT_TEXT, kust_patch, patch)},
	{F("target", KT_PTR, kust_patch, target), .sub = &kust_t_selector},
	{F("options", KT_PTR, kust_patch, options), .sub = &kust_t_patch_options},
	{.name = NULL}};
STRUCT(kust_t_patch, "Patch", kust_patch, patch_rows);

static const struct kust_field image_rows[] = {{F("name", KT_TEXT, kust_image, name)},
					       {F("newName", KT_TEXT, kust_image, new_name)},
					       {F("tagSuffix", KT_TEXT, kust_image, tag_suffix)},
					       {F("newTag", KT_TEXT, kust_image, new_tag)},
					       {F("digest", KT_TEXT, kust_image, digest)},
					       {.name = NULL}};
STRUCT(kust_t_image, "Image", kust_image, image_rows);

static const struct kust_field replica_rows[] = {
	{F("name", KT_TEXT, kust_replica, name)},
	{F("count", KT_INT, kust_replica, count), .go = "int64", .always = true},
	{.name = NULL}};
STRUCT(kust_t_replica, "Replica", kust_replica, replica_rows);

static const struct kust_field replace_options_rows[] = {
	{F("delimiter", KT_TEXT, kust_replace_options, delimiter)},
	{F("index", KT_INT, kust_replace_options, index)},
	{F("encoding", KT_TEXT, kust_replace_options, encoding)},
	{F("create", KT_BOOL, kust_replace_options, create)},
	{.name = NULL}};
static STRUCT(replace_options, "FieldOptions", kust_replace_options, replace_options_rows);

static const struct kust_field replace_source_rows[] = {
	GVK(kust_replace_source, "ResId.Gvk"),
	{F("name", KT_TEXT, kust_replace_source, name), .via = "ResId"},
	{F("namespace", KT_TEXT, kust_replace_source, namespace_), .via = "ResId"},
	{F("fieldPath", KT_TEXT, kust_replace_source, field_path)},
	{F("options", KT_PTR, kust_replace_source, options), .sub = &replace_options},
	{.name = NULL}};
static STRUCT(replace_source, "SourceSelector", kust_replace_source, replace_source_rows);

static const struct kust_field replace_target_rows[] = {
	{F("select", KT_PTR, kust_replace_target, select), .sub = &kust_t_selector},
	{F("reject", KT_PTRS, kust_replace_target, reject), .sub = &kust_t_selector},
	{F("fieldPaths", KT_TEXTS, kust_replace_target, field_paths)},
	{F("options", KT_PTR, kust_replace_target, options), .sub = &replace_options},
	{.name = NULL}};
static STRUCT(replace_target, "TargetSelector", kust_replace_target, replace_target_rows);

#define REPLACEMENT(via_)                                                                          \
	{F("source", KT_PTR, kust_replacement, source), .sub = &replace_source, .via = via_},      \
		{F("targets", KT_PTRS, kust_replacement, targets), .sub = &replace_target,         \
		 .via = via_},                                                                     \
	{                                                                                          \
		F("sourceValue", KT_TEXT_PTR, kust_replacement, source_value), .via = via_         \
	}

static const struct kust_field replacement_rows[] = {REPLACEMENT(NULL), {.name = NULL}};
STRUCT(kust_t_replacement, "Replacement", kust_replacement, replacement_rows);

static const struct kust_field replacement_field_rows[] = {
	REPLACEMENT("Replacement"), {F("path", KT_TEXT, kust_replacement, path)}, {.name = NULL}};
STRUCT(kust_t_replacement_field, "ReplacementField", kust_replacement, replacement_field_rows);

static const struct kust_field var_ref_rows[] = {
	{F("apiVersion", KT_TEXT, kust_var_ref, api_version)},
	GVK(kust_var_ref, "Gvk"),
	{F("name", KT_TEXT, kust_var_ref, name), .always = true},
	{F("namespace", KT_TEXT, kust_var_ref, namespace_)},
	{.name = NULL}};
static STRUCT(var_ref, "Target", kust_var_ref, var_ref_rows);

static const struct kust_field var_field_rows[] = {{F("fieldPath", KT_TEXT, kust_var_field, path)},
						   {.name = NULL}};
static STRUCT(var_field, "FieldSelector", kust_var_field, var_field_rows);

static const struct kust_field var_rows[] = {
	{F("name", KT_TEXT, kust_var, name)},
	{F("objref", KT_STRUCT, kust_var, object), .sub = &var_ref},
	{F("fieldref", KT_STRUCT, kust_var, field), .sub = &var_field},
	{.name = NULL}};
static STRUCT(var, "Var", kust_var, var_rows);

static const struct kust_field generator_options_rows[] = {
	{F("labels", KT_PAIRS, kust_generator_options, labels)},
	{F("annotations", KT_PAIRS, kust_generator_options, annotations)},
	{F("disableNameSuffixHash", KT_BOOL, kust_generator_options, no_hash)},
	{F("immutable", KT_BOOL, kust_generator_options, immutable)},
	{.name = NULL}};
STRUCT(kust_t_generator_options, "GeneratorOptions", kust_generator_options,
       generator_options_rows);

#define GENERATOR                                                                                  \
	{F("namespace", KT_TEXT, kust_generator, namespace_), .via = "GeneratorArgs"},             \
		{F("name", KT_TEXT, kust_generator, name), .via = "GeneratorArgs"},                \
		{F("behavior", KT_TEXT, kust_generator, behavior), .via = "GeneratorArgs"},        \
		{F("literals", KT_TEXTS, kust_generator, literals),                                \
		 .via = "GeneratorArgs.KvPairSources"},                                            \
		{F("files", KT_TEXTS, kust_generator, files),                                      \
		 .via = "GeneratorArgs.KvPairSources"},                                            \
		{F("envs", KT_TEXTS, kust_generator, envs), .via = "GeneratorArgs.KvPairSources"}, \
		{F("env", KT_TEXT, kust_generator, env), .via = "GeneratorArgs.KvPairSources"},    \
	{                                                                                          \
		F("options", KT_PTR, kust_generator, options), .sub = &kust_t_generator_options,   \
							       .via = "GeneratorArgs"              \
	}

static const struct kust_field config_map_rows[] = {GENERATOR, {.name = NULL}};
STRUCT(kust_t_config_map, "ConfigMapArgs", kust_generator, config_map_rows);

static const struct kust_field secret_rows[] = {
	GENERATOR, {F("type", KT_TEXT, kust_generator, type)}, {.name = NULL}};
STRUCT(kust_t_secret, "SecretArgs", kust_generator, secret_rows);

static const struct kust_field label_rows[] = {
	{F("pairs", KT_PAIRS, kust_label, pairs)},
	{F("includeSelectors", KT_BOOL, kust_label, selectors)},
	{F("includeTemplates", KT_BOOL, kust_label, templates)},
	{F("fields", KT_STRUCTS, kust_label, fields), .sub = &kust_t_spec},
	{.name = NULL}};
static STRUCT(label, "Label", kust_label, label_rows);

static const struct kust_field legacy_sort_rows[] = {
	{F("orderFirst", KT_TEXTS, kust_legacy_sort, first)},
	{F("orderLast", KT_TEXTS, kust_legacy_sort, last)},
	{.name = NULL}};
static STRUCT(legacy_sort, "LegacySortOptions", kust_legacy_sort, legacy_sort_rows);

static const struct kust_field sort_rows[] = {
	{F("order", KT_TEXT, kust_sort, order), .go = "types.SortOrder"},
	{F("legacySortOptions", KT_PTR, kust_sort, legacy), .sub = &legacy_sort},
	{.name = NULL}};
static STRUCT(sort, "SortOptions", kust_sort, sort_rows);

static const struct kust_field helm_globals_rows[] = {
	{F("chartHome", KT_TEXT, kust_helm_globals, chart_home)},
	{F("configHome", KT_TEXT, kust_helm_globals, config_home)},
	{.name = NULL}};
static STRUCT(helm_globals, "HelmGlobals", kust_helm_globals, helm_globals_rows);

#define ANY_MAP "map[string]interface {}"

static const struct kust_field helm_chart_rows[] = {
	{F("name", KT_TEXT, kust_helm_chart, name)},
	{F("version", KT_TEXT, kust_helm_chart, version)},
	{F("repo", KT_TEXT, kust_helm_chart, repo)},
	{F("releaseName", KT_TEXT, kust_helm_chart, release_name)},
	{F("namespace", KT_TEXT, kust_helm_chart, namespace_)},
	{F("additionalValuesFiles", KT_TEXTS, kust_helm_chart, more_values_files)},
	{F("valuesFile", KT_TEXT, kust_helm_chart, values_file)},
	{F("valuesInline", KT_ANY, kust_helm_chart, values), .go = ANY_MAP},
	{F("valuesMerge", KT_TEXT, kust_helm_chart, values_merge)},
	{F("includeCRDs", KT_BOOL, kust_helm_chart, crds)},
	{F("skipHooks", KT_BOOL, kust_helm_chart, skip_hooks)},
	{F("apiVersions", KT_TEXTS, kust_helm_chart, api_versions)},
	{F("kubeVersion", KT_TEXT, kust_helm_chart, kube_version)},
	{F("nameTemplate", KT_TEXT, kust_helm_chart, name_template)},
	{F("skipTests", KT_BOOL, kust_helm_chart, skip_tests)},
	{F("debug", KT_BOOL, kust_helm_chart, debug)},
	{F("devel", KT_BOOL, kust_helm_chart, devel)},
	{.name = NULL}};
STRUCT(kust_t_helm_chart, "HelmChart", kust_helm_chart, helm_chart_rows);

static const struct kust_field helm_old_rows[] = {
	{F("chartName", KT_TEXT, kust_helm_old, chart_name)},
	{F("chartVersion", KT_TEXT, kust_helm_old, chart_version)},
	{F("chartRepoUrl", KT_TEXT, kust_helm_old, chart_repo)},
	{F("chartHome", KT_TEXT, kust_helm_old, chart_home)},
	{F("chartRepoName", KT_TEXT, kust_helm_old, chart_repo_name)},
	{F("helmBin", KT_TEXT, kust_helm_old, helm_bin)},
	{F("helmHome", KT_TEXT, kust_helm_old, helm_home)},
	{F("values", KT_TEXT, kust_helm_old, values)},
	{F("valuesLocal", KT_ANY, kust_helm_old, values_local), .go = ANY_MAP},
	{F("valuesMerge", KT_TEXT, kust_helm_old, values_merge)},
	{F("releaseName", KT_TEXT, kust_helm_old, release_name)},
	{F("releaseNamespace", KT_TEXT, kust_helm_old, release_namespace)},
	{F("extraArgs", KT_TEXTS, kust_helm_old, extra_args)},
	{.name = NULL}};
static STRUCT(helm_old, "HelmChartArgs", kust_helm_old, helm_old_rows);

static const struct kust_field meta_rows[] = {{F("name", KT_TEXT, kust_meta, name)},
					      {F("namespace", KT_TEXT, kust_meta, namespace_)},
					      {F("labels", KT_PAIRS, kust_meta, labels)},
					      {F("annotations", KT_PAIRS, kust_meta, annotations)},
					      {.name = NULL}};
STRUCT(kust_t_meta, "ObjectMeta", kust_meta, meta_rows);

static const struct kust_field file_rows[] = {
	{F("kind", KT_TEXT, kust_file, kind), .via = "TypeMeta"},
	{F("apiVersion", KT_TEXT, kust_file, api_version), .via = "TypeMeta"},
	{F("metadata", KT_PTR, kust_file, metadata), .sub = &kust_t_meta},
	{F("openapi", KT_PAIRS, kust_file, openapi)},
	{F("namePrefix", KT_TEXT, kust_file, name_prefix)},
	{F("nameSuffix", KT_TEXT, kust_file, name_suffix)},
	{F("namespace", KT_TEXT, kust_file, namespace_)},
	{F("commonLabels", KT_PAIRS, kust_file, common_labels)},
	{F("labels", KT_STRUCTS, kust_file, labels), .sub = &label},
	{F("commonAnnotations", KT_PAIRS, kust_file, common_annotations)},
	{F("patchesStrategicMerge", KT_TEXTS, kust_file, patches_merge),
	 .go = "[]types.PatchStrategicMerge"},
	{F("patchesJson6902", KT_STRUCTS, kust_file, patches_json), .sub = &kust_t_patch},
	{F("patches", KT_STRUCTS, kust_file, patches), .sub = &kust_t_patch},
	{F("images", KT_STRUCTS, kust_file, images), .sub = &kust_t_image},
	{F("imageTags", KT_STRUCTS, kust_file, image_tags), .sub = &kust_t_image},
	{F("replacements", KT_STRUCTS, kust_file, replacements), .sub = &kust_t_replacement_field},
	{F("replicas", KT_STRUCTS, kust_file, replicas), .sub = &kust_t_replica},
	{F("vars", KT_STRUCTS, kust_file, vars), .sub = &var},
	{F("sortOptions", KT_PTR, kust_file, sort), .sub = &sort},
	{F("resources", KT_TEXTS, kust_file, resources)},
	{F("components", KT_TEXTS, kust_file, components)},
	{F("crds", KT_TEXTS, kust_file, crds)},
	{F("bases", KT_TEXTS, kust_file, bases)},
	{F("configMapGenerator", KT_STRUCTS, kust_file, config_maps), .sub = &kust_t_config_map},
	{F("secretGenerator", KT_STRUCTS, kust_file, secrets), .sub = &kust_t_secret},
	{F("helmGlobals", KT_PTR, kust_file, helm_globals), .sub = &helm_globals},
	{F("helmCharts", KT_STRUCTS, kust_file, helm_charts), .sub = &kust_t_helm_chart},
	{F("helmChartInflationGenerator", KT_STRUCTS, kust_file, helm_old), .sub = &helm_old},
	{F("generatorOptions", KT_PTR, kust_file, generator_options),
	 .sub = &kust_t_generator_options},
	{F("configurations", KT_TEXTS, kust_file, configurations)},
	{F("generators", KT_TEXTS, kust_file, generators)},
	{F("transformers", KT_TEXTS, kust_file, transformers)},
	{F("validators", KT_TEXTS, kust_file, validators)},
	{F("buildMetadata", KT_TEXTS, kust_file, build_metadata)},
	{.name = NULL}};
STRUCT(kust_t_file, "Kustomization", kust_file, file_rows);
