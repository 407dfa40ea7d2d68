#include "ctl/meter.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "obs/metric.h"

#define NAME_MAX_LENGTH 64

/* 10 ms to 30 min, ten steps of equal ratio; controller-runtime's for whole passes; client-go's for queues */
static const double reconcile_bounds[] = {0.01,	   0.0383659, 0.147194, 0.564723, 2.16660,
					  8.31234, 31.8910,   122.353,	469.417,  1800};
static const double runtime_bounds[] = {0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3,  0.35,
					0.4,   0.45, 0.5,   0.6,  0.7, 0.8,  0.9, 1.0,	1.25, 1.5,
					1.75,  2.0,  2.5,   3.0,  3.5, 4.0,  4.5, 5,	6,    7,
					8,     9,    10,    15,	  20,  25,   30,  40,	50,   60};
static const double queue_bounds[] = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10};

static struct metric duration =
	METRIC_BUCKETS("gotk_reconcile_duration_seconds",
		       "The duration in seconds of a GitOps Toolkit resource reconciliation.",
		       "kind,name,namespace", reconcile_bounds);
static struct metric condition =
	METRIC(METRIC_GAUGE, "gotk_reconcile_condition",
	       "The current condition status of a GitOps Toolkit resource reconciliation.",
	       "kind,name,namespace,type,status");
static struct metric suspended =
	METRIC(METRIC_GAUGE, "gotk_suspend_status",
	       "The current suspend status of a GitOps Toolkit resource.", "kind,name,namespace");
static struct metric info = METRIC(METRIC_GAUGE, "gotk_resource_info",
				   "The current state of a GitOps Toolkit resource.",
				   "customresource_kind,exported_namespace,name,ready,suspended,"
				   "revision");
static struct metric total =
	METRIC(METRIC_COUNTER, "controller_runtime_reconcile_total",
	       "Total number of reconciliations per controller", "controller,result");
static struct metric errors =
	METRIC(METRIC_COUNTER, "controller_runtime_reconcile_errors_total",
	       "Total number of reconciliation errors per controller", "controller");
static struct metric seconds = METRIC_BUCKETS("controller_runtime_reconcile_time_seconds",
					      "Length of time per reconciliation per controller",
					      "controller", runtime_bounds);
static struct metric workers_now =
	METRIC(METRIC_GAUGE, "controller_runtime_active_workers",
	       "Number of currently used workers per controller", "controller");
static struct metric workers_most =
	METRIC(METRIC_GAUGE, "controller_runtime_max_concurrent_reconciles",
	       "Maximum number of concurrent reconciles per controller", "controller");
static struct metric depth =
	METRIC(METRIC_GAUGE, "workqueue_depth", "Current depth of workqueue", "controller,name");
static struct metric adds = METRIC(METRIC_COUNTER, "workqueue_adds_total",
				   "Total number of adds handled by workqueue", "controller,name");
static struct metric retries =
	METRIC(METRIC_COUNTER, "workqueue_retries_total",
	       "Total number of retries handled by workqueue", "controller,name");
static struct metric unfinished =
	METRIC(METRIC_GAUGE, "workqueue_unfinished_work_seconds",
	       "How many seconds of work has been done that is in progress", "controller,name");
static struct metric longest = METRIC(
	METRIC_GAUGE, "workqueue_longest_running_processor_seconds",
	"How many seconds the longest running processor has been running", "controller,name");
static struct metric waited =
	METRIC_BUCKETS("workqueue_queue_duration_seconds",
		       "How long in seconds an item stays in workqueue before being requested",
		       "controller,name", queue_bounds);
static struct metric worked =
	METRIC_BUCKETS("workqueue_work_duration_seconds",
		       "How long in seconds processing an item from workqueue takes",
		       "controller,name", queue_bounds);

/* "gitrepository": as controller-runtime names a controller. */
static const char *controller_name(const struct kind *k, char *name)
{
	size_t i = 0;
	for (; k->name[i] && i + 1 < NAME_MAX_LENGTH; i++)
		name[i] = (char)tolower((unsigned char)k->name[i]);
	name[i] = 0;
	return name;
}

static double to_seconds(int64_t ns)
{
	return (double)ns / (double)CLOCK_SECOND;
}

void meter_pass(const struct kind *k, const char *ns, const char *name, const char *result,
		int64_t took_ns)
{
	char buffer[NAME_MAX_LENGTH];
	const char *controller = controller_name(k, buffer);
	double took = to_seconds(took_ns);
	metric_observe(&duration, took, k->name, name, ns);
	metric_add(&total, 1, controller, result);
	metric_add(&errors, strcmp(result, "error") == 0, controller);
	metric_observe(&seconds, took, controller);
	metric_observe(&worked, took, controller, controller);
}

static void meter_condition(const struct kind *k, const char *ns, const char *name,
			    const val *status, const char *type)
{
	static const char *const states[] = {CONDITION_TRUE, CONDITION_FALSE, CONDITION_UNKNOWN};
	for (int i = 0; i < 3; i++)
		metric_set(&condition, conditions_is(status, type, states[i]), k->name, name, ns,
			   type, states[i]);
}

void meter_object(const struct kind *k, const val *obj)
{
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *name = val_text_or(VAL_IN(obj, "metadata", "name"), "");
	const val *status = val_get(obj, "status");
	bool is_suspended = val_as_bool(VAL_IN(obj, "spec", "suspend"), false);
	meter_condition(k, ns, name, status, CONDITION_READY);
	metric_set(&suspended, is_suspended, k->name, name, ns);
	const char *revision = val_as_text(VAL_IN(status, "artifact", "revision"));
	if (!revision)
		revision = val_text_or(val_get(status, "lastAppliedRevision"), "");
	const char *ready = conditions_state(status, CONDITION_READY);
	metric_set(&info, 1, k->name, ns, name, *ready ? ready : CONDITION_UNKNOWN,
		   is_suspended ? "true" : "false", revision);
}

void meter_forget(const struct kind *k, const char *ns, const char *name)
{
	metric_remove(&duration, "kind", k->name, "namespace", ns, "name", name, NULL);
}

void meter_forget_objects(void)
{
	metric_remove(&condition, NULL);
	metric_remove(&suspended, NULL);
	metric_remove(&info, NULL);
}

void meter_waited(const struct kind *k, int64_t ns)
{
	char buffer[NAME_MAX_LENGTH];
	const char *c = controller_name(k, buffer);
	metric_observe(&waited, to_seconds(ns), c, c);
}

void meter_queue(const struct kind *k, const struct queue_stats *s, int workers)
{
	char buffer[NAME_MAX_LENGTH];
	const char *c = controller_name(k, buffer);
	metric_set(&workers_now, (double)s->running, c);
	metric_set(&workers_most, workers, c);
	metric_set(&depth, (double)s->depth, c, c);
	metric_set(&adds, (double)s->adds, c, c);
	metric_set(&retries, (double)s->retries, c, c);
	metric_set(&unfinished, to_seconds(s->unfinished), c, c);
	metric_set(&longest, to_seconds(s->longest_running), c, c);
}
