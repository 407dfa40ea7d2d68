#include "tmpl/tmpl_zone.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"

#define DATABASE "/usr/share/zoneinfo/"
#define MAX_FILE ((size_t)1 << 20)
#define DAY 86400

struct period {
	int64_t from;
	unsigned kind;
};

/* A day of the year in a POSIX rule: M3.5.0, J60 or 59, with the second of that day. */
struct day_rule {
	char form; /* M, J or 0 */
	int month, week, day;
	int64_t second;
};

struct rule {
	bool given;
	struct tmpl_offset standard, summer;
	bool has_summer;
	struct day_rule start, end;
};

struct tv_zone {
	const char *name;
	struct tmpl_offset *kinds;
	size_t kind_n;
	struct period *periods;
	size_t period_n;
	struct rule rule; /* for what comes after the last period */
};

static struct tmpl_offset utc_offset = {0, "UTC", false};
const struct tv_zone tmpl_zone_utc = {.name = "UTC", .kinds = &utc_offset, .kind_n = 1};

const struct tv_zone *tmpl_zone_fixed(arena *mem, const char *name, int seconds)
{
	struct tv_zone *z = NEW(mem, struct tv_zone);
	z->name = arena_text(mem, name);
	z->kinds = NEW(mem, struct tmpl_offset);
	*z->kinds = (struct tmpl_offset){seconds, z->name, false};
	z->kind_n = 1;
	return z;
}

/* --- the POSIX rule: "CET-1CEST,M3.5.0,M10.5.0/3" ---------------------------------------------- */

static bool rule_name(arena *mem, const char **p, const char **ret)
{
	const char *from = *p;
	if (*from == '<') {
		const char *end = strchr(from, '>');
		if (!end)
			return false;
		*ret = str_text(mem, (str){from + 1, (size_t)(end - from - 1)});
		*p = end + 1;
		return true;
	}
	while (**p && !strchr("0123456789,-+", **p))
		++*p;
	*ret = str_text(mem, (str){from, (size_t)(*p - from)});
	return *p - from >= 3;
}

static int rule_number(const char **p)
{
	int n = 0;
	while (**p >= '0' && **p <= '9' && n < 100000)
		n = n * 10 + (*(*p)++ - '0');
	return n;
}

/* [+-]h[:m[:s]] in seconds. */
static int rule_time(const char **p)
{
	int sign = **p == '-' ? -1 : 1;
	if (**p == '-' || **p == '+')
		++*p;
	int seconds = rule_number(p) * 3600;
	for (int unit = 60; **p == ':' && unit; unit /= 60) {
		++*p;
		seconds += rule_number(p) * unit;
	}
	return sign * seconds;
}

static bool rule_day(const char **p, struct day_rule *d)
{
	d->second = 7200;
	d->form = **p == 'M' || **p == 'J' ? *(*p)++ : '0';
	int *parts[] = {&d->month, &d->week, &d->day};
	if (d->form != 'M')
		d->day = rule_number(p);
	for (int i = 0; d->form == 'M' && i < 3; i++) {
		*parts[i] = rule_number(p);
		if (i < 2 && *(*p)++ != '.')
			return false;
	}
	if (**p == '/') {
		++*p;
		d->second = rule_time(p);
	}
	return true;
}

static struct rule parse_rule(arena *mem, const char *p)
{
	struct rule r = {0};
	if (!*p || !rule_name(mem, &p, &r.standard.name))
		return r;
	r.standard.seconds = -rule_time(&p);
	r.given = true;
	if (!*p || !rule_name(mem, &p, &r.summer.name))
		return r;
	r.summer.dst = true;
	r.summer.seconds = r.standard.seconds + 3600;
	if (*p && *p != ',')
		r.summer.seconds = -rule_time(&p);
	const char *days = *p == ',' ? p + 1 : "M3.2.0,M11.1.0";
	r.has_summer = rule_day(&days, &r.start) && *days++ == ',' && rule_day(&days, &r.end);
	return r;
}

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Seconds since the start of the year, in local time, of a rule's change. */
static int64_t change_at(const struct day_rule *d, int64_t year)
{
	int64_t first = clock_days(year, 1, 1), day;
	if (d->form == 'J') {
		day = d->day - 1 + (is_leap(year) && d->day >= 60);
	} else if (d->form == '0') {
		day = d->day;
	} else {
		int64_t month = clock_days(year, d->month, 1);
		int64_t next = d->month == 12 ? clock_days(year + 1, 1, 1)
					      : clock_days(year, d->month + 1, 1);
		int64_t weekday = ((month + 4) % 7 + 7) % 7;
		int64_t at = month + ((d->day - weekday) % 7 + 7) % 7 + (d->week - 1) * 7;
		while (at >= next)
			at -= 7;
		day = at - first;
	}
	return day * DAY + d->second;
}

static struct tmpl_offset rule_at(const struct rule *r, int64_t sec)
{
	if (!r->has_summer)
		return r->standard;
	int64_t year, local = sec + r->standard.seconds;
	int month, day;
	clock_date(local / DAY - (local % DAY < 0), &year, &month, &day);
	int64_t in_year = sec - clock_days(year, 1, 1) * DAY;
	int64_t start = change_at(&r->start, year) - r->standard.seconds;
	int64_t end = change_at(&r->end, year) - r->summer.seconds;
	bool summer =
		start < end ? in_year >= start && in_year < end : in_year >= start || in_year < end;
	return summer ? r->summer : r->standard;
}

/* --- the file: TZif, RFC 8536 ------------------------------------------------------------------ */

struct counts {
	size_t times, kinds, chars, leaps, standards, universals;
};

