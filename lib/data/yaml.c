/* Values out of trees, as go-yaml v2 decodes them and sigs.k8s.io/yaml makes JSON of that. */
#include "data/yaml.h"

#include <math.h>
#include <string.h>

#include "base/enc.h"
#include "base/map.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/json.h"
#include "data/yaml_node.h"
#include "data/yaml_plain.h"

struct decoder {
	arena *mem, *scratch;
	bool strict;
	size_t count, alias_count; /* nodes decoded, those of them below an alias */
	int alias_depth, depth;
	buf twice;  /* lines about keys that are set twice */
	err *unfit; /* what JSON can't have; told only when all else is well */
};

static err *decode(struct decoder *d, struct yaml_node *n, val **ret);

/* --- scalars ---------------------------------------------------------------------------------- */

static bool is_quoted(const struct yaml_node *n)
{
	return n->style & (YN_DOUBLE | YN_SINGLE | YN_LITERAL | YN_FOLDED);
}

static const char *tag_of(const struct yaml_node *n)
{
	return n->style & YN_TAGGED ? n->tag : NULL;
}

static const char *plain_tag(enum yaml_plain_kind kind)
{
	static const char *const tags[] = {YT_NULL, YT_BOOL, YT_INT, YT_FLOAT, YT_TIME, YT_STR};
	return tags[kind];
}

static val *plain_value(struct decoder *d, const struct yaml_node *n, struct yaml_plain p)
{
	switch (p.kind) {
	case YAML_PLAIN_NULL:
		return val_null(d->mem);
	case YAML_PLAIN_BOOL:
		return val_bool(d->mem, p.b);
	case YAML_PLAIN_INT:
		return p.wide ? val_float(d->mem, p.f) : val_int(d->mem, p.i);
	case YAML_PLAIN_FLOAT:
		if (!isfinite(p.f) && !d->unfit)
			d->unfit = err_new(d->mem, ERR_INVALID, "json: unsupported value: %s",
					   number_text(d->mem, p.f, 'g'));
		return val_float(d->mem, p.f);
	default:
		return val_str(d->mem, n->text);
	}
}

static err *binary(struct decoder *d, const struct yaml_node *n, val **ret)
{
	str bytes;
	if (n->text.n % 4 || !enc_unbase64(d->scratch, n->text, &bytes))
		return err_new(d->mem, ERR_INVALID,
			       "yaml: !!binary value contains invalid base64 data");
	*ret = val_str(d->mem, bytes);
	return NULL;
}

/* What the scalar is under its tag; ret_known is false for a tag without a meaning. */
static err *resolve(struct decoder *d, const struct yaml_node *n, struct yaml_plain *ret)
{
	static const char *const known[] = {YT_BOOL, YT_INT, YT_FLOAT, YT_NULL, YT_TIME};
	const char *tag = tag_of(n);
	size_t i = 0;
	*ret = (struct yaml_plain){.kind = YAML_PLAIN_TEXT};
	if (!tag && is_quoted(n))
		return NULL;
	while (tag && i < sizeof(known) / sizeof(*known) && !text_eq(known[i], tag))
		i++;
	if (i == sizeof(known) / sizeof(*known))
		return NULL;
	*ret = yaml_plain_of(d->scratch, n->text, !tag || text_eq(tag, YT_TIME));
	const char *is = plain_tag(ret->kind);
	if (!tag || text_eq(tag, is))
		return NULL;
	if (text_eq(tag, YT_FLOAT) && ret->kind == YAML_PLAIN_INT && !ret->wide) {
		*ret = (struct yaml_plain){.kind = YAML_PLAIN_FLOAT, .f = (double)ret->i};
		return NULL;
	}
	return err_new(d->mem, ERR_INVALID, "yaml: cannot decode %s `%.*s` as a %s", is,
		       STR_ARG(n->text), tag);
}

static err *scalar(struct decoder *d, const struct yaml_node *n, val **ret)
{
	struct yaml_plain p;
	if (text_eq(tag_of(n), YT_BINARY))
		return binary(d, n, ret);
	TRY(resolve(d, n, &p));
	*ret = plain_value(d, n, p);
	return NULL;
}

/* --- keys ------------------------------------------------------------------------------------- */

