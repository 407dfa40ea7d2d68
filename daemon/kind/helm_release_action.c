#include "kind/helm_release_action.h"

#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "helm/helm_observe.h"
#include "kind/helm_release_history.h"

const char *action_name(enum helm_action a)
{
	static const char *const names[] = {
		[ACTION_NONE] = "none",		[ACTION_INSTALL] = "install",
		[ACTION_UPGRADE] = "upgrade",	[ACTION_UNLOCK] = "unlock",
		[ACTION_TEST] = "test",		[ACTION_CORRECT] = "correct cluster drift",
		[ACTION_ROLLBACK] = "rollback", [ACTION_UNINSTALL] = "uninstall",
	};
	return names[a];
}

static const char *text_of(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

static const val *latest(const struct work *w)
{
	return history_latest(val_get(w->r.status, "history"));
}

/* An err's text without blanks at its ends. */
static const char *trimmed(struct work *w, const err *e)
{
	return str_text(w->r.mem, str_trim(str_of(err_text(w->r.mem, e))));
}

static const char *with_log(struct work *w, const char *message, const struct release_outcome *out)
{
	if (!out->log || !*out->log)
		return message;
	return arena_printf(w->r.mem, "%s\n\nLast Helm logs:\n\n%s", message, out->log);
}

/* ---- what was written ------------------------------------------------------------------------- */

static bool test_counts(const void *arg, const char *test)
{
	const struct test_spec *t = arg;
	const struct test_filter *f = t ? t->filters.p : NULL;
	bool some = false, included = false;
	for (size_t i = 0; t && i < t->filters.n; i++) {
		bool same = text_eq(f[i].name, test);
		if (f[i].exclude && same)
			return false;
		some |= !f[i].exclude;
		included |= !f[i].exclude && same;
	}
	return !some || included;
}

static struct history_note note_of(const struct work *w, enum helm_action a)
{
	switch (a) {
	case ACTION_INSTALL:
	case ACTION_UPGRADE:
		return (struct history_note){.mode = HISTORY_RELEASE,
					     .action = action_name(a),
					     .oci_digest = w->facts.oci_digest};
	case ACTION_ROLLBACK:
		return (struct history_note){.mode = HISTORY_ROLLBACK, .action = "rollback"};
	case ACTION_UNINSTALL:
		return (struct history_note){.mode = HISTORY_UNINSTALL,
					     .action = "uninstall-remediation"};
	case ACTION_TEST:
		return (struct history_note){
			.mode = HISTORY_TEST, .counts = test_counts, .arg = w->spec->test};
	default:
		return (struct history_note){.mode = HISTORY_UNLOCK};
	}
}

static void record(struct work *w, const struct history_note *note,
		   const struct release_outcome *out)
{
	const val **releases = NEW_N(w->r.mem, const val *, out->write_n);
	size_t n = 0;
	/* what an uninstall deletes was marked by it before, and that is how it is remembered */
	for (size_t i = 0; i < out->write_n; i++)
		if (note->mode != HISTORY_UNINSTALL || out->writes[i].what != RELEASE_DELETED)
			releases[n++] = out->writes[i].release;
	history_record(w->r.mem, w->r.status, note, releases, n);
}

static bool has_created(const struct release_outcome *out)
{
	for (size_t i = 0; i < out->write_n; i++)
		if (out->writes[i].what == RELEASE_CREATED)
			return true;
	return false;
}

/* The objects of a new revision. */
static void take_inventory(ctx *c, struct work *w, const struct release_outcome *out)
{
	struct inventory all = {0};
	if (!has_created(out))
		return;
	err *e = release_inventory(c, &w->of, out, w->chart, &all);
	if (e && e->code == ERR_CANCELED)
		return;
	if (e)
		stage_event(&w->r, EVENT_ERROR, "InventoryBuildFailed",
			    "failed to build inventory for %s/%s: %s", w->r.ns, w->r.name,
			    err_text(c->mem, e));
	else
		val_set(c->mem, w->r.status, "inventory", inventory_val(c->mem, &all));
}

/* Was another release worked on than the one that the history tells of? */
static err *mismatch(struct work *w, const char *what, const val *release)
{
	const val *b = w->before;
	if (!release || !b ||
	    (text_eq(text_of(release, "name"), text_of(b, "name")) &&
	     text_eq(text_of(release, "namespace"), text_of(b, "namespace")) &&
	     val_as_int(val_get(release, "version"), 0) == val_as_int(val_get(b, "version"), 0)))
		return NULL;
	return err_new(w->r.mem, ERR_FAILED,
		       "release mismatch: %s release %s/%s.v%lld != current release %s", what,
		       text_of(release, "namespace"), text_of(release, "name"),
		       (long long)val_as_int(val_get(release, "version"), 0),
		       history_name(w->r.mem, b));
}

/* Is the latest snapshot still what it was before the action? */
static bool unchanged(const struct work *w)
{
	return text_eq(text_of(latest(w), "digest"), text_of(w->before, "digest"));
}

/* One more failure; what was called off is none of the release's. */
static void count(struct work *w, const char *counter)
{
	if (!w->called_off)
		state_count(w->r.mem, w->r.status, counter);
}

/* ---- install, upgrade ------------------------------------------------------------------------- */

static void await_tests(struct work *w)
{
	const val *now = latest(w);
	if (w->spec->test && w->spec->test->enable && !history_tested(now))
		stage_set(&w->r, TEST_SUCCESS, CONDITION_UNKNOWN, "AwaitingTests",
			  "Helm release %s with chart %s is awaiting tests",
			  history_name(w->r.mem, now), history_chart(w->r.mem, now));
}

static err *after_release(struct work *w, enum helm_action a, err *e,
			  const struct release_outcome *out)
{
	arena *mem = w->r.mem;
	bool upgrade = a == ACTION_UPGRADE;
	struct state_view v = helm_release_view(w, NULL);
	const char *reason = arena_printf(mem, "%s%s", upgrade ? "Upgrade" : "Install",
					  e ? "Failed" : "Succeeded");
	if (!e) {
		const val *now = latest(w);
		const char *message = arena_printf(
			mem, "Helm %s succeeded for release %s with chart %s", action_name(a),
			history_name(mem, now), history_chart(mem, now));
		stage_set(&w->r, RELEASED, CONDITION_TRUE, reason, "%s", message);
		await_tests(w);
		if (state_retries(&v, upgrade, NULL))
			state_clear_failures(w->r.status);
		helm_release_tell(w, EVENT_INFO, reason, now, message);
		return NULL;
	}
	const char *message =
		arena_printf(mem, "Helm %s failed for release %s/%s with chart %s@%s: %s",
			     action_name(a), w->names.release_namespace, w->names.release,
			     w->facts.name, w->facts.version, trimmed(w, e));
	count(w, "failures");
	stage_set(&w->r, RELEASED, CONDITION_FALSE, reason, "%s", message);
	helm_release_tell_tried(w, EVENT_ERROR, reason, with_log(w, message, out));
	if (!out->wrote)
		return e;
	struct remedy r = state_remedy(&v, upgrade);
	count(w, r.counter);
	return NULL;
}

/* ---- test ------------------------------------------------------------------------------------- */

static err *after_test(struct work *w, err *e, const struct release_outcome *out)
{
	arena *mem = w->r.mem;
	struct state_view v = helm_release_view(w, NULL);
	if (!e)
		e = mismatch(w, "tested", out->release);
	const val *now = latest(w);
	const char *name = history_name(mem, now), *chart = history_chart(mem, now), *message;
	if (!e) {
		size_t n = val_len(val_get(now, "testHooks"));
		const char *hooks = !n ? "no test hooks"
				       : arena_printf(mem, "%zu test hook%s completed successfully",
						      n, n > 1 ? "s" : "");
		message = arena_printf(mem, "Helm test succeeded for release %s with chart %s: %s",
				       name, chart, hooks);
		stage_set(&w->r, TEST_SUCCESS, CONDITION_TRUE, "TestSucceeded", "%s", message);
		helm_release_tell(w, EVENT_INFO, "TestSucceeded", now, message);
		return NULL;
	}
	message = arena_printf(mem, "Helm test failed for release %s with chart %s: %s", name,
			       chart, trimmed(w, e));
	count(w, "failures");
	stage_set(&w->r, TEST_SUCCESS, CONDITION_FALSE, "TestFailed", "%s", message);
	helm_release_tell(w, EVENT_ERROR, "TestFailed", now, message);
	if (!history_tested(now))
		return e;
	struct remedy r = state_active_remedy(&v);
	if (r.there && !r.ignore_tests)
		count(w, r.counter);
	return NULL;
}

/* ---- remediation ------------------------------------------------------------------------------ */

/* A rollback's events tell of the target, with the values as they are now. */
static void tell_target(struct work *w, enum event_severity severity, const char *reason,
			const char *message)
{
	val *about = val_copy(w->r.mem, w->target);
	val_set_text(w->r.mem, about, "configDigest", w->config_digest);
	helm_release_tell(w, severity, reason, about, message);
}

static err *after_rollback(struct work *w, err *e, const struct release_outcome *out)
{
	arena *mem = w->r.mem;
	const char *to = arena_printf(mem, "Helm rollback to previous release %s with chart %s",
				      history_name(mem, w->target), history_chart(mem, w->target));
	if (!e) {
		const char *message = arena_printf(mem, "%s succeeded", to);
		stage_set(&w->r, REMEDIATED, CONDITION_TRUE, "RollbackSucceeded", "%s", message);
		tell_target(w, EVENT_INFO, "RollbackSucceeded", message);
		return NULL;
	}
	const char *message = arena_printf(mem, "%s failed: %s", to, trimmed(w, e));
	count(w, "failures");
	stage_set(&w->r, REMEDIATED, CONDITION_FALSE, "RollbackFailed", "%s", message);
	tell_target(w, EVENT_ERROR, "RollbackFailed", with_log(w, message, out));
	return unchanged(w) ? e : NULL;
}

static err *not_updated(struct work *w)
{
	return err_new(w->r.mem, ERR_FAILED,
		       "uninstall completed with error: release not updated in Helm storage");
}

static err *after_remediation(struct work *w, err *e, const struct release_outcome *out)
{
	arena *mem = w->r.mem;
	if (!e)
		e = mismatch(w, "uninstalled", out->release);
	if (!e && unchanged(w))
		e = not_updated(w);
	const val *now = latest(w);
	const char *what =
		arena_printf(mem, "Helm uninstall remediation for release %s with chart %s",
			     history_name(mem, now), history_chart(mem, now));
	if (!e) {
		const char *message = arena_printf(mem, "%s succeeded", what);
		stage_set(&w->r, REMEDIATED, CONDITION_TRUE, "UninstallSucceeded", "%s", message);
		helm_release_tell(w, EVENT_INFO, "UninstallSucceeded", now, message);
		return NULL;
	}
	const char *message = arena_printf(mem, "%s failed: %s", what, trimmed(w, e));
	count(w, "failures");
	stage_set(&w->r, REMEDIATED, CONDITION_FALSE, "UninstallFailed", "%s", message);
	helm_release_tell(w, EVENT_ERROR, "UninstallFailed", now, with_log(w, message, out));
	return unchanged(w) ? e : NULL;
}

/* ---- the actions ------------------------------------------------------------------------------ */

static err *prepare_rollback(struct work *w)
{
	struct state_view v = helm_release_view(w, NULL);
	struct remedy r = state_remedy(&v, true);
	w->target = val_copy(w->r.mem,
			     history_previous(val_get(w->r.status, "history"), r.ignore_tests));
	if (!w->target)
		return err_new(w->r.mem, ERR_FAILED,
			       "missing target release for rollback: required to rollback");
	if (text_eq(text_of(w->target, "name"), text_of(w->before, "name")) &&
	    text_eq(text_of(w->target, "namespace"), text_of(w->before, "namespace")))
		return NULL;
	return err_new(w->r.mem, ERR_FAILED,
		       "release mismatch: previous release name or namespace %s does not match "
		       "current %s",
		       history_name(w->r.mem, w->target), history_name(w->r.mem, w->before));
}

err *action_prepare(struct work *w, enum helm_action a)
{
	bool release = state_action_type(a) == TYPE_RELEASE;
	w->before = val_copy(w->r.mem, latest(w));
	if (release)
		val_set_text(w->r.mem, w->r.status, "lastAttemptedReleaseAction", action_name(a));
	if (a == ACTION_INSTALL)
		val_del(w->r.status, "history");
	if (release) {
		stage_unset(&w->r, TEST_SUCCESS);
		stage_unset(&w->r, REMEDIATED);
	}
	if (a == ACTION_ROLLBACK)
		return prepare_rollback(w);
	if (!w->before && (a == ACTION_TEST || a == ACTION_UNINSTALL))
		return err_new(w->r.mem, ERR_FAILED, "no latest release: required %s",
			       a == ACTION_TEST ? "for test" : "to uninstall");
	return NULL;
}

static enum release_action machine_of(enum helm_action a)
{
	return a == ACTION_INSTALL    ? RELEASE_INSTALL
	       : a == ACTION_UPGRADE  ? RELEASE_UPGRADE
	       : a == ACTION_ROLLBACK ? RELEASE_ROLLBACK
	       : a == ACTION_TEST     ? RELEASE_TEST
				      : RELEASE_UNINSTALL;
}

err *action_run(ctx *c, struct work *w, enum helm_action a, const struct wait *resumed,
		struct release_outcome *ret_outcome, bool *ret_parked)
{
	struct release_options o = helm_release_options(w, a);
	struct release_outcome *out = ret_outcome;
	struct history_note note = note_of(w, a);
	*out = (struct release_outcome){.parked = false};
	err *e = release_run(c, &w->of, machine_of(a), &o, resumed, out);
	record(w, &note, out);
	take_inventory(c, w, out);
	*ret_parked = !e && out->parked;
	if (*ret_parked || err_code(e) == ERR_CANCELED)
		return e;
	if (state_action_type(a) == TYPE_RELEASE)
		val_set_text(c->mem, w->r.status, "lastAttemptedReleaseActionDuration",
			     duration_text(c->mem, out->took));
	e = state_action_type(a) == TYPE_RELEASE ? after_release(w, a, e, out)
	    : a == ACTION_TEST			 ? after_test(w, e, out)
	    : a == ACTION_ROLLBACK		 ? after_rollback(w, e, out)
						 : after_remediation(w, e, out);
	/* an uninstall leaves its word to the next install */
	if (a != ACTION_UNINSTALL)
		helm_release_sum_up(w);
	return e;
}

err *action_unlock(ctx *c, struct work *w, const struct release_record *pending)
{
	arena *mem = c->mem;
	struct release_outcome out = {.parked = false};
	struct history_note note = note_of(w, ACTION_UNLOCK);
	const char *status = pending->status;
	/* a rollback that the status does not know is no base for another: it may have left objects behind */
	if (text_eq(status, "pending-rollback"))
		note = (struct history_note){.mode = HISTORY_UNINSTALL, .action = "rollback"};
	const val *about = helm_snapshot(mem, pending->release, NULL);
	const char *name = history_name(mem, about), *chart = history_chart(mem, about);
	err *e = release_unlock(c, &w->of, pending, &out);
	record(w, &note, &out);
	if (err_code(e) == ERR_CANCELED)
		return e;
	const char *message =
		e ? arena_printf(mem,
				 "Unlock of Helm release %s with chart %s in %s state failed: %s",
				 name, chart, status, trimmed(w, e))
		  : arena_printf(mem, "Unlocked Helm release %s with chart %s in %s state", name,
				 chart, status);
	if (e)
		count(w, "failures");
	stage_set(&w->r, RELEASED, CONDITION_FALSE, "PendingRelease", "%s", message);
	helm_release_tell(w, e ? EVENT_ERROR : EVENT_INFO, "PendingRelease", about, message);
	helm_release_sum_up(w);
	return e;
}

err *action_correct(ctx *c, struct work *w, const struct release_drift *d)
{
	arena *mem = c->mem;
	struct changes done = {0};
	const val *now = latest(w);
	const char *name = history_name(mem, now);
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing",
		  "correcting cluster drift");
	err *e = release_correct(c, &w->of, d, &done);
	if (err_code(e) == ERR_CANCELED)
		return e;
	const char *lines = done.n ? change_text(mem, &done) : "";
	if (e)
		helm_release_tell(
			w, EVENT_ERROR, "DriftCorrectionFailed", now,
			arena_printf(mem,
				     "Failed to %scorrect cluster state of release %s:\n%s%s%s",
				     done.n ? "partially " : "", name, err_text(mem, e),
				     done.n ? "\n\nSuccessful corrections:\n" : "", lines));
	else if (done.n)
		helm_release_tell(
			w, EVENT_INFO, "DriftCorrected", now,
			arena_printf(mem, "Cluster state of release %s has been corrected:\n%s",
				     name, lines));
	return NULL;
}

