#include "kind/helm_release.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"
#include "base/rand.h"
#include "kind/helm_release_action.h"
#include "kind/helm_release_history.h"

static const char *text_of(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

struct state_view helm_release_view(struct work *w, const struct release_history *records)
{
	size_t n = records ? records->n : 0;
	const val **all = NEW_N(w->r.mem, const val *, n);
	for (size_t i = 0; i < n; i++)
		all[i] = records->p[i].release;
	return (struct state_view){
		.spec = w->spec,
		.default_retry = options_gate(w->r.house->options, "DefaultToRetryOnFailure"),
		.generation = w->r.generation,
		.annotations = VAL_IN(w->r.obj, "metadata", "annotations"),
		.status = w->r.status,
		.records = all,
		.n = n,
		.chart_name = w->facts.name,
		.chart_version = w->facts.version,
		.config_digest = w->config_digest,
		.values = w->values,
		.renderers_digest = w->renderers_digest,
		.common_digest = w->common_digest,
	};
}

/* ---- how a pass ends before the release is as it should be ------------------------------------- */

/* Tried again with back-off; what is to be told has been told. */
static err *try_again(struct work *w, err *e)
{
	return stage_fault(
		&w->r, e,
		(struct fault){.policy = POLICY_BACK_OFF, .no_condition = true, .silent = true});
}

static void progressing(struct work *w, const char *message)
{
	stage_set(&w->r, CONDITION_RECONCILING, CONDITION_TRUE, "ProgressingWithRetry", "%s",
		  message);
}

/* The next pass goes on with what failed. */
static err *at_once(struct work *w)
{
	const char *message =
		arena_text(w->r.mem, conditions_message(w->r.status, CONDITION_READY));
	progressing(w, message);
	return try_again(w, err_new(w->r.mem, ERR_FAILED, "%s", message));
}

static err *after_interval(struct work *w, int64_t interval)
{
	const char *text =
		arena_printf(w->r.mem, "retrying after %s", duration_text(w->r.mem, interval));
	progressing(w, text);
	/* this generation has been dealt with, as far as it can be */
	val_set(w->r.mem, w->r.status, "observedGeneration", val_int(w->r.mem, w->r.generation));
	return stage_fault(
		&w->r, err_new(w->r.mem, ERR_FAILED, "%s", text),
		(struct fault){.policy = POLICY_RETRY,
			       .no_condition = true,
			       .silent = true,
			       .after = rand_jitter(interval, (int)w->r.house->options->jitter)});
}

static err *stalled(struct work *w, const char *reason, const char *message)
{
	return stage_fault(&w->r, err_new(w->r.mem, ERR_FAILED, "%s", message),
			   (struct fault){.policy = POLICY_STALL,
					  .reason = reason,
					  .message = message,
					  .no_condition = true,
					  .silent = true});
}

static err *out_of_retries(struct work *w, const struct state_view *v)
{
	struct remedy r = state_active_remedy(v);
	return stalled(w, "RetriesExceeded",
		       arena_printf(w->r.mem, "Failed to %s after %lld attempt(s)",
				    text_of(w->r.status, "lastAttemptedReleaseAction"),
				    (long long)state_failures(v, &r)));
}

static err *refused(struct work *w, const struct state_view *v, enum state_refusal why)
{
	if (why == REFUSED_RETRIES)
		return out_of_retries(w, v);
	return stalled(w, "MissingRollbackTarget",
		       "Failed to perform remediation: missing target release for rollback: cannot "
		       "remediate failed release");
}

/* The same type of action a second time in one pass has to wait for the next. */
static err *enough(struct work *w)
{
	struct state_view v = helm_release_view(w, NULL);
	struct remedy r = state_active_remedy(&v);
	int64_t interval;
	if (state_active_retry(&v, &interval))
		return after_interval(w, interval);
	if (!r.there || !state_exhausted(&v, &r))
		return at_once(w);
	stage_unset(&w->r, CONDITION_RECONCILING);
	w->r.finished = true;
	return NULL;
}

static err *after_remedy(struct work *w)
{
	struct state_view v = helm_release_view(w, NULL);
	struct remedy r = state_active_remedy(&v);
	int64_t interval;
	if (state_active_retry(&v, &interval))
		return after_interval(w, interval);
	if (!r.there || !state_exhausted(&v, &r) || (r.upgrade && r.uninstall))
		return at_once(w);
	return out_of_retries(w, &v);
}

static err *failed(struct work *w, err *e)
{
	struct state_view v = helm_release_view(w, NULL);
	int64_t interval;
	if (e->code == ERR_CANCELED)
		return e;
	if (state_active_retry(&v, &interval))
		return after_interval(w, interval);
	if (conditions_is(w->r.status, CONDITION_READY, CONDITION_TRUE))
		stage_set(&w->r, CONDITION_READY, CONDITION_FALSE, "ReconcileError", "%s",
			  err_text(w->r.mem, e));
	return try_again(w, e);
}

/* ---- putting down and taking up --------------------------------------------------------------- */

static val *facts_val(arena *mem, const struct chart_facts *f)
{
	val *v = val_map(mem);
	val_set_text(mem, v, "name", f->name);
	val_set_text(mem, v, "version", f->version);
	val_set_text(mem, v, "appVersion", f->app_version);
	val_set_text(mem, v, "ociDigest", f->oci_digest);
	val_set_text(mem, v, "path", f->path);
	val_set_text(mem, v, "digest", f->digest);
	return v;
}

static err *put_down(struct work *w, const struct release_options *o,
		     const struct release_outcome *out)
{
	arena *mem = w->r.mem;
	val *mine = val_map(mem);
	val_set(mem, mine, "action", val_int(mem, w->running));
	val_set(mem, mine, "done", val_int(mem, w->done));
	val_set(mem, mine, "facts", facts_val(mem, &w->facts));
	val_set(mem, mine, "values", w->values ? val_copy(mem, w->values) : val_null(mem));
	val_set_text(mem, mine, "configDigest", w->config_digest);
	val_set(mem, mine, "saw", val_int(mem, (int64_t)w->r.saw));
	if (w->before)
		val_set(mem, mine, "before", val_copy(mem, w->before));
	if (w->target)
		val_set(mem, mine, "target", val_copy(mem, w->target));
	val_set_text(mem, mine, "name", w->of.name);
	val_set_text(mem, mine, "namespace", w->of.ns);
	val_set_text(mem, mine, "storage", w->of.storage_ns);
	return release_park(&w->r, &w->of, o, out, mine);
}

static const val *map_or_null(const val *v, const char *key)
{
	const val *found = val_get(v, key);
	return val_is(found, VAL_MAP) ? found : NULL;
}

/* What put_down has kept. */
static void recall(struct work *w, const val *mine)
{
	const val *f = val_get(mine, "facts");
	w->running = (enum helm_action)val_as_int(val_get(mine, "action"), ACTION_NONE);
	w->done = (unsigned)val_as_int(val_get(mine, "done"), 0);
	w->values = map_or_null(mine, "values");
	w->config_digest = text_of(mine, "configDigest");
	w->r.saw = (uint64_t)val_as_int(val_get(mine, "saw"), 0);
	w->before = map_or_null(mine, "before");
	w->target = map_or_null(mine, "target");
	w->facts = (struct chart_facts){
		.name = text_of(f, "name"),
		.version = text_of(f, "version"),
		.app_version = text_of(f, "appVersion"),
		.oci_digest = text_of(f, "ociDigest"),
		.path = text_of(f, "path"),
		.digest = text_of(f, "digest"),
	};
}

err *helm_release_take_up(ctx *c, struct work *w)
{
	const val *mine = release_parked(w->r.resumed);
	if (!mine)
		return NULL;
	recall(w, mine);
	if (state_action_type(w->running) != TYPE_RELEASE && w->running != ACTION_ROLLBACK)
		return NULL;
	return helm_release_load_again(c, w);
}

err *helm_release_call_off(ctx *c, const struct work *all)
{
	struct work w = *all; /* of what is ended: the new pass knows nothing of it */
	struct release_outcome out;
	bool parked;
	const val *mine = release_parked(w.r.called_off);
	if (!mine || !history_latest(val_get(w.r.status, "history")))
		return NULL;
	recall(&w, mine);
	w.called_off = true;
	w.of.name = text_of(mine, "name");
	w.of.ns = text_of(mine, "namespace");
	w.of.storage_ns = text_of(mine, "storage");
	stage_event(&w.r, EVENT_INFO, "HealthCheckCanceled",
		    "Health checks canceled due to new reconciliation");
	return w.running ? action_run(c, &w, w.running, w.r.called_off, &out, &parked)
			 : action_uninstall(c, &w, w.r.called_off, &out, &parked);
}

/* ---- one action ------------------------------------------------------------------------------- */

/* The first action of a pass is seen when it lasts. Before a further one the status tells what came of those
 * before it: a process that dies then leaves what counts for the next. */
static err *announce(struct work *w, enum helm_action a)
{
	const char *text =
		arena_printf(w->r.mem, "Running '%s' action with timeout of %s", action_name(a),
			     duration_text(w->r.mem, helm_release_timeout(w, a)));
	log_line(LOG_INFO, w->r.kind->component, text, "controllerKind", w->r.kind->name, "name",
		 w->r.name, "namespace", w->r.ns, NULL);
	if (state_action_type(a) == TYPE_RELEASE)
		stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing", "%s", text);
	stage_progress(&w->r, "%s", text);
	return w->done ? stage_publish(&w->r) : NULL;
}

/* What the pass knows of the storage after an action: all of it when it has read it, or else what it has just
 * made. */
static void know_writes(struct work *w, enum helm_action a, const struct release_outcome *out,
			bool resumed)
{
	w->made = state_action_type(a) == TYPE_RELEASE ? out->release : NULL;
	w->up_to_date = w->records && !resumed;
	if (!w->up_to_date)
		return;
	struct release_history *h = NEW(w->r.mem, struct release_history);
	*h = release_history_after(w->r.mem, w->records, out);
	w->records = h;
}

/* Runs what w->running says, or goes on with it. */
static err *act(ctx *c, struct work *w, const struct wait *resumed)
{
	struct release_outcome out = {.parked = false};
	bool parked = false;
	err *e = NULL;
	enum helm_action a = w->running;
	if (!resumed) {
		TRY(announce(w, a));
		e = action_prepare(w, a);
	}
	if (!e && !w->chart && state_action_type(a) == TYPE_RELEASE)
		e = helm_release_load_again(c, w);
	if (!e)
		e = action_run(c, w, a, resumed, &out, &parked);
	if (parked) {
		struct release_options o = helm_release_options(w, a);
		return put_down(w, &o, &out);
	}
	if (e)
		return failed(w, e);
	w->done |= 1u << state_action_type(a);
	if (state_action_type(a) == TYPE_REMEDIATE)
		return after_remedy(w);
	know_writes(w, a, &out, resumed != NULL);
	w->running = ACTION_NONE;
	return NULL;
}

/* ---- what to do next -------------------------------------------------------------------------- */

struct next {
	const struct release_history *records;
	enum helm_state state;
	struct release_drift drift;
	enum helm_action action;
};

static bool looks_for_drift(const struct work *w)
{
	const struct drift_spec *d = w->spec->drift;
	return d && d->mode && *d->mode && !text_eq(d->mode, "disabled");
}

static bool has_changes(const struct release_drift *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->p[i].drift.kind == DRIFT_CREATE || d->p[i].drift.kind == DRIFT_UPDATE)
			return true;
	return false;
}

