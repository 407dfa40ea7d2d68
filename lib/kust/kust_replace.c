#include "kust/kust_replace.h"

#include <string.h>

#include "base/rune.h"
#include "data/json.h"
#include "data/yaml.h"
#include "kust/kust_node.h"
#include "kust/kust_path.h"

/* --- reading ------------------------------------------------------------------------------------- */

static const char *go_kind(const val *v)
{
	static const char *const names[] = {"invalid", "bool",	"float64", "float64",
					    "string",  "slice", "map"};
	return names[v->kind];
}

static err *read_file(const struct kust_loader *l, str path, struct kust_list *ret)
{
	arena *mem = l->work->mem;
	str text;
	val *v;
	TRY(kust_load(l, path, &text));
	TRY_AS(mem, yaml_parse(mem, text, &v), "error converting YAML to JSON");
	if (!val_is(v, VAL_LIST) && !val_is(v, VAL_MAP))
		return err_new(
			mem, ERR_INVALID,
			"unsupported replacement type encountered within replacement path: %s",
			go_kind(v));
	if (val_is(v, VAL_MAP)) {
		val *list = val_list(mem);
		val_push(mem, list, v);
		v = list;
	}
	TRY_AS(mem, kust_decode_list(mem, &kust_t_replacement, v, KUST_COERCE, ret),
	       "error unmarshaling JSON: while decoding JSON");
	return NULL;
}

err *kust_replacements_read(const struct kust_loader *l, const struct kust_list *list,
			    struct kust_list *ret_all)
{
	arena *mem = l->work->mem;
	VEC(struct kust_replacement) all = {0};
	for (size_t i = 0; i < list->n; i++) {
		const struct kust_replacement *r = KUST_AT(*list, struct kust_replacement, i);
		struct kust_list some = {(void *)r, 1};
		if (r->path.n && (r->source || r->targets.n))
			return err_new(mem, ERR_INVALID,
				       "cannot specify both path and inline replacement");
		if (r->path.n)
			TRY(read_file(l, r->path, &some));
		for (size_t k = 0; k < some.n; k++)
			VEC_PUSH(mem, &all, *KUST_AT(some, struct kust_replacement, k));
	}
	*ret_all = (struct kust_list){all.p, all.n};
	return NULL;
}

/* --- the source ---------------------------------------------------------------------------------- */

static struct kust_id source_id(const struct kust_replace_source *s)
{
	return (struct kust_id){s->gvk, s->name, s->namespace_, false};
}

static const char *source_text(arena *mem, const struct kust_replace_source *s)
{
	struct kust_id id = source_id(s);
	buf b = buf_init(mem);
	buf_text_add(&b, kust_id_text(mem, &id));
	if (s->field_path.n)
		buf_printf(&b, ":%.*s", STR_ARG(s->field_path));
	const struct kust_replace_options *o = s->options;
	if (o && (o->delimiter.n || o->create))
		buf_printf(&b, ":%.*s(%lld), create=%s", STR_ARG(o->delimiter), (long long)o->index,
			   o->create ? "true" : "false");
	return buf_text(&b);
}

/* The i-th of an object's ids as replacements see them: the current one first, scope not known. */
static struct kust_id nth_id(struct kust_work *w, struct kust_object *o, size_t i)
{
	struct kust_id id = i ? kust_object_former(w, o, i - 1) : *kust_object_id(w, o);
	id.cluster = false;
	return id;
}

static bool selected(struct kust_work *w, struct kust_object *o, const struct kust_id *by)
{
	for (size_t i = 0; i <= o->formers.n; i++) {
		struct kust_id id = nth_id(w, o, i);
		bool same_ns =
			!by->namespace_.n || str_eq(kust_id_namespace(by), kust_id_namespace(&id));
		if ((!by->name.n || str_eq(by->name, id.name)) && same_ns &&
		    kust_gvk_selected(&id.gvk, &by->gvk))
			return true;
	}
	return false;
}

static err *find_source(struct kust_set *s, const struct kust_replace_source *source,
			struct kust_object **ret)
{
	arena *mem = s->work->mem;
	struct kust_id by = source_id(source);
	*ret = NULL;
	for (size_t i = 0; i < s->list.n; i++) {
		if (!selected(s->work, s->list.p[i], &by))
			continue;
		if (*ret)
			return err_new(mem, ERR_INVALID, "multiple matches for selector %s",
				       source_text(mem, source));
		*ret = s->list.p[i];
	}
	return *ret ? NULL
		    : err_new(mem, ERR_INVALID, "nothing selected by %s", source_text(mem, source));
}

