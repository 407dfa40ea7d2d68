#include "apply/apply.h"

#include <string.h>

#include "apply/ignore.h"
#include "apply/refusal.h"
#include "apply/sealed.h"
#include "apply/takeover.h"
#include "apply/unknown.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/vec.h"
#include "data/diff.h"

#define READY_TIMEOUT (60 * CLOCK_SECOND) /* of definitions and classes, before the rest */
#define DISCOVERY_TIMEOUT (10 * CLOCK_SECOND)
#define GONE_TIMEOUT (60 * CLOCK_SECOND) /* of an object that is recreated */
#define TRIES_WITHOUT_FIELDS 3
#define RECENT (5 * CLOCK_SECOND)

enum step {
	STEP_NONE,     /* nothing to do */
	STEP_TRY,      /* wants a dry run */
	STEP_LATER,    /* wants one when its definition or namespace is there */
	STEP_WRITE,    /* may be written */
	STEP_RECREATE, /* must be deleted first */
};

struct job {
	struct plan_item *plan;
	struct bundle_item *item;
	struct resource resource;
	enum step step;
	bool mapped, foreign, created;
	const val *send;     /* what is sent instead of the item's object; NULL: that */
	const char *version; /* resourceVersion before the write; "" when not known */
	const char *uid;     /* after the write */
	const char *error;   /* what is wrong with it; NULL: nothing that is known */
};

struct run {
	ctx *c;
	const struct apply_settings *s;
	struct apply_result *ret;
	struct job *jobs;
	size_t n;
	struct job *first, *second; /* written without a dry run; NULL: none */
	struct map
		made; /* kinds and namespaces that the bundle brings: "group/kind", "/ns" → job */
	size_t faulty;	    /* jobs with an error */
	enum err_code code; /* of the first that was found */
	int64_t served_by;  /* clock_now: discovery may lag behind definitions until then */
};

/* ---- errors ----------------------------------------------------------------------------------- */

static const char *tried_text(arena *mem, const struct job *j, const err *e)
{
	const char *reason = client_reason(e), *name = j->item->name;
	if (e->code == ERR_NOT_FOUND && j->mapped && j->resource.namespaced && !*j->item->id.ns)
		return arena_printf(mem, "%s namespace not specified: %s", name, err_text(mem, e));
	if (e->code == ERR_NOT_FOUND && j->mapped)
		return arena_printf(mem, "%s not found: %s", name, err_text(mem, e));
	return arena_printf(mem, "%s dry-run failed%s%s%s: %s", name, *reason ? " (" : "", reason,
			    *reason ? ")" : "", err_text(mem, e));
}

static void note(struct run *r, struct job *j, enum err_code code, const char *text)
{
	if (!r->faulty++)
		r->code = code;
	j->error = text;
}

/* All that is wrong, in the order of the objects. */
static err *errors(struct run *r)
{
	buf all = buf_init(r->c->mem);
	if (!r->faulty)
		return NULL;
	for (size_t i = 0; i < r->n; i++)
		if (r->jobs[i].error)
			buf_printf(&all, "%s%s", all.n ? "\n" : "", r->jobs[i].error);
	return err_new(r->c->mem, r->code, "%s", buf_text(&all));
}

/* ---- requests --------------------------------------------------------------------------------- */

static bool wants_whole(const struct run *r, const struct job *j)
{
	bool staged = j->item->stage <= BUNDLE_CLASSES; /* later stages wait for these */
	return (r->s->whole || staged) &&
	       !health_needs_no_status(j->item->id.group, j->item->id.kind);
}

