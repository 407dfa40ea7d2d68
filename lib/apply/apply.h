/*
 * apply: brings a bundle into the cluster by server-side apply.
 *
 * First everything that has to be written is tried with a dry run, and every error found is reported
 * at once: nothing is written before all of it would be accepted. (What needs a definition or a
 * namespace of the same bundle is tried once that is there.) Then it is written stage by stage:
 * definitions, classes, the operator's own stage, the rest. Objects that the plan found untouched
 * get no request. No object is read: dry runs answer with what is there.
 *
 * The very first write needs no dry run of its own: while nothing else has been written, its failure
 * changes nothing. Nor does the second when the first makes a ConfigMap or a ServiceAccount that was not
 * there, which does nothing by itself: if the second is refused the first is taken back. After a run that
 * failed (cautious) all is tried.
 *
 * A run does not wait for anything but answers. Where a later stage needs what an earlier one wrote, or an
 * object must go before it can be made anew, the run ends in ERR_WAIT and says what for; the caller waits,
 * parked, and runs the plan as it is by then. What was written before is untouched and costs nothing.
 */
#ifndef SLUICE_APPLY_H
#define SLUICE_APPLY_H

#include "apply/change.h"
#include "apply/plan.h"
#include "kube/mapper.h"

enum apply_pause {
	APPLY_NO_PAUSE,
	APPLY_READY, /* until definitions and classes are healthy, which later stages need */
	APPLY_GONE,  /* until an object that is recreated has gone */
	APPLY_SERVED, /* until discovery knows what a definition that is there defines; look again soon */
};

struct apply_wait {
	enum apply_pause why;
	struct live_target *targets; /* APPLY_READY, APPLY_GONE; in the ctx's arena */
	size_t n;
	int64_t until;		/* clock_now; then it has failed */
	struct inventory tried; /* what a dry run has accepted as new, and needs no other */
};

struct apply_settings {
	struct client *client; /* of the identity that applies */
	struct mapper *mapper;
	struct live *live;
	struct managed_settings managed;
	const char *owner_ns, *owner_name;
	bool force;    /* recreate what can't be changed because a field is immutable */
	bool cautious; /* all that is written gets a dry run before */
	bool whole;    /* ask for whole answers where health needs them */
	/* called once, before the first write; its err ends the run. May be NULL */
	err *(*before_write)(void *arg);
	void *arg;
	const struct apply_wait *after; /* the run goes on after this wait; NULL: it begins */
};

struct apply_result {
	struct changes changes;	  /* created and configured, in order */
	struct inventory written; /* what was written, or may have been (its answer never came) */
	bool started;		  /* before_write was called */
	bool encrypted;		  /* it failed before anything was sent: a Secret is encrypted */
	struct apply_wait wait;	  /* of a run that ended in ERR_WAIT */
};

/* Runs the plan; actions of items become PLAN_SKIP where a dry run showed a mark. The error's text is
 * Flux's: "<Kind/ns/name> dry-run failed (<Reason>): <message>", a line for each object. ret is filled
 * on failure too. ERR_CANCELED at the next request after the ctx was called off; ERR_WAIT: ret->wait. */
err *apply_run(ctx *c, const struct apply_settings *s, struct plan *plan, struct apply_result *ret);

/* What a wait that has not ended well is told as, by how its targets are now. */
err *apply_given_up(arena *mem, const struct apply_wait *w, const struct live_verdict *v);

#endif