typedef VEC(str) str_vec;

/* Go's strings.Split. */
static str_vec split(arena *mem, str text, str delimiter)
{
	str_vec parts = {0};
	for (;;) {
		ptrdiff_t at = str_search(text, delimiter);
		VEC_PUSH(mem, &parts, at < 0 ? text : str_sub(text, 0, (size_t)at));
		if (at < 0)
			return parts;
		text = str_sub(text, (size_t)at + delimiter.n, text.n);
	}
}

static str join(arena *mem, const str_vec *parts, str delimiter)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < parts->n; i++) {
		if (i)
			buf_str(&b, delimiter);
		buf_str(&b, parts->p[i]);
	}
	buf_text(&b);
	return buf_view(&b);
}

static str node_text(const struct yaml_node *n)
{
	return kust_missing(n) ? STR("") : n->text;
}

/* The part of the source that is wanted. */
static err *refine(arena *mem, const struct kust_replace_options *o, struct yaml_node **value)
{
	if (!o || !o->delimiter.n)
		return NULL;
	if ((*value)->kind != YN_SCALAR)
		return err_new(mem, ERR_INVALID,
			       "delimiter option can only be used with scalar nodes");
	str text = node_text(*value);
	str_vec parts = split(mem, text, o->delimiter);
	if (o->index < 0 || (uint64_t)o->index >= parts.n)
		return err_new(mem, ERR_INVALID,
			       "options.index %lld is out of bounds for value %.*s",
			       (long long)o->index, STR_ARG(text));
	*value = yaml_node_copy(mem, *value);
	(*value)->text = parts.p[o->index];
	return NULL;
}

static err *find_value(struct kust_set *s, const struct kust_replacement *r, struct yaml_node **ret)
{
	arena *mem = s->work->mem;
	struct kust_object *o;
	if (r->source && r->source_value)
		return err_new(mem, ERR_INVALID,
			       "value and resource selectors are mutually exclusive");
	if (r->source_value) {
		*ret = kust_bare(mem, YN_SCALAR, *r->source_value);
		return NULL;
	}
	TRY(find_source(s, r->source, &o));
	str path = r->source->field_path.n ? r->source->field_path : STR("metadata.name");
	struct kust_parts parts = kust_split_smart(mem, path, '.');
	struct kust_id by = source_id(r->source);
	TRY_AS(mem, kust_lookup(mem, o->node, &parts, YN_NONE, ret),
	       "error looking up replacement source");
	if (kust_empty(*ret))
		return err_new(mem, ERR_INVALID,
			       "fieldPath `%.*s` is missing for replacement source %s",
			       STR_ARG(path), kust_id_text(mem, &by));
	return refine(mem, r->source->options, ret);
}

/* --- inside texts -------------------------------------------------------------------------------- */

/* The YAML or JSON in a text, changed, in the form that it had. */
static err *written_back(arena *mem, const struct yaml_node *doc, str old, str *ret)
{
	buf b = buf_init(mem);
	str first = str_trim(old);
	if (!first.n || (first.p[0] != '{' && first.p[0] != '[')) {
		TRY(yaml_node_text(&b, doc));
		*ret = str_trim(buf_view(&b));
		return NULL;
	}
	val *v;
	TRY(yaml_node_val(mem, doc, &v));
	bool pretty = str_find(old, '\n') >= 0 && str_search(old, STR("  ")) >= 0;
	json_print(&b, v, JSON_SORTED | JSON_HTML | (pretty ? JSON_PRETTY : 0));
	buf_text(&b);
	*ret = buf_view(&b);
	return NULL;
}

/* The first scalar on the way that has more path behind it and holds YAML; NULL when there is none. */
static struct yaml_node *text_on_path(arena *mem, struct yaml_node *root,
				      const struct kust_parts *path, struct kust_parts *ret_rest,
				      struct yaml_node **ret_doc)
{
	for (size_t i = 1; i < path->n; i++) {
		struct yaml_node *n = NULL;
		if (kust_lookup(mem, root, &(struct kust_parts){path->p, i}, YN_NONE, &n) || !n ||
		    n->kind != YN_SCALAR || yaml_node_read(mem, n->text, ret_doc))
			continue;
		*ret_rest = (struct kust_parts){path->p + i, path->n - i};
		return *ret_doc ? n : NULL;
	}
	return NULL;
}