static err *send(struct run *r, struct job *j, bool dry_run, val **ret_answer)
{
	struct apply_options o = {
		.manager = r->s->managed.manager,
		.force = true,
		.dry_run = dry_run,
		.metadata_only = dry_run ? !j->item->ignore_n : !wants_whole(r, j),
	};
	err *e = NULL;
	for (int i = 0; i < TRIES_WITHOUT_FIELDS; i++) {
		e = client_apply(r->c, r->s->client, &j->resource,
				 j->resource.namespaced ? j->item->id.ns : "", j->item->id.name,
				 j->send ? j->send : j->item->obj, &o, ret_answer, &j->created);
		if (!e || !unknown_drop(r->c->mem, j->item, e))
			break;
	}
	return e;
}

static const char *version_of(const val *obj)
{
	return val_text_or(VAL_IN(obj, "metadata", "resourceVersion"), "");
}

/* Was it so lately that two changes may carry the same time, which has whole seconds? */
static bool is_recent(const char *time)
{
	int64_t at;
	return !clock_parse_rfc3339(str_of(time), &at) || clock_wall() - at < RECENT;
}

/* Does the answer of a dry run show that a real one would change nothing? The server moves the time of
 * our entry whenever an apply of ours changes anything. */
static bool is_unchanged(struct run *r, const struct job *j, const val *answer)
{
	const struct live_state *is = &j->plan->state;
	struct managed_entry after = managed_ours(r->c->mem, answer, &r->s->managed);
	return is->view == LIVE_THERE && is->entry.hash && is->entry.hash == after.hash &&
	       text_eq(is->entry.time, after.time) && !is_recent(after.time);
}

/* Of an object with ignored fields: have others of its fields drifted? If so, what is sent leaves the
 * ignored ones as they are. */
static err *judge_ignoring(struct run *r, struct job *j, const val *answer)
{
	val *live, *obj;
	enum drift_kind kind;
	struct diff d = {0};
	const struct bundle_item *item = j->item;
	TRY(client_get(r->c, r->s->client, &j->resource, j->resource.namespaced ? item->id.ns : "",
		       item->id.name, false, &live));
	TRY(diff_drift(r->c->mem, live, answer, NULL, item->ignore, item->ignore_n, DIFF_PLAIN,
		       &kind, &d));
	if (kind == DRIFT_NONE && !j->foreign) {
		j->step = STEP_NONE;
		live_applied(r->s->live, item, r->s->owner_ns, r->s->owner_name, live, true);
		return NULL;
	}
	TRY(ignore_adopt(r->c->mem, item, live, &r->s->managed, &obj));
	j->send = obj;
	return NULL;
}

static err *judge(struct run *r, struct job *j, const val *answer)
{
	struct bundle_marks marks = bundle_marks_of(answer);
	enum bundle_mode mode = j->item->marks.mode;
	j->step = STEP_WRITE;
	j->version = "";
	if (j->created)
		return NULL;
	j->version = version_of(answer);
	if (marks.disabled || marks.mode == BUNDLE_IGNORE || mode == BUNDLE_IF_NOT_PRESENT) {
		j->step = STEP_NONE;
		j->plan->action = PLAN_SKIP;
		return NULL;
	}
	j->foreign = mode != BUNDLE_MERGE && managed_has_foreign(answer, &r->s->managed);
	if (j->item->ignore_n)
		return judge_ignoring(r, j, answer);
	if (!j->foreign && is_unchanged(r, j, answer)) {
		j->step = STEP_NONE;
		live_applied(r->s->live, j->item, r->s->owner_ns, r->s->owner_name, answer, false);
	}
	return NULL;
}

/* Does something that this bundle brings, and that is not there yet, explain a failure? */
static bool waits_for_kind(struct run *r, const struct job *j)
{
	const struct object_id *id = &j->item->id;
	const struct job *kind =
		map_get(&r->made, arena_printf(r->c->mem, "%s/%s", id->group, id->kind));
	return kind && !j->mapped &&
	       (kind->step != STEP_NONE || r->s->after ||
		kind->plan->state.health != HEALTH_CURRENT);
}

