#include "data/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/map.h"

struct reader {
	arena *mem;
	yaml_parser_t parser;
	struct map anchors; /* name to val */
	size_t nodes;
	int depth;
};

static err *parse_error(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "unknown problem";
	size_t line = p->problem_mark.line ? p->problem_mark.line : p->context_mark.line;
	/* go-yaml counts from the mark's own line for scanner errors and one on for parser errors */
	return err_new(r->mem, ERR_INVALID, "yaml: line %zu: %s",
		       line + (p->error == YAML_SCANNER_ERROR ? 1 : 0) + (line == 0), problem);
}

static err *next_event(struct reader *r, yaml_event_t *ret_e)
{
	return yaml_parser_parse(&r->parser, ret_e) ? NULL : parse_error(r);
}

static bool one_of(str s, const char *const *names)
{
	for (; *names; names++)
		if (str_is(s, *names))
			return true;
	return false;
}

/* Integers in the bases of YAML 1.1: 0b, 0x, 0o and a leading 0; "_" may stand between digits. */
static bool read_int(str s, int64_t *ret)
{
	char digits[72];
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_') {
			if (n + 1 >= sizeof(digits))
				return false;
			digits[n++] = s.p[i];
		}
	digits[n] = 0;
	const char *p = digits + (digits[0] == '-' || digits[0] == '+');
	int base = 10;
	if (p[0] == '0' && p[1]) {
		base = p[1] == 'x' ? 16 : p[1] == 'b' ? 2 : 8;
		p += p[1] == 'x' || p[1] == 'b' || p[1] == 'o' ? 2 : 1;
	}
	if (!*p)
		return false;
	uint64_t v = 0;
	for (; *p; p++) {
		int d = *p >= '0' && *p <= '9' ? *p - '0' : (*p | 32) >= 'a' && (*p | 32) <= 'f' ? (*p | 32) - 'a' + 10 : 99;
		if (d >= base || __builtin_mul_overflow(v, (uint64_t)base, &v) ||
		    __builtin_add_overflow(v, (uint64_t)d, &v))
			return false;
	}
	bool minus = digits[0] == '-';
	if (v > (uint64_t)INT64_MAX + minus)
		return false;
	*ret = minus ? (int64_t)(0 - v) : (int64_t)v;
	return true;
}

/* Floats as YAML writes them: a digit or a point first, no hexadecimal, no names but .inf and .nan. */
static bool read_float(arena *mem, str s, double *ret)
{
	static const char *const inf[] = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", NULL};
	static const char *const minus_inf[] = {"-.inf", "-.Inf", "-.INF", NULL};
	static const char *const nan_[] = {".nan", ".NaN", ".NAN", NULL};
	if (one_of(s, inf) || one_of(s, minus_inf)) {
		*ret = s.p[0] == '-' ? -INFINITY : INFINITY;
		return true;
	}
	if (one_of(s, nan_)) {
		*ret = NAN;
		return true;
	}
	bool digit = false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c >= '0' && c <= '9')
			digit = true;
		else if (!strchr("+-.eE_", c) || !c || ((c == 'e' || c == 'E') && !digit))
			return false;
	}
	char *text = arena_alloc(mem, s.n + 1), *end;
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_')
			text[n++] = s.p[i];
	*ret = strtod(text, &end);
	return digit && !*end && isfinite(*ret);
}

static val *plain_scalar(arena *mem, str s)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};
	static const char *const trues[] = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", "y", "Y", NULL};
	static const char *const falses[] = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "n", "N", NULL};
	int64_t i;
	double f;
	if (one_of(s, nulls))
		return val_null(mem);
	if (one_of(s, trues) || one_of(s, falses))
		return val_bool(mem, one_of(s, trues));
	if (!strchr("+-.0123456789", s.p[0]))
		return val_str(mem, s);
	if (read_int(s, &i))
		return val_int(mem, i);
	if (read_float(mem, s, &f))
		return val_float(mem, f);
	return val_str(mem, s);
}

static err *scalar(struct reader *r, const yaml_event_t *e, val **ret)
{
	str s = {(const char *)e->data.scalar.value, e->data.scalar.length};
	const char *tag = (const char *)e->data.scalar.tag;
	bool plain = e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (text_eq(tag, YAML_STR_TAG) || (!plain && !tag) || text_eq(tag, "!"))
		*ret = val_str(r->mem, s);
	else
		*ret = plain_scalar(r->mem, s);
	return NULL;
}

/* Keys of a JSON object are texts; a scalar of another kind is used as it was written. */
static err *key_text(struct reader *r, const val *key, str *ret_key)
{
	if (val_is(key, VAL_TEXT)) {
		*ret_key = key->text;
		return NULL;
	}
	buf b = buf_init(r->mem);
	if (val_is(key, VAL_INT))
		buf_printf(&b, "%lld", (long long)key->i);
	else if (val_is(key, VAL_BOOL))
		buf_text_add(&b, key->b ? "true" : "false");
	else if (val_is(key, VAL_FLOAT))
		buf_printf(&b, "%g", key->f);
	else
		return err_new(r->mem, ERR_INVALID,
			       "yaml: line %u: a map key must be a scalar", key ? key->line : 0);
	buf_text(&b);
	*ret_key = buf_view(&b);
	return NULL;
}

/* "<<": keys that are not there yet come from one map or a list of maps. */
static void merge(struct reader *r, val *into, const val *from)
{
	if (val_is(from, VAL_LIST)) {
		for (size_t i = 0; i < from->list.n; i++)
			merge(r, into, from->list.p[i]);
	} else if (val_is(from, VAL_MAP)) {
		for (uint32_t i = 0; i < from->map.n; i++)
			if (!val_get_str(into, from->map.p[i].key))
				val_set_str(r->mem, into, from->map.p[i].key, from->map.p[i].value);
	}
}

