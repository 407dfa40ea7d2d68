/* JSON patches, applied by the rules of evanphx/json-patch v4: looser than RFC 6902 (a replace may
 * create, indices may count from the end), and told in its words. */
#include <stdlib.h>
#include <string.h>

#include "base/rune.h"
#include "data/json.h"
#include "data/yaml.h"
#include "kust/kust_merge.h"
#include "kust/kust_merge_raw.h"

struct operation {
	const char *op;			   /* "unknown" when it has none */
	const char *path, *from;	   /* NULL when missing, null or no text */
	const char *path_type, *from_type; /* what it is instead of a text; NULL when missing */
	bool has_value;
	struct raw *value; /* RAW_NULL for null; NULL without one */
};

struct kust_json_patch {
	struct operation *ops;
	size_t n;
};

#define MISSING "missing value"

/* --- reading --------------------------------------------------------------------------------- */

static const char *go_type(const struct raw *r)
{
	if (r->kind == RAW_MAP)
		return "object";
	if (r->kind == RAW_LIST)
		return "array";
	char c = r->text.p[0];
	return c == '"' ? "string" : c == 't' || c == 'f' ? "bool" : "number";
}

static const char *text_field(arena *mem, const struct raw *map, const char *key,
			      const char **ret_type)
{
	size_t i = raw_find(map, str_of(key));
	*ret_type = NULL;
	if (i == map->n || !map->p[i].value)
		return NULL;
	const struct raw *v = map->p[i].value;
	if (v->kind == RAW_SCALAR && v->text.p[0] == '"')
		return raw_string(mem, v->text).p;
	*ret_type = go_type(v);
	return NULL;
}

static struct operation read_operation(arena *mem, const struct raw *map)
{
	struct operation o = {.op = "unknown"};
	if (!map)
		return o;
	const char *type;
	const char *op = text_field(mem, map, "op", &type);
	if (op)
		o.op = op;
	o.path = text_field(mem, map, "path", &o.path_type);
	o.from = text_field(mem, map, "from", &o.from_type);
	size_t i = raw_find(map, STR("value"));
	o.has_value = i < map->n;
	if (!o.has_value)
		return o;
	o.value = map->p[i].value;
	if (!o.value) {
		o.value = NEW(mem, struct raw);
		o.value->kind = RAW_NULL;
	}
	return o;
}

/* What begins with '[' is JSON; anything else YAML of which only the first document counts. */
static err *as_json(arena *mem, str text, str *ret_json)
{
	val *v;
	if (text.n && text.p[0] == '[') {
		*ret_json = text;
		return NULL;
	}
	TRY(yaml_parse(mem, text, &v));
	*ret_json = str_of(json_text(mem, v, JSON_SORTED | JSON_HTML));
	return NULL;
}

err *kust_json_patch_read(arena *mem, str text, struct kust_json_patch **ret_patch)
{
	str json;
	struct raw *list;
	if (!text.n)
		return err_new(mem, ERR_INVALID, "empty json patch operations");
	TRY(as_json(mem, text, &json));
	TRY(raw_read(mem, json, &list));
	if (list && list->kind != RAW_LIST)
		return err_new(mem, ERR_INVALID,
			       "json: cannot unmarshal %s into Go value of type jsonpatch.Patch",
			       go_type(list));
	struct kust_json_patch *p = NEW(mem, struct kust_json_patch);
	p->n = list ? list->n : 0;
	p->ops = NEW_N(mem, struct operation, p->n);
	for (size_t i = 0; i < p->n; i++) {
		const struct raw *one = list->p[i].value;
		if (one && one->kind != RAW_MAP)
			return err_new(mem, ERR_INVALID,
				       "json: cannot unmarshal %s into Go value of type "
				       "jsonpatch.Operation",
				       go_type(one));
		p->ops[i] = read_operation(mem, one);
	}
	*ret_patch = p;
	return NULL;
}

size_t kust_json_patch_len(const struct kust_json_patch *patch)
{
	return patch->n;
}

/* --- places ---------------------------------------------------------------------------------- */

struct apply {
	arena *mem;
	struct raw *doc;
};

