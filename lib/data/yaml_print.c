#include "data/yaml.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/json.h"
#include "data/yaml_plain.h"

#define WIDTH 80    /* from this column on, the next blank breaks the line */
#define STEP 2	    /* columns of one level */
#define MAX_KEY 128 /* bytes of a key that stands before its ":" without a "?" */

struct printer {
	buf *b;
	arena *scratch;
	int column, indent;
	bool whitespace; /* the last character was a blank or a line's begin */
	bool indention;	 /* so far the line holds only blanks and "-", "?", ":" */
	bool in_map;	 /* the node stands in a map */
	bool simple_key;
	int (*cmp)(str, str); /* the order of keys */
};

enum style { PLAIN, SINGLE, DOUBLE, LITERAL };

struct facts {
	bool multiline, plain, single, block; /* which styles the text allows */
};

static void put(struct printer *p, char c)
{
	buf_char(p->b, c);
	p->column++;
}

static void put_break(struct printer *p)
{
	buf_char(p->b, '\n');
	p->column = 0;
}

/* --- characters ------------------------------------------------------------------------------- */

static size_t width(char c)
{
	unsigned char u = (unsigned char)c;
	return u < 0x80 ? 1 : u < 0xe0 ? 2 : u < 0xf0 ? 3 : 4;
}

static uint32_t rune_of(str s, size_t i)
{
	size_t len;
	return rune_at(str_sub(s, i, s.n), &len);
}

static bool is_break(uint32_t r)
{
	return r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029;
}

/* What may stand in a scalar without an escape: nothing beyond the first plane. */
static bool is_printable(uint32_t r)
{
	return r == '\n' || (r >= ' ' && r < 0x7f) || (r >= 0xa0 && r < 0xd800) ||
	       (r >= 0xe000 && r <= 0xfffd && r != 0xfeff);
}

static void put_rune(struct printer *p, str s, size_t *i)
{
	size_t n = width(s.p[*i]);
	buf_str(p->b, str_sub(s, *i, *i + n));
	p->column++;
	*i += n;
}

/* Writes a line break of the text as it is. */
static void put_break_of(struct printer *p, str s, size_t *i)
{
	if (s.p[*i] == '\n') {
		put_break(p);
		++*i;
	} else {
		put_rune(p, s, i);
		p->column = 0;
	}
}

static char at(str s, size_t i)
{
	return i < s.n ? s.p[i] : 0;
}

/* --- layout ----------------------------------------------------------------------------------- */

/* To the begin of the next line, unless the place is right already. */
static void write_indent(struct printer *p)
{
	int indent = p->indent < 0 ? 0 : p->indent;
	if (!p->indention || p->column > indent || (p->column == indent && !p->whitespace))
		put_break(p);
	while (p->column < indent)
		put(p, ' ');
	p->whitespace = p->indention = true;
}

static void indicator(struct printer *p, const char *text, bool need_space, bool is_indention)
{
	if (need_space && !p->whitespace)
		put(p, ' ');
	for (; *text; text++)
		put(p, *text);
	p->whitespace = false;
	p->indention = p->indention && is_indention;
}

/* --- scalars ---------------------------------------------------------------------------------- */

/* Does a character at the front, or one further on, make a plain scalar impossible? */
static bool is_indicator(str s, size_t i, bool after_blank)
{
	char c = s.p[i], next = at(s, i + 1);
	bool before_blank = i + 1 >= s.n || next == ' ' || next == '\t';
	if (i == 0 && strchr("#,[]{}&*!|>'\"%@`", c))
		return true;
	if (i == 0 && (c == '?' || c == '-'))
		return before_blank;
	return (c == ':' && before_blank) || (c == '#' && after_blank);
}

static struct facts look(str s)
{
	struct facts f = {.plain = true, .single = true, .block = true};
	if (!s.n)
		return (struct facts){.plain = true, .single = true};
	bool after_blank = true, space = false, line = false;
	if (str_starts(s, STR("---")) || str_starts(s, STR("...")))
		f.plain = false;
	for (size_t i = 0; i < s.n; i += width(s.p[i])) {
		uint32_t r = rune_of(s, i);
		bool edge = i == 0, last = i + width(s.p[i]) == s.n;
		if (r && r < 0x80 && is_indicator(s, i, after_blank))
			f.plain = false;
		if (!is_printable(r))
			f = (struct facts){.multiline = f.multiline};
		if (r == ' ' && line)
			f.plain = f.single = false;
		if (r == ' ' && last)
			f.block = false;
		if ((r == ' ' && (edge || last)) || is_break(r))
			f.plain = false;
		if (is_break(r) && space)
			f = (struct facts){.multiline = true};
		f.multiline = f.multiline || is_break(r);
		space = r == ' ';
		line = is_break(r);
		after_blank = space || line || r == '\t' || !r;
	}
	return f;
}

