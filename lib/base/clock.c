#include "base/clock.h"

#include <time.h>

#include "base/buf.h"

static int64_t read_clock(clockid_t id)
{
	struct timespec t;
	clock_gettime(id, &t);
	return t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

int64_t clock_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

int64_t clock_days(int64_t y, int m, int d)
{
	/* counted from 0000-03-01, so that the leap day is the last of its year */
	y -= m <= 2;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t yoe = y - era * 400;
	int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

void clock_date(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;
	*ret_day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*ret_month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*ret_year = yoe + era * 400 + (*ret_month <= 2);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static char *print(arena *mem, int64_t wall_ns, bool micro)
{
	int64_t s = floor_div(wall_ns, CLOCK_SECOND), days = floor_div(s, 86400), year;
	int64_t in_day = s - days * 86400;
	int month, day;
	clock_date(days, &year, &month, &day);
	char *base =
		arena_printf(mem, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)year, month, day,
			     (int)(in_day / 3600), (int)(in_day / 60 % 60), (int)(in_day % 60));
	if (!micro)
		return arena_printf(mem, "%sZ", base);
	int64_t ns = wall_ns - s * CLOCK_SECOND;
	return arena_printf(mem, "%s.%06dZ", base, (int)(ns / 1000));
}

char *clock_rfc3339(arena *mem, int64_t wall_ns)
{
	return print(mem, wall_ns, false);
}

char *clock_rfc3339_micro(arena *mem, int64_t wall_ns)
{
	return print(mem, wall_ns, true);
}

#define LAYOUT "2006-01-02T15:04:05Z07:00"

/* A reading under way; the first failure is kept, and nothing is read behind it. */
struct reading {
	arena *mem;
	str whole, rest;
	err *failed;
};

/* As Go's package time quotes: bytes that are not ASCII one by one. */
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

static void no_match(struct reading *r, const char *what)
{
	if (!r->failed)
		r->failed = err_new(r->mem, ERR_INVALID,
				    "parsing time %s as \"" LAYOUT "\": cannot parse %s as \"%s\"",
				    quoted(r->mem, r->whole), quoted(r->mem, r->rest), what);
}

static void out_of_range(struct reading *r, const char *what)
{
	if (!r->failed)
		r->failed = err_new(r->mem, ERR_INVALID, "parsing time %s: %s out of range",
				    quoted(r->mem, r->whole), what);
}

static bool is_digit(str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

static int number(str s, size_t from, size_t n)
{
	int v = 0;
	while (n--)
		v = v * 10 + (s.p[from++] - '0');
	return v;
}

/* A number of least to most digits, called `what` in the layout. */
static int take(struct reading *r, size_t least, size_t most, const char *what)
{
	size_t n = 0;
	while (n < most && is_digit(r->rest, n))
		n++;
	if (n < least)
		no_match(r, what);
	if (r->failed)
		return 0;
	int v = number(r->rest, 0, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	return v;
}

static void take_mark(struct reading *r, const char *mark)
{
	if (!r->rest.n || r->rest.p[0] != *mark)
		no_match(r, mark);
	else if (!r->failed)
		r->rest = str_sub(r->rest, 1, r->rest.n);
}

static int take_below(struct reading *r, size_t least, int limit, const char *layout,
		      const char *what)
{
	int v = take(r, least, 2, layout);
	if (v >= limit)
		out_of_range(r, what);
	return v;
}

/* Digits behind a point or a comma, in nanoseconds. */
static int take_fraction(struct reading *r)
{
	int ns = 0, unit = 100000000;
	str s = r->rest;
	if (r->failed || s.n < 2 || (s.p[0] != '.' && s.p[0] != ',') || !is_digit(s, 1))
		return 0;
	size_t i = 1;
	for (; is_digit(s, i); i++, unit /= 10)
		ns += (s.p[i] - '0') * unit;
	r->rest = str_sub(s, i, s.n);
	return ns;
}

/* Z or +hh:mm, in seconds; some write offsets of 24 hours or 60 minutes. */
static int take_zone(struct reading *r)
{
	str s = r->rest;
	if (r->failed)
		return 0;
	if (s.n && s.p[0] == 'Z') {
		r->rest = str_sub(s, 1, s.n);
		return 0;
	}
	bool good = s.n >= 6 && (s.p[0] == '+' || s.p[0] == '-') && s.p[3] == ':' &&
		    is_digit(s, 1) && is_digit(s, 2) && is_digit(s, 4) && is_digit(s, 5);
	if (!good) {
		no_match(r, "Z07:00");
		return 0;
	}
	int hour = number(s, 1, 2), minute = number(s, 4, 2);
	if (minute > 60)
		out_of_range(r, "time zone offset minute");
	else if (hour > 24)
		out_of_range(r, "time zone offset hour");
	r->rest = str_sub(s, 6, s.n);
	return (hour * 60 + minute) * (s.p[0] == '-' ? -60 : 60);
}

static int days_in(int year, int month)
{
	static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return n[month - 1] + (month == 2 && leap);
}

err *clock_read(arena *mem, str text, int64_t *ret_seconds, int *ret_ns)
{
	struct reading r = {.mem = mem, .whole = text, .rest = text};
	int year = take(&r, 4, 4, "2006");
	take_mark(&r, "-");
	int month = take(&r, 2, 2, "01");
	if (month < 1 || month > 12)
		out_of_range(&r, "month");
	take_mark(&r, "-");
	int day = take(&r, 2, 2, "02");
	take_mark(&r, "T");
	int hour = take_below(&r, 1, 24, "15", "hour");
	take_mark(&r, ":");
	int minute = take_below(&r, 2, 60, "04", "minute");
	take_mark(&r, ":");
	int second = take_below(&r, 2, 60, "05", "second");
	int ns = take_fraction(&r), zone = take_zone(&r);
	if (!r.failed && r.rest.n)
		return err_new(mem, ERR_INVALID, "parsing time %s: extra text: %s",
			       quoted(mem, text), quoted(mem, r.rest));
	if (!r.failed && (day < 1 || day > days_in(year, month)))
		out_of_range(&r, "day");
	if (r.failed)
		return r.failed;
	*ret_seconds =
		clock_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second - zone;
	*ret_ns = ns;
	return NULL;
}

bool clock_parse_rfc3339(str text, int64_t *ret_wall_ns)
{
	arena *scratch = arena_open();
	int64_t seconds;
	int ns;
	bool good = !clock_read(scratch, text, &seconds, &ns);
	arena_close(scratch);
	if (!good || seconds > INT64_MAX / CLOCK_SECOND - 1 ||
	    seconds < INT64_MIN / CLOCK_SECOND + 1)
		return false;
	*ret_wall_ns = seconds * CLOCK_SECOND + ns;
	return true;
}
