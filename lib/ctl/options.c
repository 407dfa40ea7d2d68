#include "ctl/options.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/log.h"
#include "base/vec.h"

enum flag_type { TEXT, BOOL, INT, DURATION, TEXTS, IGNORED, IGNORED_BOOL };

struct flag {
	const char *name;
	enum flag_type type;
	size_t offset;
	const char *otherwise; /* the default, as it would be given */
	const char *env;       /* an environment variable that stands for the default */
	const char *about;     /* of an ignored one: why it has no effect */
};

#define AT(member) offsetof(struct options, member)
#define POOLED "requests are shaped by the API server's own fairness"
#define NO_CACHE "there is no such cache: an index is read as a stream"

static const struct flag flags[] = {
	{"kubeconfig", TEXT, AT(kubeconfig), "", "KUBECONFIG",
	 "Path of a kubeconfig; without one the service account of the pod is used."},
	{"context", TEXT, AT(context), "", NULL,
	 "Context of the kubeconfig; its current one by default."},
	{"storage-path", TEXT, AT(storage_path), "/data", "STORAGE_PATH",
	 "Folder in which artifacts are kept."},
	{"storage-addr", TEXT, AT(storage_addr), ":9090", "STORAGE_ADDR",
	 "Address on which artifacts are served."},
	{"storage-adv-addr", TEXT, AT(storage_adv_addr), "", "STORAGE_ADV_ADDR",
	 "Address under which the cluster reaches them."},
	{"metrics-addr", TEXT, AT(metrics_addr), ":8080", "METRICS_ADDR",
	 "Address on which metrics are served."},
	{"health-addr", TEXT, AT(health_addr), ":9440", "HEALTH_ADDR",
	 "Address on which /healthz and /readyz are served."},
	{"events-addr", TEXT, AT(events_addr), "", "EVENTS_ADDR", "URL that events are sent to."},
	{"concurrent", INT, AT(concurrent), "8", NULL,
	 "Reconciles of each kind that run at once, at most."},
	{"concurrent-ssa", INT, AT(concurrent_ssa), "4", NULL,
	 "Objects of one Kustomization that are applied at once, at most."},
	{"requeue-dependency", DURATION, AT(requeue_dependency), "30s", NULL,
	 "How often something that is missing is looked at again."},
	{"min-retry-delay", DURATION, AT(least_retry), "750ms", NULL,
	 "The first delay before a failed reconcile is tried again."},
	{"max-retry-delay", DURATION, AT(most_retry), "15m", NULL, "The longest such delay."},
	{"interval-jitter-percentage", INT, AT(jitter), "5", NULL,
	 "By how much intervals vary, in percent (0 to 99)."},
	{"log-level", TEXT, AT(log_level), "info", NULL, "trace, debug, info or error."},
	{"log-encoding", TEXT, AT(log_encoding), "json", NULL, "json or console."},
	{"enable-leader-election", BOOL, AT(leader_election), "false", "ENABLE_LEADER_ELECTION",
	 "Let only one of several programs work."},
	{"leader-election-lease-duration", DURATION, AT(leader_lease), "35s", NULL,
	 "How long others wait before they take a lease over."},
	{"leader-election-renew-deadline", DURATION, AT(leader_deadline), "30s", NULL,
	 "How long the leader tries to renew its lease before it stops."},
	{"leader-election-retry-period", DURATION, AT(leader_retry), "5s", NULL,
	 "How long to wait between tries."},
	{"leader-election-release-on-cancel", BOOL, AT(leader_release), "true", NULL,
	 "Give the lease up on shutdown."},
	{"watch-all-namespaces", BOOL, AT(watch_all_namespaces), "true", NULL,
	 "Watch all namespaces, or only the program's own (RUNTIME_NAMESPACE)."},
	{"watch-label-selector", TEXT, AT(watch_selector), "", NULL,
	 "Watch only objects with these labels."},
	{"watch-configs-label-selector", TEXT, AT(config_selector),
	 "reconcile.fluxcd.io/watch=Enabled", NULL,
	 "Accepted; every Secret and ConfigMap that is referred to is watched."},
	{"artifact-retention-ttl", DURATION, AT(retention_ttl), "1m", NULL,
	 "How long artifacts that are not current are kept."},
	{"artifact-retention-records", INT, AT(retention_records), "2", NULL,
	 "How many artifacts of a source are kept."},
	{"artifact-digest-algo", TEXT, AT(digest_algo), "sha256", NULL,
	 "Digest of artifacts: sha256, sha384 or sha512."},
	{"git-pack-max-size", INT, AT(pack_max), "1073741824", NULL,
	 "Bytes received in one fetch from a Git repository, at most."},
	{"artifact-max-size", INT, AT(artifact_max), "1073741824", NULL,
	 "Bytes of all files of a source's artifact, at most."},
	{"helm-index-max-size", INT, AT(index_max), "52428800", NULL,
	 "Bytes of a Helm repository's index, at most."},
	{"helm-chart-max-size", INT, AT(chart_max), "10485760", NULL, "Bytes of a chart, at most."},
	{"helm-chart-file-max-size", INT, AT(chart_file_max), "5242880", NULL,
	 "Bytes of one file of a chart, at most."},
	{"http-retry", INT, AT(http_retry), "9", NULL,
	 "How often the download of an artifact is tried again."},
	{"no-cross-namespace-refs", BOOL, AT(no_cross_namespace), "false", NULL,
	 "Refuse sources of other namespaces."},
	{"no-remote-bases", BOOL, AT(no_remote_bases), "false", NULL,
	 "Refuse remote bases in kustomizations."},
	{"insecure-kubeconfig-exec", BOOL, AT(insecure_exec), "false", NULL,
	 "Accept user.exec in kubeconfigs of remote clusters."},
	{"insecure-kubeconfig-tls", BOOL, AT(insecure_tls), "false", NULL,
	 "Accept insecure-skip-tls-verify in kubeconfigs of remote clusters."},
	{"default-service-account", TEXT, AT(default_service_account), "", NULL,
	 "Account that is impersonated when an object names none."},
	{"default-decryption-service-account", TEXT, AT(default_decryption_account), "", NULL,
	 "The same for decryption."},
	{"default-kubeconfig-service-account", TEXT, AT(default_kubeconfig_account), "", NULL,
	 "The same for remote clusters."},
	{"override-manager", TEXTS, AT(override_managers), NULL, NULL,
	 "Field manager whose changes are taken over (may be given often)."},
	{"custom-apply-stage-kinds", TEXTS, AT(apply_stages), NULL, NULL,
	 "Kinds (group/Kind) that are applied before the rest."},
	{"ssh-kex-algos", TEXTS, AT(kex_algos), NULL, NULL, "Key exchange algorithms of ssh."},
	{"ssh-hostkey-algos", TEXTS, AT(hostkey_algos), NULL, NULL, "Host key algorithms of ssh."},
	{"sops-age-secret", TEXT, AT(sops_age_secret), "", NULL,
	 "Secret in RUNTIME_NAMESPACE with age keys for everybody."},
	{"sops-vault-configmap", TEXT, AT(sops_vault_configmap), "", NULL,
	 "ConfigMap in RUNTIME_NAMESPACE with trusted Vault servers."},
	{"sigstore-trusted-root", TEXT, AT(sigstore_trusted_root), "", NULL,
	 "File (trusted_root.json) of a Sigstore, instead of the one open to everybody."},
	{"token-cache-max-size", INT, AT(tokens_max), "1000", NULL,
	 "Tokens of clouds and GitHub Apps that are kept, at most; 0: none."},
	{"token-cache-max-duration", DURATION, AT(tokens_last), "1h", NULL,
	 "How long a token is kept at most, an hour being the limit."},
	{"feature-gates", TEXT, AT(feature_gates), "", NULL,
	 "name=true|false, separated by commas."},
	{"help", BOOL, AT(help), "false", NULL, "Print this text."},
	{"kube-api-qps", IGNORED, 0, NULL, NULL, POOLED},
	{"kube-api-burst", IGNORED, 0, NULL, NULL, POOLED},
	{"helm-cache-max-size", IGNORED, 0, NULL, NULL, NO_CACHE},
	{"helm-cache-ttl", IGNORED, 0, NULL, NULL, NO_CACHE},
	{"helm-cache-purge-interval", IGNORED, 0, NULL, NULL, NO_CACHE},
	{"graceful-shutdown-timeout", IGNORED, 0, NULL, NULL,
	 "a shutdown takes 10 s at most, and what was begun is taken up again"},
	{"http-timeout", IGNORED, 0, NULL, NULL, "artifacts are handed over inside the program"},
	{"oom-watch-memory-threshold", IGNORED, 0, NULL, NULL,
	 "memory is bounded for each reconcile"},
	{"oom-watch-interval", IGNORED, 0, NULL, NULL, "memory is bounded for each reconcile"},
	{"oom-watch-max-memory-path", IGNORED, 0, NULL, NULL,
	 "memory is bounded for each reconcile"},
	{"oom-watch-current-memory-path", IGNORED, 0, NULL, NULL,
	 "memory is bounded for each reconcile"},
	{"snapshot-digest-algo", IGNORED, 0, NULL, NULL, "snapshots have sha256 digests"},
	{"receiverAddr", IGNORED, 0, NULL, NULL, "there is no such listener"},
	{"rate-limit-interval", IGNORED, 0, NULL, NULL, "repeated events are counted, not sent"},
	{"export-http-path-metrics", IGNORED_BOOL, 0, NULL, NULL, "paths are no labels"},
};

