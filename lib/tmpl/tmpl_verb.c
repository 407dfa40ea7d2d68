#include "tmpl/tmpl_verb.h"

#include <stdio.h>
#include <string.h>

#include "base/rune.h"
#include "tmpl/tmpl_float.h"

static const char lower_digits[] = "0123456789abcdefx", upper_digits[] = "0123456789ABCDEFX";

static void padding(struct printer *p, int n)
{
	if (n <= 0 || p->failure)
		return;
	p->failure = tmpl_charge(p->c, (uint64_t)n);
	if (!p->failure)
		buf_fill(p->b, p->zero && !p->minus ? '0' : ' ', (size_t)n);
}

void tmpl_verb_pad(struct printer *p, str s)
{
	int width = p->has_width ? p->width - (int)rune_count(s) : 0;
	if (!p->minus)
		padding(p, width);
	buf_str(p->b, s);
	if (p->minus)
		padding(p, width);
}

/* The same, but with blanks even where zeros are asked for. */
static void pad_blank(struct printer *p, str s)
{
	bool zero = p->zero;
	p->zero = false;
	tmpl_verb_pad(p, s);
	p->zero = zero;
}

/* The digits of u before the byte at end. */
static char *digits_of(uint64_t u, unsigned base, const char *digits, char *end)
{
	do
		*--end = digits[u % base];
	while (u /= base);
	return end;
}

static void print_integer(struct printer *p, uint64_t u, unsigned base, bool is_signed,
			  uint32_t verb, const char *digits)
{
	bool negative = is_signed && (int64_t)u < 0;
	if (negative)
		u = 0 - u;
	char tmp[68], *end = tmp + sizeof(tmp), *at = digits_of(u, base, digits, end);
	if (base == 10 && !p->has_width && !p->has_precision && !p->plus && !p->space) {
		/* the usual one; the bytes of a file are millions of it */
		if (negative)
			*--at = '-';
		buf_add(p->b, at, (size_t)(end - at));
		return;
	}
	int precision = 0;
	if (p->has_precision) {
		precision = p->precision;
		if (!precision && !u) {
			pad_blank(p, STR(""));
			return;
		}
	} else if (p->zero && !p->minus && p->has_width) {
		precision = p->width - (negative || p->plus || p->space);
	}
	buf out = buf_init(p->c->mem);
	if (negative || p->plus || p->space)
		buf_char(&out, negative ? '-' : p->plus ? '+' : ' ');
	if (verb == 'O')
		buf_text_add(&out, "0o");
	bool zeros = precision > end - at;
	if (p->sharp && base == 2)
		buf_text_add(&out, "0b");
	if (p->sharp && base == 8 && *at != '0' && !zeros)
		buf_char(&out, '0');
	if (p->sharp && base == 16)
		buf_printf(&out, "0%c", digits[16]);
	if (zeros) {
		p->failure = p->failure ? p->failure : tmpl_charge(p->c, (uint64_t)precision);
		if (!p->failure)
			buf_fill(&out, '0', (size_t)(precision - (end - at)));
	}
	buf_add(&out, at, (size_t)(end - at));
	pad_blank(p, buf_view(&out));
}

static void print_unicode(struct printer *p, uint64_t u)
{
	char tmp[20], *end = tmp + sizeof(tmp), *at = digits_of(u, 16, upper_digits, end);
	int precision = p->has_precision && p->precision > 4 ? p->precision : 4;
	buf out = buf_init(p->c->mem);
	buf_text_add(&out, "U+");
	if (precision > end - at && !(p->failure = tmpl_charge(p->c, (uint64_t)precision)))
		buf_fill(&out, '0', (size_t)(precision - (end - at)));
	buf_add(&out, at, (size_t)(end - at));
	if (p->sharp && u <= 0x10ffff && rune_is_print((uint32_t)u)) {
		buf_text_add(&out, " '");
		buf_utf8(&out, (uint32_t)u);
		buf_char(&out, '\'');
	}
	pad_blank(p, buf_view(&out));
}