static size_t count(const val *v)
{
	size_t n = 1;
	if (val_is(v, VAL_LIST))
		for (size_t i = 0; i < v->list.n; i++)
			n += count(v->list.p[i]);
	if (val_is(v, VAL_MAP))
		for (uint32_t i = 0; i < v->map.n; i++)
			n += 1 + count(v->map.p[i].value);
	return n;
}

static err *node(struct reader *r, yaml_event_t *e, val **ret);

static err *sequence(struct reader *r, val *list)
{
	for (;;) {
		yaml_event_t e;
		TRY(next_event(r, &e));
		if (e.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&e);
			return NULL;
		}
		val *item;
		TRY(node(r, &e, &item));
		val_push(r->mem, list, item);
	}
}

static err *mapping(struct reader *r, val *map)
{
	val *merges = NULL;
	for (;;) {
		yaml_event_t e;
		TRY(next_event(r, &e));
		if (e.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&e);
			if (merges)
				merge(r, map, merges);
			return NULL;
		}
		bool plain = e.type == YAML_SCALAR_EVENT &&
			     e.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
		val *key, *value;
		str name;
		TRY(node(r, &e, &key));
		TRY(next_event(r, &e));
		TRY(node(r, &e, &value));
		TRY(key_text(r, key, &name));
		if (plain && str_is(name, "<<"))
			merges = value;
		else
			val_set_str(r->mem, map, name, value);
	}
}

static err *alias(struct reader *r, const char *name, val **ret)
{
	val *target = map_get(&r->anchors, name);
	if (!target)
		return err_new(r->mem, ERR_INVALID, "yaml: unknown anchor '%s' referenced", name);
	r->nodes += count(target);
	*ret = val_copy(r->mem, target);
	return NULL;
}

static err *inner(struct reader *r, yaml_event_t *e, val **ret)
{
	switch (e->type) {
	case YAML_ALIAS_EVENT:
		return alias(r, (const char *)e->data.alias.anchor, ret);
	case YAML_SCALAR_EVENT:
		return scalar(r, e, ret);
	case YAML_SEQUENCE_START_EVENT:
		*ret = val_list(r->mem);
		return sequence(r, *ret);
	case YAML_MAPPING_START_EVENT:
		*ret = val_map(r->mem);
		return mapping(r, *ret);
	default:
		return err_new(r->mem, ERR_INVALID, "yaml: unexpected end of a document");
	}
}

/* The node that begins with e; e is given back. */
static err *node(struct reader *r, yaml_event_t *e, val **ret)
{
	unsigned char *name = e->type == YAML_SCALAR_EVENT	   ? e->data.scalar.anchor
			      : e->type == YAML_MAPPING_START_EVENT ? e->data.mapping_start.anchor
			      : e->type == YAML_SEQUENCE_START_EVENT
				      ? e->data.sequence_start.anchor
				      : NULL;
	err *failed = NULL;
	if (++r->nodes > YAML_MAX_NODES)
		failed = err_new(r->mem, ERR_LIMIT, "yaml: more than %zu nodes", YAML_MAX_NODES);
	else if (++r->depth > YAML_MAX_DEPTH)
		failed = err_new(r->mem, ERR_LIMIT, "yaml: nested deeper than %d", YAML_MAX_DEPTH);
	else
		failed = inner(r, e, ret);
	r->depth--;
	if (!failed) {
		if (e->type != YAML_ALIAS_EVENT)
			(*ret)->line = (uint32_t)e->start_mark.line + 1;
		if (name)
			map_set(&r->anchors, (const char *)name, *ret);
	}
	yaml_event_delete(e);
	return failed;
}

static void close_parser(void *parser)
{
	yaml_parser_delete(parser);
}

static err *documents(struct reader *r, bool first_only, val *docs)
{
	for (;;) {
		yaml_event_t e;
		TRY(next_event(r, &e));
		yaml_event_type_t type = e.type;
		yaml_event_delete(&e);
		if (type == YAML_STREAM_END_EVENT || (first_only && docs->list.n))
			return NULL;
		if (type != YAML_DOCUMENT_START_EVENT)
			continue;
		r->anchors = map_init(r->mem);
		val *v;
		TRY(next_event(r, &e));
		TRY(node(r, &e, &v));
		val_push(r->mem, docs, v);
	}
}

static err *parse(arena *mem, str text, bool first_only, val **ret_docs)
{
	if (text.n > YAML_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "yaml: a text of %zu bytes is over the limit of %zu",
			       text.n, YAML_MAX_BYTES);
	/* the reader's handle goes with a scratch arena of its own */
	arena *scratch = arena_open();
	struct reader *r = NEW(scratch, struct reader);
	r->mem = mem;
	val *docs = val_list(mem);
	yaml_parser_initialize(&r->parser);
	arena_defer(scratch, close_parser, &r->parser);
	yaml_parser_set_input_string(&r->parser, (const unsigned char *)text.p, text.n);
	err *failed = documents(r, first_only, docs);
	arena_close(scratch);
	if (!failed)
		*ret_docs = docs;
	return failed;
}

err *yaml_parse_all(arena *mem, str text, val **ret_docs)
{
	return parse(mem, text, false, ret_docs);
}

err *yaml_parse(arena *mem, str text, val **ret_v)
{
	val *docs;
	TRY(parse(mem, text, true, &docs));
	*ret_v = docs->list.n ? docs->list.p[0] : val_null(mem);
	return NULL;
}
