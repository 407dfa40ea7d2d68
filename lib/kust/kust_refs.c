#include "kust/kust_refs.h"

#include <string.h>

#include "kust/kust_node.h"

typedef VEC(struct kust_object *) object_vec;

/* A field of some kind, and what it names. */
struct row {
	const struct kust_gvk *target;
	const struct kust_spec *spec;
	const struct kust_parts *path;
};

struct refs {
	VEC(struct row) rows;
	struct kust_work *work;
	struct kust_set *set;
	struct map named; /* a former name → object_vec *, in the order of the set */

	struct kust_object *referrer;
	struct kust_id id;	       /* of the referrer */
	const struct kust_gvk *target; /* what the field names */
	const struct kust_spec *spec;
	struct map binding_namespaces; /* of the service accounts in a role binding */
};

/* --- who may be meant ---------------------------------------------------------------------------- */

/* Can the referrer see it at all? */
static bool visible(struct refs *r, struct kust_object *o)
{
	const struct kust_id *id = kust_object_id(r->work, o);
	if (r->id.cluster || id->cluster ||
	    str_eq(kust_id_namespace(id), kust_id_namespace(&r->id)))
		return true;
	str ns = kust_object_namespace(o);
	return r->binding_namespaces.n && map_get_str(&r->binding_namespaces, ns);
}

static bool was_of_kind(struct refs *r, struct kust_object *o, const struct kust_gvk *kind)
{
	for (size_t i = 0; i < o->formers.n; i++) {
		struct kust_id former = kust_object_former(r->work, o, i);
		if (kust_gvk_selected(&former.gvk, kind))
			return true;
	}
	return false;
}

/* A roleRef says itself what kind it means. */
static bool role_ref(struct refs *r, struct kust_gvk *ret)
{
	const struct yaml_node *ref = yaml_node_get(r->referrer->node, "roleRef");
	const struct yaml_node *group = yaml_node_get(ref, "apiGroup");
	const struct yaml_node *kind = yaml_node_get(ref, "kind");
	if (!str_ends(r->spec->path, STR("roleRef/name")) || !ref || !group || !kind)
		return false;
	*ret = (struct kust_gvk){.group = group->text, .kind = kind->text};
	return true;
}

static bool same_namespace(struct refs *r, struct kust_object *o)
{
	const struct kust_id *id = kust_object_id(r->work, o);
	return r->id.cluster || id->cluster || str_is(id->gvk.kind, "ServiceAccount") ||
	       str_eq(kust_id_namespace(id), kust_id_namespace(&r->id));
}

/* Is the shorter list the ending of the longer? Two empty ones are alike. */
static bool same_ending(const str *a, size_t na, const str *b, size_t nb)
{
	size_t n = na < nb ? na : nb;
	if (!n)
		return na == nb;
	for (size_t i = 1; i <= n; i++)
		if (!str_eq(a[na - i], b[nb - i]))
			return false;
	return true;
}

static bool affixes_fit(const struct kust_object *a, const struct kust_object *b, bool allow_empty)
{
	bool no_prefix = allow_empty && (!a->prefixes.n || !b->prefixes.n);
	bool no_suffix = allow_empty && (!a->suffixes.n || !b->suffixes.n);
	return (no_prefix ||
		same_ending(a->prefixes.p, a->prefixes.n, b->prefixes.p, b->prefixes.n)) &&
	       (no_suffix ||
		same_ending(a->suffixes.p, a->suffixes.n, b->suffixes.p, b->suffixes.n));
}

static void keep_affixed(struct refs *r, object_vec *v, bool allow_empty)
{
	size_t kept = 0;
	for (size_t i = 0; i < v->n; i++)
		if (affixes_fit(v->p[i], r->referrer, allow_empty))
			v->p[kept++] = v->p[i];
	v->n = kept;
}

static err *ambiguous(struct refs *r, const object_vec *v)
{
	arena *mem = r->work->mem;
	buf ids = buf_init(mem), b = buf_init(mem);
	for (size_t i = 0; i < v->n; i++)
		buf_printf(&ids, "%s%s", i ? ", " : "",
			   kust_id_text(mem, kust_object_id(r->work, v->p[i])));
	buf_text_add(&b, "\n**** Too many possible referral targets to referrer:\n");
	TRY(yaml_node_print(&b, r->referrer->node));
	for (size_t i = 0; i < v->n; i++) {
		buf_printf(&b, "\n--- possible referral %zu:\n", i);
		TRY(yaml_node_print(&b, v->p[i]->node));
	}
	return err_new(mem, ERR_INVALID, "found multiple possible referrals: %s\n%s\n",
		       buf_text(&ids), buf_text(&b));
}

