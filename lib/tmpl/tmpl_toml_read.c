#include <math.h>

#include "base/rune.h"
#include "base/vec.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_toml.h"
#include "tmpl/tmpl_toml_scan.h"

static err *value(struct toml_reader *r, bool in_array, struct tv *ret);

static const char *key_of(struct toml_reader *r, const str *p, size_t n, str last)
{
	buf b = buf_init(r->mem);
	buf_text_add(&b, toml_path_text(r, p, n, (str){NULL, 0}));
	if (last.p) {
		if (n)
			buf_char(&b, '.');
		toml_key(&b, last);
	}
	return buf_text(&b);
}

static void set_mark(struct map *marks, const char *key)
{
	static char mark;
	map_set(marks, key, &mark);
}

/* The table below a map under that name: of an array of tables the last. False for other values. */
static bool descend(struct tv *at, str name)
{
	struct tv v = tv_map_get(at->map, name);
	if (v.type == TV_MAPS)
		v = v.list->p[v.list->n - 1];
	if (v.type != TV_MAP)
		return false;
	*at = v;
	return true;
}

static err *defined(struct toml_reader *r, const char *key)
{
	return toml_fail(r, r->key_line, "Key '%s' has already been defined.", key);
}

/* Sets a key of the table that the context names. */
static err *set_value(struct toml_reader *r, str name, struct tv v)
{
	struct tv at = r->root;
	for (size_t i = 0; i < r->context.n; i++)
		if (!descend(&at, r->context.p[i]))
			return defined(r, key_of(r, r->context.p, i + 1, (str){NULL, 0}));
	const char *key = key_of(r, r->context.p, r->context.n, name);
	if (tv_map_has(at.map, name)) {
		bool implicit = map_del(&r->implicit, key) != NULL;
		if (!implicit)
			return defined(r, key);
		if (!map_has(&r->arrays, key))
			return NULL;
	}
	tv_map_set(r->mem, at.map, name, v);
	return NULL;
}

static err *append_table(struct toml_reader *r, struct tv at, const struct toml_path *key)
{
	str name = key->p[key->n - 1];
	struct tv v = tv_map_get(at.map, name);
	if (v.type == TV_NONE) {
		v = tv_list(r->mem, TV_MAPS, 0);
		tv_map_set(r->mem, at.map, name, v);
	}
	if (v.type != TV_MAPS)
		return toml_fail(r, r->key_line,
				 "Key '%s' was already created and cannot be used as an array.",
				 key_of(r, key->p, key->n, (str){NULL, 0}));
	struct tv_list *l = v.list;
	TRY(tmpl_charge(r->c, (l->n + 1) * sizeof(*l->p)));
	l->p = arena_grow(r->mem, l->p, l->n * sizeof(*l->p), (l->n + 1) * sizeof(*l->p));
	l->p[l->n++] = tv_map(r->mem, TV_MAP);
	return NULL;
}

/* Makes key the context, with all tables on the way. */
static err *add_context(struct toml_reader *r, const struct toml_path *key, bool array)
{
	struct tv at = r->root;
	struct toml_path context = {0};
	TRY(tmpl_charge(r->c, key->n * 64));
	for (size_t i = 0; i + 1 < key->n; i++) {
		VEC_PUSH(r->mem, &context, key->p[i]);
		if (!tv_map_has(at.map, key->p[i])) {
			set_mark(&r->implicit, key_of(r, key->p, i + 1, (str){NULL, 0}));
			tv_map_set(r->mem, at.map, key->p[i], tv_map(r->mem, TV_MAP));
		}
		if (!descend(&at, key->p[i]))
			return toml_fail(r, r->key_line, "Key '%s' was already created as a hash.",
					 key_of(r, key->p, i + 1, (str){NULL, 0}));
	}
	r->context = context;
	if (array)
		TRY(append_table(r, at, key));
	else
		TRY(set_value(r, key->p[key->n - 1], tv_map(r->mem, TV_MAP)));
	VEC_PUSH(r->mem, &r->context, key->p[key->n - 1]);
	return NULL;
}

static struct toml_path extended(struct toml_reader *r, const struct toml_path *path, str name)
{
	struct toml_path longer = {0};
	for (size_t i = 0; i < path->n; i++)
		VEC_PUSH(r->mem, &longer, path->p[i]);
	VEC_PUSH(r->mem, &longer, name);
	return longer;
}

static bool is_bare(uint32_t u)
{
	return u < 0x80 &&
	       (toml_is_digit(u) || ((u | 32) >= 'a' && (u | 32) <= 'z') || u == '_' || u == '-');
}

/* One part of a key: bare (it may be empty then) or in quotes. */
static err *key_part(struct toml_reader *r, str *ret)
{
	uint32_t u = toml_peek(r);
	if (u == '"' || u == '\'') {
		r->at++;
		return toml_line(r, (char)u, ret);
	}
	size_t from = r->at;
	while (is_bare(toml_peek(r)))
		r->at++;
	*ret = str_sub(r->s, from, r->at);
	return NULL;
}

