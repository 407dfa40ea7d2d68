/*
 * others: objects of foreign kinds that dependsOn names, watched by name while somebody who refers to them
 * (refs.h, REF_DEPENDS) has had to wait; and the definitions, while the kind itself is waited for. So who
 * waits is woken by an event. The loop's. /
 */
#ifndef SLUICE_OTHERS_H
#define SLUICE_OTHERS_H

#include "ctl/refs.h"
#include "kube/watch.h"

struct others;

struct others_settings {
	loop *loop;
	struct client *client;
	const struct refs *refs;
	/* an object was made, changed or removed, or its kind may have come; kind as refs has it */
	void (*on_changed)(void *arg, const char *kind, const char *ns, const char *name);
	void (*on_definitions)(void *arg); /* a definition was made, changed or removed */
	void *arg;
};

/* Watches nothing yet. The caller owes others_close. */
struct others *others_open(const struct others_settings *s);
void others_close(struct others *o);

/* What to watch; copied. */
struct other {
	const char *kind, *ns, *name;	 /* as refs has them */
	const char *group;		 /* of the kind */
	const struct resource *resource; /* NULL: the kind is not served yet */
};

/* Tells of the object from now on; what it is now is told, too. Again: nothing more. */
void others_watch(struct others *o, const struct other *what);

/* References have changed: ends the watches of what nobody points to. */
void others_prune(struct others *o);

/* Objects that are watched or whose kind is waited for. */
size_t others_count(const struct others *o);

#endif
