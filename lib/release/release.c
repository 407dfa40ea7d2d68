#include "release/release.h"

#include "data/yaml.h"

#include "base/clock.h"
#include "release/release_drift.h"
#include "release/release_install.h"
#include "release/release_items.h"
#include "release/release_prepare.h"
#include "release/release_rollback.h"
#include "release/release_site.h"
#include "release/release_store.h"
#include "release/release_test.h"
#include "release/release_uninstall.h"
#include "release/release_upgrade.h"
#include "release/release_wait.h"

static const struct release_plan *const plans[] = {
	[RELEASE_INSTALL] = &install_plan,   [RELEASE_UPGRADE] = &upgrade_plan,
	[RELEASE_ROLLBACK] = &rollback_plan, [RELEASE_UNINSTALL] = &uninstall_plan,
	[RELEASE_TEST] = &test_plan,
};

struct release_site *release_site_open(const struct release_site_settings *s)
{
	return site_open(s);
}

void release_site_close(struct release_site *s)
{
	site_close(s);
}

err *release_history(ctx *c, const struct release_of *r, struct release_history *ret)
{
	TRY(store_list(c, r, ret));
	if (!ret->n && ret->unread)
		return err_new(c->mem, ERR_INVALID, "no revision for release \"%s\"", r->name);
	return NULL;
}

struct release_history release_history_after(arena *mem, const struct release_history *before,
					     const struct release_outcome *out)
{
	struct release_history h = {NEW_N(mem, struct release_record, before->n + out->write_n), 0,
				    before->unread};
	for (size_t i = 0; i < before->n; i++)
		h.p[h.n++] = before->p[i];
	for (size_t i = 0; i < out->write_n; i++)
		store_write(&h, &out->writes[i]);
	return h;
}

bool release_is_pending(const char *status)
{
	return text_starts(status, "pending-");
}

/* ---- actions ----------------------------------------------------------------------------------- */

static bool goes_on(const struct wait *resumed, enum release_action action)
{
	return resumed && release_parked_action(resumed) == (int)action;
}

static err *set_up(struct release_work *w, enum release_action action, const struct wait *resumed)
{
	*w->out = (struct release_outcome){.action = action, .log = "", .kept = ""};
	if (!goes_on(resumed, action)) {
		w->pos = val_map(w->mem);
		work_set_int(w, "began", clock_now());
		return NULL;
	}
	w->pos = val_copy(w->mem, val_get(wait_resume(resumed), "position"));
	w->resumed = resumed;
	w->out->wrote = work_flag(w, "wrote");
	return work_resume(w);
}

/* From the step that parked, or the first one, to the end or to the next that parks. */
static err *run(struct release_work *w, const struct release_plan *plan)
{
	for (size_t i = (size_t)work_int(w, "step", 0); plan->steps[i].run; i++) {
		work_set_int(w, "step", (int64_t)i);
		TRY(plan->steps[i].run(w));
		if (w->parked)
			return NULL;
	}
	return NULL;
}

static const char *log_of(struct release_work *w)
{
	const val *lines = val_get(w->pos, "log");
	buf b = buf_init(w->mem);
	for (size_t i = 0; i < val_len(lines); i++)
		buf_printf(&b, "%s%s", i ? "\n" : "", val_as_text(val_at(lines, i)));
	return buf_text(&b);
}

/* The objects of the release, as the action had them in hand. */
static const struct inventory *owned(const struct release_work *w)
{
	struct inventory *all = NEW(w->mem, struct inventory);
	if (!w->release || w->target_of != w->release)
		return NULL;
	for (size_t i = 0; i < w->target.n; i++)
		inventory_add(w->mem, all, &w->target.p[i].as.id, w->target.p[i].gvk.version);
	return all;
}

static void put_down(struct release_work *w)
{
	work_keep(w);
	w->out->parked = true;
	w->out->position = w->pos;
}

err *release_run(ctx *c, const struct release_of *r, enum release_action action,
		 const struct release_options *o, const struct wait *resumed,
		 struct release_outcome *ret)
{
	struct release_work *w = NEW(c->mem, struct release_work);
	const struct release_plan *plan = plans[action];
	*w = (struct release_work){.c = c, .mem = c->mem, .of = r, .o = o, .out = ret};
	err *e = set_up(w, action, resumed);
	if (!e)
		e = run(w, plan);
	if (e && !work_is_off(w, e) && plan->failed)
		e = plan->failed(w, e);
	ret->log = log_of(w);
	ret->owned = owned(w);
	ret->took = clock_now() - work_int(w, "began", clock_now());
	if (!e && w->parked)
		put_down(w);
	else
		work_drop(w);
	return e;
}

/* ---- parking ----------------------------------------------------------------------------------- */

static void close_arena(void *mem)
{
	arena_close(mem);
}

static void on_settled(void *arg)
{
	wait_settle(arg, NULL);
}