#define FLAGS (sizeof(flags) / sizeof(flags[0]))

struct gate {
	const char *name;
	bool on;
};

static const struct gate gates[] = {
	{"CacheSecretsAndConfigMaps", false},
	{"ObjectLevelWorkloadIdentity", false},
	{"AdditiveCELDependencyCheck", false},
	{"CancelHealthCheckOnNewRevision", false},
	{"DirectSourceFetch", false},
	{"DisableConfigWatchers", false},
	{"DisableFailFastBehavior", false},
	{"DisableStatusPollerCache", true},
	{"ExternalArtifact", false},
	{"GroupChangeLog", false},
	{"MigrateAPIVersion", false},
	{"StrictPostBuildSubstitutions", true},
	{"DetectDrift", false},
	{"CorrectDrift", false},
	{"AllowDNSLookups", false},
	{"OOMWatch", false},
	{"AdoptLegacyReleases", false},
	{"DisableChartDigestTracking", false},
	{"DefaultToRetryOnFailure", false},
	{"UseHelm3Defaults", false},
};

#define GATES (sizeof(gates) / sizeof(gates[0]))

/* How many letters have to change to make one text of the other. */
static size_t distance(const char *a, const char *b)
{
	size_t m = strlen(b), row[65];
	if (m > 64 || strlen(a) > 64)
		return 64;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t corner = row[0];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

static const char *nearest_flag(const char *name)
{
	const char *best = flags[0].name;
	for (size_t i = 1; i < FLAGS; i++)
		if (distance(name, flags[i].name) < distance(name, best))
			best = flags[i].name;
	return best;
}

static const char *nearest_gate(const char *name)
{
	const char *best = gates[0].name;
	for (size_t i = 1; i < GATES; i++)
		if (distance(name, gates[i].name) < distance(name, best))
			best = gates[i].name;
	return best;
}

static err *set_bool(arena *mem, const struct flag *f, const char *value, bool *into)
{
	static const char *const yes[] = {"true", "1", "t", "T", "TRUE", "True"};
	static const char *const no[] = {"false", "0", "f", "F", "FALSE", "False"};
	for (int i = 0; i < 6; i++) {
		if (text_eq(value, yes[i]) || text_eq(value, no[i])) {
			*into = text_eq(value, yes[i]);
			return NULL;
		}
	}
	return err_new(mem, ERR_INVALID, "--%s: '%s' is neither true nor false", f->name, value);
}

static void add_texts(arena *mem, const char *value, struct field_texts *into)
{
	str rest = str_of(value), part;
	while (str_next(&rest, ',', &part)) {
		if (!part.n)
			continue;
		into->p = arena_grow(mem, into->p, into->n * sizeof(char *),
				     (into->n + 1) * sizeof(char *));
		into->p[into->n++] = str_text(mem, part);
	}
}

static err *set(arena *mem, const struct flag *f, const char *value, struct options *o)
{
	char *at = (char *)o + f->offset;
	switch (f->type) {
	case TEXT:
		*(const char **)at = arena_text(mem, value);
		return NULL;
	case BOOL:
		return set_bool(mem, f, value, (bool *)at);
	case INT:
		if (!str_int(str_of(value), (int64_t *)at) || *(int64_t *)at < 0)
			return err_new(mem, ERR_INVALID, "--%s: '%s' is no whole number", f->name,
				       value);
		return NULL;
	case DURATION:
		TRY_AS(mem, duration_parse(mem, str_of(value), (int64_t *)at), "--%s", f->name);
		return NULL;
	case TEXTS:
		add_texts(mem, value, (struct field_texts *)at);
		return NULL;
	default:
		log_line(LOG_INFO, "options", "a flag without effect", "flag", f->name, "because",
			 f->about, NULL);
		return NULL;
	}
}

static err *set_defaults(arena *mem, struct options *o)
{
	for (size_t i = 0; i < FLAGS; i++) {
		const struct flag *f = &flags[i];
		const char *value = f->env ? getenv(f->env) : NULL;
		if (!value || !*value)
			value = f->otherwise;
		if (value)
			TRY_AS(mem, set(mem, f, value, o), "%s%s", f->env ? "environment " : "",
			       f->env ? f->env : "");
	}
	const char *ns = getenv("RUNTIME_NAMESPACE");
	o->runtime_namespace = ns && *ns ? ns : "flux-system";
	o->leader_name = "sluice-leader-election";
	return NULL;
}

static const struct flag *find(const char *name)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (text_eq(flags[i].name, name))
			return &flags[i];
	return NULL;
}

