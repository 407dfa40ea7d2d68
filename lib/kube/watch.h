/*
 * watch: list and watch of one resource, for ever, on the loop: streaming list where served (sendInitialEvents), pages otherwise; bookmarks; 410 and
 * compaction lead to a new list in which what has gone is told as deleted; lost connections are dialed again with
 * jittered back-off (100 ms to 30 s), also half-open ones. The view never goes back.
 */
#ifndef SLUICE_WATCH_H
#define SLUICE_WATCH_H

#include "kube/cache.h"
#include "kube/client.h"

enum watch_event { WATCH_ADDED, WATCH_MODIFIED, WATCH_DELETED };

struct watch_settings {
	struct resource resource; /* copied */
	const char *ns;		  /* "" or NULL: all namespaces */
	const char *selector;	  /* label selector; NULL: none */
	const char *fields;	  /* field selector; NULL: none */
	bool metadata_only;
	struct cache *cache; /* kept up to date; may be NULL */
	/* on the loop; obj lives during the call; before cache_put of the object when both are given, so the old view can be compared */
	void (*on_event)(void *arg, enum watch_event e, const val *obj);
	/* the first list is complete (once) */
	void (*on_synced)(void *arg);
	/* the API refuses (403, 404 for a kind that has gone): told once per state; it goes on trying, slowly */
	void (*on_error)(void *arg, const err *e);
	void *arg;
};

struct watch;

/* On the loop. watch_close may be called from the calls above; after it no call comes. It comes before
 * the client's client_close. */
struct watch *watch_open(loop *l, struct client *cl, const struct watch_settings *s);
void watch_close(struct watch *w);
bool watch_synced(const struct watch *w);

/* Ends a pause between two tries now: a CRD came, rights may have changed. */
void watch_hurry(struct watch *w);

/* Lists made so far, the first included; for a metric. */
unsigned long watch_lists(const struct watch *w);

#endif
