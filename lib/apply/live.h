/*
 * live: what the cluster holds of what we apply, as the watches show it: one watch a kind over the
 * whole cluster, of the objects with an owner label. Of each object only a small record is kept:
 * who it is, which fields of it are ours (as a hash), and how healthy it is.
 *
 * So what was applied once and has not changed since needs no request; a change of a field of ours,
 * a deletion or a lost label is told to the owner; and health is waited for without asking. Our own
 * writes and other managers' fields wake nobody.
 *
 * Where a watch is refused (RBAC) its kind is LIVE_UNSEEN: the caller asks the API server instead.
 */
#ifndef SLUICE_LIVE_H
#define SLUICE_LIVE_H

#include "apply/bundle.h"
#include "apply/health.h"
#include "apply/managed.h"
#include "kube/watch.h"

struct live;

struct live_settings {
	loop *loop;
	struct client *client;
	const char *owner_group; /* "kustomize.toolkit.fluxcd.io": "<group>/name" is selected on */
	struct managed_settings managed;
	int64_t settle; /* ns without a further sign of drift before it is told, so that a burst of edits is
			   put right in one pass; 10 s at most from the first sign */
	/* on the loop: something of this owner is no longer as it was applied */
	void (*drifted)(void *arg, const char *ns, const char *name);
	void *arg;
};

/* Any thread. */
struct live *live_open(const struct live_settings *s);
void live_close(struct live *l); /* on the loop, or after it has run */

/* Sees to it that objects of this kind are watched. Any thread, never blocks. */
void live_watch(struct live *l, const struct resource *r);

/* Does the view of this kind tell the truth by now, or never will (the watch is refused)? Any thread. */
bool live_settled(struct live *l, const char *group, const char *kind);

/* Is the watch of this kind refused? Then its objects have to be watched by name. Any thread. */
bool live_refused(struct live *l, const char *group, const char *kind);

enum live_view {
	LIVE_UNSEEN, /* not watched, or not yet */
	LIVE_ABSENT, /* there is none that carries an owner label */
	LIVE_THERE,
};

struct live_state {
	enum live_view view;
	const char *uid, *version;	   /* resourceVersion */
	const char *owner_ns, *owner_name; /* by its labels; "" without */
	struct bundle_marks marks;
	bool foreign;		    /* managed_has_foreign */
	struct managed_entry entry; /* ours, as it is now */
	uint64_t
		applied; /* bundle_item.hash as last applied in this process by applied_ns/_name; 0: never */
	const char *applied_ns, *applied_name;
	bool intact; /* nothing of what was applied has changed since */
	enum health health;
	const char *message; /* of the health */
};

/* Was drift told of this owner since this was last asked? Any thread. */
bool live_told(struct live *l, const char *owner_ns, const char *owner_name);

/* What is known of an object, copied into mem. Any thread. */
void live_get(struct live *l, arena *mem, const struct object_id *id, struct live_state *ret);

/* Tells what the API server answered to our apply of an item: from now on this is what it should
 * look like. whole: the answer is more than metadata. Any thread. */
void live_applied(struct live *l, const struct bundle_item *item, const char *owner_ns,
		  const char *owner_name, const val *answer, bool whole);

/* The owner no longer cares what becomes of it (it is being pruned, or was given up); should another one have
 * applied it since, that one still does. Any thread. */
void live_forget(struct live *l, const struct object_id *id, const char *owner_ns,
		 const char *owner_name);

/* ---- waiting for health ---- */

struct live_verdict {
	bool ready;  /* all are Current */
	bool failed; /* one has failed */
	const char
		*list; /* "Kind/ns/name status: 'InProgress', …" of what is not Current; sorted */
	const char *stalled; /* the same, of what has failed alone */
};

/* Decides instead of kstatus; runs on the loop, and what it refers to lives as long as the wait.
 * *ret_message is set, in mem, for HEALTH_UNKNOWN. */
struct live_judge {
	enum health (*of)(const void *arg, arena *mem, const val *obj, const char **ret_message);
	const void *arg;
};

/* One object that is waited for. */
struct live_target {
	struct object_id id;
	bool may_vanish; /* a Job that is removed when it is done (ttlSecondsAfterFinished) */
	const struct live_judge *judge; /* NULL: kstatus. Only in a wait, and with a resource */
	const struct resource
		*resource;    /* it is watched by name; NULL: by its owner label anyway */
	const char *unserved; /* why nothing is known of it: its kind is not served; NULL: it is */
	bool gone; /* it is waited for until it is there no more; only in a wait, and with a
		      resource */
};

/* How they are right now, by kstatus. Any thread. */
void live_check(struct live *l, arena *mem, const struct live_target *t, size_t n,
		struct live_verdict *ret);

struct live_wait;

/* A number that no other wait has, to find one again. */
uint64_t live_serial(struct live *l);

/* Calls settled(arg) once, on the loop, when all targets are Current or one has failed. Any thread. */
struct live_wait *live_wait_open(struct live *l, uint64_t serial, const struct live_target *t,
				 size_t n, void (*settled)(void *arg), void *arg);
void live_wait_close(void *wait); /* on the loop; afterwards settled is not called */

/* How the targets of an open wait are right now; false when there is no such wait. Any thread. */
bool live_wait_check(struct live *l, uint64_t serial, arena *mem, struct live_verdict *ret);

/* How many objects are known. */
size_t live_count(struct live *l);

#endif
