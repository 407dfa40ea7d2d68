#include "sops/sops_gcp.h"

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "sops/sops_jwt.h"

#define SHOWN 400  /* bytes of a server's own words in an error */
#define VALID 3600 /* seconds of a claim */
#define SCOPES                                                                                     \
	"https://www.googleapis.com/auth/cloud-platform https://www.googleapis.com/auth/cloudkms"
#define TOKEN_URL "https://oauth2.googleapis.com/token"

err *sops_gcp_read(arena *mem, str content, struct sops_gcp *gcp)
{
	val *v;
	if (json_parse(mem, str_trim(content), &v) || !val_is(v, VAL_MAP))
		return err_new(mem, ERR_INVALID, "the credentials are no JSON object");
	const char *type = val_text_or(val_get(v, "type"), "");
	if (!*type)
		return err_new(mem, ERR_INVALID, "missing 'type' field in credentials");
	if (!text_eq(type, "service_account") && !text_eq(type, "authorized_user"))
		return err_new(mem, ERR_UNSUPPORTED,
			       "credentials of type '%s' are not supported: it must be "
			       "'service_account' or 'authorized_user'",
			       type);
	gcp->credentials = v;
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

static const char *field(const struct sops_gcp *gcp, const char *key)
{
	return val_text_or(val_get(gcp->credentials, key), "");
}

/* A claim of the service account's, signed with its key. */
static err *claim(arena *mem, const struct sops_gcp *gcp, const char *url, char **ret)
{
	int64_t now = gcp->now ? gcp->now : clock_wall() / CLOCK_SECOND;
	val *header = val_map(mem), *claims = val_map(mem);
	struct pkey *key;
	if (pkey_read(mem, str_of(field(gcp, "private_key")), &key))
		return err_new(mem, ERR_INVALID, "private_key is no private key in PEM");
	val_set_text(mem, header, "alg", "RS256");
	val_set_text(mem, header, "typ", "JWT");
	if (*field(gcp, "private_key_id"))
		val_set_text(mem, header, "kid", field(gcp, "private_key_id"));
	val_set_text(mem, claims, "iss", field(gcp, "client_email"));
	val_set_text(mem, claims, "scope", SCOPES);
	val_set_text(mem, claims, "aud", url);
	val_set(mem, claims, "exp", val_int(mem, now + VALID));
	val_set(mem, claims, "iat", val_int(mem, now));
	return sops_jwt(mem, header, claims, key, ret);
}

static err *get_token(arena *mem, const struct sops_gcp *gcp, sops_exchange *exchange, void *arg,
		      const char **ret)
{
	buf form = buf_init(mem);
	struct sops_answer a;
	const char *url = *field(gcp, "token_uri") ? field(gcp, "token_uri") : TOKEN_URL;
	if (text_eq(field(gcp, "type"), "service_account")) {
		char *jwt;
		TRY(claim(mem, gcp, url, &jwt));
		sops_form_add(&form, "assertion", str_of(jwt));
		sops_form_add(&form, "grant_type",
			      STR("urn:ietf:params:oauth:grant-type:jwt-bearer"));
	} else {
		sops_form_add(&form, "client_id", str_of(field(gcp, "client_id")));
		sops_form_add(&form, "client_secret", str_of(field(gcp, "client_secret")));
		sops_form_add(&form, "grant_type", STR("refresh_token"));
		sops_form_add(&form, "refresh_token", str_of(field(gcp, "refresh_token")));
	}
	struct sops_request q = sops_request_to("POST", url, buf_view(&form));
	sops_request_header(&q, "Content-Type", "application/x-www-form-urlencoded");
	TRY(exchange(arg, mem, &q, &a));
	const val *v = sops_answer_json(mem, &a);
	const char *token = val_as_text(val_get(v, "access_token"));
	if (a.status != 200 || !token)
		return err_new(mem, ERR_UNAUTHORIZED, "oauth2: cannot fetch token: %d: %.*s",
			       a.status,
			       STR_ARG(str_sub(val_as_str(val_get(v, "error")), 0, SHOWN)));
	*ret = token;
	return NULL;
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
	if (!gcp->credentials && !gcp->token)
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
