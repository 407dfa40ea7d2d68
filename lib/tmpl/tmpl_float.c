#include "tmpl/tmpl_float.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* d1d2d3… without zeros at the end and x of d1.d2d3… * 10^x. */
struct digits {
	char d[24];
	int n;
	int x;
};

static void whole_digits(uint64_t u, struct digits *r)
{
	r->n = snprintf(r->d, sizeof(r->d), "%llu", (unsigned long long)u);
	r->x = r->n - 1;
	while (r->n > 1 && r->d[r->n - 1] == '0')
		r->n--;
	r->d[r->n] = 0;
}

/* The shortest digits of f >= 0. What 15 digits can tell they tell exactly, so more are only tried
 * when they do not suffice. */
static void shortest(double f, struct digits *r)
{
	if (f < 1e15 && f == floor(f)) {
		whole_digits((uint64_t)f, r);
		return;
	}
	char text[40];
	/* the very small ones have fewer digits than 15 */
	for (int precision = f < 1e-300 ? 0 : 14; precision < 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, f);
		if (strtod(text, NULL) == f)
			break;
	}
	r->n = 0;
	const char *p = text;
	for (; *p && *p != 'e'; p++)
		if (*p != '.')
			r->d[r->n++] = *p;
	while (r->n > 1 && r->d[r->n - 1] == '0')
		r->n--;
	r->d[r->n] = 0;
	r->x = *p ? atoi(p + 1) : 0;
}

static void exponent_form(buf *b, const struct digits *r, char e)
{
	buf_char(b, r->d[0]);
	if (r->n > 1)
		buf_printf(b, ".%s", r->d + 1);
	buf_printf(b, "%c%c%02d", e, r->x < 0 ? '-' : '+', abs(r->x));
}

static void plain_form(buf *b, const struct digits *r)
{
	if (r->x < 0) {
		buf_text_add(b, "0.");
		buf_fill(b, '0', (size_t)(-r->x - 1));
		buf_text_add(b, r->d);
		return;
	}
	for (int i = 0; i <= r->x; i++)
		buf_char(b, i < r->n ? r->d[i] : '0');
	if (r->n > r->x + 1)
		buf_printf(b, ".%s", r->d + r->x + 1);
}

/* Mantissa and binary exponent of f >= 0: f = m * 2^e, m < 2^53. */
static uint64_t split(double f, int *ret_e)
{
	uint64_t bits;
	memcpy(&bits, &f, sizeof(bits));
	int e = (int)(bits >> 52 & 0x7ff);
	uint64_t m = bits & ((UINT64_C(1) << 52) - 1);
	if (e)
		m |= UINT64_C(1) << 52;
	else
		e = 1;
	*ret_e = e - 1075;
	return m;
}

static void hex_form(buf *b, double f, char verb, int precision)
{
	bool upper = verb == 'X';
	const char *hex = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	int e;
	uint64_t m = split(f, &e);
	if (m) {
		/* the one in front of the point stands at bit 60, as in Go's %e of the mantissa */
		int shift = __builtin_clzll(m) - 3;
		m <<= shift;
		e += 60 - shift;
	} else {
		e = 0;
	}
	if (precision >= 0 && precision < 15) {
		int drop = 60 - precision * 4;
		uint64_t extra = m & ((UINT64_C(1) << drop) - 1), half = UINT64_C(1) << (drop - 1);
		m >>= drop;
		if (extra > half || (extra == half && m & 1))
			m++;
		m <<= drop;
		if (m & UINT64_C(1) << 61) {
			m >>= 1;
			e++;
		}
	}
	buf_printf(b, "0%c%c", upper ? 'X' : 'x', hex[m >> 60 & 1]);
	m <<= 4;
	if (precision > 0 || (precision < 0 && m))
		buf_char(b, '.');
	for (int i = 0; precision >= 0 ? i < precision : m != 0; i++, m <<= 4)
		buf_char(b, hex[m >> 60 & 15]);
	buf_printf(b, "%c%c%02d", upper ? 'P' : 'p', e < 0 ? '-' : '+', abs(e));
}

static void shortest_form(buf *b, double f, char verb)
{
	struct digits r;
	shortest(f, &r);
	if ((verb | 32) == 'e' || ((verb | 32) == 'g' && (r.x < -4 || r.x >= 6)))
		exponent_form(b, &r, verb & 32 ? 'e' : 'E');
	else
		plain_form(b, &r);
}

void tmpl_float(buf *b, double f, char verb, int precision)
{
	if (isnan(f)) {
		buf_text_add(b, "NaN");
		return;
	}
	if (isinf(f)) {
		buf_text_add(b, f > 0 ? "+Inf" : "-Inf");
		return;
	}
	if (signbit(f))
		buf_char(b, '-');
	f = fabs(f);
	if (verb == 'b') {
		int e;
		uint64_t m = split(f, &e);
		buf_printf(b, "%llup%+d", (unsigned long long)m, e);
	} else if (verb == 'x' || verb == 'X') {
		hex_form(b, f, verb, precision);
	} else if (precision < 0) {
		shortest_form(b, f, verb);
	} else {
		static const char *const forms[] = {"%.*e", "%.*E", "%.*f", "%.*g", "%.*G"};
		const char *form = forms[verb == 'e'   ? 0
					 : verb == 'E' ? 1
					 : verb == 'g' ? 3
					 : verb == 'G' ? 4
						       : 2];
		int n = snprintf(NULL, 0, form, precision, f);
		char *room = buf_room(b, (size_t)n + 1);
		snprintf(room, (size_t)n + 1, form, precision, f);
		b->n += (size_t)n;
	}
}