/* As fmt prints with %#v. */
static void go_syntax(buf *b, const val *v, bool inside)
{
	switch (v->kind) {
	case VAL_NULL:
		buf_text_add(b, inside ? "interface {}(nil)" : "<nil>");
		break;
	case VAL_BOOL:
		buf_text_add(b, v->b ? "true" : "false");
		break;
	case VAL_INT:
		buf_printf(b, "%lld", (long long)v->i);
		break;
	case VAL_FLOAT:
		buf_text_add(b, number_text(b->mem, v->f, 'g'));
		break;
	case VAL_TEXT:
		rune_quote(b, v->text);
		break;
	case VAL_LIST:
		buf_text_add(b, "[]interface {}{");
		for (size_t i = 0; i < v->list.n; i++) {
			buf_text_add(b, i ? ", " : "");
			go_syntax(b, v->list.p[i], true);
		}
		buf_char(b, '}');
		break;
	case VAL_MAP:
		buf_text_add(b, "map[interface {}]interface {}{");
		for (size_t i = 0; i < v->map.n; i++) {
			buf_text_add(b, i ? ", " : "");
			rune_quote(b, v->map.p[i].key);
			buf_char(b, ':');
			go_syntax(b, v->map.p[i].value, true);
		}
		buf_char(b, '}');
		break;
	}
}

static const char *go_text(struct decoder *d, const val *v)
{
	buf b = buf_init(d->scratch);
	go_syntax(&b, v, false);
	return buf_text(&b);
}

str yaml_key_text(arena *mem, const val *key)
{
	const char *text = "";
	switch (key->kind) {
	case VAL_TEXT:
		return key->text;
	case VAL_BOOL:
		text = key->b ? "true" : "false";
		break;
	case VAL_INT:
		text = arena_printf(mem, "%lld", (long long)key->i);
		break;
	case VAL_FLOAT:
		text = number_text_single(mem, key->f);
		if (strchr("+-N", *text) && strpbrk(text, "IN"))
			text = *text == '+' ? ".inf" : *text == '-' ? "-.inf" : ".nan";
		break;
	default:
		break;
	}
	return str_of(text);
}

/* A key as JSON has it. Null has no such form: that is an error, but a later one. */
static str key_text(struct decoder *d, const val *key, const val *value)
{
	bool none = key->kind == VAL_NULL || key->kind == VAL_LIST || key->kind == VAL_MAP;
	if (none && !d->unfit)
		d->unfit = err_new(d->mem, ERR_INVALID,
				   "unsupported map key of type: %%!s(<nil>), key: <nil>, "
				   "value: %s",
				   go_text(d, value));
	return yaml_key_text(d->scratch, key);
}

/* An infinity is no failure as a key, only as a value. The key itself does not stay: the map has its text. */
static err *decode_key(struct decoder *d, struct yaml_node *n, val **ret)
{
	err *unfit = d->unfit;
	arena *mem = d->mem;
	d->mem = d->scratch;
	err *e = decode(d, n, ret);
	d->mem = mem;
	TRY(err_copy(mem, e));
	d->unfit = unfit;
	if (val_is(*ret, VAL_LIST) || val_is(*ret, VAL_MAP))
		return err_new(d->mem, ERR_INVALID, "yaml: invalid map key: %s", go_text(d, *ret));
	return NULL;
}

/* --- maps ------------------------------------------------------------------------------------- */

/* A map being filled. Strictly, 1 and "1" are two keys: seen tells them apart. */
struct filling {
	val *map;
	struct map seen;
};

static bool seen_before(struct decoder *d, struct filling *f, const val *key)
{
	str mark = str_of(arena_printf(d->scratch, "%d %s", key->kind, go_text(d, key)));
	if (map_get_str(&f->seen, mark))
		return true;
	map_set_str(&f->seen, mark, f);
	return false;
}

static void set(struct decoder *d, struct filling *f, const val *key, val *value)
{
	if (d->strict && seen_before(d, f, key))
		buf_printf(&d->twice, "\n  line %u: key %s already set in map", value->line,
			   go_text(d, key));
	else
		val_set_str(d->mem, f->map, key_text(d, key, value), value);
}

