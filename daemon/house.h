/*
 * house: what the daemon has opened from the ground up, for the kinds' stages (r->house) and listeners.
 */
#ifndef SLUICE_HOUSE_H
#define SLUICE_HOUSE_H

#include "options.h"
#include "ctl/controller.h"
#include "ctl/leader.h"
#include "kube/mapper.h"

struct house {
	const struct options *options;
	loop *loop;
	pool *pool;
	struct config *config;
	struct client *client; /* the daemon's own identity */
	struct mapper *mapper;
	struct events *events;
	struct leader *leader; /* NULL: no election */
	struct controllers *controllers;
	struct live *live;   /* what the watches show of applied objects (apply/live.h); kustomization_open */
	struct depot *depot; /* artifacts on disk (pack/depot.h), opened by "source" */
	void *kinds
		[16]; /* what a kind keeps for itself, by its place in kinds.c; its owner casts */
};

#endif
