#include "apply/health_rule.h"

#include "base/buf.h"
#include "base/clock.h"
#include "data/json.h"

#define NO_DEADLINE INT64_C(2147483647) /* how a Deployment says that it has none */

void health_set(struct health_result *ret, enum health status, const char *reason,
		const char *message)
{
	*ret = (struct health_result){status, message, reason, message};
}

void health_current(struct health_result *ret, const char *message)
{
	health_set(ret, HEALTH_CURRENT, "", message);
}

static const char *go_type(const val *v)
{
	if (!v)
		return "<nil>";
	static const char *const names[] = {"<nil>",
					    "bool",
					    "int64",
					    "float64",
					    "string",
					    "[]interface {}",
					    "map[string]interface {}"};
	return names[v->kind];
}

static const char *go_value(arena *mem, const val *v)
{
	if (!v || v->kind == VAL_NULL)
		return "<nil>";
	return v->kind == VAL_TEXT ? val_as_text(v) : json_text(mem, v, JSON_SORTED);
}

err *health_field(arena *mem, const val *obj, const char *outer, const char *inner,
		  enum val_kind kind, const char *expected, const val **ret)
{
	*ret = NULL;
	const val *parent = val_get(obj, outer);
	if (!parent || parent->kind == VAL_NULL)
		return NULL;
	const val *v = val_get(parent, inner);
	if (val_is(parent, VAL_MAP) && !v)
		return NULL;
	bool bad_parent = !val_is(parent, VAL_MAP);
	if (bad_parent || !val_is(v, kind)) {
		const val *bad = bad_parent ? parent : v;
		return err_new(mem, ERR_INVALID,
			       ".%s.%s accessor error: %s is of the type %s, expected %s", outer,
			       inner, go_value(mem, bad), go_type(bad),
			       bad_parent ? "map[string]interface{}" : expected);
	}
	*ret = v;
	return NULL;
}

/* A number as the rules read it: anything but an int counts as absent. */
static int64_t number(const val *obj, const char *outer, const char *inner, int64_t otherwise)
{
	const val *v = VAL_IN(obj, outer, inner);
	return val_is(v, VAL_INT) ? v->i : otherwise;
}

static const char *text_at(const val *obj, const char *outer, const char *inner)
{
	return val_text_or(VAL_IN(obj, outer, inner), "");
}

static const struct condition *condition(const struct subject *s, const char *type,
					 const char *status)
{
	for (size_t i = 0; i < s->conds.n; i++)
		if (text_eq(s->conds.p[i].type, type) && text_eq(s->conds.p[i].status, status))
			return &s->conds.p[i];
	return NULL;
}

static void progress(const struct subject *s, const char *reason, const char *what, int64_t is,
		     int64_t of)
{
	health_set(s->ret, HEALTH_IN_PROGRESS, reason,
		   arena_printf(s->mem, "%s: %lld/%lld", what, (long long)is, (long long)of));
}

static void extra_pods(const struct subject *s, int64_t n)
{
	health_set(s->ret, HEALTH_IN_PROGRESS, "ExtraPods",
		   arena_printf(s->mem, "Pending termination: %lld", (long long)n));
}

static void all_scheduled(const struct subject *s, int64_t n)
{
	health_current(s->ret,
		       arena_printf(s->mem, "All replicas scheduled as expected. Replicas: %lld",
				    (long long)n));
}

static err *always(const struct subject *s)
{
	health_current(s->ret, "Resource is always ready");
	return NULL;
}

static err *disruption_budget(const struct subject *s)
{
	health_current(s->ret, "AllowedDisruptions has been computed.");
	return NULL;
}

static err *service(const struct subject *s)
{
	const char *type = text_at(s->obj, "spec", "type");
	if (text_eq(type, "LoadBalancer") && !*text_at(s->obj, "spec", "clusterIP"))
		health_set(s->ret, HEALTH_IN_PROGRESS, "NoIPAssigned",
			   "ClusterIP not set. Service type: LoadBalancer");
	else
		health_current(s->ret, "Service is ready");
	return NULL;
}

static err *volume_claim(const struct subject *s)
{
	const char *phase = val_text_or(VAL_IN(s->obj, "status", "phase"), "unknown");
	if (text_eq(phase, "Bound"))
		health_current(s->ret, "PVC is Bound");
	else
		health_set(s->ret, HEALTH_IN_PROGRESS, "NotBound",
			   arena_printf(s->mem, "PVC is not Bound. phase: %s", phase));
	return NULL;
}

