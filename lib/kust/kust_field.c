#include "kust/kust_field.h"

#include <string.h>

struct walk {
	struct kust_work *work;
	const struct kust_spec *spec;
	const struct kust_setter *setter;
	struct kust_parts path;
};

static err *go_on(const struct walk *w, struct yaml_node *n, size_t at);

/* "items[]" is the field items, which ought to be a list and is never made. */
static str without_brackets(str part, bool *ret_list)
{
	*ret_list = str_ends(part, STR("[]"));
	return *ret_list ? str_sub(part, 0, part.n - 2) : part;
}

static err *find(const struct walk *w, struct yaml_node *n, str name, enum yaml_node_kind create,
		 struct yaml_node **ret)
{
	arena *mem = w->work->mem;
	/* a name that reads as an index or "[k=v]" is one, as in kyaml's path getter */
	TRY_AS(mem, kust_lookup(mem, n, &(struct kust_parts){&name, 1}, create, ret),
	       "fieldName: %.*s", STR_ARG(name));
	return NULL;
}

static err *in_map(const struct walk *w, struct yaml_node *n, size_t at)
{
	bool list, last = at + 1 >= w->path.n;
	str name = without_brackets(w->path.p[at], &list);
	enum yaml_node_kind create = YN_NONE, becomes = list ? YN_LIST : YN_NONE;
	const char *tag = NULL;
	if (!name.n)
		return err_new(w->work->mem, ERR_INVALID,
			       "cannot set or create an empty field name");
	if (w->spec->create && w->setter->create != YN_NONE && !list) {
		create = becomes = last ? w->setter->create : YN_MAP;
		tag = last ? w->setter->tag : YT_MAP;
	}
	struct yaml_node *field;
	TRY(find(w, n, name, create, &field));
	if (!field)
		return NULL;
	if (kust_missing(field) && becomes != YN_NONE) {
		field->kind = (uint8_t)becomes;
		field->tag = tag;
		if (becomes != YN_SCALAR)
			field->child = NULL, field->n = field->cap = 0;
	}
	return go_on(w, field, at + 1);
}

static err *go_on(const struct walk *w, struct yaml_node *n, size_t at)
{
	arena *mem = w->work->mem;
	if (at >= w->path.n)
		return w->setter->set(w->setter->arg, n);
	if (kust_missing(n))
		return NULL;
	if (n->kind == YN_MAP)
		return in_map(w, n, at);
	if (n->kind != YN_LIST)
		return err_new(mem, ERR_INVALID, "expected sequence or mapping node");
	for (uint32_t i = 0; i < n->n; i++) {
		err *failed = go_on(w, n->child[i], at);
		if (!failed)
			continue;
		buf b = buf_init(mem);
		for (size_t k = at; k < w->path.n; k++)
			buf_printf(&b, "%s%.*s", k > at ? " " : "", STR_ARG(w->path.p[k]));
		return err_wrap(mem, failed, "visit traversal on path: [%s]", buf_text(&b));
	}
	return NULL;
}

bool kust_field_fits(const struct kust_object *o, const struct kust_spec *spec)
{
	struct kust_gvk gvk = kust_gvk_of(kust_object_api_version(o), kust_object_kind(o));
	return kust_gvk_selected(&gvk, &spec->gvk);
}

/* Would go_on set or make something, or fail? */
static bool reaches(const struct kust_parts *path, const struct yaml_node *n, size_t at,
		    bool create)
{
	if (at >= path->n)
		return true;
	if (kust_missing(n))
		return false;
	if (n->kind == YN_MAP) {
		bool list;
		int64_t index;
		str name = without_brackets(path->p[at], &list);
		if (!name.n || kust_atoi(name, &index) || kust_is_element(name) ||
		    str_is(name, "*") || str_is(name, "-"))
			return true;
		const struct yaml_node *field = yaml_node_get_str(n, name);
		if (!field || kust_missing(field))
			return field ? true : create && !list;
		return reaches(path, field, at + 1, create);
	}
	if (n->kind != YN_LIST)
		return true;
	for (uint32_t i = 0; i < n->n; i++)
		if (reaches(path, n->child[i], at, create))
			return true;
	return false;
}

const struct kust_parts *kust_field_path(struct kust_work *w, const struct kust_spec *spec)
{
	if (!w->paths.mem)
		w->paths = map_init(w->mem);
	struct kust_parts *parts = map_get_str(&w->paths, spec->path);
	if (!parts) {
		parts = NEW(w->mem, struct kust_parts);
		*parts = kust_split(w->mem, spec->path, '/');
		map_set_str(&w->paths, spec->path, parts);
	}
	return parts;
}

bool kust_field_reaches(struct kust_work *w, const struct kust_object *o,
			const struct kust_spec *spec, bool create)
{
	const struct kust_parts *path = kust_field_path(w, spec);
	return o->node && reaches(path, o->node, 0, create && spec->create);
}

err *kust_field_apply(struct kust_work *w, struct kust_object *o, const struct kust_spec *spec,
		      const struct kust_setter *s)
{
	if (!kust_field_fits(o, spec))
		return NULL;
	return kust_field_apply_at(w, o, spec, kust_field_path(w, spec), s);
}

err *kust_field_apply_at(struct kust_work *w, struct kust_object *o, const struct kust_spec *spec,
			 const struct kust_parts *path, const struct kust_setter *s)
{
	struct walk walk = {w, spec, s, *path};
	if (!o->node || !reaches(&walk.path, o->node, 0, spec->create && s->create != YN_NONE))
		return NULL;
	bool meta = str_is(walk.path.p[0], "metadata") && walk.path.n > 1;
	kust_object_own(w, o, meta ? KUST_OWN_META : KUST_OWN_ALL);
	err *failed = go_on(&walk, o->node, 0);
	if (!failed)
		return NULL;
	/* an id made of the parts at hand, without the tables of scopes */
	struct kust_id id = *kust_object_id(w, o);
	return err_wrap(w->mem, failed, "considering field '%.*s' of object %s",
			STR_ARG(spec->path), kust_id_text(w->mem, &id));
}

err *kust_fields_apply(struct kust_work *w, struct kust_object *o, const struct kust_specs *specs,
		       const struct kust_setter *s)
{
	for (size_t i = 0; i < specs->n; i++)
		TRY(kust_field_apply(w, o, &specs->p[i], s));
	return NULL;
}

struct kust_entry kust_entry_new(arena *mem, str key, str value, const char *tag)
{
	struct kust_entry e = {mem, key, kust_bare(mem, YN_SCALAR, value)};
	e.value->tag = tag;
	return e;
}

err *kust_entry_set(void *entry, struct yaml_node *field)
{
	struct kust_entry *e = entry;
	if (e->key.n)
		return kust_set(e->mem, field, e->key, e->value, NULL);
	return kust_set_self(e->mem, field, e->value);
}
