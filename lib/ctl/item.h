/*
 * item: what the loop knows of each object, and so what a change of it wakes. The inside of
 * controller.h; nobody else includes it. All of it is the loop's, but for the caches and the table
 * of controllers, which workers read. /
 */
#ifndef SLUICE_ITEM_H
#define SLUICE_ITEM_H

#include "base/map.h"
#include "ctl/configs.h"
#include "ctl/kind.h"
#include "ctl/others.h"
#include "kube/watch.h"
#include "rt/queue.h"

#define KINDS_MAX 32

/* What the loop knows of an object. */
struct item {
	struct controller *controller;
	int64_t generation;
	uint64_t version;		/* resourceVersion */
	uint64_t uid, requested, offer; /* hashes; 0: none */
	bool deleting;
	bool failing;	   /* Ready is False */
	bool gone;	   /* deleted while its pass runs */
	struct wait *wait; /* parked, or what the running pass goes on after */
	int64_t settles;   /* clock_now when a change of what it reads is acted on */
	uint64_t saw;	   /* what the parked pass knows its source to offer; 0: not told */
	uint64_t news;	 /* what its source has come to offer while its pass runs; 0: nothing new */
	bool superseded; /* woken while its pass runs */
	bool waits;	 /* its last pass ended in waiting for something */
	bool nudged;	 /* item_nudge came while its pass runs */
	bool poked;	 /* what it depends on changed while its pass runs */
	char key[];	 /* "ns/name" */
};

struct controller {
	struct controllers *all;
	const struct kind *kind;
	struct resource resource;
	struct cache *cache;
	struct watch *watch;
	struct queue *queue; /* NULL without stages */
	struct map items;
	int workers;
	bool synced, refused;
};

struct controllers_settings;

struct controllers {
	struct controllers_settings *settings;
	struct house *house;
	char *ns, *selector;
	struct refs *refs;
	struct configs *configs; /* NULL: not watched */
	struct others *others;
	struct controller *kinds[KINDS_MAX];
	int count;
	bool started, working;
	void (*on_synced)(void *);
	void *on_synced_arg;
};

/* The controller of a kind, NULL for an unknown one. Any thread. */
struct controller *item_controller(const struct controllers *cs, const char *kind);

/* An object as a watch, or the answer to a write of our own, shows it: wakes it and those that
 * refer to it, as far as something is new. An older view than the last is passed over. */
void item_see(struct controller *ct, const val *obj);

/* What an object offers to those that refer to it as a source; 0: nothing. */
uint64_t item_offer(const struct kind *k, arena *mem, const val *obj);

/* The object is no more. */
void item_lose(struct controller *ct, const val *obj);

/* Wants a whole new pass: what the object waits for does not matter any more. */
void item_wake(struct item *it, int flags);

/* Wants another pass, but not at the cost of one that runs or is parked. */
void item_nudge(struct item *it);

/* A Secret or ConfigMap changed: configs_open's on_changed, with the struct controllers as arg. */
void item_on_config(void *arg, const char *kind, const char *ns, const char *name, bool labelled);

/* An object of a foreign kind changed: others_open's on_changed, with the struct controllers as arg. */
void item_on_other(void *arg, const char *kind, const char *ns, const char *name);

/* Ends the wait, if there is one, or leaves it to the next pass to end what it has begun; ends it in any case;
 * ends the item and what it holds. */
void item_call_off(struct item *it);
void item_drop_wait(struct item *it);
void item_free(struct item *it);

#endif
