#include "tmpl/tmpl_time.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tmpl/tmpl_layout.h"

struct reader {
	arena *mem;
	str layout, value; /* as given */
	str rest;	   /* of the value */
	int64_t year, month, day, year_day;
	int hour, minute, second, ns;
	bool pm, am, utc, has_offset;
	int offset;
	str zone_name;
	const char *out_of_range;
};

static const char *quoted(arena *mem, str s)
{
	buf b = buf_init(mem);
	buf_char(&b, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c >= 0x80 || c < ' ') {
			buf_printf(&b, "\\x%02x", c);
			continue;
		}
		if (c == '"' || c == '\\')
			buf_char(&b, '\\');
		buf_char(&b, (char)c);
	}
	buf_char(&b, '"');
	return buf_text(&b);
}

static err *cannot(struct reader *r, str element, str at)
{
	return err_new(r->mem, ERR_INVALID, "parsing time %s as %s: cannot parse %s as %s",
		       quoted(r->mem, r->value), quoted(r->mem, r->layout), quoted(r->mem, at),
		       quoted(r->mem, element));
}

static err *wrong(struct reader *r, const char *what)
{
	return err_new(r->mem, ERR_INVALID, "parsing time %s: %s", quoted(r->mem, r->value), what);
}

static bool digit(str s, size_t i)
{
	return i < s.n && s.p[i] >= '0' && s.p[i] <= '9';
}

/* The literal text of a layout; any number of blanks is one as good as another. */
static bool skip_text(struct reader *r, str text)
{
	while (text.n) {
		if (text.p[0] == ' ') {
			if (r->rest.n && r->rest.p[0] != ' ')
				return false;
			while (text.n && text.p[0] == ' ')
				text = str_sub(text, 1, text.n);
			while (r->rest.n && r->rest.p[0] == ' ')
				r->rest = str_sub(r->rest, 1, r->rest.n);
			continue;
		}
		if (!r->rest.n || r->rest.p[0] != text.p[0])
			return false;
		text = str_sub(text, 1, text.n);
		r->rest = str_sub(r->rest, 1, r->rest.n);
	}
	return true;
}

/* One or two digits; fixed: two. */
static bool take_number(str *s, bool fixed, int *ret)
{
	if (!digit(*s, 0) || (fixed && !digit(*s, 1)))
		return false;
	size_t n = digit(*s, 1) ? 2 : 1;
	*ret = 0;
	for (size_t i = 0; i < n; i++)
		*ret = *ret * 10 + (s->p[i] - '0');
	*s = str_sub(*s, n, s->n);
	return true;
}

/* Exactly n digits. */
static bool take_digits(str *s, size_t n, int64_t *ret)
{
	if (s->n < n || !digit(*s, 0))
		return false;
	*ret = 0;
	for (size_t i = 0; i < n; i++) {
		if (!digit(*s, i))
			return false;
		*ret = *ret * 10 + (s->p[i] - '0');
	}
	*s = str_sub(*s, n, s->n);
	return true;
}

static bool take_name(struct reader *r, const char *const *names, int n, bool is_long, int64_t *ret)
{
	for (int i = 0; i < n; i++) {
		str name = str_of(names[i]);
		if (!is_long)
			name.n = 3;
		if (str_eq_nocase(str_sub(r->rest, 0, name.n), name)) {
			*ret = i;
			r->rest = str_sub(r->rest, name.n, r->rest.n);
			return true;
		}
	}
	return false;
}

static bool is_mark(char c)
{
	return c == '.' || c == ',';
}

/* A fraction of n bytes with its mark. */
static bool take_fraction(struct reader *r, size_t n)
{
	if (r->rest.n < n || !is_mark(r->rest.p[0]))
		return false;
	int ns = 0;
	for (size_t i = 1; i < 10; i++) {
		if (i < n && !digit(r->rest, i))
			return false;
		ns = ns * 10 + (i < n ? r->rest.p[i] - '0' : 0);
	}
	r->ns = ns;
	r->rest = str_sub(r->rest, n, r->rest.n);
	return true;
}

