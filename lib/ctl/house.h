/*
 * house: what the daemon has opened from the ground up, for the kinds' stages (r->house) and the
 * listeners; and its parts, in the table of daemon/kinds.c.
 */
#ifndef SLUICE_HOUSE_H
#define SLUICE_HOUSE_H

#include "ctl/options.h"
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
	struct clusters
		*clusters; /* that Kustomizations apply to (apply/cluster.h); kustomization_open */
	struct clusters *helm_clusters; /* the same of HelmReleases; helm_release_open */
	struct release_site
		*releases; /* what actions on releases share (release/release.h), likewise */
	struct kust_cache *parsed; /* files of repositories that were parsed before; likewise */
	struct depot *depot;	   /* artifacts on disk (pack/depot.h), opened by "source" */
	struct repos *repos;	 /* what is cached of Git repositories (source/repo.h), likewise */
	struct clients *clients; /* HTTP clients of sources (source/clients.h), likewise */
	struct tokens *tokens;	 /* of GitHub Apps and clouds (source/tokens.h), likewise */
	struct registries
		*registries;	  /* what is known of OCI registries (source/oci.h), likewise */
	struct vouched *vouched;  /* artifacts that were verified (source/vouched.h), likewise */
	struct server *artifacts; /* serves them while this program leads, likewise */
};

/* A part of the house that kinds or listeners need, in the table of kinds.c. Parts are opened in
 * order before any controller, before the loop runs, and closed in reverse after the workers have
 * ended. */
struct house_part {
	const char *name; /* NULL ends the table */
	err *(*open)(arena *mem, struct house *h);
	/* on the loop: this program leads now (or no election is held); may be NULL */
	err *(*lead)(arena *mem, struct house *h);
	void (*close)(struct house *h); /* also when open failed; may be NULL */
};

extern const struct house_part house_parts[];

#endif