/* Takes one flag and its value; *i is moved over both. */
static err *take(arena *mem, int argc, char **argv, int *i, struct options *o)
{
	if (text_eq(argv[*i], "-h")) {
		o->help = true;
		return NULL;
	}
	if (!text_starts(argv[*i], "--") || !argv[*i][2])
		return err_new(mem, ERR_INVALID, "'%s' is no flag; see sluice run --help",
			       argv[*i]);
	str name, value;
	bool has_value = str_cut(str_of(argv[*i] + 2), '=', &name, &value);
	const char *key = str_text(mem, name);
	const struct flag *f = find(key);
	if (!f)
		return err_new(mem, ERR_INVALID,
			       "unknown flag --%s; did you mean --%s? See sluice run --help", key,
			       nearest_flag(key));
	if (has_value)
		return set(mem, f, str_text(mem, value), o);
	if (f->type == BOOL || f->type == IGNORED_BOOL)
		return set(mem, f, "true", o);
	if (*i + 1 >= argc)
		return err_new(mem, ERR_INVALID, "--%s needs a value", key);
	return set(mem, f, argv[++*i], o);
}

static err *check_gates(arena *mem, const char *text)
{
	str rest = str_of(text), part, name, value;
	while (str_next(&rest, ',', &part)) {
		if (!str_cut(str_trim(part), '=', &name, &value) && part.n)
			return err_new(mem, ERR_INVALID,
				       "--feature-gates: '%.*s' has no =true or =false",
				       STR_ARG(part));
		bool known = !part.n;
		for (size_t i = 0; i < GATES; i++)
			known = known || str_is(name, gates[i].name);
		if (!known)
			return err_new(mem, ERR_INVALID,
				       "--feature-gates: unknown gate '%.*s'; did you mean %s?",
				       STR_ARG(name), nearest_gate(str_text(mem, name)));
	}
	return NULL;
}