/* "a.b.c =" */
static err *key_path(struct toml_reader *r, struct toml_path *ret)
{
	*ret = (struct toml_path){0};
	toml_blanks(r);
	uint32_t u = toml_peek(r);
	if (u == '=' || u == TOML_END)
		return toml_fail(r, toml_here(r), "unexpected '=': key name appears blank");
	if (u == '.')
		return toml_fail(r, r->line, "unexpected '.': keys cannot start with a '.'");
	for (;;) {
		str part;
		toml_blanks(r);
		u = toml_peek(r);
		if (u == '=' || u == TOML_END || u == '.')
			return toml_fail(r, toml_here(r), "unexpected '%c'", u == '.' ? '.' : '=');
		if (!ret->n)
			r->key_line = r->line;
		TRY(key_part(r, &part));
		VEC_PUSH(r->mem, ret, part);
		toml_blanks(r);
		TRY(toml_next(r, &u));
		if (u == '=')
			return NULL;
		if (u == TOML_END)
			return toml_fail(r, toml_here(r),
					 "unexpected EOF; expected key separator '='");
		if (u != '.')
			return toml_fail(r, r->line - (u == '\n'),
					 "expected '.' or '=', but got %s instead",
					 toml_rune(r, u));
	}
}

/* A pair: its key is put below the context, with implicit tables for what stands before its dots. */
static err *pair(struct toml_reader *r)
{
	struct toml_path outer = r->context, key;
	struct tv v;
	TRY(key_path(r, &key));
	r->current = key.p[key.n - 1];
	for (size_t i = 0; i + 1 < key.n; i++) {
		struct toml_path table = extended(r, &r->context, key.p[i]);
		set_mark(&r->implicit, key_of(r, table.p, table.n, (str){NULL, 0}));
		TRY(add_context(r, &table, false));
	}
	TRY(value(r, false, &v));
	TRY(set_value(r, r->current, v));
	r->context = outer;
	r->current = STR("");
	return NULL;
}

/* Behind the brace. The pairs go into the document; the table is taken out of there at the end. */
static err *inline_table(struct toml_reader *r, bool in_array, struct tv *ret)
{
	struct toml_path outer = r->context, own = extended(r, &r->context, r->current);
	str outer_key = r->current;
	uint32_t u;
	r->current = STR("");
	set_mark(&r->implicit, key_of(r, own.p, own.n, (str){NULL, 0}));
	TRY(add_context(r, &own, in_array));
	own = r->context;
	struct tv at = r->root;
	for (size_t i = 0; i < own.n; i++)
		descend(&at, own.p[i]);
	for (bool first = true;; first = false) {
		TRY(toml_space(r));
		u = toml_peek(r);
		if (u == '}')
			break;
		if (!first && u != ',') {
			buf shown = buf_init(r->mem);
			buf_utf8(&shown, u == TOML_END ? 0 : u);
			return toml_fail(r, toml_here(r),
					 "expected a comma or an inline table terminator '}', but "
					 "got %s instead",
					 u == TOML_END
						 ? "end of file"
						 : arena_printf(r->mem, "'%s'", buf_text(&shown)));
		}
		if (!first) {
			r->at++;
			TRY(toml_space(r));
			if (toml_peek(r) == '}')
				break;
		}
		if (toml_peek(r) == ',')
			return toml_fail(r, r->line, "unexpected comma");
		TRY(pair(r));
		r->context = own;
	}
	r->at++;
	r->context = outer;
	r->current = outer_key;
	*ret = at;
	return NULL;
}

static err *array(struct toml_reader *r, struct tv *ret)
{
	VEC(struct tv) items = {0};
	set_mark(&r->arrays, key_of(r, r->context.p, r->context.n, r->current));
	for (bool first = true;; first = false) {
		TRY(toml_space(r));
		uint32_t u = toml_peek(r);
		if (u == ']')
			break;
		if (!first && u != ',') {
			buf shown = buf_init(r->mem);
			buf_utf8(&shown, u == TOML_END ? 0 : u);
			return toml_fail(
				r, toml_here(r),
				"expected a comma (',') or array terminator (']'), but got %s",
				u == TOML_END ? "end of file"
					      : arena_printf(r->mem, "'%s'", buf_text(&shown)));
		}
		if (!first) {
			r->at++;
			TRY(toml_space(r));
			if (toml_peek(r) == ']')
				break;
		}
		if (toml_peek(r) == ',')
			return toml_fail(r, r->line, "unexpected comma");
		struct tv v;
		TRY(tmpl_charge(r->c, sizeof(v)));
		TRY(value(r, true, &v));
		VEC_PUSH(r->mem, &items, v);
	}
	r->at++;
	*ret = tv_list(r->mem, TV_LIST, 0);
	*ret->list = (struct tv_list){items.p, items.n};
	return NULL;
}

