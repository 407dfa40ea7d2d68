#include "kind/oci_verify.h"

#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "crypt/digest.h"
#include "data/json.h"

#define KEYS_MAX 100 /* public keys in a Secret */
#define ROOT_KEY "trusted_root.json"
#define POLICY_KEY "trustpolicy.json"

const char *oci_verify_provider(arena *mem, const struct oci_verify *v)
{
	bool keyless = !v->secret && text_eq(v->provider, "cosign");
	return arena_printf(mem, "%s%s", v->provider, keyless ? " keyless" : "");
}

/* ---- keys ---- */

/* All under names that end in .pub, perhaps none. */
static err *read_keys(ctx *c, struct reconcile *r, const struct oci_verify *v, buf *seen,
		      struct sigstore_trust *trust)
{
	val *data;
	TRY(source_secret(c, r, v->secret->name, &data));
	struct pubkey **keys = NEW_N(c->mem, struct pubkey *, KEYS_MAX);
	for (size_t i = 0; i < val_len(data); i++) {
		const struct val_pair *p = &data->map.p[i];
		if (!str_ends(p->key, STR(".pub")))
			continue;
		if (trust->n_keys == KEYS_MAX)
			return err_new(c->mem, ERR_LIMIT, "more than %d public keys in secret '%s'",
				       KEYS_MAX, v->secret->name);
		TRY(pubkey_read(c->mem, val_as_str(p->value), &keys[trust->n_keys++]));
		buf_str(seen, val_as_str(p->value));
	}
	trust->keys = keys;
	return NULL;
}

/* ---- identities ---- */

/* Of the object's Secret, of the flag's file, or else of the Sigstore that is open to everybody. */
static err *find_root(ctx *c, struct reconcile *r, const struct oci_verify *v, str *ret_json)
{
	const char *path = r->house->options->sigstore_trusted_root;
	val *data;
	if (v->root) {
		TRY_AS(c->mem, source_secret(c, r, v->root->name, &data),
		       "failed to read trusted root from secret '%s/%s'", r->ns, v->root->name);
		if (!val_get(data, ROOT_KEY))
			return err_new(c->mem, ERR_INVALID,
				       "failed to read trusted root from secret '%s/%s': '" ROOT_KEY
				       "' not found in secret '%s/%s'",
				       r->ns, v->root->name, r->ns, v->root->name);
		*ret_json = val_as_str(val_get(data, ROOT_KEY));
	} else if (*path) {
		TRY_AS(c->mem, file_read(c->mem, path, SIGSTORE_ROOT_MAX, ret_json),
		       "failed to read --sigstore-trusted-root");
	} else {
		*ret_json = sigstore_public_root();
	}
	return NULL;
}

static err *read_root(ctx *c, struct reconcile *r, const struct oci_verify *v, buf *seen,
		      struct sigstore_trust *trust)
{
	const struct oci_identity *ids = v->identities.p;
	struct sigstore_root *root;
	str json;
	TRY(find_root(c, r, v, &json));
	TRY_AS(c->mem, sigstore_root_read(c->mem, json, &root), "unable to parse trusted root");
	for (size_t i = 0; i < v->identities.n; i++)
		TRY(sigstore_cert_allow(c->mem, &trust->identities, ids[i].issuer, ids[i].subject));
	buf_str(seen, json);
	trust->root = root;
	return NULL;
}

/* ---- notation ---- */

static err *read_policy(ctx *c, struct reconcile *r, const struct oci_verify *v, buf *seen,
			struct notation_trust *trust)
{
	val *data;
	if (!v->secret)
		return err_new(c->mem, ERR_INVALID,
			       "verification secret cannot be empty: name a Secret with "
			       "trustpolicy.json and certificates in spec.verify.secretRef");
	TRY(source_secret(c, r, v->secret->name, &data));
	if (!val_get(data, POLICY_KEY))
		return err_new(c->mem, ERR_INVALID, "'" POLICY_KEY "' not found in secret '%s/%s'",
			       r->ns, v->secret->name);
	TRY(notation_policy_read(c->mem, val_as_str(val_get(data, POLICY_KEY)), &trust->policy));
	for (size_t i = 0; i < val_len(data); i++) {
		const struct val_pair *p = &data->map.p[i];
		if (!str_ends(p->key, STR(".crt")) && !str_ends(p->key, STR(".pem")))
			continue;
		TRY_AS(c->mem, notation_trust_cert(c->mem, trust, val_as_str(p->value)),
		       "failed to parse certificate '%.*s'", STR_ARG(p->key));
		buf_str(seen, val_as_str(p->value));
	}
	buf_str(seen, val_as_str(val_get(data, POLICY_KEY)));
	if (!trust->certs.n)
		return err_new(c->mem, ERR_INVALID, "no certificates found in secret '%s/%s'",
			       r->ns, v->secret->name);
	return NULL;
}

static const char *text_of(arena *mem, const struct oci_trust *trust,
			   enum signatures_verdict verdict, const char *name,
			   const struct oci_verify_texts *texts)
{
	bool none = verdict == SIGNATURES_NONE;
	if (!trust->notation.policy)
		return none ? texts->no_signature : texts->wrong;
	return arena_printf(mem,
			    none ? "no signature is associated with '%s', make sure the artifact "
				   "was signed successfully"
				 : "signature verification failed for '%s'",
			    name);
}

/* ---- all ---- */

err *oci_verify_trust(ctx *c, struct reconcile *r, const struct oci_verify *v,
		      struct oci_trust *ret_trust)
{
	buf seen = buf_init(c->mem);
	struct oci_trust trust = {.print = NULL};
	json_print(&seen, VAL_IN(r->obj, "spec", "verify"), JSON_SORTED);
	if (!text_eq(v->provider, "cosign"))
		TRY(read_policy(c, r, v, &seen, &trust.notation));
	else if (v->secret)
		TRY(read_keys(c, r, v, &seen, &trust.sigstore));
	else
		TRY(read_root(c, r, v, &seen, &trust.sigstore));
	trust.print = digest_text(c->mem, DIGEST_SHA256, buf_view(&seen));
	*ret_trust = trust;
	return NULL;
}

err *oci_verify_check(ctx *c, const struct oci_trust *trust, struct oci *oci, const char *digest,
		      const struct oci_verify_texts *texts, bool *ret_told)
{
	const struct notation_trust *notation = &trust->notation;
	const char *name = oci_name(c->mem, oci, digest);
	const char *repository = str_text(c->mem, (str){name, strcspn(name, "@")});
	struct signatures found;
	TRY(notation->policy ? notary_verify(c, oci, repository, digest, notation,
					     clock_wall() / CLOCK_SECOND, &found)
			     : cosign_verify(c, oci, digest, &trust->sigstore, &found));
	/* of keys there is no more to be said than that none fits */
	bool tells = *found.why && (notation->policy || trust->sigstore.root);
	*ret_told = found.verdict == SIGNATURES_GOOD;
	if (found.verdict >= SIGNATURES_PASSED)
		return NULL;
	return err_new(c->mem, ERR_FAILED, "%s%s%s",
		       text_of(c->mem, trust, found.verdict, name, texts), tells ? ": " : "",
		       tells ? found.why : "");
}
