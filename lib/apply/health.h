/*
 * health: is an object there yet? The rules of kstatus (the library that Flux and kpt share) for one
 * object as the API shows it. No clock is read and no request sent: the caller says what time it is.
 */
#ifndef SLUICE_HEALTH_H
#define SLUICE_HEALTH_H

#include <stdbool.h>

#include "apply/health_rule.h"

/* "InProgress", "Current", …: as kstatus spells it. */
const char *health_name(enum health h);

/* kstatus' Compute: generic conditions first, then the rule of the kind. now is the wall clock in ns,
 * for the one rule that knows time (an unschedulable Pod fails 15 s after its creation). An object
 * whose status has the wrong shape is ERR_INVALID with kstatus' text. */
err *health_of(arena *mem, const val *obj, int64_t now, struct health_result *ret);

/* The same as Flux checks what it manages: a Job is Current only once it is complete or suspended, and
 * a wrong shape makes the status Unknown with the error as its message. */
void health_of_managed(arena *mem, const val *obj, int64_t now, struct health_result *ret);

/* Can the status of this kind be told from metadata alone (no field of its status counts)? */
bool health_needs_no_status(const char *group, const char *kind);

#endif
