/*
 * configs: the Secrets and ConfigMaps that objects refer to, watched by name, with a label and without.
 * One watch of metadata for each of the two kinds, opened when the first reference to it appears;
 * nothing is kept of an object but the version of those that somebody points to. The loop's.
 */
#ifndef SLUICE_CONFIGS_H
#define SLUICE_CONFIGS_H

#include "ctl/refs.h"
#include "kube/watch.h"

struct configs;

struct configs_settings {
	loop *loop;
	struct client *client;
	struct refs *refs;
	const char *ns; /* "" or NULL for all */
	const char *
		selector; /* of labels; NULL or "": all are labelled. What can't be read: none is */
	/* an object that refs knows was made, changed or removed; labelled: the selector fits it */
	void (*on_changed)(void *arg, const char *kind, const char *ns, const char *name,
			   bool labelled);
	void *arg;
};

/* Watches nothing yet. The caller owes configs_close. */
struct configs *configs_open(const struct configs_settings *s);
void configs_close(struct configs *c);

/* References were added: opens the watches that are needed. */
void configs_need(struct configs *c, const char *kind);

#endif
