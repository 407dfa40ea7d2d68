#include "kind/bucket_auth.h"

#include <stdlib.h>

#include "base/file.h"
#include "net/url.h"

#define GATE_ACCOUNTS "ObjectLevelWorkloadIdentity"
#define TOKEN_FILE_MAX ((size_t)64 << 10)

/* What Secrets say, before it is known what is wanted of them. */
struct credentials {
	struct source_secret *secret, *sts; /* NULL: none */
	struct bucket_wire wire, sts_wire;
};

static bool said(const char *text)
{
	return text && *text;
}

static bool is(const struct bucket_spec *s, const char *provider)
{
	return text_eq(s->provider, provider);
}

static bool has(const struct source_secret *s, const char *key)
{
	return val_get(s->data, key) != NULL;
}

static const char *text_of(const struct source_secret *s, const char *key)
{
	return val_text_or(val_get(s->data, key), "");
}

static err *stalls(struct reconcile *r, err *e, const char *reason)
{
	return stage_fault(r, e, (struct fault){.policy = POLICY_STALL, .reason = reason});
}

/* ---- Secrets ---- */

static err *read_secret(ctx *c, struct reconcile *r, const struct name_ref *ref, const char *what,
			struct source_secret **ret_secret)
{
	*ret_secret = NULL;
	if (!ref)
		return NULL;
	*ret_secret = NEW(c->mem, struct source_secret);
	TRY_AS(c->mem, source_read_secret(c, r, ref->name, *ret_secret), "failed to get %s '%s/%s'",
	       what, r->ns, ref->name);
	return NULL;
}

static err *read_secrets(ctx *c, struct reconcile *r, const struct bucket_spec *s,
			 struct credentials *k)
{
	k->wire = (struct bucket_wire){.clients = r->house->clients, .timeout = s->timeout};
	TRY(read_secret(c, r, s->secret, "secret", &k->secret));
	TRY(read_secret(c, r, s->sts ? s->sts->secret : NULL, "STS secret", &k->sts));
	if (s->proxy)
		TRY_AS(c->mem, source_proxy(c, r, s->proxy->name, &k->wire.login),
		       "failed to get proxy URL");
	k->sts_wire = k->wire;
	if (s->cert)
		TRY_AS(c->mem, source_tls(c, r, s->cert->name, &k->wire.login.tls),
		       "failed to get TLS config");
	if (s->sts && s->sts->cert)
		TRY_AS(c->mem, source_tls(c, r, s->sts->cert->name, &k->sts_wire.login.tls),
		       "failed to get STS TLS config");
	return NULL;
}

/* ---- the API of Amazon S3 ---- */

static err *check_sts(arena *mem, const struct bucket_spec *s)
{
	const struct bucket_sts *sts = s->sts;
	if (!is(s, "aws") && !is(s, "generic"))
		return err_new(mem, ERR_INVALID,
			       "STS configuration is not supported for '%s' bucket provider",
			       s->provider);
	if (!text_eq(sts->provider, is(s, "aws") ? "aws" : "ldap"))
		return err_new(mem, ERR_INVALID,
			       "STS provider '%s' is not supported for '%s' bucket provider",
			       sts->provider, s->provider);
	if (is(s, "aws") && (sts->secret || sts->cert))
		return err_new(mem, ERR_INVALID,
			       "spec.sts.%s is not required for the 'aws' STS provider",
			       sts->secret ? "secretRef" : "certSecretRef");
	return NULL;
}

static err *check_sts_secret(arena *mem, const struct bucket_spec *s, const struct credentials *k)
{
	if (!k->sts || (*text_of(k->sts, "username") && *text_of(k->sts, "password")))
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "invalid '%s' secret data for '%s' STS provider: required fields username, "
		       "password",
		       k->sts->name, s->sts->provider);
}

static const char *env(const char *name)
{
	const char *text = getenv(name);
	return text ? text : "";
}

/* The identity of the pod, as Amazon's webhook gives it. */
static err *web_identity(ctx *c, const struct bucket_spec *s, const struct credentials *k,
			 struct sts_keys *keys)
{
	const char *session = env("AWS_ROLE_SESSION_NAME"), *region = env("AWS_REGION");
	const char *endpoint = s->sts ? s->sts->endpoint : NULL;
	str token;
	region = said(s->region) ? s->region : *region ? region : "us-east-1";
	if (!endpoint)
		endpoint = arena_printf(c->mem, "https://sts.%s.amazonaws.com%s", region,
					text_starts(region, "cn-") ? ".cn" : "");
	TRY(file_read(c->mem, env("AWS_WEB_IDENTITY_TOKEN_FILE"), TOKEN_FILE_MAX, &token));
	return sts_web_identity(c, &k->sts_wire, endpoint, env("AWS_ROLE_ARN"),
				*session ? session : "sluice", str_text(c->mem, str_trim(token)),
				keys);
}

