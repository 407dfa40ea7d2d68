#include "sops/sops_azure.h"

#include "base/enc.h"
#include "data/json.h"
#include "data/yaml.h"
#include "net/oauth.h"
#include "net/url.h"

#define SHOWN 400 /* bytes of a server's own words in an error */
#define API "7.4"
#define IMDS "http://169.254.169.254/metadata/identity/oauth2/token"

/* ---- credentials ------------------------------------------------------------------------------ */

/* UTF-16 with its mark as UTF-8; anything else as it is, without UTF-8's mark. */
static str decode(arena *mem, str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	if (s.n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF)
		return str_sub(s, 3, s.n);
	bool little = s.n >= 2 && p[0] == 0xFF && p[1] == 0xFE;
	bool big = s.n >= 2 && p[0] == 0xFE && p[1] == 0xFF;
	if (!little && !big)
		return s;
	buf b = buf_init(mem);
	uint32_t high = 0;
	for (size_t i = 2; i + 1 < s.n; i += 2) {
		uint32_t unit =
			little ? p[i] | (uint32_t)p[i + 1] << 8 : (uint32_t)p[i] << 8 | p[i + 1];
		if (unit >= 0xD800 && unit < 0xDC00) {
			high = unit;
			continue;
		}
		if (high && unit >= 0xDC00 && unit < 0xE000)
			unit = 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00);
		high = 0;
		buf_utf8(&b, unit);
	}
	return buf_view(&b);
}

