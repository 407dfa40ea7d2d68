#include "kust/kust_name.h"

#include <string.h>

#include "kust/kust_node.h"

/* --- prefix and suffix --------------------------------------------------------------------------- */

struct affix {
	arena *mem;
	str before, after;
};

static err *add_affix(void *arg, struct yaml_node *field)
{
	const struct affix *a = arg;
	str text = str_of(arena_printf(a->mem, "%.*s%.*s%.*s", STR_ARG(a->before),
				       STR_ARG(field->text), STR_ARG(a->after)));
	return kust_set_self(a->mem, field, kust_bare(a->mem, YN_SCALAR, text));
}

static bool keeps_name(const struct kust_gvk *x)
{
	return str_is(x->kind, "CustomResourceDefinition") || str_is(x->kind, "Namespace") ||
	       (str_is(x->kind, "APIService") && str_is(x->group, "apiregistration.k8s.io"));
}

static err *affix_object(struct kust_work *w, struct kust_object *o, struct affix *a,
			 const struct kust_specs *specs)
{
	struct kust_id first = kust_object_first_id(w, o);
	struct kust_setter set = {add_affix, a, YN_SCALAR, YT_STR};
	if (keeps_name(&first.gvk))
		return NULL;
	for (size_t i = 0; i < specs->n; i++) {
		const struct kust_spec *spec = &specs->p[i];
		if (!kust_gvk_selected(&first.gvk, &spec->gvk))
			continue;
		if (str_is(spec->path, "metadata/name")) {
			TRY(kust_object_add_affix(w, o, a->before, a->after));
			if (a->before.n || a->after.n)
				TRY(kust_object_remember(w, o));
		}
		TRY(kust_field_apply(w, o, spec, &set));
	}
	return NULL;
}

static err *affix_all(struct kust_set *s, struct affix *a, const struct kust_specs *specs)
{
	for (size_t i = 0; i < s->list.n; i++)
		TRY(affix_object(s->work, s->list.p[i], a, specs));
	kust_set_changed(s);
	return NULL;
}

err *kust_add_prefix(struct kust_set *s, str prefix, const struct kust_specs *specs)
{
	struct affix a = {s->work->mem, prefix, {"", 0}};
	return affix_all(s, &a, specs);
}

err *kust_add_suffix(struct kust_set *s, str suffix, const struct kust_specs *specs)
{
	struct affix a = {s->work->mem, {"", 0}, suffix};
	return affix_all(s, &a, specs);
}

/* --- namespace ----------------------------------------------------------------------------------- */

struct namespace_setter {
	arena *mem;
	const struct kust_namespacer *how;
	bool not_scalar; /* the last failure was about a field that is a map or list */
};

static err *set_namespace(void *arg, struct yaml_node *field)
{
	struct namespace_setter *s = arg;
	if (s->how->unset_only && field->kind == YN_SCALAR && !kust_missing(field) && field->text.n)
		return NULL;
	if (!kust_missing(field) && field->kind != YN_SCALAR)
		s->not_scalar = true;
	struct kust_entry e = kust_entry_new(s->mem, (str){NULL, 0}, s->how->namespace_, YT_STR);
	return kust_entry_set(&e, field);
}

/* Is this subject one whose namespace is set? */
static err *wanted_subject(arena *mem, struct yaml_node *subject, enum kust_subjects which,
			   bool *ret_wanted)
{
	bool all = which == KUST_SUBJECTS_ALL;
	struct yaml_node *n;
	err *failed = kust_get(mem, subject, all ? STR("kind") : STR("name"), &n);
	if (!failed)
		failed = kust_expect(mem, n, YN_SCALAR);
	if (failed)
		return err_wrap(mem, failed, "looking up %s on (cluster)role binding subject",
				all ? "kind" : "name");
	*ret_wanted = !kust_missing(n) && yaml_node_says(n, all ? "ServiceAccount" : "default");
	return NULL;
}

static err *set_subject(struct namespace_setter *s, struct yaml_node *subject)
{
	bool wanted;
	str part = STR("namespace");
	struct yaml_node *n;
	TRY(wanted_subject(s->mem, subject, s->how->subjects, &wanted));
	if (!wanted)
		return NULL;
	TRY_AS(s->mem, kust_lookup(s->mem, subject, &(struct kust_parts){&part, 1}, YN_SCALAR, &n),
	       "setting namespace field on (cluster)role binding subject");
	return set_namespace(s, n);
}

