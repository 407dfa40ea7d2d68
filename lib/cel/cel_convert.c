#include "cel/cel_convert.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/enc.h"
#include "base/number.h"

#define FIRST_SECOND INT64_C(-62135596800) /* of the year 1 */
#define LAST_SECOND INT64_C(253402300799)  /* of the year 9999 */

static const cel_value *arg(const struct cel_call *c)
{
	return c->args[0];
}

static const cel_value *no_conversion(const struct cel_call *c, enum cel_kind to)
{
	return cel_error(c->mem, "type conversion error from '%s' to '%s'",
			 cel_type_name(arg(c)->kind), cel_type_name(to));
}

static const cel_value *int_overflow(arena *mem)
{
	return cel_error(mem, "integer overflow");
}

static const cel_value *uint_overflow(arena *mem)
{
	return cel_error(mem, "unsigned integer overflow");
}

const cel_value *cel_same(const struct cel_call *c)
{
	return arg(c);
}

const cel_value *cel_to_type(const struct cel_call *c)
{
	return cel_type_of(c->mem, cel_type_name(arg(c)->kind));
}

const cel_value *cel_to_bool(const struct cel_call *c)
{
	static const char *const words[2][6] = {{"0", "f", "F", "false", "FALSE", "False"},
						{"1", "t", "T", "true", "TRUE", "True"}};
	if (cel_is(arg(c), CEL_BOOL))
		return arg(c);
	for (int i = 0; i < 12; i++)
		if (str_is(arg(c)->s, words[i / 6][i % 6]))
			return cel_bool_of(c->mem, i / 6);
	return no_conversion(c, CEL_BOOL);
}

const cel_value *cel_to_bytes(const struct cel_call *c)
{
	return cel_is(arg(c), CEL_BYTES) ? arg(c) : cel_bytes(c->mem, arg(c)->s);
}

/* --- numbers ---------------------------------------------------------------------------------- */

/* Decimal digits with an optional sign, and nothing else. */
static bool read_int(str s, int64_t *ret_number)
{
	char text[32], *end;
	if (!s.n || s.n >= sizeof(text) || s.p[0] == ' ' || memchr(s.p, '\0', s.n))
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	size_t from = text[0] == '-' || text[0] == '+';
	if (text[from] < '0' || text[from] > '9')
		return false;
	errno = 0;
	*ret_number = strtoll(text, &end, 10);
	return !*end && !errno;
}

static bool read_uint(str s, uint64_t *ret_number)
{
	char text[32], *end;
	if (!s.n || s.n >= sizeof(text) || s.p[0] < '0' || s.p[0] > '9')
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return end == text + s.n && !errno;
}

/* Leading zeros may make a number longer than it has to be. */
static str without_zeros(str s)
{
	size_t sign = s.n && (s.p[0] == '-' || s.p[0] == '+'), zeros = sign;
	while (zeros + 1 < s.n && s.p[zeros] == '0' && s.p[zeros + 1] >= '0' &&
	       s.p[zeros + 1] <= '9')
		zeros++;
	if (zeros == sign || (sign && s.p[0] == '-'))
		return s;
	return str_sub(s, zeros, s.n);
}

const cel_value *cel_to_int(const struct cel_call *c)
{
	const cel_value *v = arg(c);
	int64_t i;
	switch (v->kind) {
	case CEL_INT:
		return v;
	case CEL_DURATION:
		return cel_int(c->mem, v->i);
	case CEL_TIMESTAMP:
		return cel_int(c->mem, v->time.seconds);
	case CEL_UINT:
		return v->u > INT64_MAX ? int_overflow(c->mem) : cel_int(c->mem, (int64_t)v->u);
	case CEL_DOUBLE:
		if (!(v->d > -0x1p63 && v->d < 0x1p63))
			return int_overflow(c->mem);
		return cel_int(c->mem, (int64_t)v->d);
	default:
		if (!read_int(without_zeros(v->s), &i))
			return no_conversion(c, CEL_INT);
		return cel_int(c->mem, i);
	}
}

const cel_value *cel_to_uint(const struct cel_call *c)
{
	const cel_value *v = arg(c);
	uint64_t u;
	switch (v->kind) {
	case CEL_UINT:
		return v;
	case CEL_INT:
		return v->i < 0 ? uint_overflow(c->mem) : cel_uint(c->mem, (uint64_t)v->i);
	case CEL_DOUBLE:
		if (!(v->d >= 0 && v->d < 0x1p64))
			return uint_overflow(c->mem);
		return cel_uint(c->mem, (uint64_t)v->d);
	default:
		if (!read_uint(without_zeros(v->s), &u))
			return no_conversion(c, CEL_UINT);
		return cel_uint(c->mem, u);
	}
}

