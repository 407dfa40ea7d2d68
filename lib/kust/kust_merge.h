/*
 * kust_merge: what a patch does to an object: strategic merge as kyaml has it, with the merge keys
 * of the built-in kinds or of a schema of the user's, and JSON patches as kustomize applies them.
 */
#ifndef SLUICE_KUST_MERGE_H
#define SLUICE_KUST_MERGE_H

#include "data/yaml_node.h"

/* Merge keys by kind. NULL stands for those of Kubernetes 1.21.2, which kustomize has built in. */
struct kust_schema;

/* Reads a swagger document (openapi.path, JSON or YAML). It takes the place of the built-in schema
 * (kustomize build), or with add_builtin is added to it (Flux). */
err *kust_schema_read(arena *mem, str text, bool add_builtin, struct kust_schema **ret_schema);

/* Whether the schema says that objects of this kind have no namespace: 1 cluster-scoped,
 * 0 namespaced, -1 not known. Only a schema that was read knows; NULL gives -1. */
int kust_schema_scope(const struct kust_schema *schema, str api_version, str kind);

/* Merges the patch into the object, both maps (or documents). The patch is used up: its nodes may
 * stand in the result. *ret_result is NULL when the patch deletes the object; else a tree that may
 * be object itself. ERR_INVALID has kyaml's text. */
err *kust_merge(arena *mem, const struct kust_schema *schema, struct yaml_node *object,
		struct yaml_node *patch, struct yaml_node **ret_result);

/* A list of JSON patch operations; kept decoded, to be applied to many objects. */
struct kust_json_patch;

/* Reads one, from JSON (text begins with '[') or YAML. ERR_INVALID when it is none. */
err *kust_json_patch_read(arena *mem, str text, struct kust_json_patch **ret_patch);

/* Operations in it. */
size_t kust_json_patch_len(const struct kust_json_patch *patch);

/* Applies it. *ret_result is a new tree. ERR_INVALID has the texts of evanphx/json-patch v4. */
err *kust_json_patch_apply(arena *mem, const struct kust_json_patch *patch,
			   const struct yaml_node *object, struct yaml_node **ret_result);

#endif
