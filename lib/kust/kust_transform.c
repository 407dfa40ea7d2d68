#include "kust/kust_transform.h"

#include "data/yaml.h"
#include "kust/kust_label.h"
#include "kust/kust_name.h"
#include "kust/kust_patch.h"
#include "kust/kust_replace.h"

/* --- steps --------------------------------------------------------------------------------------- */

err *kust_run_pairs(struct kust_set *s, const void *step)
{
	const struct kust_pairs_step *p = step;
	return p->pairs.n ? kust_set_pairs(s, &p->pairs, &p->specs) : NULL;
}

err *kust_run_prefix(struct kust_set *s, const void *step)
{
	const struct kust_affix_step *a = step;
	return kust_add_prefix(s, a->text, &a->specs);
}

err *kust_run_suffix(struct kust_set *s, const void *step)
{
	const struct kust_affix_step *a = step;
	return kust_add_suffix(s, a->text, &a->specs);
}

err *kust_run_image(struct kust_set *s, const void *step)
{
	const struct kust_image_step *i = step;
	return kust_set_image(s, &i->image, &i->specs);
}

err *kust_run_replicas(struct kust_set *s, const void *step)
{
	const struct kust_replica_step *r = step;
	return kust_set_replicas(s, &r->replica, &r->specs);
}

err *kust_run_patch(struct kust_set *s, const void *patcher)
{
	return kust_patcher_run(s, patcher);
}

err *kust_run_replace(struct kust_set *s, const void *replacements)
{
	return kust_replace(s, replacements);
}

err *kust_run_namespace(struct kust_set *s, const void *namespacer)
{
	const struct kust_namespacer *n = namespacer;
	return n->namespace_.n ? kust_set_namespace(s, n) : NULL;
}

/* --- the fields of a file ------------------------------------------------------------------------ */

struct maker {
	const struct kust_loader *loader;
	const struct kust_file *file;
	const struct kust_config *config;
	const struct kust_origin *origin;
	const char *file_name;
	arena *mem;
	kust_transformers *out;
};

static void add(struct maker *m, const char *kind, err *(*run)(struct kust_set *, const void *),
		const void *arg)
{
	struct kust_transformer t = {run, arg, NULL};
	if (m->origin) {
		struct kust_origin *o = NEW(m->mem, struct kust_origin);
		*o = kust_origin_builtin(m->mem, m->origin, m->file_name, kind);
		t.origin = o;
	}
	VEC_PUSH(m->mem, m->out, t);
}

err *kust_in_config(arena *mem, err *cause, const char *kind, const char *config)
{
	return err_wrap(mem, cause, "trouble configuring builtin %s with config: `\n%s`", kind,
			config);
}

static err *make_merges(struct maker *m)
{
	static const char kind[] = "PatchStrategicMergeTransformer";
	const struct kust_texts *paths = &m->file->patches_merge;
	struct kust_patcher *p;
	if (!paths->n)
		return NULL;
	err *failed = kust_patcher_merge(m->loader, paths, (str){NULL, 0}, &p);
	if (failed) {
		val *list = val_list(m->mem), *map = val_map(m->mem);
		for (size_t i = 0; i < paths->n; i++)
			val_push(m->mem, list, val_str(m->mem, paths->p[i]));
		val_set(m->mem, map, "paths", list);
		return kust_in_config(m->mem, failed, kind, yaml_text(m->mem, map));
	}
	add(m, kind, kust_run_patch, p);
	return NULL;
}

static err *make_patches(struct maker *m, const struct kust_list *patches, bool json)
{
	const char *kind = json ? "PatchJson6902Transformer" : "PatchTransformer";
	for (size_t i = 0; i < patches->n; i++) {
		const struct kust_patch *one = KUST_AT(*patches, struct kust_patch, i);
		struct kust_patcher *p;
		val *map = kust_encode(m->mem, &kust_t_patch, one);
		if (json && val_get(map, "patch")) {
			val_set(m->mem, map, "jsonOp", val_get(map, "patch"));
			val_del(map, "patch");
		}
		const char *config = yaml_text(m->mem, map);
		err *failed = json ? kust_patcher_json(m->loader, one, &p)
				   : kust_patcher_new(m->loader, one, config, &p);
		if (failed)
			return kust_in_config(m->mem, failed, kind, config);
		add(m, kind, kust_run_patch, p);
	}
	return NULL;
}

static void make_names(struct maker *m)
{
	const struct kust_file *f = m->file;
	if (f->namespace_.n) {
		struct kust_namespacer *n = NEW(m->mem, struct kust_namespacer);
		*n = (struct kust_namespacer){.namespace_ = f->namespace_,
					      .specs = &m->config->namespace_};
		add(m, "NamespaceTransformer", kust_run_namespace, n);
	}
	if (f->name_prefix.n) {
		struct kust_affix_step *a = NEW(m->mem, struct kust_affix_step);
		*a = (struct kust_affix_step){f->name_prefix, m->config->name_prefix};
		add(m, "PrefixTransformer", kust_run_prefix, a);
	}
	if (f->name_suffix.n) {
		struct kust_affix_step *a = NEW(m->mem, struct kust_affix_step);
		*a = (struct kust_affix_step){f->name_suffix, m->config->name_suffix};
		add(m, "SuffixTransformer", kust_run_suffix, a);
	}
}