/* Sets the value inside a text. False, and nothing changed, where that does not work. */
static bool set_in_text(arena *mem, struct yaml_node *root, const struct kust_parts *path,
			enum yaml_node_kind create, const struct yaml_node *value)
{
	struct kust_parts rest;
	struct yaml_node *doc;
	struct yaml_node *n = text_on_path(mem, root, path, &rest, &doc);
	struct kust_found found;
	str text;
	if (!n || kust_path_find(mem, doc, &rest, create, &found) || !found.n)
		return false;
	for (size_t i = 0; i < found.n; i++) {
		if (found.p[i]->kind == YN_SCALAR)
			found.p[i]->text = value->text;
		else
			*found.p[i] = *value;
	}
	if (written_back(mem, doc, n->text, &text))
		return false;
	n->text = text;
	return true;
}

/* --- the targets --------------------------------------------------------------------------------- */

static str with_part(arena *mem, const struct kust_replace_options *o, str target, str part)
{
	str_vec parts = split(mem, target, o->delimiter), all = {0};
	if (o->index < 0)
		VEC_PUSH(mem, &all, part);
	for (size_t i = 0; i < parts.n; i++)
		VEC_PUSH(mem, &all, o->index >= 0 && (uint64_t)o->index == i ? part : parts.p[i]);
	if (o->index >= 0 && (uint64_t)o->index >= parts.n)
		VEC_PUSH(mem, &all, part);
	return join(mem, &all, o->delimiter);
}

static err *set_field(arena *mem, const struct kust_replace_options *o, struct yaml_node *field,
		      const struct yaml_node *source)
{
	struct yaml_node *value = yaml_node_copy(mem, source);
	if (o && o->delimiter.n) {
		if (field->kind != YN_SCALAR)
			return err_new(mem, ERR_INVALID,
				       "delimiter option can only be used with scalar nodes");
		value->text = with_part(mem, o, field->text, node_text(source));
	}
	if (field->kind == YN_SCALAR)
		field->text = value->text.p ? value->text : STR("");
	else
		*field = *value;
	return NULL;
}

static err *not_found(arena *mem, const err *cause, str path, bool create)
{
	const char *text = arena_printf(mem, "unable to find%s field %s in replacement target",
					create ? " or create" : "", rune_quoted(mem, path));
	return cause ? err_wrap(mem, cause, "%s", text) : err_new(mem, ERR_INVALID, "%s", text);
}

static err *set_path(arena *mem, struct yaml_node *root, str path,
		     const struct kust_replace_options *o, const struct yaml_node *value)
{
	enum yaml_node_kind create = o && o->create ? (enum yaml_node_kind)value->kind : YN_NONE;
	struct kust_parts parts = kust_split_smart(mem, path, '.');
	struct kust_found found;
	if (set_in_text(mem, root, &parts, create, value))
		return NULL;
	err *failed = kust_path_find(mem, root, &parts, create, &found);
	if (failed || !found.n)
		return not_found(mem, failed, path, create != YN_NONE);
	for (size_t i = 0; i < found.n; i++)
		TRY(set_field(mem, o, found.p[i], value));
	return NULL;
}

static bool id_fits(const struct kust_matcher *m, const struct kust_id *id)
{
	return kust_matcher_gvk(m, &id->gvk) && kust_matcher_name(m, id->name) &&
	       kust_matcher_namespace(m, id->namespace_);
}

static bool any_id_fits(struct kust_work *w, const struct kust_matcher *m, struct kust_object *o)
{
	for (size_t i = 0; i <= o->formers.n; i++) {
		struct kust_id id = nth_id(w, o, i);
		if (id_fits(m, &id))
			return true;
	}
	return false;
}

struct chooser {
	struct kust_matcher select, *reject;
	size_t rejects;
};

static err *make_chooser(arena *mem, const struct kust_replace_target *t, struct chooser *c)
{
	TRY_AS(mem, kust_matcher_new(mem, t->select, &c->select), "error creating target selector");
	c->reject = NEW_N(mem, struct kust_matcher, t->reject.n);
	for (size_t i = 0; i < t->reject.n; i++) {
		const struct kust_selector *r = KUST_PTR_AT(t->reject, struct kust_selector, i);
		if (!r)
			continue;
		TRY_AS(mem, kust_matcher_new(mem, r, &c->reject[c->rejects]),
		       "error creating target selector");
		c->rejects++;
	}
	return NULL;
}

