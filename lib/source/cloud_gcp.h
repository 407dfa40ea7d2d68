/*
 * cloud_gcp: access tokens of Google Cloud. On workers.
 */
#ifndef SLUICE_CLOUD_GCP_H
#define SLUICE_CLOUD_GCP_H

#include "source/cloud.h"

/* The token, good for what the identity may do anywhere. Of an account: by the workload identity provider that its annotation
 * gcp.auth.fluxcd.io/workload-identity-provider names, or else by the pool of the GKE cluster that this runs in; as the service account of
 * iam.gke.io/gcp-service-account, if it has that annotation. Of this process: by the file of GOOGLE_APPLICATION_CREDENTIALS (a service account, a
 * user, or an external account with a file), otherwise the machine's service account. ERR_UNAUTHORIZED with what Google says, ERR_INVALID,
 * ERR_UNSUPPORTED, ERR_IO. */
err *cloud_gcp_token(ctx *c, const struct cloud *cloud, const char **ret_token);

#endif
