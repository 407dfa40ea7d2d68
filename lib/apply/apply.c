#include "apply/apply.h"

#include <string.h>

#include "apply/ignore.h"
#include "apply/unknown.h"
#include "base/clock.h"
#include "base/enc.h"
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
};

struct run {
	ctx *c;
	const struct apply_settings *s;
	struct apply_result *ret;
	struct job *jobs;
	size_t n;
	struct map
		made; /* kinds and namespaces that the bundle brings: "group/kind", "/ns" → job */
	VEC(const char *) errors;
	enum err_code code;
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

static void note(struct run *r, enum err_code code, const char *text)
{
	if (!r->errors.n)
		r->code = code;
	VEC_PUSH(r->c->mem, &r->errors, text);
}

static err *errors(struct run *r)
{
	if (!r->errors.n)
		return NULL;
	const char *all = r->errors.p[0];
	for (size_t i = 1; i < r->errors.n; i++)
		all = arena_printf(r->c->mem, "%s\n%s", all, r->errors.p[i]);
	return err_new(r->c->mem, r->code, "%s", all);
}

/* Would deleting and creating it again help? Only where the API server says that a field cannot be
 * changed: an object must not be lost over a mere mistake. */
static bool is_immutable(arena *mem, const err *e)
{
	static const char *const phrases[] = {
		"is immutable",		 "immutable field",
		"may not be changed",	 "may not change once set",
		"cannot be changed",	 "may not change fields other than",
		"for fields other than",
	};
	const char *text = err_text(mem, e);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strstr(text, phrases[i]))
			return true;
	return false;
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
	return kind && !j->mapped && kind->step != STEP_NONE;
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
		note(r, e->code, tried_text(r->c->mem, j, e));
		return errors(r);
	}
	if ((r->s->force || j->item->marks.force) && j->mapped && is_immutable(r->c->mem, e))
		j->step = STEP_RECREATE;
	else if (e->code == ERR_NOT_FOUND && (waits_for_kind(r, j) || waits_for_namespace(r, j)))
		j->step = STEP_LATER;
	else
		note(r, e->code, tried_text(r->c->mem, j, e));
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
	val *live, *after;
	const char *ns = j->resource.namespaced ? j->item->id.ns : "";
	TRY(client_get(r->c, r->s->client, &j->resource, ns, j->item->id.name, true, &live));
	val *patch = managed_takeover(r->c->mem, live, &r->s->managed);
	if (!patch)
		return NULL;
	return client_patch(r->c, r->s->client, &j->resource, ns, j->item->id.name, NULL,
			    PATCH_JSON, patch, r->s->managed.manager, &after);
}

static err *await_gone(struct run *r, struct job *j, const char *uid)
{
	int64_t end = clock_now() + GONE_TIMEOUT, delay = 50 * CLOCK_MS;
	const char *ns = j->resource.namespaced ? j->item->id.ns : "";
	for (;;) {
		val *obj;
		err *e = client_get(r->c, r->s->client, &j->resource, ns, j->item->id.name, true,
				    &obj);
		if (err_code(e) == ERR_NOT_FOUND)
			return NULL;
		TRY(e);
		if (!text_eq(val_as_text(VAL_IN(obj, "metadata", "uid")), uid))
			return NULL;
		if (clock_now() > end)
			return err_new(r->c->mem, ERR_TIMEOUT,
				       "it is still there after %d s, held by a finalizer",
				       (int)(GONE_TIMEOUT / CLOCK_SECOND));
		TRY(ctx_sleep(r->c, delay));
		delay = delay * 2 < CLOCK_SECOND ? delay * 2 : CLOCK_SECOND;
	}
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
	live_forget(r->s->live, &j->item->id);
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

/* Was the request surely not carried out? */
static bool surely_not_written(arena *mem, const err *e)
{
	const char *text = err_text(mem, e);
	if (strstr(text, "failed to create typed patch object") ||
	    strstr(text, "admission webhook"))
		return true;
	return e->code != ERR_IO && e->code != ERR_TIMEOUT && e->code != ERR_CANCELED &&
	       e->code != ERR_FAILED && e->code != ERR_BUSY;
}

static void wrote(struct run *r, struct job *j, const val *answer)
{
	arena *mem = r->c->mem;
	bool whole = wants_whole(r, j);
	bool changed = j->created || j->foreign || !*j->version ||
		       !text_eq(j->version, version_of(answer));
	live_applied(r->s->live, j->item, r->s->owner_ns, r->s->owner_name, answer, whole);
	inventory_add(mem, &r->ret->written, &j->item->id, j->item->gvk.version);
	if (changed)
		change_add(mem, &r->ret->changes, j->item->name,
			   j->created ? CHANGE_CREATED : CHANGE_CONFIGURED);
	j->step = STEP_NONE;
}

/* first: nothing was written yet and there was no dry run, so a failure is one of validation. */
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
	if (!surely_not_written(mem, e))
		inventory_add(mem, &r->ret->written, &j->item->id, j->item->gvk.version);
	if (!first || e->code == ERR_CANCELED)
		return err_wrap(mem, e, "%s apply failed", j->item->name);
	TRY(refused(r, j, e));
	TRY(errors(r));
	return write_one(r, j, false);
}

