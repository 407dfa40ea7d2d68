#include "kind/kustomization.h"

#include "base/clock.h"
#include "base/duration.h"
#include "ctl/conditions.h"
#include "kind/health_exprs.h"

#define LOOK_SERVED                                                                                \
	(5 *                                                                                       \
	 CLOCK_SECOND) /* how often it is looked whether a kind is served by now, as Flux does */

/* Gives the targets that an expression is for their judge; what these need lives in mem. */
static err *judges(arena *mem, struct work *w, bool *ret_any)
{
	struct health_exprs all;
	*ret_any = false;
	TRY(health_exprs_read(mem, &w->k->health_exprs, &all));
	for (size_t i = 0; i < w->health_n; i++) {
		const struct health_expr_read *e =
			health_exprs_for(&all, w->health[i].id.group, w->health[i].id.kind);
		w->health[i].judge = e ? &e->by.judge : NULL;
		*ret_any |= e != NULL;
	}
	return NULL;
}

/* ---- targets ---------------------------------------------------------------------------------- */

static void add_target(struct work *w, const struct object_id *id, const char *version,
		       bool may_vanish)
{
	bool self = text_eq(id->kind, "Kustomization") && text_eq(id->group, KUSTOMIZATION_GROUP) &&
		    text_eq(id->ns, w->r.ns) && text_eq(id->name, w->r.name);
	if (self)
		return;
	w->health_versions[w->health_n] = version;
	w->health[w->health_n++] = (struct live_target){.id = *id, .may_vanish = may_vanish};
}

static bool may_vanish(const struct bundle_item *item)
{
	return text_eq(item->id.kind, "Job") &&
	       VAL_IN(item->obj, "spec", "ttlSecondsAfterFinished");
}

/* What is checked: everything applied with wait, or else what healthChecks names. */
static err *health_targets(ctx *c, struct work *w)
{
	const struct health_ref *refs = w->k->health.p;
	size_t n = w->k->wait ? w->plan->n : w->k->health.n;
	w->health = NEW_N(c->mem, struct live_target, n);
	w->health_versions = NEW_N(c->mem, const char *, n);
	for (size_t i = 0; w->k->wait && i < n; i++)
		if (w->plan->p[i].action != PLAN_SKIP)
			add_target(w, &w->plan->p[i].item->id, w->plan->p[i].item->gvk.version,
				   may_vanish(w->plan->p[i].item));
	for (size_t i = 0; !w->k->wait && i < n; i++) {
		const char *said = refs[i].api_version;
		const char *api_version = said && *said ? said : "apps/v1"; /* as v1beta1 had it */
		struct gvk k;
		if (!gvk_parse(c->mem, api_version, refs[i].kind, &k))
			return err_new(c->mem, ERR_INVALID,
				       "spec.healthChecks[%zu]: '%s' is no apiVersion", i,
				       api_version);
		struct object_id id = {k.group, refs[i].kind, refs[i].ns ? refs[i].ns : "",
				       refs[i].name};
		add_target(w, &id, k.version, false);
	}
	return NULL;
}

/* Is it not in our own bundle, or may we not watch its kind in the whole cluster? Then it must be watched by name, and what an
 * earlier wait has seen of it may be out of date. */
static bool out_of_sight(const struct work *w, const struct live_target *t)
{
	return !inventory_has(&w->now, &t->id) ||
	       live_refused(w->at->live, t->id.group, t->id.kind);
}

static bool any_out_of_sight(const struct work *w)
{
	for (size_t i = 0; i < w->health_n; i++)
		if (out_of_sight(w, &w->health[i]))
			return true;
	return false;
}

/* The kinds of the targets that must be watched by name. *ret_unserved: one is not served, or not yet. */
static err *health_resources(ctx *c, struct work *w, bool *ret_unserved)
{
	*ret_unserved = false;
	for (size_t i = 0; i < w->health_n; i++) {
		struct live_target *t = &w->health[i];
		struct gvk k = {t->id.group, w->health_versions[i], t->id.kind};
		if (!t->judge && !out_of_sight(w, t))
			continue;
		struct resource *r = NEW(c->mem, struct resource);
		err *e = mapper_find(c, w->at->mapper, &k, r);
		if (err_code(e) == ERR_NOT_FOUND) {
			t->unserved =
				arena_printf(c->mem, "no matches for kind \"%s\" in group \"%s\"",
					     t->id.kind, t->id.group);
			*ret_unserved = true;
			continue;
		}
		TRY(e);
		t->resource = r;
	}
	return NULL;
}

