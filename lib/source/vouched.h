/*
 * vouched: what was verified before and by which trust, so that a poll without news need not verify again. In memory alone: a
 * new process verifies anew. Any thread.
 */
#ifndef SLUICE_VOUCHED_H
#define SLUICE_VOUCHED_H

#include <stdbool.h>

#include "base/arena.h"

#define VOUCHED_MAX 100000 /* beyond, all are forgotten */

struct vouched;

/* The caller owes vouched_close. */
struct vouched *vouched_open(void);
void vouched_close(struct vouched *v);

/* A text that stands for an artifact and all it was verified by: is it known? And from now on it is. */
bool vouched_has(struct vouched *v, const char *text);
void vouched_add(struct vouched *v, const char *text);

#endif
