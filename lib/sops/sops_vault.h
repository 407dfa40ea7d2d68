/*
 * sops_vault: data keys encrypted by the transit engine of HashiCorp Vault or OpenBao. A part of sops.
 */
#ifndef SLUICE_SOPS_VAULT_H
#define SLUICE_SOPS_VAULT_H

#include "sops/sops_request.h"

struct sops_vault {
	const char *token;	/* NULL or "": login is asked for one */
	const char *namespace_; /* X-Vault-Namespace; NULL: none */
	const char *allowed; /* addresses, parted by commas; NULL, "" or "all": any; "none": none */
	/* Gets a token for the server at an address; NULL: there is no such way. */
	err *(*login)(void *arg, arena *mem, const char *address, const char **ret_token);
	void *login_arg;
};

/* The data key. entry has vault_address, engine_path, key_name. */
err *sops_vault_unseal(arena *mem, const struct sops_vault *v, const val *entry, str enc,
		       sops_exchange *exchange, void *arg, str *ret);

/* Logs in with a token of a Kubernetes ServiceAccount: a token of the server's. */
err *sops_vault_login(arena *mem, const struct sops_vault *v, const char *address, const char *path,
		      const char *role, const char *jwt, sops_exchange *exchange, void *arg,
		      const char **ret_token);

#endif