static int64_t big_endian(const char *p, size_t bytes)
{
	uint64_t n = (unsigned char)p[0] & 0x80 ? UINT64_MAX : 0;
	for (size_t i = 0; i < bytes; i++)
		n = n << 8 | (unsigned char)p[i];
	return (int64_t)n;
}

/* A header and the length of what follows it; false when the text is no such file or too short. */
static bool read_header(str s, size_t width, struct counts *n, size_t *ret_body)
{
	if (s.n < 44 || memcmp(s.p, "TZif", 4) != 0)
		return false;
	size_t *fields[] = {&n->universals, &n->standards, &n->leaps,
			    &n->times,	    &n->kinds,	   &n->chars};
	for (int i = 0; i < 6; i++) {
		int64_t count = big_endian(s.p + 20 + i * 4, 4);
		if (count < 0 || count > (int64_t)MAX_FILE)
			return false;
		*fields[i] = (size_t)count;
	}
	*ret_body = n->times * (width + 1) + n->kinds * 6 + n->chars + n->leaps * (width + 4) +
		    n->standards + n->universals;
	return n->kinds && s.n - 44 >= *ret_body;
}

static bool read_body(arena *mem, const char *p, size_t width, const struct counts *n,
		      struct tv_zone *z)
{
	const char *kinds = p + n->times * (width + 1), *names = kinds + n->kinds * 6;
	z->kind_n = n->kinds;
	z->kinds = NEW_N(mem, struct tmpl_offset, n->kinds);
	for (size_t i = 0; i < n->kinds; i++) {
		size_t name = (unsigned char)kinds[i * 6 + 5];
		if (name >= n->chars)
			return false;
		size_t len = strnlen(names + name, n->chars - name);
		z->kinds[i] = (struct tmpl_offset){
			(int)big_endian(kinds + i * 6, 4),
			str_text(mem, (str){names + name, len}),
			kinds[i * 6 + 4] != 0,
		};
	}
	z->period_n = n->times;
	z->periods = NEW_N(mem, struct period, n->times);
	for (size_t i = 0; i < n->times; i++) {
		unsigned kind = (unsigned char)p[n->times * width + i];
		if (kind >= n->kinds)
			return false;
		z->periods[i] = (struct period){big_endian(p + i * width, width), kind};
	}
	return true;
}

static bool read_zone(arena *mem, str s, struct tv_zone *z)
{
	struct counts n;
	size_t body;
	if (!read_header(s, 4, &n, &body))
		return false;
	if (s.p[4] < '2')
		return read_body(mem, s.p + 44, 4, &n, z);
	s = str_sub(s, 44 + body, s.n);
	if (!read_header(s, 8, &n, &body) || !read_body(mem, s.p + 44, 8, &n, z))
		return false;
	str footer = str_trim(str_sub(s, 44 + body, s.n));
	z->rule = parse_rule(mem, str_text(mem, footer));
	return true;
}

static bool is_plain_path(const char *name)
{
	return name[0] != '/' && name[0] != '\\' && !strstr(name, "..") && strlen(name) < 128;
}

bool tmpl_zone_load(arena *mem, const char *name, const struct tv_zone **ret)
{
	*ret = NULL;
	if (!name[0] || !strcmp(name, "UTC"))
		return true;
	struct tv_zone *z = NEW(mem, struct tv_zone);
	z->name = arena_text(mem, name);
	*ret = z;
	str file;
	return is_plain_path(name) &&
	       !file_read(mem, arena_printf(mem, DATABASE "%s", name), MAX_FILE, &file) &&
	       read_zone(mem, file, z);
}

/* --- looking ----------------------------------------------------------------------------------- */

/* What holds before the first change: as Go, the first kind if nothing else names it, or the first
 * that is no summer time. */
static const struct tmpl_offset *first_kind(const struct tv_zone *z)
{
	bool used = false;
	for (size_t i = 0; i < z->period_n; i++)
		used = used || z->periods[i].kind == 0;
	if (!used)
		return &z->kinds[0];
	if (z->period_n && z->kinds[z->periods[0].kind].dst)
		for (size_t i = z->periods[0].kind; i-- > 0;)
			if (!z->kinds[i].dst)
				return &z->kinds[i];
	for (size_t i = 0; i < z->kind_n; i++)
		if (!z->kinds[i].dst)
			return &z->kinds[i];
	return &z->kinds[0];
}

struct tmpl_offset tmpl_zone_at(const struct tv_zone *zone, int64_t sec)
{
	if (!zone)
		return (struct tmpl_offset){0, "UTC", false};
	size_t low = 0, high = zone->period_n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (zone->periods[mid].from <= sec)
			low = mid + 1;
		else
			high = mid;
	}
	if (!low)
		return *first_kind(zone);
	if (low == zone->period_n && zone->rule.given)
		return rule_at(&zone->rule, sec);
	return zone->kinds[zone->periods[low - 1].kind];
}

const char *tmpl_zone_name(const struct tv_zone *zone)
{
	return zone ? zone->name : "UTC";
}

bool tmpl_zone_named(const struct tv_zone *zone, str name, int64_t sec, int *ret_seconds)
{
	const struct tmpl_offset utc = {0, "UTC", false}, *kinds = zone ? zone->kinds : &utc;
	size_t n = zone ? zone->kind_n : 1;
	for (size_t i = 0; i < n; i++) {
		struct tmpl_offset then = tmpl_zone_at(zone, sec - kinds[i].seconds);
		if (str_is(name, kinds[i].name) && str_is(name, then.name)) {
			*ret_seconds = then.seconds;
			return true;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (str_is(name, kinds[i].name)) {
			*ret_seconds = kinds[i].seconds;
			return true;
		}
	return false;
}
