#include "release/release_drift.h"

#include <stdlib.h>
#include <string.h>

#include "apply/takeover.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/vec.h"
#include "data/json.h"
#include "data/target.h"
#include "release/release_items.h"
#include "release/release_site.h"

#define MARK RELEASE_GROUP "/driftDetection"

struct looking {
	ctx *c;
	const struct release_of *of;
	const val *ignore, *marks;
	const char *const *overrides;
	VEC(struct release_drift_item) found;
	VEC(const char *) errors;
	enum err_code code;
	bool changed;
};

/* ---- what is wanted ---------------------------------------------------------------------------- */

/* A Secret's stringData is written into its data. */
static void normalize(arena *mem, struct release_item *it)
{
	const val *texts = val_get(it->obj, "stringData");
	if (!text_eq(it->gvk.kind, "Secret") || *it->gvk.group || !val_is(texts, VAL_MAP))
		return;
	val *data = val_make_map(mem, it->obj, "data");
	for (uint32_t i = 0; data && i < texts->map.n; i++)
		val_set_str(mem, data, texts->map.p[i].key,
			    val_text(mem, enc_base64(mem, val_as_str(texts->map.p[i].value))));
	if (data)
		val_del(it->obj, "stringData");
}

static err *wanted(ctx *c, const struct release_of *of, const val *release,
		   struct release_items *ret)
{
	TRY(items_build(c, of, val_as_str(val_get(release, "manifest")), ret));
	items_mark(c->mem, of, ret);
	return NULL;
}

/* What is right but for what the rules ignore is remembered with the rules: it is no more so by others, nor for an upgrade, which
 * writes the whole object. */
static uint64_t hash_by_rules(const struct looking *l, const struct release_item *it)
{
	return it->as.hash ^ str_hash(str_of(json_text(l->c->mem, l->ignore, JSON_PLAIN)));
}

/* As it was last applied by us, or found right, and watched ever since? */
static bool is_intact(const struct looking *l, const struct release_item *it)
{
	struct live_state s;
	live_get(l->of->at->live, l->c->mem, &it->as.id, &s);
	return it->labelled && s.view == LIVE_THERE && s.intact &&
	       (s.applied == it->as.hash || s.applied == hash_by_rules(l, it)) &&
	       text_eq(s.applied_ns, l->of->owner_ns) && text_eq(s.applied_name, l->of->owner_name);
}

bool drift_is_intact(ctx *c, const struct release_of *of, const val *release, const val *ignore)
{
	struct looking l = {.c = c, .of = of, .ignore = ignore};
	struct release_items items;
	if (wanted(c, of, release, &items))
		return false;
	for (size_t i = 0; i < items.n; i++)
		if (!is_intact(&l, &items.p[i]))
			return false;
	return true;
}

/* ---- one object -------------------------------------------------------------------------------- */

static bool is_marked(const val *obj)
{
	const val *meta = val_get(obj, "metadata");
	return text_eq(val_as_text(VAL_IN(meta, "labels", MARK)), "disabled") ||
	       text_eq(val_as_text(VAL_IN(meta, "annotations", MARK)), "disabled");
}

static void count(struct helm_drift *to, const struct diff *d)
{
	for (size_t i = 0; i < d->n; i++) {
		to->additions += d->p[i].kind == DIFF_ADD;
		to->changes += d->p[i].kind == DIFF_REPLACE;
		to->removals += d->p[i].kind == DIFF_REMOVE;
	}
}

static void add(struct looking *l, const struct release_item *it, enum drift_kind kind,
		const struct diff *shown, const struct diff *done)
{
	struct release_drift_item to = {
		.drift = {.kind = kind,
			  .object_kind = it->gvk.kind,
			  .ns = it->ns,
			  .name = it->name},
		.resource = it->resource,
		.desired = it->obj,
		.item = it,
	};
	if (kind == DRIFT_UPDATE) {
		count(&to.drift, shown);
		to.patch = diff_patch(l->c->mem, done);
	}
	l->changed |= kind == DRIFT_CREATE || kind == DRIFT_UPDATE;
	VEC_PUSH(l->c->mem, &l->found, to);
}

/* It is as it should be, or is but for what is ignored: from now on the watches tell of a change. */
static void note_intact(struct looking *l, const struct release_item *it, const val *live,
			bool but_for_rules)
{
	struct bundle_item as = it->as;
	if (!it->labelled)
		return;
	if (but_for_rules)
		as.hash = hash_by_rules(l, it);
	live_watch(l->of->at->live, &it->resource);
	live_applied(l->of->at->live, &as, l->of->owner_ns, l->of->owner_name, live, true);
}

