#include "tmpl/tmpl_time.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "tmpl/tmpl_layout.h"

#define DAY 86400

const char *const tmpl_months[] = {"January",	"February", "March",	"April",
				   "May",	"June",	    "July",	"August",
				   "September", "October",  "November", "December"};
const char *const tmpl_weekdays[] = {"Sunday",	 "Monday", "Tuesday", "Wednesday",
				     "Thursday", "Friday", "Saturday"};

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct tmpl_date tmpl_time_date(const struct tv_time *t)
{
	struct tmpl_date d = {.ns = t->ns};
	struct tmpl_offset offset = tmpl_zone_at(t->zone, t->sec);
	d.offset = offset.seconds;
	d.zone = offset.name;
	int64_t local = t->sec + offset.seconds, days = floor_div(local, DAY);
	int second = (int)(local - days * DAY);
	d.hour = second / 3600;
	d.minute = second / 60 % 60;
	d.second = second % 60;
	clock_date(days, &d.year, &d.month, &d.day);
	d.weekday = (int)(((days + 4) % 7 + 7) % 7);
	d.year_day = (int)(days - clock_days(d.year, 1, 1)) + 1;
	return d;
}

struct tv_time tmpl_time_make(int64_t year, int64_t month, int64_t day, int64_t hour,
			      int64_t minute, int64_t second, int64_t ns,
			      const struct tv_zone *zone)
{
	int64_t years = floor_div(month - 1, 12);
	month -= years * 12;
	int64_t carry = floor_div(ns, CLOCK_SECOND);
	int64_t sec = (clock_days(year + years, (int)month, 1) + day - 1) * DAY + hour * 3600 +
		      minute * 60 + second + carry;
	/* the offset at about that time; where it changes just then, the one on the right side */
	if (zone) {
		int offset = tmpl_zone_at(zone, sec).seconds;
		int there = tmpl_zone_at(zone, sec - offset).seconds;
		if (there != offset) {
			int again = tmpl_zone_at(zone, sec - there).seconds;
			offset = again == there ? there : offset;
		}
		sec -= offset;
	}
	return (struct tv_time){
		.sec = sec, .ns = (int32_t)(ns - carry * CLOCK_SECOND), .zone = zone};
}

struct tv_time tmpl_time_add(struct tv_time t, int64_t ns)
{
	int64_t sum = t.ns + ns % CLOCK_SECOND, carry = floor_div(sum, CLOCK_SECOND);
	t.sec += ns / CLOCK_SECOND + carry;
	t.ns = (int32_t)(sum - carry * CLOCK_SECOND);
	if (t.mono)
		t.mono += ns;
	return t;
}

int64_t tmpl_time_sub(struct tv_time a, struct tv_time b)
{
	int64_t ns;
	if (__builtin_mul_overflow(a.sec - b.sec, CLOCK_SECOND, &ns) ||
	    __builtin_add_overflow(ns, a.ns - b.ns, &ns))
		return a.sec < b.sec ? INT64_MIN : INT64_MAX;
	return ns;
}

char *tmpl_month_text(arena *mem, int64_t month)
{
	if (month < 1 || month > 12)
		return arena_printf(mem, "%%!Month(%llu)", (unsigned long long)month);
	return arena_text(mem, tmpl_months[month - 1]);
}

char *tmpl_weekday_text(arena *mem, int64_t day)
{
	if (day < 0 || day > 6)
		return arena_printf(mem, "%%!Weekday(%llu)", (unsigned long long)day);
	return arena_text(mem, tmpl_weekdays[day]);
}

static void add_offset(buf *b, const struct layout_piece *p, int offset)
{
	if (p->z && !offset) {
		buf_char(b, 'Z');
		return;
	}
	int minutes = abs(offset / 60);
	buf_printf(b, "%c%02d", offset / 60 < 0 ? '-' : '+', minutes / 60);
	if (p->minutes)
		buf_printf(b, "%s%02d", p->colon ? ":" : "", minutes % 60);
	if (p->seconds)
		buf_printf(b, "%s%02d", p->colon ? ":" : "", abs(offset) % 60);
}

static void add_fraction(buf *b, const struct layout_piece *p, int ns)
{
	char digits[16];
	snprintf(digits, sizeof(digits), "%09d", ns);
	int n = p->digits < 9 ? p->digits : 9;
	if (p->kind == LAYOUT_FRACTION_9) {
		while (n && digits[n - 1] == '0')
			n--;
		if (!n)
			return;
	}
	buf_printf(b, "%c%.*s", p->mark, n, digits);
	if (p->digits > n && p->kind == LAYOUT_FRACTION_0)
		buf_fill(b, '0', (size_t)(p->digits - n));
}

