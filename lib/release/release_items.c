#include "release/release_items.h"

#include "base/buf.h"
#include "base/vec.h"
#include "data/json.h"
#include "data/yaml.h"
#include "release/release_site.h"

#define MAX_OBJECTS 100000
#define MAX_NESTED 8 /* lists in lists */

struct building {
	ctx *c;
	const struct release_of *of;
	VEC(struct release_item) items;
	VEC(const char *) errors;
	enum err_code code;
	bool asked; /* the server was asked anew what it serves */
};

static void complain(struct building *b, enum err_code code, const char *text)
{
	if (!b->errors.n)
		b->code = code;
	VEC_PUSH(b->c->mem, &b->errors, text);
}

static const char *text_at(const val *obj, const char *outer, const char *inner)
{
	return val_text_or(VAL_IN(obj, outer, inner), "");
}

static void missing(struct building *b, const val *obj, const char *what)
{
	complain(b, ERR_INVALID,
		 arena_printf(b->c->mem, "unable to decode \"\": Object '%s' is missing in '%s'",
			      what, json_text(b->c->mem, obj, JSON_SORTED | JSON_HTML)));
}

static void unmapped(struct building *b, const val *obj, const err *e)
{
	complain(b, e->code,
		 arena_printf(b->c->mem,
			      "resource mapping not found for name: \"%s\" namespace: \"%s\" from "
			      "\"\": %s\nensure CRDs are installed first",
			      text_at(obj, "metadata", "name"),
			      text_at(obj, "metadata", "namespace"), err_text(b->c->mem, e)));
}

static void place(struct building *b, struct release_item *it)
{
	arena *mem = b->c->mem;
	val *meta = val_make_map(mem, it->obj, "metadata");
	it->name = val_text_or(val_get(meta, "name"), "");
	it->ns = "";
	if (it->resource.namespaced) {
		it->ns = val_text_or(val_get(meta, "namespace"), "");
		if (!*it->ns) {
			it->ns = b->of->ns;
			val_set_text(mem, meta, "namespace", it->ns);
		}
	}
	it->as.obj = it->obj;
	it->as.gvk = it->gvk;
	it->as.id = (struct object_id){it->gvk.group, it->gvk.kind, it->ns, it->name};
	it->text = object_id_text(mem, &it->as.id);
	it->as.name = it->text;
}

static err *add(struct building *b, val *obj, int depth)
{
	struct release_item it = {.obj = obj};
	const val *list = val_get(obj, "items");
	const char *kind = val_text_or(val_get(obj, "kind"), ""),
		   *version = val_text_or(val_get(obj, "apiVersion"), "");
	if (!val_is(obj, VAL_MAP) || !*kind) {
		missing(b, obj, "Kind");
		return NULL;
	}
	if (!*version || !gvk_parse(b->c->mem, version, kind, &it.gvk)) {
		missing(b, obj, "apiVersion");
		return NULL;
	}
	if (val_is(list, VAL_LIST) && depth < MAX_NESTED) {
		for (size_t i = 0; i < val_len(list); i++)
			TRY(add(b, val_at(list, i), depth + 1));
		return NULL;
	}
	if (b->items.n >= MAX_OBJECTS)
		return err_new(b->c->mem, ERR_LIMIT, "more than %d objects", MAX_OBJECTS);
	err *e = mapper_find(b->c, b->of->at->mapper, &it.gvk, &it.resource);
	if (err_code(e) == ERR_NOT_FOUND && !b->asked) {
		/* it may have been defined a moment ago */
		b->asked = true;
		mapper_invalidate(b->of->at->mapper);
		e = mapper_find(b->c, b->of->at->mapper, &it.gvk, &it.resource);
	}
	if (err_code(e) == ERR_NOT_FOUND) {
		unmapped(b, obj, e);
		return NULL;
	}
	TRY(e);
	place(b, &it);
	VEC_PUSH(b->c->mem, &b->items, it);
	return NULL;
}

