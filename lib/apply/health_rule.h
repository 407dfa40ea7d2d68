/*
 * health_rule: the health of an object and the rules of kinds that it is told by: one function a kind,
 * and what they are made with. For others than health.c only the results count.
 */
#ifndef SLUICE_HEALTH_RULE_H
#define SLUICE_HEALTH_RULE_H

#include <stdbool.h>

#include "base/err.h"
#include "data/val.h"

enum health {
	HEALTH_UNKNOWN,
	HEALTH_NOT_FOUND,
	HEALTH_IN_PROGRESS,
	HEALTH_CURRENT,
	HEALTH_FAILED,
	HEALTH_TERMINATING,
};

struct health_result {
	enum health status;
	const char *message; /* a line for a person; never NULL */
	const char
		*reason; /* of the condition that IN_PROGRESS and FAILED stand for; "" otherwise */
	const char *detail; /* that condition's message, mostly the same as message */
};

struct condition {
	const char *type, *status, *reason, *message;
};

struct conditions {
	struct condition *p;
	size_t n;
};

/* What a rule of a kind works on. */
struct subject {
	arena *mem;
	const val *obj;
	struct conditions conds;
	int64_t now;
	struct health_result *ret;
};

/* The rule of a kind; NULL for kinds that have none. */
typedef err *(*health_rule)(const struct subject *s);
health_rule health_rule_of(const char *group, const char *kind);

/* Flux's own rule for Jobs. */
void health_rule_job(const struct subject *s);

/* Sets a result whose condition says the same. */
void health_set(struct health_result *ret, enum health status, const char *reason,
		const char *message);
void health_current(struct health_result *ret, const char *message);

/* One field below one other, told apart: absent, of the kind wanted, or an error as apimachinery's
 * accessors give it. expected is that kind's name in Go. */
err *health_field(arena *mem, const val *obj, const char *outer, const char *inner,
		  enum val_kind kind, const char *expected, const val **ret);

#endif