static bool names_something(const struct kust_selector *s)
{
	return s->gvk.group.n || s->gvk.version.n || s->gvk.kind.n || s->name.n || s->namespace_.n;
}

static err *chooses(struct kust_work *w, const struct chooser *c, struct kust_object *o,
		    bool *ret_yes)
{
	bool fits;
	*ret_yes = false;
	TRY(kust_matcher_labels(w, &c->select, o, &fits));
	if (!fits)
		return NULL;
	for (size_t i = 0; i < c->rejects; i++) {
		const struct kust_selector *r = c->reject[i].selector;
		if (!r->labels.n && !r->annotations.n)
			continue;
		TRY(kust_matcher_labels(w, &c->reject[i], o, &fits));
		if (fits)
			return NULL;
	}
	for (size_t i = 0; i < c->rejects; i++)
		if (names_something(c->reject[i].selector) && any_id_fits(w, &c->reject[i], o))
			return NULL;
	*ret_yes = any_id_fits(w, &c->select, o);
	return NULL;
}

static err *set_target(struct kust_set *s, const struct kust_replace_target *t,
		       const struct yaml_node *value)
{
	struct kust_work *w = s->work;
	static str name_path = {"metadata.name", 13};
	struct kust_texts paths =
		t->field_paths.n ? t->field_paths : (struct kust_texts){&name_path, 1};
	struct chooser c = {0};
	if (!t->select)
		return err_new(w->mem, ERR_INVALID, "target must specify resources to select");
	TRY(make_chooser(w->mem, t, &c));
	for (size_t i = 0; i < s->list.n; i++) {
		struct kust_object *o = s->list.p[i];
		bool yes;
		TRY(chooses(w, &c, o, &yes));
		if (!yes)
			continue;
		kust_object_own(w, o, KUST_OWN_ALL);
		for (size_t k = 0; k < paths.n; k++)
			TRY(set_path(w->mem, o->node, paths.p[k], t->options, value));
		o->known = 0;
	}
	return NULL;
}

static err *replace_one(struct kust_set *s, const struct kust_replacement *r)
{
	arena *mem = s->work->mem;
	struct yaml_node *value;
	if ((!r->source && !r->source_value) || !r->targets.p)
		return err_new(mem, ERR_INVALID,
			       "replacements must specify a source and at least one target");
	TRY(find_value(s, r, &value));
	for (size_t i = 0; i < r->targets.n; i++) {
		const struct kust_replace_target *t =
			KUST_PTR_AT(r->targets, struct kust_replace_target, i);
		static const struct kust_replace_target none;
		TRY(set_target(s, t ? t : &none, value));
	}
	return NULL;
}

/* Could a path see the annotations in which a build's notes would stand? */
static bool sees_notes(const struct kust_list *replacements)
{
	for (size_t i = 0; i < replacements->n; i++) {
		const struct kust_replacement *r =
			KUST_AT(*replacements, struct kust_replacement, i);
		if (r->source && (str_search(r->source->field_path, STR("annotations")) >= 0 ||
				  str_is(r->source->field_path, "metadata")))
			return true;
		for (size_t k = 0; k < r->targets.n; k++) {
			const struct kust_replace_target *t =
				KUST_PTR_AT(r->targets, struct kust_replace_target, k);
			for (size_t f = 0; t && f < t->field_paths.n; f++)
				if (str_search(t->field_paths.p[f], STR("annotations")) >= 0 ||
				    str_is(t->field_paths.p[f], "metadata"))
					return true;
		}
	}
	return false;
}

err *kust_replace(struct kust_set *s, const struct kust_list *replacements)
{
	struct kust_work *w = s->work;
	bool notes = sees_notes(replacements);
	for (size_t i = 0; notes && i < s->list.n; i++)
		TRY(kust_object_expose(w, s->list.p[i]));
	for (size_t i = 0; i < replacements->n; i++)
		TRY(replace_one(s, KUST_AT(*replacements, struct kust_replacement, i)));
	for (size_t i = 0; notes && i < s->list.n; i++)
		TRY(kust_object_absorb(w, s->list.p[i]));
	kust_set_changed(s);
	kust_set_drop_empty(s);
	return NULL;
}
