#include "kind/helm_release_state.h"

#include "base/clock.h"
#include "helm/helm.h"
#include "kind/helm_release_history.h"

#define REQUESTED_AT "reconcile.fluxcd.io/requestedAt"
#define FORCE_AT "reconcile.fluxcd.io/forceAt"
#define RESET_AT "reconcile.fluxcd.io/resetAt"
#define RETRY_INTERVAL (300 * CLOCK_SECOND)
#define RETRY_ON_FAILURE "RetryOnFailure"

static const char *text_of(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

static const val *history(const struct state_view *v)
{
	return val_get(v->status, "history");
}

/* ---- retries ---------------------------------------------------------------------------------- */

static const struct action_spec *action_spec(const struct state_view *v, bool upgrade)
{
	static const struct action_spec nothing;
	const struct action_spec *a = upgrade ? v->spec->upgrade : v->spec->install;
	return a ? a : &nothing;
}

static bool said_or(struct maybe_bool b, bool otherwise)
{
	return b.said ? b.value : otherwise;
}

struct remedy state_remedy(const struct state_view *v, bool upgrade)
{
	static const struct action_remediation nothing;
	const struct action_remediation *a = action_spec(v, upgrade)->remediation;
	bool ignore = v->spec->test && v->spec->test->ignore_failures;
	a = a ? a : &nothing;
	return (struct remedy){
		.there = true,
		.retries = a->retries,
		.ignore_tests = said_or(a->ignore_tests, ignore),
		.last = said_or(a->remediate_last, upgrade && a->retries > 0),
		.uninstall = !upgrade || text_eq(a->strategy, "uninstall"),
		.upgrade = upgrade,
		.counter = upgrade ? "upgradeFailures" : "installFailures",
	};
}

static const char *last_action(const struct state_view *v)
{
	return text_of(v->status, "lastAttemptedReleaseAction");
}

struct remedy state_active_remedy(const struct state_view *v)
{
	bool upgrade = text_eq(last_action(v), "upgrade");
	if (!upgrade && !text_eq(last_action(v), "install"))
		return (struct remedy){.there = false};
	return state_remedy(v, upgrade);
}

int64_t state_failures(const struct state_view *v, const struct remedy *r)
{
	return r->there ? val_as_int(val_get(v->status, r->counter), 0) : 0;
}

bool state_exhausted(const struct state_view *v, const struct remedy *r)
{
	return r->retries >= 0 && state_failures(v, r) > r->retries;
}

bool state_retries(const struct state_view *v, bool upgrade, int64_t *ret_interval)
{
	const struct action_strategy *s = action_spec(v, upgrade)->strategy;
	if (s ? !text_eq(s->name, RETRY_ON_FAILURE) : !v->default_retry)
		return false;
	if (ret_interval)
		*ret_interval = s && s->retry_interval ? s->retry_interval : RETRY_INTERVAL;
	return true;
}

bool state_active_retry(const struct state_view *v, int64_t *ret_interval)
{
	bool upgrade = text_eq(last_action(v), "upgrade");
	if (!upgrade && !text_eq(last_action(v), "install"))
		return false;
	return state_retries(v, upgrade, ret_interval);
}

void state_count(arena *mem, val *status, const char *counter)
{
	int64_t n = val_as_int(val_get(status, counter), 0);
	val_set(mem, status, counter, val_int(mem, n + 1));
}

void state_clear_failures(val *status)
{
	val_del(status, "failures");
	val_del(status, "installFailures");
	val_del(status, "upgradeFailures");
}

/* ---- requests by annotation ------------------------------------------------------------------- */

/* Is there a new request for a pass that asks for this, too? It is marked as handled in any case. */
static bool requested(arena *mem, const struct state_view *v, const char *annotation,
		      const char *handled)
{
	const char *asked = val_as_text(val_get(v->annotations, annotation));
	if (!asked)
		return false;
	const char *before = arena_text(mem, text_of(v->status, handled));
	val_set_text(mem, v->status, handled, asked);
	const char *at = val_as_text(val_get(v->annotations, REQUESTED_AT));
	return text_eq(at, asked) && !text_eq(before, asked) &&
	       !text_eq(text_of(v->status, "lastHandledReconcileAt"), at);
}

bool state_must_reset(arena *mem, const struct state_view *v)
{
	bool reset = requested(mem, v, RESET_AT, "lastHandledResetAt");
	const val *s = v->status;
	const char *digest = text_of(s, "lastAttemptedConfigDigest");
	if (val_as_int(val_get(s, "lastAttemptedGeneration"), 0) != v->generation ||
	    !text_eq(text_of(s, "lastAttemptedRevision"), v->chart_version))
		return true;
	if (*digest && !text_eq(digest, v->config_digest))
		return true;
	return reset;
}

bool state_target_changed(const struct state_view *v, const char *storage_ns, const char *ns,
			  const char *name, const char **ret_what)
{
	const val *latest = history_latest(history(v));
	const char *stored = text_of(v->status, "storageNamespace");
	*ret_what = NULL;
	if (!latest || !*stored)
		return false;
	bool in_place = v->spec->upgrade && text_eq(v->spec->upgrade->name_change, "InPlaceUpdate");
	if (!text_eq(storage_ns, stored))
		*ret_what = "storage namespace";
	else if (!text_eq(ns, text_of(latest, "namespace")))
		*ret_what = "release namespace";
	else if (!text_eq(name, text_of(latest, "name")))
		*ret_what = "release name";
	else if (!in_place && !text_eq(v->chart_name, text_of(latest, "chartName")))
		*ret_what = "chart name";
	return *ret_what != NULL;
}

/* ---- state ------------------------------------------------------------------------------------ */

static const char *status_of(const val *release)
{
	return val_text_or(VAL_IN(release, "info", "status"), "");
}

static bool is_pending(const char *status)
{
	return text_eq(status, "pending-install") || text_eq(status, "pending-upgrade") ||
	       text_eq(status, "pending-rollback");
}

static enum helm_state says(enum helm_state s, const char *why, const char **ret_why)
{
	*ret_why = why;
	return s;
}

/* With preserveValues a release holds more than what is asked for. */
static bool has_values(arena *mem, const struct state_view *v, const val *latest, const val *last)
{
	const struct action_spec *u = v->spec->upgrade;
	return text_eq(text_of(latest, "configDigest"), v->config_digest) ||
	       (u && u->preserve_values &&
		helm_values_reused(mem, v->values, val_get(last, "config")));
}

/* Of a release that is deployed and ours. */
static enum helm_state state_of_deployed(arena *mem, const struct state_view *v, const val *latest,
					 const val *last, const char **ret_why)
{
	const val *chart = VAL_IN(last, "chart", "metadata"), *s = v->status;
	const struct test_spec *test = v->spec->test;
	if (!text_eq(text_of(chart, "name"), v->chart_name) ||
	    !text_eq(text_of(chart, "version"), v->chart_version))
		return says(STATE_OUT_OF_SYNC, "release chart changed", ret_why);
	if (!has_values(mem, v, latest, last))
		return says(STATE_OUT_OF_SYNC, "release config values changed", ret_why);
	if (val_as_int(val_get(s, "observedGeneration"), 0) != v->generation) {
		if (!text_eq(text_of(s, "observedPostRenderersDigest"), v->renderers_digest))
			return says(STATE_OUT_OF_SYNC, "postrenderers digest has changed", ret_why);
		if (!text_eq(text_of(s, "observedCommonMetadataDigest"), v->common_digest))
			return says(STATE_OUT_OF_SYNC, "common metadata digest has changed",
				    ret_why);
	}
	if (!test || !test->enable)
		return STATE_IN_SYNC;
	if (!history_tested(latest))
		return STATE_UNTESTED;
	struct remedy r = state_active_remedy(v);
	if (r.there && !r.ignore_tests && history_test_failed(latest))
		return says(STATE_FAILED, "release has test in failed phase", ret_why);
	return STATE_IN_SYNC;
}

err *state_of(arena *mem, const struct state_view *v, enum helm_state *ret_state,
	      const char **ret_why)
{
	const val *last = v->n ? v->records[0] : NULL, *latest = history_latest(history(v));
	const char *status = status_of(last);
	*ret_why = "";
	if (!last)
		*ret_state = says(STATE_ABSENT, "no release in storage for object", ret_why);
	else if (is_pending(status))
		*ret_state = says(STATE_LOCKED,
				  arena_printf(mem, "release with status '%s'", status), ret_why);
	else if (text_eq(status, "uninstalling"))
		*ret_state = says(STATE_LEAVING, "release is not wholly uninstalled", ret_why);
	else if (!latest && text_eq(status, "uninstalled"))
		*ret_state = says(STATE_ABSENT, "found uninstalled release in storage", ret_why);
	else if (!latest)
		*ret_state = says(STATE_UNMANAGED, "found existing release in storage", ret_why);
	else if (!history_observed(mem, latest, last))
		*ret_state = says(STATE_UNMANAGED, "release not observed to be made for object",
				  ret_why);
	else if (text_eq(status, "failed"))
		*ret_state = STATE_FAILED;
	else if (text_eq(status, "uninstalled"))
		*ret_state = says(STATE_ABSENT, "found uninstalled release in storage", ret_why);
	else if (text_eq(status, "deployed"))
		*ret_state = state_of_deployed(mem, v, latest, last, ret_why);
	else
		return err_new(mem, ERR_FAILED,
			       "unable to determine state for release with status '%s'", status);
	return NULL;
}

/* ---- choice ----------------------------------------------------------------------------------- */

enum action_type state_action_type(enum helm_action a)
{
	switch (a) {
	case ACTION_INSTALL:
	case ACTION_UPGRADE:
		return TYPE_RELEASE;
	case ACTION_UNLOCK:
		return TYPE_UNLOCK;
	case ACTION_TEST:
		return TYPE_TEST;
	case ACTION_CORRECT:
		return TYPE_CORRECT;
	case ACTION_ROLLBACK:
	case ACTION_UNINSTALL:
		return TYPE_REMEDIATE;
	case ACTION_NONE:
		break;
	}
	return TYPE_NONE;
}

static void tidy_history(const struct state_view *v)
{
	val *all = val_get(v->status, "history");
	struct remedy r = state_active_remedy(v);
	if (state_active_retry(v, NULL))
		history_cap(all);
	else
		history_truncate(all, r.there ? r.ignore_tests
					      : v->spec->test && v->spec->test->ignore_failures);
}

/* The record that a snapshot is of; NULL when it has gone. */
static const val *record_of(const struct state_view *v, const val *snapshot)
{
	for (size_t i = 0; i < v->n; i++)
		if (val_as_int(val_get(v->records[i], "version"), 0) ==
		    val_as_int(val_get(snapshot, "version"), 0))
			return v->records[i];
	return NULL;
}

static enum helm_action remediate(arena *mem, const struct state_view *v, const struct remedy *r,
				  enum state_refusal *ret_refusal)
{
	history_truncate(val_get(v->status, "history"), r->ignore_tests);
	if (r->uninstall)
		return ACTION_UNINSTALL;
	const val *target = history_previous(history(v), r->ignore_tests);
	if (!target) {
		*ret_refusal = REFUSED_TARGET;
		return ACTION_NONE;
	}
	const val *record = record_of(v, target);
	/* what can't be gone back to is best left behind */
	return record && history_observed(mem, target, record) ? ACTION_ROLLBACK : ACTION_UPGRADE;
}

static enum helm_action choose_failed(arena *mem, const struct state_view *v, bool forced,
				      enum state_refusal *ret_refusal)
{
	if (state_active_retry(v, NULL)) {
		history_cap(val_get(v->status, "history"));
		return ACTION_UPGRADE;
	}
	struct remedy r = state_active_remedy(v);
	if (!r.there || state_failures(v, &r) <= 0 || forced)
		return ACTION_UPGRADE;
	if (state_exhausted(v, &r) && !r.last) {
		*ret_refusal = REFUSED_RETRIES;
		return ACTION_NONE;
	}
	return remediate(mem, v, &r, ret_refusal);
}

static enum helm_action unless_exhausted(const struct state_view *v, bool upgrade, bool forced,
					 enum state_refusal *ret_refusal)
{
	struct remedy r = state_remedy(v, upgrade);
	if (state_exhausted(v, &r) && !forced) {
		*ret_refusal = REFUSED_RETRIES;
		return ACTION_NONE;
	}
	return upgrade ? ACTION_UPGRADE : ACTION_INSTALL;
}

enum helm_action state_choose(arena *mem, const struct state_view *v, enum helm_state s,
			      enum state_refusal *ret_refusal)
{
	bool forced = requested(mem, v, FORCE_AT, "lastHandledForceAt");
	*ret_refusal = REFUSED_NOT;
	switch (s) {
	case STATE_IN_SYNC:
		tidy_history(v);
		return forced ? ACTION_UPGRADE : ACTION_NONE;
	case STATE_LOCKED:
		return ACTION_UNLOCK;
	case STATE_LEAVING:
		return ACTION_UNINSTALL;
	case STATE_ABSENT:
		return unless_exhausted(v, false, forced, ret_refusal);
	case STATE_UNMANAGED:
		val_del(v->status, "history");
		return ACTION_UPGRADE;
	case STATE_OUT_OF_SYNC:
		return unless_exhausted(v, true, forced, ret_refusal);
	case STATE_DRIFTED:
		return v->spec->drift && text_eq(v->spec->drift->mode, "enabled") ? ACTION_CORRECT
										  : ACTION_NONE;
	case STATE_UNTESTED:
		return ACTION_TEST;
	case STATE_FAILED:
		return choose_failed(mem, v, forced, ret_refusal);
	}
	return ACTION_NONE;
}