static err *word(struct toml_reader *r, struct tv *ret)
{
	size_t from = r->at, len;
	if (toml_starts(r, "inf") || toml_starts(r, "nan")) {
		*ret = tv_float(toml_peek(r) == 'i' ? INFINITY : NAN);
		r->at += 3;
		return NULL;
	}
	while (r->at < r->s.n && rune_is_letter(rune_at(str_sub(r->s, r->at, r->s.n), &len)))
		r->at += len;
	str s = str_sub(r->s, from, r->at);
	*ret = tv_bool(str_is(s, "true"));
	if (ret->b || str_is(s, "false"))
		return NULL;
	return toml_fail(r, toml_here(r), "expected value but found %s instead",
			 rune_quoted(r->mem, s));
}

static err *text(struct toml_reader *r, struct tv *ret)
{
	char quote = r->s.p[r->at];
	const char three[] = {quote, quote, quote, 0};
	str s;
	if (toml_starts(r, three)) {
		r->at += 3;
		TRY(toml_lines(r, quote, &s));
	} else {
		r->at++;
		TRY(toml_line(r, quote, &s));
	}
	*ret = tv_str(s);
	return NULL;
}

static err *container(struct toml_reader *r, bool is_array, bool in_array, struct tv *ret)
{
	if (++r->depth > TMPL_MAX_NESTING)
		return err_new(r->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	r->at++;
	TRY(is_array ? array(r, ret) : inline_table(r, in_array, ret));
	r->depth--;
	return NULL;
}

static err *value(struct toml_reader *r, bool in_array, struct tv *ret)
{
	toml_blanks(r);
	uint32_t u = toml_peek(r);
	if (toml_is_digit(u))
		return toml_number(r, ret);
	switch (u) {
	case '[':
	case '{':
		return container(r, u == '[', in_array, ret);
	case '"':
	case '\'':
		return text(r, ret);
	case '.':
		return toml_fail(r, r->line, "floats must start with a digit, not '.'");
	case '-':
	case '+':
		return toml_signed(r, r->at, ret);
	case TOML_END:
		return toml_fail(r, toml_here(r), "unexpected EOF; expected value");
	}
	if (rune_is_letter(u))
		return word(r, ret);
	TRY(toml_next(r, &u));
	return toml_fail(r, r->line - (u == '\n'), "expected value but found %s instead",
			 toml_rune(r, u));
}

/* "[a.b]" and "[[a.b]]" */
static err *header(struct toml_reader *r)
{
	struct toml_path key = {0};
	uint32_t u;
	bool is_array = toml_starts(r, "[[");
	r->at += is_array ? 2 : 1;
	for (;;) {
		str part;
		toml_blanks(r);
		u = toml_peek(r);
		if (u == ']' || u == TOML_END)
			return toml_fail(
				r, toml_here(r),
				"unexpected end of table name (table names cannot be empty)");
		if (u == '.')
			return toml_fail(
				r, r->line,
				"unexpected table separator (table names cannot be empty)");
		if (!key.n)
			r->key_line = r->line;
		TRY(key_part(r, &part));
		VEC_PUSH(r->mem, &key, part);
		toml_blanks(r);
		TRY(toml_next(r, &u));
		if (u == ']')
			break;
		if (u != '.')
			return toml_fail(
				r, toml_here(r),
				"expected '.' or ']' to end table name, but got %s instead",
				toml_rune(r, u));
	}
	if (is_array) {
		TRY(toml_next(r, &u));
		if (u != ']')
			return toml_fail(
				r, toml_here(r),
				"expected end of table array name delimiter ']', but got %s "
				"instead",
				toml_rune(r, u));
	}
	return add_context(r, &key, is_array);
}

/* What may follow a header or a pair: blanks, a comment, the end of the line. */
static err *line_end(struct toml_reader *r)
{
	uint32_t u;
	toml_blanks(r);
	TRY(toml_next(r, &u));
	if (u == '#')
		return toml_comment(r);
	if (u == TOML_END || toml_is_break(u))
		return NULL;
	return toml_fail(
		r, toml_here(r),
		"expected a top-level item to end with a newline, comment, or EOF, but got %s "
		"instead",
		toml_rune(r, u));
}

err *tmpl_toml_read(struct tmpl_call *c, str s, struct tv *ret)
{
	if (str_starts(s, STR("\xef\xbb\xbf")))
		s = str_sub(s, 3, s.n);
	TRY(tmpl_charge(c, s.n * 4));
	struct toml_reader r = {
		.c = c,
		.mem = c->mem,
		.s = s,
		.line = 1,
		.root = tv_map(c->mem, TV_MAP),
		.implicit = map_init(c->mem),
		.arrays = map_init(c->mem),
		.current = STR(""),
	};
	for (;;) {
		TRY(toml_space(&r));
		if (toml_peek(&r) == TOML_END)
			break;
		if (toml_peek(&r) == '[')
			TRY(header(&r));
		else
			TRY(pair(&r));
		TRY(line_end(&r));
	}
	*ret = r.root;
	return NULL;
}