/* The fields of one entry of labels: its own, those of the configuration, and by its booleans those
 * of selectors and templates. */
static err *label_specs(struct maker *m, const struct kust_label *label, struct kust_specs *ret)
{
	static const struct kust_spec metadata = {.path = {"metadata/labels", 15}, .create = true};
	*ret = (struct kust_specs){label->fields.p, label->fields.n};
	TRY(kust_specs_merge(m->mem, ret, &m->config->labels));
	if (label->selectors)
		return kust_specs_merge(m->mem, ret, &m->config->common_labels);
	if (label->templates)
		TRY_AS(m->mem, kust_specs_merge(m->mem, ret, &m->config->template_labels),
		       "failed to merge template fieldSpec");
	return kust_specs_add(m->mem, ret, &metadata);
}

static void add_pairs(struct maker *m, const char *kind, const struct kust_pairs *pairs,
		      const struct kust_specs *specs)
{
	struct kust_pairs_step *p = NEW(m->mem, struct kust_pairs_step);
	*p = (struct kust_pairs_step){*pairs, *specs};
	add(m, kind, kust_run_pairs, p);
}

static err *make_labels(struct maker *m)
{
	const struct kust_file *f = m->file;
	for (size_t i = 0; i < f->labels.n; i++) {
		const struct kust_label *label = KUST_AT(f->labels, struct kust_label, i);
		struct kust_specs specs;
		TRY_AS(m->mem, label_specs(m, label, &specs), "failed to merge labels");
		add_pairs(m, "LabelTransformer", &label->pairs, &specs);
	}
	/* with labels but no commonLabels, kustomize still runs an empty step */
	if (f->labels.n || f->common_labels.n)
		add_pairs(m, "LabelTransformer", &f->common_labels, &m->config->common_labels);
	if (f->common_annotations.n)
		add_pairs(m, "AnnotationsTransformer", &f->common_annotations,
			  &m->config->common_annotations);
	return NULL;
}

static void make_counts(struct maker *m)
{
	const struct kust_file *f = m->file;
	for (size_t i = 0; i < f->replicas.n; i++) {
		struct kust_replica_step *r = NEW(m->mem, struct kust_replica_step);
		*r = (struct kust_replica_step){*KUST_AT(f->replicas, struct kust_replica, i),
						m->config->replicas};
		add(m, "ReplicaCountTransformer", kust_run_replicas, r);
	}
	for (size_t i = 0; i < f->images.n; i++) {
		struct kust_image_step *p = NEW(m->mem, struct kust_image_step);
		*p = (struct kust_image_step){*KUST_AT(f->images, struct kust_image, i),
					      m->config->images};
		add(m, "ImageTagTransformer", kust_run_image, p);
	}
}

static err *make_replacements(struct maker *m)
{
	static const char kind[] = "ReplacementTransformer";
	const struct kust_list *list = &m->file->replacements;
	struct kust_list *all = NEW(m->mem, struct kust_list);
	if (!list->n)
		return NULL;
	/* on its way through a configuration an empty list is lost */
	for (size_t i = 0; i < list->n; i++)
		if (!KUST_AT(*list, struct kust_replacement, i)->targets.n)
			KUST_AT(*list, struct kust_replacement, i)->targets.p = NULL;
	err *failed = kust_replacements_read(m->loader, list, all);
	if (failed) {
		val *items = val_list(m->mem), *map = val_map(m->mem);
		for (size_t i = 0; i < list->n; i++)
			val_push(m->mem, items,
				 kust_encode(m->mem, &kust_t_replacement_field,
					     KUST_AT(*list, struct kust_replacement, i)));
		val_set(m->mem, map, "Replacements", items);
		return kust_in_config(m->mem, failed, kind, yaml_text(m->mem, map));
	}
	add(m, kind, kust_run_replace, all);
	return NULL;
}

err *kust_transformers_of(const struct kust_loader *l, const struct kust_file *f,
			  const struct kust_config *config, const struct kust_origin *origin,
			  const char *file_name, kust_transformers *ret_list)
{
	struct maker m = {l, f, config, origin, file_name, l->work->mem, ret_list};
	TRY(make_merges(&m));
	TRY(make_patches(&m, &f->patches, false));
	make_names(&m);
	TRY(make_labels(&m));
	TRY(make_patches(&m, &f->patches_json, true));
	make_counts(&m);
	return make_replacements(&m);
}

err *kust_transform(struct kust_set *s, const kust_transformers *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct kust_transformer *t = &list->p[i];
		TRY(kust_work_check(s->work));
		TRY(t->run(s, t->arg));
		if (t->origin)
			TRY(kust_origin_transformed(s, t->origin));
		kust_set_drop_empty(s);
		kust_set_changed(s);
	}
	return NULL;
}
