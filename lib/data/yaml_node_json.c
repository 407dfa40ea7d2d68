/* Nodes as JSON and as vals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/yaml_node_order.h"
#include "data/yaml_node_value.h"

struct writer {
	buf *b;
	arena *mem;
	yaml_pairs pairs;
	bool settled; /* the tree came out of the mill: nothing is odd about it any more */
};

/* The value of a scalar; false when it is odd. */
static bool value_of(const struct writer *w, const struct yaml_node *n, bool flow,
		     struct yaml_scalar *ret, str *ret_text)
{
	if (!w->settled)
		return yaml_value_of(n, flow, ret, ret_text);
	*ret_text = n->text;
	*ret = (struct yaml_scalar){.tag = YT_STR, .kind = YS_TEXT};
	if (!text_eq(n->tag, YT_STR))
		*ret = yaml_scalar_of(n->text);
	return true;
}

static bool key_is_fine(const struct writer *w, const struct yaml_node *key)
{
	return w->settled || yaml_value_key(key);
}

/* --- JSON ------------------------------------------------------------------------------------ */

/* As encoding/json: <, >, &, U+2028 and U+2029 escaped, broken bytes as U+FFFD. */
void yaml_value_json_text(buf *b, str s)
{
	size_t from = 0;
	buf_char(b, '"');
	for (size_t i = 0, w; i < s.n; i += w) {
		unsigned char c = (unsigned char)s.p[i];
		w = 1;
		if (c < 0x80 && c >= 0x20 && c != '"' && c != '\\' && c != '<' && c != '>' &&
		    c != '&')
			continue;
		uint32_t r = c;
		if (c >= 0x80) {
			r = rune_at(str_sub(s, i, s.n), &w);
			if (r != 0x2028 && r != 0x2029 && !(r == RUNE_BAD && w == 1))
				continue;
		}
		buf_add(b, s.p + from, i - from);
		from = i + w;
		static const char marks[] = "\"\\\n\r\t\b\f", letters[] = "\"\\nrtbf";
		const char *mark = r < 0x80 && r ? strchr(marks, (int)r) : NULL;
		if (mark)
			buf_printf(b, "\\%c", letters[mark - marks]);
		else
			buf_printf(b, "\\u%04x", (unsigned)r);
	}
	buf_add(b, s.p + from, s.n - from);
	buf_char(b, '"');
}

static void write_value(struct writer *w, const struct yaml_scalar *v, str text)
{
	switch (v->kind) {
	case YS_NULL:
		buf_text_add(w->b, "null");
		break;
	case YS_BOOL:
		buf_text_add(w->b, v->b ? "true" : "false");
		break;
	case YS_INT:
		buf_printf(w->b, "%lld", (long long)v->i);
		break;
	case YS_UINT:
		buf_printf(w->b, "%llu", (unsigned long long)v->u);
		break;
	case YS_FLOAT:
		buf_text_add(w->b, number_json(w->mem, v->f));
		break;
	default:
		yaml_value_json_text(w->b, text);
	}
}

static bool write_json(struct writer *w, const struct yaml_node *n, bool flow)
{
	struct yaml_scalar v;
	str text;
	if (n->kind == YN_SCALAR) {
		if (!value_of(w, n, flow, &v, &text) || (v.kind == YS_FLOAT && !isfinite(v.f)))
			return false;
		write_value(w, &v, text);
		return true;
	}
	bool map = n->kind == YN_MAP;
	if ((!map && n->kind != YN_LIST) || yaml_value_marked(n))
		return false;
	flow = yaml_value_flow(n, flow);
	buf_char(w->b, map ? '{' : '[');
	size_t from = 0;
	bool fine = !map || yaml_order_pairs(w->mem, n, yaml_order_bytes, &w->pairs, &from);
	for (size_t i = 0; fine && i < (map ? n->n / 2 : n->n); i++) {
		struct yaml_node *item = map ? w->pairs.p[from + i].value : n->child[i];
		if (i)
			buf_char(w->b, ',');
		fine = w->settled || !yaml_value_spoilt(item, flow);
		if (map) {
			const struct yaml_node *key = w->pairs.p[from + i].key_node;
			fine = key_is_fine(w, key) &&
			       (w->settled || !yaml_value_pair_spoilt(key, item, flow));
			yaml_value_json_text(w->b, w->pairs.p[from + i].key);
			buf_char(w->b, ':');
		}
		fine = fine && write_json(w, item, flow);
	}
	buf_char(w->b, map ? '}' : ']');
	if (map)
		w->pairs.n = from;
	return fine;
}

