#include "cel/cel_text.h"

#include <string.h>

#include "base/enc.h"
#include "base/regex.h"
#include "base/rune.h"

/* A text cut into its characters. */
struct letters {
	str text;
	size_t *at; /* where each begins, and the end */
	size_t n;
};

static str text(const struct cel_call *c, size_t i)
{
	return c->args[i]->s;
}

static const cel_value *made(const struct cel_call *c, str s)
{
	return cel_string(c->mem, s);
}

static struct letters letters_of(arena *mem, str s)
{
	struct letters l = {s, NEW_N(mem, size_t, s.n + 1), 0};
	for (size_t i = 0, len; i < s.n; i += len) {
		rune_at(str_sub(s, i, s.n), &len);
		l.at[l.n++] = i;
	}
	l.at[l.n] = s.n;
	return l;
}

static str part(const struct letters *l, size_t from, size_t to)
{
	return str_sub(l->text, l->at[from], l->at[to]);
}

static const cel_value *out_of_range(const struct cel_call *c, int64_t i)
{
	return cel_error(c->mem, "index out of range: %lld", (long long)i);
}

/* --- tests ------------------------------------------------------------------------------------ */

static bool texts(const struct cel_call *c)
{
	return cel_is(c->args[0], CEL_STRING) && cel_is(c->args[1], CEL_STRING);
}

const cel_value *cel_contains(const struct cel_call *c)
{
	if (!texts(c))
		return cel_no_overload(c->mem);
	return cel_bool_of(c->mem, !text(c, 1).n || str_search(text(c, 0), text(c, 1)) >= 0);
}

const cel_value *cel_starts_with(const struct cel_call *c)
{
	if (!texts(c))
		return cel_no_overload(c->mem);
	return cel_bool_of(c->mem, str_starts(text(c, 0), text(c, 1)));
}

const cel_value *cel_ends_with(const struct cel_call *c)
{
	if (!texts(c))
		return cel_no_overload(c->mem);
	return cel_bool_of(c->mem, str_ends(text(c, 0), text(c, 1)));
}

const cel_value *cel_matches(const struct cel_call *c)
{
	struct regex *re;
	if (!texts(c))
		return cel_no_overload(c->mem);
	err *e = regex_compile(c->mem, text(c, 1), &re);
	if (e)
		return cel_error(c->mem, "%s", err_text(c->mem, e));
	return cel_bool_of(c->mem, regex_match(c->mem, re, text(c, 0)));
}

/* --- positions -------------------------------------------------------------------------------- */

const cel_value *cel_char_at(const struct cel_call *c)
{
	struct letters l = letters_of(c->mem, text(c, 0));
	int64_t i = c->args[1]->i;
	if (i < 0 || i > (int64_t)l.n)
		return out_of_range(c, i);
	return made(c, i == (int64_t)l.n ? (str){"", 0} : part(&l, (size_t)i, (size_t)i + 1));
}

/* Is looking for a text in another within what the evaluation may cost? */
static bool may_search(const struct cel_call *c)
{
	*c->budget -= (int64_t)(text(c, 0).n * text(c, 1).n / 4096);
	return *c->budget >= 0;
}

static bool is_at(const struct letters *l, size_t i, str needle)
{
	return str_starts(str_sub(l->text, l->at[i], l->text.n), needle);
}

const cel_value *cel_index_of(const struct cel_call *c)
{
	int64_t from = c->n > 2 ? c->args[2]->i : 0;
	if (!text(c, 1).n)
		return cel_int(c->mem, from);
	if (from < 0)
		return out_of_range(c, from);
	struct letters l = letters_of(c->mem, text(c, 0));
	bool may = may_search(c);
	for (size_t i = (size_t)from; i < l.n && may; i++)
		if (is_at(&l, i, text(c, 1)))
			return cel_int(c->mem, (int64_t)i);
	return cel_int(c->mem, -1);
}

