/*
 * dependencies: dependsOn of the kinds that apply: what depends_calls looks up, and what becomes of a dependency that
 * may not be one.
 */
#ifndef SLUICE_DEPENDENCIES_H
#define SLUICE_DEPENDENCIES_H

#include "ctl/depends.h"
#include "ctl/stage.h"

/* depends_calls.get and .get_other; arg is the kind's struct work, which begins with a struct reconcile. An object of
 * another kind is read with the daemon's own rights, and watched from then on, so that who waits for it is woken.
 * A Secret may not be depended on, since readyExpr would tell what is in it; with --no-cross-namespace-refs nothing
 * may that lies outside the namespace. */
const val *dependencies_get(void *arg, arena *mem, const char *kind, const char *ns,
			    const char *name);
err *dependencies_get_other(void *arg, arena *mem, const struct dependency *d, const char *ns,
			    const val **ret_obj);

/* Stalls for what get_other has refused (reason InvalidDependency); other errs and NULL stay as they are. */
err *dependencies_refused(struct reconcile *r, err *e);

#endif
