/*
 * cel_time: the parts of timestamps and spans of time: t.getHours(), t.getHours("Europe/Berlin").
 * Zones are offsets ("+02:00") or names out of the system's zone database.
 */
#ifndef SLUICE_CEL_TIME_H
#define SLUICE_CEL_TIME_H

#include "cel/cel_arith.h"

cel_fn cel_year, cel_month, cel_day_of_year, cel_day_of_month, cel_date, cel_day_of_week;
cel_fn cel_hours, cel_minutes, cel_seconds, cel_milliseconds; /* of spans of time too */

#endif
