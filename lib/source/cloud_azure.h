/*
 * cloud_azure: tokens of Microsoft Entra for a workload: a token of the cluster's, or a client's secret, or what the machine's own
 * identity gives, exchanged for one that a service of Azure takes. On workers.
 */
#ifndef SLUICE_CLOUD_AZURE_H
#define SLUICE_CLOUD_AZURE_H

#include "source/tokens.h"

#define CLOUD_AZURE_AUDIENCE "api://AzureADTokenExchange"
#define CLOUD_AZURE_DEVOPS "499b84ac-1321-427f-aa17-267ca6975798/.default"

/* Whose identity it is. NULL: this process's, from its environment: AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or
 * AZURE_FEDERATED_TOKEN_FILE; otherwise the machine's. */
struct cloud_azure {
	const char *tenant, *client, *assertion; /* a token for CLOUD_AZURE_AUDIENCE */
};

/* The token for a scope. login: proxy and TLS. ERR_UNAUTHORIZED with what Entra says, ERR_INVALID, ERR_IO. */
err *cloud_azure_token(ctx *c, struct tokens *ts, const struct login *login,
		       const struct cloud_azure *who, const char *scope, const char **ret_token);

#endif
