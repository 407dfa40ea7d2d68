/*
 * cloud_cluster: clusters that clouds run for somebody: Amazon's EKS, Azure's AKS, Google's GKE: where their API servers are, and tokens that
 * these take. On workers. Texts are those of fluxcd/pkg/auth.
 */
#ifndef SLUICE_CLOUD_CLUSTER_H
#define SLUICE_CLOUD_CLUSTER_H

#include "source/cloud.h"

/* What is known beforehand; "": nothing. The cloud is asked for what is missing of address and ca. */
struct cloud_cluster_known {
	const char *
		cluster; /* as the cloud names it: an ARN, a resource ID, "projects/…/locations/…/clusters/…" */
	const char *address; /* "https://host:port", the scheme or the port may be missing */
	const char *ca;	     /* certificates in PEM */
};

struct cloud_cluster {
	const char *server; /* "https://host:port", no final slash */
	const char *ca;	    /* "": the system's authorities */
	const char *token;
};

/* How such a failure is told. */
#define CLOUD_NO_TOKEN "failed to get access token for cluster"

/* Has the provider clusters? aws, azure and gcp have. */
bool cloud_cluster_has(const char *provider);

/* How the cluster of such a provider is reached. What was asked is kept as tokens are. ERR_INVALID: a name that is none, or an
 * answer that can't be used; else as the provider's own modules have it. */
err *cloud_cluster_reach(ctx *c, const struct cloud *cloud, const char *provider,
			 const struct cloud_cluster_known *known,
			 struct cloud_cluster *ret_cluster);

/* "https://host:port" of an address, without its path. ERR_INVALID, so for another scheme than https. */
err *cloud_cluster_address(arena *mem, const char *address, const char **ret_server);

#endif
