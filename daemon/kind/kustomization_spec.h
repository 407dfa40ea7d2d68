/*
 * kustomization_spec: the Kustomization's spec and status as tables of fields, and the structs that
 * they fill.
 */
#ifndef SLUICE_KUSTOMIZATION_SPEC_H
#define SLUICE_KUSTOMIZATION_SPEC_H

#include "kind/kubeconfig.h"
#include "kind/shared_fields.h"

struct source_ref {
	const char *api_version, *kind, *name, *ns;
};

struct health_ref {
	const char *api_version, *kind, *name, *ns;
};

struct values_ref {
	const char *kind, *name;
	bool optional;
};

struct post_build {
	const char *strategy;
	const val *substitute;
	struct field_list from; /* of struct values_ref */
};

struct decryption {
	const char *provider;
	struct name_ref *secret;
	const char *account;
};

struct kustomization {
	int64_t interval, retry, timeout;
	struct source_ref *source;
	const char *path;
	bool prune;
	const char *deletion;
	struct field_list depends; /* of struct dependency */
	struct decryption *decryption;
	struct kubeconfig_ref *kubeconfig;
	const char *account, *target_ns, *name_prefix, *name_suffix;
	/* decoded to be checked; the build takes them from the object as they are */
	struct field_list patches, images, ignore;
	struct field_texts components, build_metadata;
	const val *patches_strategic_merge, *patches_json6902;
	const char *validation;
	bool ignore_missing_components;
	struct common_metadata *common;
	struct post_build *post_build;
	bool force, wait, suspend;
	struct field_list health;	/* of struct health_ref */
	struct field_list health_exprs; /* of struct health_expr */
};

extern const struct field kustomization_spec_fields[];
extern const struct field kustomization_status_fields[];

#endif
