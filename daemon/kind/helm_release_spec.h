/*
 * helm_release_spec: the HelmRelease's spec and status as tables of fields, and the structs that they
 * fill.
 */
#ifndef SLUICE_HELM_RELEASE_SPEC_H
#define SLUICE_HELM_RELEASE_SPEC_H

#include "kind/shared_fields.h"

struct chart_source_ref {
	const char *api_version, *kind, *name, *ns;
};

struct chart_verify {
	const char *provider;
	struct name_ref *secret;
};

struct chart_spec {
	const char *chart, *version, *strategy;
	struct chart_source_ref *source;
	int64_t interval;
	struct field_texts values_files;
	const char *values_file; /* of old versions; not used */
	bool ignore_missing;
	struct chart_verify *verify;
};

struct chart_template {
	struct common_metadata *metadata;
	struct chart_spec *spec;
};

/* A bool and whether it was said. */
struct maybe_bool {
	bool value, said;
};

/* spec.install.strategy, spec.upgrade.strategy */
struct action_strategy {
	const char *name;
	int64_t retry_interval;
};

struct action_remediation {
	int64_t retries;
	struct maybe_bool ignore_tests, remediate_last;
	const char *strategy; /* of an upgrade */
};

/* install, upgrade, rollback, uninstall: each has some of the fields. */
struct action_spec {
	int64_t timeout;
	bool no_wait, no_wait_jobs, no_hooks, no_validation, no_schema, no_ownership;
	struct maybe_bool ssa;	 /* install */
	const char *ssa_mode;	 /* upgrade, rollback */
	const char *crds;	 /* install, upgrade */
	const char *name_change; /* upgrade */
	const char *propagation; /* uninstall */
	bool force, cleanup_on_fail, preserve_values, recreate, replace, create_namespace;
	bool skip_crds, keep_history;
	struct action_strategy *strategy;
	struct action_remediation *remediation;
};

struct test_filter {
	const char *name;
	bool exclude;
};

struct test_spec {
	int64_t timeout;
	bool enable, ignore_failures;
	struct field_list filters; /* of struct test_filter */
};

struct drift_spec {
	const char *mode;
	struct field_list ignore; /* checked; taken from the object as it is */
};

struct value_source {
	const char *kind, *name, *key, *target_path;
	bool literal, optional;
};

struct kustomize_renderer {
	struct field_list patches, images; /* checked; taken from the object as they are */
	const val *patches_strategic_merge, *patches_json6902; /* of old versions; not used */
};

struct post_renderer {
	struct kustomize_renderer *kustomize;
};

struct kubeconfig_ref; /* remote.h */

struct wait_strategy {
	const char *name;
};

struct max_history {
	int64_t n;
	bool said;
};

struct helm_release {
	struct chart_template *chart;
	struct chart_source_ref *chart_ref;
	int64_t interval, timeout;
	struct kubeconfig_ref *kubeconfig;
	bool suspend;
	const char *release_name, *target_ns, *storage_ns, *account;
	struct field_list depends; /* of struct dependency */
	struct max_history max_history;
	bool persistent_client;
	struct drift_spec *drift;
	struct action_spec *install, *upgrade, *rollback, *uninstall;
	struct test_spec *test;
	struct field_list values_from; /* of struct value_source */
	const val *values;
	struct common_metadata *common;
	struct field_list post_renderers; /* of struct post_renderer */
	const char *post_render_strategy;
	struct wait_strategy *wait;
	struct field_list health_exprs; /* of struct health_expr */
};

extern const struct field helm_release_spec_fields[];
extern const struct field helm_release_status_fields[];

#endif