/* "~1" is a '/', "~0" a '~'. */
static str decode_key(arena *mem, str part)
{
	if (str_find(part, '~') < 0)
		return part;
	buf b = buf_init(mem);
	for (size_t i = 0; i < part.n; i++) {
		char next = i + 1 < part.n ? part.p[i + 1] : 0;
		if (part.p[i] == '~' && (next == '0' || next == '1')) {
			buf_char(&b, next == '1' ? '/' : '~');
			i++;
		} else {
			buf_char(&b, part.p[i]);
		}
	}
	return (str){buf_text(&b), b.n};
}

static err *atoi_failed(arena *mem, str key, const char *why)
{
	return err_new(mem, ERR_INVALID, "strconv.Atoi: parsing %s: %s", rune_quoted(mem, key),
		       why);
}

static err *read_index(arena *mem, str key, int64_t *ret)
{
	size_t i = key.n && (key.p[0] == '-' || key.p[0] == '+');
	bool digits = i < key.n;
	for (; i < key.n; i++)
		digits &= key.p[i] >= '0' && key.p[i] <= '9';
	if (!digits)
		return atoi_failed(mem, key, "invalid syntax");
	if (!str_int(key, ret))
		return atoi_failed(mem, key, "value out of range");
	return NULL;
}

static err *bad_index(arena *mem, int64_t index)
{
	return err_new(mem, ERR_INVALID,
		       "Unable to access invalid index: %lld: invalid index referenced",
		       (long long)index);
}

/* The place in a list of n that a key names; negative ones count from the end. */
static err *index_in(arena *mem, str key, size_t n, size_t *ret_at)
{
	int64_t i;
	TRY(read_index(mem, key, &i));
	if (i >= (int64_t)n || i < -(int64_t)n)
		return bad_index(mem, i);
	*ret_at = (size_t)(i < 0 ? i + (int64_t)n : i);
	return NULL;
}

/* The value under key; NULL for null and for a key that a map does not have. */
static err *get(arena *mem, const struct raw *in, str key, struct raw **ret)
{
	size_t at;
	*ret = NULL;
	if (in->kind == RAW_MAP) {
		at = raw_find(in, key);
		if (at == in->n)
			return NULL;
	} else {
		TRY(index_in(mem, key, in->n, &at));
	}
	*ret = in->p[at].value;
	return NULL;
}

/* The map or list that holds what the path names, and its key there; NULL when it is missing. What
 * stands before the first '/' is not looked at. */
static struct raw *find(struct apply *a, const char *path, str *ret_key)
{
	str before, rest;
	if (!str_cut(str_of(path), '/', &before, &rest))
		return NULL;
	struct raw *in = a->doc;
	for (str part; str_find(rest, '/') >= 0;) {
		struct raw *next;
		str_cut(rest, '/', &part, &rest);
		if (get(a->mem, in, decode_key(a->mem, part), &next) || !next ||
		    (next->kind != RAW_MAP && next->kind != RAW_LIST))
			return NULL;
		in = next;
	}
	*ret_key = decode_key(a->mem, rest);
	return in;
}

static err *add_at(arena *mem, struct raw *in, str key, struct raw *value)
{
	int64_t i;
	if (in->kind == RAW_MAP) {
		raw_set(mem, in, key, value);
		return NULL;
	}
	if (str_is(key, "-")) {
		raw_insert(mem, in, in->n, value);
		return NULL;
	}
	TRY_AS(mem, read_index(mem, key, &i), "value was not a proper array index: '%.*s'",
	       STR_ARG(key));
	int64_t n = (int64_t)in->n + 1;
	if (i >= n || i < -n)
		return bad_index(mem, i);
	raw_insert(mem, in, (size_t)(i < 0 ? i + n : i), value);
	return NULL;
}

static err *remove_at(arena *mem, struct raw *in, str key)
{
	size_t at;
	if (in->kind == RAW_LIST) {
		TRY(index_in(mem, key, in->n, &at));
		raw_remove(in, at);
		return NULL;
	}
	at = raw_find(in, key);
	if (at == in->n)
		return err_new(mem, ERR_INVALID, "Unable to remove nonexistent key: %.*s: " MISSING,
			       STR_ARG(key));
	raw_remove(in, at);
	return NULL;
}

