/*
 * configs: the Secrets and ConfigMaps that objects refer to, watched by name: no label is needed.
 * One watch of metadata for each of the two kinds, opened when the first reference to it appears;
 * nothing is kept of an object but the version of those that somebody points to. The loop's. /
 */
#ifndef SLUICE_CONFIGS_H
#define SLUICE_CONFIGS_H

#include "ctl/refs.h"
#include "kube/watch.h"

struct configs;

/* on_changed: an object that refs knows was made, changed or removed. ns: "" or NULL for all. */
struct configs *configs_open(loop *l, struct client *cl, struct refs *refs, const char *ns,
			     void (*on_changed)(void *arg, const char *kind, const char *ns,
						const char *name),
			     void *arg);
void configs_close(struct configs *c);

/* References were added: opens the watches that are needed. */
void configs_need(struct configs *c, const char *kind);

#endif
