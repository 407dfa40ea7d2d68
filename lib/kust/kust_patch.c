#include "kust/kust_patch.h"

#include <string.h>

#include "base/rune.h"
#include "kust/kust_node.h"

struct kust_patcher {
	const struct kust_selector *target; /* NULL: each patch names its object */
	struct kust_objects merges;
	struct kust_json_patch *operations;
	const char *source; /* for errors: [path: "p.yaml"] */
	bool name_change, kind_change;
	bool copies;   /* of patchesStrategicMerge: as if each had a target */
	bool remember; /* the id before a JSON patch is kept */
};

/* --- merging into one object --------------------------------------------------------------------- */

/* Could this patch change or drop the annotations in which a build's notes would stand? */
static bool touches_notes(const struct yaml_node *patch)
{
	const struct yaml_node *meta = yaml_node_get(patch, "metadata");
	if (yaml_node_get(patch, "$patch") || !meta || meta->kind != YN_MAP ||
	    yaml_node_get(meta, "$patch"))
		return true;
	const struct yaml_node *notes = yaml_node_get(meta, "annotations");
	if (!notes)
		return false;
	return notes->kind != YN_MAP || kust_empty(notes) || yaml_node_get(notes, "$patch") ||
	       kust_object_has_notes(patch);
}

static err *merge_into(struct kust_work *w, const struct kust_patcher *p, struct kust_object *o,
		       struct yaml_node *patch)
{
	str name = kust_object_name(o), ns = kust_object_namespace(o), kind = kust_object_kind(o);
	bool notes = touches_notes(patch);
	if (p->name_change || p->kind_change)
		TRY(kust_object_remember(w, o));
	kust_object_own(w, o, KUST_OWN_ALL);
	if (notes)
		TRY(kust_object_expose(w, o));
	struct yaml_node *result;
	TRY(kust_merge(w->mem, w->schema, o->node, patch, &result));
	/* merged in place; another tree (a patch that replaces the whole) is passed over, as in
	 * kustomize, and no tree means that the object is deleted */
	if (!result)
		o->node = NULL;
	o->known = 0;
	if (kust_object_empty(o))
		return NULL;
	if (notes)
		TRY(kust_object_absorb(w, o));
	if (!p->kind_change)
		TRY(kust_object_set_kind(w, o, kind));
	if (!p->name_change)
		TRY(kust_object_set_name(w, o, name));
	return kust_object_set_namespace(w, o, ns);
}

/* The patch as it is given to an object that a target has chosen: labels and annotations rewritten
 * as strings (a null among them becomes the text "null"), the object's apiVersion. */
static err *patch_for(struct kust_work *w, const struct kust_object *patch,
		      const struct kust_object *o, struct yaml_node **ret)
{
	struct kust_object *c = kust_object_copy(w, patch);
	struct kust_pairs labels = kust_object_map(w->mem, patch->node, "labels");
	struct kust_pairs notes = kust_object_map(w->mem, patch->node, "annotations");
	TRY(kust_object_set_map(w, c, "labels", &labels));
	TRY(kust_object_set_map(w, c, "annotations", &notes));
	TRY(kust_object_set_name(w, c, kust_object_name(patch)));
	TRY(kust_object_set_namespace(w, c, kust_object_namespace(patch)));
	TRY(kust_object_set_kind(w, c, kust_object_kind(o)));
	struct kust_gvk gvk = kust_gvk_of(kust_object_api_version(o), (str){NULL, 0});
	str api_version = gvk.group.n ? kust_object_api_version(o) : gvk.version;
	TRY(kust_set(w->mem, c->node, STR("apiVersion"), kust_bare(w->mem, YN_SCALAR, api_version),
		     NULL));
	TRY(kust_object_set_kind(w, c, kust_object_kind(patch)));
	*ret = c->node;
	return NULL;
}

/* Merges one patch into all chosen; then the list is made anew, which finds ids that meet. */
static err *merge_chosen(struct kust_set *s, const struct kust_patcher *p,
			 const struct kust_objects *chosen, const struct kust_object *patch)
{
	struct kust_work *w = s->work;
	for (size_t i = 0; i < chosen->n; i++) {
		struct yaml_node *node;
		TRY(patch_for(w, patch, chosen->p[i], &node));
		TRY(merge_into(w, p, chosen->p[i], node));
	}
	struct kust_set again = kust_set_new(w);
	for (size_t i = 0; i < s->list.n; i++)
		if (!kust_object_empty(s->list.p[i]))
			TRY(kust_set_add(&again, s->list.p[i]));
	*s = again;
	return NULL;
}

