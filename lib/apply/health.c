#include "apply/health.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "data/json.h"

#define NO_DEADLINE INT64_C(2147483647) /* how a Deployment says that it has none */

struct condition {
	const char *type, *status, *reason, *message;
};

struct conditions {
	struct condition *p;
	size_t n;
};

/* What a rule of a kind works on. */
struct subject {
	arena *mem;
	const val *obj;
	struct conditions conds;
	int64_t now;
	struct health_result *ret;
};

const char *health_name(enum health h)
{
	static const char *const names[] = {"Unknown", "NotFound", "InProgress",
					    "Current", "Failed",   "Terminating"};
	return names[h];
}

static void set(struct health_result *ret, enum health status, const char *reason,
		const char *message)
{
	*ret = (struct health_result){status, message, reason, message};
}

static void current(struct health_result *ret, const char *message)
{
	set(ret, HEALTH_CURRENT, "", message);
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

/* One field below one other, told apart: absent, of the kind wanted, or an error as apimachinery's
 * accessors give it. expected is that kind's name in Go. */
static err *field(arena *mem, const val *obj, const char *outer, const char *inner,
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

static const char *const go_kinds[] = {"invalid", "bool",  "int64", "float64",
				       "string",  "slice", "map"};

/* A text of a condition, read as Go's converter reads into a string. */
static err *condition_text(arena *mem, const val *cond, const char *key, const char **ret)
{
	*ret = "";
	const val *v = val_get(cond, key);
	if (!v || v->kind == VAL_NULL)
		return NULL;
	if (v->kind == VAL_INT)
		return err_new(mem, ERR_INVALID, "cannot convert int64 to string");
	if (v->kind != VAL_TEXT)
		return err_new(mem, ERR_INVALID, "unrecognized type: string");
	*ret = val_as_text(v);
	return NULL;
}

static err *read_conditions(arena *mem, const val *obj, struct conditions *ret)
{
	const val *status = val_get(obj, "status");
	if (!status || status->kind == VAL_NULL)
		return NULL;
	if (status->kind != VAL_MAP)
		return err_new(mem, ERR_INVALID, "cannot restore struct from: %s",
			       go_kinds[status->kind]);
	const val *list = val_get(status, "conditions");
	if (!list || list->kind == VAL_NULL)
		return NULL;
	if (list->kind != VAL_LIST)
		return err_new(mem, ERR_INVALID, "cannot restore slice from %s",
			       go_kinds[list->kind]);
	ret->p = NEW_N(mem, struct condition, val_len(list));
	ret->n = val_len(list);
	for (size_t i = 0; i < ret->n; i++) {
		const val *c = val_at(list, i);
		if (c->kind != VAL_MAP && c->kind != VAL_NULL)
			return err_new(mem, ERR_INVALID, "cannot restore struct from: %s",
				       go_kinds[c->kind]);
		TRY(condition_text(mem, c, "type", &ret->p[i].type));
		TRY(condition_text(mem, c, "status", &ret->p[i].status));
		TRY(condition_text(mem, c, "reason", &ret->p[i].reason));
		TRY(condition_text(mem, c, "message", &ret->p[i].message));
	}
	return NULL;
}

static const struct condition *condition(const struct subject *s, const char *type,
					 const char *status)
{
	for (size_t i = 0; i < s->conds.n; i++)
		if (text_eq(s->conds.p[i].type, type) && text_eq(s->conds.p[i].status, status))
			return &s->conds.p[i];
	return NULL;
}

/* ---- rules of kinds: each leaves ret->message NULL when it has no opinion -------------------- */

static void progress(const struct subject *s, const char *reason, const char *what, int64_t is,
		     int64_t of)
{
	set(s->ret, HEALTH_IN_PROGRESS, reason,
	    arena_printf(s->mem, "%s: %lld/%lld", what, (long long)is, (long long)of));
}

static void extra_pods(const struct subject *s, int64_t n)
{
	set(s->ret, HEALTH_IN_PROGRESS, "ExtraPods",
	    arena_printf(s->mem, "Pending termination: %lld", (long long)n));
}

static void all_scheduled(const struct subject *s, int64_t n)
{
	current(s->ret, arena_printf(s->mem, "All replicas scheduled as expected. Replicas: %lld",
				     (long long)n));
}

static err *always(const struct subject *s)
{
	current(s->ret, "Resource is always ready");
	return NULL;
}

static err *disruption_budget(const struct subject *s)
{
	current(s->ret, "AllowedDisruptions has been computed.");
	return NULL;
}

static err *service(const struct subject *s)
{
	const char *type = text_at(s->obj, "spec", "type");
	if (text_eq(type, "LoadBalancer") && !*text_at(s->obj, "spec", "clusterIP"))
		set(s->ret, HEALTH_IN_PROGRESS, "NoIPAssigned",
		    "ClusterIP not set. Service type: LoadBalancer");
	else
		current(s->ret, "Service is ready");
	return NULL;
}

static err *volume_claim(const struct subject *s)
{
	const char *phase = val_text_or(VAL_IN(s->obj, "status", "phase"), "unknown");
	if (text_eq(phase, "Bound"))
		current(s->ret, "PVC is Bound");
	else
		set(s->ret, HEALTH_IN_PROGRESS, "NotBound",
		    arena_printf(s->mem, "PVC is not Bound. phase: %s", phase));
	return NULL;
}

/* The names of the containers that wait in CrashLoopBackOff, comma-separated; "" for none. */
static err *crash_looping(const struct subject *s, const char **ret)
{
	const val *list;
	TRY(field(s->mem, s->obj, "status", "containerStatuses", VAL_LIST, "[]interface{}", &list));
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
		current(s->ret, "Pod is Ready");
		return NULL;
	}
	const char *names;
	TRY(crash_looping(s, &names));
	if (*names)
		set(s->ret, HEALTH_FAILED, "ContainerCrashLooping",
		    arena_printf(s->mem, "Containers in CrashLoop state: %s", names));
	else
		set(s->ret, HEALTH_IN_PROGRESS, "PodRunningNotReady",
		    "Pod is running but is not Ready");
	return NULL;
}

static void pending_pod(const struct subject *s)
{
	const struct condition *c = condition(s, "PodScheduled", "False");
	if (!c || !text_eq(c->reason, "Unschedulable")) {
		set(s->ret, HEALTH_IN_PROGRESS, "PodPending", "Pod is in the Pending phase");
		return;
	}
	int64_t created = 0;
	clock_parse_rfc3339(val_as_str(VAL_IN(s->obj, "metadata", "creationTimestamp")), &created);
	if (s->now - 15 * CLOCK_SECOND < created)
		set(s->ret, HEALTH_IN_PROGRESS, "PodNotScheduled", "Pod has not been scheduled");
	else
		set(s->ret, HEALTH_FAILED, "PodUnschedulable", "Pod could not be scheduled");
}

static err *pod(const struct subject *s)
{
	const char *phase = text_at(s->obj, "status", "phase");
	if (text_eq(phase, "Running"))
		return running_pod(s);
	if (text_eq(phase, "Succeeded"))
		current(s->ret, "Pod has completed successfully");
	else if (text_eq(phase, "Failed"))
		current(s->ret, "Pod has completed, but not successfully");
	else if (text_eq(phase, "Pending"))
		pending_pod(s);
	else if (*phase)
		return err_new(s->mem, ERR_INVALID, "unknown phase %s", phase);
	else
		set(s->ret, HEALTH_IN_PROGRESS, "PodNotObserved", "Pod phase not available");
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
		set(s->ret, HEALTH_IN_PROGRESS, "ReplicaSetNotAvailable",
		    "ReplicaSet not Available");
	else if (!available_now)
		set(s->ret, HEALTH_IN_PROGRESS, "DeploymentNotAvailable",
		    "Deployment not Available");
	else
		current(s->ret, arena_printf(s->mem, "Deployment is available. Replicas: %lld",
					     (long long)have));
	return NULL;
}

static err *replica_set(const struct subject *s)
{
	if (condition(s, "ReplicaFailure", "True")) {
		set(s->ret, HEALTH_IN_PROGRESS, "ReplicaFailure",
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
		current(s->ret, arena_printf(s->mem, "ReplicaSet is available. Replicas: %lld",
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
		current(s->ret, arena_printf(s->mem, "Partition rollout complete. updated: %lld",
					     (long long)updated));
	else if (want > now)
		progress(s, "LessCurrent", "current", now, want);
	else if (!text_eq(text_at(s->obj, "status", "currentRevision"),
			  text_at(s->obj, "status", "updateRevision")))
		set(s->ret, HEALTH_IN_PROGRESS, "RevisionMismatch",
		    "Waiting for updated revision to match current");
	else
		all_scheduled(s, have);
}

static err *stateful_set(const struct subject *s)
{
	if (text_eq(val_as_text(VAL_IN(s->obj, "spec", "updateStrategy", "type")), "OnDelete")) {
		current(s->ret, "StatefulSet is using the ondelete update strategy");
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
	TRY(field(s->mem, s->obj, "metadata", "generation", VAL_INT, "int64", &generation));
	TRY(field(s->mem, s->obj, "status", "observedGeneration", VAL_INT, "int64", &observed));
	int64_t want = number(s->obj, "status", "desiredNumberScheduled", -1);
	int64_t now = number(s->obj, "status", "currentNumberScheduled", 0);
	int64_t updated = number(s->obj, "status", "updatedNumberScheduled", 0);
	int64_t available = number(s->obj, "status", "numberAvailable", 0);
	int64_t ready = number(s->obj, "status", "numberReady", 0);
	if (!generation)
		set(s->ret, HEALTH_IN_PROGRESS, "NoGeneration",
		    "DaemonSet metadata.generation not found");
	else if (!observed)
		set(s->ret, HEALTH_IN_PROGRESS, "NoObservedGeneration",
		    "DaemonSet status.observedGeneration not found");
	else if (want == -1)
		set(s->ret, HEALTH_IN_PROGRESS, "NoDesiredNumber",
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
			current(s->ret, arena_printf(s->mem, "Job Completed. succeeded: %lld/%lld",
						     (long long)n, (long long)completions));
			return true;
		}
		if (text_eq(c->type, "Failed")) {
			int64_t n = number(s->obj, "status", "failed", 0);
			set(s->ret, HEALTH_FAILED, "JobFailed",
			    arena_printf(s->mem, "Job Failed. failed: %lld/%lld", (long long)n,
					 (long long)completions));
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
		set(s->ret, HEALTH_IN_PROGRESS, "JobNotStarted", "Job not started");
	else
		current(s->ret, job_running(s));
	return NULL;
}

static void managed_job(const struct subject *s)
{
	int64_t parallelism = number(s->obj, "spec", "parallelism", 1);
	if (val_as_bool(VAL_IN(s->obj, "spec", "suspend"), false))
		current(s->ret, "Job is suspended");
	else if (ended_job(s, job_completions(s)))
		return;
	else if (!*text_at(s->obj, "status", "startTime"))
		set(s->ret, HEALTH_IN_PROGRESS, "JobNotStarted",
		    arena_printf(s->mem, "Job not started. active: %lld/%lld",
				 (long long)number(s->obj, "status", "active", 0),
				 (long long)parallelism));
	else
		set(s->ret, HEALTH_IN_PROGRESS, "JobInProgress", job_running(s));
}

static err *definition(const struct subject *s)
{
	for (size_t i = 0; i < s->conds.n; i++) {
		const struct condition *c = &s->conds.p[i];
		bool no = text_eq(c->status, "False");
		bool names = text_eq(c->type, "NamesAccepted"),
		     established = text_eq(c->type, "Established");
		if ((names && no) || (established && no && !text_eq(c->reason, "Installing"))) {
			set(s->ret, HEALTH_FAILED, c->reason, c->message);
			return NULL;
		}
		if (established && text_eq(c->status, "True")) {
			current(s->ret, "CRD is established");
			return NULL;
		}
	}
	set(s->ret, HEALTH_IN_PROGRESS, "Installing", "Install in progress");
	return NULL;
}

static const struct rule {
	const char *group, *kind;
	err *(*of)(const struct subject *s);
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

/* ---- the whole -------------------------------------------------------------------------------- */

static err *generation(arena *mem, const val *obj, bool *ret_decided, struct health_result *ret)
{
	const val *want, *seen;
	TRY_AS(mem, field(mem, obj, "metadata", "generation", VAL_INT, "int64", &want),
	       "looking up metadata.generation from resource");
	if (!want)
		return NULL;
	TRY_AS(mem, field(mem, obj, "status", "observedGeneration", VAL_INT, "int64", &seen),
	       "looking up status.observedGeneration from resource");
	if (!seen || seen->i == want->i)
		return NULL;
	*ret_decided = true;
	set(ret, HEALTH_IN_PROGRESS, "LatestGenerationNotObserved",
	    arena_printf(mem, "%s generation is %lld, but latest observed generation is %lld",
			 val_text_or(val_get(obj, "kind"), ""), (long long)want->i,
			 (long long)seen->i));
	return NULL;
}

/* What holds for every kind. *ret_decided is set when nothing else needs to be asked. */
static err *generic(struct subject *s, bool *ret_decided)
{
	const val *deleted;
	TRY_AS(s->mem,
	       field(s->mem, s->obj, "metadata", "deletionTimestamp", VAL_TEXT, "string", &deleted),
	       "looking up metadata.deletionTimestamp from resource");
	if (val_len(deleted)) {
		set(s->ret, HEALTH_TERMINATING, "", "Resource scheduled for deletion");
		*ret_decided = true;
		return NULL;
	}
	TRY(generation(s->mem, s->obj, ret_decided, s->ret));
	if (*ret_decided)
		return NULL;
	TRY(read_conditions(s->mem, s->obj, &s->conds));
	for (size_t i = 0; i < s->conds.n && !*ret_decided; i++) {
		const struct condition *c = &s->conds.p[i];
		bool stalled = text_eq(c->type, "Stalled");
		if (!text_eq(c->status, "True") || (!stalled && !text_eq(c->type, "Reconciling")))
			continue;
		set(s->ret, stalled ? HEALTH_FAILED : HEALTH_IN_PROGRESS, c->reason, c->message);
		*ret_decided = true;
	}
	return NULL;
}

static void by_ready_condition(const struct subject *s)
{
	for (size_t i = 0; i < s->conds.n; i++) {
		const struct condition *c = &s->conds.p[i];
		if (!text_eq(c->type, "Ready"))
			continue;
		if (text_eq(c->status, "True")) {
			current(s->ret, "Resource is Ready");
			return;
		}
		if (text_eq(c->status, "False") || text_eq(c->status, "Unknown")) {
			set(s->ret, HEALTH_IN_PROGRESS, c->reason, c->message);
			return;
		}
	}
	current(s->ret, "Resource is current");
}

static bool group_is(const val *obj, const char *group)
{
	str api = val_as_str(val_get(obj, "apiVersion"));
	ptrdiff_t slash = str_find(api, '/');
	return str_is(str_sub(api, 0, slash < 0 ? 0 : (size_t)slash), group);
}

err *health_of(arena *mem, const val *obj, int64_t now, struct health_result *ret)
{
	struct health_result got = {0};
	struct subject s = {.mem = mem, .obj = obj, .now = now, .ret = &got};
	bool decided = false;
	TRY(generic(&s, &decided));
	const char *kind = val_text_or(val_get(obj, "kind"), "");
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]) && !decided; i++) {
		if (!text_eq(rules[i].kind, kind) || !group_is(obj, rules[i].group))
			continue;
		TRY(rules[i].of(&s));
		decided = true;
	}
	if (!decided)
		by_ready_condition(&s);
	*ret = got;
	return NULL;
}

void health_of_managed(arena *mem, const val *obj, int64_t now, struct health_result *ret)
{
	bool is_job = text_eq(val_as_text(val_get(obj, "kind")), "Job") && group_is(obj, "batch");
	struct subject s = {.mem = mem, .obj = obj, .now = now, .ret = ret};
	err *e = is_job ? read_conditions(mem, obj, &s.conds) : health_of(mem, obj, now, ret);
	if (e)
		set(ret, HEALTH_UNKNOWN, "",
		    arena_printf(mem, "%s%s", is_job ? "Failed to compute job status: " : "",
				 err_text(mem, e)));
	else if (is_job)
		managed_job(&s);
}

bool health_needs_no_status(const char *group, const char *kind)
{
	static const char *const kinds[][2] = {
		{"", "ConfigMap"},
		{"", "Secret"},
		{"", "ServiceAccount"},
		{"", "LimitRange"},
		{"rbac.authorization.k8s.io", "Role"},
		{"rbac.authorization.k8s.io", "RoleBinding"},
		{"rbac.authorization.k8s.io", "ClusterRole"},
		{"rbac.authorization.k8s.io", "ClusterRoleBinding"},
		{"networking.k8s.io", "NetworkPolicy"},
		{"networking.k8s.io", "IngressClass"},
		{"storage.k8s.io", "StorageClass"},
		{"scheduling.k8s.io", "PriorityClass"},
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (text_eq(kinds[i][0], group) && text_eq(kinds[i][1], kind))
			return true;
	return false;
}