static val *resume_val(struct work *w, uint64_t serial)
{
	arena *mem = w->r.mem;
	val *v = val_map(mem), *targets = val_list(mem);
	val_set_text(mem, v, "revision", w->revision);
	val_set_text(mem, v, "origin", w->origin);
	val_set_text(mem, v, "digest", w->digest);
	val_set(mem, v, "changed", val_bool(mem, w->changed));
	val_set(mem, v, "healthy", val_bool(mem, w->was_healthy));
	val_set(mem, v, "began", val_int(mem, w->r.began));
	val_set(mem, v, "serial", val_int(mem, (int64_t)serial));
	val_set(mem, v, "since", val_int(mem, w->health_since));
	val_set(mem, v, "by", val_int(mem, w->health_by));
	val_set(mem, v, "inventory", inventory_val(mem, &w->now));
	for (size_t i = 0; i < w->health_n; i++) {
		val *t = val_map(mem);
		val_set_text(mem, t, "group", w->health[i].id.group);
		val_set_text(mem, t, "kind", w->health[i].id.kind);
		val_set_text(mem, t, "ns", w->health[i].id.ns);
		val_set_text(mem, t, "name", w->health[i].id.name);
		val_set_text(mem, t, "version", w->health_versions[i]);
		val_set(mem, t, "vanish", val_bool(mem, w->health[i].may_vanish));
		val_push(mem, targets, t);
	}
	val_set(mem, v, "targets", targets);
	return v;
}

err *kustomization_resume(ctx *c, struct work *w)
{
	const val *v = wait_resume(w->r.resumed), *targets = val_get(v, "targets");
	w->revision = val_text_or(val_get(v, "revision"), "");
	w->origin = val_text_or(val_get(v, "origin"), "");
	w->digest = val_text_or(val_get(v, "digest"), "");
	w->changed = val_as_bool(val_get(v, "changed"), false);
	w->was_healthy = val_as_bool(val_get(v, "healthy"), false);
	w->r.began = val_as_int(val_get(v, "began"), w->r.began);
	w->health_since = val_as_int(val_get(v, "since"), 0);
	w->health_by = val_as_int(val_get(v, "by"), 0);
	TRY(inventory_read(c->mem, val_get(v, "inventory"), &w->now));
	w->health = NEW_N(c->mem, struct live_target, val_len(targets));
	w->health_versions = NEW_N(c->mem, const char *, val_len(targets));
	for (size_t i = 0; i < val_len(targets); i++) {
		const val *t = val_at(targets, i);
		struct object_id id = {
			val_text_or(val_get(t, "group"), ""), val_text_or(val_get(t, "kind"), ""),
			val_text_or(val_get(t, "ns"), ""), val_text_or(val_get(t, "name"), "")};
		add_target(w, &id, val_text_or(val_get(t, "version"), ""),
			   val_as_bool(val_get(t, "vanish"), false));
	}
	return NULL;
}

/* ---- waiting ---------------------------------------------------------------------------------- */

static void close_arena(void *mem)
{
	arena_close(mem);
}

static void on_settled(void *arg)
{
	wait_settle(arg, NULL);
}

void kustomization_await_targets(struct work *w, struct wait *wait, uint64_t serial,
				 const struct live_target *targets, size_t n)
{
	wait_attach(wait, cluster_hold(w->r.house->clusters, w->at), cluster_release);
	wait_attach(wait, live_wait_open(w->at->live, serial, targets, n, on_settled, wait),
		    live_wait_close);
}

static err *park(ctx *c, struct work *w)
{
	bool any, unserved;
	arena *own = arena_open(); /* of the judges, as long as the wait lives */
	err *e = judges(own, w, &any);
	if (!e)
		e = health_resources(c, w, &unserved);
	if (e) {
		e = err_copy(c->mem, e);
		arena_close(own);
		return e;
	}
	kustomization_progress(w, "Running health checks");
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing",
		  "Reconciliation in progress");
	stage_set(&w->r, CONDITION_HEALTHY, CONDITION_UNKNOWN, "Progressing", "%s",
		  conditions_message(w->r.status, CONDITION_RECONCILING));
	int64_t now = clock_now();
	if (!w->r.resumed) {
		w->health_since = now;
		w->health_by = now + w->timeout;
	}
	int64_t end = w->health_by;
	if (unserved && now + LOOK_SERVED < end)
		end = now + LOOK_SERVED;
	uint64_t serial = live_serial(w->at->live);
	struct wait *wait = stage_wait(&w->r, end, resume_val(w, serial));
	wait_attach(wait, own, close_arena);
	kustomization_await_targets(w, wait, serial, w->health, w->health_n);
	return stage_park(&w->r);
}