static err *state_error(struct work *w, err *e)
{
	if (e->code == ERR_CANCELED)
		return e;
	return stage_fault(
		&w->r, e,
		(struct fault){
			.policy = POLICY_BACK_OFF,
			.reason = "StateError",
			.silent = true,
			.message = arena_printf(w->r.mem, "Could not determine release state: %s",
						err_text(w->r.mem, e)),
		});
}

static const char *const *overrides(const struct work *w)
{
	const struct field_texts *t = &w->r.house->options->override_managers;
	const char **names = NEW_N(w->r.mem, const char *, t->n + 1);
	for (size_t i = 0; i < t->n; i++)
		names[i] = t->p[i];
	return names;
}

/* Is the cluster as the release has it? If not the state is another one, and it is told. */
static err *look_for_drift(ctx *c, struct work *w, struct next *n)
{
	const val *release = n->records->p[0].release;
	const val *ignore = VAL_IN(w->r.obj, "spec", "driftDetection", "ignore");
	if (release_intact(c, &w->of, release, ignore))
		return NULL;
	err *e = release_drift(c, &w->of, release, ignore, overrides(w), &n->drift);
	bool changed = has_changes(&n->drift);
	if (e && (e->code == ERR_CANCELED || !changed))
		return e->code == ERR_CANCELED
			       ? e
			       : err_wrap(c->mem, e, "unable to determine cluster state");
	if (!changed)
		return NULL;
	struct helm_drift *all = NEW_N(c->mem, struct helm_drift, n->drift.n);
	for (size_t i = 0; i < n->drift.n; i++)
		all[i] = n->drift.p[i].drift;
	const char *message = arena_printf(
		c->mem, "Cluster state of release %s has drifted from the desired state:\n%s",
		history_name(c->mem, history_latest(val_get(w->r.status, "history"))),
		helm_drift_lines(c->mem, all, n->drift.n, NULL, HELM_DRIFT_USUAL));
	stage_event(&w->r, EVENT_ERROR, "DriftDetected", "%s", message);
	stage_set(&w->r, DRIFTED, CONDITION_TRUE, "DriftDetected", "%s", message);
	n->state = STATE_DRIFTED;
	return NULL;
}