static size_t fraction_len(str s)
{
	size_t n = 1;
	while (digit(s, n))
		n++;
	return n;
}

/* Seconds may have a fraction even when the layout has none. */
static bool take_second(struct reader *r, bool fixed, str layout)
{
	if (!take_number(&r->rest, fixed, &r->second))
		return false;
	if (r->second > 59) {
		r->out_of_range = "second";
		return true;
	}
	if (r->rest.n < 2 || !is_mark(r->rest.p[0]) || !digit(r->rest, 1))
		return true;
	struct layout_piece next = layout_next(&layout);
	if (next.kind == LAYOUT_FRACTION_0 || next.kind == LAYOUT_FRACTION_9)
		return true;
	return take_fraction(r, fraction_len(r->rest));
}

static bool take_offset(struct reader *r, const struct layout_piece *p)
{
	if (p->z && r->rest.n && r->rest.p[0] == 'Z') {
		r->rest = str_sub(r->rest, 1, r->rest.n);
		r->utc = true;
		return true;
	}
	size_t need = 3 + (p->minutes ? 2 + p->colon : 0) + (p->seconds ? 2 + p->colon : 0);
	if (r->rest.n < need)
		return false;
	str s = str_sub(r->rest, 1, need);
	char sign = r->rest.p[0];
	int parts[3] = {0};
	size_t count = 1 + (size_t)p->minutes + (size_t)p->seconds;
	for (size_t i = 0; i < count; i++) {
		if (i && p->colon) {
			if (s.p[0] != ':')
				return false;
			s = str_sub(s, 1, s.n);
		}
		if (!take_number(&s, true, &parts[i]))
			return false;
	}
	r->rest = str_sub(r->rest, need, r->rest.n);
	if (parts[0] > 24)
		r->out_of_range = "time zone offset hour";
	else if (parts[1] > 60)
		r->out_of_range = "time zone offset minute";
	else if (parts[2] > 60)
		r->out_of_range = "time zone offset second";
	r->has_offset = true;
	r->offset = (parts[0] * 60 + parts[1]) * 60 + parts[2];
	if (sign == '-')
		r->offset = -r->offset;
	return sign == '+' || sign == '-';
}

/* "+3", "-11": its length, 0 for none. */
static size_t signed_hours(str s)
{
	if (!s.n || (s.p[0] != '+' && s.p[0] != '-'))
		return 0;
	int64_t hours;
	size_t n = 1;
	while (digit(s, n))
		n++;
	return str_int(str_sub(s, 1, n), &hours) && hours <= 23 ? n : 0;
}

static size_t zone_name_len(str s)
{
	if (s.n < 3)
		return 0;
	if (str_starts(s, STR("ChST")) || str_starts(s, STR("MeST")))
		return 4;
	if (str_starts(s, STR("GMT")))
		return 3 + signed_hours(str_sub(s, 3, s.n));
	if (s.p[0] == '+' || s.p[0] == '-')
		return signed_hours(s);
	size_t n = 0;
	while (n < 6 && n < s.n && s.p[n] >= 'A' && s.p[n] <= 'Z')
		n++;
	if (n == 5)
		return s.p[4] == 'T' ? 5 : 0;
	if (n == 4)
		return s.p[3] == 'T' || str_starts(s, STR("WITA")) ? 4 : 0;
	return n == 3 ? 3 : 0;
}

