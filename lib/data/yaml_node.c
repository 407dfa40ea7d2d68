#include "data/yaml_node.h"

#include <string.h>

#include "base/enc.h"
#include "data/yaml_node_scalar.h"

/* --- looking --------------------------------------------------------------------------------- */

struct yaml_node *yaml_node_body(const struct yaml_node *n)
{
	if (n && n->kind == YN_DOC)
		return n->n ? n->child[0] : NULL;
	return (struct yaml_node *)n;
}

bool yaml_node_is(const struct yaml_node *n, enum yaml_node_kind kind)
{
	if (kind != YN_DOC)
		n = yaml_node_body(n);
	return n && n->kind == kind;
}

const char *yaml_node_tag(const struct yaml_node *n)
{
	if (!n)
		return YT_NULL;
	if (n->tag && n->tag[0] && !text_eq(n->tag, "!")) {
		str tag = str_of(n->tag);
		/* a constant or a private tag: no arena is needed for either */
		static const char *const known[] = {YT_STR,  YT_INT,   YT_BOOL,	 YT_NULL,
						    YT_MAP,  YT_LIST,  YT_FLOAT, YT_MERGE,
						    YT_TIME, YT_BINARY};
		for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
			if (n->tag == known[i] || str_is(tag, known[i]))
				return known[i];
		return n->tag;
	}
	switch (n->kind) {
	case YN_MAP:
		return YT_MAP;
	case YN_LIST:
		return YT_LIST;
	case YN_ALIAS:
		return yaml_node_tag(n->target);
	case YN_SCALAR:
		if (n->style & (YN_SINGLE | YN_DOUBLE | YN_LITERAL | YN_FOLDED))
			return YT_STR;
		return yaml_scalar_of(n->text).tag;
	default:
		return n->kind == YN_NONE ? YT_NULL : "";
	}
}

bool yaml_node_missing(const struct yaml_node *n)
{
	n = yaml_node_body(n);
	return !n || (n->tag && text_eq(n->tag, YT_NULL));
}

bool yaml_node_empty(const struct yaml_node *n)
{
	n = yaml_node_body(n);
	if (yaml_node_missing(n))
		return true;
	return (n->kind == YN_MAP || n->kind == YN_LIST) ? n->n == 0 : n->kind == YN_NONE;
}

/* Where the pair of that key begins among the children; n when there is none. */
static uint32_t find(const struct yaml_node *map, str key)
{
	for (uint32_t i = 0; i + 1 < map->n; i += 2) {
		const struct yaml_node *k = map->child[i];
		if (k->text.n == key.n && (!key.n || !memcmp(k->text.p, key.p, key.n)))
			return i;
	}
	return map->n;
}

struct yaml_node *yaml_node_get_str(const struct yaml_node *map, str key)
{
	map = yaml_node_body(map);
	if (!map || map->kind != YN_MAP)
		return NULL;
	uint32_t i = find(map, key);
	return i < map->n ? map->child[i + 1] : NULL;
}

struct yaml_node *yaml_node_get(const struct yaml_node *map, const char *key)
{
	return yaml_node_get_str(map, str_of(key));
}

struct yaml_node *yaml_node_key(const struct yaml_node *map, str key)
{
	map = yaml_node_body(map);
	if (!map || map->kind != YN_MAP)
		return NULL;
	uint32_t i = find(map, key);
	return i < map->n ? map->child[i] : NULL;
}

struct yaml_node *yaml_node_in(const struct yaml_node *n, ...)
{
	va_list keys;
	va_start(keys, n);
	struct yaml_node *at = yaml_node_body(n);
	for (const char *key; at && (key = va_arg(keys, const char *));)
		at = yaml_node_get(at, key);
	va_end(keys);
	return at;
}

size_t yaml_node_len(const struct yaml_node *n)
{
	n = yaml_node_body(n);
	if (!n)
		return 0;
	return n->kind == YN_MAP ? n->n / 2 : n->kind == YN_LIST ? n->n : 0;
}

struct yaml_node *yaml_node_at(const struct yaml_node *list, size_t i)
{
	list = yaml_node_body(list);
	return list && list->kind == YN_LIST && i < list->n ? list->child[i] : NULL;
}

struct yaml_node *yaml_node_key_at(const struct yaml_node *map, size_t i)
{
	map = yaml_node_body(map);
	return map && map->kind == YN_MAP && i < map->n / 2 ? map->child[i * 2] : NULL;
}

