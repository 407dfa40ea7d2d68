/*
 * live_part: what the halves of live share: live keeps the watches and the records, live_wait those who wait for health. Private
 * to the two.
 */
#ifndef SLUICE_LIVE_PART_H
#define SLUICE_LIVE_PART_H

#include <pthread.h>

#include "apply/live.h"
#include "apply/record.h"
#include "apply/settle.h"

/* One watched kind. */
struct kind {
	struct live *live;
	struct resource resource;
	struct watch *watch;
	bool synced, refused;	/* under the lock */
	struct live_wait *wait; /* of a watch by name: whose, and for which target */
	size_t target;
	bool seen; /* by such a watch: the object was there */
};

struct live {
	struct live_settings s;
	char *selector;
	pthread_mutex_t lock;
	arena *mem;		 /* under the lock once it is open: settings, kinds */
	struct map records;	 /* object_id_key → record */
	struct map kinds;	 /* "group/kind" → kind */
	struct live_wait *waits; /* changed by the loop alone, under the lock */
	uint64_t serial;
	struct map told;       /* "ns/name" of owners that were told of drift */
	struct settle *settle; /* the loop's */
	bool closed;
};

/* What is thought of a target that a watch by name is for: by its judge, or by kstatus. Its record alone will not do: what an
 * earlier wait left there may be out of date. */
struct opinion {
	enum health health;
	char *message; /* its own */
};

struct live_wait {
	struct live *live;
	struct live_wait *next;
	uint64_t serial;
	struct opinion *opinions; /* of the targets that are watched by name; under the lock */
	struct live_target *targets;
	uint64_t *hashes;   /* of the targets' keys */
	struct kind *named; /* the watches by name, n of them, some without a watch */
	size_t n;
	arena *mem;
	void (*settled)(void *arg);
	void *arg;
	bool told, closed; /* the loop's */
};

/* Takes what a watch has told into the records, and tells who cares. The loop's. */
void live_see(struct kind *k, arena *mem, bool deleted, const val *obj);

/* Opens the watch of a kind; fields: a field selector, of a watch by name. The loop's. */
struct watch *live_start(struct kind *k, const char *ns, const char *selector, const char *fields);

/* The health of the object under that key is another one now. The loop's, without the lock, as all that follow. */
void live_wait_wake(struct live *l, const char *key);

/* A watch by name has told of its object. */
void live_wait_news(struct kind *k, arena *mem, bool deleted, const val *obj);

/* A watch has shown all that was there when it began. */
void live_wait_synced(struct kind *k);

/* A watch is refused. */
void live_wait_refused(struct kind *k);

#endif
