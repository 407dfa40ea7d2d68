#include "data/subst.h"

#include "base/buf.h"
#include "base/glob.h"
#include "base/rune.h"
#include "data/subst_parse.h"

#define NAME_RULE "^[_[:alpha:]][_[:alpha:][:digit:]]*$"

struct work {
	arena *mem;
	const val *vars;
	bool strict;
};

static str reversed(arena *mem, str s)
{
	buf b = buf_init(mem);
	for (size_t end = s.n; end;) {
		size_t start = end - 1, len;
		while (start && end - start < 4 && (s.p[start] & 0xc0) == 0x80)
			start--;
		uint32_t r = rune_at(str_sub(s, start, end), &len);
		if (len != end - start) {
			/* broken bytes, one by one */
			r = RUNE_BAD;
			len = 1;
		}
		buf_utf8(&b, r);
		end -= len;
	}
	return buf_view(&b);
}

/* How many bytes at the front of s the pattern matches, at best or at least; 0 for none. */
static size_t glob_prefix(str s, str pattern, bool longest)
{
	size_t found = 0;
	for (size_t n = s.n; n; n--) {
		bool bad;
		if (glob_match(pattern, str_sub(s, 0, n), GLOB_TEXT, &bad))
			found = n;
		if (bad)
			return 0;
		if (found && longest)
			break;
	}
	return found;
}

static err *trim(arena *mem, str op, str *s, str pattern)
{
	bool end = op.p[0] == '%';
	if (s->n > SUBST_MAX_GLOB)
		return err_new(mem, ERR_LIMIT, "a value of %zu bytes is too long for a pattern",
			       s->n);
	if (end) {
		*s = reversed(mem, *s);
		pattern = reversed(mem, pattern);
	}
	*s = str_sub(*s, glob_prefix(*s, pattern, op.n == 2), s->n);
	if (end)
		*s = reversed(mem, *s);
	return NULL;
}

/* Replaces one or all; an empty pattern matches before each character and at the end. */
static str replace(arena *mem, str s, str from, str to, bool all)
{
	buf b = buf_init(mem);
	while (b.n <= SUBST_MAX_BYTES) {
		ptrdiff_t at = from.n ? str_search(s, from) : 0;
		if (at < 0)
			break;
		buf_add(&b, s.p, (size_t)at);
		buf_str(&b, to);
		s = str_sub(s, (size_t)at + from.n, s.n);
		if (!all || (!from.n && !s.n))
			break;
		if (!from.n) {
			size_t len;
			rune_at(s, &len);
			buf_add(&b, s.p, len);
			s = str_sub(s, len, s.n);
		}
	}
	buf_str(&b, s);
	return buf_view(&b);
}

static void replace_op(arena *mem, str op, str *s, str from, const str *to)
{
	if (str_is(op, "/") || str_is(op, "//")) {
		*s = replace(mem, *s, from, to ? *to : (str){"", 0}, op.n == 2);
	} else if (to && str_is(op, "/#") && str_starts(*s, from)) {
		*s = replace(mem, *s, from, *to, false);
	} else if (to && str_is(op, "/%") && str_ends(*s, from)) {
		buf b = buf_init(mem);
		buf_add(&b, s->p, s->n - from.n);
		buf_str(&b, *to);
		*s = buf_view(&b);
	}
}

/* s[from:from+length]; an offset or a length that is no number leaves the text as it is. */
static err *part(arena *mem, str *s, str from, const str *length)
{
	int64_t pos, n = 0, end;
	if (!str_int(from, &pos) || (length && !str_int(*length, &n)))
		return NULL;
	int64_t len = (int64_t)s->n;
	if (pos < 0)
		pos = pos + len < 0 ? 0 : pos + len;
	if (!length)
		end = len;
	else if (__builtin_add_overflow(pos, n, &end))
		end = -1;
	if (end >= len)
		end = pos < len ? len : pos;
	if (end < pos)
		return err_new(mem, ERR_INVALID, "bad substitution: the length %lld is negative",
			       (long long)n);
	*s = str_sub(*s, (size_t)pos, (size_t)end);
	return NULL;
}