/* One code point inside a literal with that quote, escaped where it does not print. */
static void quote_rune(buf *b, uint32_t r, char quote, bool ascii)
{
	static const char codes[] = "\a\b\f\n\r\t\v", names[] = "abfnrtv";
	const char *at = r && r < 0x80 ? strchr(codes, (int)r) : NULL;
	if (r == (uint32_t)quote || r == '\\')
		buf_printf(b, "\\%c", (char)r);
	else if (rune_is_print(r) && (r < 0x80 || !ascii))
		buf_utf8(b, r);
	else if (at)
		buf_printf(b, "\\%c", names[at - codes]);
	else if (r < ' ' || r == 0x7f)
		buf_printf(b, "\\x%02x", r);
	else
		buf_printf(b, r < 0x10000 ? "\\u%04x" : "\\U%08x", r);
}

static void print_char(struct printer *p, uint64_t u, bool quoted)
{
	uint32_t r = u > 0x10ffff || (u >= 0xd800 && u < 0xe000) ? RUNE_BAD : (uint32_t)u;
	buf out = buf_init(p->c->mem);
	if (quoted) {
		buf_char(&out, '\'');
		quote_rune(&out, r, '\'', p->plus);
		buf_char(&out, '\'');
	} else {
		buf_utf8(&out, r);
	}
	tmpl_verb_pad(p, buf_view(&out));
}

bool tmpl_verb_int(struct printer *p, struct tv v, bool is_signed, uint32_t verb)
{
	switch (verb) {
	case 'v':
		if (p->sharp_v && !is_signed) {
			bool sharp = p->sharp;
			p->sharp = true;
			print_integer(p, v.u, 16, false, 'v', lower_digits);
			p->sharp = sharp;
			break;
		}
		/* fall through */
	case 'd':
		print_integer(p, v.u, 10, is_signed, verb, lower_digits);
		break;
	case 'b':
		print_integer(p, v.u, 2, is_signed, verb, lower_digits);
		break;
	case 'o':
	case 'O':
		print_integer(p, v.u, 8, is_signed, verb, lower_digits);
		break;
	case 'x':
		print_integer(p, v.u, 16, is_signed, verb, lower_digits);
		break;
	case 'X':
		print_integer(p, v.u, 16, is_signed, verb, upper_digits);
		break;
	case 'c':
	case 'q':
		print_char(p, v.u, verb == 'q');
		break;
	case 'U':
		print_unicode(p, v.u);
		break;
	default:
		return false;
	}
	return true;
}

/* The # flag: a decimal point always, and zeros up to the precision for %g. num begins with its
 * sign. */
static void sharpen(buf *num, char verb, int precision)
{
	int digits = (verb | 32) == 'g' || verb == 'x' ? (precision == -1 ? 6 : precision) : 0;
	char tail[16] = "";
	bool point = false, nonzero = false;
	for (size_t i = 1; i < num->n; i++) {
		char c = num->p[i];
		bool hex = verb == 'x' || verb == 'X';
		if (c == '.') {
			point = true;
		} else if (((c | 32) == 'p') || ((c | 32) == 'e' && !hex)) {
			snprintf(tail, sizeof(tail), "%s", num->p + i);
			num->p[num->n = i] = 0;
		} else {
			nonzero = nonzero || c != '0';
			digits -= nonzero;
		}
	}
	if (!point) {
		if (num->n == 2 && num->p[1] == '0')
			digits--;
		buf_char(num, '.');
	}
	if (digits > 0)
		buf_fill(num, '0', (size_t)digits);
	buf_text_add(num, tail);
}

static void print_float(struct printer *p, double f, char verb, int precision)
{
	if (p->has_precision)
		precision = p->precision;
	if (precision > 500 && (p->failure = tmpl_charge(p->c, (uint64_t)precision)))
		return;
	buf num = buf_init(p->c->mem), text = buf_init(p->c->mem);
	tmpl_float(&text, f, verb, precision);
	buf_text_add(&num, text.p[0] == '-' || text.p[0] == '+' ? "" : "+");
	buf_str(&num, buf_view(&text));
	if (p->space && num.p[0] == '+' && !p->plus)
		num.p[0] = ' ';
	if (num.p[1] == 'I' || num.p[1] == 'N') {
		bool bare = num.p[1] == 'N' ? !p->space && !p->plus : num.p[0] == '+' && !p->plus;
		pad_blank(p, str_sub(buf_view(&num), bare && num.p[1] == 'N', num.n));
		return;
	}
	if (p->sharp && verb != 'b')
		sharpen(&num, verb, precision);
	str s = buf_view(&num);
	if (!p->plus && s.p[0] == '+') {
		tmpl_verb_pad(p, str_sub(s, 1, s.n));
		return;
	}
	if (p->zero && !p->minus && p->has_width && p->width > (int)s.n) {
		buf_char(p->b, s.p[0]);
		padding(p, p->width - (int)s.n);
		buf_str(p->b, str_sub(s, 1, s.n));
		return;
	}
	tmpl_verb_pad(p, s);
}

