/*
 * sops_keys: what files are opened with: identities, private keys, tokens and credentials, and the way
 * to the services that hold keys themselves. A part of the face of sops.
 *
 * All of it lives in an arena of its own that is wiped when mem closes. One thread at a time.
 */
#ifndef SLUICE_SOPS_KEYS_H
#define SLUICE_SOPS_KEYS_H

#include "sops/sops_age.h"
#include "sops/sops_aws.h"
#include "sops/sops_azure.h"
#include "sops/sops_gcp.h"
#include "sops/sops_meta.h"
#include "sops/sops_pgp.h"
#include "sops/sops_request.h"
#include "sops/sops_vault.h"

struct sops_keys {
	arena *mem; /* for what is secret */
	struct sops_age_identities age;
	const char *age_missing; /* what an error says when there are none; NULL: its own words */
	struct sops_pgp_ring pgp;
	struct sops_vault vault;
	struct sops_aws aws;
	struct sops_azure azure;
	struct sops_gcp gcp;
	sops_exchange *exchange; /* NULL: no service can be asked */
	void *exchange_arg;
};

/* No keys yet. */
struct sops_keys *sops_keys_open(arena *mem);

/* Adds what a Secret's entry holds, by its name: *.agekey, *.asc, sops.vault-token, sops.aws-kms,
 * sops.azure-kv, sops.gcp-kms; other names are passed over. ERR_INVALID with a text that has nothing
 * of the content. */
err *sops_keys_add(struct sops_keys *keys, const char *name, str content);

/* A data key, or a part of it, out of what a master key has encrypted. Errors have SOPS' texts. */
err *sops_keys_unseal(arena *mem, struct sops_keys *keys, const struct sops_key *key, str *ret);

#endif