static bool waits_for_namespace(struct run *r, const struct job *j)
{
	const char *ns = j->item->id.ns;
	const struct job *made = *ns ? map_get(&r->made, arena_printf(r->c->mem, "/%s", ns)) : NULL;
	return made && made->step != STEP_NONE && (made->created || made->plan->fresh);
}

/* Forced recreation, or an error to report. */
static err *refused(struct run *r, struct job *j, err *e)
{
	if (e->code == ERR_CANCELED)
		return e;
	if (e->code == ERR_IO || e->code == ERR_TIMEOUT || e->code == ERR_BUSY) {
		/* no use asking for the others */
		note(r, j, e->code, tried_text(r->c->mem, j, e));
		return errors(r);
	}
	if ((r->s->force || j->item->marks.force) && j->mapped &&
	    refusal_is_immutable(r->c->mem, e))
		j->step = STEP_RECREATE;
	else if (e->code == ERR_NOT_FOUND && (waits_for_kind(r, j) || waits_for_namespace(r, j)))
		j->step = STEP_LATER;
	else
		note(r, j, e->code, tried_text(r->c->mem, j, e));
	return NULL;
}

static err *map_kind(struct run *r, struct job *j)
{
	if (j->mapped)
		return NULL;
	TRY(mapper_find(r->c, r->s->mapper, &j->item->gvk, &j->resource));
	j->mapped = true;
	if (j->resource.namespaced && !*j->item->id.ns)
		return err_new(r->c->mem, ERR_NOT_FOUND,
			       "the server could not find the requested resource");
	live_watch(r->s->live, &j->resource);
	return NULL;
}

