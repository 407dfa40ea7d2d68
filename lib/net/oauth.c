#include "net/oauth.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/rand.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "net/jwt.h"

#define VALID_GOOGLE 3600 /* seconds of a claim */
#define VALID_AZURE 600
#define LASTS_MAX 1000000000
#define SHOWN 400 /* bytes of a server's own words in an error */
#define GOOGLE "https://oauth2.googleapis.com/token"
#define AZURE "https://login.microsoftonline.com/"
#define KEY_MARK "PRIVATE KEY-----"
#define JWT_GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define JWT_ASSERTION "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

void oauth_form_add(buf *b, const char *name, str value)
{
	buf_printf(b, "%s%s=%s", b->n ? "&" : "", name, enc_percent(b->mem, value));
}

static int64_t seconds(int64_t now)
{
	return now ? now : clock_wall() / CLOCK_SECOND;
}

static const char *field(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

/* ---- answers ---- */

static const char *line(arena *mem, const val *v)
{
	str text = val_as_str(v);
	size_t n = 0;
	while (n < text.n && n < SHOWN && text.p[n] != '\r' && text.p[n] != '\n')
		n++;
	return str_text(mem, str_sub(text, 0, n));
}

struct oauth_answer oauth_read(arena *mem, str json)
{
	val *v;
	if (json_parse(mem, json, &v))
		return (struct oauth_answer){"", 0, "", ""};
	const val *lasts = val_get(v, "expires_in"); /* a number, or its text */
	struct oauth_answer a = {.token = field(v, "access_token"),
				 .seconds = val_as_int(lasts, 0),
				 .error = line(mem, val_get(v, "error")),
				 .description = line(mem, val_get(v, "error_description"))};
	if (!a.seconds)
		(void)str_int(val_as_str(lasts), &a.seconds);
	if (a.seconds < 0 || a.seconds > LASTS_MAX)
		a.seconds = 0;
	return a;
}

/* ---- Google ---- */

err *oauth_google_read(arena *mem, str json, const val **ret_credentials)
{
	val *v;
	if (json_parse(mem, str_trim(json), &v) || !val_is(v, VAL_MAP))
		return err_new(mem, ERR_INVALID, "the credentials are no JSON object");
	const char *type = field(v, "type");
	if (!*type)
		return err_new(mem, ERR_INVALID, "missing 'type' field in credentials");
	if (!text_eq(type, "service_account") && !text_eq(type, "authorized_user"))
		return err_new(mem, ERR_UNSUPPORTED,
			       "credentials of type '%s' are not supported: it must be "
			       "'service_account' or 'authorized_user'",
			       type);
	*ret_credentials = v;
	return NULL;
}

/* A claim of the service account's, signed with its key. */
static err *google_claim(arena *mem, const val *credentials, const char *scopes, int64_t now,
			 const char *url, char **ret)
{
	val *header = val_map(mem), *claims = val_map(mem);
	struct pkey *key;
	if (pkey_read(mem, str_of(field(credentials, "private_key")), &key))
		return err_new(mem, ERR_INVALID, "private_key is no private key in PEM");
	val_set_text(mem, header, "alg", "RS256");
	val_set_text(mem, header, "typ", "JWT");
	if (*field(credentials, "private_key_id"))
		val_set_text(mem, header, "kid", field(credentials, "private_key_id"));
	val_set_text(mem, claims, "iss", field(credentials, "client_email"));
	val_set_text(mem, claims, "scope", scopes);
	val_set_text(mem, claims, "aud", url);
	val_set(mem, claims, "exp", val_int(mem, now + VALID_GOOGLE));
	val_set(mem, claims, "iat", val_int(mem, now));
	return jwt_sign(mem, header, claims, key, ret);
}

err *oauth_google(arena *mem, const val *credentials, const char *scopes, int64_t now,
		  struct oauth_form *ret_form)
{
	buf form = buf_init(mem);
	const char *own = field(credentials, "token_uri"), *url = *own ? own : GOOGLE;
	if (text_eq(field(credentials, "type"), "service_account")) {
		char *jwt;
		TRY(google_claim(mem, credentials, scopes, seconds(now), url, &jwt));
		oauth_form_add(&form, "assertion", str_of(jwt));
		oauth_form_add(&form, "grant_type", STR(JWT_GRANT));
	} else {
		oauth_form_add(&form, "client_id", str_of(field(credentials, "client_id")));
		oauth_form_add(&form, "client_secret", str_of(field(credentials, "client_secret")));
		oauth_form_add(&form, "grant_type", STR("refresh_token"));
		oauth_form_add(&form, "refresh_token", str_of(field(credentials, "refresh_token")));
	}
	*ret_form = (struct oauth_form){url, buf_view(&form)};
	return NULL;
}

/* ---- Azure ---- */

/* The private key in a PEM text that also has certificates. */
static err *read_key(arena *mem, const char *certificate, struct pkey **ret_key)
{
	str pem = str_of(certificate);
	ptrdiff_t at = str_search(pem, STR(KEY_MARK));
	ptrdiff_t from = at < 0 ? -1 : str_rfind(str_sub(pem, 0, (size_t)at), '\n');
	if (at < 0 || pkey_read(mem, str_sub(pem, (size_t)(from + 1), pem.n), ret_key))
		return err_new(mem, ERR_INVALID, "clientCertificate has no private key in PEM");
	return NULL;
}

err *oauth_azure_check(arena *mem, const char *certificate)
{
	struct pkey *key;
	return read_key(mem, certificate, &key);
}

/* The next certificate of a PEM text as DER; false at the end. */
static bool next_certificate(arena *mem, str *rest, str *ret_der)
{
	static const char begin[] = "-----BEGIN CERTIFICATE-----";
	ptrdiff_t from = str_search(*rest, STR("-----BEGIN CERTIFICATE-----"));
	if (from < 0)
		return false;
	str body = str_sub(*rest, (size_t)from + sizeof(begin) - 1, rest->n);
	ptrdiff_t to = str_search(body, STR("-----END"));
	if (to < 0 || !enc_unbase64(mem, str_trim(str_sub(body, 0, (size_t)to)), ret_der))
		return false;
	*rest = str_sub(body, (size_t)to, body.n);
	return true;
}

/* A claim of the application's, signed with its certificate's key. */
static err *azure_claim(arena *mem, const struct oauth_azure *azure, int64_t now, const char *url,
			char **ret)
{
	val *header = val_map(mem), *claims = val_map(mem), *chain = val_list(mem);
	str der, rest = str_of(azure->certificate);
	struct pkey *key;
	char id[17];
	TRY(read_key(mem, azure->certificate, &key));
	if (!next_certificate(mem, &rest, &der))
		return err_new(mem, ERR_INVALID, "clientCertificate has no certificate in PEM");
	val_set_text(mem, header, "alg", "RS256");
	val_set_text(mem, header, "typ", "JWT");
	val_set_text(mem, header, "x5t", enc_base64_url(mem, digest_raw(mem, DIGEST_SHA1, der)));
	do
		val_push(mem, chain, val_text(mem, enc_base64(mem, der)));
	while (next_certificate(mem, &rest, &der));
	if (azure->send_chain)
		val_set(mem, header, "x5c", chain);
	rand_bytes(id, 16);
	val_set_text(mem, claims, "aud", url);
	val_set(mem, claims, "exp", val_int(mem, now + VALID_AZURE));
	val_set_text(mem, claims, "iss", azure->client);
	val_set_text(mem, claims, "jti", enc_hex(mem, (str){id, 16}));
	val_set(mem, claims, "nbf", val_int(mem, now));
	val_set_text(mem, claims, "sub", azure->client);
	return jwt_sign(mem, header, claims, key, ret);
}

err *oauth_azure(arena *mem, const struct oauth_azure *azure, const char *scope, int64_t now,
		 struct oauth_form *ret_form)
{
	buf form = buf_init(mem);
	str host = str_of(*azure->authority ? azure->authority : AZURE);
	while (str_ends(host, STR("/")))
		host.n--;
	const char *url = arena_printf(mem, "%.*s/%s/oauth2/v2.0/token", STR_ARG(host),
				       enc_percent(mem, str_of(azure->tenant)));
	oauth_form_add(&form, "client_id", str_of(azure->client));
	char *own = NULL;
	const char *assertion = azure->assertion;
	if (!assertion && !*azure->secret) {
		TRY(azure_claim(mem, azure, seconds(now), url, &own));
		assertion = own;
	}
	if (!assertion) {
		oauth_form_add(&form, "client_secret", str_of(azure->secret));
	} else {
		oauth_form_add(&form, "client_assertion", str_of(assertion));
		oauth_form_add(&form, "client_assertion_type", STR(JWT_ASSERTION));
	}
	oauth_form_add(&form, "grant_type", STR("client_credentials"));
	oauth_form_add(&form, "scope", str_of(scope));
	*ret_form = (struct oauth_form){url, buf_view(&form)};
	return NULL;
}
