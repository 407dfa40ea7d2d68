/*
 * cloud_registry: the login to a cloud's registry: Amazon's ECR, Azure's ACR, Google's GCR and Artifact Registry. On workers. Which
 * hosts are whose, and the texts, are those of fluxcd/pkg/auth.
 */
#ifndef SLUICE_CLOUD_REGISTRY_H
#define SLUICE_CLOUD_REGISTRY_H

#include "source/cloud.h"
#include "source/oci_keys.h"

/* User and password for the registry's host; provider: aws, azure or gcp. ERR_INVALID: the host is none of that provider's; else as the
 * provider's own modules have it. */
err *cloud_registry_login(ctx *c, const struct cloud *cloud, const char *provider,
			  const char *registry, struct oci_auth *ret_auth);

/* The region of a registry of Amazon's; *ret_public: it is the public one. ERR_INVALID. */
err *cloud_registry_region(arena *mem, const char *registry, const char **ret_region,
			   bool *ret_public);

/* Is the host one of Azure's, or of Google's, registries? ERR_INVALID, ERR_IO (the file that the environment variable AZURE_ENVIRONMENT_FILEPATH
 * names). */
err *cloud_registry_azure(arena *mem, const char *registry);
err *cloud_registry_gcp(arena *mem, const char *registry);

#endif
