#include "release/release_wait_judge.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"

static const char *text_of(const val *obj, const char *outer, const char *inner)
{
	return val_text_or(VAL_IN(obj, outer, inner), "");
}

static int64_t int_of(const val *obj, const char *outer, const char *inner, int64_t otherwise)
{
	return val_as_int(VAL_IN(obj, outer, inner), otherwise);
}

static enum health ready_if(bool is)
{
	return is ? HEALTH_CURRENT : HEALTH_IN_PROGRESS;
}

/* Is a condition of that type True? */
static bool has(const val *obj, const char *type, const char *state)
{
	const val *list = VAL_IN(obj, "status", "conditions");
	for (size_t i = 0; i < val_len(list); i++)
		if (text_eq(val_as_text(val_get(val_at(list, i), "type")), type) &&
		    text_eq(val_as_text(val_get(val_at(list, i), "status")), state))
			return true;
	return false;
}

/* ---- hooks ------------------------------------------------------------------------------------- */

static enum health of_hook(const void *arg, arena *mem, const val *obj, const char **ret_message)
{
	const char *kind = val_text_or(val_get(obj, "kind"), ""), *phase;
	struct health_result r;
	(void)arg;
	(void)ret_message;
	if (text_eq(kind, "Pod")) {
		phase = text_of(obj, "status", "phase");
		return text_eq(phase, "Failed") ? HEALTH_FAILED
						: ready_if(text_eq(phase, "Succeeded"));
	}
	if (!text_eq(kind, "Job"))
		return HEALTH_CURRENT;
	health_of_managed(mem, obj, clock_wall(), &r);
	return r.status;
}

const struct live_judge judge_hook = {of_hook, NULL};

static enum health of_kstatus(const void *arg, arena *mem, const val *obj, const char **ret_message)
{
	struct health_result r;
	(void)arg;
	err *e = health_of(mem, obj, clock_wall(), &r);
	if (!e)
		return r.status;
	*ret_message = err_text(mem, e);
	return HEALTH_UNKNOWN;
}

const struct live_judge judge_kstatus = {of_kstatus, NULL};

/* ---- Helm 3 ------------------------------------------------------------------------------------ */

typedef enum health (*rule)(arena *mem, const val *obj, const char **ret_message);

static bool is_observed(const val *obj)
{
	return int_of(obj, "status", "observedGeneration", 0) ==
	       int_of(obj, "metadata", "generation", 0);
}

static enum health of_pod(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	return ready_if(has(obj, "Ready", "True"));
}

static enum health of_job(arena *mem, const val *obj, const char **ret_message)
{
	if (int_of(obj, "status", "failed", 0) > int_of(obj, "spec", "backoffLimit", 6)) {
		*ret_message = arena_printf(mem, "job is failed: %s/%s",
					    text_of(obj, "metadata", "namespace"),
					    text_of(obj, "metadata", "name"));
		return HEALTH_FAILED;
	}
	return ready_if(int_of(obj, "status", "succeeded", 0) >=
			int_of(obj, "spec", "completions", 0));
}

/* A number or a share of total, which is rounded up or down; otherwise when it is neither. */
static int64_t scaled(const val *v, int64_t total, bool up, int64_t otherwise)
{
	str text = val_as_str(v);
	if (val_is(v, VAL_INT) || val_is(v, VAL_FLOAT))
		return val_as_int(v, otherwise);
	if (!text.n || text.p[text.n - 1] != '%')
		return otherwise;
	double share = (double)total * atof(text.p) / 100;
	return (int64_t)(up ? ceil(share) : floor(share));
}

static int64_t unavailable(const val *obj, int64_t replicas)
{
	const val *rolling = VAL_IN(obj, "spec", "strategy", "rollingUpdate");
	if (text_eq(val_as_text(VAL_IN(obj, "spec", "strategy", "type")), "Recreate") || !replicas)
		return 0;
	int64_t max = scaled(val_get(rolling, "maxUnavailable"), replicas, false, 0);
	int64_t surge = scaled(val_get(rolling, "maxSurge"), replicas, true, 0);
	if (!max && !surge)
		max = 1;
	return max > replicas ? replicas : max;
}