/* Breaks the line at the blank at *i, if the line is long enough; the blank is dropped then. */
static bool fold(struct printer *p, str s, size_t *i, bool after_space)
{
	if (p->simple_key || after_space || p->column <= WIDTH || at(s, *i + 1) == ' ')
		return false;
	write_indent(p);
	++*i;
	return true;
}

static void write_plain(struct printer *p, str s)
{
	bool space = false;
	if (!p->whitespace)
		put(p, ' ');
	for (size_t i = 0; i < s.n;) {
		bool is_space = s.p[i] == ' ';
		if (!(is_space && fold(p, s, &i, space)))
			put_rune(p, s, &i);
		space = is_space;
	}
	p->whitespace = p->indention = false;
}

static void write_single(struct printer *p, str s)
{
	bool space = false, line = false;
	indicator(p, "'", true, false);
	for (size_t i = 0; i < s.n;) {
		bool is_space = s.p[i] == ' ', breaks = is_break(rune_of(s, i));
		if (breaks) {
			if (!line && s.p[i] == '\n')
				put_break(p);
			put_break_of(p, s, &i);
			p->indention = true;
			line = true;
			continue;
		}
		if (line && !is_space)
			write_indent(p);
		if (!is_space)
			p->indention = line = false;
		if (s.p[i] == '\'')
			put(p, '\'');
		if (!(is_space && i && i + 1 < s.n && fold(p, s, &i, space)))
			put_rune(p, s, &i);
		space = is_space;
	}
	indicator(p, "'", false, false);
}

static void write_escape(struct printer *p, uint32_t r)
{
	static const struct {
		uint32_t r;
		char c;
	} names[] = {{0, '0'},	   {7, 'a'},	{8, 'b'},    {9, 't'},	    {10, 'n'},
		     {11, 'v'},	   {12, 'f'},	{13, 'r'},   {27, 'e'},	    {'"', '"'},
		     {'\\', '\\'}, {0x85, 'N'}, {0xa0, '_'}, {0x2028, 'L'}, {0x2029, 'P'}};
	char text[16];
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (names[i].r == r) {
			put(p, '\\');
			put(p, names[i].c);
			return;
		}
	}
	snprintf(text, sizeof(text),
		 r <= 0xff     ? "\\x%02X"
		 : r <= 0xffff ? "\\u%04X"
			       : "\\U%08X",
		 r);
	for (const char *c = text; *c; c++)
		put(p, *c);
}

static void write_double(struct printer *p, str s)
{
	bool space = false, bom = str_starts(s, STR("\xef\xbb\xbf"));
	indicator(p, "\"", true, false);
	for (size_t i = 0; i < s.n;) {
		uint32_t r = rune_of(s, i);
		bool escape = !is_printable(r) || bom || is_break(r) || r == '"' || r == '\\';
		if (escape) {
			write_escape(p, r);
			i += width(s.p[i]);
		} else if (r == ' ' && !p->simple_key && !space && p->column > WIDTH && i &&
			   i + 1 < s.n) {
			write_indent(p);
			if (at(s, i + 1) == ' ')
				put(p, '\\');
			i++;
		} else {
			put_rune(p, s, &i);
		}
		space = r == ' ' && !escape;
	}
	indicator(p, "\"", false, false);
}

/* Where the last character of s[0:end] begins. */
static size_t last_rune(str s, size_t end)
{
	do
		end--;
	while (end && (s.p[end] & 0xc0) == 0x80);
	return end;
}

