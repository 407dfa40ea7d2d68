#include "data/yaml_node_value.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/yaml_node_order.h"

#define QUOTED (YN_SINGLE | YN_DOUBLE | YN_LITERAL | YN_FOLDED)

/* --- nodes that come out as they went in ----------------------------------------------------- */

/* Characters that some step escapes, folds or refuses. */
static bool has_odd_character(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x20 && c < 0x7F)
			continue;
		if (c == '\n' || c == '\t')
			continue;
		if (c < 0x80 || c == 0xEF)
			return true;
		unsigned char d = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		if ((c == 0xC2 && d < 0xA0) || (c == 0xE2 && d == 0x80))
			return true;
	}
	return false;
}

/* Does the text survive the style in which v3 will print it? */
static bool survives(const struct yaml_node *n)
{
	str s = n->text;
	bool lines = s.n && memchr(s.p, '\n', s.n);
	if (lines && (n->style & (YN_SINGLE | YN_FOLDED)))
		return false;
	if ((lines || (n->style & YN_LITERAL)) && s.n &&
	    (*s.p == ' ' || *s.p == '\t' || *s.p == '\n'))
		return false;
	return !has_odd_character(s);
}

bool yaml_value_of(const struct yaml_node *n, bool in_flow, struct yaml_scalar *ret, str *ret_text)
{
	if (n->kind != YN_SCALAR || n->anchor || (in_flow && n->comments))
		return false;
	bool quoted = n->style & QUOTED;
	bool tagged = n->tag && n->tag[0] && !text_eq(n->tag, "!");
	bool is_text = tagged && text_eq(n->tag, YT_STR);
	*ret_text = n->text;
	*ret = (struct yaml_scalar){.tag = YT_STR, .kind = YS_TEXT};
	if (is_text || (quoted && !tagged))
		return survives(n);
	if ((n->style & YN_TAGGED) || (!n->text.n && in_flow))
		return false;
	if (n->text.n && memchr(n->text.p, '\n', n->text.n))
		return !tagged && survives(n);
	struct yaml_scalar v = yaml_scalar_of(n->text);
	if (tagged && !text_eq(v.tag, n->tag))
		return false;
	if (quoted || v.kind == YS_TEXT)
		return survives(n);
	*ret = v;
	return v.kind != YS_TIME;
}

bool yaml_value_key(const struct yaml_node *key)
{
	struct yaml_scalar v;
	str text;
	return key->text.n && key->text.n < 300 && !memchr(key->text.p, '\n', key->text.n) &&
	       !str_is(key->text, "<<") && yaml_value_of(key, false, &v, &text) &&
	       v.kind == YS_TEXT;
}

/* --- the mill -------------------------------------------------------------------------------- */

struct mill {
	arena *mem;
	buf faults;	    /* of types and duplicate keys: all are told */
	bool general;	    /* a map has a key that is no text: JSON refuses it */
	const char *number; /* NaN or an infinity: so does it */
	int depth;
	size_t made;
	struct follow *follow;
};

/* The aliases that are being followed, from the inside out. */
struct follow {
	const struct yaml_node *alias;
	struct follow *outer;
};

static err *settle(struct mill *m, const struct yaml_node *n, bool top, struct yaml_node **ret);

static struct yaml_node *scalar(struct mill *m, const char *tag, const char *text)
{
	return yaml_node_scalar(m->mem, tag, str_of(text));
}

static struct yaml_node *text_node(struct mill *m, str text)
{
	struct yaml_node *n = yaml_node_scalar(m->mem, YT_STR, text);
	n->style = YN_DOUBLE;
	return n;
}

static err *cannot_decode(struct mill *m, const char *is, str text, const char *tag)
{
	return err_new(m->mem, ERR_INVALID, "yaml: cannot decode %s `%.*s` as a %s", is,
		       STR_ARG(text), tag);
}

