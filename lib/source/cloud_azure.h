/*
 * cloud_azure: tokens of Microsoft Entra, for services of Azure. On workers.
 */
#ifndef SLUICE_CLOUD_AZURE_H
#define SLUICE_CLOUD_AZURE_H

#include "source/cloud.h"

#define CLOUD_AZURE_DEVOPS "499b84ac-1321-427f-aa17-267ca6975798/.default"
#define CLOUD_AZURE_BLOBS "https://storage.azure.com/.default"
#define CLOUD_AZURE_REGISTRY "https://containerregistry.azure.net/.default"

/* The token for a scope. Of an account: of the application that its annotations azure.workload.identity/tenant-id and client-id name. Of this
 * process: AZURE_TENANT_ID and AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_FEDERATED_TOKEN_FILE; otherwise the machine's identity.
 * ERR_UNAUTHORIZED with what Entra says, ERR_INVALID, ERR_IO. */
err *cloud_azure_token(ctx *c, const struct cloud *cloud, const char *scope,
		       const char **ret_token);

/* The token of the machine's identity with that client ID (NULL: its only one). */
err *cloud_azure_machine(ctx *c, const struct cloud *cloud, const char *client, const char *scope,
			 const char **ret_token);

/* A field of the file that describes a cloud of Azure's of one's own, which the variable AZURE_ENVIRONMENT_FILEPATH names; *ret_value NULL
 * when there is no file. ERR_INVALID when the field is not there. */
err *cloud_azure_setting(arena *mem, const char *field, const char **ret_value);

#endif
