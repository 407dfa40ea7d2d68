/*
 * stage: what a pass of a controller is made of: the table of stages, and the struct reconcile that
 * the frame gives them. A kind's struct work begins with one:
 *
 *	struct work {
 *		struct reconcile r;          given
 *		struct artifact *artifact;   resolve
 *		…
 *	};
 *
 * A stage reads what stands above, writes its own field, and ends in NULL or an err. What is to become of
 * an err (condition, reason, event, when to try again) the stage says with stage_fault; otherwise
 * the table's row and policy_of decide. The frame alone writes the status, on every path.
 */
#ifndef SLUICE_STAGE_H
#define SLUICE_STAGE_H

#include "ctl/event.h"
#include "ctl/policy.h"
#include "ctl/status.h"
#include "ctl/wait.h"
#include "kube/client.h"
#include "rt/ctx.h"

struct kind;
struct controller;
struct house; /* the daemon's: daemon/house.h */

struct stage {
	const char *doing; /* "applying": for logs */
	/* work is the kind's struct work. NULL and r.finished: the pass ends here, as a success. */
	err *(*run)(ctx *c, void *work);
	const char *reason; /* of the condition when it fails */
	/* a negative condition that becomes True when it fails and goes when it passes (sources:
	 * "FetchFailed"); NULL: Ready itself becomes False */
	const char *condition;
};

/* What a failure means. Zeros: as the table's row, policy_of and err_text have it. */
struct fault {
	enum policy policy;
	const char *reason;
	const char *condition; /* the negative condition; "" for Ready itself */
	const char *message;   /* of the condition and the event; NULL: the err's text */
	/* the event; EVENT_NONE: EVENT_ERROR for a failure and a stall, none for a wait; silent:
	 * none at all */
	enum event_severity event;
	bool silent;
	const char *event_message; /* NULL: the message */
	int64_t after;		   /* requeue after, ns; 0: as the policy has it */
	bool keep_generation;	   /* a stall that does not advance observedGeneration */
	bool no_condition;	   /* conditions were set by the stage */
};

/* How stages reach the frame that runs them. */
struct frame {
	struct status_target target;
	struct events *events;
	const char *component;	      /* who reports events */
	bool (*may_write)(void *arg); /* NULL: always */
	void *may_write_arg;
};

struct reconcile {
	/* given by the frame */
	ctx *ctx;
	arena *mem;
	struct house *house;
	struct controller *controller;
	const struct kind *kind;
	struct client *client; /* the controller's own identity */
	const val *obj;	       /* as the cache has it */
	const char *ns, *name, *uid;
	int64_t generation;
	val *status;		       /* a working copy: stages change it, the frame writes it */
	const void *spec;	       /* decoded by the kind's fields table */
	const struct wait *resumed;    /* the pass goes on after this wait; NULL: it begins */
	const struct wait *called_off; /* the kind's call_off: the wait that is not gone on after */
	int64_t began;		       /* clock_now */
	bool requested;		       /* the requestedAt annotation has a new value */

	/* said by the kind's begin hook */
	bool suspend;
	int64_t interval; /* after a success, ns, jittered; 0: not again by itself */
	int64_t retry;	  /* after a failure, ns; 0: exponential back-off */

	/* said by stages */
	bool finished;	  /* no further stage is run */
	int64_t after;	  /* instead of interval, exact; 0: interval */
	val *annotations; /* a map of texts: go with every event of this pass */
	uint64_t saw;	  /* controllers_offer of the source as this pass uses it: the news of just
			      * that does not supersede it; 0: any news does */
	const char *success; /* a message for the log line of a success */

	/* the frame's */
	struct frame *frame;
	struct fault fault;
	size_t stage; /* the place of the one that runs */
	struct wait *wait;
	bool parked, quietly;
	const val *written; /* the object as last written */
};

/* Says what e means, and gives it back: return stage_fault(r, e, (struct fault){.reason =
 * "AuthenticationFailed"}); A NULL e stays NULL and says nothing. */
err *stage_fault(struct reconcile *r, err *e, struct fault f);

/* Sets Reconciling=True, reason Progressing. A failure turns the reason into ProgressingWithRetry;
 * a success deletes it. It is written when the pass waits, fails, or has lasted long (500 ms) when
 * this is called. */
void stage_progress(struct reconcile *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Writes the status as it stands now, before the end of the pass: what others must see at once (a
 * lost artifact). Also what stage_progress does when a pass lasts. */
err *stage_publish(struct reconcile *r);

/* Sends an event about the object, with r->annotations. */
void stage_event(struct reconcile *r, enum event_severity severity, const char *reason,
		 const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The shorthands for r->status and r->generation. */
void stage_set(struct reconcile *r, const char *type, const char *state, const char *reason,
	       const char *fmt, ...) __attribute__((format(printf, 5, 6)));
void stage_unset(struct reconcile *r, const char *type);

/* Parking, see wait.h. stage_wait opens the wait; stage_park is what the stage then returns. */
struct wait *stage_wait(struct reconcile *r, int64_t deadline, const val *resume);
err *stage_park(struct reconcile *r);

/* Parks for a moment without a word: nothing is written, and what the pass has put into the status so far is
 * put there again by the next, which begins as soon as something that the object refers to changes. When it
 * has not by then (ns from now), this stage is run again with r->resumed. */
err *stage_pause(struct reconcile *r, int64_t longest);

#endif
