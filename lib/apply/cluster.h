/*
 * cluster: the clusters that objects are applied to: our own, the home, and those that kubeconfigs name.
 * A cluster is a client, what its API server serves, and what its watches show of our objects.
 *
 * A remote cluster is shared by all who come with the same kubeconfig, and by nobody else: who may read
 * one kubeconfig sees nothing through another's connection. It stays open as long as an owner (a
 * Kustomization, "ns/name") has it or somebody uses it, for its watches are what spares requests and
 * tells of drift.
 */
#ifndef SLUICE_CLUSTER_H
#define SLUICE_CLUSTER_H

#include "apply/live.h"
#include "kube/mapper.h"

struct cluster {
	struct client *client; /* of the kubeconfig's identity */
	struct mapper *mapper;
	struct live *live;
};

struct clusters;

struct clusters_settings {
	struct live_settings live; /* for each cluster; its client is the home's */
	struct mapper *mapper;	   /* the home's */
	/* who may write to remote clusters; NULL: always. As client_fence */
	bool (*may_write)(void *arg);
	void *may_write_arg;
};

/* Any thread. The caller owes clusters_close, on the loop or after it has run, when nobody uses one any more; it
 * closes all but the home's client and mapper. */
struct clusters *clusters_open(const struct clusters_settings *s);
void clusters_close(struct clusters *cs);

/* Ours. */
struct cluster *clusters_home(struct clusters *cs);

/* The cluster of a kubeconfig for an owner, who has it from now on instead of another one, usable until mem closes. key is what
 * tells one kubeconfig from another (a digest; no secret). No request is sent. Any thread. */
err *clusters_take(arena *mem, struct clusters *cs, const char *ns, const char *name,
		   const char *key, const struct config *config, struct cluster **ret_cluster);

/* The cluster that an owner has, the home without any; usable until mem closes. Any thread. */
struct cluster *clusters_of(arena *mem, struct clusters *cs, const char *ns, const char *name);

/* The owner is gone, or is at home now. Any thread. */
void clusters_drop(struct clusters *cs, const char *ns, const char *name);

/* Keeps a cluster beyond an arena (a wait that is parked), until cluster_release. Any thread. */
void *cluster_hold(struct clusters *cs, struct cluster *cl);
void cluster_release(void *held);

/* Remote clusters that are open. */
size_t clusters_count(struct clusters *cs);

#endif