/* Without a Secret: the environment's keys, the pod's identity, or none: open buckets need no more. */
static err *ambient(ctx *c, const struct bucket_spec *s, const struct credentials *k,
		    struct sts_keys *keys)
{
	*keys = (struct sts_keys){env("AWS_ACCESS_KEY_ID"), env("AWS_SECRET_ACCESS_KEY"),
				  env("AWS_SESSION_TOKEN")};
	if (*keys->id && *keys->secret)
		return NULL;
	*keys = (struct sts_keys){"", "", ""};
	if (*env("AWS_WEB_IDENTITY_TOKEN_FILE") && *env("AWS_ROLE_ARN"))
		TRY_AS(c->mem, web_identity(c, s, k, keys), "AWS authentication failed");
	return NULL;
}

/* Asking for keys is the first thing that the bucket is asked for. */
static err *ask_ldap(ctx *c, struct reconcile *r, const struct bucket_spec *s,
		     const struct credentials *k, struct sts_keys *keys)
{
	const char *user = k->sts ? text_of(k->sts, "username") : "";
	const char *password = k->sts ? text_of(k->sts, "password") : "";
	err *e = sts_ldap(c, &k->sts_wire, s->sts->endpoint, user, password, keys);
	if (!e)
		return NULL;
	e = err_wrap(c->mem, e, "failed to confirm existence of '%s' bucket", s->name);
	return stage_fault(r, e, (struct fault){.reason = "BucketOperationFailed"});
}

static err *open_s3(ctx *c, struct reconcile *r, const struct bucket_spec *s, struct credentials *k,
		    void **ret)
{
	arena *mem = c->mem;
	struct bucket_s3_settings to = {.wire = k->wire,
					.endpoint = s->endpoint,
					.insecure = s->insecure,
					.region = s->region,
					.bucket = s->name};
	struct url *u;
	if (k->secret && (!has(k->secret, "accesskey") || !has(k->secret, "secretkey")))
		return err_new(mem, ERR_INVALID,
			       "invalid '%s' secret data: required fields 'accesskey' and "
			       "'secretkey'",
			       k->secret->name);
	if (s->sts) {
		TRY(stalls(r, check_sts(mem, s), "InvalidSTSConfiguration"));
		err *e = url_parse_http(mem, s->sts->endpoint, &u);
		if (e)
			return stalls(r,
				      err_wrap(mem, e, "failed to parse STS endpoint '%s'",
					       url_redact(mem, s->sts->endpoint)),
				      "URLInvalid");
		TRY(check_sts_secret(mem, s, k));
	}
	if (k->secret)
		to.keys = (struct sts_keys){text_of(k->secret, "accesskey"),
					    text_of(k->secret, "secretkey"), ""};
	else if (is(s, "aws"))
		TRY(ambient(c, s, k, &to.keys));
	else if (s->sts)
		TRY(ask_ldap(c, r, s, k, &to.keys));
	if (!said(to.keys.secret))
		to.keys = (struct sts_keys){"", "", ""};
	return bucket_s3_open(mem, &to, (struct bucket_s3 **)ret);
}

/* ---- Google ---- */

static err *open_gcs(ctx *c, const struct bucket_spec *s, struct credentials *k, void **ret)
{
	struct bucket_gcs_settings to = {.wire = k->wire,
					 .endpoint = s->endpoint,
					 .insecure = s->insecure,
					 .bucket = s->name};
	if (k->secret && !has(k->secret, "serviceaccount"))
		return err_new(c->mem, ERR_INVALID,
			       "invalid '%s' secret data: required fields 'serviceaccount'",
			       k->secret->name);
	if (k->secret)
		TRY_AS(c->mem,
		       oauth_google_read(c->mem,
					 val_as_str(val_get(k->secret->data, "serviceaccount")),
					 &to.credentials),
		       "failed to create Google credentials from secret");
	return bucket_gcs_open(c->mem, &to, (struct bucket_gcs **)ret);
}

/* ---- Azure ---- */

static err *check_azure(arena *mem, const struct source_secret *k)
{
	static const char *const any[] = {"clientId", "accountKey", "sasKey", "authorityHost",
					  NULL};
	for (int i = 0; any[i]; i++)
		if (has(k, any[i]))
			return NULL;
	return err_new(mem, ERR_INVALID,
		       "invalid '%s' secret data: requires a 'clientId' or 'accountKey' field, a "
		       "combination of 'tenantId', 'clientId' and 'clientSecret', or 'tenantId', "
		       "'clientId' and 'clientCertificate'",
		       k->name);
}