err *release_park(struct reconcile *rec, const struct release_of *r,
		  const struct release_options *o, const struct release_outcome *out,
		  const val *mine)
{
	arena *mem = rec->mem, *own = arena_open(); /* of the judges, as long as the wait lives */
	struct live *l = r->at->live;
	struct live_target *targets;
	err *e = wait_targets(own, o, out->await, &targets);
	if (e) {
		e = err_copy(mem, e);
		arena_close(own);
		return e;
	}
	uint64_t serial = live_serial(l);
	val *resume = val_map(mem);
	val_set(mem, resume, "release", val_int(mem, out->action));
	val_set(mem, resume, "serial", val_int(mem, (int64_t)serial));
	val_set(mem, resume, "position", val_copy(mem, out->position));
	if (mine)
		val_set(mem, resume, "mine", val_copy(mem, mine));
	struct wait *wait = stage_wait(rec, out->await->deadline, resume);
	wait_attach(wait, cluster_hold(r->site->s.clusters, r->at), cluster_release);
	wait_attach(wait, own, close_arena);
	wait_attach(wait, live_wait_open(l, serial, targets, out->await->n, on_settled, wait),
		    live_wait_close);
	return stage_park(rec);
}

const val *release_parked(const struct wait *resumed)
{
	return resumed ? val_get(wait_resume(resumed), "mine") : NULL;
}

int release_parked_action(const struct wait *resumed)
{
	return resumed ? (int)val_as_int(val_get(wait_resume(resumed), "release"), -1) : -1;
}

/* ---- unlocking --------------------------------------------------------------------------------- */

err *release_unlock(ctx *c, const struct release_of *r, const struct release_record *pending,
		    struct release_outcome *ret)
{
	struct release_options none = {0};
	struct release_work *w = NEW(c->mem, struct release_work);
	*w = (struct release_work){.c = c, .mem = c->mem, .of = r, .o = &none, .out = ret};
	TRY(set_up(w, RELEASE_TEST, NULL));
	struct release_record copy = work_copy(c->mem, pending);
	if (!release_is_pending(copy.status))
		return NULL;
	work_on(w, (val *)copy.release, copy.labels);
	work_status(w, "failed",
		    arena_printf(c->mem, "Release unlocked from stale '%s' state", copy.status));
	return work_update(w, &w->rec);
}

/* ---- what it owns ------------------------------------------------------------------------------ */

/* The namespace that a document itself names. */
static const char *written_ns(arena *mem, str document)
{
	val *obj;
	if (yaml_parse(mem, document, &obj))
		return "";
	return val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
}

/* as_written: an object without a namespace has none, rather than the release's. */
static err *add_all(ctx *c, const struct release_of *r, str text, bool as_written,
		    struct inventory *ret)
{
	struct release_items items;
	/* one document after the other, so that an unknown kind costs no other */
	struct helm_output file = {.path = "manifest", .text = text};
	struct helm_manifests docs;
	TRY(hooks_sort(c->mem, &file, 1, true, &docs));
	for (size_t i = 0; i < docs.manifests.n; i++) {
		err *e = items_build(c, r, docs.manifests.p[i].content, &items);
		if (err_code(e) == ERR_NOT_FOUND || err_code(e) == ERR_INVALID)
			continue;
		TRY(e);
		for (size_t k = 0; k < items.n; k++) {
			struct object_id id = items.p[k].as.id;
			if (as_written)
				id.ns = written_ns(c->mem, docs.manifests.p[i].content);
			inventory_add(c->mem, ret, &id, items.p[k].gvk.version);
		}
	}
	return NULL;
}

err *release_inventory(ctx *c, const struct release_of *r, const struct release_outcome *out,
		       const struct chart *chart, struct inventory *ret)
{
	struct helm_output *files;
	size_t n = 0;
	const val *release = out->release;
	*ret = (struct inventory){0};
	if (out->owned)
		*ret = *out->owned;
	else
		TRY(add_all(c, r, val_as_str(val_get(release, "manifest")), false, ret));
	if (chart)
		TRY(helm_crds(c->mem, chart, val_get(release, "config"), &files, &n));
	for (size_t i = 0; i < n; i++)
		TRY(add_all(c, r, files[i].text, true, ret));
	return NULL;
}

/* ---- drift ------------------------------------------------------------------------------------- */

bool release_intact(ctx *c, const struct release_of *r, const val *release, const val *ignore)
{
	return drift_is_intact(c, r, release, ignore);
}

err *release_drift(ctx *c, const struct release_of *r, const val *release, const val *ignore,
		   const char *const *overrides, struct release_drift *ret)
{
	*ret = (struct release_drift){0};
	return drift_look(c, r, release, ignore, overrides, ret);
}

err *release_correct(ctx *c, const struct release_of *r, const struct release_drift *d,
		     struct changes *ret)
{
	return drift_correct(c, r, d, ret);
}