static void write_literal(struct printer *p, str s)
{
	bool line = true;
	indicator(p, "|", true, false);
	if (s.p[0] == ' ' || is_break(rune_of(s, 0)))
		indicator(p, "2", false, false);
	size_t last = last_rune(s, s.n);
	if (!is_break(rune_of(s, last)))
		indicator(p, "-", false, false);
	else if (!last || is_break(rune_of(s, last_rune(s, last))))
		indicator(p, "+", false, false);
	put_break(p);
	p->indention = p->whitespace = true;
	for (size_t i = 0; i < s.n;) {
		if (is_break(rune_of(s, i))) {
			put_break_of(p, s, &i);
			p->indention = line = true;
		} else {
			if (line)
				write_indent(p);
			put_rune(p, s, &i);
			p->indention = line = false;
		}
	}
}

static enum style choose(const struct printer *p, struct facts f, enum style style)
{
	if (p->simple_key && f.multiline)
		style = DOUBLE;
	if (style == PLAIN && !f.plain)
		style = SINGLE;
	if (style == SINGLE && !f.single)
		style = DOUBLE;
	if (style == LITERAL && (!f.block || p->simple_key))
		style = DOUBLE;
	return style;
}

static void scalar(struct printer *p, str s, enum style style)
{
	int indent = p->indent;
	p->indent = indent < 0 ? STEP : indent + STEP;
	switch (choose(p, look(s), style)) {
	case PLAIN:
		write_plain(p, s);
		break;
	case SINGLE:
		write_single(p, s);
		break;
	case DOUBLE:
		write_double(p, s);
		break;
	case LITERAL:
		write_literal(p, s);
		break;
	}
	p->indent = indent;
}

/* The style that a text asks for: bare unless it would then be read as something else. */
static enum style style_of(struct printer *p, str s)
{
	if (str_find(s, '\n') >= 0)
		return LITERAL;
	bool text = yaml_plain_of(p->scratch, s, true).kind == YAML_PLAIN_TEXT;
	return text && !yaml_plain_is_base60(s) ? PLAIN : DOUBLE;
}

/* A float as it comes out of JSON: whole up to 64 bits, otherwise as %g. */
static const char *float_text(struct printer *p, double f)
{
	if (isnan(f))
		return ".nan";
	if (isinf(f))
		return f > 0 ? ".inf" : "-.inf";
	const char *text = number_json(p->scratch, f);
	if (f == 0)
		return "0";
	if (!strpbrk(text, ".e") &&
	    yaml_plain_of(p->scratch, str_of(text), false).kind == YAML_PLAIN_INT)
		return text;
	return number_text(p->scratch, f, 'g');
}

static void plain(struct printer *p, const char *text)
{
	scalar(p, str_of(text), PLAIN);
}

/* Broken bytes become U+FFFD, as encoding/json has it. */
static str well_formed(struct printer *p, str s)
{
	if (enc_is_utf8(s))
		return s;
	buf b = buf_init(p->scratch);
	size_t len;
	for (; s.n; s = str_sub(s, len, s.n))
		buf_utf8(&b, rune_at(s, &len));
	return buf_view(&b);
}

/* --- order of keys ---------------------------------------------------------------------------- */

/* The digits at the front of *s behind the number n; overflow wraps, as upstream's does. */
static int64_t take_number(str *s, uint64_t n, size_t *ret_len)
{
	size_t len;
	*ret_len = 0;
	for (uint32_t r; s->n && rune_is_digit(r = rune_at(*s, &len)); ++*ret_len) {
		n = n * 10 + r - '0';
		*s = str_sub(*s, len, s->n);
	}
	return (int64_t)n;
}

/* Does the run of digits that ends there hold another one than 0? Then a 0 behind it counts. */
static bool in_number(str s, size_t end)
{
	while (end && s.p[end - 1] == '0')
		end--;
	return end && s.p[end - 1] >= '1' && s.p[end - 1] <= '9';
}