static err *set_subjects(struct kust_work *w, struct kust_object *o, struct namespace_setter *s)
{
	if (s->how->subjects == KUST_SUBJECTS_NONE ||
	    kust_missing(yaml_node_get(o->node, "subjects")))
		return NULL;
	kust_object_own(w, o, KUST_OWN_ALL);
	struct yaml_node *subjects = yaml_node_get(o->node, "subjects");
	static const char failed_at[] = "setting namespace on (cluster)role binding subjects";
	TRY_AS(w->mem, kust_expect(w->mem, subjects, YN_LIST), failed_at);
	for (uint32_t i = 0; i < subjects->n; i++)
		TRY_AS(w->mem, set_subject(s, subjects->child[i]), failed_at);
	return NULL;
}

/* The specs that this step leaves to the others, or that fit another version only. */
static bool not_here(const struct kust_spec *spec, bool core_v1, bool role_binding)
{
	if (str_is(spec->path, "metadata/namespace") ||
	    (!core_v1 && str_is(spec->path, "metadata/name")))
		return true;
	return role_binding && str_is(spec->path, "subjects/namespace") &&
	       (str_is(spec->gvk.kind, "RoleBinding") ||
		str_is(spec->gvk.kind, "ClusterRoleBinding"));
}

err *kust_object_namespacing(struct kust_work *w, struct kust_object *o,
			     const struct kust_namespacer *n)
{
	static const struct kust_spec everywhere = {.path = {"metadata/namespace", 18},
						    .create = true};
	struct namespace_setter how = {w->mem, n, false};
	struct kust_setter set = {set_namespace, &how, YN_SCALAR, NULL};
	const struct kust_id *id = kust_object_id(w, o);
	bool binding =
		str_is(id->gvk.kind, "RoleBinding") || str_is(id->gvk.kind, "ClusterRoleBinding");
	bool core_v1 = str_is(kust_object_api_version(o), "v1");
	if (!id->cluster)
		TRY(kust_field_apply(w, o, &everywhere, &set));
	if (binding)
		TRY(set_subjects(w, o, &how));
	set.tag = YT_STR;
	how.not_scalar = false;
	for (size_t i = 0; n->specs && i < n->specs->n; i++) {
		if (not_here(&n->specs->p[i], core_v1, binding))
			continue;
		err *failed = kust_field_apply(w, o, &n->specs->p[i], &set);
		if (failed)
			return err_wrap(w->mem, failed, "%s",
					how.not_scalar
						? "namespace field specs must target scalar nodes"
						: "namespace transformation failed");
	}
	return NULL;
}

/* How %+v shows the objects that have the same id now. */
static const char *shown_conflict(struct kust_set *s, const struct kust_id *id)
{
	buf b = buf_init(s->work->mem);
	buf_char(&b, '[');
	for (size_t i = 0; i < s->list.n; i++)
		if (kust_id_eq(kust_object_id(s->work, s->list.p[i]), id))
			buf_printf(&b, "%s%s", b.n > 1 ? " " : "",
				   kust_object_json(s->work, s->list.p[i]));
	buf_char(&b, ']');
	return buf_text(&b);
}

err *kust_set_namespace(struct kust_set *s, const struct kust_namespacer *n)
{
	struct kust_work *w = s->work;
	for (size_t i = 0; i < s->list.n; i++) {
		struct kust_object *o = s->list.p[i];
		struct kust_pairs notes = kust_object_map(w->mem, o->node, "annotations");
		str helm;
		if (kust_object_empty(o) ||
		    (kust_pairs_get(&notes, "internal.config.kubernetes.io/helm-generated",
				    &helm) &&
		     str_is(helm, "true")))
			continue;
		struct kust_id before = *kust_object_id(w, o);
		kust_set_count(s, &before);
		TRY(kust_object_remember(w, o));
		TRY(kust_object_namespacing(w, o, n));
		const struct kust_id *after = kust_object_id(w, o);
		if (!kust_id_eq(&before, after))
			kust_set_moved(s, &before, after);
		if (kust_set_count(s, after) != 1)
			return err_new(w->mem, ERR_INVALID,
				       "namespace transformation produces ID conflict: %s",
				       shown_conflict(s, after));
	}
	return NULL;
}

/* --- hash ---------------------------------------------------------------------------------------- */

err *kust_add_hashes(struct kust_set *s)
{
	struct kust_work *w = s->work;
	for (size_t i = 0; i < s->list.n; i++) {
		struct kust_object *o = s->list.p[i];
		const char *hash;
		if (!str_is(o->needs_hash, "enabled"))
			continue;
		TRY(kust_hash(w, o, &hash));
		TRY(kust_object_remember(w, o));
		str name = kust_object_name(o);
		TRY(kust_object_set_name(
			w, o, str_of(arena_printf(w->mem, "%.*s-%s", STR_ARG(name), hash))));
	}
	kust_set_changed(s);
	return NULL;
}