/* How the targets are now: as the wait sees them that this pass goes on after, or as is known. */
static void look_at_health(ctx *c, struct work *w, struct live_verdict *ret)
{
	struct live *l = w->at->live;
	const val *serial = w->r.resumed ? val_get(wait_resume(w->r.resumed), "serial") : NULL;
	if (serial && live_wait_check(l, (uint64_t)val_as_int(serial, 0), c->mem, ret))
		return;
	live_check(l, c->mem, w->health, w->health_n, ret);
}

static int64_t checked_for(const struct work *w)
{
	return duration_round(clock_now() - w->health_since, CLOCK_MS);
}

static void healthy(struct work *w)
{
	bool was = w->was_healthy;
	bool news = !text_eq(val_as_text(val_get(w->r.status, "lastAppliedRevision")), w->revision);
	const char *message = arena_printf(w->r.mem, "Health check passed in %s",
					   duration_text(w->r.mem, checked_for(w)));
	bool shown = conditions_is(w->r.status, CONDITION_HEALTHY, CONDITION_TRUE);
	if (!shown || w->changed || news)
		stage_set(&w->r, CONDITION_HEALTHY, CONDITION_TRUE, "Succeeded", "%s", message);
	if (!was || (news && w->changed))
		stage_event(&w->r, EVENT_INFO, "Progressing", "%s", message);
}

static err *unhealthy(struct work *w, const struct live_verdict *v)
{
	arena *mem = w->r.mem;
	err *e =
		err_new(mem, v->failed ? ERR_FAILED : ERR_TIMEOUT, "%s: [%s]",
			v->failed ? "failed early due to stalled resources" : "timeout waiting for",
			v->failed ? v->stalled : v->list);
	kustomization_progress(w, "Running health checks");
	stage_set(&w->r, CONDITION_HEALTHY, CONDITION_FALSE, "HealthCheckFailed", "%s",
		  err_text(mem, e));
	kustomization_history(w, "HealthCheckFailed");
	return err_wrap(mem, e, "health check failed after %s", duration_text(mem, checked_for(w)));
}

/* ---- what is not watched -------------------------------------------------------------------------- */

/* How is that object, as the API server has it right now? */
static bool is_well(ctx *c, const struct work *w, size_t i)
{
	const struct live_target *t = &w->health[i];
	struct gvk k = {t->id.group, w->health_versions[i], t->id.kind};
	struct health_result h;
	struct resource r;
	const char *message;
	val *obj;
	if (mapper_find(c, w->at->mapper, &k, &r) ||
	    client_get(c, w->at->client, &r, r.namespaced ? t->id.ns : "", t->id.name, false, &obj))
		return false;
	if (t->judge)
		return t->judge->of(t->judge->arg, c->mem, obj, &message) == HEALTH_CURRENT;
	health_of_managed(c->mem, obj, clock_wall(), &h);
	return h.status == HEALTH_CURRENT;
}

/* Where nothing has changed and all was well, who is not watched is asked for once: as long as all is well still, nobody has to wait
 * and nothing is written. What is wrong, or cannot be asked, is left to a wait. */
static bool still_well(ctx *c, const struct work *w)
{
	struct live_target *watched = NEW_N(c->mem, struct live_target, w->health_n);
	struct live_verdict v;
	size_t n = 0;
	if (!w->was_healthy || w->changed)
		return false;
	for (size_t i = 0; i < w->health_n; i++) {
		const struct live_target *t = &w->health[i];
		if (!t->judge && !out_of_sight(w, t))
			watched[n++] = *t;
		else if (!is_well(c, w, i))
			return false;
	}
	live_check(w->at->live, c->mem, watched, n, &v);
	return v.ready;
}

err *kustomization_await(ctx *c, struct work *w)
{
	struct live_verdict v;
	if (!w->r.resumed) {
		w->was_healthy =
			text_eq(val_as_text(val_get(w->healthy, "status")), CONDITION_TRUE);
		w->health_since = w->r.began;
		if (kustomization_checks_health(w))
			TRY(health_targets(c, w));
	}
	if (!w->health_n) {
		stage_unset(&w->r, CONDITION_HEALTHY);
		return NULL;
	}
	bool judged = false;
	if (!w->r.resumed)
		TRY(judges(c->mem, w, &judged));
	if (judged || (!w->r.resumed && any_out_of_sight(w))) {
		if (!still_well(c, w))
			return park(c, w);
		healthy(w);
		return NULL;
	}
	look_at_health(c, w, &v);
	if (v.ready) {
		healthy(w);
		return NULL;
	}
	if (!v.failed && !w->r.resumed)
		return park(c, w);
	if (!v.failed && clock_now() < w->health_by)
		return park(
			c,
			w); /* it has turned again since it settled, or a kind may be served by now */
	return unhealthy(w, &v);
}