/* What this pass has just made is the newest record. When it is as it should be the older ones do not
 * matter, and the storage need not be read. */
static bool made_it(ctx *c, struct work *w, struct release_history *ret)
{
	enum helm_state state;
	const char *reason;
	const val *made = w->made;
	w->made = NULL;
	if (!made)
		return false;
	*ret = (struct release_history){.p = NEW(c->mem, struct release_record), .n = 1};
	ret->p[0] = (struct release_record){
		.release = made,
		.version = val_as_int(val_get(made, "version"), 0),
		.status = val_text_or(VAL_IN(made, "info", "status"), ""),
		.ssa = text_eq(val_as_text(val_get(made, "apply_method")), "ssa"),
	};
	struct state_view v = helm_release_view(w, ret);
	return !state_of(c->mem, &v, &state, &reason) && state == STATE_IN_SYNC;
}

static err *look_at_storage(ctx *c, struct work *w, struct next *n)
{
	struct release_history *h = NEW(c->mem, struct release_history);
	bool known = w->up_to_date;
	w->up_to_date = false;
	n->records = w->records;
	if (known)
		return NULL;
	w->records = NULL;
	n->records = h;
	if (made_it(c, w, h))
		return NULL;
	err *e = release_history(c, &w->of, h);
	if (e && e->code != ERR_CANCELED)
		return err_wrap(c->mem, e, "failed to retrieve last release from storage");
	w->records = h;
	return e;
}

