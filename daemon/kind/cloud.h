/*
 * cloud: whose identity a source has at a cloud: this process's, or that of a ServiceAccount (spec.serviceAccountName, or
 * --default-service-account), for which a token is asked of the API server. Texts as fluxcd/pkg/auth has them.
 */
#ifndef SLUICE_KIND_CLOUD_H
#define SLUICE_KIND_CLOUD_H

#include "ctl/house.h"
#include "source/cloud_aws.h"
#include "source/cloud_azure.h"

/* NULL: this process's own. A ServiceAccount that is named while the gate ObjectLevelWorkloadIdentity is off stalls the object,
 * reason FeatureGateDisabled. */
err *cloud_azure_of(ctx *c, struct reconcile *r, const char *account, struct cloud_azure **ret_who);
err *cloud_aws_of(ctx *c, struct reconcile *r, const char *account, const char *region,
		  struct cloud_aws **ret_who);

#endif