/* One as it is, several in brackets, as apimachinery prints an aggregate. */
static err *complaints(struct building *b)
{
	buf all = buf_init(b->c->mem);
	if (!b->errors.n)
		return NULL;
	if (b->errors.n == 1)
		return err_new(b->c->mem, b->code, "%s", b->errors.p[0]);
	for (size_t i = 0; i < b->errors.n; i++)
		buf_printf(&all, "%s%s", i ? ", " : "", b->errors.p[i]);
	return err_new(b->c->mem, b->code, "[%s]", buf_text(&all));
}

static void rehash(arena *mem, struct release_items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		struct release_item *it = &items->p[i];
		bundle_rehash(mem, &it->as);
		it->labelled = VAL_IN(it->obj, "metadata", "labels", RELEASE_GROUP "/name") != NULL;
	}
}

err *items_build(ctx *c, const struct release_of *of, str manifest, struct release_items *ret)
{
	val *docs;
	TRY_AS(c->mem, yaml_parse_all(c->mem, manifest, &docs), "error parsing");
	return items_of_docs(c, of, docs, ret);
}

err *items_of_docs(ctx *c, const struct release_of *of, val *docs, struct release_items *ret)
{
	struct building b = {.c = c, .of = of};
	for (size_t i = 0; i < val_len(docs); i++)
		if (!val_is(val_at(docs, i), VAL_NULL))
			TRY(add(&b, val_at(docs, i), 0));
	TRY(complaints(&b));
	*ret = (struct release_items){b.items.p, b.items.n};
	rehash(c->mem, ret);
	return NULL;
}

static void set_text(arena *mem, val *obj, const char *map, const char *key, const char *text)
{
	val *meta = val_make_map(mem, obj, "metadata");
	val *into = val_make_map(mem, meta, map);
	if (into)
		val_set_text(mem, into, key, text);
}

void items_mark(arena *mem, const struct release_of *of, struct release_items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		val *obj = items->p[i].obj;
		set_text(mem, obj, "labels", "app.kubernetes.io/managed-by", "Helm");
		set_text(mem, obj, "annotations", "meta.helm.sh/release-name", of->name);
		set_text(mem, obj, "annotations", "meta.helm.sh/release-namespace", of->ns);
	}
	rehash(mem, items);
}

void items_label(arena *mem, const struct release_of *of, struct release_items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		set_text(mem, items->p[i].obj, "labels", RELEASE_GROUP "/name", of->owner_name);
		set_text(mem, items->p[i].obj, "labels", RELEASE_GROUP "/namespace", of->owner_ns);
	}
	rehash(mem, items);
}

const struct release_item *items_find(const struct release_items *in, const struct release_item *it)
{
	for (size_t i = 0; i < in->n; i++)
		if (object_id_eq(&in->p[i].as.id, &it->as.id))
			return &in->p[i];
	return NULL;
}

bool items_has_exact(const struct release_items *in, const struct release_item *it)
{
	for (size_t i = 0; i < in->n; i++)
		if (object_id_eq(&in->p[i].as.id, &it->as.id) && gvk_eq(&in->p[i].gvk, &it->gvk))
			return true;
	return false;
}

void items_watch(const struct release_of *of, const struct release_items *items)
{
	for (size_t i = 0; i < items->n; i++)
		if (items->p[i].labelled)
			live_watch(of->at->live, &items->p[i].resource);
}

const char *items_title(arena *mem, const struct release_item *it)
{
	return arena_printf(mem, "%s \"%s\" in namespace \"%s\"", it->gvk.kind, it->name, it->ns);
}

const char *items_gvk(arena *mem, const struct release_item *it)
{
	return arena_printf(mem, "%s/%s %s/%s, Kind=%s", it->ns, it->name, it->gvk.group,
			    it->gvk.version, it->gvk.kind);
}