/* Those that are left have the same name, and namespace if that is written too. */
static bool all_alike(const object_vec *v, bool with_namespace)
{
	for (size_t i = 1; i < v->n; i++)
		if (!str_eq(kust_object_name(v->p[i]), kust_object_name(v->p[0])) ||
		    (with_namespace &&
		     !str_eq(kust_object_namespace(v->p[i]), kust_object_namespace(v->p[0]))))
			return false;
	return true;
}

/* Where a map names a namespace: the one an object was in at first, if any object was, else the one
 * it is in now. */
struct place {
	const str *namespace_; /* NULL: any */
	bool at_first;
};

static bool in_place(struct refs *r, struct kust_object *o, const struct place *p)
{
	if (!p->namespace_)
		return true;
	struct kust_id id =
		p->at_first ? kust_object_first_id(r->work, o) : *kust_object_id(r->work, o);
	str ns = kust_id_namespace(&id);
	return str_eq(ns, *p->namespace_) && !str_is(ns, "_non_namespaceable_");
}

static struct place place_of(struct refs *r, const str *ns)
{
	struct place p = {ns, true};
	for (size_t i = 0; ns && i < r->set->list.n; i++)
		if (visible(r, r->set->list.p[i]) && in_place(r, r->set->list.p[i], &p))
			return p;
	p.at_first = false;
	return p;
}

static err *choose(struct refs *r, str old_name, const struct place *place, bool map,
		   struct kust_object **ret)
{
	const object_vec *named = map_get_str(&r->named, old_name);
	object_vec v = {0};
	struct kust_gvk role;
	*ret = NULL;
	if (!named)
		return NULL;
	bool by_role = role_ref(r, &role);
	for (size_t i = 0; i < named->n; i++) {
		struct kust_object *o = named->p[i];
		if (visible(r, o) && in_place(r, o, place) && was_of_kind(r, o, r->target) &&
		    (!by_role || was_of_kind(r, o, &role)) && same_namespace(r, o))
			VEC_PUSH(r->work->mem, &v, o);
	}
	if (v.n != 1)
		keep_affixed(r, &v, true);
	if (v.n > 1)
		keep_affixed(r, &v, false);
	if (v.n > 1 && !all_alike(&v, map))
		return ambiguous(r, &v);
	*ret = v.n ? v.p[0] : NULL;
	return NULL;
}

/* --- fields -------------------------------------------------------------------------------------- */

static err *set_scalar(struct refs *r, struct yaml_node *field)
{
	struct kust_object *o;
	struct place anywhere = {NULL, false};
	TRY(choose(r, field->text, &anywhere, false, &o));
	str name = o ? kust_object_name(o) : (str){NULL, 0};
	if (!name.n || str_eq(name, field->text))
		return NULL;
	return kust_set_self(r->work->mem, field, kust_bare(r->work->mem, YN_SCALAR, name));
}

static err *set_map(struct refs *r, struct yaml_node *map)
{
	arena *mem = r->work->mem;
	struct yaml_node *name, *ns;
	struct kust_object *o;
	TRY_AS(mem, kust_get(mem, map, STR("name"), &name), "trying to match 'name' field");
	if (!name)
		return err_new(mem, ERR_INVALID, "path config error; no 'name' field in node");
	TRY_AS(mem, kust_get(mem, map, STR("namespace"), &ns), "trying to match 'namespace' field");
	struct place place = place_of(r, ns ? &ns->text : NULL);
	TRY(choose(r, name->text, &place, true, &o));
	if (!o)
		return NULL;
	str new_name = kust_object_name(o), new_ns = kust_object_namespace(o);
	if (str_eq(new_name, name->text) && !new_ns.n)
		return NULL;
	TRY(kust_set(mem, map, STR("name"), kust_bare(mem, YN_SCALAR, new_name), NULL));
	if (!new_ns.n)
		return NULL;
	return kust_set(mem, map, STR("namespace"), kust_bare(mem, YN_SCALAR, new_ns), NULL);
}

static err *set_field(void *arg, struct yaml_node *field)
{
	struct refs *r = arg;
	if (kust_missing(field))
		return NULL;
	if (field->kind == YN_SCALAR)
		return set_scalar(r, field);
	if (field->kind == YN_MAP)
		return set_map(r, field);
	for (uint32_t i = 0; i < field->n; i++) {
		struct yaml_node *n = field->child[i];
		if (kust_missing(n))
			continue;
		if (n->kind != YN_SCALAR && n->kind != YN_MAP)
			return err_new(
				r->work->mem, ERR_INVALID,
				"a list is expected to be either a string or a map of string");
		TRY(n->kind == YN_SCALAR ? set_scalar(r, n) : set_map(r, n));
	}
	return NULL;
}