/* The names of the containers that wait in CrashLoopBackOff, comma-separated; "" for none. */
static err *crash_looping(const struct subject *s, const char **ret)
{
	const val *list;
	TRY(health_field(s->mem, s->obj, "status", "containerStatuses", VAL_LIST, "[]interface{}",
			 &list));
	buf names = buf_init(s->mem);
	for (size_t i = 0; i < val_len(list); i++) {
		const val *c = val_at(list, i);
		if (!val_is(c, VAL_MAP))
			return err_new(s->mem, ERR_INVALID,
				       "status.containerStatuses[%zu] is no map but a %s", i,
				       val_kind_name(c));
		const char *name = val_as_text(val_get(c, "name"));
		if (name && text_eq(val_as_text(VAL_IN(c, "state", "waiting", "reason")),
				    "CrashLoopBackOff"))
			buf_printf(&names, "%s%s", names.n ? "," : "", name);
	}
	*ret = buf_text(&names);
	return NULL;
}

static err *running_pod(const struct subject *s)
{
	if (condition(s, "Ready", "True")) {
		health_current(s->ret, "Pod is Ready");
		return NULL;
	}
	const char *names;
	TRY(crash_looping(s, &names));
	if (*names)
		health_set(s->ret, HEALTH_FAILED, "ContainerCrashLooping",
			   arena_printf(s->mem, "Containers in CrashLoop state: %s", names));
	else
		health_set(s->ret, HEALTH_IN_PROGRESS, "PodRunningNotReady",
			   "Pod is running but is not Ready");
	return NULL;
}

static void pending_pod(const struct subject *s)
{
	const struct condition *c = condition(s, "PodScheduled", "False");
	if (!c || !text_eq(c->reason, "Unschedulable")) {
		health_set(s->ret, HEALTH_IN_PROGRESS, "PodPending", "Pod is in the Pending phase");
		return;
	}
	int64_t created = 0;
	clock_parse_rfc3339(val_as_str(VAL_IN(s->obj, "metadata", "creationTimestamp")), &created);
	if (s->now - 15 * CLOCK_SECOND < created)
		health_set(s->ret, HEALTH_IN_PROGRESS, "PodNotScheduled",
			   "Pod has not been scheduled");
	else
		health_set(s->ret, HEALTH_FAILED, "PodUnschedulable", "Pod could not be scheduled");
}

static err *pod(const struct subject *s)
{
	const char *phase = text_at(s->obj, "status", "phase");
	if (text_eq(phase, "Running"))
		return running_pod(s);
	if (text_eq(phase, "Succeeded"))
		health_current(s->ret, "Pod has completed successfully");
	else if (text_eq(phase, "Failed"))
		health_current(s->ret, "Pod has completed, but not successfully");
	else if (text_eq(phase, "Pending"))
		pending_pod(s);
	else if (*phase)
		return err_new(s->mem, ERR_INVALID, "unknown phase %s", phase);
	else
		health_set(s->ret, HEALTH_IN_PROGRESS, "PodNotObserved", "Pod phase not available");
	return NULL;
}

static bool deadline_exceeded(const struct subject *s, bool *ret_progressing, bool *ret_available)
{
	*ret_progressing =
		number(s->obj, "spec", "progressDeadlineSeconds", NO_DEADLINE) == NO_DEADLINE;
	*ret_available = false;
	for (size_t i = 0; i < s->conds.n; i++) {
		const struct condition *c = &s->conds.p[i];
		if (text_eq(c->type, "Progressing")) {
			if (text_eq(c->reason, "ProgressDeadlineExceeded")) {
				*s->ret = (struct health_result){HEALTH_FAILED,
								 "Progress deadline exceeded",
								 c->reason, c->message};
				return true;
			}
			if (text_eq(c->status, "True") &&
			    text_eq(c->reason, "NewReplicaSetAvailable"))
				*ret_progressing = true;
		} else if (text_eq(c->type, "Available") && text_eq(c->status, "True")) {
			*ret_available = true;
		}
	}
	return false;
}

static err *deployment(const struct subject *s)
{
	bool progressing, available_now;
	if (deadline_exceeded(s, &progressing, &available_now))
		return NULL;
	int64_t want = number(s->obj, "spec", "replicas", 1);
	int64_t have = number(s->obj, "status", "replicas", 0);
	int64_t updated = number(s->obj, "status", "updatedReplicas", 0);
	int64_t ready = number(s->obj, "status", "readyReplicas", 0);
	int64_t available = number(s->obj, "status", "availableReplicas", 0);
	if (want > have)
		progress(s, "LessReplicas", "Replicas", have, want);
	else if (want > updated)
		progress(s, "LessUpdated", "Updated", updated, want);
	else if (have > want)
		extra_pods(s, have - want);
	else if (updated > available)
		progress(s, "LessAvailable", "Available", available, updated);
	else if (want > ready)
		progress(s, "LessReady", "Ready", ready, want);
	else if (!progressing)
		health_set(s->ret, HEALTH_IN_PROGRESS, "ReplicaSetNotAvailable",
			   "ReplicaSet not Available");
	else if (!available_now)
		health_set(s->ret, HEALTH_IN_PROGRESS, "DeploymentNotAvailable",
			   "Deployment not Available");
	else
		health_current(s->ret,
			       arena_printf(s->mem, "Deployment is available. Replicas: %lld",
					    (long long)have));
	return NULL;
}

