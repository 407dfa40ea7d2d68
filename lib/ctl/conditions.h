/*
 * conditions: the list of metav1.Conditions in an object's status, set and summed up as Flux does.
 * The status is a map val that its owner may change; generation is the object's. A condition's
 * lastTransitionTime moves when its status, reason or message changes, and stays otherwise.
 */
#ifndef SLUICE_CONDITIONS_H
#define SLUICE_CONDITIONS_H

#include "data/fields.h"
#include "data/val.h"

#define CONDITION_READY "Ready"
#define CONDITION_RECONCILING "Reconciling"
#define CONDITION_STALLED "Stalled"
#define CONDITION_HEALTHY "Healthy"

#define CONDITION_MESSAGE_MAX ((size_t)32768) /* bytes; a longer message is cut and marked */

#define CONDITION_TRUE "True"
#define CONDITION_FALSE "False"
#define CONDITION_UNKNOWN "Unknown"

/* The condition of a type, NULL when there is none. */
const val *conditions_get(const val *status, const char *type);
/* Its status, reason, message; "" when there is none. */
const char *conditions_state(const val *status, const char *type);
const char *conditions_reason(const val *status, const char *type);
const char *conditions_message(const val *status, const char *type);
bool conditions_is(const val *status, const char *type, const char *state);

/* Sets a condition. Reconciling=True removes Stalled and the other way round. True when anything
 * but observedGeneration changed. The list is kept in Flux's order: Stalled, Reconciling, Ready,
 * the rest by name. */
bool conditions_set(arena *mem, val *status, int64_t generation, const char *type,
		    const char *state, const char *reason, const char *message);
bool conditions_setf(arena *mem, val *status, int64_t generation, const char *type,
		     const char *state, const char *reason, const char *fmt, ...)
	__attribute__((format(printf, 7, 8)));
void conditions_del(val *status, const char *type);
/* The condition as it was, with its generation and time; was may be NULL: there is none. */
void conditions_restore(arena *mem, val *status, const char *type, const val *was);

/* Which conditions count for Ready, and how; both lists are ended by NULL. Of several that decide
 * equally, the first named one wins. */
struct conditions_polarity {
	const char *const *positive; /* True is good */
	const char *const *negative; /* True is bad, absent is good */
	/* of the positive ones, those whose False overrides everything else; may be NULL */
	const char *const *bipolar;
};

/* Sets Ready to the sum of the others: a negative one True or Stalled → False; a positive one False
 * → False; positive True → True; negative False → True; any Unknown → Unknown. Reason and message
 * are the winner's. Ready stays as it is when none of them is there. */
void conditions_summary(arena *mem, val *status, int64_t generation,
			const struct conditions_polarity *p);

/* A condition that ended up as it was before keeps its lastTransitionTime, whatever it was in between. */
void conditions_settle(arena *mem, val *status, const val *before);

/* Merges what changed from before to after into the list of theirs (another's newer view of the
 * same status), type by type; returns the new list. */
val *conditions_merge(arena *mem, const val *before, const val *after, const val *theirs);

/* The rows of a condition, for status schemas: FIELD_OBJECTS with .sub = condition_fields. */
extern const struct field condition_fields[];

/* A message that is at most CONDITION_MESSAGE_MAX bytes. */
const char *conditions_cut(arena *mem, const char *message);

#endif
