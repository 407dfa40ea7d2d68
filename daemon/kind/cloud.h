/*
 * cloud: whose identity an object has at a cloud: this process's, or that of a ServiceAccount in its namespace, for which a token is asked
 * of the API server when the cloud wants one. Texts as fluxcd/pkg/auth has them.
 */
#ifndef SLUICE_KIND_CLOUD_H
#define SLUICE_KIND_CLOUD_H

#include "ctl/house.h"
#include "source/cloud.h"
#include "source/oci_registry.h"

/* May the object name a ServiceAccount (NULL or "": it does not)? While the gate ObjectLevelWorkloadIdentity is off it may not: that stalls the
 * object, reason FeatureGateDisabled; condition as struct fault has it. */
err *cloud_check_gate(struct reconcile *r, const char *account, const char *condition);

/* The identity: that of the account; of none (NULL or ""), of fallback; of none either, this process's. Of the login only the proxy counts. Lives as
 * long as the pass. */
const struct cloud *cloud_of(struct reconcile *r, const char *account, const char *fallback,
			     const struct login *login);

/* The same outside of a pass, in a namespace. Lives as long as mem, to which all texts belong. */
const struct cloud *cloud_for(arena *mem, struct house *h, const char *ns, const char *account,
			      const struct login *login);

/* Who is asked for the login to a registry of the provider's. */
struct registry_asked cloud_asked(struct reconcile *r, const struct cloud *cloud,
				  const char *provider, const char *registry);

#endif
