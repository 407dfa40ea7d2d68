#include "sops/sops_keys.h"

#include "base/path.h"

static void close_keys(void *arg)
{
	arena_close(arg);
}

struct sops_keys *sops_keys_open(arena *mem)
{
	arena *own = arena_open();
	arena_secret(own);
	arena_defer(mem, close_keys, own);
	struct sops_keys *keys = NEW(own, struct sops_keys);
	keys->mem = own;
	keys->azure.secret = keys->azure.certificate = keys->azure.authority = "";
	return keys;
}

static str kept(struct sops_keys *keys, str content)
{
	return (str){arena_copy(keys->mem, content.p, content.n), content.n};
}

err *sops_keys_add(struct sops_keys *keys, const char *name, str content)
{
	arena *mem = keys->mem;
	const char *ext = path_ext(name);
	str mine = kept(keys, content);
	if (text_eq(ext, ".asc")) {
		/* users know it from gpg, with the number it ends with */
		TRY_AS(mem, sops_pgp_add(mem, &keys->pgp, mine),
		       "failed to import armored key data into GnuPG keyring (exit status 2)");
		return NULL;
	}
	if (text_eq(ext, ".agekey")) {
		TRY_AS(mem, sops_age_add(mem, &keys->age, mine, false),
		       "failed to parse and add to age identities");
		return NULL;
	}
	if (text_eq(name, "sops.vault-token"))
		keys->vault.token = str_text(mem, str_trim(mine));
	if (text_eq(name, "sops.aws-kms"))
		return sops_aws_read(mem, mine, &keys->aws);
	if (text_eq(name, "sops.azure-kv"))
		return sops_azure_read(mem, mine, &keys->azure);
	if (text_eq(name, "sops.gcp-kms"))
		return sops_gcp_read(mem, mine, &keys->gcp);
	return NULL;
}

static err *unseal_age(arena *mem, struct sops_keys *keys, str enc, str *ret)
{
	if (!keys->age.n)
		return err_new(mem, ERR_UNAUTHORIZED, "failed to load age identities%s",
			       keys->age_missing ? keys->age_missing : "");
	return sops_age_open(mem, &keys->age, enc, ret);
}

static err *no_way(void *arg, arena *mem, const struct sops_request *q, struct sops_answer *ret)
{
	(void)arg;
	(void)ret;
	(void)q;
	return err_new(mem, ERR_UNSUPPORTED, "services that hold keys can't be asked here");
}

err *sops_keys_unseal(arena *mem, struct sops_keys *k, const struct sops_key *key, str *ret)
{
	sops_exchange *exchange = k->exchange ? k->exchange : no_way;
	void *arg = k->exchange_arg;
	switch (key->kind) {
	case SOPS_KEY_AGE:
		return unseal_age(mem, k, key->enc, ret);
	case SOPS_KEY_PGP:
		return sops_pgp_open(mem, &k->pgp, key->enc, ret);
	case SOPS_KEY_VAULT:
		return sops_vault_unseal(mem, &k->vault, key->entry, key->enc, exchange, arg, ret);
	case SOPS_KEY_AWS:
		return sops_aws_unseal(mem, &k->aws, key->entry, key->enc, exchange, arg, ret);
	case SOPS_KEY_AZURE:
		return sops_azure_unseal(mem, k->mem, &k->azure, key->entry, key->enc, exchange,
					 arg, ret);
	case SOPS_KEY_GCP:
		return sops_gcp_unseal(mem, k->mem, &k->gcp, key->entry, key->enc, exchange, arg,
				       ret);
	case SOPS_KEY_HUAWEI:
		break;
	}
	return err_new(mem, ERR_UNSUPPORTED, "keys of Huawei Cloud KMS are not supported");
}
