#include "cli/template_objects.h"

#include <string.h>

#include "base/buf.h"
#include "base/rune.h"
#include "data/json.h"
#include "kube/lookup.h"

#define MAX_NESTED 8 /* lists in lists */
#define MANAGED_BY "app.kubernetes.io/managed-by"
#define RELEASE_NAME "meta.helm.sh/release-name"
#define RELEASE_NS "meta.helm.sh/release-namespace"

struct building {
	const struct objects_place *p;
	arena *mem;
	struct objects *into;
	VEC(const char *) faults;
};

/* Equal faults are told once, several in brackets: apimachinery's aggregate. */
static const char *together(struct building *b)
{
	buf all = buf_init(b->mem);
	size_t told = 0;
	for (size_t i = 0; i < b->faults.n; i++) {
		bool again = false;
		for (size_t k = 0; k < i; k++)
			again |= text_eq(b->faults.p[k], b->faults.p[i]);
		if (!again)
			buf_printf(&all, "%s%s", told++ ? ", " : "", b->faults.p[i]);
	}
	return told > 1 ? arena_printf(b->mem, "[%s]", buf_text(&all)) : buf_text(&all);
}

static void fault(struct building *b, const char *text)
{
	VEC_PUSH(b->mem, &b->faults, text);
}

/* ---- validating ---- */

static void check_version(struct building *b, const val *version)
{
	struct gvk k;
	const char *text = val_as_text(version);
	if (!version || val_is(version, VAL_NULL))
		fault(b, "apiVersion not set");
	else if (!text)
		fault(b, "apiVersion isn't string type");
	else if (*text && !text_eq(text, "/") && !gvk_parse(b->mem, text, "-", &k) &&
		 strchr(text, '/') != strrchr(text, '/'))
		fault(b, arena_printf(b->mem, "unexpected GroupVersion string: %s", text));
}

static void check_kind(struct building *b, const val *obj)
{
	const val *kind = val_get(obj, "kind");
	if (!val_is(obj, VAL_MAP)) {
		fault(b, "invalid object to validate");
		return;
	}
	check_version(b, val_get(obj, "apiVersion"));
	if (!kind || val_is(kind, VAL_NULL))
		fault(b, "kind not set");
	else if (!val_is(kind, VAL_TEXT))
		fault(b, "kind isn't string type");
}

/* Is it an object? The items of a v1 List are looked at, too, for no server would. */
static err *validate(struct building *b, const val *doc)
{
	struct building own = {.p = b->p, .mem = b->mem};
	check_kind(&own, doc);
	if (!own.faults.n && text_eq(val_as_text(val_get(doc, "kind")), "List") &&
	    text_eq(val_as_text(val_get(doc, "apiVersion")), "v1")) {
		const val *items = val_get(doc, "items");
		if (!val_is(items, VAL_LIST))
			fault(&own, "invalid object to validate");
		for (size_t i = 0; val_is(items, VAL_LIST) && i < val_len(items); i++)
			check_kind(&own, val_at(items, i));
	}
	if (!own.faults.n)
		return NULL;
	return err_new(b->mem, ERR_INVALID, "error validating \"\": error validating data: %s",
		       together(&own));
}

/* ---- decoding ---- */

enum meta_type { META_TEXT, META_TEXT_MAP, META_TEXTS };

static const struct meta_field {
	const char *key;
	enum meta_type type;
} meta_fields[] = {
	{"annotations", META_TEXT_MAP}, {"finalizers", META_TEXTS}, {"generateName", META_TEXT},
	{"labels", META_TEXT_MAP},	{"name", META_TEXT},	    {"namespace", META_TEXT},
	{"resourceVersion", META_TEXT}, {"uid", META_TEXT},
};