static err *read_live(struct looking *l, const struct release_item *it, val **ret_live)
{
	*ret_live = NULL;
	err *e = client_get(l->c, l->of->client, &it->resource, it->ns, it->name, false, ret_live);
	return err_code(e) == ERR_NOT_FOUND ? NULL : e;
}

/* What the managers that are overridden hold becomes ours. One that is gone, or goes in between, holds nothing. */
static err *take_over(struct looking *l, const struct release_item *it)
{
	struct managed_settings s = {
		.manager = RELEASE_MANAGER, .plain = true, .overrides = l->overrides};
	val *live;
	TRY(read_live(l, it, &live));
	err *e = live ? takeover(l->c, l->of->client, &it->resource, it->ns, it->name, &s, live,
				 NULL)
		      : NULL;
	if (!e || e->code == ERR_NOT_FOUND)
		return NULL;
	return err_wrap(l->c->mem, e, "failed to clean-up disallowed field managers");
}

static err *try_apply(struct looking *l, const struct release_item *it, val **ret_answer,
		      bool *ret_created)
{
	struct apply_options o = {.manager = RELEASE_MANAGER, .force = true, .dry_run = true};
	err *e = client_apply(l->c, l->of->client, &it->resource, it->ns, it->name, it->obj, &o,
			      ret_answer, ret_created);
	if (!e)
		return NULL;
	const char *reason = client_reason(e);
	return err_wrap(l->c->mem, e, "%s dry-run failed%s%s%s", it->text, *reason ? " (" : "",
			reason, *reason ? ")" : "");
}

static err *compare(struct looking *l, const struct release_item *it, const val *live,
		    const val *answer)
{
	arena *mem = l->c->mem;
	const char **paths;
	size_t n;
	enum drift_kind kind;
	struct diff shown = {0}, done = {0};
	TRY(target_paths(mem, l->ignore, it->obj, &paths, &n));
	TRY(diff_drift(mem, live, answer, l->marks, paths, n, DIFF_RATIONALIZE, &kind, &shown));
	if (kind == DRIFT_NONE) {
		struct diff hidden = {0};
		if (n)
			TRY(diff_drift(mem, live, answer, l->marks, NULL, 0, DIFF_RATIONALIZE,
				       &kind, &hidden));
		note_intact(l, it, live, kind != DRIFT_NONE);
		return NULL;
	}
	TRY(diff_drift(mem, live, answer, l->marks, paths, n, DIFF_PLAIN, &kind, &done));
	add(l, it, kind, &shown, &done);
	return NULL;
}

static err *look_at(struct looking *l, const struct release_item *it)
{
	val *answer, *live = NULL;
	bool created = false;
	if (l->overrides)
		TRY(take_over(l, it));
	TRY(try_apply(l, it, &answer, &created));
	if (created) {
		add(l, it, DRIFT_CREATE, NULL, NULL);
		return NULL;
	}
	TRY(read_live(l, it, &live));
	if (!live) {
		add(l, it, DRIFT_CREATE, NULL, NULL);
		return NULL;
	}
	return compare(l, it, live, answer);
}

/* Is the whole object left out by a rule or by its own mark? */
static err *is_excluded(struct looking *l, const struct release_item *it, bool *ret_is)
{
	const char **paths;
	size_t n;
	*ret_is = is_marked(it->obj);
	TRY(target_paths(l->c->mem, l->ignore, it->obj, &paths, &n));
	for (size_t i = 0; i < n; i++)
		*ret_is |= !*paths[i];
	return NULL;
}

/* ---- all of them ------------------------------------------------------------------------------- */

static void complain(struct looking *l, const err *e)
{
	if (!l->errors.n)
		l->code = e->code;
	VEC_PUSH(l->c->mem, &l->errors, err_text(l->c->mem, e));
}

static err *complaints(arena *mem, const char **p, size_t n, enum err_code code)
{
	buf b = buf_init(mem);
	if (!n)
		return NULL;
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", p[i]);
	return n == 1 ? err_new(mem, code, "%s", buf_text(&b))
		      : err_new(mem, code, "[%s]", buf_text(&b));
}

