#include "cel/cel_time.h"

#include <limits.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/rune.h"

#define ZONE_FOLDER "/usr/share/zoneinfo/"
#define MAX_ZONE_BYTES (64u << 10)

/* A timestamp in its zone. */
struct local {
	int64_t year, days; /* days since 1970 */
	int month, day;	    /* from 1 */
	int in_day;	    /* seconds */
	int ns;
};

/* --- the zone database ------------------------------------------------------------------------ */

static int64_t big_endian(const unsigned char *p, size_t n)
{
	uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < n; i++)
		v = v << 8 | p[i];
	return (int64_t)v;
}

/* The counts in the header of a TZif block (RFC 8536). */
struct counts {
	size_t isut, isstd, leap, times, types, chars;
};

static struct counts read_counts(const unsigned char *p)
{
	size_t n[6];
	for (size_t i = 0; i < 6; i++)
		n[i] = (size_t)big_endian(p + 20 + 4 * i, 4) & 0xffffff;
	return (struct counts){n[0], n[1], n[2], n[3], n[4], n[5]};
}

static size_t block_size(struct counts n, size_t time_size)
{
	return n.times * (time_size + 1) + n.types * 6 + n.chars + n.leap * (time_size + 4) +
	       n.isstd + n.isut;
}

/* A rule as in POSIX's TZ, the last line of a TZif file: "CET-1CEST,M3.5.0,M10.5.0/3". */
struct rule {
	int standard, summer; /* seconds east of UTC */
	bool has_summer;
	int month[2], week[2], weekday[2], second[2]; /* begin and end of summer time */
};

/* A name: letters, or anything in angle brackets. */
static bool skip_name(const char **p)
{
	const char *from = *p;
	if (**p == '<') {
		*p = strchr(*p, '>');
		return *p && (*p)++;
	}
	*p += strspn(*p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
	return *p != from;
}

static int read_number(const char **p)
{
	int n = 0;
	for (; **p >= '0' && **p <= '9' && n < 100000; ++*p)
		n = n * 10 + **p - '0';
	return n;
}

/* [+-]hh[:mm[:ss]] in seconds. */
static int read_span(const char **p)
{
	int sign = **p == '-' ? -1 : 1, s = 0;
	if (**p == '-' || **p == '+')
		++*p;
	for (int unit = 3600; unit; unit /= 60) {
		s += read_number(p) * unit;
		if (**p != ':')
			break;
		++*p;
	}
	return sign * s;
}

static bool read_change(const char **p, struct rule *r, int i)
{
	if (strncmp(*p, ",M", 2))
		return false;
	*p += 2;
	r->month[i] = read_number(p);
	if (*(*p)++ != '.')
		return false;
	r->week[i] = read_number(p);
	if (*(*p)++ != '.')
		return false;
	r->weekday[i] = read_number(p);
	r->second[i] = 7200;
	if (**p == '/') {
		++*p;
		r->second[i] = read_span(p);
	}
	return r->month[i] >= 1 && r->month[i] <= 12 && r->weekday[i] < 7;
}

static bool read_rule(const char *p, struct rule *r)
{
	*r = (struct rule){0};
	if (!skip_name(&p))
		return false;
	r->standard = -read_span(&p);
	if (!*p)
		return true;
	r->has_summer = true;
	if (!skip_name(&p))
		return false;
	r->summer = *p && *p != ',' ? -read_span(&p) : r->standard + 3600;
	return read_change(&p, r, 0) && read_change(&p, r, 1);
}

/* The day of the change in a year: a weekday of the first to the fourth week, or of the last. */
static int64_t change_day(const struct rule *r, int i, int64_t year)
{
	int64_t first = clock_days(year, r->month[i], 1);
	int64_t end = r->month[i] == 12 ? clock_days(year + 1, 1, 1)
					: clock_days(year, r->month[i] + 1, 1);
	int64_t weekday = ((first + 4) % 7 + 7) % 7;
	int64_t day = first + (r->weekday[i] - weekday + 7) % 7 + 7 * (r->week[i] - 1);
	while (day >= end)
		day -= 7;
	return day;
}

static int rule_offset(const struct rule *r, int64_t seconds)
{
	if (!r->has_summer)
		return r->standard;
	int64_t local = seconds + r->standard, year;
	int month, day;
	clock_date(local / 86400 - (local % 86400 < 0), &year, &month, &day);
	int64_t begin = change_day(r, 0, year) * 86400 + r->second[0] - r->standard;
	int64_t end = change_day(r, 1, year) * 86400 + r->second[1] - r->summer;
	bool summer =
		begin < end ? seconds >= begin && seconds < end : seconds >= begin || seconds < end;
	return summer ? r->summer : r->standard;
}

/* The offset at a time out of a block of 64-bit times and the rule behind it. */
static bool block_offset(arena *mem, const unsigned char *p, size_t n, int64_t seconds, int *ret)
{
	struct counts c = read_counts(p);
	if (n < 44 + block_size(c, 8) || !c.types)
		return false;
	const unsigned char *times = p + 44, *kinds = times + 8 * c.times, *types = kinds + c.times;
	const unsigned char *rest = p + 44 + block_size(c, 8);
	size_t i = 0, type = 0;
	while (i < c.times && big_endian(times + 8 * i, 8) <= seconds)
		i++;
	struct rule r;
	size_t left = n - (size_t)(rest - p);
	if (i == c.times && left > 2 &&
	    read_rule(str_text(mem, (str){(const char *)rest + 1, left - 2}), &r)) {
		*ret = rule_offset(&r, seconds);
		return true;
	}
	if (i)
		type = kinds[i - 1];
	else
		while (type + 1 < c.types && types[6 * type + 4])
			type++;
	if (type >= c.types)
		return false;
	*ret = (int)big_endian(types + 6 * type, 4);
	return true;
}

static bool zone_offset(arena *mem, const char *name, int64_t seconds, int *ret_offset)
{
	str file;
	if (*name == '/' || strstr(name, "..") || strchr(name, '\\'))
		return false;
	if (file_read(mem, arena_printf(mem, ZONE_FOLDER "%s", name), MAX_ZONE_BYTES, &file))
		return false;
	const unsigned char *p = (const unsigned char *)file.p;
	if (file.n < 44 || memcmp(p, "TZif", 4) || p[4] < '2')
		return false;
	size_t first = 44 + block_size(read_counts(p), 4);
	if (file.n < first + 44)
		return false;
	return block_offset(mem, p + first, file.n - first, seconds, ret_offset);
}

/* --- zones as arguments ----------------------------------------------------------------------- */

/* A number with an optional sign, or Go's error for it. */
static const cel_value *read_part(arena *mem, str s, int *ret_number)
{
	int64_t n;
	const char *why = "invalid syntax";
	if (str_int(s, &n)) {
		*ret_number = (int)n;
		if (n >= INT_MIN / 3600 && n <= INT_MAX / 3600)
			return NULL;
		why = "value out of range";
	}
	return cel_error(mem, "strconv.Atoi: parsing %s: %s", rune_quoted(mem, s), why);
}

/* Seconds east of UTC at that time; an error, or NULL. */
static const cel_value *offset_at(arena *mem, str zone, int64_t seconds, int *ret_offset)
{
	str hours, minutes;
	int h, m;
	*ret_offset = 0;
	if (str_cut(zone, ':', &hours, &minutes)) {
		const cel_value *bad = read_part(mem, hours, &h);
		if (!bad)
			bad = read_part(mem, minutes, &m);
		if (bad)
			return bad;
		*ret_offset = (h * 60 + (zone.p[0] == '-' ? -m : m)) * 60;
		return NULL;
	}
	if (!zone.n || str_is(zone, "UTC"))
		return NULL;
	if (!zone_offset(mem, str_text(mem, zone), seconds, ret_offset))
		return cel_error(mem, "unknown time zone %.*s", STR_ARG(zone));
	return NULL;
}

static const cel_value *localize(const struct cel_call *c, struct local *ret)
{
	const cel_value *t = c->args[0];
	int offset = 0;
	if (c->n > 1) {
		const cel_value *bad = offset_at(c->mem, c->args[1]->s, t->time.seconds, &offset);
		if (bad)
			return bad;
	}
	int64_t s = t->time.seconds + offset;
	ret->days = s / 86400 - (s % 86400 < 0);
	ret->in_day = (int)(s - ret->days * 86400);
	ret->ns = t->time.ns;
	clock_date(ret->days, &ret->year, &ret->month, &ret->day);
	return NULL;
}

/* --- the functions ---------------------------------------------------------------------------- */

const cel_value *cel_year(const struct cel_call *c)
{
	struct local l;
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.year);
}