static bool is_merge(const struct yaml_node *n)
{
	if (n->kind != YN_SCALAR || !str_is(n->text, "<<"))
		return false;
	const char *tag = tag_of(n);
	return (!tag && !is_quoted(n)) || text_eq(tag, YT_MERGE) || text_eq(tag, "!");
}

static err *fill(struct decoder *d, const struct yaml_node *n, struct filling *f);

/* Counts a node, with the ceilings that keep aliases from multiplying it. */
static err *count(struct decoder *d)
{
	const double low = 400000, high = 4000000;
	double n = (double)++d->count;
	d->alias_count += d->alias_depth > 0;
	double allowed = n <= low    ? 0.99
			 : n >= high ? 0.10
				     : 0.99 - 0.89 * (n - low) / (high - low);
	if (d->alias_count > 100 && d->count > 1000 && (double)d->alias_count / n > allowed)
		return err_new(d->mem, ERR_LIMIT, "yaml: document contains excessive aliasing");
	if (d->count > YAML_MAX_NODES)
		return err_new(d->mem, ERR_LIMIT, "yaml: more than %zu nodes", YAML_MAX_NODES);
	return NULL;
}

static err *enter_alias(struct decoder *d, struct yaml_node *n)
{
	/* an alias has no style: it marks those that are being expanded */
	if (n->style)
		return err_new(d->mem, ERR_INVALID, "yaml: anchor '%.*s' value contains itself",
			       STR_ARG(n->text));
	n->style = 1;
	d->alias_depth++;
	return NULL;
}

static void leave_alias(struct decoder *d, struct yaml_node *n)
{
	n->style = 0;
	d->alias_depth--;
}

/* Takes over the pairs of a map, or of an alias of one. */
static err *merge_one(struct decoder *d, struct yaml_node *n, struct filling *f)
{
	const struct yaml_node *from = n->kind == YN_ALIAS ? n->target : n;
	if (from->kind != YN_MAP)
		return err_new(d->mem, ERR_INVALID,
			       "yaml: map merge requires map or sequence of maps as the value");
	TRY(count(d));
	if (n->kind != YN_ALIAS)
		return fill(d, n, f);
	TRY(enter_alias(d, n));
	TRY(count(d));
	TRY(fill(d, from, f));
	leave_alias(d, n);
	return NULL;
}

/* The last first, since earlier ones take precedence. */
static err *merge(struct decoder *d, struct yaml_node *n, struct filling *f)
{
	if (n->kind != YN_LIST)
		return merge_one(d, n, f);
	for (uint32_t i = n->n; i--;)
		TRY(merge_one(d, n->child[i], f));
	return NULL;
}

static err *fill(struct decoder *d, const struct yaml_node *n, struct filling *f)
{
	if (++d->depth > YAML_MAX_DEPTH)
		return err_new(d->mem, ERR_LIMIT, "yaml: nested deeper than %d", YAML_MAX_DEPTH);
	if (!val_len(f->map)) /* what is merged into it later comes in small pieces */
		val_room(d->mem, f->map, n->n / 2);
	for (uint32_t i = 0; i + 1 < n->n; i += 2) {
		val *key, *value;
		if (is_merge(n->child[i])) {
			TRY(merge(d, n->child[i + 1], f));
			continue;
		}
		TRY(decode_key(d, n->child[i], &key));
		TRY(decode(d, n->child[i + 1], &value));
		set(d, f, key, value);
	}
	d->depth--;
	return NULL;
}

/* --- nodes ------------------------------------------------------------------------------------ */

static err *list(struct decoder *d, const struct yaml_node *n, val *out)
{
	if (++d->depth > YAML_MAX_DEPTH)
		return err_new(d->mem, ERR_LIMIT, "yaml: nested deeper than %d", YAML_MAX_DEPTH);
	for (uint32_t i = 0; i < n->n; i++) {
		val *item;
		TRY(decode(d, n->child[i], &item));
		val_push(d->mem, out, item);
	}
	d->depth--;
	return NULL;
}

static err *alias(struct decoder *d, struct yaml_node *n, val **ret)
{
	TRY(enter_alias(d, n));
	TRY(decode(d, n->target, ret));
	leave_alias(d, n);
	return NULL;
}

