#include "kind/helm_release.h"

#include "kind/helm_release_history.h"

#define EVENT_KEY(name) HELM_RELEASE_GROUP "/" name

/* ---- conditions ------------------------------------------------------------------------------- */

struct candidate {
	const val *condition;
	int priority; /* 0 is the highest */
	int64_t generation;
};

/* Does a come before b? As helm-controller compares them. */
static bool goes_first(const struct candidate *a, const struct candidate *b)
{
	return a->generation >= b->generation && a->priority < b->priority;
}

static void add_candidate(const struct work *w, struct candidate *all, size_t *n, const char *type,
			  int priority)
{
	const val *c = conditions_get(w->r.status, type);
	if (!c)
		return;
	struct candidate one = {c, priority, val_as_int(val_get(c, "observedGeneration"), 0)};
	size_t at = (*n)++;
	for (; at > 0 && goes_first(&one, &all[at - 1]); at--)
		all[at] = all[at - 1];
	all[at] = one;
}

static bool tests_count(const struct work *w)
{
	const struct test_spec *t = w->spec->test;
	return t && t->enable && !t->ignore_failures;
}

static void observe(struct work *w, const char *field, const char *digest)
{
	if (*digest)
		val_set_text(w->r.mem, w->r.status, field, digest);
	else
		val_del(w->r.status, field);
}

void helm_release_sum_up(struct work *w)
{
	struct candidate all[3];
	size_t n = 0;
	if (!w->spec->test || !w->spec->test->enable)
		stage_unset(&w->r, TEST_SUCCESS);
	add_candidate(w, all, &n, RELEASED, 2);
	add_candidate(w, all, &n, REMEDIATED, 0);
	if (tests_count(w))
		add_candidate(w, all, &n, TEST_SUCCESS, 1);
	observe(w, "observedPostRenderersDigest", w->renderers_digest);
	observe(w, "observedCommonMetadataDigest", w->common_digest);
	if (!n)
		return;
	const val *c = val_copy(w->r.mem, all[0].condition);
	const char *state =
		all[0].priority == 0 ? CONDITION_FALSE : val_text_or(val_get(c, "status"), "");
	if (text_eq(state, CONDITION_TRUE))
		stage_unset(&w->r, CONDITION_STALLED);
	stage_set(&w->r, CONDITION_READY, state, val_text_or(val_get(c, "reason"), ""), "%s",
		  val_text_or(val_get(c, "message"), ""));
}

static const char *succeeded(struct work *w, const char *action)
{
	const val *latest = history_latest(val_get(w->r.status, "history"));
	return arena_printf(w->r.mem, "Helm %s succeeded for release %s with chart %s", action,
			    history_name(w->r.mem, latest), history_chart(w->r.mem, latest));
}

void helm_release_settle_remediation(struct work *w)
{
	if (!conditions_is(w->r.status, REMEDIATED, CONDITION_TRUE))
		return;
	stage_unset(&w->r, RELEASED);
	stage_set(&w->r, RELEASED, CONDITION_TRUE, "UpgradeSucceeded", "%s",
		  succeeded(w, "upgrade"));
	stage_unset(&w->r, REMEDIATED);
}

void helm_release_settle(struct work *w)
{
	helm_release_settle_remediation(w);
	const val *s = w->r.status;
	const char *reason = conditions_reason(s, RELEASED);
	bool good = conditions_is(s, CONDITION_READY, CONDITION_TRUE) &&
		    conditions_is(s, RELEASED, CONDITION_TRUE);
	if (!good && text_eq(reason, "InstallFailed"))
		stage_set(&w->r, RELEASED, CONDITION_TRUE, "InstallSucceeded", "%s",
			  succeeded(w, "install"));
	else if (!good && text_eq(reason, "UpgradeFailed"))
		stage_set(&w->r, RELEASED, CONDITION_TRUE, "UpgradeSucceeded", "%s",
			  succeeded(w, "upgrade"));
}

/* ---- events ----------------------------------------------------------------------------------- */

static void add(struct work *w, const char *key, const char *text)
{
	if (text && *text)
		val_set_text(w->r.mem, w->r.annotations, key, text);
}

static void emit(struct work *w, enum event_severity severity, const char *reason,
		 const char *message)
{
	stage_event(&w->r, severity, reason, "%s", message);
	w->r.annotations = NULL;
}

void helm_release_tell(struct work *w, enum event_severity severity, const char *reason,
		       const val *snapshot, const char *message)
{
	w->r.annotations = val_map(w->r.mem);
	add(w, EVENT_KEY("revision"), val_as_text(val_get(snapshot, "chartVersion")));
	add(w, EVENT_KEY("token"), val_as_text(val_get(snapshot, "configDigest")));
	add(w, EVENT_KEY("app-version"), val_as_text(val_get(snapshot, "appVersion")));
	add(w, EVENT_KEY("oci-digest"), val_as_text(val_get(snapshot, "ociDigest")));
	emit(w, severity, reason, message);
}

void helm_release_tell_tried(struct work *w, enum event_severity severity, const char *reason,
			     const char *message)
{
	w->r.annotations = val_map(w->r.mem);
	add(w, EVENT_KEY("revision"), w->facts.version);
	add(w, EVENT_KEY("token"), w->config_digest);
	add(w, EVENT_KEY("app-version"), w->facts.app_version);
	add(w, EVENT_KEY("oci-digest"), w->facts.oci_digest);
	emit(w, severity, reason, message);
}