const cel_value *cel_month(const struct cel_call *c)
{
	struct local l;
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.month - 1);
}

const cel_value *cel_day_of_year(const struct cel_call *c)
{
	struct local l;
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.days - clock_days(l.year, 1, 1));
}

const cel_value *cel_day_of_month(const struct cel_call *c)
{
	struct local l;
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.day - 1);
}

const cel_value *cel_date(const struct cel_call *c)
{
	struct local l;
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.day);
}

const cel_value *cel_day_of_week(const struct cel_call *c)
{
	struct local l;
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, ((l.days + 4) % 7 + 7) % 7);
}

const cel_value *cel_hours(const struct cel_call *c)
{
	struct local l;
	if (cel_is(c->args[0], CEL_DURATION))
		return cel_int(c->mem, c->args[0]->i / CLOCK_HOUR);
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.in_day / 3600);
}

const cel_value *cel_minutes(const struct cel_call *c)
{
	struct local l;
	if (cel_is(c->args[0], CEL_DURATION))
		return cel_int(c->mem, c->args[0]->i / CLOCK_MINUTE);
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.in_day / 60 % 60);
}

const cel_value *cel_seconds(const struct cel_call *c)
{
	struct local l;
	if (cel_is(c->args[0], CEL_DURATION))
		return cel_int(c->mem, c->args[0]->i / CLOCK_SECOND);
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.in_day % 60);
}

const cel_value *cel_milliseconds(const struct cel_call *c)
{
	struct local l;
	if (cel_is(c->args[0], CEL_DURATION))
		return cel_int(c->mem, c->args[0]->i / CLOCK_MS);
	const cel_value *bad = localize(c, &l);
	return bad ? bad : cel_int(c->mem, l.ns / CLOCK_MS);
}
