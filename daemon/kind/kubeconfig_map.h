/*
 * kubeconfig_map: a cluster that a ConfigMap names: one that a cloud runs (provider aws, azure or gcp), or any that trusts tokens of our API
 * server (generic). Nothing in it is secret: who may go there is the ServiceAccount that it names, or this program. Texts are those of
 * fluxcd/pkg/auth.
 */
#ifndef SLUICE_KIND_KUBECONFIG_MAP_H
#define SLUICE_KIND_KUBECONFIG_MAP_H

#include "ctl/house.h"

/* How to reach it, with a token that is good now and a way to others; and what tells it from others (a digest). In the ctx's arena.
 * ERR_NOT_FOUND without the ConfigMap, ERR_INVALID for one that can't be used, ERR_UNSUPPORTED: it names an account and the gate
 * ObjectLevelWorkloadIdentity is shut; else what the API server or the cloud says. */
err *kubeconfig_map(ctx *c, struct house *h, const char *ns, const char *name,
		    struct config **ret_config, const char **ret_key);

#endif