struct yaml_node *yaml_node_value_at(const struct yaml_node *map, size_t i)
{
	map = yaml_node_body(map);
	return map && map->kind == YN_MAP && i < map->n / 2 ? map->child[i * 2 + 1] : NULL;
}

str yaml_node_str(const struct yaml_node *n)
{
	n = yaml_node_body(n);
	return n && n->kind == YN_SCALAR ? n->text : (str){0};
}

bool yaml_node_says(const struct yaml_node *n, const char *text)
{
	n = yaml_node_body(n);
	return n && n->kind == YN_SCALAR && str_is(n->text, text);
}

bool yaml_node_eq(const struct yaml_node *a, const struct yaml_node *b)
{
	a = yaml_node_body(a);
	b = yaml_node_body(b);
	if (!a || !b)
		return a == b;
	if (a->kind == YN_ALIAS || b->kind == YN_ALIAS)
		return a->kind == b->kind && a->target == b->target;
	if (a->kind != b->kind || !text_eq(yaml_node_tag(a), yaml_node_tag(b)) || a->n != b->n)
		return false;
	if (a->kind == YN_SCALAR)
		return str_eq(a->text, b->text);
	for (uint32_t i = 0; i < a->n; i++) {
		const struct yaml_node *other = b->child[i];
		if (a->kind == YN_MAP) {
			if (i % 2 == 0)
				continue;
			str key = a->child[i - 1]->text;
			bool same_place = str_eq(b->child[i - 1]->text, key);
			uint32_t at = same_place ? i - 1 : find(b, key);
			if (at == b->n)
				return false;
			other = b->child[at + 1];
		}
		if (!yaml_node_eq(a->child[i], other))
			return false;
	}
	return true;
}

/* --- making ---------------------------------------------------------------------------------- */

static struct yaml_node *make(arena *mem, enum yaml_node_kind kind, const char *tag)
{
	struct yaml_node *n = NEW(mem, struct yaml_node);
	n->kind = (uint8_t)kind;
	n->text = STR("");
	n->tag = tag;
	return n;
}

struct yaml_node *yaml_node_map(arena *mem)
{
	return make(mem, YN_MAP, NULL);
}

struct yaml_node *yaml_node_list(arena *mem)
{
	return make(mem, YN_LIST, NULL);
}

struct yaml_node *yaml_node_scalar(arena *mem, const char *tag, str text)
{
	struct yaml_node *n = make(mem, YN_SCALAR, tag);
	n->text = (str){arena_copy(mem, text.p, text.n), text.n};
	return n;
}

struct yaml_node *yaml_node_plain(arena *mem, str text)
{
	return yaml_node_scalar(mem, NULL, text);
}

/* Base64 in lines of 70 characters when it is longer than one. */
static char *lined_base64(arena *mem, str bytes)
{
	char *all = enc_base64(mem, bytes);
	size_t n = strlen(all);
	if (n < 70)
		return all;
	buf b = buf_init(mem);
	for (size_t i = 0; i < n; i += 70) {
		buf_add(&b, all + i, n - i < 70 ? n - i : 70);
		buf_char(&b, '\n');
	}
	return buf_text(&b);
}

struct yaml_node *yaml_node_string(arena *mem, str text)
{
	struct yaml_node *n;
	if (!text.n || enc_is_utf8(text))
		n = yaml_node_scalar(mem, YT_STR, text);
	else
		n = yaml_node_scalar(mem, YT_BINARY, str_of(lined_base64(mem, text)));
	if (memchr(n->text.p, '\n', n->text.n))
		n->style = YN_LITERAL;
	return n;
}

struct yaml_node *yaml_node_copy(arena *mem, const struct yaml_node *n)
{
	if (!n)
		return NULL;
	struct yaml_node *c = NEW(mem, struct yaml_node);
	*c = *n;
	if (n->comments) {
		c->comments = NEW(mem, struct yaml_comments);
		*c->comments = *n->comments;
	}
	if (n->kind == YN_ALIAS || !n->n)
		return c;
	c->cap = n->n;
	c->child = NEW_N(mem, struct yaml_node *, n->n);
	for (uint32_t i = 0; i < n->n; i++)
		c->child[i] = yaml_node_copy(mem, n->child[i]);
	return c;
}