static err *run_merges(struct kust_set *s, const struct kust_patcher *p)
{
	struct kust_work *w = s->work;
	for (size_t i = 0; i < p->merges.n; i++) {
		struct kust_object *patch = p->merges.p[i], *o;
		const struct kust_id *id = kust_object_id(w, patch);
		if (p->copies) {
			TRY(kust_set_find_one(s, id, &o));
			TRY(merge_chosen(s, p, &(struct kust_objects){&o, 1}, patch));
			continue;
		}
		TRY_AS(w->mem, kust_set_find_one(s, id, &o),
		       "no resource matches strategic merge patch %s",
		       rune_quoted(w->mem, str_of(kust_id_text(w->mem, id))));
		TRY(merge_into(w, p, o, patch->node));
	}
	kust_set_changed(s);
	return NULL;
}

static err *run_target(struct kust_set *s, const struct kust_patcher *p)
{
	struct kust_work *w = s->work;
	struct kust_objects chosen;
	if (p->merges.n > 1)
		return err_new(w->mem, ERR_INVALID,
			       "Multiple Strategic-Merge Patches in one `patches` entry is not "
			       "allowed to set `patches.target` field: %s",
			       p->source);
	TRY_AS(w->mem, kust_select(s, p->target, &chosen),
	       "unable to find patch target %s in `resources`",
	       rune_quoted(w->mem, str_of(kust_selector_text(w->mem, p->target))));
	return merge_chosen(s, p, &chosen, p->merges.p[0]);
}

/* --- JSON patches -------------------------------------------------------------------------------- */

static bool is_internal(str key)
{
	return str_starts(key, STR("internal.config.kubernetes.io/")) ||
	       str_is(key, "config.kubernetes.io/path") ||
	       str_is(key, "config.kubernetes.io/index") || str_is(key, "config.k8s.io/id");
}

/* The patch sees the build's notes and cannot change them. */
static err *operate_on(struct kust_work *w, const struct kust_patcher *p, struct kust_object *o)
{
	if (p->remember)
		TRY(kust_object_remember(w, o));
	TRY(kust_object_expose(w, o));
	struct kust_pairs before = kust_object_map(w->mem, o->node, "annotations");
	struct yaml_node *result;
	TRY(kust_json_patch_apply(w->mem, p->operations, o->node, &result));
	o->node = result;
	o->owned = KUST_OWN_ALL;
	kust_object_own(w, o, KUST_OWN_ALL);
	struct kust_pairs after = kust_object_map(w->mem, o->node, "annotations");
	for (size_t i = 0; i < before.n; i++)
		if (is_internal(before.p[i].key))
			kust_pairs_set(w->mem, &after, before.p[i].key, before.p[i].value);
	err *failed = kust_object_set_map(w, o, "annotations", &after);
	/* kustomize forgets this failure in one of its two transformers */
	if (failed && !p->remember)
		return failed;
	return kust_object_absorb(w, o);
}

static err *run_operations(struct kust_set *s, const struct kust_patcher *p)
{
	struct kust_objects chosen;
	if (!p->target)
		return err_new(s->work->mem, ERR_INVALID, "must specify a target for JSON patch %s",
			       p->source);
	TRY(kust_select(s, p->target, &chosen));
	for (size_t i = 0; i < chosen.n; i++)
		TRY(operate_on(s->work, p, chosen.p[i]));
	kust_set_changed(s);
	return NULL;
}

err *kust_patcher_run(struct kust_set *s, const struct kust_patcher *p)
{
	if (p->merges.n && p->target)
		return run_target(s, p);
	if (p->merges.n)
		return run_merges(s, p);
	return p->operations ? run_operations(s, p) : NULL;
}

/* --- reading ------------------------------------------------------------------------------------- */

/* Which of the two is the text? A strategic merge patch counts first. */
static err *read_patch(struct kust_work *w, str text, struct kust_patcher *p)
{
	struct kust_objects merges = {0};
	struct kust_json_patch *operations = NULL;
	err *not_merge = kust_parse_objects(w, text, false, &merges), *not_json;
	if (text.n)
		not_json = kust_json_patch_read(w->mem, text, &operations);
	else
		not_json = err_new(w->mem, ERR_INVALID, "empty json patch operations");
	if (!not_merge && !not_json && merges.n && kust_json_patch_len(operations))
		return err_new(w->mem, ERR_INVALID,
			       "illegally qualifies as both an SM and JSON patch: %s", p->source);
	if (not_merge && not_json)
		return err_new(w->mem, ERR_INVALID, "unable to parse SM or JSON patch from %s",
			       p->source);
	if (!not_merge)
		p->merges = merges;
	else
		p->operations = operations;
	return NULL;
}

