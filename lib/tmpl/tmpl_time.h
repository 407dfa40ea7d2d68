/*
 * tmpl_time: instants as Go's package time shows and reads them: layouts ("2006-01-02 15:04:05"),
 * zones, months and weekdays.
 */
#ifndef SLUICE_TMPL_TIME_H
#define SLUICE_TMPL_TIME_H

#include "base/buf.h"
#include "base/err.h"
#include "tmpl/tmpl_zone.h"

/* The names from January and from Sunday on. */
extern const char *const tmpl_months[12];
extern const char *const tmpl_weekdays[7];

/* The calendar of an instant in its zone. */
struct tmpl_date {
	int64_t year;
	int month, day;
	int hour, minute, second, ns;
	int weekday;  /* 0: Sunday */
	int year_day; /* from 1 */
	int offset;   /* seconds east of UTC */
	const char *zone;
};

/* The parts of an instant in its own zone. */
struct tmpl_date tmpl_time_date(const struct tv_time *t);

/* The instant of a local time; fields may be out of range, as in Go's time.Date. */
struct tv_time tmpl_time_make(int64_t year, int64_t month, int64_t day, int64_t hour,
			      int64_t minute, int64_t second, int64_t ns,
			      const struct tv_zone *zone);

/* The instant ns later, in the same zone. */
struct tv_time tmpl_time_add(struct tv_time t, int64_t ns);

/* a - b in nanoseconds, cut to the least and greatest duration. */
int64_t tmpl_time_sub(struct tv_time a, struct tv_time b);

/* Time.Format. */
void tmpl_time_format(buf *b, const struct tv_time *t, str layout);

/* Time.String. */
void tmpl_time_text(buf *b, const struct tv_time *t);

/* time.ParseInLocation; ERR_INVALID with Go's text. */
err *tmpl_time_parse(arena *mem, str layout, str value, const struct tv_zone *zone,
		     struct tv_time *ret);

/* "January", "Sunday"; "%!Month(13)" out of range. */
char *tmpl_month_text(arena *mem, int64_t month);
char *tmpl_weekday_text(arena *mem, int64_t day);

#endif
