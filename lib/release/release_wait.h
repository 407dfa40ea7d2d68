/*
 * release_wait: what a step waits for, and how a wait ends: in readiness, early because something has
 * failed, or because its time is up, with Flux's texts. Private to release/.
 */
#ifndef SLUICE_RELEASE_WAIT_H
#define SLUICE_RELEASE_WAIT_H

#include "release/release_work.h"

enum await_rule {
	AWAIT_OWNER, /* kstatus, watched by the owner label */
	AWAIT_NAME,  /* kstatus, watched by name */
	AWAIT_HOOK,  /* a hook's Pod or Job has ended well; watched by name */
	AWAIT_HELM3, /* Helm 3's rules */
	AWAIT_EXPR,  /* an expression of the options */
	AWAIT_GONE,
};

struct release_target {
	const struct release_item *item;
	enum await_rule rule;
	size_t expr; /* of AWAIT_EXPR */
	bool may_vanish;
};

struct release_await {
	struct release_target *p;
	size_t n, cap;
	int64_t deadline; /* on clock_now */
	bool patient;	  /* failures end it only when nothing else is left to wait for */
};

/* Waits: NULL with w->parked: run the step again later. tag tells the waits of an action apart. ERR_FAILED:
 * "failed early due to stalled resources: […]", ERR_TIMEOUT: "timeout waiting for: […]". a->deadline is set
 * here, timeout ns from the first call. */
err *wait_for(struct release_work *w, const char *tag, struct release_await *a, int64_t timeout);

/* The readiness of a release's objects, as the options want it; crds: of definitions, without Jobs. */
err *wait_ready(struct release_work *w, const char *tag, const struct release_items *items,
		int64_t timeout);

/* Until those that may still be there are gone: "<Kind/ns/name> termination timeout: context deadline
 * exceeded". */
err *wait_gone(struct release_work *w, const char *tag, const struct release_items *items,
	       int64_t timeout);

/* Which of the options' expressions is for the object; -1: none. */
int wait_expr(arena *mem, const struct release_options *o, const struct release_item *it);

/* The targets for live, for the call or for the wait; judges live in mem. ERR_INVALID: an expression. */
err *wait_targets(arena *mem, const struct release_options *o, const struct release_await *a,
		  struct live_target **ret_targets);

#endif