static void change_case(arena *mem, str op, str *s)
{
	if (!s->n)
		return;
	if (op.n == 2) {
		*s = str_of(op.p[0] == '^' ? rune_text_upper(mem, *s) : rune_text_lower(mem, *s));
		return;
	}
	size_t len;
	uint32_t first = rune_at(*s, &len);
	buf b = buf_init(mem);
	buf_utf8(&b, op.p[0] == '^' ? rune_upper(first) : rune_lower(first));
	buf_add(&b, s->p + len, s->n - len);
	*s = buf_view(&b);
}

/* Does the operator stand for a variable that is not set? */
static bool is_default(str op)
{
	static const char *const ops[] = {"=", ":=", ":-", ":+", ":?"};
	for (size_t i = 0; i < sizeof(ops) / sizeof(*ops); i++)
		if (str_is(op, ops[i]))
			return true;
	return false;
}

static err *operate(arena *mem, str op, str *s, const str *args, size_t n)
{
	if (str_is(op, "#") && !n)
		*s = str_of(arena_printf(mem, "%zu", s->n));
	else if (str_is(op, ":"))
		return part(mem, s, args[0], n > 1 ? &args[1] : NULL);
	else if (op.n && (op.p[0] == '#' || op.p[0] == '%'))
		return trim(mem, op, s, args[0]);
	else if (op.n && op.p[0] == '/')
		replace_op(mem, op, s, args[0], n > 1 ? &args[1] : NULL);
	else if (str_is(op, "^") || str_is(op, "^^") || str_is(op, ",") || str_is(op, ",,"))
		change_case(mem, op, s);
	else if (is_default(op) && !s->n) {
		buf b = buf_init(mem);
		for (size_t i = 0; i < n; i++)
			buf_str(&b, args[i]);
		*s = buf_view(&b);
	}
	return NULL;
}

static err *variable(struct work *w, const struct subst_piece *v, str *ret)
{
	str *args = NEW_N(w->mem, str, v->args.n);
	for (size_t i = 0; i < v->args.n; i++) {
		args[i] = v->args.p[i]->text;
		if (v->args.p[i]->variable)
			TRY(variable(w, v->args.p[i], &args[i]));
	}
	const val *value = val_get_str(w->vars, v->text);
	if (w->strict && !val_is(value, VAL_TEXT) && !is_default(v->op))
		return err_new(w->mem, ERR_INVALID, "variable not set (strict mode): %s",
			       rune_quoted(w->mem, v->text));
	str s = val_as_str(value);
	TRY(operate(w->mem, v->op, &s, args, v->args.n));
	if (s.n > SUBST_MAX_BYTES)
		return err_new(w->mem, ERR_LIMIT, "the result of a substitution is over %zu bytes",
			       SUBST_MAX_BYTES);
	*ret = s;
	return NULL;
}

err *subst_text(arena *mem, str text, const val *vars, bool strict, str *ret_text)
{
	struct work w = {mem, vars, strict};
	struct subst_piece *piece;
	buf b = buf_init(mem);
	TRY(subst_parse(mem, text, &piece));
	for (; piece; piece = piece->next) {
		str s = piece->text;
		if (piece->variable)
			TRY(variable(&w, piece, &s));
		if (b.n + s.n > SUBST_MAX_BYTES)
			return err_new(mem, ERR_LIMIT,
				       "the text is over %zu bytes after substitution",
				       SUBST_MAX_BYTES);
		buf_str(&b, s);
	}
	buf_text(&b);
	*ret_text = buf_view(&b);
	return NULL;
}

static bool is_name(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!letter && !(i && c >= '0' && c <= '9'))
			return false;
	}
	return s.n;
}

err *subst_check_names(arena *mem, const val *vars)
{
	for (size_t i = 0; val_is(vars, VAL_MAP) && i < vars->map.n; i++)
		if (!is_name(vars->map.p[i].key))
			return err_new(mem, ERR_INVALID,
				       "'%s' var name is invalid, must match '%s'",
				       vars->map.p[i].key.p, NAME_RULE);
	return NULL;
}