/* --- operations ------------------------------------------------------------------------------ */

static err *fails(struct apply *a, const char *fmt, const char *path)
	__attribute__((format(printf, 2, 0)));

static err *fails(struct apply *a, const char *fmt, const char *path)
{
	return err_new(a->mem, ERR_INVALID, fmt, path);
}

/* The op's path or from, or why there is none. */
static err *pointer(struct apply *a, const char *what, const char *text, const char *type,
		    const char *field, const char **ret)
{
	*ret = text;
	if (text)
		return NULL;
	if (type)
		return err_new(
			a->mem, ERR_INVALID,
			"%s operation failed to decode %s: json: cannot unmarshal %s into Go "
			"value of type string",
			what, field, type);
	return err_new(a->mem, ERR_INVALID,
		       "%s operation failed to decode %s: operation%s missing %s field: " MISSING,
		       what, field, field[0] == 'f' ? "," : "", field);
}

/* The same for those that only say that it is missing. */
static err *plain_pointer(struct apply *a, const char *what, const char *text)
{
	if (text)
		return NULL;
	return err_new(a->mem, ERR_INVALID, "%s operation failed to decode path: " MISSING, what);
}

static err *do_add(struct apply *a, const struct operation *o)
{
	str key;
	TRY(plain_pointer(a, "add", o->path));
	struct raw *in = find(a, o->path, &key);
	if (!in)
		return fails(a,
			     "add operation does not apply: doc is missing path: \"%s\": " MISSING,
			     o->path);
	TRY_AS(a->mem, add_at(a->mem, in, key, raw_copy(a->mem, o->value, false)),
	       "error in add for path: '%s'", o->path);
	return NULL;
}

static err *do_remove(struct apply *a, const struct operation *o)
{
	str key;
	TRY(plain_pointer(a, "remove", o->path));
	struct raw *in = find(a, o->path, &key);
	if (!in)
		return fails(
			a, "remove operation does not apply: doc is missing path: \"%s\": " MISSING,
			o->path);
	TRY_AS(a->mem, remove_at(a->mem, in, key), "error in remove for path: '%s'", o->path);
	return NULL;
}

static err *replace_all(struct apply *a, const struct operation *o)
{
	if (!o->value || (o->value->kind != RAW_MAP && o->value->kind != RAW_LIST))
		return err_new(a->mem, ERR_INVALID,
			       "replace operation value must be object or array: %%!w(<nil>)");
	a->doc = raw_copy(a->mem, o->value, false);
	return NULL;
}

static err *do_replace(struct apply *a, const struct operation *o)
{
	str key;
	size_t at;
	const char *path;
	TRY(pointer(a, "replace", o->path, o->path_type, "path", &path));
	if (!*path)
		return replace_all(a, o);
	struct raw *in = find(a, path, &key);
	if (!in)
		return fails(a,
			     "replace operation does not apply: doc is missing path: %s: " MISSING,
			     path);
	struct raw *value = raw_copy(a->mem, o->value, false);
	if (in->kind == RAW_MAP) {
		raw_set(a->mem, in, key, value);
		return NULL;
	}
	if (index_in(a->mem, key, in->n, &at))
		return fails(a,
			     "replace operation does not apply: doc is missing key: %s: " MISSING,
			     path);
	in->p[at].value = value;
	return NULL;
}

static err *do_move(struct apply *a, const struct operation *o)
{
	str key;
	struct raw *value;
	const char *from, *path;
	TRY(pointer(a, "move", o->from, o->from_type, "from", &from));
	struct raw *in = find(a, from, &key);
	if (!in)
		return fails(
			a, "move operation does not apply: doc is missing from path: %s: " MISSING,
			from);
	TRY_AS(a->mem, get(a->mem, in, key, &value), "error in move for path: '%.*s'",
	       STR_ARG(key));
	TRY_AS(a->mem, remove_at(a->mem, in, key), "error in move for path: '%.*s'", STR_ARG(key));
	TRY(pointer(a, "move", o->path, o->path_type, "path", &path));
	in = find(a, path, &key);
	if (!in)
		return fails(a,
			     "move operation does not apply: doc is missing destination path: "
			     "%s: " MISSING,
			     path);
	TRY_AS(a->mem, add_at(a->mem, in, key, value), "error in move for path: '%s'", path);
	return NULL;
}

