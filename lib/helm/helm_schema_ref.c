#include "helm/helm_schema_ref.h"

#include "base/buf.h"
#include "base/enc.h"
#include "base/map.h"

#include <string.h>

#define MAX_DEPTH 200

/* Is name "#" and what the key says? */
static bool is_anchor(const val *s, const char *key, str name)
{
	str anchor = val_as_str(val_get(s, key));
	return anchor.n && name.n == anchor.n + 1 && str_ends(name, anchor);
}

/* The schema with that $id or $anchor, anywhere in the document. */
static const val *by_name(const val *s, str name, int depth)
{
	if (depth > MAX_DEPTH)
		return NULL;
	if (val_is(s, VAL_MAP)) {
		if (str_eq(val_as_str(val_get(s, "$id")), name) || is_anchor(s, "$anchor", name) ||
		    is_anchor(s, "$dynamicAnchor", name))
			return s;
		for (uint32_t i = 0; i < s->map.n; i++) {
			const val *found = by_name(s->map.p[i].value, name, depth + 1);
			if (found)
				return found;
		}
	}
	for (size_t i = 0; val_is(s, VAL_LIST) && i < s->list.n; i++) {
		const val *found = by_name(s->list.p[i], name, depth + 1);
		if (found)
			return found;
	}
	return NULL;
}

/* A part of a JSON pointer in a URL's fragment: %XX, then ~1 and ~0. */
static str pointer_part(arena *mem, str part)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < part.n; i++) {
		str hex;
		if (part.p[i] == '%' && i + 2 < part.n &&
		    enc_unhex(mem, str_sub(part, i + 1, i + 3), &hex)) {
			buf_str(&b, hex);
			i += 2;
		} else if (part.p[i] == '~' && i + 1 < part.n) {
			buf_char(&b, part.p[++i] == '1' ? '/' : '~');
		} else {
			buf_char(&b, part.p[i]);
		}
	}
	buf_text(&b);
	return buf_view(&b);
}

const val *schema_resolve(arena *mem, const val *root, str ref)
{
	const val *s = root;
	str id = val_as_str(val_get(s, "$id")), part;
	if (id.n && str_starts(ref, id))
		ref = str_sub(ref, id.n, ref.n);
	if (!ref.n || str_is(ref, "#"))
		return s;
	if (!str_starts(ref, STR("#/")))
		return by_name(s, ref, 0);
	for (str rest = str_sub(ref, 2, ref.n); s && str_next(&rest, '/', &part);) {
		int64_t i;
		part = pointer_part(mem, part);
		s = val_is(s, VAL_LIST) && str_int(part, &i) && i >= 0 ? val_at(s, (size_t)i)
								       : val_get_str(s, part);
	}
	return s;
}

/* ---- by the way here ---- */

static void pointer_escape(buf *b, str key)
{
	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] == '~' || key.p[i] == '/')
			buf_text_add(b, key.p[i] == '~' ? "~0" : "~1");
		else
			buf_char(b, key.p[i]);
}

/* The JSON pointer of a schema in the document, put in front of what is in b from its end on; false when it is not below in. */
static bool find_pointer(buf *b, const val *in, const val *s, int depth)
{
	size_t before = b->n;
	if (in == s)
		return true;
	for (uint32_t i = 0; val_is(in, VAL_MAP) && i < in->map.n && depth; i++) {
		buf_char(b, '/');
		pointer_escape(b, in->map.p[i].key);
		if (find_pointer(b, in->map.p[i].value, s, depth - 1))
			return true;
		b->n = before;
	}
	for (size_t i = 0; val_is(in, VAL_LIST) && i < in->list.n && depth; i++) {
		buf_printf(b, "/%zu", i);
		if (find_pointer(b, in->list.p[i], s, depth - 1))
			return true;
		b->n = before;
	}
	return false;
}

static const char *pointer_of(arena *mem, const val *root, const val *s)
{
	buf b = buf_init(mem);
	find_pointer(&b, root, s, MAX_DEPTH);
	return buf_text(&b);
}

/* The keywords that led to a place on the way, from the root. */
static const char *keywords(arena *mem, const val *root, const struct schema_way *way)
{
	const char *text = "";
	for (; way->outer; way = way->outer) {
		const char *here = pointer_of(mem, root, way->schema);
		size_t above = strlen(pointer_of(mem, root, way->outer->schema));
		text = way->keyword ? arena_printf(mem, "/%s%s", way->keyword, text)
				    : arena_printf(mem, "%s%s",
						   here + (above < strlen(here) ? above : 0), text);
	}
	return text;
}

const char *schema_cycle(arena *mem, const val *root, const struct schema_way *way)
{
	for (const struct schema_way *w = way->outer; w && w->v == way->v; w = w->outer)
		if (w->schema == way->schema)
			return arena_printf(
				mem,
				"both %s and %s resolve to \"file:///values.schema.json#%s\" "
				"causing reference cycle",
				keywords(mem, root, way), keywords(mem, root, w),
				pointer_of(mem, root, way->schema));
	return NULL;
}

/* The resource that a schema belongs to: itself or what is around it, whichever has an $id, or the root. */
static const val *resource_of(const val *in, const val *s, const val *resource, int depth,
			      size_t *steps)
{
	const val *found = NULL;
	++*steps;
	if (val_is(in, VAL_MAP) && val_get(in, "$id"))
		resource = in;
	if (in == s)
		return resource;
	for (uint32_t i = 0; val_is(in, VAL_MAP) && i < in->map.n && !found && depth; i++)
		found = resource_of(in->map.p[i].value, s, resource, depth - 1, steps);
	for (size_t i = 0; val_is(in, VAL_LIST) && i < in->list.n && !found && depth; i++)
		found = resource_of(in->list.p[i], s, resource, depth - 1, steps);
	return found;
}

