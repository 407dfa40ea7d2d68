#include "kust/kust_spec.h"

#include <stddef.h>
#include <string.h>

#include "base/buf.h"
#include "data/yaml.h"

/* --- order --------------------------------------------------------------------------------------- */

/* Kinds that come first, and last; in between all others. */
static const char *const kinds_first[] = {"Namespace",
					  "ResourceQuota",
					  "StorageClass",
					  "CustomResourceDefinition",
					  "ServiceAccount",
					  "PodSecurityPolicy",
					  "Role",
					  "ClusterRole",
					  "RoleBinding",
					  "ClusterRoleBinding",
					  "ConfigMap",
					  "Secret",
					  "Endpoints",
					  "Service",
					  "LimitRange",
					  "PriorityClass",
					  "PersistentVolume",
					  "PersistentVolumeClaim",
					  "Deployment",
					  "StatefulSet",
					  "CronJob",
					  "PodDisruptionBudget"};
static const char *const kinds_last[] = {"MutatingWebhookConfiguration",
					 "ValidatingWebhookConfiguration"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static int rank(str kind)
{
	for (size_t i = 0; i < COUNT(kinds_first); i++)
		if (str_is(kind, kinds_first[i]))
			return (int)i - (int)COUNT(kinds_first);
	for (size_t i = 0; i < COUNT(kinds_last); i++)
		if (str_is(kind, kinds_last[i]))
			return 1 + (int)i;
	return 0;
}

/* As texts joined by '_' compare; an absent part is a tilde and a letter. */
int kust_gvk_order(const struct kust_gvk *a, const struct kust_gvk *b)
{
	int by_rank = rank(a->kind) - rank(b->kind);
	if (by_rank)
		return by_rank;
	str parts[2][5] = {{a->group, STR("_"), a->version, STR("_"), a->kind},
			   {b->group, STR("_"), b->version, STR("_"), b->kind}};
	static const char *const absent[] = {"~G", "_", "~V", "_", "~K"};
	char text[2][512];
	size_t n[2] = {0, 0};
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 5; k++) {
			str part = parts[i][k].n ? parts[i][k] : str_of(absent[k]);
			size_t fits =
				sizeof(text[i]) - n[i] < part.n ? sizeof(text[i]) - n[i] : part.n;
			memcpy(text[i] + n[i], part.p, fits);
			n[i] += fits;
		}
	return str_cmp((str){text[0], n[0]}, (str){text[1], n[1]});
}

/* Sorted by kind; equal ones keep their order. */
static void sort_specs(struct kust_spec *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && kust_gvk_order(&p[k].gvk, &p[k - 1].gvk) < 0; k--) {
			struct kust_spec swap = p[k];
			p[k] = p[k - 1];
			p[k - 1] = swap;
		}
}

static void sort_references(struct kust_reference *p, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && kust_gvk_order(&p[k].target, &p[k - 1].target) < 0; k--) {
			struct kust_reference swap = p[k];
			p[k] = p[k - 1];
			p[k - 1] = swap;
		}
}

/* --- merging ------------------------------------------------------------------------------------- */

static const struct kust_spec *has(const struct kust_specs *a, const struct kust_spec *one)
{
	for (size_t i = 0; i < a->n; i++)
		if (str_eq(a->p[i].path, one->path) && kust_gvk_selected(&a->p[i].gvk, &one->gvk))
			return &a->p[i];
	return NULL;
}

/* An array of a's specs with room for more. */
static struct kust_spec *roomy(arena *mem, const struct kust_specs *a, size_t more)
{
	struct kust_spec *p = NEW_N(mem, struct kust_spec, a->n + more);
	if (a->n)
		memcpy(p, a->p, a->n * sizeof(*p));
	return p;
}

static err *add_one(arena *mem, struct kust_specs *a, const struct kust_spec *one)
{
	const struct kust_spec *there = has(a, one);
	if (there && there->create != one->create)
		return err_new(mem, ERR_INVALID, "conflicting fieldspecs");
	if (!there)
		a->p[a->n++] = *one;
	return NULL;
}

static bool is_builtin(const struct kust_specs *s);

err *kust_specs_merge(arena *mem, struct kust_specs *a, const struct kust_specs *b)
{
	/* the built-in tables, met again on the way up, add nothing and need no look */
	bool builtin = is_builtin(b);
	if (!b->n || (builtin && a->p == b->p && a->n == b->n))
		return NULL;
	if (!a->n && (builtin || b->n == 1)) {
		*a = *b;
		return NULL;
	}
	struct kust_specs all = {roomy(mem, a, b->n), a->n};
	for (size_t i = 0; i < b->n; i++)
		TRY(add_one(mem, &all, &b->p[i]));
	*a = all;
	return NULL;
}

err *kust_specs_add(arena *mem, struct kust_specs *a, const struct kust_spec *one)
{
	return kust_specs_merge(mem, a, &(struct kust_specs){(struct kust_spec *)one, 1});
}

static err *merge_references(arena *mem, struct kust_references *a, const struct kust_references *b)
{
	if (!b->n || (a->p == b->p && a->n == b->n))
		return NULL;
	if (!a->n) {
		*a = *b;
		return NULL;
	}
	struct kust_references all = {NEW_N(mem, struct kust_reference, a->n + b->n), a->n};
	memcpy(all.p, a->p, a->n * sizeof(*all.p));
	for (size_t i = 0; i < b->n; i++) {
		bool found = false;
		for (size_t k = 0; k < all.n; k++)
			if (kust_gvk_eq(&all.p[k].target, &b->p[i].target)) {
				TRY(kust_specs_merge(mem, &all.p[k].from, &b->p[i].from));
				found = true;
			}
		if (!found)
			all.p[all.n++] = b->p[i];
	}
	sort_references(all.p, all.n);
	*a = all;
	return NULL;
}