/* The first value that is no text, NULL without one; *ret_type is what was expected of it. */
static const val *misfit(const struct meta_field *f, const val *v, const char **ret_type)
{
	static const enum val_kind kinds[] = {VAL_TEXT, VAL_MAP, VAL_LIST};
	static const char *const types[] = {"string", "map[string]string", "[]string"};
	*ret_type = types[f->type];
	if (!v || val_is(v, VAL_NULL))
		return NULL;
	if (v->kind != kinds[f->type])
		return v;
	*ret_type = "string";
	for (size_t i = 0; f->type != META_TEXT && i < val_len(v); i++) {
		const val *part = f->type == META_TEXTS ? val_at(v, i) : v->map.p[i].value;
		if (!val_is(part, VAL_TEXT) && !val_is(part, VAL_NULL))
			return part;
	}
	return NULL;
}

static const char *undecodable(struct building *b, const val *obj)
{
	const val *meta = val_get(obj, "metadata"), *bad;
	const char *type;
	for (size_t i = 0; i < sizeof(meta_fields) / sizeof(*meta_fields); i++)
		if ((bad = misfit(&meta_fields[i], val_get(meta, meta_fields[i].key), &type)))
			return arena_printf(b->mem,
					    "unable to decode \"\": json: cannot unmarshal %s into "
					    "Go struct field ObjectMeta.metadata.%s of type %s",
					    json_go_kind(bad), meta_fields[i].key, type);
	return NULL;
}

static const char *incomplete(struct building *b, const val *obj)
{
	return arena_printf(b->mem, "unable to decode \"\": Object 'Kind' is missing in '%s'",
			    json_text(b->mem, obj, JSON_SORTED | JSON_HTML));
}

static const char *text_in(const val *obj, const char *key)
{
	return val_text_or(VAL_IN(obj, "metadata", key), "");
}

/* Where it goes, or a fault. */
static err *place(struct building *b, const val *obj, bool listed)
{
	struct object_at at = {.obj = obj, .name = text_in(obj, "name"), .ns = ""};
	const char *version = val_text_or(val_get(obj, "apiVersion"), ""), *bad;
	struct gvk k = {"", version, val_text_or(val_get(obj, "kind"), "")};
	if (!*k.kind) {
		fault(b, incomplete(b, obj));
		return NULL;
	}
	if ((bad = undecodable(b, obj))) {
		fault(b, bad);
		return NULL;
	}
	gvk_parse(b->mem, version, k.kind, &k);
	err *e = mapper_find(b->p->ctx, b->p->mapper, &k, &at.resource);
	if (err_code(e) == ERR_NOT_FOUND) {
		fault(b,
		      listed ? arena_printf(b->mem, "unable to recognize %s", err_text(b->mem, e))
			     : arena_printf(b->mem,
					    "resource mapping not found for name: %s namespace: "
					    "%s from \"\": %s\nensure CRDs are installed first",
					    rune_quoted(b->mem, str_of(at.name)),
					    rune_quoted(b->mem, str_of(text_in(obj, "namespace"))),
					    err_text(b->mem, e)));
		return NULL;
	}
	TRY(e);
	if (at.resource.namespaced)
		at.ns = text_in(obj, "namespace");
	if (at.resource.namespaced && !*at.ns)
		at.ns = b->p->ns;
	VEC_PUSH(b->mem, &b->into->list, at);
	return NULL;
}

static err *add(struct building *b, const val *obj, int depth)
{
	const val *items = val_get(obj, "items");
	if (!val_is(items, VAL_LIST) || depth >= MAX_NESTED)
		return place(b, obj, depth > 0);
	const char *kind = val_text_or(val_get(obj, "kind"), "");
	for (size_t i = 0; i < val_len(items); i++) {
		val *item = val_copy(b->mem, val_at(items, i));
		size_t n = strlen(kind);
		/* a list of one kind need not say it of each */
		if (val_is(item, VAL_MAP) && !val_get(item, "kind") && n > 4 &&
		    text_eq(kind + n - 4, "List")) {
			val_set(b->mem, item, "kind", val_str(b->mem, (str){kind, n - 4}));
			val_set(b->mem, item, "apiVersion",
				val_copy(b->mem, val_get(obj, "apiVersion")));
		}
		TRY(add(b, item, depth + 1));
	}
	return NULL;
}

