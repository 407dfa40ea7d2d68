/*
 * kubeconfig: spec.kubeConfig, the cluster that a Kustomization or a release goes to instead of our own:
 * a Secret with a kubeconfig, or a ConfigMap that names the cluster and a service account whose tokens it trusts. The texts of
 * errors are Flux's (fluxcd/pkg/runtime/client, fluxcd/pkg/auth).
 */
#ifndef SLUICE_KIND_KUBECONFIG_H
#define SLUICE_KIND_KUBECONFIG_H

#include "apply/cluster.h"
#include "ctl/house.h"
#include "kind/shared_fields.h"

struct kubeconfig_secret {
	const char *name, *key;
};

struct kubeconfig_ref {
	struct kubeconfig_secret *secret;
	struct name_ref *config;
};

/* Whose words a complaint has: kustomize-controller and helm-controller have their own. */
enum kubeconfig_texts { KUBECONFIG_OF_KUSTOMIZATION, KUBECONFIG_OF_RELEASE };

/* The rows of spec.kubeConfig: a struct kubeconfig_ref. */
extern const struct field kubeconfig_fields[];

/* The clusters of a kind: the house's own one, and those of kubeconfigs, which only who leads writes to. drifted is told, on the
 * loop, of an owner whose objects are no longer as they were applied, with the house as its arg. The caller owes clusters_close. */
struct clusters *
kubeconfig_clusters(struct house *h, const char *owner_group, struct managed_settings managed,
		    void (*drifted)(void *house, const char *ns, const char *name));

/* The cluster for the object of this pass, and its own from now on; the home without a kubeConfig (k NULL). ERR_NOT_FOUND when
 * the Secret or ConfigMap is not there, ERR_INVALID for one that can't be used, ERR_UNSUPPORTED when a gate is shut, and what clouds
 * say. Lives as long as the pass. */
err *kubeconfig_cluster(ctx *c, struct reconcile *r, struct clusters *cs,
			const struct kubeconfig_ref *k, enum kubeconfig_texts texts,
			struct cluster **ret_cluster);

#endif
