/*
 * template_cluster: what `helm template --dry-run=server` asks of a cluster: is it there, what it is, what `lookup` finds,
 * whether the objects could be installed. Nothing is written to it. Source of the rules: helm 4.2.4.
 */
#ifndef SLUICE_TEMPLATE_CLUSTER_H
#define SLUICE_TEMPLATE_CLUSTER_H

#include "cli/kube_access.h"
#include "helm/helm.h"

struct template_cluster;

/* Connects and asks for its version. It ends with mem. ERR_*: cluster reachability check failed: …. */
err *template_cluster_open(arena *mem, const struct kube_access *a,
			   struct template_cluster **ret_cluster);

/* The version, the API versions and the lookup of the cluster. */
err *template_cluster_tell(struct template_cluster *t, struct helm_options *o);

struct template_install {
	const char *name, *ns;
	bool crds;	     /* the files of crds/ are among the objects */
	bool validate;	     /* not --disable-openapi-validation */
	bool is_upgrade;     /* objects that exist are no mistake */
	bool take_ownership; /* neither are those of others */
};

/* Could the objects of a rendering be installed? ERR_INVALID, ERR_NOT_FOUND, ERR_EXISTS with helm's texts; what the API server
 * thinks of their fields is not asked. */
err *template_cluster_check(struct template_cluster *t, const struct helm_result *result,
			    const struct template_install *how);

#endif
