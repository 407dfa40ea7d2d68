/*
 * turns: what waits for a worker, fairly: each group is served once before any is served again, so that a
 * namespace with a thousand keys does not hold up one with a single key. Within a group the order is that of
 * arrival. The queue's inside.
 */
#ifndef SLUICE_TURNS_H
#define SLUICE_TURNS_H

#include "base/map.h"

struct group;

/* Embedded in what waits; its group is set while it does. */
struct turn {
	struct turn *next, **link;
	struct group *group;
};

struct turns {
	struct map groups;	     /* those of which something waits */
	struct group *first, **last; /* in the order in which they are served */
};

/* In place; owes turns_done, which forgets what still waits. */
void turns_init(struct turns *t);
void turns_done(struct turns *t);

/* t waits from now on. */
void turns_add(struct turns *all, str group, struct turn *t);

/* The next, which waits no longer; NULL: nothing waits. */
struct turn *turns_take(struct turns *all);

/* t waits no longer. */
void turns_remove(struct turns *all, struct turn *t);

#endif