static void add_year(buf *b, int64_t year, bool two)
{
	if (two)
		buf_printf(b, "%02lld", (long long)(year < 0 ? 0 : year % 100));
	else
		buf_printf(b, year < 0 ? "-%04lld" : "%04lld", (long long)llabs(year));
}

/* A piece that is a number; *ret_form is how it is printed. False for other pieces. */
static bool number_piece(enum layout_kind kind, const struct tmpl_date *d, int *ret,
			 const char **ret_form)
{
	static const struct {
		enum layout_kind kind;
		size_t at;
		const char *form;
	} numbers[] = {
#define NUMBER(kind, field, form) {kind, offsetof(struct tmpl_date, field), form}
		NUMBER(LAYOUT_NUM_MONTH, month, "%d"),
		NUMBER(LAYOUT_ZERO_MONTH, month, "%02d"),
		NUMBER(LAYOUT_DAY, day, "%d"),
		NUMBER(LAYOUT_UNDER_DAY, day, "%2d"),
		NUMBER(LAYOUT_ZERO_DAY, day, "%02d"),
		NUMBER(LAYOUT_UNDER_YEAR_DAY, year_day, "%3d"),
		NUMBER(LAYOUT_ZERO_YEAR_DAY, year_day, "%03d"),
		NUMBER(LAYOUT_HOUR, hour, "%02d"),
		NUMBER(LAYOUT_HOUR12, hour, "%d"),
		NUMBER(LAYOUT_ZERO_HOUR12, hour, "%02d"),
		NUMBER(LAYOUT_MINUTE, minute, "%d"),
		NUMBER(LAYOUT_ZERO_MINUTE, minute, "%02d"),
		NUMBER(LAYOUT_SECOND, second, "%d"),
		NUMBER(LAYOUT_ZERO_SECOND, second, "%02d"),
#undef NUMBER
	};
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (numbers[i].kind != kind)
			continue;
		memcpy(ret, (const char *)d + numbers[i].at, sizeof(*ret));
		if (kind == LAYOUT_HOUR12 || kind == LAYOUT_ZERO_HOUR12)
			*ret = *ret % 12 ? *ret % 12 : 12;
		*ret_form = numbers[i].form;
		return true;
	}
	return false;
}

static void add_piece(buf *b, const struct layout_piece *p, const struct tmpl_date *d)
{
	int number;
	const char *form;
	if (number_piece(p->kind, d, &number, &form)) {
		buf_printf(b, form, number);
		return;
	}
	switch (p->kind) {
	case LAYOUT_LONG_MONTH:
		buf_text_add(b, tmpl_months[d->month - 1]);
		break;
	case LAYOUT_MONTH:
		buf_add(b, tmpl_months[d->month - 1], 3);
		break;
	case LAYOUT_LONG_WEEKDAY:
		buf_text_add(b, tmpl_weekdays[d->weekday]);
		break;
	case LAYOUT_WEEKDAY:
		buf_add(b, tmpl_weekdays[d->weekday], 3);
		break;
	case LAYOUT_LONG_YEAR:
	case LAYOUT_YEAR:
		add_year(b, d->year, p->kind == LAYOUT_YEAR);
		break;
	case LAYOUT_PM:
		buf_text_add(b, d->hour >= 12 ? "PM" : "AM");
		break;
	case LAYOUT_LOW_PM:
		buf_text_add(b, d->hour >= 12 ? "pm" : "am");
		break;
	case LAYOUT_ZONE_NAME:
		if (d->zone[0])
			buf_text_add(b, d->zone);
		else
			add_offset(b, &(struct layout_piece){.minutes = true}, d->offset);
		break;
	case LAYOUT_OFFSET:
		add_offset(b, p, d->offset);
		break;
	case LAYOUT_FRACTION_0:
	case LAYOUT_FRACTION_9:
		add_fraction(b, p, d->ns);
		break;
	default:
		break;
	}
}

void tmpl_time_format(buf *b, const struct tv_time *t, str layout)
{
	struct tmpl_date d = tmpl_time_date(t);
	struct layout_piece p;
	do {
		p = layout_next(&layout);
		buf_str(b, p.before);
		add_piece(b, &p, &d);
	} while (p.kind);
}

void tmpl_time_text(buf *b, const struct tv_time *t)
{
	tmpl_time_format(b, t, STR("2006-01-02 15:04:05.999999999 -0700 MST"));
	if (t->mono)
		buf_printf(b, " m=%c%lld.%09lld", t->mono < 0 ? '-' : '+',
			   llabs(t->mono) / CLOCK_SECOND, llabs(t->mono) % CLOCK_SECOND);
}