const cel_value *cel_last_index_of(const struct cel_call *c)
{
	struct letters l = letters_of(c->mem, text(c, 0));
	int64_t from = c->n > 2 ? c->args[2]->i : (int64_t)l.n - 1;
	if (!text(c, 1).n)
		return cel_int(c->mem, c->n > 2 ? from : (int64_t)l.n);
	if (c->n == 2 && text(c, 0).n < text(c, 1).n)
		return cel_int(c->mem, -1);
	if (from < 0)
		return out_of_range(c, from);
	if (from >= (int64_t)l.n)
		return cel_int(c->mem, -1);
	bool may = may_search(c);
	for (; from >= 0 && may; from--)
		if (is_at(&l, (size_t)from, text(c, 1)))
			return cel_int(c->mem, from);
	return cel_int(c->mem, -1);
}

const cel_value *cel_substring(const struct cel_call *c)
{
	struct letters l = letters_of(c->mem, text(c, 0));
	int64_t from = c->args[1]->i, to = c->n > 2 ? c->args[2]->i : (int64_t)l.n;
	if (c->n > 2 && from > to)
		return cel_error(c->mem, "invalid substring range. start: %lld, end: %lld",
				 (long long)from, (long long)to);
	if (from < 0 || from > (int64_t)l.n)
		return out_of_range(c, from);
	if (to < 0 || to > (int64_t)l.n)
		return out_of_range(c, to);
	return made(c, part(&l, (size_t)from, (size_t)to));
}

/* --- other texts ------------------------------------------------------------------------------ */

/* Each character through change; broken bytes become U+FFFD. */
static const cel_value *mapped(const struct cel_call *c, uint32_t (*change)(uint32_t))
{
	str s = text(c, 0);
	buf b = buf_init(c->mem);
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t r = rune_at(str_sub(s, i, s.n), &len);
		buf_utf8(&b, r < 0x80 ? change(r) : r);
	}
	return made(c, buf_view(&b));
}

const cel_value *cel_lower(const struct cel_call *c)
{
	return mapped(c, rune_lower);
}

const cel_value *cel_upper(const struct cel_call *c)
{
	return mapped(c, rune_upper);
}

const cel_value *cel_trim(const struct cel_call *c)
{
	struct letters l = letters_of(c->mem, text(c, 0));
	size_t from = 0, to = l.n, len;
	while (from < to && rune_is_space(rune_at(part(&l, from, l.n), &len)))
		from++;
	while (to > from && rune_is_space(rune_at(part(&l, to - 1, l.n), &len)))
		to--;
	return made(c, part(&l, from, to));
}

const cel_value *cel_reverse(const struct cel_call *c)
{
	struct letters l = letters_of(c->mem, text(c, 0));
	size_t len;
	buf b = buf_init(c->mem);
	for (size_t i = l.n; i; i--)
		buf_utf8(&b, rune_at(part(&l, i - 1, i), &len));
	return made(c, buf_view(&b));
}

const cel_value *cel_quote(const struct cel_call *c)
{
	static const char names[] = "abfnrtv\\\"", values[] = "\a\b\f\n\r\t\v\\\"";
	str s = text(c, 0);
	buf b = buf_init(c->mem);
	buf_char(&b, '"');
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t r = rune_at(str_sub(s, i, s.n), &len);
		const char *special = r && r < 0x80 ? strchr(values, (int)r) : NULL;
		if (special)
			buf_printf(&b, "\\%c", names[special - values]);
		else
			buf_utf8(&b, r);
	}
	buf_char(&b, '"');
	return made(c, buf_view(&b));
}

/* --- parts ------------------------------------------------------------------------------------ */