struct table {
	const char *name;
	size_t offset;
};

#define TABLE(name, member)                                                                        \
	{                                                                                          \
		name, offsetof(struct kust_config, member)                                         \
	}
static const struct table tables[] = {TABLE("NamePrefix", name_prefix),
				      TABLE("NameSuffix", name_suffix),
				      TABLE("NameSpace", namespace_),
				      TABLE("CommonAnnotations", common_annotations),
				      TABLE("CommonLabels", common_labels),
				      TABLE("Labels", labels),
				      TABLE("TemplateLabels", template_labels),
				      TABLE("VarReference", var_reference),
				      TABLE("Images", images),
				      TABLE("Replicas", replicas)};

static bool is_builtin(const struct kust_specs *s)
{
	for (size_t i = 0; i < COUNT(tables); i++) {
		const struct kust_specs *t =
			(const struct kust_specs *)((const char *)&kust_config_builtin +
						    tables[i].offset);
		if (s->n && s->p == t->p && s->n == t->n)
			return true;
	}
	return false;
}

err *kust_config_merge(arena *mem, struct kust_config *a, const struct kust_config *b)
{
	for (size_t i = 0; i < COUNT(tables); i++) {
		struct kust_specs *to = (struct kust_specs *)((char *)a + tables[i].offset);
		const struct kust_specs *from =
			(const struct kust_specs *)((const char *)b + tables[i].offset);
		const struct kust_spec *before = to->p;
		TRY_AS(mem, kust_specs_merge(mem, to, from), "failed to merge %s fieldSpec",
		       tables[i].name);
		if (to->p != before && to->p != from->p)
			sort_specs(to->p, to->n);
	}
	TRY_AS(mem, merge_references(mem, &a->references, &b->references),
	       "failed to merge NameReference fieldSpec");
	return NULL;
}

/* --- configurations ------------------------------------------------------------------------------ */

struct reference_row {
	struct kust_gvk gvk;
	struct kust_list specs;
};

struct config_rows {
	struct kust_list name_prefix, name_suffix, namespace_, common_labels, labels;
	struct kust_list template_labels, common_annotations, var_reference, images, replicas;
	struct kust_list references;
};

#define F(n, t, T, member) .name = n, .type = t, .offset = offsetof(struct T, member)

static const struct kust_field reference_fields[] = {
	{F("group", KT_TEXT, reference_row, gvk.group), .via = "Gvk"},
	{F("version", KT_TEXT, reference_row, gvk.version), .via = "Gvk"},
	{F("kind", KT_TEXT, reference_row, gvk.kind), .via = "Gvk"},
	{F("fieldSpecs", KT_STRUCTS, reference_row, specs), .sub = &kust_t_spec},
	{.name = NULL}};
static const struct kust_struct reference_type = {"NameBackReferences", "builtinconfig",
						  sizeof(struct reference_row), reference_fields};

#define ROW(n, member)                                                                             \
	{                                                                                          \
		F(n, KT_STRUCTS, config_rows, member), .sub = &kust_t_spec, .go = "types.FsSlice"  \
	}
static const struct kust_field config_fields[] = {
	ROW("namePrefix", name_prefix),
	ROW("nameSuffix", name_suffix),
	ROW("namespace", namespace_),
	ROW("commonLabels", common_labels),
	ROW("labels", labels),
	ROW("templateLabels", template_labels),
	ROW("commonAnnotations", common_annotations),
	{F("nameReference", KT_STRUCTS, config_rows, references), .sub = &reference_type},
	ROW("varReference", var_reference),
	ROW("images", images),
	ROW("replicas", replicas),
	{.name = NULL}};
static const struct kust_struct config_type = {"TransformerConfig", "builtinconfig",
					       sizeof(struct config_rows), config_fields};

static struct kust_specs sorted(const struct kust_list *list)
{
	sort_specs(list->p, list->n);
	return (struct kust_specs){list->p, list->n};
}

static struct kust_config config_of(arena *mem, const struct config_rows *r)
{
	struct kust_config c = {.name_prefix = sorted(&r->name_prefix),
				.name_suffix = sorted(&r->name_suffix),
				.namespace_ = sorted(&r->namespace_),
				.common_labels = sorted(&r->common_labels),
				.labels = sorted(&r->labels),
				.template_labels = sorted(&r->template_labels),
				.common_annotations = sorted(&r->common_annotations),
				.var_reference = sorted(&r->var_reference),
				.images = sorted(&r->images),
				.replicas = sorted(&r->replicas)};
	c.references.n = r->references.n;
	c.references.p = NEW_N(mem, struct kust_reference, r->references.n);
	for (size_t i = 0; i < r->references.n; i++) {
		const struct reference_row *row = KUST_AT(r->references, struct reference_row, i);
		c.references.p[i].target = row->gvk;
		c.references.p[i].from = (struct kust_specs){row->specs.p, row->specs.n};
	}
	sort_references(c.references.p, c.references.n);
	return c;
}

err *kust_config_read(const struct kust_loader *l, const struct kust_texts *paths,
		      struct kust_config *ret_config)
{
	arena *mem = l->work->mem;
	struct kust_config c = {0};
	for (size_t i = 0; i < paths->n; i++) {
		str text;
		struct config_rows rows = {0};
		TRY(kust_load(l, paths->p[i], &text));
		TRY(kust_decode_yaml(mem, &config_type, text,
				     KUST_STRICT | KUST_COERCE | KUST_UNIQUE, &rows));
		struct kust_config one = config_of(mem, &rows);
		TRY(kust_config_merge(mem, &c, &one));
	}
	*ret_config = c;
	return NULL;
}