static err *what_next(ctx *c, struct work *w, struct next *n)
{
	enum state_refusal why;
	const char *reason;
	err *e = look_at_storage(c, w, n);
	if (e)
		return state_error(w, e);
	struct state_view v = helm_release_view(w, n->records);
	e = state_of(c->mem, &v, &n->state, &reason);
	if (!e && n->state == STATE_IN_SYNC && looks_for_drift(w))
		e = look_for_drift(c, w, n);
	if (e)
		return state_error(w, e);
	n->action = state_choose(c->mem, &v, n->state, &why);
	if (why != REFUSED_NOT)
		return refused(w, &v, why);
	if (n->state == STATE_IN_SYNC && !n->action) {
		helm_release_settle(w);
		if (looks_for_drift(w))
			stage_set(&w->r, DRIFTED, CONDITION_FALSE, "NoDriftDetected",
				  "No drift detected against the cluster state");
	}
	if (n->state == STATE_UNTESTED)
		helm_release_settle_remediation(w);
	return NULL;
}

/* The history may know nothing of an uninstall that a dead process had begun. */
static void note_leaving(struct work *w, const struct release_record *record)
{
	struct history_note note = {.mode = HISTORY_RELEASE, .action = "uninstall-remediation"};
	history_record(w->r.mem, w->r.status, &note, &record->release, 1);
}

/* One step; *ret_over: there is nothing more to be done. */
static err *step(ctx *c, struct work *w, bool *ret_over)
{
	struct next n = {.state = STATE_ABSENT};
	TRY(ctx_check(c));
	TRY(what_next(c, w, &n));
	*ret_over = n.action == ACTION_NONE;
	if (*ret_over) {
		stage_unset(&w->r, CONDITION_RECONCILING);
		helm_release_sum_up(w);
		return NULL;
	}
	if (w->done & 1u << state_action_type(n.action)) {
		*ret_over = true;
		return enough(w);
	}
	w->running = n.action;
	if (n.state == STATE_LEAVING)
		note_leaving(w, &n.records->p[0]);
	if (n.action != ACTION_UNLOCK && n.action != ACTION_CORRECT)
		return act(c, w, NULL);
	TRY(announce(w, n.action));
	err *e = n.action == ACTION_UNLOCK ? action_unlock(c, w, &n.records->p[0])
					   : action_correct(c, w, &n.drift);
	w->done |= 1u << state_action_type(n.action);
	w->running = ACTION_NONE;
	return e ? failed(w, e) : NULL;
}

err *helm_release_run(ctx *c, struct work *w)
{
	bool over = false;
	if (w->running)
		TRY(act(c, w, w->r.resumed));
	while (!over)
		TRY(step(c, w, &over));
	return NULL;
}

/* ---- uninstall -------------------------------------------------------------------------------- */

err *helm_release_uninstall(ctx *c, struct work *w)
{
	struct release_outcome out = {.parked = false};
	bool parked = false, resumed = w->r.resumed && release_parked(w->r.resumed);
	struct release_of here = w->of;
	if (!resumed)
		w->before = val_copy(c->mem, history_latest(val_get(w->r.status, "history")));
	if (!w->before)
		return NULL;
	w->of.name = text_of(w->before, "name");
	w->of.ns = text_of(w->before, "namespace");
	w->of.storage_ns = text_of(w->r.status, "storageNamespace");
	err *e = action_uninstall(c, w, resumed ? w->r.resumed : NULL, &out, &parked);
	if (parked) {
		struct release_options o = helm_release_options(w, ACTION_UNINSTALL);
		return put_down(w, &o, &out);
	}
	w->of = here;
	if (!e || e->code == ERR_CANCELED)
		return e;
	return try_again(w, e);
}