static struct yaml_node *value_node(struct mill *m, const struct yaml_scalar *v)
{
	char number[32];
	switch (v->kind) {
	case YS_NULL:
		return scalar(m, YT_NULL, "null");
	case YS_BOOL:
		return scalar(m, YT_BOOL, v->b ? "true" : "false");
	case YS_INT:
		snprintf(number, sizeof(number), "%lld", (long long)v->i);
		return scalar(m, YT_INT, number);
	case YS_UINT:
		snprintf(number, sizeof(number), "%llu", (unsigned long long)v->u);
		return scalar(m, YT_INT, number);
	default:
		if (!isfinite(v->f) && !m->number)
			m->number = isnan(v->f) ? "NaN" : v->f > 0 ? "+Inf" : "-Inf";
		return scalar(m, YT_FLOAT, isfinite(v->f) ? number_text(m->mem, v->f, 'e') : "0.5");
	}
}

static bool is_one_of(const char *tag, const char *const *tags)
{
	for (; *tags; tags++)
		if (text_eq(tag, *tags))
			return true;
	return false;
}

/* A scalar of a tag that go-yaml resolves, untagged ones included. */
static err *settle_resolved(struct mill *m, const struct yaml_node *n, const char *tag,
			    struct yaml_node **ret)
{
	struct yaml_scalar v = yaml_scalar_of(n->text);
	if (v.kind == YS_TIME && tag && !text_eq(tag, YT_TIME)) {
		/* only what asks for no type or for a timestamp is tried as one */
		v = yaml_scalar_number(n->text);
	}
	if (tag && text_eq(tag, YT_FLOAT) && v.kind == YS_INT)
		v = (struct yaml_scalar){.tag = YT_FLOAT, .kind = YS_FLOAT, .f = (double)v.i};
	if (tag && !text_eq(tag, v.tag))
		return cannot_decode(m, v.tag, n->text, tag);
	if (v.kind == YS_TIME)
		*ret = text_node(m, str_of(yaml_scalar_time(m->mem, n->text)));
	else
		*ret = v.kind == YS_TEXT ? text_node(m, n->text) : value_node(m, &v);
	return NULL;
}

/* Base64 as Go reads it: padded, line breaks passed over. */
static bool from_base64(struct mill *m, str text, str *ret_bytes)
{
	size_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] != '\n' && text.p[i] != '\r';
	return n % 4 == 0 && enc_unbase64(m->mem, text, ret_bytes);
}

static err *settle_scalar(struct mill *m, const struct yaml_node *n, struct yaml_node **ret)
{
	static const char *const resolved[] = {YT_BOOL, YT_INT, YT_FLOAT, YT_NULL, YT_TIME, NULL};
	const char *tag = n->tag && n->tag[0] && !text_eq(n->tag, "!") ? n->tag : NULL;
	str bytes;
	if (tag ? text_eq(tag, YT_STR) : (n->style & QUOTED) != 0) {
		*ret = text_node(m, n->text);
	} else if (tag && text_eq(tag, YT_BINARY)) {
		if (!from_base64(m, n->text, &bytes))
			return err_new(m->mem, ERR_INVALID,
				       "yaml: !!binary value contains invalid base64 data");
		*ret = text_node(m, bytes);
	} else if (!tag || is_one_of(tag, resolved)) {
		return settle_resolved(m, n, tag, ret);
	} else {
		*ret = text_node(m, n->text);
	}
	return NULL;
}

/* --- maps ------------------------------------------------------------------------------------ */

static void fault(struct mill *m, const char *text)
{
	buf_printf(&m->faults, "\n  %s", text);
}

/* All pairs of equal keys, as go-yaml lists them. True when there is one. */
static bool tell_duplicates(struct mill *m, const struct yaml_node *n)
{
	bool any = false;
	for (uint32_t i = 0; i + 1 < n->n; i += 2)
		for (uint32_t j = i + 2; j + 1 < n->n; j += 2) {
			const struct yaml_node *a = n->child[i], *b = n->child[j];
			if (a->kind != b->kind || !str_eq(a->text, b->text))
				continue;
			any = true;
			fault(m, arena_printf(m->mem,
					      "line %u: mapping key %s already defined at line %u",
					      b->line, rune_quoted(m->mem, b->text), a->line));
			if (m->faults.n > 4096)
				return true;
		}
	return any;
}

static bool is_merge_key(const struct yaml_node *key)
{
	return key->kind == YN_SCALAR && str_is(key->text, "<<") &&
	       (!key->tag || !key->tag[0] || text_eq(key->tag, "!") || text_eq(key->tag, YT_MERGE));
}

