#include "kust/kust_plugin.h"

#include <stddef.h>
#include <string.h>

#include "base/path.h"
#include "base/rune.h"
#include "data/yaml.h"
#include "kust/kust_generate.h"
#include "kust/kust_label.h"
#include "kust/kust_name.h"
#include "kust/kust_patch.h"
#include "kust/kust_replace.h"

/* One struct for all configurations: each kind reads its own fields of it. */
struct config {
	struct kust_meta metadata;
	struct kust_generator generator;
	struct kust_iam_policy iam;
	struct kust_pairs pairs;
	struct kust_list specs; /* of struct kust_spec */
	struct kust_image image;
	struct kust_replica replica;
	struct kust_list replacements;
	struct kust_patch patch;
	struct kust_texts paths;
	str patches, text, subjects, value, target_path;
	bool unset_only;
	struct kust_list targets; /* of struct value_target */
};

struct value_target {
	struct kust_selector *selector;
	str path;
	int64_t position;
};

#define F(n, t, T, member) .name = n, .type = t, .offset = offsetof(struct T, member)
#define PLUGIN(var, go_name, ...)                                                                  \
	static const struct kust_field var##_fields[] = {__VA_ARGS__, {.name = NULL}};             \
	static const struct kust_struct var = {go_name, "builtins", sizeof(struct config),         \
					       var##_fields}
#define SPECS                                                                                      \
	{                                                                                          \
		F("fieldSpecs", KT_STRUCTS, config, specs), .sub = &kust_t_spec                    \
	}
#define METADATA                                                                                   \
	{                                                                                          \
		F("metadata", KT_STRUCT, config, metadata), .sub = &kust_t_meta                    \
	}
#define VIA_ARGS .via = "ConfigMapArgs.GeneratorArgs"
#define VIA_KV .via = "ConfigMapArgs.GeneratorArgs.KvPairSources"
#define GENERATOR                                                                                  \
	METADATA, {F("namespace", KT_TEXT, config, generator.namespace_), VIA_ARGS},               \
		{F("name", KT_TEXT, config, generator.name), VIA_ARGS},                            \
		{F("behavior", KT_TEXT, config, generator.behavior), VIA_ARGS},                    \
		{F("literals", KT_TEXTS, config, generator.literals), VIA_KV},                     \
		{F("files", KT_TEXTS, config, generator.files), VIA_KV},                           \
		{F("envs", KT_TEXTS, config, generator.envs), VIA_KV},                             \
		{F("env", KT_TEXT, config, generator.env), VIA_KV},                                \
	{                                                                                          \
		F("options", KT_PTR, config, generator.options), .sub = &kust_t_generator_options, \
								 VIA_ARGS                          \
	}

static const struct kust_field target_fields[] = {
	{F("selector", KT_PTR, value_target, selector), .sub = &kust_t_selector},
	{F("fieldPath", KT_TEXT, value_target, path)},
	{F("filePathPosition", KT_INT, value_target, position)},
	{.name = NULL}};
static const struct kust_struct target_type = {"Target", "builtins", sizeof(struct value_target),
					       target_fields};
static const struct kust_field service_fields[] = {
	{F("name", KT_TEXT, kust_iam_policy, service)},
	{F("namespace", KT_TEXT, kust_iam_policy, namespace_)},
	{.name = NULL}};
static const struct kust_struct service_type = {"KubernetesService", "types",
						sizeof(struct kust_iam_policy), service_fields};
static const struct kust_field account_fields[] = {
	{F("name", KT_TEXT, kust_iam_policy, account)},
	{F("projectId", KT_TEXT, kust_iam_policy, project)},
	{.name = NULL}};
static const struct kust_struct account_type = {"ServiceAccount", "types",
						sizeof(struct kust_iam_policy), account_fields};

PLUGIN(config_map, "ConfigMapGeneratorPlugin", GENERATOR);
PLUGIN(secret, "SecretGeneratorPlugin", GENERATOR, {F("type", KT_TEXT, config, generator.type)});
PLUGIN(iam, "IAMPolicyGeneratorPlugin", {F("cloud", KT_TEXT, config, iam.cloud)},
       {F("kubernetesService", KT_STRUCT, config, iam), .sub = &service_type},
       {F("serviceAccount", KT_STRUCT, config, iam), .sub = &account_type});
PLUGIN(annotations, "AnnotationsTransformerPlugin", {F("annotations", KT_PAIRS, config, pairs)},
       SPECS);
PLUGIN(labels, "LabelTransformerPlugin", {F("labels", KT_PAIRS, config, pairs)}, SPECS);
PLUGIN(image, "ImageTagTransformerPlugin",
       {F("imageTag", KT_STRUCT, config, image), .sub = &kust_t_image}, SPECS);
PLUGIN(namespace_, "NamespaceTransformerPlugin", METADATA, SPECS,
       {F("unsetOnly", KT_BOOL, config, unset_only)},
       {F("setRoleBindingSubjects", KT_TEXT, config, subjects),
	.go = "namespace.RoleBindingSubjectMode"});
PLUGIN(prefix, "PrefixTransformerPlugin", {F("prefix", KT_TEXT, config, text)}, SPECS);
PLUGIN(suffix, "SuffixTransformerPlugin", {F("suffix", KT_TEXT, config, text)}, SPECS);
PLUGIN(replacement, "ReplacementTransformerPlugin",
       {F("replacements", KT_STRUCTS, config, replacements), .sub = &kust_t_replacement_field});
PLUGIN(replicas, "ReplicaCountTransformerPlugin",
       {F("replica", KT_STRUCT, config, replica), .sub = &kust_t_replica}, SPECS);
PLUGIN(patch_json, "PatchJson6902TransformerPlugin",
       {F("target", KT_PTR, config, patch.target), .sub = &kust_t_selector},
       {F("path", KT_TEXT, config, patch.path)}, {F("jsonOp", KT_TEXT, config, patch.patch)});
PLUGIN(patch_merge, "PatchStrategicMergeTransformerPlugin",
       {F("paths", KT_TEXTS, config, paths), .go = "[]types.PatchStrategicMerge"},
       {F("patches", KT_TEXT, config, patches)});
PLUGIN(patch, "PatchTransformerPlugin", {F("path", KT_TEXT, config, patch.path)},
       {F("patch", KT_TEXT, config, patch.patch)},
       {F("target", KT_PTR, config, patch.target), .sub = &kust_t_selector},
       {F("options", KT_PTR, config, patch.options), .sub = &kust_t_patch_options});
PLUGIN(value_add, "ValueAddTransformerPlugin", {F("value", KT_TEXT, config, value)},
       {F("targets", KT_STRUCTS, config, targets), .sub = &target_type},
       {F("targetFilePath", KT_TEXT, config, target_path)});
PLUGIN(hash, "HashTransformerPlugin", {F("metadata", KT_ANY, config, metadata)});

/* --- reading ------------------------------------------------------------------------------------- */

/* A configuration on its way: where from, its text, what it says. */
struct reading {
	const struct kust_loader *loader;
	arena *mem;
	struct kust_object *object;
	const char *text; /* as it is printed */
	struct config *c;
};

static err *decode(struct reading *r, const struct kust_struct *type)
{
	r->c = NEW(r->mem, struct config);
	/* the hash has no fields, and any are passed over */
	return type == &hash ? NULL
			     : kust_decode_yaml(r->mem, type, str_of(r->text), KUST_COERCE, r->c);
}

static struct kust_specs specs_of(const struct config *c)
{
	return (struct kust_specs){c->specs.p, c->specs.n};
}

static err *push(struct reading *r, kust_transformers *out,
		 err *(*run)(struct kust_set *, const void *), const void *arg)
{
	struct kust_transformer t = {run, arg, NULL};
	VEC_PUSH(r->mem, out, t);
	return NULL;
}

static err *read_pairs(struct reading *r, kust_transformers *out)
{
	struct kust_pairs_step *p = NEW(r->mem, struct kust_pairs_step);
	*p = (struct kust_pairs_step){r->c->pairs, specs_of(r->c)};
	return push(r, out, kust_run_pairs, p);
}

static err *read_image(struct reading *r, kust_transformers *out)
{
	struct kust_image_step *p = NEW(r->mem, struct kust_image_step);
	*p = (struct kust_image_step){r->c->image, specs_of(r->c)};
	return push(r, out, kust_run_image, p);
}

static err *read_replicas(struct reading *r, kust_transformers *out)
{
	struct kust_replica_step *p = NEW(r->mem, struct kust_replica_step);
	*p = (struct kust_replica_step){r->c->replica, specs_of(r->c)};
	return push(r, out, kust_run_replicas, p);
}

static err *need_specs(struct reading *r)
{
	return r->c->specs.p ? NULL
			     : err_new(r->mem, ERR_INVALID, "fieldSpecs is not expected to be nil");
}

static err *read_prefix(struct reading *r, kust_transformers *out)
{
	struct kust_affix_step *a = NEW(r->mem, struct kust_affix_step);
	TRY(need_specs(r));
	*a = (struct kust_affix_step){r->c->text, specs_of(r->c)};
	return push(r, out, kust_run_prefix, a);
}

static err *read_suffix(struct reading *r, kust_transformers *out)
{
	struct kust_affix_step *a = NEW(r->mem, struct kust_affix_step);
	TRY(need_specs(r));
	*a = (struct kust_affix_step){r->c->text, specs_of(r->c)};
	return push(r, out, kust_run_suffix, a);
}

/* Two transformers with one configuration. */
static err *read_both(struct reading *r, kust_transformers *out)
{
	TRY(decode(r, &prefix));
	TRY(read_prefix(r, out));
	TRY(decode(r, &suffix));
	return read_suffix(r, out);
}

static err *read_namespace(struct reading *r, kust_transformers *out)
{
	static const char *const modes[] = {"defaultOnly", "allServiceAccounts", "none"};
	struct kust_namespacer *n = NEW(r->mem, struct kust_namespacer);
	struct kust_specs *specs = NEW(r->mem, struct kust_specs);
	str mode = r->c->subjects.n ? r->c->subjects : str_of(modes[0]);
	int i = 0;
	while (i < 3 && !str_is(mode, modes[i]))
		i++;
	if (i == 3)
		return err_new(r->mem, ERR_INVALID,
			       "invalid value %s for setRoleBindingSubjects: must be one of "
			       "\"defaultOnly\", \"none\" or \"allServiceAccounts\"",
			       rune_quoted(r->mem, mode));
	*specs = specs_of(r->c);
	*n = (struct kust_namespacer){r->c->metadata.namespace_, specs, r->c->unset_only,
				      (enum kust_subjects)i};
	return push(r, out, kust_run_namespace, n);
}

static err *read_replacement(struct reading *r, kust_transformers *out)
{
	struct kust_list *all = NEW(r->mem, struct kust_list);
	TRY(kust_replacements_read(r->loader, &r->c->replacements, all));
	return push(r, out, kust_run_replace, all);
}

static err *read_patch(struct reading *r, kust_transformers *out)
{
	struct kust_patcher *p;
	TRY(kust_patcher_new(r->loader, &r->c->patch, r->text, &p));
	return push(r, out, kust_run_patch, p);
}

static err *read_patch_json(struct reading *r, kust_transformers *out)
{
	struct kust_patcher *p;
	TRY(kust_patcher_json(r->loader, &r->c->patch, &p));
	return push(r, out, kust_run_patch, p);
}

static err *read_patch_merge(struct reading *r, kust_transformers *out)
{
	struct kust_patcher *p;
	TRY(kust_patcher_merge(r->loader, &r->c->paths, r->c->patches, &p));
	return push(r, out, kust_run_patch, p);
}

static err *run_hash(struct kust_set *s, const void *arg)
{
	(void)arg;
	return kust_add_hashes(s);
}

static err *read_hash(struct reading *r, kust_transformers *out)
{
	return push(r, out, run_hash, r);
}

/* --- adding a value ------------------------------------------------------------------------------ */

/* Go's filepath.Join of the parts of a path with one more. */
static str inserted(arena *mem, str path, size_t at, str part)
{
	bool rooted = str_starts(path, STR("/"));
	buf b = buf_init(mem);
	str rest = path, one;
	size_t i = 0;
	while (rest.p && str_next(&rest, '/', &one)) {
		if (!one.n)
			continue;
		if (i++ == at)
			buf_printf(&b, "/%.*s", STR_ARG(part));
		buf_printf(&b, "/%.*s", STR_ARG(one));
	}
	if (i <= at)
		buf_printf(&b, "/%.*s", STR_ARG(part));
	const char *cleaned = path_clean(mem, str_of(buf_text(&b)));
	return str_of(rooted ? cleaned : cleaned + 1);
}

static err *add_value(struct kust_work *w, struct kust_object *o, const struct value_target *t,
		      str value)
{
	struct kust_namespacer ns = {.namespace_ = value};
	if (str_is(t->path, "metadata/namespace"))
		return kust_object_namespacing(w, o, &ns);
	struct kust_parts path = kust_split(w->mem, t->path, '/');
	struct yaml_node *n;
	kust_object_own(w, o, KUST_OWN_ALL);
	TRY(kust_lookup(w->mem, o->node, &path, YN_SCALAR, &n));
	TRY(kust_expect(w->mem, n, YN_SCALAR));
	if (t->position > 0)
		value = inserted(w->mem, n->text, (size_t)t->position - 1, value);
	return kust_set_self(w->mem, n, kust_bare(w->mem, YN_SCALAR, value));
}

static err *run_value_add(struct kust_set *s, const void *arg)
{
	const struct config *c = arg;
	for (size_t i = 0; i < c->targets.n; i++) {
		const struct value_target *t = KUST_AT(c->targets, struct value_target, i);
		struct kust_objects chosen = {s->list.p, s->list.n};
		if (t->selector)
			TRY(kust_select(s, t->selector, &chosen));
		for (size_t k = 0; k < chosen.n; k++)
			TRY(add_value(s->work, chosen.p[k], t, c->value));
	}
	return NULL;
}

static err *read_target_file(struct reading *r)
{
	str text;
	struct config *more = NEW(r->mem, struct config);
	if (!r->c->target_path.n)
		return NULL;
	TRY(kust_load(r->loader, r->c->target_path, &text));
	TRY(kust_decode_yaml(r->mem, &value_add, text, KUST_COERCE, more));
	size_t n = r->c->targets.n + more->targets.n;
	struct value_target *all = NEW_N(r->mem, struct value_target, n);
	if (r->c->targets.n)
		memcpy(all, r->c->targets.p, r->c->targets.n * sizeof(*all));
	if (more->targets.n)
		memcpy(all + r->c->targets.n, more->targets.p, more->targets.n * sizeof(*all));
	r->c->targets = (struct kust_list){all, n};
	return NULL;
}

static err *read_value_add(struct reading *r, kust_transformers *out)
{
	r->c->value = str_trim(r->c->value);
	if (!r->c->value.n)
		r->c->value = str_of(path_base(r->mem, kust_loader_path(r->loader)));
	TRY(read_target_file(r));
	if (!r->c->targets.n)
		return err_new(r->mem, ERR_INVALID, "must specify at least one target");
	for (size_t i = 0; i < r->c->targets.n; i++) {
		const struct value_target *t = KUST_AT(r->c->targets, struct value_target, i);
		if (!t->path.n)
			return err_new(r->mem, ERR_INVALID, "fieldPath cannot be empty");
		if (t->position < 0)
			return err_new(r->mem, ERR_INVALID,
				       "value of FilePathPosition (%lld) cannot be negative",
				       (long long)t->position);
	}
	return push(r, out, run_value_add, r->c);
}

/* --- generators ---------------------------------------------------------------------------------- */

err *kust_make_config_map(const struct kust_loader *l, const void *generator,
			  struct kust_object **ret_object)
{
	return kust_generate(l, generator, false, ret_object);
}

err *kust_make_secret(const struct kust_loader *l, const void *generator,
		      struct kust_object **ret_object)
{
	return kust_generate(l, generator, true, ret_object);
}

static err *make_iam(const struct kust_loader *l, const void *arg, struct kust_object **ret_object)
{
	const struct config *c = arg;
	return kust_generate_iam(l->work, &c->iam, ret_object);
}

static err *read_generator(struct reading *r, const struct kust_struct *type,
			   struct kust_maker *ret)
{
	struct kust_generator *g = &r->c->generator;
	if (!g->name.n)
		g->name = r->c->metadata.name;
	if (!g->namespace_.n)
		g->namespace_ = r->c->metadata.namespace_;
	*ret = type == &iam	 ? (struct kust_maker){make_iam, r->c, NULL}
	       : type == &secret ? (struct kust_maker){kust_make_secret, g, NULL}
				 : (struct kust_maker){kust_make_config_map, g, NULL};
	return NULL;
}

/* --- the table ----------------------------------------------------------------------------------- */

static const struct plugin {
	const char *kind;
	const struct kust_struct *type;				 /* NULL: read decodes by itself */
	err *(*read)(struct reading *r, kust_transformers *out); /* NULL: a generator */
} plugins[] = {{"AnnotationsTransformer", &annotations, read_pairs},
	       {"ConfigMapGenerator", &config_map, NULL},
	       {"HashTransformer", &hash, read_hash},
	       {"IAMPolicyGenerator", &iam, NULL},
	       {"ImageTagTransformer", &image, read_image},
	       {"LabelTransformer", &labels, read_pairs},
	       {"NamespaceTransformer", &namespace_, read_namespace},
	       {"PatchJson6902Transformer", &patch_json, read_patch_json},
	       {"PatchStrategicMergeTransformer", &patch_merge, read_patch_merge},
	       {"PatchTransformer", &patch, read_patch},
	       {"PrefixSuffixTransformer", NULL, read_both},
	       {"PrefixTransformer", &prefix, read_prefix},
	       {"ReplacementTransformer", &replacement, read_replacement},
	       {"ReplicaCountTransformer", &replicas, read_replicas},
	       {"SecretGenerator", &secret, NULL},
	       {"SuffixTransformer", &suffix, read_suffix},
	       {"ValueAddTransformer", &value_add, read_value_add},
	       {"HelmChartInflationGenerator", NULL, NULL}};

static err *find(struct kust_work *w, struct kust_object *config, const struct plugin **ret)
{
	const struct kust_id *id = kust_object_id(w, config);
	struct kust_id first = kust_object_first_id(w, config);
	if (id->gvk.group.n || !str_is(id->gvk.version, "builtin"))
		return err_new(w->mem, ERR_INVALID,
			       "external plugins disabled; unable to load external plugin '%.*s'",
			       STR_ARG(first.gvk.kind));
	for (size_t i = 0; i < sizeof(plugins) / sizeof(*plugins); i++)
		if (str_is(id->gvk.kind, plugins[i].kind)) {
			*ret = &plugins[i];
			return NULL;
		}
	return err_new(w->mem, ERR_INVALID, "unable to load builtin %s",
		       kust_gvk_text(w->mem, &id->gvk));
}

static err *read_config(struct reading *r, const struct plugin *p, kust_transformers *out,
			struct kust_maker *ret_maker)
{
	if (!p->type && !p->read)
		return err_new(r->mem, ERR_UNSUPPORTED, "must specify --enable-helm");
	if (p->type)
		TRY(decode(r, p->type));
	return p->read ? p->read(r, out) : read_generator(r, p->type, ret_maker);
}

static err *configure(const struct kust_loader *l, struct kust_object *config,
		      const struct plugin **ret_plugin, kust_transformers *out,
		      struct kust_maker *ret_maker)
{
	struct kust_work *w = l->work;
	struct reading *r = NEW(w->mem, struct reading);
	struct kust_id first = kust_object_first_id(w, config);
	buf b = buf_init(w->mem);
	TRY(find(w, config, ret_plugin));
	TRY_AS(w->mem, yaml_node_print(&b, config->node), "marshalling yaml from res %s",
	       kust_id_text(w->mem, &first));
	*r = (struct reading){l, w->mem, config, buf_text(&b), NULL};
	TRY_AS(w->mem, read_config(r, *ret_plugin, out, ret_maker), "plugin %s fails configuration",
	       kust_id_text(w->mem, &first));
	return NULL;
}

static err *not_a(struct kust_work *w, struct kust_object *config, const char *what)
{
	struct kust_id first = kust_object_first_id(w, config);
	return err_new(w->mem, ERR_INVALID, "plugin %s not a %s", kust_id_text(w->mem, &first),
		       what);
}

static err *add_generator(const struct kust_loader *l, struct kust_object *config,
			  kust_makers *ret_list)
{
	struct kust_work *w = l->work;
	const struct plugin *p;
	kust_transformers none = {0};
	struct kust_maker maker = {0};
	struct kust_origin *origin;
	TRY(configure(l, config, &p, &none, &maker));
	if (p->read)
		return not_a(w, config, "generator");
	TRY(kust_origin_plugin(w, config, &origin));
	maker.origin = origin;
	VEC_PUSH(w->mem, ret_list, maker);
	return NULL;
}

err *kust_plugin_generators(const struct kust_loader *l, const struct kust_set *configs,
			    kust_makers *ret_list)
{
	for (size_t i = 0; i < configs->list.n; i++)
		TRY_AS(l->work->mem, add_generator(l, configs->list.p[i], ret_list),
		       "failed to load generator");
	return NULL;
}

err *kust_plugin_transformers(const struct kust_loader *l, const struct kust_set *configs,
			      kust_transformers *ret_list)
{
	struct kust_work *w = l->work;
	for (size_t i = 0; i < configs->list.n; i++) {
		const struct plugin *p;
		struct kust_maker maker;
		struct kust_origin *origin;
		size_t before = ret_list->n;
		TRY(configure(l, configs->list.p[i], &p, ret_list, &maker));
		if (!p->read)
			return not_a(w, configs->list.p[i], "transformer");
		TRY(kust_origin_plugin(w, configs->list.p[i], &origin));
		/* a pair of them is told as one, after the last */
		if (ret_list->n > before)
			ret_list->p[ret_list->n - 1].origin = origin;
	}
	return NULL;
}