/* --- objects ------------------------------------------------------------------------------------- */

/* The namespaces of the service accounts that a role binding names. */
static err *read_subjects(struct refs *r)
{
	arena *mem = r->work->mem;
	r->binding_namespaces = map_init(mem);
	const struct yaml_node *subjects = yaml_node_get(r->referrer->node, "subjects");
	if (!str_is(r->id.gvk.kind, "RoleBinding") || !yaml_node_is(subjects, YN_LIST))
		return NULL;
	for (uint32_t i = 0; i < subjects->n; i++) {
		const struct yaml_node *s = subjects->child[i], *ns = yaml_node_get(s, "namespace");
		if (!ns || !yaml_node_says(yaml_node_get(s, "kind"), "ServiceAccount"))
			continue;
		if (!text_eq(yaml_node_tag(ns), YT_STR))
			return err_new(mem, ERR_INVALID,
				       "Invalid Input: namespace is blank for resource \"%s\"\n",
				       kust_id_text(mem, &r->id));
		map_set_str(&r->binding_namespaces, ns->text, r);
	}
	return NULL;
}

static err *mismatch(struct refs *r, const char *what, str meta, str gvk)
{
	return err_new(r->work->mem, ERR_INVALID,
		       "node-referrerOriginal '%s' mismatch '%.*s' != '%.*s'", what, STR_ARG(meta),
		       STR_ARG(gvk));
}

/* kustomize stumbles over an apiVersion that is null or begins with a slash. */
static err *check_referrer(struct refs *r)
{
	const struct yaml_node *n = yaml_node_get(r->referrer->node, "apiVersion");
	str text = kust_object_api_version(r->referrer), meta = kust_empty(n) ? STR("") : text;
	str gvk = r->id.gvk.group.n ? text : r->id.gvk.version;
	return str_eq(meta, gvk) ? NULL : mismatch(r, "APIVersion", meta, gvk);
}

static err *fix_field(struct refs *r, const struct row *row)
{
	struct kust_setter set = {set_field, r, YN_NONE, NULL};
	r->target = row->target;
	r->spec = row->spec;
	TRY(check_referrer(r));
	TRY_AS(r->work->mem, kust_field_apply_at(r->work, r->referrer, row->spec, row->path, &set),
	       "updating name reference in '%.*s' field of '%s'", STR_ARG(row->spec->path),
	       kust_id_text(r->work->mem, &r->id));
	return NULL;
}

static err *fix_object(struct refs *r)
{
	struct kust_id first = kust_object_first_id(r->work, r->referrer);
	bool any = false;
	r->id = *kust_object_id(r->work, r->referrer);
	for (size_t i = 0; i < r->rows.n; i++) {
		if (!kust_gvk_selected(&first.gvk, &r->rows.p[i].spec->gvk))
			continue;
		if (!any)
			TRY(read_subjects(r));
		any = true;
		TRY(fix_field(r, &r->rows.p[i]));
	}
	return NULL;
}

static void split_rows(struct refs *r, const struct kust_references *table)
{
	arena *mem = r->work->mem;
	for (size_t i = 0; i < table->n; i++)
		for (size_t k = 0; k < table->p[i].from.n; k++) {
			const struct kust_spec *spec = &table->p[i].from.p[k];
			struct row row = {&table->p[i].target, spec,
					  kust_field_path(r->work, spec)};
			VEC_PUSH(mem, &r->rows, row);
		}
}

static void index_names(struct refs *r)
{
	arena *mem = r->work->mem;
	r->named = map_init(mem);
	for (size_t i = 0; i < r->set->list.n; i++) {
		struct kust_object *o = r->set->list.p[i];
		for (size_t k = 0; k < o->formers.n; k++) {
			object_vec *v = map_get_str(&r->named, o->formers.p[k].name);
			if (!v) {
				v = arena_alloc(mem, sizeof(*v));
				map_set_str(&r->named, o->formers.p[k].name, v);
			}
			if (!v->n || v->p[v->n - 1] != o)
				VEC_PUSH(mem, v, o);
		}
	}
}

err *kust_fix_references(struct kust_set *s, const struct kust_references *table)
{
	struct refs r = {.work = s->work, .set = s};
	index_names(&r);
	split_rows(&r, table);
	for (size_t i = 0; i < s->list.n; i++) {
		r.referrer = s->list.p[i];
		TRY(fix_object(&r));
	}
	kust_set_changed(s);
	return NULL;
}
