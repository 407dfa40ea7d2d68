#include "sops/sops_gcp.h"

#include "base/enc.h"
#include "data/json.h"
#include "net/oauth.h"

#define SHOWN 400 /* bytes of a server's own words in an error */
#define SCOPES                                                                                     \
	"https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/cloudkms"

err *sops_gcp_read(arena *mem, str content, struct sops_gcp *gcp)
{
	TRY(oauth_google_read(mem, content, &gcp->credentials));
	gcp->token = NULL;
	return NULL;
}

/* "projects/P/locations/L/keyRings/R/cryptoKeys/K" */
static bool is_resource(str id)
{
	static const char *const fixed[] = {"projects", "locations", "keyRings", "cryptoKeys"};
	str part;
	for (size_t i = 0; i < 8; i++) {
		if (!id.p || !str_next(&id, '/', &part) || !part.n)
			return false;
		if (i % 2 == 0 && !str_is(part, fixed[i / 2]))
			return false;
		for (size_t j = 0; j < part.n; j++)
			if ((unsigned char)part.p[j] <= ' ' || part.p[j] == '?' ||
			    part.p[j] == '#' || part.p[j] == '%')
				return false;
	}
	return !id.p;
}

static err *get_token(arena *mem, const struct sops_gcp *gcp, sops_exchange *exchange, void *arg,
		      const char **ret)
{
	struct oauth_form form;
	struct sops_answer a;
	if (!gcp->credentials)
		return gcp->ask(gcp->ask_arg, mem, ret);
	TRY(oauth_google(mem, gcp->credentials, SCOPES, gcp->now, &form));
	struct sops_request q = sops_request_to("POST", form.url, form.body);
	sops_request_header(&q, "Content-Type", "application/x-www-form-urlencoded");
	TRY(exchange(arg, mem, &q, &a));
	const struct oauth_answer said = oauth_read(mem, a.body);
	*ret = said.token;
	if (a.status == 200 && *said.token)
		return NULL;
	return err_new(mem, ERR_UNAUTHORIZED, "oauth2: cannot fetch token: %d: %s", a.status,
		       said.error);
}

static err *decrypt(arena *mem, const struct sops_gcp *gcp, const char *id, str blob,
		    sops_exchange *exchange, void *arg, str *ret)
{
	val *body = val_map(mem);
	struct sops_answer a;
	const char *base = gcp->url && *gcp->url ? gcp->url : "https://cloudkms.googleapis.com";
	val_set_text(mem, body, "ciphertext", enc_base64(mem, blob));
	struct sops_request q =
		sops_request_to("POST", arena_printf(mem, "%s/v1/%s:decrypt", base, id),
				str_of(json_text(mem, body, JSON_PLAIN)));
	sops_request_header(&q, "Content-Type", "application/json");
	sops_request_header(&q, "Authorization", arena_printf(mem, "Bearer %s", gcp->token));
	TRY(exchange(arg, mem, &q, &a));
	const val *v = sops_answer_json(mem, &a), *fault = val_get(v, "error");
	if (a.status != 200)
		return err_new(
			mem, ERR_UNAUTHORIZED, "rpc error: code = %s desc = %.*s",
			val_text_or(val_get(fault, "status"), arena_printf(mem, "%d", a.status)),
			STR_ARG(str_sub(val_as_str(val_get(fault, "message")), 0, SHOWN)));
	if (!enc_unbase64(mem, val_as_str(val_get(v, "plaintext")), ret) || !ret->n)
		return err_new(mem, ERR_INVALID, "no plaintext in the answer");
	return NULL;
}

err *sops_gcp_unseal(arena *mem, arena *keep, struct sops_gcp *gcp, const val *entry, str enc,
		     sops_exchange *exchange, void *arg, str *ret)
{
	const char *id = val_text_or(val_get(entry, "resource_id"), "");
	const char *token;
	str blob;
	if (!is_resource(str_of(id)))
		return err_new(mem, ERR_INVALID,
			       "cannot create GCP KMS service: no valid resource ID found in "
			       "\"%s\"",
			       id);
	if (!enc_unbase64(mem, enc, &blob))
		return err_new(mem, ERR_INVALID, "illegal base64 data");
	if (!gcp->credentials && !gcp->token && !gcp->ask)
		return err_new(mem, ERR_UNAUTHORIZED,
			       "cannot create GCP KMS service: there are no credentials: "
			       "sops.gcp-kms is missing");
	if (!gcp->token) {
		TRY_AS(mem, get_token(mem, gcp, exchange, arg, &token),
		       "failed to decrypt sops data key with GCP KMS key");
		gcp->token = arena_text(keep, token);
	}
	TRY_AS(mem, decrypt(mem, gcp, id, blob, exchange, arg, ret),
	       "failed to decrypt sops data key with GCP KMS key");
	return NULL;
}
