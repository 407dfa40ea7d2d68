#include "sops/sops_json.h"

#include <math.h>
#include <string.h>

#include "base/enc.h"
#include "base/number.h"
#include "data/json.h"
#include "data/json_scan.h"

/* ---- reading ---------------------------------------------------------------------------------- */

struct reader {
	arena *mem;
	size_t items;
};

static err *read_value(struct reader *r, const val *v, int depth, struct sops_value *ret)
{
	struct sops_items items = {0};
	if (++r->items > SOPS_MAX_ITEMS || depth > SOPS_MAX_DEPTH)
		return err_new(r->mem, ERR_LIMIT, "the file is too large or too deep");
	switch (v->kind) {
	case VAL_BOOL:
		*ret = (struct sops_value){.kind = SOPS_BOOL, .b = v->b};
		return NULL;
	case VAL_INT:
		*ret = (struct sops_value){.kind = SOPS_INT, .i = v->i};
		return NULL;
	case VAL_FLOAT:
		*ret = (struct sops_value){.kind = SOPS_FLOAT, .f = v->f};
		return NULL;
	case VAL_TEXT:
		*ret = sops_text(v->text);
		return NULL;
	case VAL_LIST:
	case VAL_MAP:
		break;
	default:
		*ret = (struct sops_value){.kind = SOPS_NULL};
		return NULL;
	}
	bool map = v->kind == VAL_MAP;
	for (size_t i = 0; i < val_len(v); i++) {
		struct sops_item item = {.text = map ? v->map.p[i].key : (str){0}};
		TRY(read_value(r, map ? v->map.p[i].value : v->list.p[i], depth + 1, &item.value));
		sops_add(r->mem, &items, item);
	}
	ret->kind = map ? SOPS_BRANCH : SOPS_LIST;
	ret->items = items;
	return NULL;
}

static err *no_object(arena *mem, const val *v)
{
	const char *only = "SOPS only supports JSON files with a top-level object (starting with "
			   "'{'), not";
	if (val_is(v, VAL_LIST))
		return err_new(mem, ERR_INVALID,
			       "%s arrays or other types. Got delimiter [ instead. To encrypt this "
			       "file, wrap it in an object, e.g., {\"data\": [...]}",
			       only);
	return err_new(mem, ERR_INVALID, "%s other JSON types. Got a %s instead", only,
		       val_kind_name(v));
}

static err *load(arena *mem, str text, struct sops_docs *ret_docs)
{
	struct reader r = {.mem = mem};
	struct sops_docs docs = {0};
	struct sops_value v;
	size_t used;
	val *whole;
	TRY(json_scan(mem, text, &used));
	TRY(json_parse(mem, str_sub(text, 0, used), &whole));
	if (!val_is(whole, VAL_MAP))
		return no_object(mem, whole);
	TRY(read_value(&r, whole, 0, &v));
	VEC_PUSH(mem, &docs, v.items);
	*ret_docs = docs;
	return NULL;
}

err *sops_json_load(arena *mem, str text, struct sops_docs *ret_docs)
{
	TRY_AS(mem, load(mem, text, ret_docs), "Could not unmarshal input data");
	return NULL;
}

/* ---- printing --------------------------------------------------------------------------------- */

static void new_line(buf *b, int depth)
{
	buf_char(b, '\n');
	buf_fill(b, '\t', (size_t)depth);
}

static void write_text(buf *b, str text)
{
	val v = {.kind = VAL_TEXT, .text = text};
	json_print(b, &v, JSON_HTML);
}

static err *write_value(buf *b, const struct sops_value *v, int depth);

static err *write_items(buf *b, const struct sops_items *items, bool map, int depth)
{
	bool any = false;
	buf_char(b, map ? '{' : '[');
	for (size_t i = 0; i < items->n; i++) {
		const struct sops_item *item = &items->p[i];
		if (item->comment)
			continue;
		if (any)
			buf_char(b, ',');
		any = true;
		new_line(b, depth + 1);
		if (map) {
			write_text(b, item->text);
			buf_text_add(b, ": ");
		}
		TRY(write_value(b, &item->value, depth + 1));
	}
	if (any)
		new_line(b, depth);
	buf_char(b, map ? '}' : ']');
	return NULL;
}

static err *write_value(buf *b, const struct sops_value *v, int depth)
{
	switch (v->kind) {
	case SOPS_NULL:
		buf_text_add(b, "null");
		return NULL;
	case SOPS_BOOL:
		buf_text_add(b, v->b ? "true" : "false");
		return NULL;
	case SOPS_INT:
		buf_printf(b, "%lld", (long long)v->i);
		return NULL;
	case SOPS_WIDE:
		buf_str(b, v->text);
		return NULL;
	case SOPS_FLOAT:
		if (!isfinite(v->f))
			return err_new(b->mem, ERR_INVALID, "json: unsupported value: %s",
				       number_text(b->mem, v->f, 'f'));
		buf_text_add(b, number_json(b->mem, v->f));
		return NULL;
	case SOPS_TEXT:
	case SOPS_TIME:
		write_text(b, v->text);
		return NULL;
	case SOPS_BYTES:
		write_text(b, str_of(enc_base64(b->mem, v->text)));
		return NULL;
	case SOPS_LIST:
	case SOPS_BRANCH:
		return write_items(b, &v->items, v->kind == SOPS_BRANCH, depth);
	}
	return NULL;
}

err *sops_json_emit(arena *mem, const struct sops_docs *docs, buf *b)
{
	TRY_AS(mem, write_items(b, &docs->p[0], true, 0), "Error marshaling to json");
	buf_char(b, '\n');
	return NULL;
}

/* ---- binary ----------------------------------------------------------------------------------- */

bool sops_is_binary(const struct sops_docs *docs)
{
	return docs->n == 1 && docs->p[0].n == 1 && sops_get(&docs->p[0], "data");
}

err *sops_binary_emit(arena *mem, const struct sops_docs *docs, buf *b)
{
	const char *what = "no binary data found in tree";
	if (docs->n != 1) {
		what = "there must be exactly one tree branch";
	} else {
		const struct sops_value *v = sops_get(&docs->p[0], "data");
		if (v && v->kind == SOPS_TEXT) {
			buf_str(b, v->text);
			return NULL;
		}
		if (v)
			what = "'data' key in tree does not have a string value";
	}
	return err_new(mem, ERR_INVALID, "error emitting binary store: %s", what);
}