/* The schema with that $dynamicAnchor in a resource, not in those inside it. */
static const val *dynamic_anchor(const val *s, str name, bool outermost, int depth, size_t *steps)
{
	const val *found = NULL;
	++*steps;
	if (val_is(s, VAL_MAP) && !outermost && val_get(s, "$id"))
		return NULL;
	if (val_is(s, VAL_MAP) && str_eq(val_as_str(val_get(s, "$dynamicAnchor")), name))
		return s;
	for (uint32_t i = 0; val_is(s, VAL_MAP) && i < s->map.n && !found && depth; i++)
		found = dynamic_anchor(s->map.p[i].value, name, false, depth - 1, steps);
	for (size_t i = 0; val_is(s, VAL_LIST) && i < s->list.n && !found && depth; i++)
		found = dynamic_anchor(s->list.p[i], name, false, depth - 1, steps);
	return found;
}

const val *schema_dynamic(const val *root, const struct schema_way *way, const val *target,
			  bool newest, size_t *steps)
{
	str name = val_as_str(val_get(target, "$dynamicAnchor"));
	if (newest ? !name.n : !val_as_bool(val_get(target, "$recursiveAnchor"), false))
		return target;
	for (; way; way = way->outer) {
		const val *resource = resource_of(root, way->schema, root, MAX_DEPTH, steps),
			  *found = NULL;
		if (newest)
			found = dynamic_anchor(resource, name, true, MAX_DEPTH, steps);
		else if (val_as_bool(val_get(resource, "$recursiveAnchor"), false))
			found = way->schema;
		target = found ? found : target;
	}
	return target;
}

/* ---- all of them ---- */

enum holds { ONE, LIST, MAP, ONE_OR_LIST, MAP_OR_NAMES };

/* Where a schema holds schemas. */
static const struct part {
	const char *key;
	enum holds holds;
} parts[] = {
	{"$defs", MAP},
	{"definitions", MAP},
	{"properties", MAP},
	{"patternProperties", MAP},
	{"dependentSchemas", MAP},
	{"dependencies", MAP_OR_NAMES},
	{"allOf", LIST},
	{"anyOf", LIST},
	{"oneOf", LIST},
	{"prefixItems", LIST},
	{"items", ONE_OR_LIST},
	{"not", ONE},
	{"if", ONE},
	{"then", ONE},
	{"else", ONE},
	{"contains", ONE},
	{"propertyNames", ONE},
	{"additionalItems", ONE},
	{"additionalProperties", ONE},
	{"unevaluatedItems", ONE},
	{"unevaluatedProperties", ONE},
	{"contentSchema", ONE},
};

struct search {
	arena *mem;
	const val *root;
	bool siblings;
	struct map seen; /* by address: targets of references, which may lie anywhere */
};

static err *check_one(struct search *w, const val *s, int depth);

static err *check_ref(struct search *w, str ref, int depth)
{
	const val *target = schema_resolve(w->mem, w->root, ref);
	str id = val_as_str(val_get(w->root, "$id"));
	if (str_starts(ref, STR("urn:")))
		return NULL;
	if (target) {
		const char *address = arena_printf(w->mem, "%p", (const void *)target);
		return map_set(&w->seen, address, w) ? NULL : check_one(w, target, depth + 1);
	}
	if (str_starts(ref, STR("#/")))
		return err_new(w->mem, ERR_INVALID, "json-pointer in \"%s%.*s\" not found",
			       id.n ? id.p : "file:///values.schema.json", STR_ARG(ref));
	if (str_starts(ref, STR("#")))
		return err_new(w->mem, ERR_INVALID,
			       "anchor in \"file:///values.schema.json%.*s\" not found in schema "
			       "\"file:///values.schema.json\"",
			       STR_ARG(ref));
	return err_new(
		w->mem, ERR_INVALID,
		"failing loading \"%.*s\": schemas outside the chart are not loaded; copy it "
		"into the schema's $defs",
		STR_ARG(ref));
}

static err *check_part(struct search *w, const val *v, enum holds holds, int depth)
{
	bool list = val_is(v, VAL_LIST), map = val_is(v, VAL_MAP);
	if (list && (holds == LIST || holds == ONE_OR_LIST))
		for (size_t i = 0; i < v->list.n; i++)
			TRY(check_one(w, v->list.p[i], depth + 1));
	else if (map && (holds == MAP || holds == MAP_OR_NAMES))
		for (uint32_t i = 0; i < v->map.n; i++)
			TRY(check_one(w, v->map.p[i].value, depth + 1));
	else if (map && holds != LIST)
		TRY(check_one(w, v, depth + 1));
	return NULL;
}

static err *check_one(struct search *w, const val *s, int depth)
{
	if (!val_is(s, VAL_MAP))
		return NULL;
	if (depth > MAX_DEPTH)
		return err_new(w->mem, ERR_LIMIT, "the schema is nested deeper than %d", MAX_DEPTH);
	const val *ref = val_get(s, "$ref"), *dynamic = val_get(s, "$dynamicRef");
	if (val_is(ref, VAL_TEXT)) {
		TRY(check_ref(w, ref->text, depth));
		if (!w->siblings)
			return NULL;
	}
	if (val_is(dynamic, VAL_TEXT) && w->siblings)
		TRY(check_ref(w, dynamic->text, depth));
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		const val *part = val_get(s, parts[i].key);
		if (part)
			TRY(check_part(w, part, parts[i].holds, depth));
	}
	return NULL;
}

err *schema_check_refs(arena *mem, const val *root, bool siblings)
{
	struct search w = {mem, root, siblings, map_init(mem)};
	return check_one(&w, root, 0);
}
