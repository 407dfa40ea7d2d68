/*
 * clock: what time it is. Intervals are measured on the monotonic clock only; the wall clock
 * appears in statuses, events and certificates and decides nothing.
 */
#ifndef SLUICE_CLOCK_H
#define SLUICE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define CLOCK_US INT64_C(1000)
#define CLOCK_MS INT64_C(1000000)
#define CLOCK_SECOND INT64_C(1000000000)
#define CLOCK_MINUTE (60 * CLOCK_SECOND)
#define CLOCK_HOUR (60 * CLOCK_MINUTE)

/* Nanoseconds: monotonic since some start, and since 1970 by the wall clock. */
int64_t clock_now(void);
int64_t clock_wall(void);

/* UTC, "2006-01-02T15:04:05Z" (as metav1.Time), and with six digits (metav1.MicroTime). */
char *clock_rfc3339(arena *mem, int64_t wall_ns);
char *clock_rfc3339_micro(arena *mem, int64_t wall_ns);

/* RFC 3339 with any fraction and zone, as Go's time.Parse reads it: a point in time from the year 0 to
 * 9999, in seconds since 1970 and nanoseconds behind them. ERR_INVALID with Go's text: parsing time
 * "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006". */
err *clock_read(arena *mem, str text, int64_t *ret_seconds, int *ret_ns);

/* The same as nanoseconds since 1970; false also for what they can't express (before 1678, after
 * 2262). */
bool clock_parse_rfc3339(str text, int64_t *ret_wall_ns);

/* Proleptic Gregorian days since 1970-01-01, and back. month 1-12, day 1-31. */
int64_t clock_days(int64_t year, int month, int day);
void clock_date(int64_t days, int64_t *ret_year, int *ret_month, int *ret_day);

#endif