/* Natural order: runs of digits compare as numbers, letters come behind everything else. */
int yaml_key_cmp(str a, str b)
{
	size_t i = 0, len = 0;
	while (i < a.n && i < b.n) {
		uint32_t x = rune_of(a, i), y = rune_at(str_sub(b, i, b.n), &len);
		if (x == y) {
			i += len;
			continue;
		}
		bool x_letter = rune_is_letter(x), y_letter = rune_is_letter(y);
		if (x_letter && y_letter)
			return x < y ? -1 : 1;
		if (x_letter || y_letter)
			return y_letter ? -1 : 1;
		str rest_a = str_sub(a, i, a.n), rest_b = str_sub(b, i, b.n);
		uint64_t before = (x == '0' || y == '0') && in_number(a, i);
		size_t len_a, len_b;
		int64_t m = take_number(&rest_a, before, &len_a);
		int64_t n = take_number(&rest_b, before, &len_b);
		if (m != n)
			return m < n ? -1 : 1;
		if (len_a != len_b)
			return len_a < len_b ? -1 : 1;
		return x < y ? -1 : 1;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

/* Sorts by merging: the order is no total one where a number has leading zeros, and a merge copes. */
static void sort_keys(const struct val_pair **p, size_t n, const struct val_pair **scratch,
		      int (*cmp)(str, str))
{
	if (n < 2)
		return;
	size_t half = n / 2, i = 0, j = half, k = 0;
	sort_keys(p, half, scratch, cmp);
	sort_keys(p + half, n - half, scratch, cmp);
	while (i < half || j < n) {
		bool right = i == half || (j < n && cmp(p[j]->key, p[i]->key) < 0);
		scratch[k++] = right ? p[j++] : p[i++];
	}
	memcpy(p, scratch, n * sizeof(*p));
}

/* --- nodes ------------------------------------------------------------------------------------ */

static void node(struct printer *p, const val *v, bool in_map);

static void list(struct printer *p, const val *v)
{
	int indent = p->indent;
	if (indent < 0)
		p->indent = 0;
	else if (!(p->in_map && !p->indention))
		p->indent += STEP; /* in a map, lists stand below the key itself */
	for (size_t i = 0; i < v->list.n; i++) {
		write_indent(p);
		indicator(p, "-", true, true);
		node(p, v->list.p[i], false);
	}
	p->indent = indent;
}

/* A key that needs it gets a "?". */
static void key(struct printer *p, str s)
{
	s = well_formed(p, s);
	bool simple = s.n <= MAX_KEY && !look(s).multiline;
	if (!simple)
		indicator(p, "?", true, true);
	p->simple_key = simple;
	scalar(p, s, style_of(p, s));
	p->simple_key = false;
	if (!simple)
		write_indent(p);
	indicator(p, ":", !simple, !simple);
}

static void map(struct printer *p, const val *v)
{
	size_t n = v->map.n;
	const struct val_pair **order = NEW_N(p->scratch, const struct val_pair *, 2 * n);
	int indent = p->indent;
	p->indent = indent < 0 ? 0 : indent + STEP;
	for (size_t i = 0; i < n; i++)
		order[i] = &v->map.p[i];
	sort_keys(order, n, order + n, p->cmp);
	for (size_t i = 0; i < n; i++) {
		write_indent(p);
		key(p, order[i]->key);
		node(p, order[i]->value, true);
	}
	p->indent = indent;
}

static void empty(struct printer *p, const char *open, const char *close)
{
	indicator(p, open, true, false);
	indicator(p, close, false, false);
}

static void node(struct printer *p, const val *v, bool in_map)
{
	p->in_map = in_map;
	switch (v ? v->kind : VAL_NULL) {
	case VAL_NULL:
		plain(p, "null");
		break;
	case VAL_BOOL:
		plain(p, v->b ? "true" : "false");
		break;
	case VAL_INT:
		plain(p, arena_printf(p->scratch, "%lld", (long long)v->i));
		break;
	case VAL_FLOAT:
		plain(p, float_text(p, v->f));
		break;
	case VAL_TEXT: {
		str s = well_formed(p, v->text);
		scalar(p, s, style_of(p, s));
		break;
	}
	case VAL_LIST:
		if (v->list.n)
			list(p, v);
		else
			empty(p, "[", "]");
		break;
	case VAL_MAP:
		if (v->map.n)
			map(p, v);
		else
			empty(p, "{", "}");
		break;
	}
}

static void print(buf *b, const val *v, int (*cmp)(str, str))
{
	struct printer p = {.b = b, .scratch = arena_open(), .indent = -1, .cmp = cmp};
	p.whitespace = p.indention = true;
	node(&p, v, false);
	write_indent(&p);
	arena_close(p.scratch);
}

void yaml_print(buf *b, const val *v)
{
	print(b, v, yaml_key_cmp);
}

char *yaml_text_by_bytes(arena *mem, const val *v)
{
	buf b = buf_init(mem);
	print(&b, v, str_cmp);
	return buf_text(&b);
}

char *yaml_text(arena *mem, const val *v)
{
	buf b = buf_init(mem);
	yaml_print(&b, v);
	return buf_text(&b);
}
