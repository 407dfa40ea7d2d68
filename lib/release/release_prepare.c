#include "release/release_prepare.h"

#include "base/clock.h"
#include "release/release_apply.h"
#include "release/release_site.h"
#include "release/release_store.h"
#include "release/release_wait.h"

#define CRDS_TIMEOUT (60 * CLOCK_SECOND)

/* ---- definitions ------------------------------------------------------------------------------- */

static bool is_definition(const struct release_item *it)
{
	return text_eq(it->gvk.group, "apiextensions.k8s.io") &&
	       text_eq(it->gvk.kind, "CustomResourceDefinition");
}

/* All definitions of the chart, with their owner's labels; other objects that stand there are left out. */
static err *definitions(struct release_work *w, const struct chart *chart, const val *values,
			struct release_items *ret)
{
	struct helm_output *files;
	size_t n;
	VEC(struct release_item) found = {0};
	TRY_AS(w->mem, helm_crds(w->mem, chart, values, &files, &n),
	       "failed to process chart dependencies");
	for (size_t i = 0; i < n; i++) {
		struct release_items items;
		TRY_AS(w->mem, items_build(w->c, w->of, files[i].text, &items),
		       "failed to parse CustomResourceDefinitions from %s", files[i].path);
		for (size_t k = 0; k < items.n; k++)
			if (is_definition(&items.p[k]))
				VEC_PUSH(w->mem, &found, items.p[k]);
	}
	*ret = (struct release_items){found.p, found.n};
	items_label(w->mem, w->of, ret);
	/* they do not belong to the release: their drift is nobody's business */
	for (size_t i = 0; i < ret->n; i++)
		ret->p[i].labelled = false;
	return NULL;
}

static err *write_definition(struct release_work *w, const struct release_item *it, bool ssa)
{
	struct release_items one = {(struct release_item *)it, 1}, none = {0};
	struct release_apply how = {.ssa = ssa, .force = !ssa};
	if (w->o->crds == RELEASE_CRDS_REPLACE) {
		TRY_AS(w->mem, apply_update(w, &none, &one, &how),
		       "failed to update CustomResourceDefinition(s)");
		return NULL;
	}
	err *e = apply_create(w, &one, ssa, ssa, false);
	if (err_code(e) == ERR_EXISTS)
		return NULL;
	TRY_AS(w->mem, e, "failed to create CustomResourceDefinition %s", it->name);
	return NULL;
}

/* Does the answer to the last write say that it is established? */
static bool is_established(struct release_work *w)
{
	struct health_result r;
	return w->answer && !health_of(w->mem, w->answer, clock_wall(), &r) &&
	       r.status == HEALTH_CURRENT;
}

static err *write_definitions(struct release_work *w, const struct release_items *all, bool ssa)
{
	val *left = val_list(w->mem);
	for (size_t i = 0; i < all->n; i++) {
		w->answer = NULL;
		TRY(write_definition(w, &all->p[i], ssa));
		if (!is_established(w))
			val_push(w->mem, left, val_text(w->mem, all->p[i].name));
	}
	val_set(w->mem, w->pos, "definitions", left);
	val_del(w->pos, "created"); /* a failed upgrade takes none of them back */
	mapper_invalidate(w->of->at->mapper);
	return NULL;
}

static bool is_left(const struct release_work *w, const char *name)
{
	const val *left = val_get(w->pos, "definitions");
	for (size_t i = 0; i < val_len(left); i++)
		if (text_eq(val_as_text(val_at(left, i)), name))
			return true;
	return false;
}

static err *apply_definitions(struct release_work *w, const struct chart *chart, const val *values,
			      bool ssa)
{
	struct release_items all, *left = NEW(w->mem, struct release_items);
	TRY(definitions(w, chart, values, &all));
	if (!all.n)
		return NULL;
	if (!val_get(w->pos, "definitions"))
		TRY(write_definitions(w, &all, ssa));
	left->p = NEW_N(w->mem, struct release_item, all.n);
	for (size_t i = 0; i < all.n; i++)
		if (is_left(w, all.p[i].name))
			left->p[left->n++] = all.p[i];
	TRY_AS(w->mem, wait_ready(w, "definitions", left, CRDS_TIMEOUT),
	       "failed to wait for CustomResourceDefinition(s)");
	if (!w->parked)
		mapper_invalidate(w->of->at->mapper);
	return NULL;
}

static bool has_crds(const struct chart *c)
{
	bool any = c->crds.n > 0;
	for (size_t i = 0; !any && i < c->chart_count; i++)
		any = has_crds(c->charts[i]);
	return any;
}

err *prepare_crds(struct release_work *w, const struct chart *chart, const val *values, bool ssa)
{
	if (w->o->crds == RELEASE_CRDS_SKIP || !has_crds(chart))
		return NULL;
	TRY_AS(w->mem, apply_definitions(w, chart, values, ssa),
	       "failed to apply CustomResourceDefinitions");
	return NULL;
}

/* ---- records ----------------------------------------------------------------------------------- */

val *prepare_release(struct release_work *w, const struct release_rendered *r, const val *config,
		     int64_t version, bool ssa, const char *first, const char *status,
		     const char *description)
{
	arena *mem = w->mem;
	const char *now = work_now(w);
	w->docs = r->docs;
	val *release = val_map(mem), *info = val_map(mem);
	val_set_text(mem, release, "name", w->of->name);
	val_set_text(mem, info, "first_deployed", first ? first : now);
	val_set_text(mem, info, "last_deployed", now);
	val_set_text(mem, info, "description", description);
	val_set_text(mem, info, "status", status);
	val_set_text(mem, info, "notes", r->notes);
	val_set(mem, release, "info", info);
	val_set(mem, release, "chart", r->chart);
	val_set(mem, release, "config", config ? val_copy(mem, config) : val_map(mem));
	val_set_text(mem, release, "manifest", r->manifest);
	val_set(mem, release, "hooks", r->hooks);
	val_set(mem, release, "version", val_int(mem, version));
	val_set_text(mem, release, "namespace", w->of->ns);
	val_set_text(mem, release, "apply_method", ssa ? "ssa" : "csa");
	return release;
}

err *prepare_items(struct release_work *w, const val *release, bool marked,
		   struct release_items *ret)
{
	struct release_items *known = marked ? &w->target : &w->was;
	const val **of = marked ? &w->target_of : &w->was_of;
	if (*of == release) {
		*ret = *known;
		return NULL;
	}
	if (marked && release == w->release && w->docs)
		TRY(items_of_docs(w->c, w->of, w->docs, ret));
	else
		TRY(items_build(w->c, w->of, val_as_str(val_get(release, "manifest")), ret));
	if (marked) {
		items_mark(w->mem, w->of, ret);
		w->docs = NULL;
	}
	*known = *ret;
	*of = release;
	return NULL;
}

err *prepare_store(struct release_work *w)
{
	const struct release_record **surplus;
	err *first = NULL;
	size_t failed = 0;
	TRY(work_history(w));
	size_t n = store_surplus(w->mem, &w->history, w->o->max_history, &surplus);
	for (size_t i = 0; i < n; i++) {
		err *e = work_delete(w, surplus[i]);
		if (e && work_is_off(w, e))
			return e;
		failed += e != NULL;
		first = first ? first : e;
	}
	if (failed == 1)
		return first;
	if (failed)
		return err_wrap(w->mem, first, "encountered %zu deletion errors. First is", failed);
	return work_create(w);
}