static err *look_at_each(struct looking *l, struct release_items *items, bool trusting)
{
	l->found.n = l->errors.n = 0;
	for (size_t i = 0; i < items->n; i++) {
		struct release_item *it = &items->p[i];
		bool excluded;
		TRY(is_excluded(l, it, &excluded));
		if (excluded) {
			add(l, it, DRIFT_EXCLUDE, NULL, NULL);
			continue;
		}
		if (trusting && is_intact(l, it))
			continue;
		err *e = look_at(l, it);
		if (e && (e->code == ERR_CANCELED || ctx_check(l->c)))
			return e;
		if (e)
			complain(l, e);
	}
	return NULL;
}

err *drift_look(ctx *c, const struct release_of *of, const val *release, const val *ignore,
		const char *const *overrides, struct release_drift *ret)
{
	struct looking l = {.c = c, .of = of, .ignore = ignore};
	struct release_items *items = NEW(c->mem, struct release_items);
	val *marks = val_map(c->mem);
	val_set_text(c->mem, marks, MARK, "disabled");
	l.marks = marks;
	l.overrides = overrides && *overrides ? overrides : NULL;
	TRY(wanted(c, of, release, items));
	items_watch(of, items);
	for (size_t i = 0; i < items->n; i++)
		normalize(c->mem, &items->p[i]);
	TRY(look_at_each(&l, items, true));
	/* a summary names what is left out as well, and that only the live objects may say */
	if (l.changed)
		TRY(look_at_each(&l, items, false));
	*ret = (struct release_drift){l.found.p, l.found.n, ignore};
	return complaints(c->mem, l.errors.p, l.errors.n, l.code);
}

/* ---- correction -------------------------------------------------------------------------------- */

static int by_kind(const void *a, const void *b)
{
	const struct release_drift_item *x = *(const struct release_drift_item *const *)a,
					*y = *(const struct release_drift_item *const *)b;
	return bundle_order(&x->item->as.id, &y->item->as.id);
}

/* The last part alone of what is said of a Secret: the rest may quote its content. */
static const char *masked(arena *mem, const struct release_drift_item *d, const err *e)
{
	const char *text = err_text(mem, e), *last = strrchr(text, ':');
	if (e->code != ERR_INVALID || !text_eq(d->item->gvk.kind, "Secret") || !last)
		return text;
	return str_text(mem, str_trim(str_of(last + 1)));
}

static err *correct(struct looking *l, const struct release_drift_item *d, struct changes *ret)
{
	const struct release_item *it = d->item;
	bool create = d->drift.kind == DRIFT_CREATE;
	const char **paths;
	size_t n;
	val *answer;
	err *e = create ? client_create(l->c, l->of->client, &it->resource, it->ns, it->obj,
					RELEASE_MANAGER, &answer)
			: client_patch(l->c, l->of->client, &it->resource, it->ns, it->name, NULL,
				       PATCH_JSON, d->patch, RELEASE_MANAGER, &answer);
	if (e && (e->code == ERR_CANCELED || ctx_check(l->c)))
		return e;
	if (e) {
		if (!l->errors.n)
			l->code = e->code;
		VEC_PUSH(l->c->mem, &l->errors,
			 arena_printf(l->c->mem, "%s %s failure: %s", it->text,
				      create ? "creation" : "patch", masked(l->c->mem, d, e)));
		return NULL;
	}
	change_add(l->c->mem, ret, it->text, create ? CHANGE_CREATED : CHANGE_CONFIGURED);
	TRY(target_paths(l->c->mem, l->ignore, it->obj, &paths, &n));
	note_intact(l, it, answer, n > 0);
	return NULL;
}

err *drift_correct(ctx *c, const struct release_of *of, const struct release_drift *d,
		   struct changes *ret)
{
	struct looking l = {.c = c, .of = of, .ignore = d->ignore};
	const struct release_drift_item **all =
		NEW_N(c->mem, const struct release_drift_item *, d->n);
	size_t n = 0;
	for (int creating = 1; creating >= 0; creating--) {
		size_t from = n;
		for (size_t i = 0; i < d->n; i++)
			if (d->p[i].drift.kind == (creating ? DRIFT_CREATE : DRIFT_UPDATE))
				all[n++] = &d->p[i];
		if (n > from)
			qsort(all + from, n - from, sizeof(*all), by_kind);
	}
	for (size_t i = 0; i < n; i++)
		TRY(correct(&l, all[i], ret));
	return complaints(c->mem, l.errors.p, l.errors.n, l.code);
}
