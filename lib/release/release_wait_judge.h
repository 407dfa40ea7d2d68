/*
 * release_wait_judge: when is an object ready? For hooks, by kstatus, by Helm 3's rules. A part of
 * release_wait; on the loop.
 */
#ifndef SLUICE_RELEASE_WAIT_JUDGE_H
#define SLUICE_RELEASE_WAIT_JUDGE_H

#include "apply/live.h"

/* A Pod that has succeeded, a Job that is complete; anything else at once. */
extern const struct live_judge judge_hook;

/* kstatus as it stands, a Job being ready when it has begun. */
extern const struct live_judge judge_kstatus;

/* NULL for kinds that Helm 3 does not wait for. */
const struct live_judge *judge_helm3(const char *group, const char *kind);

#endif