static const char *field(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

static err *read_certificate(arena *mem, const val *v, struct sops_azure *azure)
{
	if (*field(v, "clientCertificatePassword"))
		return err_new(mem, ERR_UNSUPPORTED,
			       "clientCertificatePassword is not supported: the certificate's key "
			       "must not be encrypted");
	azure->certificate = field(v, "clientCertificate");
	azure->send_chain = val_as_bool(val_get(v, "clientCertificateSendChain"), false);
	return oauth_azure_check(mem, azure->certificate);
}

err *sops_azure_read(arena *mem, str content, struct sops_azure *azure)
{
	val *v;
	if (yaml_parse(mem, decode(mem, content), &v) ||
	    !(val_is(v, VAL_MAP) || val_is(v, VAL_NULL)))
		return err_new(mem, ERR_INVALID,
			       "failed to unmarshal Azure authentication file: it is no YAML map");
	*azure = (struct sops_azure){.secret = "",
				     .certificate = "",
				     .now = azure->now,
				     .ask = azure->ask,
				     .ask_arg = azure->ask_arg};
	azure->authority = field(v, "authorityHost");
	azure->tenant = field(v, "tenantId");
	azure->client = field(v, "clientId");
	if (*azure->tenant && *azure->client && *field(v, "clientSecret")) {
		azure->secret = field(v, "clientSecret");
		return NULL;
	}
	if (*azure->tenant && *azure->client && *field(v, "clientCertificate"))
		return read_certificate(mem, v, azure);
	if (*field(v, "tenant") && *field(v, "appId") && *field(v, "password")) {
		azure->tenant = field(v, "tenant");
		azure->client = field(v, "appId");
		azure->secret = field(v, "password");
		return NULL;
	}
	azure->tenant = "";
	if (*azure->client)
		return NULL;
	azure->client = NULL;
	return err_new(mem, ERR_INVALID,
		       "invalid data: requires a 'clientId' field, a combination of 'tenantId', "
		       "'clientId' and 'clientSecret', or 'tenantId', 'clientId' and "
		       "'clientCertificate'");
}

/* ---- tokens ----------------------------------------------------------------------------------- */

static err *ask_login(arena *mem, const struct sops_azure *azure, const char *resource,
		      struct sops_request *ret)
{
	struct oauth_azure who = {.tenant = azure->tenant,
				  .client = azure->client,
				  .secret = azure->secret,
				  .certificate = azure->certificate,
				  .authority = azure->authority,
				  .send_chain = azure->send_chain};
	struct oauth_form form;
	TRY(oauth_azure(mem, &who, arena_printf(mem, "%s/.default", resource), azure->now, &form));
	*ret = sops_request_to("POST", form.url, form.body);
	sops_request_header(ret, "Content-Type", "application/x-www-form-urlencoded");
	return NULL;
}

/* From the machine that this runs on. */
static void ask_machine(arena *mem, const struct sops_azure *azure, const char *resource,
			struct sops_request *ret)
{
	buf query = buf_init(mem);
	oauth_form_add(&query, "api-version", STR("2018-02-01"));
	oauth_form_add(&query, "client_id", str_of(azure->client));
	oauth_form_add(&query, "resource", str_of(resource));
	*ret = sops_request_to("GET", arena_printf(mem, IMDS "?%s", buf_text(&query)),
			       (str){"", 0});
	sops_request_header(ret, "Metadata", "true");
}

static err *get_token(arena *mem, const struct sops_azure *azure, const char *resource,
		      sops_exchange *exchange, void *arg, const char **ret)
{
	struct sops_request q;
	struct sops_answer a;
	if (!azure->client)
		return azure->ask(azure->ask_arg, mem, arena_printf(mem, "%s/.default", resource),
				  ret);
	if (*azure->tenant)
		TRY(ask_login(mem, azure, resource, &q));
	else
		ask_machine(mem, azure, resource, &q);
	TRY(exchange(arg, mem, &q, &a));
	const struct oauth_answer said = oauth_read(mem, a.body);
	*ret = said.token;
	if (a.status == 200 && *said.token)
		return NULL;
	return err_new(mem, ERR_UNAUTHORIZED, "no token: status %d: %s", a.status,
		       said.description);
}

/* ---- vaults ----------------------------------------------------------------------------------- */

/* What a token for the vault is asked for; NULL when it is none of Azure's. */
static const char *resource_of(arena *mem, const char *vault)
{
	static const char *const domains[] = {
		"vault.azure.net",	   "managedhsm.azure.net",
		"vault.azure.cn",	   "managedhsm.azure.cn",
		"vault.usgovcloudapi.net", "managedhsm.usgovcloudapi.net",
		"vault.microsoftazure.de",
	};
	struct url *u;
	if (url_parse_http(mem, vault, &u) || !text_eq(u->scheme, "https"))
		return NULL;
	for (size_t i = 0; i < sizeof(domains) / sizeof(*domains); i++)
		if (text_ends(u->host, arena_printf(mem, ".%s", domains[i])))
			return arena_printf(mem, "https://%s", domains[i]);
	return NULL;
}

static err *decrypt(arena *mem, const struct sops_azure *azure, const char *key_url, str blob,
		    sops_exchange *exchange, void *arg, str *ret)
{
	val *body = val_map(mem);
	struct sops_answer a;
	val_set_text(mem, body, "alg", "RSA-OAEP-256");
	val_set_text(mem, body, "value", enc_base64_url(mem, blob));
	struct sops_request q =
		sops_request_to("POST", arena_printf(mem, "%s/decrypt?api-version=" API, key_url),
				str_of(json_text(mem, body, JSON_PLAIN)));
	sops_request_header(&q, "Content-Type", "application/json");
	sops_request_header(&q, "Authorization", arena_printf(mem, "Bearer %s", azure->token));
	TRY(exchange(arg, mem, &q, &a));
	const val *v = sops_answer_json(mem, &a), *fault = val_get(v, "error");
	if (a.status != 200)
		return err_new(mem, ERR_UNAUTHORIZED, "status %d: %.*s: %.*s", a.status,
			       STR_ARG(str_sub(val_as_str(val_get(fault, "code")), 0, SHOWN)),
			       STR_ARG(str_sub(val_as_str(val_get(fault, "message")), 0, SHOWN)));
	if (!enc_unbase64(mem, val_as_str(val_get(v, "value")), ret) || !ret->n)
		return err_new(mem, ERR_INVALID, "no value in the answer");
	return NULL;
}

err *sops_azure_unseal(arena *mem, arena *keep, struct sops_azure *azure, const val *entry, str enc,
		       sops_exchange *exchange, void *arg, str *ret)
{
	str vault = str_of(field(entry, "vault_url")), blob;
	const char *token;
	const char *shown = arena_printf(mem, "%.*s/keys/%s/%s", STR_ARG(vault),
					 field(entry, "name"), field(entry, "version"));
	while (str_ends(vault, STR("/")))
		vault.n--;
	const char *url = arena_printf(mem, "%.*s/keys/%s/%s", STR_ARG(vault),
				       enc_percent(mem, str_of(field(entry, "name"))),
				       enc_percent(mem, str_of(field(entry, "version"))));
	const char *resource = resource_of(mem, str_text(mem, vault));
	if (!azure->client && !azure->ask)
		return err_new(mem, ERR_UNAUTHORIZED,
			       "failed to get Azure token credential to decrypt: there are no "
			       "credentials: sops.azure-kv is missing");
	if (!enc_unbase64(mem, enc, &blob))
		return err_new(mem, ERR_INVALID,
			       "failed to base64 decode Azure Key Vault encrypted key");
	if (!resource)
		return err_new(mem, ERR_FORBIDDEN,
			       "failed to construct Azure Key Vault client to decrypt data: '%.*s' "
			       "is no vault of Azure's",
			       STR_ARG(vault));
	if (!azure->token || !text_eq(azure->token_resource, resource)) {
		TRY_AS(mem, get_token(mem, azure, resource, exchange, arg, &token),
		       "failed to decrypt sops data key with Azure Key Vault key '%s'", shown);
		azure->token = arena_text(keep, token);
		azure->token_resource = arena_text(keep, resource);
	}
	TRY_AS(mem, decrypt(mem, azure, url, blob, exchange, arg, ret),
	       "failed to decrypt sops data key with Azure Key Vault key '%s'", shown);
	return NULL;
}
