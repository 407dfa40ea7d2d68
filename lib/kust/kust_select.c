#include "kust/kust_select.h"

static err *anchored(arena *mem, str pattern, struct regex **ret)
{
	*ret = NULL;
	if (!pattern.n)
		return NULL;
	return regex_compile(mem, str_of(arena_printf(mem, "^(?:%.*s)$", STR_ARG(pattern))), ret);
}

static err *selector(arena *mem, str text, struct labels_selector **ret)
{
	return labels_parse(mem, text, LABELS_OF_KUSTOMIZE, ret);
}

err *kust_matcher_new(arena *mem, const struct kust_selector *s, struct kust_matcher *ret_matcher)
{
	struct kust_matcher m = {.selector = s};
	TRY(anchored(mem, s->gvk.group, &m.group));
	TRY(anchored(mem, s->gvk.version, &m.version));
	TRY(anchored(mem, s->gvk.kind, &m.kind));
	TRY(anchored(mem, s->name, &m.name));
	TRY(anchored(mem, s->namespace_, &m.namespace_));
	m.labels_failed = selector(mem, s->labels, &m.labels);
	m.annotations_failed = selector(mem, s->annotations, &m.annotations);
	*ret_matcher = m;
	return NULL;
}

/* What a match needs for its time goes with it: a build asks for very many. */
static bool matches(const struct regex *re, str text)
{
	if (!re)
		return true;
	arena *scratch = arena_open();
	bool yes = regex_match(scratch, re, text);
	arena_close(scratch);
	return yes;
}

bool kust_matcher_gvk(const struct kust_matcher *m, const struct kust_gvk *gvk)
{
	return matches(m->group, gvk->group) && matches(m->version, gvk->version) &&
	       matches(m->kind, gvk->kind);
}

bool kust_matcher_name(const struct kust_matcher *m, str name)
{
	return matches(m->name, name);
}

bool kust_matcher_namespace(const struct kust_matcher *m, str ns)
{
	return matches(m->namespace_, ns);
}

/* Does a selector fit an object's labels or annotations as they stand now? */
static bool selects(const struct labels_selector *s, const struct kust_object *o, const char *field)
{
	arena *mem = arena_open();
	struct kust_pairs pairs = kust_object_map(mem, o->node, field);
	val *map = val_map(mem);
	for (size_t i = 0; i < pairs.n; i++)
		val_set_str(mem, map, pairs.p[i].key, val_str(mem, pairs.p[i].value));
	bool fits = labels_fit(s, map);
	arena_close(mem);
	return fits;
}

err *kust_matcher_labels(struct kust_work *w, const struct kust_matcher *m, struct kust_object *o,
			 bool *ret_matches)
{
	*ret_matches = false;
	if (m->labels_failed)
		return m->labels_failed;
	if (m->selector->labels.n && !selects(m->labels, o, "labels"))
		return NULL;
	if (m->annotations_failed)
		return m->annotations_failed;
	if (m->selector->annotations.n) {
		TRY(kust_object_expose(w, o));
		bool fit = selects(m->annotations, o, "annotations");
		TRY(kust_object_absorb(w, o));
		if (!fit)
			return NULL;
	}
	*ret_matches = true;
	return NULL;
}

err *kust_select(struct kust_set *s, const struct kust_selector *selector,
		 struct kust_objects *ret_objects)
{
	struct kust_work *w = s->work;
	struct kust_matcher m;
	VEC(struct kust_object *) found = {0};
	TRY(kust_matcher_new(w->mem, selector, &m));
	for (size_t i = 0; i < s->list.n; i++) {
		struct kust_object *o = s->list.p[i];
		struct kust_id now = *kust_object_id(w, o), first = kust_object_first_id(w, o);
		bool fits;
		if (!kust_matcher_namespace(&m, kust_id_namespace(&first)) &&
		    !kust_matcher_namespace(&m, kust_id_namespace(&now)))
			continue;
		if (!kust_matcher_name(&m, first.name) && !kust_matcher_name(&m, now.name))
			continue;
		if (!kust_matcher_gvk(&m, &now.gvk))
			continue;
		TRY(kust_matcher_labels(w, &m, o, &fits));
		if (fits)
			VEC_PUSH(w->mem, &found, o);
	}
	*ret_objects = (struct kust_objects){found.p, found.n};
	return NULL;
}

const char *kust_selector_text(arena *mem, const struct kust_selector *s)
{
	struct kust_id id = {s->gvk, s->name, s->namespace_, false};
	return arena_printf(mem, "%s:a=%.*s:l=%.*s", kust_id_text(mem, &id),
			    STR_ARG(s->annotations), STR_ARG(s->labels));
}
