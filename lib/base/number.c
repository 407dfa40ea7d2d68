#include "base/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* The shortest digits d1d2d3… and the exponent x of d1.d2d3… * 10^x. */
static int shortest(double f, bool single, char digits[32])
{
	char text[40];
	for (int precision = 0; precision < 18; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, f);
		if (single ? strtof(text, NULL) == (float)f : strtod(text, NULL) == f)
			break;
	}
	size_t n = 0;
	const char *p = text;
	for (; *p && *p != 'e'; p++)
		if (*p >= '0' && *p <= '9')
			digits[n++] = *p;
	while (n > 1 && digits[n - 1] == '0')
		n--;
	digits[n] = 0;
	return *p ? atoi(p + 1) : 0;
}

static void exponent_form(buf *b, const char *digits, int x)
{
	buf_char(b, digits[0]);
	if (digits[1])
		buf_printf(b, ".%s", digits + 1);
	buf_printf(b, "e%c%02d", x < 0 ? '-' : '+', abs(x));
}

static void plain_form(buf *b, const char *digits, int x)
{
	int n = (int)strlen(digits);
	if (x < 0) {
		buf_text_add(b, "0.");
		buf_fill(b, '0', (size_t)(-x - 1));
		buf_text_add(b, digits);
		return;
	}
	for (int i = 0; i <= x; i++)
		buf_char(b, i < n ? digits[i] : '0');
	if (n > x + 1)
		buf_printf(b, ".%s", digits + x + 1);
}

static char *print(arena *mem, double f, char verb, bool single)
{
	if (isnan(f))
		return arena_text(mem, "NaN");
	if (isinf(f))
		return arena_text(mem, f > 0 ? "+Inf" : "-Inf");
	char digits[32] = "0";
	buf b = buf_init(mem);
	int x = f == 0 ? 0 : shortest(fabs(f), single, digits);
	if (signbit(f))
		buf_char(&b, '-');
	if (verb == 'e' || (verb == 'g' && (x < -4 || x >= 6)))
		exponent_form(&b, digits, x);
	else
		plain_form(&b, digits, x);
	return buf_text(&b);
}

char *number_text(arena *mem, double f, char verb)
{
	return print(mem, f, verb, false);
}

char *number_text_single(arena *mem, double f)
{
	return print(mem, (float)f, 'g', true);
}

char *number_json(arena *mem, double f)
{
	double size = fabs(f);
	if (size == 0 || (size >= 1e-6 && size < 1e21))
		return number_text(mem, f, 'f');
	char *text = number_text(mem, f, 'e');
	size_t n = strlen(text);
	if (n >= 4 && text[n - 4] == 'e' && text[n - 3] == '-' && text[n - 2] == '0') {
		text[n - 2] = text[n - 1];
		text[n - 1] = 0;
	}
	return text;
}
