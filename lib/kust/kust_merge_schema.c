#include "kust/kust_merge_schema.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"
#include "data/json.h"
#include "data/yaml.h"

#define MAX_DEPTH 200 /* schemas inside of schemas, references not counted */

const struct merge_tables *merge_tables_of(const struct kust_schema *schema)
{
	return schema ? &schema->tables : &merge_builtin;
}

/* --- looking up ------------------------------------------------------------------------------ */

static int compare(const char *name, str text)
{
	return str_cmp(str_of(name), text);
}

/* The field of that name in [first, first + count); -1 when there is none. */
static ptrdiff_t find_field(const struct merge_tables *t, const struct merge_field *fields,
			    uint32_t count, str name)
{
	uint32_t low = 0, high = count;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int c = compare(t->names + fields[mid].name, name);
		if (!c)
			return mid;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return -1;
}

uint32_t merge_type_of_kind(const struct merge_tables *t, str api_version, str kind)
{
	uint32_t low = 0, high = t->kinds_n;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int c = compare(t->names + t->kinds[mid].api_version, api_version);
		if (!c)
			c = compare(t->names + t->kinds[mid].kind, kind);
		if (!c)
			return t->kinds[mid].type;
		if (c < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return TYPE_UNKNOWN;
}

uint32_t merge_type_of_field(const struct merge_tables *t, uint32_t type, str field)
{
	const struct merge_type *m = &t->types[type];
	ptrdiff_t i = find_field(t, t->fields + m->first, m->count, field);
	return i < 0 ? m->other : t->fields[m->first + (size_t)i].type;
}

uint32_t merge_type_of_items(const struct merge_tables *t, uint32_t type)
{
	return t->types[type].is_list ? t->types[type].items : TYPE_UNKNOWN;
}

bool merge_type_merges(const struct merge_tables *t, uint32_t type, str *ret_keys)
{
	*ret_keys = str_of(t->names + t->types[type].keys);
	return t->types[type].merges;
}

/* --- building -------------------------------------------------------------------------------- */

struct builder {
	arena *mem;
	buf names;
	VEC(struct merge_type) types;
	VEC(struct merge_field) fields;
	VEC(struct merge_field) definitions;
	VEC(struct merge_kind) kinds;
	const val *sources; /* definition name -> its schema */
	struct map done;    /* definition name -> its type + 1 */
	const struct merge_tables *base;
};

static void push_all(struct builder *b, const struct merge_tables *t)
{
	buf_add(&b->names, t->names, t->names_n);
	for (uint32_t i = 0; i < t->types_n; i++)
		VEC_PUSH(b->mem, &b->types, t->types[i]);
	for (uint32_t i = 0; i < t->fields_n; i++)
		VEC_PUSH(b->mem, &b->fields, t->fields[i]);
	for (uint32_t i = 0; i < t->definitions_n; i++)
		VEC_PUSH(b->mem, &b->definitions, t->definitions[i]);
	for (uint32_t i = 0; i < t->kinds_n; i++)
		VEC_PUSH(b->mem, &b->kinds, t->kinds[i]);
}

/* A builder that goes on from the tables, or from nothing. */
static struct builder start(arena *mem, const struct merge_tables *base)
{
	struct builder b = {
		.mem = mem, .names = buf_init(mem), .done = map_init(mem), .base = base};
	if (base) {
		push_all(&b, base);
		return b;
	}
	struct merge_type blank = {0};
	buf_char(&b.names, 0);
	VEC_PUSH(mem, &b.types, blank);
	VEC_PUSH(mem, &b.types, blank);
	return b;
}

static uint32_t add_name(struct builder *b, str text)
{
	uint32_t at = (uint32_t)b->names.n;
	buf_str(&b->names, text);
	buf_char(&b->names, 0);
	return at;
}

static uint32_t add_type(struct builder *b)
{
	struct merge_type blank = {0};
	VEC_PUSH(b->mem, &b->types, blank);
	return (uint32_t)b->types.n - 1;
}

static bool has_merge(const val *schema)
{
	str rest = val_as_str(val_get(schema, "x-kubernetes-patch-strategy")), part;
	while (rest.n && str_next(&rest, ',', &part))
		if (str_is(part, "merge"))
			return true;
	return false;
}

static uint32_t add_keys(struct builder *b, const val *schema)
{
	const val *list = val_get(schema, "x-kubernetes-list-map-keys");
	if (!val_is(list, VAL_LIST)) {
		str key = val_as_str(val_get(schema, "x-kubernetes-patch-merge-key"));
		return add_name(b, key);
	}
	buf all = buf_init(b->mem);
	for (size_t i = 0; i < val_len(list); i++) {
		if (i)
			buf_char(&all, ',');
		buf_str(&all, val_as_str(val_at(list, i)));
	}
	return add_name(b, buf_view(&all));
}

static bool is_list_type(const val *schema)
{
	const val *type = val_get(schema, "type");
	if (val_is(type, VAL_LIST))
		return val_len(type) == 1 && str_is(val_as_str(val_at(type, 0)), "array");
	return str_is(val_as_str(type), "array");
}

static bool is_leaf(const val *schema)
{
	return !val_len(val_get(schema, "properties")) &&
	       !val_is(val_get(schema, "additionalProperties"), VAL_MAP) &&
	       !val_is(val_get(schema, "items"), VAL_MAP) && !is_list_type(schema) &&
	       !has_merge(schema);
}

static uint32_t build(struct builder *b, const val *schema, int depth);

static int by_name(const void *a, const void *b)
{
	const struct val_pair *x = a, *y = b;
	return str_cmp(x->key, y->key);
}

static void build_fields(struct builder *b, const val *properties, uint32_t type, int depth)
{
	size_t n = val_len(properties);
	struct val_pair *pairs = NEW_N(b->mem, struct val_pair, n);
	struct merge_field *own = NEW_N(b->mem, struct merge_field, n);
	for (size_t i = 0; i < n; i++)
		pairs[i] = properties->map.p[i];
	if (n)
		qsort(pairs, n, sizeof(*pairs), by_name);
	for (size_t i = 0; i < n; i++) {
		own[i].type = build(b, pairs[i].value, depth + 1);
		own[i].name = add_name(b, pairs[i].key);
	}
	b->types.p[type].first = (uint32_t)b->fields.n;
	b->types.p[type].count = (uint32_t)n;
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(b->mem, &b->fields, own[i]);
}

static void fill(struct builder *b, const val *schema, uint32_t type, int depth)
{
	const val *other = val_get(schema, "additionalProperties"),
		  *items = val_get(schema, "items");
	const val *properties = val_get(schema, "properties");
	bool is_list = is_list_type(schema);
	uint32_t keys = add_keys(b, schema);
	uint32_t of_other = val_is(other, VAL_MAP) ? build(b, other, depth + 1) : TYPE_UNKNOWN;
	uint32_t of_items =
		is_list && val_is(items, VAL_MAP) ? build(b, items, depth + 1) : TYPE_UNKNOWN;
	struct merge_type *t = &b->types.p[type];
	*t = (struct merge_type){.other = of_other,
				 .items = of_items,
				 .keys = keys,
				 .is_list = is_list,
				 .merges = has_merge(schema)};
	if (val_is(properties, VAL_MAP))
		build_fields(b, properties, type, depth);
}

/* The type that a definition has, built when it is first asked for. */
static uint32_t definition(struct builder *b, str name, int depth)
{
	void *known = map_get_str(&b->done, name);
	if (known)
		return (uint32_t)((uintptr_t)known - 1);
	const val *schema = val_get_str(b->sources, name);
	if (!schema) {
		ptrdiff_t i = b->base ? find_field(b->base, b->base->definitions,
						   b->base->definitions_n, name)
				      : -1;
		return i < 0 ? TYPE_UNKNOWN : b->base->definitions[i].type;
	}
	/* known before it is filled, since it may refer to itself */
	uint32_t type = is_leaf(schema) ? TYPE_LEAF : add_type(b);
	map_set_str(&b->done, name, (void *)(uintptr_t)(type + 1));
	if (val_get(schema, "$ref"))
		type = build(b, schema, depth + 1);
	else if (type != TYPE_LEAF)
		fill(b, schema, type, depth);
	map_set_str(&b->done, name, (void *)(uintptr_t)(type + 1));
	return type;
}

static uint32_t build(struct builder *b, const val *schema, int depth)
{
	if (depth > MAX_DEPTH || !val_is(schema, VAL_MAP))
		return TYPE_UNKNOWN;
	const val *ref = val_get(schema, "$ref");
	str prefix = STR("#/definitions/"), to = val_as_str(ref);
	if (ref && to.n)
		return str_starts(to, prefix)
			       ? definition(b, str_sub(to, prefix.n, to.n), depth + 1)
			       : TYPE_UNKNOWN;
	if (is_leaf(schema))
		return TYPE_LEAF;
	uint32_t type = add_type(b);
	fill(b, schema, type, depth);
	return type;
}

/* --- finishing ------------------------------------------------------------------------------- */

/* Sorts kinds; of equal ones the last that was added stays. */
static void sort_kinds(struct builder *b)
{
	struct merge_kind *k = b->kinds.p;
	size_t n = 0;
	for (size_t i = 0; i < b->kinds.n; i++) {
		struct merge_kind x = k[i];
		size_t j = n;
		int c = 1;
		for (; j > 0; j--) {
			const char *names = b->names.p;
			c = strcmp(names + x.api_version, names + k[j - 1].api_version);
			if (!c)
				c = strcmp(names + x.kind, names + k[j - 1].kind);
			if (c >= 0)
				break;
		}
		if (j > 0 && !c) {
			k[j - 1] = x;
			continue;
		}
		memmove(k + j + 1, k + j, (n - j) * sizeof(*k));
		k[j] = x;
		n++;
	}
	b->kinds.n = n;
}

static struct merge_tables finish(struct builder *b)
{
	return (struct merge_tables){
		.names = b->names.p,
		.types = b->types.p,
		.fields = b->fields.p,
		.kinds = b->kinds.p,
		.definitions = b->definitions.p,
		.names_n = (uint32_t)b->names.n,
		.types_n = (uint32_t)b->types.n,
		.fields_n = (uint32_t)b->fields.n,
		.kinds_n = (uint32_t)b->kinds.n,
		.definitions_n = (uint32_t)b->definitions.n,
	};
}

static str api_version_of(arena *mem, const val *gvk)
{
	str group = val_as_str(val_get(gvk, "group")),
	    version = val_as_str(val_get(gvk, "version"));
	if (!group.n)
		return version;
	return str_of(arena_printf(mem, "%.*s/%.*s", STR_ARG(group), STR_ARG(version)));
}

static void add_kinds(struct builder *b, str name, const val *schema)
{
	const val *list = val_get(schema, "x-kubernetes-group-version-kind");
	for (size_t i = 0; i < (val_is(list, VAL_LIST) ? val_len(list) : 0); i++) {
		const val *gvk = val_at(list, i);
		if (!val_is(gvk, VAL_MAP))
			continue;
		struct merge_kind k = {.type = definition(b, name, 0)};
		k.api_version = add_name(b, api_version_of(b->mem, gvk));
		k.kind = add_name(b, val_as_str(val_get(gvk, "kind")));
		VEC_PUSH(b->mem, &b->kinds, k);
	}
}

/* --- scopes ---------------------------------------------------------------------------------- */

static struct merge_scope *find_scope(struct kust_schema *s, str api_version, str kind)
{
	for (size_t i = 0; i < s->scopes_n; i++)
		if (str_eq(s->scopes[i].kind, kind) &&
		    str_eq(s->scopes[i].api_version, api_version))
			return &s->scopes[i];
	return NULL;
}

/* A kind that some path reads below a namespace is namespaced. */
static void read_scopes(arena *mem, struct kust_schema *s, const val *paths)
{
	size_t n = val_is(paths, VAL_MAP) ? val_len(paths) : 0;
	s->scopes = NEW_N(mem, struct merge_scope, n);
	for (size_t i = 0; i < n; i++) {
		str path = paths->map.p[i].key;
		const val *gvk =
			VAL_IN(paths->map.p[i].value, "get", "x-kubernetes-group-version-kind");
		if (!val_is(gvk, VAL_MAP))
			continue;
		str api_version = api_version_of(mem, gvk), kind = val_as_str(val_get(gvk, "kind"));
		struct merge_scope *scope = find_scope(s, api_version, kind);
		if (!scope) {
			scope = &s->scopes[s->scopes_n++];
			*scope = (struct merge_scope){api_version, kind, false};
		}
		scope->namespaced |= str_search(path, STR("namespaces/{namespace}")) >= 0;
	}
}

int kust_schema_scope(const struct kust_schema *schema, str api_version, str kind)
{
	if (!schema)
		return -1;
	const struct merge_scope *s = find_scope((struct kust_schema *)schema, api_version, kind);
	return s ? !s->namespaced : -1;
}

/* --- reading --------------------------------------------------------------------------------- */

err *kust_schema_read(arena *mem, str text, bool add_builtin, struct kust_schema **ret_schema)
{
	val *doc;
	bool json = text.n && text.p[0] == '{';
	TRY_AS(mem, json ? json_parse(mem, text, &doc) : yaml_parse(mem, text, &doc),
	       "invalid schema file");
	if (!val_is(doc, VAL_MAP))
		return err_new(mem, ERR_INVALID, "invalid schema file: it holds no map");
	const val *definitions = val_get(doc, "definitions");
	if (definitions && !val_is(definitions, VAL_MAP) && !val_is(definitions, VAL_NULL))
		return err_new(mem, ERR_INVALID,
			       "invalid schema file: 'definitions' is not a map of schemas");
	struct builder b = start(mem, add_builtin ? &merge_builtin : NULL);
	b.sources = definitions;
	for (size_t i = 0; i < (val_is(definitions, VAL_MAP) ? val_len(definitions) : 0); i++)
		add_kinds(&b, definitions->map.p[i].key, definitions->map.p[i].value);
	sort_kinds(&b);
	struct kust_schema *s = NEW(mem, struct kust_schema);
	s->tables = finish(&b);
	read_scopes(mem, s, val_get(doc, "paths"));
	*ret_schema = s;
	return NULL;
}

uint32_t merge_type_of_comment(arena *mem, struct merge_tables *t, str comment)
{
	while (comment.n && comment.p[0] == '#')
		comment = str_sub(comment, 1, comment.n);
	comment = str_trim(comment);
	val *schema;
	if (!comment.n || comment.p[0] != '{' || json_parse(mem, comment, &schema) ||
	    !val_is(schema, VAL_MAP) || !val_len(schema))
		return TYPE_UNKNOWN;
	if (is_leaf(schema) && !val_get(schema, "$ref"))
		return TYPE_LEAF;
	struct builder b = start(mem, t);
	uint32_t type = build(&b, schema, 0);
	*t = finish(&b);
	return type ? type : TYPE_LEAF;
}
