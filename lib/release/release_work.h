/*
 * release_work: one action under way: the release it works on, what has been written, and the position
 * from which a later pass goes on. Actions are tables of steps; a step that must wait parks and is run
 * again when the wait is over. Private to release/.
 */
#ifndef SLUICE_RELEASE_WORK_H
#define SLUICE_RELEASE_WORK_H

#include "base/vec.h"
#include "ctl/wait.h"
#include "release/release_items.h"

struct release_work {
	ctx *c;
	arena *mem; /* the ctx's */
	const struct release_of *of;
	const struct release_options *o;
	struct release_outcome *out;
	const struct wait *resumed; /* until the step that parked has looked at it */
	val *pos;		    /* goes into the wait; what is below does not */
	struct release_record rec;  /* of the release that is worked on; version 0: none yet */
	val *release;		    /* rec.release, to be changed */
	struct release_record old;  /* of an upgrade and a rollback: the current one */
	struct release_history history;
	bool has_history;
	bool parked;
	val *answer; /* to the last write of an object */
	/* the objects of two releases, once they were made: marked ones, and those of the release before */
	struct release_items target, was;
	const val *target_of, *was_of;
	val *docs; /* of the release's manifest, while nobody has made objects of them; NULL: not known */
	VEC(struct release_write) writes;
};

struct release_step {
	err *(*run)(struct release_work *w); /* NULL ends the table */
};

/* An action: what its steps are, and what becomes of a failure in one of them. */
struct release_plan {
	const struct release_step *steps;
	err *(*failed)(struct release_work *w, err *e); /* NULL: nothing more */
};

/* ---- the position ------------------------------------------------------------------------------ */

/* Numbers, flags (false without) and texts of the position; texts belong to it. */
int64_t work_int(const struct release_work *w, const char *key, int64_t otherwise);
void work_set_int(struct release_work *w, const char *key, int64_t n);
bool work_flag(const struct release_work *w, const char *key);
void work_set_flag(struct release_work *w, const char *key, bool on);
const char *work_text(const struct release_work *w, const char *key); /* "" without */
void work_set_text(struct release_work *w, const char *key, const char *text);

/* Keeps one of Helm's log lines, the last ten. */
void work_log(struct release_work *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- records ----------------------------------------------------------------------------------- */

/* The history: what the caller had, or read now. */
err *work_history(struct release_work *w);

/* Makes this release the one that is worked on. */
void work_on(struct release_work *w, val *release, const val *labels);

/* Sets info.status and info.description; NULL: as it is. */
void work_status(struct release_work *w, const char *status, const char *description);
const char *work_now(const struct release_work *w); /* the wall clock, as Helm prints it */

/* Creates or updates the record in the storage, and tells of it. Helm passes over most failures of
 * updates: work_record does. */
err *work_create(struct release_work *w);
err *work_update(struct release_work *w, struct release_record *r);
void work_record(struct release_work *w);
err *work_delete(struct release_work *w, const struct release_record *r);

/* A copy of a record whose JSON may be changed. */
struct release_record work_copy(arena *mem, const struct release_record *r);
void work_set_status(arena *mem, struct release_record *r, const char *status,
		     const char *description);

/* w->old of that version, from the history, the last park, or the storage. */
err *work_old(struct release_work *w, int64_t version);

/* Before a park, and at the end. */
void work_keep(struct release_work *w);
void work_drop(struct release_work *w);

/* Reads again what a park left: the position and the record. */
err *work_resume(struct release_work *w);

/* Was the work called off, so that nothing is to be concluded from an error? */
bool work_is_off(const struct release_work *w, const err *e);

#endif