static err *check(arena *mem, const struct options *o)
{
	enum log_level level;
	if (!log_level_parse(o->log_level, &level))
		return err_new(mem, ERR_INVALID,
			       "--log-level: '%s' is none of trace, debug, info, error",
			       o->log_level);
	if (!text_eq(o->log_encoding, "json") && !text_eq(o->log_encoding, "console"))
		return err_new(mem, ERR_INVALID, "--log-encoding: '%s' is neither json nor console",
			       o->log_encoding);
	if (o->jitter > 99)
		return err_new(mem, ERR_INVALID,
			       "--interval-jitter-percentage: must be less than 100");
	if (o->concurrent < 1 || o->concurrent > 1000)
		return err_new(mem, ERR_INVALID, "--concurrent: must be from 1 to 1000");
	if (o->pack_max < 1 || o->artifact_max < 1)
		return err_new(mem, ERR_INVALID, "--%s: must be at least 1",
			       o->pack_max < 1 ? "git-pack-max-size" : "artifact-max-size");
	if (o->leader_deadline >= o->leader_lease || o->leader_retry >= o->leader_deadline)
		return err_new(mem, ERR_INVALID,
			       "leader election: the lease duration must be greater than the renew "
			       "deadline, and that greater than the retry period");
	return check_gates(mem, o->feature_gates);
}