static err *do_copy(struct apply *a, const struct operation *o)
{
	str key;
	struct raw *value;
	const char *from;
	TRY(pointer(a, "copy", o->from, o->from_type, "from", &from));
	struct raw *in = find(a, from, &key);
	if (!in)
		return fails(
			a, "copy operation does not apply: doc is missing from path: %s: " MISSING,
			from);
	TRY_AS(a->mem, get(a->mem, in, key, &value), "error in copy for from: '%s'", from);
	TRY(plain_pointer(a, "copy", o->path));
	in = find(a, o->path, &key);
	if (!in)
		return fails(a,
			     "copy operation does not apply: doc is missing destination path: "
			     "%s: " MISSING,
			     o->path);
	TRY_AS(a->mem, add_at(a->mem, in, key, raw_copy(a->mem, value, true)),
	       "error while adding value during copy");
	return NULL;
}

static err *do_test(struct apply *a, const struct operation *o)
{
	str key;
	const char *path;
	struct raw *value = a->doc;
	TRY(pointer(a, "test", o->path, o->path_type, "path", &path));
	if (*path) {
		struct raw *in = find(a, path, &key);
		if (!in)
			return fails(a,
				     "test operation does not apply: is missing path: %s: " MISSING,
				     path);
		TRY_AS(a->mem, get(a->mem, in, key, &value), "error in test for path: '%s'", path);
	}
	bool null = !o->value || o->value->kind == RAW_NULL;
	if (value ? o->value && raw_eq(value, o->value) : null)
		return NULL;
	return fails(a, "testing value %s failed: test failed", path);
}

static err *run(struct apply *a, const struct operation *o)
{
	static const struct {
		const char *op;
		err *(*run)(struct apply *a, const struct operation *o);
	} table[] = {{"add", do_add},	{"remove", do_remove}, {"replace", do_replace},
		     {"move", do_move}, {"copy", do_copy},     {"test", do_test}};
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (text_eq(o->op, table[i].op))
			return table[i].run(a, o);
	return fails(a, "Unexpected kind: %s", o->op);
}

/* A text of several lines that begins with a tab, as a value or a key. */
static bool has_tabbed(const struct yaml_node *n)
{
	if (n->kind == YN_SCALAR)
		return str_starts(n->text, STR("\t")) && str_find(n->text, '\n') >= 0;
	for (uint32_t i = 0; i < n->n; i++)
		if (has_tabbed(n->child[i]))
			return true;
	return false;
}

/* kustomize reads again what go-yaml prints of the result, which fails for such texts. */
static err *check_printed(arena *mem, const struct yaml_node *n)
{
	struct yaml_node *read;
	buf b = buf_init(mem);
	if (!has_tabbed(n))
		return NULL;
	TRY(yaml_node_text_step(&b, n, 4));
	return yaml_node_read(mem, buf_view(&b), &read);
}

err *kust_json_patch_apply(arena *mem, const struct kust_json_patch *patch,
			   const struct yaml_node *object, struct yaml_node **ret_result)
{
	struct apply a = {.mem = mem};
	buf json = buf_init(mem);
	val *v;
	TRY(yaml_node_json(&json, object));
	TRY(raw_read(mem, buf_view(&json), &a.doc));
	if (!a.doc || (a.doc->kind != RAW_MAP && a.doc->kind != RAW_LIST))
		return err_new(mem, ERR_INVALID, "a JSON patch needs an object to apply to");
	for (size_t i = 0; i < patch->n; i++)
		TRY(run(&a, &patch->ops[i]));
	if (a.doc->kind != RAW_MAP)
		return err_new(mem, ERR_INVALID,
			       "json: cannot unmarshal array into Go value of type "
			       "map[string]interface {}");
	TRY(raw_val(mem, a.doc, &v));
	struct yaml_node *result = yaml_node_from_val(mem, v);
	TRY(check_printed(mem, result));
	*ret_result = result;
	return NULL;
}