static err *decode(struct decoder *d, struct yaml_node *n, val **ret)
{
	TRY(count(d));
	if (n->kind == YN_ALIAS) {
		TRY(alias(d, n, ret));
	} else if (n->kind == YN_LIST) {
		*ret = val_list(d->mem);
		TRY(list(d, n, *ret));
	} else if (n->kind == YN_MAP) {
		struct filling f = {val_map(d->mem), map_init(d->scratch)};
		*ret = f.map;
		TRY(fill(d, n, &f));
	} else {
		TRY(scalar(d, n, ret));
	}
	(*ret)->line = n->line;
	return NULL;
}

/* --- documents -------------------------------------------------------------------------------- */

static err *body(struct decoder *d, struct yaml_node *n, val **ret)
{
	d->count = d->alias_count = 0;
	d->twice = buf_init(d->scratch);
	TRY(decode(d, n, ret));
	if (d->twice.n)
		return err_new(d->mem, ERR_INVALID, "yaml: unmarshal errors:%s",
			       buf_text(&d->twice));
	return d->unfit;
}

static err *document(struct decoder *d, struct yaml_node *doc, val **ret)
{
	return body(d, yaml_node_body(doc), ret);
}

err *yaml_of_node(arena *mem, struct yaml_node *n, val **ret_v)
{
	struct decoder d = {.mem = mem, .scratch = arena_open(), .strict = true};
	err *e = body(&d, n, ret_v);
	arena_close(d.scratch);
	return e;
}

static err *documents(struct decoder *d, str text, size_t most, val **ret_docs)
{
	struct yaml_node **docs;
	size_t n;
	val *out = val_list(d->mem);
	if (text.n > YAML_MAX_BYTES)
		return err_new(d->mem, ERR_LIMIT,
			       "yaml: a text of %zu bytes is over the limit of %zu", text.n,
			       YAML_MAX_BYTES);
	err *e = yaml_node_read_bare(d->scratch, text, most, &docs, &n);
	if (e)
		return err_copy(d->mem, e);
	for (size_t i = 0; i < n; i++) {
		val *v;
		TRY(document(d, docs[i], &v));
		val_push(d->mem, out, v);
	}
	*ret_docs = out;
	return NULL;
}

static err *parse(arena *mem, str text, size_t most, bool strict, val **ret_docs)
{
	struct decoder d = {.mem = mem, .scratch = arena_open(), .strict = strict};
	err *e = documents(&d, text, most, ret_docs);
	arena_close(d.scratch);
	return e;
}

err *yaml_parse_all(arena *mem, str text, val **ret_docs)
{
	return parse(mem, text, SIZE_MAX, false, ret_docs);
}

static err *parse_first(arena *mem, str text, bool strict, val **ret_v)
{
	val *docs;
	TRY(parse(mem, text, 1, strict, &docs));
	*ret_v = docs->list.n ? docs->list.p[0] : val_null(mem);
	return NULL;
}

err *yaml_parse(arena *mem, str text, val **ret_v)
{
	return parse_first(mem, text, false, ret_v);
}

err *yaml_parse_strict(arena *mem, str text, val **ret_v)
{
	return parse_first(mem, text, true, ret_v);
}

/* The first float that is none for JSON; NULL when all are. */
static const val *not_finite(const val *v)
{
	const val *found = NULL;
	if (val_is(v, VAL_FLOAT) && !isfinite(v->f))
		return v;
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n && !found; i++)
		found = not_finite(v->list.p[i]);
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n && !found; i++)
		found = not_finite(v->map.p[i].value);
	return found;
}

err *yaml_marshal(arena *mem, const val *v, char **ret_text)
{
	/* by way of JSON, as the library goes: what that can't carry is found on the way */
	const val *odd = not_finite(v);
	if (odd)
		return err_new(mem, ERR_INVALID, "json: unsupported value: %s",
			       number_text(mem, odd->f, 'g'));
	arena *scratch = arena_open();
	val *read;
	err *e = yaml_parse(scratch, str_of(json_text(scratch, v, JSON_SORTED | JSON_HTML)), &read);
	if (e)
		e = err_copy(mem, e);
	else
		*ret_text = yaml_text(mem, read);
	arena_close(scratch);
	return e;
}
