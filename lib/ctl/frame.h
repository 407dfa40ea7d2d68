/*
 * frame: one pass of a kind's stages over one object, on a worker: what house calls "the frame". It
 * decodes, keeps the finalizer, runs the stages, writes the status in one place, tells what
 * happened, and says when to run again. /
 */
#ifndef SLUICE_FRAME_H
#define SLUICE_FRAME_H

#include "ctl/kind.h"

struct pass_settings {
	const struct kind *kind;
	struct frame frame;
	struct house *house;
	struct controller *controller;
	int64_t requeue_dependency; /* ns */
	int jitter;		    /* percent */
	int failures;		    /* passes that failed before this one */
};

enum pass_end {
	PASS_DONE,   /* success, suspended, or stalled: run again after .after (0: not by itself) */
	PASS_FAILED, /* run again after .after; 0: back off */
	PASS_WAITS,  /* something is not there yet; run again after .after */
	PASS_PARKED, /* .wait goes on */
	PASS_DROPPED, /* superseded, or the program is ending */
	PASS_GONE,    /* the object is no more, or its finalizer has been removed */
};

/* What a pass came to; texts and objects live in the ctx's arena. */
struct pass_result {
	enum pass_end end;
	int64_t after;
	struct wait *wait; /* the caller's now: to be kept if PASS_PARKED, else to be closed */
	const val *obj;	   /* as last written */
	const char *error; /* NULL: none */
	bool stalled;
	uint64_t saw; /* reconcile.saw */
};

/* Runs the pass. resumed: the wait that it goes on after, or NULL. */
void frame_pass(ctx *c, const struct pass_settings *s, const val *obj, const struct wait *resumed,
		struct pass_result *ret_result);

/* The annotation by which users ask for a pass; NULL when it is not set. */
const char *frame_requested_at(const val *obj);

#endif