static str trim_space(str s)
{
	size_t len;
	while (s.n && rune_is_space(rune_at(s, &len)))
		s = str_sub(s, len, s.n);
	return str_trim(s);
}

err *kust_patcher_new(const struct kust_loader *l, const struct kust_patch *p, const char *config,
		      struct kust_patcher **ret_patcher)
{
	arena *mem = l->work->mem;
	struct kust_patcher *r = NEW(mem, struct kust_patcher);
	str text = trim_space(p->patch);
	if (!text.n && !p->path.n)
		return err_new(mem, ERR_INVALID, "must specify one of patch and path in\n%s",
			       config);
	if (text.n && p->path.n)
		return err_new(mem, ERR_INVALID, "patch and path can't be set at the same time\n%s",
			       config);
	r->source = arena_printf(mem, "[%s: %s]", text.n ? "patch" : "path",
				 rune_quoted(mem, text.n ? text : p->path));
	if (!text.n)
		TRY_AS(mem, kust_load(l, p->path, &text),
		       "failed to get the patch file from path(%.*s)", STR_ARG(p->path));
	r->target = p->target;
	r->remember = true;
	r->name_change = p->options && p->options->name_change;
	r->kind_change = p->options && p->options->kind_change;
	*ret_patcher = r;
	return read_patch(l->work, text, r);
}

err *kust_patcher_json(const struct kust_loader *l, const struct kust_patch *p,
		       struct kust_patcher **ret_patcher)
{
	arena *mem = l->work->mem;
	struct kust_patcher *r = NEW(mem, struct kust_patcher);
	str text = p->patch;
	if (!p->target || !p->target->name.n)
		return err_new(mem, ERR_INVALID, "must specify the target name");
	if (!p->path.n && !text.n)
		return err_new(mem, ERR_INVALID, "empty file path and empty jsonOp");
	if (p->path.n && text.n)
		return err_new(mem, ERR_INVALID, "must specify a file path or jsonOp, not both");
	if (p->path.n)
		TRY(kust_load(l, p->path, &text));
	if (!text.n)
		return err_new(mem, ERR_INVALID, "patch file '%.*s' empty seems to be empty",
			       STR_ARG(p->path));
	TRY(kust_json_patch_read(mem, text, &r->operations));
	if (!kust_json_patch_len(r->operations))
		return err_new(mem, ERR_INVALID,
			       "patch appears to be empty; file=%.*s, JsonOp=%.*s",
			       STR_ARG(p->path), STR_ARG(text));
	r->target = p->target;
	r->source = str_text(mem, text);
	*ret_patcher = r;
	return NULL;
}

err *kust_patcher_merge(const struct kust_loader *l, const struct kust_texts *paths, str more,
			struct kust_patcher **ret_patcher)
{
	struct kust_work *w = l->work;
	struct kust_patcher *r = NEW(w->mem, struct kust_patcher);
	VEC(struct kust_object *) all = {0};
	buf b = buf_init(w->mem);
	if (!paths->n && !more.n)
		return err_new(w->mem, ERR_INVALID, "empty file path and empty patch content");
	for (size_t i = 0; i <= paths->n; i++) {
		struct kust_objects some = {0};
		if (i == paths->n && more.n)
			TRY(kust_parse_objects(w, more, false, &some));
		else if (i < paths->n && kust_parse_objects(w, paths->p[i], false, &some))
			TRY(kust_parse_file(l, paths->p[i], false, &some));
		for (size_t k = 0; k < some.n; k++)
			VEC_PUSH(w->mem, &all, some.p[k]);
		if (i < paths->n)
			buf_printf(&b, "%s%.*s", i ? " " : "", STR_ARG(paths->p[i]));
	}
	if (!all.n)
		return err_new(w->mem, ERR_INVALID,
			       "patch appears to be empty; files=[%s], Patch=%.*s", buf_text(&b),
			       STR_ARG(more));
	r->merges = (struct kust_objects){all.p, all.n};
	r->copies = true;
	*ret_patcher = r;
	return NULL;
}
