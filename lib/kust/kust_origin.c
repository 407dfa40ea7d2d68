#include "kust/kust_origin.h"

#include <stddef.h>
#include <string.h>

#include "base/path.h"
#include "data/yaml.h"
#include "kust/kust_remote.h"

#define ORIGIN "config.kubernetes.io/origin"
#define TRANSFORMATIONS "alpha.config.kubernetes.io/transformations"

#define F(n, T, member)                                                                            \
	{                                                                                          \
		.name = n, .type = KT_TEXT, .offset = offsetof(struct T, member)                   \
	}

static const struct kust_field by_fields[] = {F("apiVersion", kust_origin_by, api_version),
					      F("kind", kust_origin_by, kind),
					      F("name", kust_origin_by, name),
					      F("namespace", kust_origin_by, namespace_),
					      {.name = NULL}};
static const struct kust_struct by_type = {"ResourceIdentifier", "yaml",
					   sizeof(struct kust_origin_by), by_fields};
static const struct kust_field origin_fields[] = {
	F("path", kust_origin, path),
	F("repo", kust_origin, repo),
	F("ref", kust_origin, ref),
	F("configuredIn", kust_origin, configured_in),
	{.name = "configuredBy",
	 .type = KT_STRUCT,
	 .offset = offsetof(struct kust_origin, configured_by),
	 .sub = &by_type},
	{.name = NULL}};
static const struct kust_struct origin_type = {"Origin", "resource", sizeof(struct kust_origin),
					       origin_fields};

struct kust_origin kust_origin_join(arena *mem, const struct kust_origin *from, str path)
{
	struct kust_origin o = *from;
	struct kust_repo repo;
	if (kust_remote_repo(mem, path, &repo)) {
		o.repo = str_of(repo.url);
		o.ref = str_of(repo.ref);
		o.path = (str){NULL, 0};
		path = str_of(*repo.dir ? repo.dir : "notCloned");
	}
	o.path = str_of(path_join(mem, str_text(mem, o.path), str_text(mem, path)));
	return o;
}

struct kust_origin kust_origin_builtin(arena *mem, const struct kust_origin *at, const char *file,
				       const char *kind)
{
	struct kust_origin o = {.repo = at->repo, .ref = at->ref};
	o.configured_in = str_of(path_join(mem, str_text(mem, at->path), file));
	o.configured_by.api_version = STR("builtin");
	o.configured_by.kind = str_of(kind);
	return o;
}

static void put(arena *mem, struct yaml_node *map, const char *key, str text)
{
	if (text.n)
		yaml_node_put(mem, map, str_of(key), yaml_node_string(mem, text));
}

static struct yaml_node *node_of(arena *mem, const struct kust_origin *o)
{
	struct yaml_node *n = yaml_node_map(mem), *by = yaml_node_map(mem);
	put(mem, n, "path", o->path);
	put(mem, n, "repo", o->repo);
	put(mem, n, "ref", o->ref);
	put(mem, n, "configuredIn", o->configured_in);
	put(mem, by, "apiVersion", o->configured_by.api_version);
	put(mem, by, "kind", o->configured_by.kind);
	put(mem, by, "name", o->configured_by.name);
	put(mem, by, "namespace", o->configured_by.namespace_);
	if (by->n)
		yaml_node_put(mem, n, STR("configuredBy"), by);
	return n;
}

static err *text_of(arena *mem, const struct yaml_node *n, str *ret)
{
	buf b = buf_init(mem);
	TRY(yaml_node_text(&b, n));
	*ret = str_of(buf_text(&b));
	return NULL;
}

static err *annotate(struct kust_work *w, struct kust_object *o, const char *key, str text)
{
	TRY(kust_object_expose(w, o));
	struct kust_pairs notes = kust_object_map(w->mem, o->node, "annotations");
	kust_pairs_set(w->mem, &notes, str_of(key), text);
	TRY(kust_object_set_map(w, o, "annotations", &notes));
	return kust_object_absorb(w, o);
}

err *kust_origin_set(struct kust_work *w, struct kust_object *o, const struct kust_origin *origin)
{
	str text;
	TRY(text_of(w->mem, node_of(w->mem, origin), &text));
	return annotate(w, o, ORIGIN, text);
}

/* The origin that stands in the annotations. */
static err *origin_of(struct kust_work *w, struct kust_object *o, struct kust_origin *ret,
		      bool *ret_there)
{
	str text;
	struct kust_pairs notes = kust_object_map(w->mem, o->node, "annotations");
	*ret_there = kust_pairs_get(&notes, ORIGIN, &text);
	*ret = (struct kust_origin){0};
	if (*ret_there)
		TRY(kust_decode_yaml(w->mem, &origin_type, text, KUST_COERCE, ret));
	return NULL;
}

err *kust_origin_plugin(struct kust_work *w, struct kust_object *config,
			struct kust_origin **ret_origin)
{
	struct kust_origin found;
	bool there;
	*ret_origin = NULL;
	TRY(origin_of(w, config, &found, &there));
	if (!there)
		return NULL;
	struct kust_origin *o = *ret_origin = NEW(w->mem, struct kust_origin);
	o->repo = found.repo;
	o->ref = found.ref;
	o->configured_in = found.path;
	o->configured_by =
		(struct kust_origin_by){kust_object_api_version(config), kust_object_kind(config),
					kust_object_name(config), kust_object_namespace(config)};
	return NULL;
}

err *kust_origin_generated(struct kust_work *w, struct kust_object *o,
			   const struct kust_origin *origin)
{
	struct kust_origin found;
	bool there;
	if (origin_of(w, o, &found, &there) || there)
		return NULL;
	return kust_origin_set(w, o, origin);
}

/* The list of transformations with one more. */
static err *add_transformation(struct kust_work *w, struct kust_object *o,
			       const struct kust_origin *origin)
{
	str text;
	struct yaml_node *list = yaml_node_list(w->mem);
	struct kust_pairs notes = kust_object_map(w->mem, o->node, "annotations");
	if (kust_pairs_get(&notes, TRANSFORMATIONS, &text)) {
		val *v;
		struct kust_list before = {0};
		TRY(yaml_parse(w->mem, text, &v));
		TRY(kust_decode_list(w->mem, &origin_type, v, KUST_COERCE, &before));
		for (size_t i = 0; i < before.n; i++)
			yaml_node_push(w->mem, list,
				       node_of(w->mem, KUST_AT(before, struct kust_origin, i)));
	}
	yaml_node_push(w->mem, list, node_of(w->mem, origin));
	TRY(text_of(w->mem, list, &text));
	return annotate(w, o, TRANSFORMATIONS, text);
}

err *kust_origin_transformed(struct kust_set *s, const struct kust_origin *origin)
{
	for (size_t i = 0; i < s->list.n; i++) {
		struct kust_object *o = s->list.p[i];
		struct kust_origin found;
		bool there;
		TRY(origin_of(s->work, o, &found, &there));
		TRY(there ? add_transformation(s->work, o, origin)
			  : kust_origin_set(s->work, o, origin));
	}
	return NULL;
}