err *options_parse(arena *mem, int argc, char **argv, struct options *ret_options)
{
	*ret_options = (struct options){0};
	TRY(set_defaults(mem, ret_options));
	for (int i = 1; i < argc; i++)
		TRY(take(mem, argc, argv, &i, ret_options));
	return check(mem, ret_options);
}

bool options_gate(const struct options *o, const char *gate)
{
	str rest = str_of(o->feature_gates), part, name, value;
	bool on = false;
	for (size_t i = 0; i < GATES; i++)
		if (text_eq(gates[i].name, gate))
			on = gates[i].on;
	while (str_next(&rest, ',', &part))
		if (str_cut(str_trim(part), '=', &name, &value) && str_is(name, gate))
			on = str_is(value, "true") || str_is(value, "1");
	return on;
}

void options_help(buf *b)
{
	buf_text_add(b,
		     "usage: sluice run [flags]\n\nRuns the daemon: watches the Flux objects of a "
		     "cluster and makes them true.\n\n");
	for (size_t i = 0; i < FLAGS; i++) {
		const struct flag *f = &flags[i];
		if (f->type == IGNORED || f->type == IGNORED_BOOL)
			continue;
		buf_printf(b, "  --%-36s %s", f->name, f->about);
		if (f->otherwise && *f->otherwise && f->type != BOOL)
			buf_printf(b, " Default: %s.", f->otherwise);
		if (f->env)
			buf_printf(b, " Env: %s.", f->env);
		buf_char(b, '\n');
	}
	buf_text_add(b, "\nAccepted without effect, as Flux's controllers know them:\n ");
	for (size_t i = 0; i < FLAGS; i++)
		if (flags[i].type == IGNORED || flags[i].type == IGNORED_BOOL)
			buf_printf(b, " --%s", flags[i].name);
	buf_text_add(b, "\n\nFeature gates:\n ");
	for (size_t i = 0; i < GATES; i++)
		buf_printf(b, " %s=%s", gates[i].name, gates[i].on ? "true" : "false");
	buf_char(b, '\n');
}