static err *try_one(struct run *r, struct job *j)
{
	val *answer = NULL;
	err *e = map_kind(r, j);
	if (!e)
		e = send(r, j, true, &answer);
	if (e)
		return refused(r, j, e);
	e = judge(r, j, answer);
	return e ? refused(r, j, e) : NULL;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static err *take_over(struct run *r, struct job *j)
{
	return takeover(r->c, r->s->client, &j->resource,
			j->resource.namespaced ? j->item->id.ns : "", j->item->id.name,
			&r->s->managed, NULL, NULL);
}

/* Ends the run until what it waits for has come. */
static err *pause_for(struct run *r, enum apply_pause why, struct live_target *targets, size_t n,
		      int64_t until)
{
	struct apply_wait *w = &r->ret->wait;
	*w = (struct apply_wait){.why = why, .targets = targets, .n = n, .until = until};
	for (size_t i = 0; i < r->n; i++)
		if (r->jobs[i].step == STEP_WRITE && r->jobs[i].created)
			inventory_add(r->c->mem, &w->tried, &r->jobs[i].item->id,
				      r->jobs[i].item->gvk.version);
	return err_new(r->c->mem, ERR_WAIT, "waiting");
}

static err *await_gone(struct run *r, struct job *j, const char *uid)
{
	val *obj;
	const char *ns = j->resource.namespaced ? j->item->id.ns : "";
	err *e = client_get(r->c, r->s->client, &j->resource, ns, j->item->id.name, true, &obj);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	TRY(e);
	if (!text_eq(val_as_text(VAL_IN(obj, "metadata", "uid")), uid))
		return NULL;
	struct live_target *t = NEW(r->c->mem, struct live_target);
	*t = (struct live_target){.id = j->item->id, .gone = true, .resource = &j->resource};
	return pause_for(r, APPLY_GONE, t, 1, clock_now() + GONE_TIMEOUT);
}

static err *remove_old(struct run *r, struct job *j)
{
	val *old;
	const char *ns = j->resource.namespaced ? j->item->id.ns : "";
	err *e = client_get(r->c, r->s->client, &j->resource, ns, j->item->id.name, true, &old);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	TRY(e);
	const char *uid = val_text_or(VAL_IN(old, "metadata", "uid"), "");
	live_forget(r->s->live, &j->item->id, r->s->owner_ns, r->s->owner_name);
	e = client_delete(r->c, r->s->client, &j->resource, ns, j->item->id.name, uid,
			  "Background");
	if (err_code(e) != ERR_NOT_FOUND)
		TRY(e);
	return await_gone(r, j, uid);
}

static err *start(struct run *r)
{
	if (r->ret->started || !r->s->before_write) {
		r->ret->started = true;
		return NULL;
	}
	TRY(r->s->before_write(r->s->arg));
	r->ret->started = true;
	return NULL;
}

static void wrote(struct run *r, struct job *j, const val *answer)
{
	arena *mem = r->c->mem;
	bool whole = wants_whole(r, j);
	bool changed = j->created || j->foreign || !*j->version ||
		       !text_eq(j->version, version_of(answer));
	j->uid = val_as_text(VAL_IN(answer, "metadata", "uid"));
	live_applied(r->s->live, j->item, r->s->owner_ns, r->s->owner_name, answer, whole);
	inventory_add(mem, &r->ret->written, &j->item->id, j->item->gvk.version);
	if (changed)
		change_add(mem, &r->ret->changes, j->item->name,
			   j->created ? CHANGE_CREATED : CHANGE_CONFIGURED);
	j->step = STEP_NONE;
}

/* The second was refused: the first, all that was written, goes again. What can't be removed stays known. */
static err *take_back(struct run *r, err *refusal)
{
	const struct job *j = r->first;
	struct inventory *written = &r->ret->written;
	if (!refusal || !j || !j->created)
		return refusal;
	live_forget(r->s->live, &j->item->id, r->s->owner_ns, r->s->owner_name);
	err *e = client_delete(r->c, r->s->client, &j->resource, j->item->id.ns, j->item->id.name,
			       j->uid, "Background");
	if (e && e->code != ERR_NOT_FOUND)
		return refusal;
	struct inventory gone = {0};
	inventory_add(r->c->mem, &gone, &j->item->id, "");
	*written = inventory_minus(r->c->mem, written, &gone);
	r->ret->changes.n = 0;
	return refusal;
}

/* first: there was no dry run, so a failure is one of validation, after which nothing may be left written. */
static err *write_one(struct run *r, struct job *j, bool first)
{
	val *answer = NULL;
	arena *mem = r->c->mem;
	TRY(start(r));
	if (j->step == STEP_RECREATE)
		TRY_AS(mem, remove_old(r, j),
		       "%s immutable field detected, failed to delete object", j->item->name);
	if (j->foreign)
		TRY_AS(mem, take_over(r, j), "%s metadata.managedFields cleanup failed",
		       j->item->name);
	err *e = send(r, j, false, &answer);
	if (!e) {
		/* known by nobody, but there all the same, with fields of other tools */
		if (first && !j->created && j->item->marks.mode != BUNDLE_MERGE &&
		    managed_has_foreign(answer, &r->s->managed)) {
			j->foreign = true;
			return write_one(r, j, false);
		}
		wrote(r, j, answer);
		return NULL;
	}
	if (!refusal_wrote_nothing(mem, e))
		inventory_add(mem, &r->ret->written, &j->item->id, j->item->gvk.version);
	if (!first || e->code == ERR_CANCELED)
		return err_wrap(mem, e, "%s apply failed", j->item->name);
	TRY(refused(r, j, e));
	TRY(take_back(r, errors(r)));
	return write_one(r, j, false);
}

static bool has_more_to_do(const struct run *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->jobs[i].step != STEP_NONE)
			return true;
	return false;
}

/* What a stage has written must be healthy before the stages behind it, which need it; and where there is
 * more to do also what it found as it should be (a pass before this one may have been called off). */
