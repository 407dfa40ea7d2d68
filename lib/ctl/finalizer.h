/*
 * finalizer: the mark that keeps an object until its controller has cleaned up behind it.
 */
#ifndef SLUICE_FINALIZER_H
#define SLUICE_FINALIZER_H

#include "ctl/status.h"

#define FINALIZER "finalizers.fluxcd.io"

/* Does the object have it? */
bool finalizer_has(const val *obj, const char *finalizer);

/* Adds or removes it with one PATCH that fails if the object changed meanwhile (then it is read and
 * tried again). Nothing is written when it is so already. *ret_obj is the object as it is now.
 * Removing it from an object that has gone is no error. */
err *finalizer_add(ctx *c, const struct status_target *t, const val *obj, const char *finalizer,
		   const val **ret_obj);
err *finalizer_remove(ctx *c, const struct status_target *t, const val *obj, const char *finalizer);

#endif
