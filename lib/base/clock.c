#include "base/clock.h"

#include <stdio.h>
#include <time.h>

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

static bool digits(str *s, int n, int *ret)
{
	int v = 0;
	if (s->n < (size_t)n)
		return false;
	for (int i = 0; i < n; i++) {
		if (s->p[i] < '0' || s->p[i] > '9')
			return false;
		v = v * 10 + (s->p[i] - '0');
	}
	*s = (str){s->p + n, s->n - (size_t)n};
	*ret = v;
	return true;
}

static bool letter(str *s, const char *any)
{
	if (!s->n)
		return false;
	for (; *any; any++) {
		if (s->p[0] == *any) {
			*s = (str){s->p + 1, s->n - 1};
			return true;
		}
	}
	return false;
}

static int64_t fraction(str *s)
{
	int64_t ns = 0, unit = CLOCK_SECOND / 10;
	for (; s->n && s->p[0] >= '0' && s->p[0] <= '9'; *s = (str){s->p + 1, s->n - 1}) {
		ns += (s->p[0] - '0') * unit;
		unit /= 10;
	}
	return ns;
}

static int days_in(int year, int month)
{
	static const int n[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return n[month - 1] + (month == 2 && leap);
}

bool clock_parse_rfc3339(str s, int64_t *ret_wall_ns)
{
	int year, month, day, hour, minute, second, zone_hour = 0, zone_minute = 0;
	if (!digits(&s, 4, &year) || !letter(&s, "-") || !digits(&s, 2, &month) ||
	    !letter(&s, "-") || !digits(&s, 2, &day) || !letter(&s, "Tt") ||
	    !digits(&s, 2, &hour) || !letter(&s, ":") || !digits(&s, 2, &minute) ||
	    !letter(&s, ":") || !digits(&s, 2, &second))
		return false;
	if (month < 1 || month > 12 || day < 1 || day > days_in(year, month) || hour > 23 ||
	    minute > 59 || second > 59)
		return false;
	int64_t ns = letter(&s, ".") ? fraction(&s) : 0;
	if (!letter(&s, "Zz")) {
		bool west = s.n && s.p[0] == '-';
		if (!letter(&s, "+-") || !digits(&s, 2, &zone_hour) || !letter(&s, ":") ||
		    !digits(&s, 2, &zone_minute) || zone_hour > 23 || zone_minute > 59)
			return false;
		if (west) {
			zone_hour = -zone_hour;
			zone_minute = -zone_minute;
		}
	}
	if (s.n)
		return false;
	int64_t t = clock_days(year, month, day) * 86400 + hour * 3600 + minute * 60 + second -
		    zone_hour * 3600 - zone_minute * 60;
	if (t > INT64_MAX / CLOCK_SECOND - 1 || t < INT64_MIN / CLOCK_SECOND + 1)
		return false;
	*ret_wall_ns = t * CLOCK_SECOND + ns;
	return true;
}