static err *await_stage(struct run *r, enum bundle_stage stage, const struct inventory *before)
{
	struct live_target *targets = NEW_N(r->c->mem, struct live_target, r->n);
	struct live_verdict v;
	size_t n = 0;
	bool more = has_more_to_do(r);
	for (size_t i = 0; i < r->n; i++) {
		const struct job *j = &r->jobs[i];
		const struct object_id *id = &j->item->id;
		bool wrote = inventory_has(&r->ret->written, id) && !inventory_has(before, id);
		bool is_ours = more && j->plan->action == PLAN_NOTHING;
		if (j->item->stage != stage || (!wrote && !is_ours))
			continue;
		bool refused = live_refused(r->s->live, id->group, id->kind);
		targets[n++] =
			(struct live_target){.id = *id, .resource = refused ? &j->resource : NULL};
		if (wrote && stage == BUNDLE_DEFINITIONS && *id->group)
			mapper_invalidate(r->s->mapper);
	}
	if (!n)
		return NULL;
	live_check(r->s->live, r->c->mem, targets, n, &v);
	if (v.ready)
		return NULL;
	return pause_for(r, APPLY_READY, targets, n, clock_now() + READY_TIMEOUT);
}

err *apply_given_up(arena *mem, const struct apply_wait *w, const struct live_verdict *v)
{
	if (w->why == APPLY_GONE)
		return err_new(mem, ERR_TIMEOUT,
			       "%s immutable field detected, failed to delete object: it is still "
			       "there after %d s, held by a finalizer",
			       object_id_text(mem, &w->targets[0].id),
			       (int)(GONE_TIMEOUT / CLOCK_SECOND));
	if (v->failed)
		return err_new(mem, ERR_FAILED, "failed early due to stalled resources: [%s]",
			       v->list);
	return err_new(mem, ERR_TIMEOUT, "timeout waiting for: [%s]", v->list);
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void check_secret(struct run *r, struct job *j)
{
	if (!sealed_check(r->c->mem, j->item))
		return;
	r->ret->encrypted = true;
	note(r, j, ERR_INVALID,
	     arena_printf(r->c->mem,
			  "%s is SOPS encrypted, configuring decryption is required for this "
			  "secret to be reconciled",
			  j->item->name));
}

static void prepare(struct run *r, struct plan *plan)
{
	arena *mem = r->c->mem;
	r->jobs = NEW_N(mem, struct job, plan->n);
	r->n = plan->n;
	r->made = map_init(mem);
	for (size_t i = 0; i < plan->n; i++) {
		struct job *j = &r->jobs[i];
		*j = (struct job){.plan = &plan->p[i], .item = plan->p[i].item, .version = ""};
		j->step = j->plan->action == PLAN_WRITE ? STEP_TRY : STEP_NONE;
		const val *obj = j->item->obj;
		if (text_eq(j->item->id.kind, "CustomResourceDefinition"))
			map_set(&r->made,
				arena_printf(mem, "%s/%s",
					     val_text_or(VAL_IN(obj, "spec", "group"), ""),
					     val_text_or(VAL_IN(obj, "spec", "names", "kind"), "")),
				j);
		else if (text_eq(j->item->id.kind, "Namespace") && !*j->item->id.group)
			map_set(&r->made, arena_printf(mem, "/%s", j->item->id.name), j);
		if (j->step == STEP_TRY)
			check_secret(r, j);
	}
}

/* May an item be written without a dry run, as the first of all? Only if it is known what is there. */
static bool needs_no_trial(const struct job *j)
{
	const struct live_state *is = &j->plan->state;
	if (j->item->marks.mode == BUNDLE_IF_NOT_PRESENT || is->foreign ||
	    (j->item->ignore_n && !j->plan->fresh))
		return false;
	return j->plan->fresh || (is->applied && is->view != LIVE_UNSEEN);
}

/* Has a dry run before the wait accepted it, as the new object that it still is? */
static bool was_tried(const struct run *r, const struct job *j)
{
	return r->s->after && j->plan->fresh && inventory_has(&r->s->after->tried, &j->item->id);
}

/* Of the second too, behind a first that does nothing by itself while it is there, and can be taken back. */
static bool may_follow(const struct job *first, const struct job *j)
{
	const struct object_id *id = &first->item->id;
	bool inert = !*id->group &&
		     (text_eq(id->kind, "ServiceAccount") || text_eq(id->kind, "ConfigMap"));
	return inert && first->plan->fresh && j->plan->fresh && needs_no_trial(j) &&
	       first->item->stage == j->item->stage;
}

static err *validate_one(struct run *r, struct job *j)
{
	err *e = map_kind(r, j);
	if (e)
		return refused(r, j, e);
	if (waits_for_namespace(r, j)) {
		j->step = STEP_LATER;
	} else if (was_tried(r, j)) {
		j->step = STEP_WRITE;
	} else if (!r->first && !r->s->cautious && needs_no_trial(j)) {
		r->first = j; /* stays STEP_TRY, as does the second */
		j->version = j->plan->state.applied ? j->plan->state.version : "";
	} else if (r->first && !r->second && may_follow(r->first, j)) {
		r->second = j;
	} else {
		return try_one(r, j);
	}
	return NULL;
}

/* Will something be written before j? */
static bool is_preceded(const struct run *r, const struct job *j)
{
	for (const struct job *other = r->jobs; other != j; other++)
		if (other->step >= STEP_LATER)
			return true;
	return false;
}

/* The kinds of all that is to be written are looked up, and all of it but the first and perhaps the second
 * is tried; these too if that tells what else is wrong. */
static err *validate(struct run *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->jobs[i].step == STEP_TRY)
			TRY(validate_one(r, &r->jobs[i]));
	struct job *first = r->first, *second = r->second;
	if (second && (r->faulty || is_preceded(r, second))) {
		r->second = NULL;
		TRY(try_one(r, second));
	}
	if (first && (r->faulty || is_preceded(r, first))) {
		r->first = NULL;
		TRY(try_one(r, first));
	}
	return errors(r);
}

