/*
 * options: the flags of `sluice run`: those of Flux's source-, kustomize- and helm-controller
 * together. Flags without an effect here are accepted with a warning. /
 */
#ifndef SLUICE_OPTIONS_H
#define SLUICE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "data/fields.h"

struct options {
	const char *kubeconfig, *context;
	const char *storage_path, *storage_addr, *storage_adv_addr;
	const char *metrics_addr, *health_addr, *events_addr;
	int64_t concurrent, concurrent_ssa;
	int64_t requeue_dependency, least_retry, most_retry;
	int64_t jitter;
	const char *log_level, *log_encoding;
	bool leader_election, leader_release;
	int64_t leader_lease, leader_deadline, leader_retry;
	const char *leader_name;
	bool watch_all_namespaces;
	const char *watch_selector, *config_selector;
	int64_t retention_ttl, retention_records;
	const char *digest_algo;
	int64_t pack_max, artifact_max;		      /* bytes */
	int64_t index_max, chart_max, chart_file_max; /* bytes */
	int64_t http_retry;
	int64_t tokens_max, tokens_last;
	bool no_cross_namespace, no_remote_bases, insecure_exec, insecure_tls;
	const char *default_service_account, *default_decryption_account,
		*default_kubeconfig_account;
	struct field_texts override_managers, apply_stages, kex_algos, hostkey_algos;
	const char *sops_age_secret, *sops_vault_configmap, *sigstore_trusted_root;
	const char *feature_gates;
	const char *runtime_namespace; /* env RUNTIME_NAMESPACE */
	bool help;
};

/* Reads the arguments behind the verb, on top of the environment and the defaults. ERR_INVALID
 * names an unknown flag and its nearest known one, or a bad value. */
err *options_parse(arena *mem, int argc, char **argv, struct options *ret_options);

/* Is a feature gate on? The gates of all controllers share their names. */
bool options_gate(const struct options *o, const char *gate);

/* The help text of the flags. */
void options_help(buf *b);

#endif