/* --- changing -------------------------------------------------------------------------------- */

static void room(arena *mem, struct yaml_node *n, uint32_t more)
{
	if (n->cap - n->n >= more)
		return;
	uint32_t cap = n->cap < 4 ? 8 : n->cap * 2;
	n->child = arena_grow(mem, n->child, n->cap * sizeof(*n->child),
			      arena_times(cap, sizeof(*n->child)));
	n->cap = cap;
}

void yaml_node_add(arena *mem, struct yaml_node *map, struct yaml_node *key,
		   struct yaml_node *value)
{
	map = yaml_node_body(map);
	if (!map || map->kind != YN_MAP)
		return;
	room(mem, map, 2);
	map->child[map->n++] = key;
	map->child[map->n++] = value;
}

void yaml_node_put(arena *mem, struct yaml_node *map, str key, struct yaml_node *value)
{
	map = yaml_node_body(map);
	if (!map || map->kind != YN_MAP)
		return;
	uint32_t i = find(map, key);
	if (i < map->n)
		map->child[i + 1] = value;
	else
		yaml_node_add(mem, map, yaml_node_plain(mem, key), value);
}

/* Would YAML 1.1 read the text, unquoted, as a document of something else than text? */
static bool reads_as_other(str text)
{
	if (!text.n || memchr(text.p, '\n', text.n))
		return false;
	if (yaml_scalar_is_special(text, false))
		return true;
	/* only what holds an indicator can be a map, a list or nothing */
	bool odd = memchr("?{[&!%@`|>*-#\"", text.p[0], 14) || text.p[text.n - 1] == ':' ||
		   str_search(text, STR(": ")) >= 0 || str_search(text, STR(" #")) >= 0;
	if (!odd)
		return false;
	arena *mem = arena_open();
	struct yaml_node *doc = NULL;
	bool failed = yaml_node_read(mem, text, &doc) != NULL;
	const struct yaml_node *body = yaml_node_body(doc);
	bool other = !failed &&
		     (!body || body->kind != YN_SCALAR || text_eq(yaml_node_tag(body), YT_NULL));
	arena_close(mem);
	return other;
}

/* A text that YAML 1.1 would read as something else is quoted when it is set. */
static void quote_special(struct yaml_node *n)
{
	bool text = n->kind == YN_SCALAR && (!n->tag || !n->tag[0] || text_eq(n->tag, YT_STR));
	if (text && !n->style && reads_as_other(n->text))
		n->style = YN_DOUBLE;
}

void yaml_node_set(arena *mem, struct yaml_node *map, str key, struct yaml_node *value)
{
	map = yaml_node_body(map);
	if (!map || map->kind != YN_MAP)
		return;
	value = yaml_node_body(value);
	if (yaml_node_missing(value)) {
		yaml_node_del(map, key);
		return;
	}
	quote_special(value);
	uint32_t i = find(map, key);
	if (i == map->n) {
		yaml_node_add(mem, map, yaml_node_plain(mem, key), value);
		return;
	}
	value->style = map->child[i + 1]->style;
	*map->child[i + 1] = *value;
}

bool yaml_node_del(struct yaml_node *map, str key)
{
	map = yaml_node_body(map);
	if (!map || map->kind != YN_MAP)
		return false;
	uint32_t i = find(map, key);
	if (i == map->n)
		return false;
	memmove(map->child + i, map->child + i + 2, (map->n - i - 2) * sizeof(*map->child));
	map->n -= 2;
	return true;
}

void yaml_node_insert(arena *mem, struct yaml_node *list, size_t at, struct yaml_node *value)
{
	list = yaml_node_body(list);
	if (!list || list->kind != YN_LIST || at > list->n)
		return;
	room(mem, list, 1);
	memmove(list->child + at + 1, list->child + at, (list->n - at) * sizeof(*list->child));
	list->child[at] = value;
	list->n++;
}

void yaml_node_push(arena *mem, struct yaml_node *list, struct yaml_node *value)
{
	yaml_node_insert(mem, list, yaml_node_len(list), value);
}

void yaml_node_remove(struct yaml_node *list, size_t at)
{
	list = yaml_node_body(list);
	if (!list || list->kind != YN_LIST || at >= list->n)
		return;
	memmove(list->child + at, list->child + at + 1, (list->n - at - 1) * sizeof(*list->child));
	list->n--;
}
