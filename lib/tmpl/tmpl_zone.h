/*
 * tmpl_zone: time zones: UTC, fixed offsets, and those of the system's zone database.
 */
#ifndef SLUICE_TMPL_ZONE_H
#define SLUICE_TMPL_ZONE_H

#include <stdbool.h>

#include "tmpl/tmpl_value.h"

/* What holds at an instant. */
struct tmpl_offset {
	int seconds; /* east of UTC */
	const char *name;
	bool dst;
};

/* UTC, for where a pointer must not be NULL. */
extern const struct tv_zone tmpl_zone_utc;

/* A zone of one offset; the name may be empty. In mem. */
const struct tv_zone *tmpl_zone_fixed(arena *mem, const char *name, int seconds);

/* A zone by its name in the database, "Europe/Berlin", from /usr/share/zoneinfo; "" and "UTC" give
 * NULL, which stands for UTC. False when there is none, or the name is no plain path. */
bool tmpl_zone_load(arena *mem, const char *name, const struct tv_zone **ret);

/* zone may be NULL: UTC. */
struct tmpl_offset tmpl_zone_at(const struct tv_zone *zone, int64_t sec);
const char *tmpl_zone_name(const struct tv_zone *zone);

/* The offset that the abbreviation stands for in the zone, best at about that local time. */
bool tmpl_zone_named(const struct tv_zone *zone, str name, int64_t sec, int *ret_seconds);

#endif