/* ---- uninstall -------------------------------------------------------------------------------- */

static void uninstalled(struct work *w, const char *fmt, const char *name)
{
	stage_set(&w->r, RELEASED, CONDITION_FALSE, "UninstallSucceeded", "%s",
		  arena_printf(w->r.mem, "Release %s %s", name, fmt));
}

static err *after_uninstall(struct work *w, err *e, const struct release_outcome *out, bool kept)
{
	arena *mem = w->r.mem;
	if (err_code(e) == ERR_NOT_FOUND || (kept && err_code(e) == ERR_EXISTS)) {
		uninstalled(w,
			    e->code == ERR_EXISTS ? "was already uninstalled"
						  : "was not found, assuming it is uninstalled",
			    history_name(mem, w->before));
		return NULL;
	}
	if (!e)
		e = mismatch(w, "uninstalled", out->release);
	if (!e && unchanged(w) && !text_eq(text_of(w->before, "status"), "uninstalled"))
		e = not_updated(w);
	const val *now = latest(w);
	const char *name = history_name(mem, now), *chart = history_chart(mem, now), *message;
	if (e) {
		message =
			arena_printf(mem, "Helm uninstall failed for release %s with chart %s: %s",
				     name, chart, trimmed(w, e));
		count(w, "failures");
		stage_set(&w->r, RELEASED, CONDITION_FALSE, "UninstallFailed", "%s", message);
		helm_release_tell(w, EVENT_ERROR, "UninstallFailed", now,
				  with_log(w, message, out));
		return e;
	}
	message = arena_printf(mem, "Helm uninstall succeeded for release %s with chart %s", name,
			       chart);
	val_del(w->r.status, "inventory");
	stage_set(&w->r, RELEASED, CONDITION_FALSE, "UninstallSucceeded", "%s", message);
	helm_release_tell(w, EVENT_INFO, "UninstallSucceeded", now, message);
	return NULL;
}

err *action_uninstall(ctx *c, struct work *w, const struct wait *resumed,
		      struct release_outcome *ret_outcome, bool *ret_parked)
{
	struct release_options o = helm_release_options(w, ACTION_UNINSTALL);
	struct release_outcome *out = ret_outcome;
	struct history_note note = {.mode = HISTORY_UNINSTALL, .action = "uninstall"};
	*out = (struct release_outcome){.parked = false};
	err *e = release_run(c, &w->of, RELEASE_UNINSTALL, &o, resumed, out);
	record(w, &note, out);
	*ret_parked = !e && out->parked;
	if (*ret_parked || err_code(e) == ERR_CANCELED)
		return e;
	e = after_uninstall(w, e, out, o.keep_history);
	helm_release_sum_up(w);
	return e;
}
