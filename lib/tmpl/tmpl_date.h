/*
 * tmpl_date: sprig's functions for dates and durations, and the methods of Go's time.Time,
 * time.Duration, time.Month, time.Weekday and time.Location.
 */
#ifndef SLUICE_TMPL_DATE_H
#define SLUICE_TMPL_DATE_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_func tmpl_date_funcs[];
extern const struct tmpl_method tmpl_date_methods[];

#endif
