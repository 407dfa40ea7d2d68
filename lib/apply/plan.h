/*
 * plan: what has to be done about each object of a bundle, as far as it can be told without asking
 * the API server.
 */
#ifndef SLUICE_PLAN_H
#define SLUICE_PLAN_H

#include "apply/bundle.h"
#include "apply/inventory.h"
#include "apply/live.h"
#include "kube/mapper.h"

enum plan_action {
	PLAN_NOTHING, /* it is as we applied it, and what we want has not changed */
	PLAN_SKIP,    /* a mark says that we leave it alone */
	PLAN_WRITE,   /* new, changed, drifted, or not known */
};

struct plan_item {
	struct bundle_item *item;
	struct live_state state;
	enum plan_action action;
	bool fresh; /* as far as we know it does not exist */
};

struct plan {
	struct plan_item *p;
	size_t n;
	size_t writes; /* items that are PLAN_WRITE */
};

/* One item; owned: it is in the inventory. Pure. */
void plan_decide(struct plan_item *p, bool owned, const char *owner_ns, const char *owner_name);

/* Sees to it that the kinds of a bundle are watched, and waits a moment until the watches have shown
 * what is there. Kinds that the API server does not have are passed over. */
err *plan_look(ctx *c, const struct bundle *b, struct mapper *m, struct live *l);

/* All of them, in the bundle's order. old is what the owner's inventory says. */
struct plan *plan_make(arena *mem, struct bundle *b, const struct inventory *old, struct live *l,
		       const char *owner_ns, const char *owner_name);

#endif
