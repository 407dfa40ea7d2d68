/*
 * release_apply_write: one object written, in each of the ways that Helm's client knows. Tells live what
 * it is to look like from now on. A part of release_apply.
 */
#ifndef SLUICE_RELEASE_APPLY_WRITE_H
#define SLUICE_RELEASE_APPLY_WRITE_H

#include "release/release_apply.h"

/* Server-side apply; force takes fields of others. migrate: see release_apply. */
err *write_applied(struct release_work *w, const struct release_item *it, bool force, bool migrate,
		   bool *ret_created);

/* POST; ERR_EXISTS. */
err *write_created(struct release_work *w, const struct release_item *it);

/* A three-way patch from old. ERR_NOT_FOUND: it is not there. */
err *write_patched(struct release_work *w, const struct release_item *it,
		   const struct release_item *old, const struct release_apply *how);

/* PUT over what is there; ERR_NOT_FOUND. */
err *write_replaced(struct release_work *w, const struct release_item *it);

#endif