/* Where old is next in s from i on: at every character when it is empty. */
static ptrdiff_t next_old(str s, size_t i, str old, bool first)
{
	size_t len;
	if (old.n) {
		ptrdiff_t at = str_search(str_sub(s, i, s.n), old);
		return at < 0 ? -1 : at + (ptrdiff_t)i;
	}
	if (first)
		return 0;
	if (i >= s.n)
		return -1;
	rune_at(str_sub(s, i, s.n), &len);
	return (ptrdiff_t)(i + len);
}

const cel_value *cel_replace(const struct cel_call *c)
{
	str s = text(c, 0), old = text(c, 1), with = text(c, 2);
	int64_t limit = c->n > 3 ? c->args[3]->i : -1;
	buf b = buf_init(c->mem);
	size_t from = 0;
	for (int64_t n = 0; limit < 0 || n < limit; n++) {
		ptrdiff_t at = next_old(s, from, old, !n);
		if (at < 0)
			break;
		buf_str(&b, str_sub(s, from, (size_t)at));
		buf_str(&b, with);
		from = (size_t)at + old.n;
		if (b.n > CEL_MAX_TEXT)
			return cel_too_long(c->mem);
	}
	buf_str(&b, str_sub(s, from, s.n));
	return made(c, buf_view(&b));
}

/* At most limit parts, below 0 all; by characters when there is no separator. */
const cel_value *cel_split(const struct cel_call *c)
{
	str s = text(c, 0), sep = text(c, 1);
	int64_t limit = c->n > 2 ? c->args[2]->i : -1;
	cel_value *list = cel_list(c->mem, 8);
	size_t from = 0, len;
	if (!limit || (!sep.n && !s.n))
		return list;
	for (int64_t n = 1; limit < 0 || n < limit; n++) {
		str rest = str_sub(s, from, s.n);
		rune_at(rest, &len);
		ptrdiff_t at = sep.n ? str_search(rest, sep) : len < rest.n ? (ptrdiff_t)len : -1;
		if (at < 0)
			break;
		cel_push(c->mem, list, made(c, str_sub(rest, 0, (size_t)at)));
		from += (size_t)at + sep.n;
	}
	cel_push(c->mem, list, made(c, str_sub(s, from, s.n)));
	return list;
}

const cel_value *cel_join(const struct cel_call *c)
{
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < cel_size(c->args[0]); i++) {
		const cel_value *item = cel_at(c->mem, c->args[0], i);
		if (i && c->n > 1)
			buf_str(&b, text(c, 1));
		if (!cel_is(item, CEL_STRING))
			return cel_error(c->mem, "join: invalid input: %s", cel_text(c->mem, item));
		buf_str(&b, item->s);
		if (b.n > CEL_MAX_TEXT)
			return cel_too_long(c->mem);
	}
	return made(c, buf_view(&b));
}

/* --- base64 ----------------------------------------------------------------------------------- */

const cel_value *cel_base64_encode(const struct cel_call *c)
{
	return made(c, str_of(enc_base64(c->mem, text(c, 0))));
}

static bool is_base64(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '+' || ch == '/';
}

/* Where the text stops to be base64 without padding; -1: nowhere. */
static ptrdiff_t bad_base64(str s)
{
	size_t digits = 0, last = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n' || s.p[i] == '\r')
			continue;
		if (!is_base64(s.p[i]))
			return (ptrdiff_t)i;
		if (digits++ % 4 == 0)
			last = i;
	}
	return digits % 4 == 1 ? (ptrdiff_t)last : -1;
}

const cel_value *cel_base64_decode(const struct cel_call *c)
{
	str s = text(c, 0), bytes;
	ptrdiff_t bad = bad_base64(s);
	bool padded = bad >= 0 && s.p[bad] == '=';
	if (bad >= 0 && !(padded && enc_unbase64(c->mem, s, &bytes)))
		return cel_error(c->mem, "illegal base64 data at input byte %td", bad);
	if (!enc_unbase64(c->mem, s, &bytes))
		return cel_error(c->mem, "illegal base64 data at input byte %zu", s.n);
	return cel_bytes(c->mem, bytes);
}
