#include "base/duration.h"

#include <limits.h>

#include "base/buf.h"
#include "base/clock.h"

static const struct unit {
	const char *name;
	int64_t ns;
} units[] = {
	{"ns", 1},	  {"us", CLOCK_US},    {"\u00b5s", CLOCK_US}, {"\u03bcs", CLOCK_US},
	{"ms", CLOCK_MS}, {"s", CLOCK_SECOND}, {"m", CLOCK_MINUTE},   {"h", CLOCK_HOUR},
};

static char *quoted(arena *mem, str s)
{
	buf b = buf_init(mem);
	buf_char(&b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"' || c == '\\')
			buf_char(&b, '\\');
		if (c >= 0x80 || c < ' ')
			buf_printf(&b, "\\x%02x", c);
		else
			buf_char(&b, (char)c);
	}
	buf_char(&b, '"');
	return buf_text(&b);
}

static err *invalid(arena *mem, str whole)
{
	return err_new(mem, ERR_INVALID, "time: invalid duration %s", quoted(mem, whole));
}

/* Digits before the point; false when the number passes 2^63. */
static bool leading_int(str *s, uint64_t *ret)
{
	uint64_t x = 0;
	size_t i = 0;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		if (x > (UINT64_C(1) << 63) / 10)
			return false;
		x = x * 10 + (uint64_t)(s->p[i] - '0');
		if (x > UINT64_C(1) << 63)
			return false;
	}
	*s = str_sub(*s, i, s->n);
	*ret = x;
	return true;
}

/* Digits behind the point; those that no longer fit are read and dropped. */
static uint64_t leading_fraction(str *s, double *ret_scale)
{
	uint64_t x = 0;
	size_t i = 0;
	bool overflow = false;
	*ret_scale = 1;
	for (; i < s->n && s->p[i] >= '0' && s->p[i] <= '9'; i++) {
		if (overflow || x > (INT64_MAX) / 10) {
			overflow = true;
			continue;
		}
		uint64_t y = x * 10 + (uint64_t)(s->p[i] - '0');
		if (y > UINT64_C(1) << 63) {
			overflow = true;
			continue;
		}
		x = y;
		*ret_scale *= 10;
	}
	*s = str_sub(*s, i, s->n);
	return x;
}

static err *unit_of(arena *mem, str *s, str whole, int64_t *ret_unit)
{
	size_t i = 0;
	while (i < s->n && s->p[i] != '.' && (s->p[i] < '0' || s->p[i] > '9'))
		i++;
	if (!i)
		return err_new(mem, ERR_INVALID, "time: missing unit in duration %s",
			       quoted(mem, whole));
	str name = str_sub(*s, 0, i);
	*s = str_sub(*s, i, s->n);
	for (size_t u = 0; u < sizeof(units) / sizeof(*units); u++) {
		if (str_is(name, units[u].name)) {
			*ret_unit = units[u].ns;
			return NULL;
		}
	}
	return err_new(mem, ERR_INVALID, "time: unknown unit %s in duration %s", quoted(mem, name),
		       quoted(mem, whole));
}

/* One "1.5h" off the front of *s, added to *total. */
static err *part(arena *mem, str *s, str whole, uint64_t *total)
{
	uint64_t v, f = 0;
	double scale = 1;
	int64_t unit;
	if (!(s->p[0] == '.' || (s->p[0] >= '0' && s->p[0] <= '9')))
		return invalid(mem, whole);
	size_t before = s->n;
	if (!leading_int(s, &v))
		return invalid(mem, whole);
	bool pre = s->n != before, post = false;
	if (s->n && s->p[0] == '.') {
		*s = str_sub(*s, 1, s->n);
		before = s->n;
		f = leading_fraction(s, &scale);
		post = s->n != before;
	}
	if (!pre && !post)
		return invalid(mem, whole);
	TRY(unit_of(mem, s, whole, &unit));
	if (v > (UINT64_C(1) << 63) / (uint64_t)unit)
		return invalid(mem, whole);
	v *= (uint64_t)unit;
	if (f > 0)
		v += (uint64_t)((double)f * ((double)unit / scale));
	*total += v;
	if (v > UINT64_C(1) << 63 || *total > UINT64_C(1) << 63)
		return invalid(mem, whole);
	return NULL;
}

err *duration_parse(arena *mem, str text, int64_t *ret_ns)
{
	str s = text;
	bool minus = false;
	uint64_t total = 0;
	if (s.n && (s.p[0] == '-' || s.p[0] == '+')) {
		minus = s.p[0] == '-';
		s = str_sub(s, 1, s.n);
	}
	if (str_is(s, "0")) {
		*ret_ns = 0;
		return NULL;
	}
	if (!s.n)
		return invalid(mem, text);
	while (s.n)
		TRY(part(mem, &s, text, &total));
	if (minus) {
		*ret_ns = (int64_t)(0 - total);
		return NULL;
	}
	if (total > INT64_MAX)
		return invalid(mem, text);
	*ret_ns = (int64_t)total;
	return NULL;
}

/* n / 10^digits with the trailing zeros of the fraction cut off. */
static void decimal(buf *b, uint64_t n, int fraction_digits, const char *unit)
{
	uint64_t power = 1;
	for (int i = 0; i < fraction_digits; i++)
		power *= 10;
	buf_printf(b, "%llu", (unsigned long long)(n / power));
	uint64_t rest = n % power;
	if (rest) {
		char digits_[32];
		int width = fraction_digits;
		while (rest % 10 == 0) {
			rest /= 10;
			width--;
		}
		for (int i = width - 1; i >= 0; i--, rest /= 10)
			digits_[i] = (char)('0' + rest % 10);
		buf_char(b, '.');
		buf_add(b, digits_, (size_t)width);
	}
	buf_text_add(b, unit);
}

char *duration_text(arena *mem, int64_t ns)
{
	buf b = buf_init(mem);
	uint64_t u = ns < 0 ? 0 - (uint64_t)ns : (uint64_t)ns;
	if (!u)
		return arena_text(mem, "0s");
	if (ns < 0)
		buf_char(&b, '-');
	if (u < (uint64_t)CLOCK_US) {
		decimal(&b, u, 0, "ns");
	} else if (u < (uint64_t)CLOCK_MS) {
		decimal(&b, u, 3, "\u00b5s");
	} else if (u < (uint64_t)CLOCK_SECOND) {
		decimal(&b, u, 6, "ms");
	} else {
		uint64_t minutes = u / (uint64_t)CLOCK_MINUTE;
		if (minutes >= 60)
			buf_printf(&b, "%lluh", (unsigned long long)(minutes / 60));
		if (minutes)
			buf_printf(&b, "%llum", (unsigned long long)(minutes % 60));
		decimal(&b, u % (uint64_t)CLOCK_MINUTE, 9, "s");
	}
	return buf_text(&b);
}

int64_t duration_round(int64_t d, int64_t m)
{
	if (m <= 0)
		return d;
	int64_t r = d % m, out;
	if (d < 0) {
		r = -r;
		if (r < m - r)
			return d + r;
		return __builtin_sub_overflow(d, m - r, &out) ? INT64_MIN : out;
	}
	if (r < m - r)
		return d - r;
	return __builtin_add_overflow(d, m - r, &out) ? INT64_MAX : out;
}