err *objects_build(const struct objects_place *p, const val *docs, bool check, struct objects *ret)
{
	*ret = (struct objects){{0}};
	struct building b = {.p = p, .mem = p->ctx->mem, .into = ret};
	for (size_t i = 0; i < val_len(docs); i++) {
		const val *doc = val_at(docs, i);
		if (!doc || val_is(doc, VAL_NULL))
			continue;
		err *e = check ? validate(&b, doc) : NULL;
		if (e) { /* what comes behind it is not read */
			fault(&b, err_text(b.mem, e));
			break;
		}
		TRY(add(&b, doc, 0));
	}
	return b.faults.n ? err_new(b.mem, ERR_INVALID, "%s", together(&b)) : NULL;
}

/* ---- who has them ---- */

static void want(arena *mem, buf *b, const char *sort, const val *map, const char *key,
		 const char *value)
{
	const char *is = val_as_text(val_get(map, key));
	if (is && text_eq(is, value))
		return;
	buf_printf(b, "%s%s validation error: ", b->n ? "; " : "", sort);
	if (!is)
		buf_printf(b, "missing key \"%s\": must be set to %s", key,
			   rune_quoted(mem, str_of(value)));
	else
		buf_printf(b, "key \"%s\" must equal %s: current value is %s", key,
			   rune_quoted(mem, str_of(value)), rune_quoted(mem, str_of(is)));
}

static err *check_owner(const struct objects_place *p, const val *obj, const char *title)
{
	arena *mem = p->ctx->mem;
	const val *meta = val_get(obj, "metadata"), *notes = val_get(meta, "annotations");
	buf b = buf_init(mem);
	want(mem, &b, "label", val_get(meta, "labels"), MANAGED_BY, "Helm");
	want(mem, &b, "annotation", notes, RELEASE_NAME, p->release);
	want(mem, &b, "annotation", notes, RELEASE_NS, p->ns);
	if (!b.n)
		return NULL;
	return err_new(mem, ERR_EXISTS,
		       "%s exists and cannot be imported into the current release: invalid "
		       "ownership metadata; %s",
		       title, buf_text(&b));
}

static err *read_it(const struct objects_place *p, const struct object_at *at, val **ret)
{
	arena *mem = p->ctx->mem;
	if (*at->ns)
		TRY(lookup_check_name(mem, "namespace", at->ns));
	if (!*at->name)
		return err_new(mem, ERR_INVALID, "resource name may not be empty");
	TRY(lookup_check_name(mem, "resource name", at->name));
	return client_get(p->ctx, p->client, &at->resource, at->ns, at->name, false, ret);
}

static err *check_one(const struct objects_place *p, const struct object_at *at, bool any_owner)
{
	arena *mem = p->ctx->mem;
	val *obj = NULL;
	bool generated = *text_in(at->obj, "generateName") != 0;
	if (generated && *at->name)
		return err_new(mem, ERR_INVALID,
			       "metadata.name and metadata.generateName cannot both be set");
	if (generated)
		return NULL;
	const char *title =
		arena_printf(mem, "%s %s in namespace %s", at->resource.gvk.kind,
			     rune_quoted(mem, str_of(at->name)), rune_quoted(mem, str_of(at->ns)));
	err *e = read_it(p, at, &obj);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	TRY_AS(mem, e, "could not get information about the resource %s", title);
	return any_owner ? NULL : check_owner(p, obj, title);
}

err *objects_unclaimed(const struct objects_place *p, const struct objects *all, bool any_owner)
{
	for (size_t i = 0; i < all->list.n; i++)
		TRY(check_one(p, &all->list.p[i], any_owner));
	return NULL;
}