bool tmpl_verb_float(struct printer *p, double f, uint32_t verb)
{
	if (verb == 'v')
		print_float(p, f, 'g', -1);
	else if (verb < 0x80 && verb && strchr("bgGxX", (int)verb))
		print_float(p, f, (char)verb, -1);
	else if (verb < 0x80 && verb && strchr("feEF", (int)verb))
		print_float(p, f, verb == 'F' ? 'f' : (char)verb, 6);
	else
		return false;
	return true;
}

bool tmpl_verb_complex(struct printer *p, const double *complex, uint32_t verb)
{
	if (verb >= 0x80 || !verb || !strchr("vbgGxXfFeE", (int)verb))
		return false;
	bool plus = p->plus;
	buf_char(p->b, '(');
	tmpl_verb_float(p, complex[0], verb);
	p->plus = true;
	tmpl_verb_float(p, complex[1], verb);
	buf_text_add(p->b, "i)");
	p->plus = plus;
	return true;
}

str tmpl_verb_cut(const struct printer *p, str s)
{
	if (!p->has_precision)
		return s;
	size_t at = 0, len;
	for (int n = p->precision; n > 0 && at < s.n; n--, at += len)
		rune_at(str_sub(s, at, s.n), &len);
	return str_sub(s, 0, at);
}

static void print_hex(struct printer *p, str s, const char *digits)
{
	int length = (int)s.n;
	if (p->has_precision && p->precision < length)
		length = p->precision;
	int width = 2 * length;
	if (!width) {
		padding(p, p->has_width ? p->width : 0);
		return;
	}
	if (p->space)
		width = (p->sharp ? width * 2 : width) + length - 1;
	else if (p->sharp)
		width += 2;
	int extra = p->has_width ? p->width - width : 0;
	if (!p->minus)
		padding(p, extra);
	for (int i = 0; i < length; i++) {
		if (p->space && i)
			buf_char(p->b, ' ');
		if (p->sharp && (!i || p->space))
			buf_printf(p->b, "0%c", digits[16]);
		unsigned char c = (unsigned char)s.p[i];
		buf_char(p->b, digits[c >> 4]);
		buf_char(p->b, digits[c & 15]);
	}
	if (p->minus)
		padding(p, extra);
}

bool tmpl_can_backquote(str s)
{
	size_t len;
	for (; s.n; s = str_sub(s, len, s.n)) {
		uint32_t r = rune_at(s, &len);
		if (len > 1 ? r == 0xfeff
			    : r == RUNE_BAD || (r < ' ' && r != '\t') || r == '`' || r == 0x7f)
			return false;
	}
	return true;
}

static void quote_ascii(buf *b, str s)
{
	size_t len;
	buf_char(b, '"');
	for (; s.n; s = str_sub(s, len, s.n)) {
		uint32_t r = rune_at(s, &len);
		if (len == 1 && r == RUNE_BAD)
			buf_printf(b, "\\x%02x", (unsigned char)s.p[0]);
		else
			quote_rune(b, r, '"', true);
	}
	buf_char(b, '"');
}

static void print_quoted(struct printer *p, str s)
{
	s = tmpl_verb_cut(p, s);
	buf out = buf_init(p->c->mem);
	if (p->sharp && tmpl_can_backquote(s)) {
		buf_char(&out, '`');
		buf_str(&out, s);
		buf_char(&out, '`');
	} else if (p->plus) {
		quote_ascii(&out, s);
	} else {
		rune_quote(&out, s);
	}
	tmpl_verb_pad(p, buf_view(&out));
}

bool tmpl_verb_text(struct printer *p, str s, uint32_t verb)
{
	if (verb == 'v' && p->sharp_v)
		print_quoted(p, s);
	else if (verb == 'v' || verb == 's')
		tmpl_verb_pad(p, tmpl_verb_cut(p, s));
	else if (verb == 'x' || verb == 'X')
		print_hex(p, s, verb == 'x' ? lower_digits : upper_digits);
	else if (verb == 'q')
		print_quoted(p, s);
	else
		return false;
	return true;
}
