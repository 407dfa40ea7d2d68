/*
 * release_apply: a release's objects written to the cluster as Helm's client does it: created, updated by
 * server-side or client-side apply, those that are no longer wanted deleted; and the checks of ownership
 * before. Private to release/.
 */
#ifndef SLUICE_RELEASE_APPLY_H
#define SLUICE_RELEASE_APPLY_H

#include "release/release_work.h"

struct release_apply {
	bool ssa;
	bool force;	/* replace; not with ssa */
	bool migrate;	/* what was written without ssa becomes ours by ssa */
	bool three_way; /* of custom resources, too; not with ssa */
};

/* Must it be asked what is there? Where whatever is there is taken over an apply finds out by itself; but of an identity whose
 * rights are not known it has to be seen first that it may read, since Helm stores nothing otherwise. */
bool apply_must_look(struct release_work *w, const struct release_items *items);

/* Which of the objects exist. With take_ownership each is only asked for; otherwise one that is not this
 * release's is an error: "ConfigMap \"x\" in namespace \"y\" exists and cannot be imported into the
 * current release: …". */
err *apply_existing(struct release_work *w, const struct release_items *items,
		    struct release_items *ret);

/* Creates all; goes on after a failure, the err has a line for each. An object that is there already is
 * taken over when adopt is set. */
err *apply_create(struct release_work *w, const struct release_items *items, bool ssa, bool force,
		  bool adopt);

/* From what was (current) to what is wanted: creates, updates, deletes. What was created is kept in the
 * position for apply_clean_up. */
err *apply_update(struct release_work *w, const struct release_items *current,
		  const struct release_items *wanted, const struct release_apply *how);

/* Deletes what apply_update has created. */
err *apply_clean_up(struct release_work *w);

/* Deletes one; propagation "Background", "Foreground", "Orphan". *ret_gone: it is there no more, or never
 * was. */
err *apply_delete(struct release_work *w, const struct release_item *it, const char *propagation,
		  bool *ret_gone);

#endif