/* Those of the new replica set: what is ready beyond all that may still be old. */
static enum health of_deployment(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	int64_t replicas = int_of(obj, "spec", "replicas", 1);
	int64_t updated = int_of(obj, "status", "updatedReplicas", 0);
	int64_t older = int_of(obj, "status", "replicas", 0) - updated;
	int64_t ready = int_of(obj, "status", "readyReplicas", 0) - (older > 0 ? older : 0);
	if (val_as_bool(VAL_IN(obj, "spec", "paused"), false))
		return HEALTH_CURRENT;
	return ready_if(is_observed(obj) && ready >= replicas - unavailable(obj, replicas));
}

static enum health of_claim(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	return ready_if(text_eq(text_of(obj, "status", "phase"), "Bound"));
}

static enum health of_service(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	const char *type = text_of(obj, "spec", "type");
	if (text_eq(type, "ExternalName"))
		return HEALTH_CURRENT;
	if (!*text_of(obj, "spec", "clusterIP"))
		return HEALTH_IN_PROGRESS;
	if (!text_eq(type, "LoadBalancer") || val_len(VAL_IN(obj, "spec", "externalIPs")))
		return HEALTH_CURRENT;
	return ready_if(VAL_IN(obj, "status", "loadBalancer", "ingress") != NULL);
}

static enum health of_daemon_set(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	const val *strategy = VAL_IN(obj, "spec", "updateStrategy");
	int64_t desired = int_of(obj, "status", "desiredNumberScheduled", 0);
	if (!is_observed(obj))
		return HEALTH_IN_PROGRESS;
	if (!text_eq(val_as_text(val_get(strategy, "type")), "RollingUpdate"))
		return HEALTH_CURRENT;
	int64_t away =
		scaled(VAL_IN(strategy, "rollingUpdate", "maxUnavailable"), desired, true, desired);
	return ready_if(int_of(obj, "status", "updatedNumberScheduled", 0) == desired &&
			int_of(obj, "status", "numberReady", 0) >= desired - away);
}

static enum health of_definition(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	return ready_if(has(obj, "Established", "True") || has(obj, "NamesAccepted", "False"));
}

static enum health of_stateful_set(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	const val *strategy = VAL_IN(obj, "spec", "updateStrategy");
	int64_t replicas = int_of(obj, "spec", "replicas", 1);
	int64_t part = val_as_int(VAL_IN(strategy, "rollingUpdate", "partition"), 0);
	if (!is_observed(obj))
		return HEALTH_IN_PROGRESS;
	if (!text_eq(val_as_text(val_get(strategy, "type")), "RollingUpdate"))
		return HEALTH_CURRENT;
	return ready_if(int_of(obj, "status", "updatedReplicas", 0) >= replicas - part &&
			int_of(obj, "status", "readyReplicas", 0) == replicas &&
			(part || text_eq(text_of(obj, "status", "currentRevision"),
					 text_of(obj, "status", "updateRevision"))));
}

static enum health of_replicas(arena *mem, const val *obj, const char **ret_message)
{
	(void)mem;
	(void)ret_message;
	return ready_if(is_observed(obj) && int_of(obj, "status", "readyReplicas", 0) >=
						    int_of(obj, "status", "replicas", 0));
}

static enum health by_rule(const void *arg, arena *mem, const val *obj, const char **ret_message)
{
	return (*(const rule *)arg)(mem, obj, ret_message);
}

struct row {
	const char *group, *kind;
	rule of;
	struct live_judge judge;
};

#define ROW(place, group, kind, fn) [place] = {group, kind, fn, {by_rule, &rows[place].of}}

static const struct row rows[] = {
	ROW(0, "", "Pod", of_pod),
	ROW(1, "batch", "Job", of_job),
	ROW(2, "apps", "Deployment", of_deployment),
	ROW(3, "", "PersistentVolumeClaim", of_claim),
	ROW(4, "", "Service", of_service),
	ROW(5, "apps", "DaemonSet", of_daemon_set),
	ROW(6, "apiextensions.k8s.io", "CustomResourceDefinition", of_definition),
	ROW(7, "apps", "StatefulSet", of_stateful_set),
	ROW(8, "", "ReplicationController", of_replicas),
	ROW(9, "apps", "ReplicaSet", of_replicas),
	[10] = {NULL, NULL, NULL, {NULL, NULL}},
};

const struct live_judge *judge_helm3(const char *group, const char *kind)
{
	for (size_t i = 0; rows[i].kind; i++)
		if (text_eq(rows[i].group, group) && text_eq(rows[i].kind, kind))
			return &rows[i].judge;
	return NULL;
}
