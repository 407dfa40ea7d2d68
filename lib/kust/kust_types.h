/*
 * kust_types: the fields of kustomization.yaml and of the plug-ins' configurations as C structs,
 * each with the table that reads it (kust_decode). Names and meaning are kustomize's.
 */
#ifndef SLUICE_KUST_TYPES_H
#define SLUICE_KUST_TYPES_H

#include "kust/kust_decode.h"

struct kust_gvk {
	str group, version, kind;
};

/* Which field of which kinds: an empty part of the gvk stands for any. */
struct kust_spec {
	struct kust_gvk gvk;
	str path;
	bool create;
};

struct kust_selector {
	struct kust_gvk gvk;
	str name, namespace_, annotations, labels;
};

struct kust_patch_options {
	bool name_change, kind_change;
};

struct kust_patch {
	str path, patch;
	struct kust_selector *target;
	struct kust_patch_options *options;
};

struct kust_image {
	str name, new_name, tag_suffix, new_tag, digest;
};

struct kust_replica {
	str name;
	int64_t count;
};

struct kust_replace_options {
	str delimiter, encoding;
	int64_t index;
	bool create;
};

struct kust_replace_source {
	struct kust_gvk gvk;
	str name, namespace_, field_path;
	struct kust_replace_options *options;
};

struct kust_replace_target {
	struct kust_selector *select;
	struct kust_list reject; /* of struct kust_selector * */
	struct kust_texts field_paths;
	struct kust_replace_options *options;
};

struct kust_replacement {
	struct kust_replace_source *source;
	struct kust_list targets; /* of struct kust_replace_target * */
	str *source_value;
	str path; /* of a file with one or more of them */
};

struct kust_var_ref {
	str api_version, name, namespace_;
	struct kust_gvk gvk;
};

struct kust_var_field {
	str path;
};

struct kust_var {
	str name;
	struct kust_var_ref object;
	struct kust_var_field field;
};

struct kust_generator_options {
	struct kust_pairs labels, annotations;
	bool no_hash, immutable;
};

struct kust_generator {
	str namespace_, name, behavior, type;
	struct kust_texts literals, files, envs;
	str env;
	struct kust_generator_options *options;
};

struct kust_label {
	struct kust_pairs pairs;
	bool selectors, templates;
	struct kust_list fields; /* of struct kust_spec */
};

struct kust_legacy_sort {
	struct kust_texts first, last;
};

struct kust_sort {
	str order;
	struct kust_legacy_sort *legacy;
};

struct kust_helm_globals {
	str chart_home, config_home;
};

struct kust_helm_chart {
	str name, version, repo, release_name, namespace_, values_file, values_merge;
	str kube_version, name_template;
	struct kust_texts more_values_files, api_versions;
	const val *values;
	bool crds, skip_hooks, skip_tests, debug, devel;
};

struct kust_helm_old {
	str chart_name, chart_version, chart_repo, chart_home, chart_repo_name, helm_bin, helm_home;
	str values, values_merge, release_name, release_namespace;
	const val *values_local;
	struct kust_texts extra_args;
};

struct kust_meta {
	str name, namespace_;
	struct kust_pairs labels, annotations;
};

/* A kustomization file. Of what it may hold twice over (bases, imageTags, env), kust_file has
 * moved the old into the new. */
struct kust_file {
	str kind, api_version;
	struct kust_meta *metadata;
	struct kust_pairs openapi;
	str name_prefix, name_suffix, namespace_;
	struct kust_pairs common_labels, common_annotations;
	struct kust_list labels;	     /* of struct kust_label */
	struct kust_texts patches_merge;     /* patchesStrategicMerge */
	struct kust_list patches_json;	     /* patchesJson6902, of struct kust_patch */
	struct kust_list patches;	     /* of struct kust_patch */
	struct kust_list images, image_tags; /* of struct kust_image */
	struct kust_list replacements;	     /* of struct kust_replacement */
	struct kust_list replicas;	     /* of struct kust_replica */
	struct kust_list vars;		     /* of struct kust_var */
	struct kust_sort *sort;
	struct kust_texts resources, components, crds, bases;
	struct kust_list config_maps, secrets; /* of struct kust_generator */
	struct kust_helm_globals *helm_globals;
	struct kust_list helm_charts; /* of struct kust_helm_chart */
	struct kust_list helm_old;    /* of struct kust_helm_old */
	struct kust_generator_options *generator_options;
	struct kust_texts configurations, generators, transformers, validators;
	struct kust_texts build_metadata;
};

extern const struct kust_struct kust_t_file, kust_t_spec, kust_t_selector, kust_t_patch,
	kust_t_patch_options, kust_t_image, kust_t_replica, kust_t_replacement,
	kust_t_replacement_field, kust_t_config_map, kust_t_secret, kust_t_helm_chart,
	kust_t_generator_options, kust_t_meta;

/* The element of a list, as its type. */
#define KUST_AT(list, T, i) (&((T *)(list).p)[i])
#define KUST_PTR_AT(list, T, i) (((T **)(list).p)[i])

#endif