static err *check_certificate(arena *mem, const struct source_secret *k)
{
	if (*text_of(k, "clientCertificatePassword"))
		return err_new(mem, ERR_UNSUPPORTED,
			       "clientCertificatePassword is not supported: the certificate's key "
			       "must not be encrypted");
	return oauth_azure_check(mem, text_of(k, "clientCertificate"));
}

/* An application's credentials, in the Secret or else in the environment. NULL: none. */
static err *application_of(arena *mem, const struct source_secret *k,
			   const struct oauth_azure **ret)
{
	struct oauth_azure *a = NEW(mem, struct oauth_azure);
	*a = (struct oauth_azure){.tenant = text_of(k, "tenantId"),
				  .client = text_of(k, "clientId"),
				  .secret = text_of(k, "clientSecret"),
				  .certificate = text_of(k, "clientCertificate"),
				  .authority = text_of(k, "authorityHost")};
	const char *send = text_of(k, "clientCertificateSendChain");
	a->send_chain = text_eq(send, "1") || str_eq_nocase(str_of(send), STR("true"));
	*ret = NULL;
	if (!has(k, "clientId"))
		return NULL;
	if (!has(k, "tenantId") || (!*a->secret && !*a->certificate))
		return err_new(
			mem, ERR_UNSUPPORTED,
			"managed identities are not supported: 'tenantId' and "
			"'clientSecret' or 'clientCertificate' are needed beside 'clientId'");
	if (!*a->secret)
		TRY_AS(mem, check_certificate(mem, k), "failed to parse client certificates");
	*ret = a;
	return NULL;
}

static const struct oauth_azure *application_around(arena *mem, const struct source_secret *k)
{
	struct oauth_azure *a = NEW(mem, struct oauth_azure);
	*a = (struct oauth_azure){.tenant = env("AZURE_TENANT_ID"),
				  .client = env("AZURE_CLIENT_ID"),
				  .secret = env("AZURE_CLIENT_SECRET"),
				  .certificate = "",
				  .authority = k ? text_of(k, "authorityHost")
						 : env("AZURE_AUTHORITY_HOST")};
	return *a->tenant && *a->client && *a->secret ? a : NULL;
}

static err *open_azure(ctx *c, const struct bucket_spec *s, struct credentials *k, void **ret)
{
	arena *mem = c->mem;
	struct bucket_azure_settings to = {
		.wire = k->wire, .endpoint = s->endpoint, .bucket = s->name};
	if (k->secret) {
		TRY(check_azure(mem, k->secret));
		TRY_AS(mem, application_of(mem, k->secret, &to.application),
		       "failed to create token credential from '%s' Secret", k->secret->name);
		if (!to.application && has(k->secret, "accountKey")) {
			to.key = text_of(k->secret, "accountKey");
			TRY_AS(mem, bucket_azure_account(mem, s->endpoint, &to.account),
			       "failed to create shared credential from '%s' Secret data",
			       k->secret->name);
		} else if (!to.application && has(k->secret, "sasKey")) {
			to.sas = text_of(k->secret, "sasKey");
		}
	}
	if (!to.application && !to.key && !to.sas)
		to.application = application_around(mem, k->secret);
	return bucket_azure_open(mem, &to, (struct bucket_azure **)ret);
}

/* ---- all ---- */

/* An identity for the object alone, which clouds give to a ServiceAccount. */
static err *refuse_account(struct reconcile *r, const struct bucket_spec *s)
{
	if (is(s, "generic") || !said(s->account))
		return NULL;
	if (options_gate(r->house->options, GATE_ACCOUNTS))
		return stalls(r,
			      err_new(r->mem, ERR_UNSUPPORTED,
				      "spec.serviceAccountName is not supported: use "
				      "spec.secretRef"),
			      "UnsupportedField");
	return stalls(r,
		      err_new(r->mem, ERR_UNSUPPORTED,
			      "to use spec.serviceAccountName for provider authentication please "
			      "enable the " GATE_ACCOUNTS " feature gate in the controller"),
		      "FeatureGateDisabled");
}

err *bucket_authenticate(ctx *c, struct reconcile *r, const struct bucket_spec *s,
			 struct bucket *ret_bucket)
{
	struct credentials k = {0};
	struct bucket b = {
		.name = s->name, .prefix = s->prefix, .ignore = s->ignore, .timeout = s->timeout};
	TRY(refuse_account(r, s));
	TRY(read_secrets(c, r, s, &k));
	if (is(s, "gcp")) {
		b.service = &bucket_gcs_service;
		TRY(open_gcs(c, s, &k, &b.self));
	} else if (is(s, "azure")) {
		b.service = &bucket_azure_service;
		TRY(open_azure(c, s, &k, &b.self));
	} else {
		b.service = &bucket_s3_service;
		TRY(open_s3(c, r, s, &k, &b.self));
	}
	*ret_bucket = b;
	return NULL;
}
