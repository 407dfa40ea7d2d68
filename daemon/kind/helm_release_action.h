/*
 * helm_release_action: one action on a release, from the marks before it to what is told of it. The rules and
 * texts are helm-controller 1.6's.
 */
#ifndef SLUICE_HELM_RELEASE_ACTION_H
#define SLUICE_HELM_RELEASE_ACTION_H

#include "kind/helm_release.h"

/* "install", "correct cluster drift": as messages name it. */
const char *action_name(enum helm_action a);

/* What is to be marked before an action begins. An err ends it: nothing was done. */
err *action_prepare(struct work *w, enum helm_action a);

/* Runs an action of release_run (not unlock, not correct) or goes on with it; resumed may be NULL. What it
 * wrote is in the status. With *ret_parked it is put down: release_park is owed, with *ret_outcome. An err:
 * it failed before it changed anything and is to be tried again; other failures are in the status. */
err *action_run(ctx *c, struct work *w, enum helm_action a, const struct wait *resumed,
		struct release_outcome *ret_outcome, bool *ret_parked);

/* Frees a release that is pending, and nobody works on. */
err *action_unlock(ctx *c, struct work *w, const struct release_record *pending);

/* Puts drift right; what could not be done is told, and no failure. */
err *action_correct(ctx *c, struct work *w, const struct release_drift *d);

/* The same as action_run for an uninstall that is no remediation. */
err *action_uninstall(ctx *c, struct work *w, const struct wait *resumed,
		      struct release_outcome *ret_outcome, bool *ret_parked);

#endif