/* Steps into an alias, which must not lead back to itself; the caller sets m->follow back. */
static err *follow(struct mill *m, const struct yaml_node *n, struct follow *here)
{
	*here = (struct follow){n, m->follow};
	for (const struct follow *f = m->follow; f && n->kind == YN_ALIAS; f = f->outer)
		if (f->alias == n)
			return err_new(m->mem, ERR_INVALID,
				       "yaml: anchor '%.*s' value contains itself",
				       STR_ARG(n->text));
	m->follow = here;
	return NULL;
}

static const struct yaml_node *resolve_alias(const struct yaml_node *n)
{
	return n->kind == YN_ALIAS ? n->target : n;
}

/* A settled value as Go's %#v prints it. */
static void go_syntax(struct mill *m, buf *b, const struct yaml_node *n)
{
	bool map = n->kind == YN_MAP;
	yaml_pairs pairs = {0};
	size_t from;
	if (n->kind == YN_SCALAR) {
		if (text_eq(n->tag, YT_STR))
			rune_quote(b, n->text);
		else if (text_eq(n->tag, YT_NULL))
			buf_text_add(b, "interface {}(nil)");
		else if (text_eq(n->tag, YT_FLOAT))
			buf_text_add(b, number_text(m->mem, yaml_scalar_of(n->text).f, 'g'));
		else
			buf_str(b, n->text);
		return;
	}
	if (map)
		yaml_order_pairs(m->mem, n, yaml_order_bytes, &pairs, &from);
	buf_text_add(b, map ? "map[string]interface {}{" : "[]interface {}{");
	for (size_t i = 0; i < (map ? pairs.n : n->n); i++) {
		if (i)
			buf_text_add(b, ", ");
		if (map) {
			rune_quote(b, pairs.p[i].key);
			buf_char(b, ':');
		}
		go_syntax(m, b, map ? pairs.p[i].value : n->child[i]);
	}
	buf_char(b, '}');
}

/* The key as JSON has it; NULL in *ret for one that is passed over. */
static err *settle_key(struct mill *m, const struct yaml_node *key, bool top,
		       struct yaml_node **ret)
{
	key = resolve_alias(key);
	*ret = NULL;
	if (key->kind != YN_SCALAR) {
		struct yaml_node *k;
		buf text = buf_init(m->mem);
		const char *type = key->kind == YN_LIST ? YT_LIST : YT_MAP;
		if (top) {
			fault(m, arena_printf(m->mem, "line %u: cannot unmarshal %s into string",
					      key->line, type));
			return NULL;
		}
		TRY(settle(m, key, false, &k));
		go_syntax(m, &text, k);
		return err_new(m->mem, ERR_INVALID, "yaml: invalid map key: %s", buf_text(&text));
	}
	struct yaml_node *k;
	const char *number = m->number;
	TRY(settle_scalar(m, key, &k));
	m->number = number; /* a key's number is only its text */
	const char *tag = yaml_node_tag(key);
	if (text_eq(tag, YT_STR) || text_eq(tag, YT_BINARY))
		*ret = k;
	else if (!top || !text_eq(tag, YT_NULL))
		*ret = text_node(m, key->text);
	if (!top && !text_eq(tag, YT_STR))
		m->general = true;
	return NULL;
}

static err *settle_pairs(struct mill *m, const struct yaml_node *n, bool top, bool merged,
			 struct yaml_node *to);

/* The pairs of the maps that a merge key names. */
static err *settle_merge(struct mill *m, const struct yaml_node *merge, bool top,
			 struct yaml_node *to)
{
	bool list = merge->kind == YN_LIST;
	for (uint32_t i = 0; i < (list ? merge->n : 1); i++) {
		const struct yaml_node *from = list ? merge->child[i] : merge;
		const struct yaml_node *one = resolve_alias(from);
		struct follow here;
		if (one->kind != YN_MAP)
			return err_new(m->mem, ERR_INVALID,
				       "yaml: map merge requires map or sequence of maps as the "
				       "value");
		if (++m->made > YAML_NODE_MAX_NODES)
			return err_new(m->mem, ERR_LIMIT, "yaml: too many values are merged");
		TRY(follow(m, from, &here));
		TRY(settle_pairs(m, one, top, true, to));
		m->follow = here.outer;
	}
	return NULL;
}