/* The definition is there now; discovery may follow a moment later. */
static err *try_late(struct run *r, struct job *j)
{
	err *e = map_kind(r, j);
	if (err_code(e) == ERR_NOT_FOUND && !j->mapped && clock_now() < r->served_by)
		return pause_for(r, APPLY_SERVED, NULL, 0, r->served_by);
	return try_one(r, j);
}

static err *run_stage(struct run *r, enum bundle_stage stage)
{
	struct inventory before = {0};
	for (size_t i = 0; i < r->ret->written.n; i++)
		VEC_PUSH(r->c->mem, &before, r->ret->written.p[i]);
	for (size_t i = 0; i < r->n; i++)
		if (r->jobs[i].item->stage == stage && r->jobs[i].step == STEP_LATER)
			TRY(try_late(r, &r->jobs[i]));
	TRY(errors(r));
	for (size_t i = 0; i < r->n; i++) {
		struct job *j = &r->jobs[i];
		if (j->item->stage == stage && j->step != STEP_NONE)
			TRY(write_one(r, j, j->step == STEP_TRY));
	}
	return stage <= BUNDLE_CLASSES ? await_stage(r, stage, &before) : NULL;
}

err *apply_run(ctx *c, const struct apply_settings *s, struct plan *plan, struct apply_result *ret)
{
	struct run r = {.c = c, .s = s, .ret = ret, .served_by = clock_now() + DISCOVERY_TIMEOUT};
	*ret = (struct apply_result){0};
	if (s->after && s->after->why == APPLY_SERVED)
		r.served_by = s->after->until;
	if (s->after)
		mapper_invalidate(s->mapper);
	prepare(&r, plan);
	TRY(errors(&r));
	TRY(validate(&r));
	for (int stage = 0; stage < BUNDLE_STAGES; stage++)
		TRY(run_stage(&r, stage));
	return NULL;
}