static err *replica_set(const struct subject *s)
{
	if (condition(s, "ReplicaFailure", "True")) {
		health_set(s->ret, HEALTH_IN_PROGRESS, "ReplicaFailure",
			   "Replica Failure condition. Check Pods");
		return NULL;
	}
	int64_t want = number(s->obj, "spec", "replicas", 1);
	int64_t have = number(s->obj, "status", "replicas", 0);
	int64_t labelled = number(s->obj, "status", "fullyLabeledReplicas", 0);
	int64_t available = number(s->obj, "status", "availableReplicas", 0);
	int64_t ready = number(s->obj, "status", "readyReplicas", 0);
	if (want > labelled)
		progress(s, "LessLabelled", "Labelled", labelled, want);
	else if (want > available)
		progress(s, "LessAvailable", "Available", available, want);
	else if (want > ready)
		progress(s, "LessReady", "Ready", ready, want);
	else if (have > want)
		extra_pods(s, have - want);
	else
		health_current(s->ret,
			       arena_printf(s->mem, "ReplicaSet is available. Replicas: %lld",
					    (long long)have));
	return NULL;
}

static void stateful_rollout(const struct subject *s, int64_t want, int64_t have)
{
	const val *partition =
		VAL_IN(s->obj, "spec", "updateStrategy", "rollingUpdate", "partition");
	int64_t keep = val_is(partition, VAL_INT) ? partition->i : -1;
	int64_t updated = number(s->obj, "status", "updatedReplicas", 0);
	int64_t now = number(s->obj, "status", "currentReplicas", 0);
	if (keep != -1 && updated < want - keep)
		progress(s, "PartitionRollout", "updated", updated, want - keep);
	else if (keep != -1)
		health_current(s->ret,
			       arena_printf(s->mem, "Partition rollout complete. updated: %lld",
					    (long long)updated));
	else if (want > now)
		progress(s, "LessCurrent", "current", now, want);
	else if (!text_eq(text_at(s->obj, "status", "currentRevision"),
			  text_at(s->obj, "status", "updateRevision")))
		health_set(s->ret, HEALTH_IN_PROGRESS, "RevisionMismatch",
			   "Waiting for updated revision to match current");
	else
		all_scheduled(s, have);
}

static err *stateful_set(const struct subject *s)
{
	if (text_eq(val_as_text(VAL_IN(s->obj, "spec", "updateStrategy", "type")), "OnDelete")) {
		health_current(s->ret, "StatefulSet is using the ondelete update strategy");
		return NULL;
	}
	int64_t want = number(s->obj, "spec", "replicas", 1);
	int64_t have = number(s->obj, "status", "replicas", 0);
	int64_t ready = number(s->obj, "status", "readyReplicas", 0);
	if (want > have)
		progress(s, "LessReplicas", "Replicas", have, want);
	else if (want > ready)
		progress(s, "LessReady", "Ready", ready, want);
	else if (have > want)
		extra_pods(s, have - want);
	else
		stateful_rollout(s, want, have);
	return NULL;
}

static err *daemon_set(const struct subject *s)
{
	const val *generation, *observed;
	TRY(health_field(s->mem, s->obj, "metadata", "generation", VAL_INT, "int64", &generation));
	TRY(health_field(s->mem, s->obj, "status", "observedGeneration", VAL_INT, "int64",
			 &observed));
	int64_t want = number(s->obj, "status", "desiredNumberScheduled", -1);
	int64_t now = number(s->obj, "status", "currentNumberScheduled", 0);
	int64_t updated = number(s->obj, "status", "updatedNumberScheduled", 0);
	int64_t available = number(s->obj, "status", "numberAvailable", 0);
	int64_t ready = number(s->obj, "status", "numberReady", 0);
	if (!generation)
		health_set(s->ret, HEALTH_IN_PROGRESS, "NoGeneration",
			   "DaemonSet metadata.generation not found");
	else if (!observed)
		health_set(s->ret, HEALTH_IN_PROGRESS, "NoObservedGeneration",
			   "DaemonSet status.observedGeneration not found");
	else if (want == -1)
		health_set(s->ret, HEALTH_IN_PROGRESS, "NoDesiredNumber",
			   "Missing .status.desiredNumberScheduled");
	else if (want > now)
		progress(s, "LessCurrent", "Current", now, want);
	else if (want > updated)
		progress(s, "LessUpdated", "Updated", updated, want);
	else if (want > available)
		progress(s, "LessAvailable", "Available", available, want);
	else if (want > ready)
		progress(s, "LessReady", "Ready", ready, want);
	else
		all_scheduled(s, want);
	return NULL;
}

