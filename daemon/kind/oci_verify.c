#include "kind/oci_verify.h"

#include "kind/source_login.h"

#define KEYS_MAX 100 /* public keys in a Secret */

const char *oci_verify_unsupported(const struct oci_verify *v)
{
	if (!text_eq(v->provider, "cosign"))
		return "spec.verify.provider 'notation'";
	return v->secret ? NULL : "spec.verify without a secretRef (keyless)";
}

err *oci_verify_keys(ctx *c, struct reconcile *r, const struct oci_verify *v,
		     struct cosign_keys *ret_keys)
{
	struct source_secret s;
	TRY(source_read_secret(c, r, v->secret->name, &s));
	struct pubkey **keys = NEW_N(c->mem, struct pubkey *, KEYS_MAX);
	size_t n = 0;
	for (size_t i = 0; i < val_len(s.data); i++) {
		const struct val_pair *p = &s.data->map.p[i];
		if (!str_ends(p->key, STR(".pub")))
			continue;
		if (n == KEYS_MAX)
			return err_new(c->mem, ERR_LIMIT, "more than %d public keys in secret '%s'",
				       KEYS_MAX, s.name);
		TRY(pubkey_read(c->mem, val_as_str(p->value), &keys[n++]));
	}
	*ret_keys = (struct cosign_keys){keys, n};
	return NULL;
}

static err *check(ctx *c, struct reconcile *r, const struct oci_verify *v, struct oci *oci,
		  const char *digest)
{
	struct cosign_keys keys;
	enum cosign_verdict verdict;
	TRY(oci_verify_keys(c, r, v, &keys));
	TRY(cosign_verify(c, oci, digest, &keys, &verdict));
	if (verdict != COSIGN_GOOD)
		return err_new(c->mem, ERR_FAILED, "no matching signatures were found for '%s'",
			       oci_name(c->mem, oci, digest));
	return NULL;
}

err *oci_verify(ctx *c, struct reconcile *r, const struct oci_verify *v, struct oci *oci,
		const char *digest)
{
	TRY_AS(c->mem, check(c, r, v, oci, digest),
	       "failed to verify the signature using provider '%s%s'", v->provider,
	       v->secret ? "" : " keyless");
	return NULL;
}