/* One map's own pairs; those whose key is in the result already are passed over. */
static err *settle_pairs(struct mill *m, const struct yaml_node *n, bool top, bool merged,
			 struct yaml_node *to)
{
	const struct yaml_node *merge = NULL;
	if (tell_duplicates(m, n))
		return NULL;
	for (uint32_t i = 0; i + 1 < n->n; i += 2) {
		struct yaml_node *key, *value;
		if (is_merge_key(n->child[i])) {
			merge = n->child[i + 1];
			continue;
		}
		TRY(settle_key(m, n->child[i], top, &key));
		if (!key || (merged && yaml_node_get_str(to, key->text)))
			continue;
		TRY(settle(m, n->child[i + 1], false, &value));
		if (yaml_node_get_str(to, key->text))
			yaml_node_put(m->mem, to, key->text, value);
		else
			yaml_node_add(m->mem, to, key, value);
	}
	return merge ? settle_merge(m, merge, top, to) : NULL;
}

static err *settle_list(struct mill *m, const struct yaml_node *n, struct yaml_node **ret)
{
	*ret = yaml_node_list(m->mem);
	for (uint32_t i = 0; i < n->n; i++) {
		struct yaml_node *item;
		TRY(settle(m, n->child[i], false, &item));
		yaml_node_push(m->mem, *ret, item);
	}
	return NULL;
}

static err *settle_alias(struct mill *m, const struct yaml_node *n, bool top,
			 struct yaml_node **ret)
{
	struct follow here;
	TRY(follow(m, n, &here));
	TRY(settle(m, n->target, top, ret));
	m->follow = here.outer;
	return NULL;
}

static err *settle(struct mill *m, const struct yaml_node *n, bool top, struct yaml_node **ret)
{
	err *failure = NULL;
	if (++m->made > YAML_NODE_MAX_NODES || m->depth > YAML_NODE_MAX_DEPTH)
		return err_new(m->mem, ERR_LIMIT, "yaml: too many or too deeply nested values");
	m->depth++;
	switch (n->kind) {
	case YN_ALIAS:
		failure = settle_alias(m, n, top, ret);
		break;
	case YN_MAP:
		*ret = yaml_node_map(m->mem);
		failure = settle_pairs(m, n, top, false, *ret);
		break;
	case YN_LIST:
		failure = settle_list(m, n, ret);
		break;
	default:
		failure = settle_scalar(m, n, ret);
	}
	m->depth--;
	return failure;
}

/* What kustomize wants an object to be: a map, or a list when it was one before. */
static void check_top(struct mill *m, const struct yaml_node *n, const struct yaml_node *body)
{
	bool list = yaml_node_is(n, YN_LIST);
	if (body->kind == (list ? YN_LIST : YN_MAP) || yaml_node_missing(body))
		return;
	const char *tag = yaml_node_tag(body);
	const char *text = "";
	if (body->kind == YN_SCALAR)
		text = body->text.n > 10 ? arena_printf(m->mem, " `%.7s...`", body->text.p)
					 : arena_printf(m->mem, " `%.*s`", STR_ARG(body->text));
	fault(m, arena_printf(m->mem, "line %u: cannot unmarshal %s%s into %s", body->line, tag,
			      text, list ? "[]interface {}" : "map[string]interface {}"));
}

err *yaml_value_settle(arena *mem, const struct yaml_node *n, struct yaml_node **ret)
{
	struct mill m = {.mem = mem, .faults = buf_init(mem)};
	buf text = buf_init(mem);
	struct yaml_node *doc, *result;
	TRY(yaml_node_text(&text, n));
	TRY(yaml_node_read(mem, buf_view(&text), &doc));
	const struct yaml_node *body = yaml_node_body(doc);
	if (yaml_node_missing(body)) {
		*ret = body ? yaml_node_scalar(mem, YT_NULL, STR("null")) : yaml_node_map(mem);
		return NULL;
	}
	check_top(&m, n, body);
	TRY(settle(&m, body, true, &result));
	if (m.faults.n)
		return err_new(mem, ERR_INVALID, "yaml: unmarshal errors:%s", buf_text(&m.faults));
	if (m.general)
		return err_new(mem, ERR_INVALID,
			       "json: unsupported type: map[interface {}]interface {}");
	if (m.number)
		return err_new(mem, ERR_INVALID, "json: unsupported value: %s", m.number);
	*ret = result;
	return NULL;
}