static bool take_zone_name(struct reader *r)
{
	if (str_starts(r->rest, STR("UTC"))) {
		r->utc = true;
		r->rest = str_sub(r->rest, 3, r->rest.n);
		return true;
	}
	size_t n = zone_name_len(r->rest);
	r->zone_name = str_sub(r->rest, 0, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	return n > 0;
}

static bool take_half(struct reader *r, const char *pm, const char *am)
{
	str half = str_sub(r->rest, 0, 2);
	r->rest = str_sub(r->rest, half.n, r->rest.n);
	r->pm = r->pm || str_is(half, pm);
	r->am = r->am || str_is(half, am);
	return str_is(half, pm) || str_is(half, am);
}

static bool take_range(struct reader *r, bool fixed, int max, const char *what, int *ret)
{
	if (!take_number(&r->rest, fixed, ret))
		return false;
	if (*ret > max)
		r->out_of_range = what;
	return true;
}

static bool take_month(struct reader *r, bool fixed)
{
	int month;
	if (!take_number(&r->rest, fixed, &month))
		return false;
	r->month = month;
	if (month < 1 || month > 12)
		r->out_of_range = "month";
	return true;
}

static bool take_day(struct reader *r, const struct layout_piece *p)
{
	int day;
	if (p->kind == LAYOUT_UNDER_DAY && r->rest.n && r->rest.p[0] == ' ')
		r->rest = str_sub(r->rest, 1, r->rest.n);
	if (!take_number(&r->rest, p->kind == LAYOUT_ZERO_DAY, &day))
		return false;
	r->day = day;
	return true;
}

static bool take_year_day(struct reader *r, const struct layout_piece *p)
{
	bool under = p->kind == LAYOUT_UNDER_YEAR_DAY;
	for (int i = 0; i < 2 && under && r->rest.n && r->rest.p[0] == ' '; i++)
		r->rest = str_sub(r->rest, 1, r->rest.n);
	size_t n = 0;
	while (n < 3 && digit(r->rest, n))
		n++;
	return n && (under || n == 3) && take_digits(&r->rest, n, &r->year_day);
}

static bool take_two_digit_year(struct reader *r)
{
	/* Go reads the two characters as a number, which may have a sign */
	if (r->rest.n < 2 || !str_int(str_sub(r->rest, 0, 2), &r->year))
		return false;
	r->rest = str_sub(r->rest, 2, r->rest.n);
	r->year += r->year >= 69 ? 1900 : 2000;
	return true;
}

static bool take_piece(struct reader *r, const struct layout_piece *p, str layout)
{
	int64_t ignored;
	switch (p->kind) {
	case LAYOUT_YEAR:
		return take_two_digit_year(r);
	case LAYOUT_LONG_YEAR:
		return take_digits(&r->rest, 4, &r->year);
	case LAYOUT_MONTH:
	case LAYOUT_LONG_MONTH:
		if (!take_name(r, tmpl_months, 12, p->kind == LAYOUT_LONG_MONTH, &r->month))
			return false;
		r->month++;
		return true;
	case LAYOUT_NUM_MONTH:
	case LAYOUT_ZERO_MONTH:
		return take_month(r, p->kind == LAYOUT_ZERO_MONTH);
	case LAYOUT_WEEKDAY:
	case LAYOUT_LONG_WEEKDAY:
		return take_name(r, tmpl_weekdays, 7, p->kind == LAYOUT_LONG_WEEKDAY, &ignored);
	case LAYOUT_DAY:
	case LAYOUT_UNDER_DAY:
	case LAYOUT_ZERO_DAY:
		return take_day(r, p);
	case LAYOUT_UNDER_YEAR_DAY:
	case LAYOUT_ZERO_YEAR_DAY:
		return take_year_day(r, p);
	case LAYOUT_HOUR:
		return take_range(r, false, 23, "hour", &r->hour);
	case LAYOUT_HOUR12:
	case LAYOUT_ZERO_HOUR12:
		return take_range(r, p->kind == LAYOUT_ZERO_HOUR12, 12, "hour", &r->hour);
	case LAYOUT_MINUTE:
	case LAYOUT_ZERO_MINUTE:
		return take_range(r, p->kind == LAYOUT_ZERO_MINUTE, 59, "minute", &r->minute);
	case LAYOUT_SECOND:
	case LAYOUT_ZERO_SECOND:
		return take_second(r, p->kind == LAYOUT_ZERO_SECOND, layout);
	case LAYOUT_PM:
		return take_half(r, "PM", "AM");
	case LAYOUT_LOW_PM:
		return take_half(r, "pm", "am");
	case LAYOUT_OFFSET:
		return take_offset(r, p);
	case LAYOUT_ZONE_NAME:
		return take_zone_name(r);
	case LAYOUT_FRACTION_0:
		return take_fraction(r, (size_t)p->digits + 1);
	case LAYOUT_FRACTION_9:
		if (r->rest.n < 2 || !is_mark(r->rest.p[0]) || !digit(r->rest, 1))
			return true;
		return take_fraction(r, fraction_len(r->rest));
	case LAYOUT_NONE:
		break;
	}
	return true;
}

static int days_in(int64_t year, int64_t month)
{
	int64_t next =
		month == 12 ? clock_days(year + 1, 1, 1) : clock_days(year, (int)month + 1, 1);
	return (int)(next - clock_days(year, (int)month, 1));
}

/* Day and month from the day of the year, or their defaults; checks them. */
static err *settle_day(struct reader *r)
{
	if (r->year_day >= 0) {
		int64_t year;
		int month, day;
		int64_t first = clock_days(r->year, 1, 1);
		if (r->year_day < 1 || r->year_day > clock_days(r->year + 1, 1, 1) - first)
			return wrong(r, "day-of-year out of range");
		clock_date(first + r->year_day - 1, &year, &month, &day);
		if (r->month >= 0 && r->month != month)
			return wrong(r, "day-of-year does not match month");
		if (r->day >= 0 && r->day != day)
			return wrong(r, "day-of-year does not match day");
		r->month = month;
		r->day = day;
	}
	if (r->month < 0)
		r->month = 1;
	if (r->day < 0)
		r->day = 1;
	if (r->day < 1 || r->day > days_in(r->year, r->month))
		return wrong(r, "day out of range");
	return NULL;
}

static struct tv_time instant(const struct reader *r, const struct tv_zone *zone)
{
	return tmpl_time_make(r->year, r->month, r->day, r->hour, r->minute, r->second, r->ns,
			      zone);
}

/* The zone is the one that was read: an offset, a name, or the given one. */
static struct tv_time settle_zone(const struct reader *r, const struct tv_zone *zone)
{
	if (r->utc || (!r->has_offset && !r->zone_name.n))
		return instant(r, r->utc ? NULL : zone);
	struct tv_time t = instant(r, NULL);
	const char *name = str_text(r->mem, r->zone_name);
	if (r->has_offset) {
		t.sec -= r->offset;
		struct tmpl_offset local = tmpl_zone_at(zone, t.sec);
		bool same = local.seconds == r->offset && (!name[0] || !strcmp(name, local.name));
		t.zone = same ? zone : tmpl_zone_fixed(r->mem, name, r->offset);
		return t;
	}
	int seconds = 0;
	if (tmpl_zone_named(zone, r->zone_name, t.sec, &seconds)) {
		t.sec -= seconds;
		t.zone = zone;
		return t;
	}
	/* a name that nobody knows; GMT+3 tells its offset, which yet does not move the time */
	if (r->zone_name.n > 3 && str_starts(r->zone_name, STR("GMT")))
		seconds = atoi(name + 3) * 3600;
	t.zone = tmpl_zone_fixed(r->mem, name, seconds);
	return t;
}

err *tmpl_time_parse(arena *mem, str layout, str value, const struct tv_zone *zone,
		     struct tv_time *ret)
{
	struct reader r = {.mem = mem,
			   .layout = layout,
			   .value = value,
			   .rest = value,
			   .month = -1,
			   .day = -1,
			   .year_day = -1};
	for (;;) {
		struct layout_piece p = layout_next(&layout);
		if (!skip_text(&r, p.before))
			return cannot(&r, p.before, r.rest);
		if (!p.kind)
			break;
		str before = r.rest;
		bool ok = take_piece(&r, &p, layout);
		if (r.out_of_range)
			return wrong(&r, arena_printf(mem, "%s out of range", r.out_of_range));
		if (!ok)
			return cannot(&r, p.text, before);
	}
	if (r.rest.n)
		return wrong(&r, arena_printf(mem, "extra text: %s", quoted(mem, r.rest)));
	if (r.pm && r.hour < 12)
		r.hour += 12;
	else if (r.am && r.hour == 12)
		r.hour = 0;
	TRY(settle_day(&r));
	*ret = settle_zone(&r, zone);
	return NULL;
}
