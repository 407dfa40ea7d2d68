/*
 * sops_azure: data keys encrypted by Azure Key Vault. A part of sops.
 */
#ifndef SLUICE_SOPS_AZURE_H
#define SLUICE_SOPS_AZURE_H

#include "sops/sops_request.h"

struct sops_azure {
	const char *tenant, *client; /* NULL: none; no tenant: a managed identity */
	/* asked for a token for a scope when there is no client; NULL: nobody */
	err *(*ask)(void *arg, arena *mem, const char *scope, const char **ret_token);
	void *ask_arg;
	const char *secret,
		*certificate;  /* one of both; "" for none. certificate: PEM with its key */
	const char *authority; /* "" : https://login.microsoftonline.com/ */
	bool send_chain;       /* the certificate goes with what it signs */
	int64_t now;	       /* seconds since 1970; 0: the clock's */
	const char *token, *token_resource; /* got with them, kept */
};

/* Reads the YAML of sops.azure-kv: UTF-8, or UTF-16 with its mark. */
err *sops_azure_read(arena *mem, str content, struct sops_azure *azure);

/* The data key. entry has vault_url, name, version. A token that it took is kept in keep. The vault has to
 * be one of Azure's own: a token is good for all of them, and the file names the vault. */
err *sops_azure_unseal(arena *mem, arena *keep, struct sops_azure *azure, const val *entry, str enc,
		       sops_exchange *exchange, void *arg, str *ret);

#endif