static bool is_hex_digit(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* Does the text, without its sign, have the form of a number as Go reads one? */
static bool is_number(const char *s)
{
	static const char *const words[] = {"inf", "infinity", "nan"};
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_eq_nocase(str_of(s), str_of(words[i])))
			return true;
	bool hex = s[0] == '0' && (s[1] | 32) == 'x', dot = false, digits = false;
	for (s += hex ? 2 : 0; *s; s++) {
		if (*s == '.' && !dot)
			dot = true;
		else if (hex ? is_hex_digit(*s) : *s >= '0' && *s <= '9')
			digits = true;
		else
			break;
	}
	if (!digits)
		return false;
	if ((*s | 32) != (hex ? 'p' : 'e'))
		return !*s && !hex;
	s += 1 + (s[1] == '+' || s[1] == '-');
	return *s && !s[strspn(s, "0123456789")];
}

/* Underscores stand between digits; a base's prefix counts as one. */
static bool strip_underscores(char *s)
{
	char *out = s, before = '!';
	bool hex = s[0] == '0' && (s[1] | 32) == 'x';
	for (size_t i = 0; s[i]; i++) {
		bool digit = (s[i] >= '0' && s[i] <= '9') || (hex && (i < 2 || is_hex_digit(s[i])));
		if (s[i] == '_' ? before != '0' : before == '_' && !digit)
			return false;
		before = digit ? '0' : s[i] == '_' ? '_' : '!';
		if (s[i] != '_')
			*out++ = s[i];
	}
	*out = '\0';
	return before != '_';
}

static bool read_double(arena *mem, str s, double *ret_number)
{
	char *text = str_text(mem, s);
	size_t sign = *text == '-' || *text == '+';
	if (strlen(text) != s.n || !strip_underscores(text + sign) || !is_number(text + sign))
		return false;
	if (sign && (text[sign] | 32) == 'n')
		return false;
	*ret_number = strtod(text, NULL);
	return !isinf(*ret_number) || (text[sign] | 32) == 'i';
}

const cel_value *cel_to_double(const struct cel_call *c)
{
	const cel_value *v = arg(c);
	double d;
	switch (v->kind) {
	case CEL_DOUBLE:
		return v;
	case CEL_INT:
		return cel_double(c->mem, (double)v->i);
	case CEL_UINT:
		return cel_double(c->mem, (double)v->u);
	default:
		return read_double(c->mem, v->s, &d) ? cel_double(c->mem, d)
						     : no_conversion(c, CEL_DOUBLE);
	}
}

/* --- times ------------------------------------------------------------------------------------ */

const cel_value *cel_to_duration(const struct cel_call *c)
{
	int64_t ns;
	if (cel_is(arg(c), CEL_DURATION))
		return arg(c);
	if (!cel_is(arg(c), CEL_STRING) || duration_parse(c->mem, arg(c)->s, &ns))
		return no_conversion(c, CEL_DURATION);
	return cel_duration(c->mem, ns);
}

/* Seconds east of UTC out of the end of an RFC 3339 text: "Z", "+01:00". */
static int32_t zone_of(str s)
{
	if (s.n < 6 || s.p[s.n - 1] == 'Z')
		return 0;
	const char *p = s.p + s.n - 6;
	int hours = (p[1] - '0') * 10 + p[2] - '0', minutes = (p[4] - '0') * 10 + p[5] - '0';
	int seconds = (hours * 60 + minutes) * 60;
	return p[0] == '-' ? -seconds : seconds;
}

const cel_value *cel_to_timestamp(const struct cel_call *c)
{
	const cel_value *v = arg(c);
	int64_t seconds;
	int ns = 0;
	int32_t zone = 0;
	if (cel_is(v, CEL_TIMESTAMP))
		return v;
	if (cel_is(v, CEL_INT))
		seconds = v->i;
	else if (clock_read(c->mem, v->s, &seconds, &ns))
		return no_conversion(c, CEL_TIMESTAMP);
	else
		zone = zone_of(v->s);
	if (seconds < FIRST_SECOND || seconds > LAST_SECOND)
		return cel_error(c->mem, "timestamp overflow");
	return cel_time(c->mem, seconds, ns, zone);
}

/* --- texts ------------------------------------------------------------------------------------ */

char *cel_double_text(arena *mem, double d)
{
	return number_text(mem, d, 'g');
}

char *cel_seconds_text(arena *mem, int64_t ns)
{
	double seconds = (double)(ns / CLOCK_SECOND) + (double)(ns % CLOCK_SECOND) / 1e9;
	return arena_printf(mem, "%ss", number_text(mem, seconds, 'f'));
}

const cel_value *cel_to_string(const struct cel_call *c)
{
	const cel_value *v = arg(c);
	const char *text;
	switch (v->kind) {
	case CEL_STRING:
		return v;
	case CEL_BYTES:
		if (!enc_is_utf8(v->s))
			return cel_error(c->mem,
					 "invalid UTF-8 in bytes, cannot convert to string");
		return cel_string(c->mem, v->s);
	case CEL_DURATION:
		text = cel_seconds_text(c->mem, v->i);
		break;
	case CEL_TIMESTAMP:
		text = cel_time_text(c->mem, v, false);
		break;
	default:
		text = cel_text(c->mem, v);
	}
	return cel_string(c->mem, str_of(text));
}
