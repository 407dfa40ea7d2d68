#include "kust/kust.h"

#include "data/yaml.h"
#include "kust/kust_build.h"
#include "kust/kust_label.h"
#include "kust/kust_node.h"
#include "kust/kust_order.h"

#define MANAGED_BY "kustomize-v5.8.1"

/* The label that tells who has made the objects. */
static err *add_managed_by(struct kust_set *s, const struct kust_file *f)
{
	const char *maker = s->work->options->maker;
	struct kust_pair pair = {STR("app.kubernetes.io/managed-by"),
				 str_of(maker ? maker : MANAGED_BY)};
	static struct kust_spec spec = {.path = {"metadata/labels", 15}, .create = true};
	struct kust_pairs pairs = {&pair, 1};
	struct kust_specs specs = {&spec, 1};
	if (!s->work->options->managed_by && !kust_file_has_metadata(f, "managedByLabel"))
		return NULL;
	return kust_set_pairs(s, &pairs, &specs);
}

static const char *owned_text(arena *mem, str s)
{
	return s.n ? str_text(mem, s) : "";
}

/* The identity as C texts: a scalar need not end in a NUL. */
static void name_object(struct kust_object *o)
{
	o->api_version = owned_text(o->mem, kust_object_api_version(o));
	o->kind = owned_text(o->mem, kust_object_kind(o));
	o->name = owned_text(o->mem, kust_object_name(o));
	o->namespace_ = owned_text(o->mem, kust_object_namespace(o));
}

static err *build(struct kust_work *w, struct tree *t, const char *path, struct kust_set *set)
{
	struct kust_loader *l;
	struct kust_file *f;
	TRY(kust_loader_first(w, t, path, &l));
	TRY(kust_accumulate(l, set, &f));
	TRY(kust_order(set, f->sort, w->options->order == KUST_ORDER_LEGACY));
	TRY(add_managed_by(set, f));
	bool origin = kust_file_has_metadata(f, "originAnnotations");
	bool transformations = kust_file_has_metadata(f, "transformerAnnotations");
	for (size_t i = 0; i < set->list.n; i++) {
		TRY(kust_object_finish(w, set->list.p[i], origin, transformations));
		name_object(set->list.p[i]);
	}
	return NULL;
}

err *kust_build(arena *mem, struct tree *t, const char *path, const struct kust_options *o,
		struct kust_result **ret_result)
{
	struct kust_work *w = NEW(mem, struct kust_work);
	struct kust_set set = {0};
	*w = (struct kust_work){.mem = mem, .options = o, .schema_age = 1};
	err *failed = build(w, t, path, &set);
	struct kust_result *r = NEW(mem, struct kust_result);
	r->warnings = w->warnings.p;
	r->warning_count = w->warnings.n;
	r->p = set.list.p;
	r->n = failed ? 0 : set.list.n;
	*ret_result = r;
	return failed;
}

/* --- objects ------------------------------------------------------------------------------------- */

const char *kust_api_version(const struct kust_object *o)
{
	return o->api_version;
}

const char *kust_kind(const struct kust_object *o)
{
	return o->kind;
}

const char *kust_name(const struct kust_object *o)
{
	return o->name;
}

const char *kust_namespace(const struct kust_object *o)
{
	return o->namespace_;
}

static const char *meta_entry(const struct kust_object *o, const char *map, const char *key)
{
	const struct yaml_node *n = YAML_NODE_IN(o->node, "metadata", map, key);
	return n ? owned_text(o->mem, n->text) : NULL;
}

const char *kust_label(const struct kust_object *o, const char *key)
{
	return meta_entry(o, "labels", key);
}

const char *kust_annotation(const struct kust_object *o, const char *key)
{
	return meta_entry(o, "annotations", key);
}

/* What can be read but is no object (a key twice) is told in kustomize's own words, which scripts and recordings match; of
 * what cannot be read it would show the half that could, and the name says more. */
static err *cannot_print(arena *mem, const struct kust_object *o, const err *why)
{
	if (text_starts(err_text(mem, why), "yaml: unmarshal errors"))
		return err_wrap(mem, err_copy(mem, why), "map[string]interface {}(nil)");
	return err_wrap(mem, err_copy(mem, why), "%s '%s'%s%s", o->kind, o->name,
			*o->namespace_ ? " in " : "", o->namespace_);
}

/* Prints the object behind what is in b; what printing needs besides does not stay. */
static err *print(arena *mem, const struct kust_object *o, buf *b)
{
	arena *scratch = arena_open();
	buf text = buf_init(scratch);
	err *failed = yaml_node_print(&text, o->node);
	if (!failed)
		buf_add(b, text.p, text.n);
	else
		failed = cannot_print(mem, o, failed);
	arena_close(scratch);
	return failed;
}

err *kust_text(arena *mem, struct kust_object *o, str *ret_text)
{
	if (!o->text.p) {
		arena *passing = arena_open();
		buf b = buf_init(passing);
		err *failed = print(mem, o, &b);
		if (!failed)
			o->text = (str){arena_copy(mem, buf_text(&b), b.n), b.n};
		arena_close(passing);
		TRY(failed);
	}
	*ret_text = o->text;
	return NULL;
}

err *kust_value(arena *mem, struct kust_object *o, const val **ret_value)
{
	if (!o->value) {
		/* what is printed decides: that is what the API server would be told */
		str text;
		TRY(kust_text(mem, o, &text));
		TRY(yaml_parse(mem, text, &o->value));
	}
	*ret_value = o->value;
	return NULL;
}

err *kust_replace_value(arena *mem, struct kust_object *o, const val *v)
{
	if (!val_is(v, VAL_MAP))
		return err_new(mem, ERR_INVALID,
			       "UnmarshalJSON: json: cannot unmarshal %s into Go value of type "
			       "map[string]interface {}",
			       val_kind_name(v));
	o->node = yaml_node_from_val(mem, v);
	o->owned = KUST_OWN_ALL;
	o->known = 0;
	o->text = (str){NULL, 0};
	o->value = NULL;
	name_object(o);
	return NULL;
}

err *kust_replace_text(arena *mem, struct kust_object *o, str text)
{
	val *v;
	TRY_AS(mem, yaml_parse(mem, text, &v), "YAMLToJSON");
	return kust_replace_value(mem, o, v);
}

err *kust_print(arena *mem, const struct kust_result *r, buf *b)
{
	for (size_t i = 0; i < r->n; i++) {
		if (i)
			buf_text_add(b, "---\n");
		if (r->p[i]->text.p)
			buf_str(b, r->p[i]->text);
		else
			TRY(print(mem, r->p[i], b));
	}
	return NULL;
}