err *yaml_node_json(buf *b, const struct yaml_node *n)
{
	const struct yaml_node *whole = n;
	n = yaml_node_body(n);
	if (!n) {
		buf_text_add(b, "null");
		return NULL;
	}
	size_t start = b->n;
	struct writer w = {.b = b, .mem = b->mem};
	if (n->kind != YN_SCALAR && write_json(&w, n, false))
		return NULL;
	struct yaml_node *settled;
	TRY(yaml_value_settle(b->mem, whole, &settled));
	b->n = start;
	w = (struct writer){.b = b, .mem = b->mem, .settled = true};
	write_json(&w, settled, false);
	return NULL;
}

/* --- vals ------------------------------------------------------------------------------------ */

/* A text whose broken bytes are U+FFFD, as they are once JSON has been read. */
static val *text_val(arena *mem, str text)
{
	if (!text.n || enc_is_utf8(text))
		return val_str(mem, text);
	buf b = buf_init(mem);
	for (size_t i = 0, w; i < text.n; i += w) {
		uint32_t r = rune_at(str_sub(text, i, text.n), &w);
		if (r)
			buf_utf8(&b, r);
		else
			buf_char(&b, 0);
	}
	return val_str(mem, buf_view(&b));
}

static val *scalar_val(arena *mem, const struct yaml_scalar *v, str text)
{
	switch (v->kind) {
	case YS_NULL:
		return val_null(mem);
	case YS_BOOL:
		return val_bool(mem, v->b);
	case YS_INT:
		return val_int(mem, v->i);
	case YS_UINT:
		return val_float(mem, (double)v->u);
	case YS_FLOAT:
		return val_float(mem, v->f);
	default:
		return text_val(mem, text);
	}
}

/* NULL when something is odd. */
static val *make_val(const struct writer *w, const struct yaml_node *n, bool flow)
{
	struct yaml_scalar v;
	str text;
	if (n->kind == YN_SCALAR) {
		if (!value_of(w, n, flow, &v, &text) || (v.kind == YS_FLOAT && !isfinite(v.f)))
			return NULL;
		return scalar_val(w->mem, &v, text);
	}
	if ((n->kind != YN_MAP && n->kind != YN_LIST) || yaml_value_marked(n))
		return NULL;
	flow = yaml_value_flow(n, flow);
	bool map = n->kind == YN_MAP;
	val *all = map ? val_map(w->mem) : val_list(w->mem);
	for (uint32_t i = 0; i < n->n; i += map ? 2 : 1) {
		val *item = make_val(w, n->child[map ? i + 1 : i], flow);
		if (!item)
			return NULL;
		if (!map) {
			val_push(w->mem, all, item);
			continue;
		}
		str key = n->child[i]->text;
		if (!key_is_fine(w, n->child[i]) || val_get_str(all, key))
			return NULL;
		val_set_str(w->mem, all, key, item);
	}
	return all;
}

err *yaml_node_val(arena *mem, const struct yaml_node *n, val **ret_v)
{
	const struct yaml_node *whole = n;
	n = yaml_node_body(n);
	struct writer w = {.mem = mem};
	val *v = n ? make_val(&w, n, false) : val_null(mem);
	if (!v) {
		struct yaml_node *settled;
		TRY(yaml_value_settle(mem, whole, &settled));
		w.settled = true;
		v = make_val(&w, settled, false);
	}
	*ret_v = v;
	return NULL;
}

err *yaml_node_vals(arena *mem, str text, val **ret_docs)
{
	struct yaml_node **nodes;
	size_t n;
	val *docs = val_list(mem);
	TRY(yaml_node_read_all(mem, text, &nodes, &n));
	for (size_t i = 0; i < n; i++) {
		val *v;
		TRY(yaml_node_expand(mem, nodes[i]));
		TRY(yaml_node_val(mem, nodes[i], &v));
		val_push(mem, docs, v);
	}
	*ret_docs = docs;
	return NULL;
}