/* Waits until what a stage has written is healthy: the stages behind it need it. */
static err *await_stage(struct run *r, enum bundle_stage stage, const struct inventory *before)
{
	struct live_target *targets = NEW_N(r->c->mem, struct live_target, r->n);
	size_t n = 0;
	bool defined = false;
	for (size_t i = 0; i < r->n; i++) {
		const struct object_id *id = &r->jobs[i].item->id;
		if (r->jobs[i].item->stage != stage || !inventory_has(&r->ret->written, id) ||
		    inventory_has(before, id))
			continue;
		targets[n++].id = *id;
		defined |= stage == BUNDLE_DEFINITIONS && *id->group;
	}
	int64_t end = clock_now() + READY_TIMEOUT, delay = 10 * CLOCK_MS;
	struct live_verdict v = {.ready = true};
	for (live_check(r->s->live, r->c->mem, targets, n, &v); n && !v.ready;
	     live_check(r->s->live, r->c->mem, targets, n, &v)) {
		if (clock_now() > end || v.failed)
			return err_new(r->c->mem, v.failed ? ERR_FAILED : ERR_TIMEOUT, "%s: [%s]",
				       v.failed ? "failed early due to stalled resources"
						: "timeout waiting for",
				       v.list);
		TRY(ctx_sleep(r->c, delay));
		delay = delay < 200 * CLOCK_MS ? delay * 2 : delay;
	}
	if (defined)
		mapper_invalidate(r->s->mapper);
	return NULL;
}

/* ---- the whole -------------------------------------------------------------------------------- */

#define DECRYPT "kustomize.toolkit.fluxcd.io/decrypt"

/* A Secret that SOPS has encrypted must have been decrypted by now. As in Flux, one whose data is base64
 * all the same loses the mark and passes. */
static void check_secret(struct run *r, struct bundle_item *item)
{
	if (!text_eq(item->id.kind, "Secret") || *item->id.group || !val_get(item->obj, "sops"))
		return;
	const val *data = val_get(item->obj, "data");
	for (uint32_t i = 0; val_is(data, VAL_MAP) && i < data->map.n; i++) {
		str bytes;
		if (enc_unbase64(r->c->mem, val_as_str(data->map.p[i].value), &bytes))
			continue;
		/* who says so gets it as it is, and what the API server says to that */
		if (str_eq_nocase(val_as_str(VAL_IN(item->obj, "metadata", "annotations", DECRYPT)),
				  STR("disabled")))
			return;
		r->ret->encrypted = true;
		note(r, ERR_INVALID,
		     arena_printf(r->c->mem,
				  "%s is SOPS encrypted, configuring decryption is required for "
				  "this secret to "
				  "be reconciled",
				  item->name));
		return;
	}
	val_del(item->obj, "sops");
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
			check_secret(r, j->item);
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

/* The kinds of all that is to be written are looked up, and all of it but the first is tried. */
static err *validate(struct run *r)
{
	struct job *first = NULL;
	for (size_t i = 0; i < r->n; i++) {
		struct job *j = &r->jobs[i];
		if (j->step != STEP_TRY)
			continue;
		err *e = map_kind(r, j);
		if (e) {
			TRY(refused(r, j, e));
			continue;
		}
		if (waits_for_namespace(r, j)) {
			j->step = STEP_LATER;
		} else if (!first && !r->s->cautious && needs_no_trial(j)) {
			first = j; /* stays STEP_TRY */
			j->version = j->plan->state.applied ? j->plan->state.version : "";
		} else {
			TRY(try_one(r, j));
		}
	}
	/* it must be the first to be written, or else it is tried like the others */
	for (size_t i = 0; first && i < r->n && &r->jobs[i] != first; i++)
		if (r->jobs[i].step >= STEP_WRITE) {
			TRY(try_one(r, first));
			first = NULL;
		}
	return errors(r);
}

/* The definition is there now; discovery may follow a moment later. */
static err *try_late(struct run *r, struct job *j)
{
	int64_t end = clock_now() + DISCOVERY_TIMEOUT;
	for (err *e = map_kind(r, j); e && !j->mapped && clock_now() < end; e = map_kind(r, j)) {
		if (e->code != ERR_NOT_FOUND)
			break;
		TRY(ctx_sleep(r->c, 100 * CLOCK_MS));
		mapper_invalidate(r->s->mapper);
	}
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
	struct run r = {.c = c, .s = s, .ret = ret};
	*ret = (struct apply_result){0};
	prepare(&r, plan);
	TRY(validate(&r));
	for (int stage = 0; stage < BUNDLE_STAGES; stage++)
		TRY(run_stage(&r, stage));
	return NULL;
}