/* What both rules for Jobs say of one that has ended; false for one that has not. */
static bool ended_job(const struct subject *s, int64_t completions)
{
	for (size_t i = 0; i < s->conds.n; i++) {
		const struct condition *c = &s->conds.p[i];
		if (!text_eq(c->status, "True"))
			continue;
		if (text_eq(c->type, "Complete")) {
			int64_t n = number(s->obj, "status", "succeeded", 0);
			health_current(s->ret,
				       arena_printf(s->mem, "Job Completed. succeeded: %lld/%lld",
						    (long long)n, (long long)completions));
			return true;
		}
		if (text_eq(c->type, "Failed")) {
			int64_t n = number(s->obj, "status", "failed", 0);
			health_set(s->ret, HEALTH_FAILED, "JobFailed",
				   arena_printf(s->mem, "Job Failed. failed: %lld/%lld",
						(long long)n, (long long)completions));
			return true;
		}
	}
	return false;
}

static const char *job_running(const struct subject *s)
{
	return arena_printf(s->mem, "Job in progress. success:%lld, active: %lld, failed: %lld",
			    (long long)number(s->obj, "status", "succeeded", 0),
			    (long long)number(s->obj, "status", "active", 0),
			    (long long)number(s->obj, "status", "failed", 0));
}

static int64_t job_completions(const struct subject *s)
{
	int64_t parallelism = number(s->obj, "spec", "parallelism", 1);
	return number(s->obj, "spec", "completions", parallelism);
}

static err *job(const struct subject *s)
{
	if (ended_job(s, job_completions(s)))
		return NULL;
	if (!*text_at(s->obj, "status", "startTime"))
		health_set(s->ret, HEALTH_IN_PROGRESS, "JobNotStarted", "Job not started");
	else
		health_current(s->ret, job_running(s));
	return NULL;
}

void health_rule_job(const struct subject *s)
{
	int64_t parallelism = number(s->obj, "spec", "parallelism", 1);
	if (val_as_bool(VAL_IN(s->obj, "spec", "suspend"), false))
		health_current(s->ret, "Job is suspended");
	else if (ended_job(s, job_completions(s)))
		return;
	else if (!*text_at(s->obj, "status", "startTime"))
		health_set(s->ret, HEALTH_IN_PROGRESS, "JobNotStarted",
			   arena_printf(s->mem, "Job not started. active: %lld/%lld",
					(long long)number(s->obj, "status", "active", 0),
					(long long)parallelism));
	else
		health_set(s->ret, HEALTH_IN_PROGRESS, "JobInProgress", job_running(s));
}

static err *definition(const struct subject *s)
{
	for (size_t i = 0; i < s->conds.n; i++) {
		const struct condition *c = &s->conds.p[i];
		bool no = text_eq(c->status, "False");
		bool names = text_eq(c->type, "NamesAccepted"),
		     established = text_eq(c->type, "Established");
		if ((names && no) || (established && no && !text_eq(c->reason, "Installing"))) {
			health_set(s->ret, HEALTH_FAILED, c->reason, c->message);
			return NULL;
		}
		if (established && text_eq(c->status, "True")) {
			health_current(s->ret, "CRD is established");
			return NULL;
		}
	}
	health_set(s->ret, HEALTH_IN_PROGRESS, "Installing", "Install in progress");
	return NULL;
}

static const struct rule {
	const char *group, *kind;
	health_rule of;
} rules[] = {
	{"", "Service", service},
	{"", "Pod", pod},
	{"", "Secret", always},
	{"", "ConfigMap", always},
	{"", "PersistentVolumeClaim", volume_claim},
	{"apps", "StatefulSet", stateful_set},
	{"apps", "DaemonSet", daemon_set},
	{"extensions", "DaemonSet", daemon_set},
	{"apps", "Deployment", deployment},
	{"extensions", "Deployment", deployment},
	{"apps", "ReplicaSet", replica_set},
	{"extensions", "ReplicaSet", replica_set},
	{"policy", "PodDisruptionBudget", disruption_budget},
	{"batch", "CronJob", always},
	{"batch", "Job", job},
	{"apiextensions.k8s.io", "CustomResourceDefinition", definition},
};

health_rule health_rule_of(const char *group, const char *kind)
{
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (text_eq(rules[i].kind, kind) && text_eq(rules[i].group, group))
			return rules[i].of;
	return NULL;
}
