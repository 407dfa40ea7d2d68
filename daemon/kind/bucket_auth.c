#include "kind/bucket_auth.h"

#include "kind/cloud.h"
#include "net/url.h"
#include "source/bucket_sts.h"
#include "source/cloud_aws.h"
#include "source/cloud_azure.h"
#include "source/cloud_gcp.h"

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

/* Without a Secret: the identity that the object has at the cloud. */
static const struct cloud *identity(struct reconcile *r, const struct bucket_spec *s,
				    const struct credentials *k)
{
	return cloud_of(r, s->account, r->house->options->default_service_account, &k->wire.login);
}

/* Asking for keys is the first thing that the bucket is asked for. */
static err *ask_ldap(ctx *c, struct reconcile *r, const struct bucket_spec *s,
		     const struct credentials *k, struct aws_keys *keys)
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
		to.keys = (struct aws_keys){text_of(k->secret, "accesskey"),
					    text_of(k->secret, "secretkey"), ""};
	else if (is(s, "aws"))
		TRY_AS(mem,
		       cloud_aws_keys(c, identity(r, s, k), s->region,
				      s->sts ? s->sts->endpoint : NULL, &to.keys),
		       "AWS authentication failed");
	else if (s->sts)
		TRY(ask_ldap(c, r, s, k, &to.keys));
	if (!said(to.keys.secret))
		to.keys = (struct aws_keys){"", "", ""};
	return bucket_s3_open(mem, &to, (struct bucket_s3 **)ret);
}

/* ---- Google ---- */

/* A program without any identity may still see open buckets. */
static err *or_open(const struct cloud *cloud, err *e, const char **ret_token)
{
	if (cloud->account || err_code(e) != ERR_NOT_FOUND)
		return e;
	*ret_token = NULL;
	return NULL;
}

static err *ask_gcp(ctx *c, void *cloud, const char **ret_token)
{
	return or_open(cloud, cloud_gcp_token(c, cloud, ret_token), ret_token);
}

static err *open_gcs(ctx *c, struct reconcile *r, const struct bucket_spec *s,
		     struct credentials *k, void **ret)
{
	struct bucket_gcs_settings to = {.wire = k->wire,
					 .endpoint = s->endpoint,
					 .insecure = s->insecure,
					 .bucket = s->name};
	if (k->secret && !has(k->secret, "serviceaccount"))
		return err_new(c->mem, ERR_INVALID,
			       "invalid '%s' secret data: required fields 'serviceaccount'",
			       k->secret->name);
	if (!k->secret)
		to.asked = (struct bucket_asked){ask_gcp, (void *)identity(r, s, k)};
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
		return NULL; /* one of the machine's identities */
	if (!*a->secret)
		TRY_AS(mem, check_certificate(mem, k), "failed to parse client certificates");
	*ret = a;
	return NULL;
}

static err *ask_azure(ctx *c, void *cloud, const char **ret_token)
{
	return or_open(cloud, cloud_azure_token(c, cloud, CLOUD_AZURE_BLOBS, ret_token), ret_token);
}

struct machine {
	const struct cloud *cloud;
	const char *client;
};

static err *ask_machine(ctx *c, void *arg, const char **ret_token)
{
	const struct machine *m = arg;
	return cloud_azure_machine(c, m->cloud, m->client, CLOUD_AZURE_BLOBS, ret_token);
}

/* Whom a token comes from that no Secret has: the machine, as the identity that the Secret names; else whoever the object is at the
 * cloud. */
static void ask_around(struct reconcile *r, const struct bucket_spec *s,
		       const struct credentials *k, struct bucket_azure_settings *to)
{
	struct machine *m = NEW(r->mem, struct machine);
	*m = (struct machine){identity(r, s, k), k->secret ? text_of(k->secret, "clientId") : ""};
	to->asked = *m->client ? (struct bucket_asked){ask_machine, m}
			       : (struct bucket_asked){ask_azure, (void *)m->cloud};
}

static err *open_azure(ctx *c, struct reconcile *r, const struct bucket_spec *s,
		       struct credentials *k, void **ret)
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
		ask_around(r, s, k, &to);
	return bucket_azure_open(mem, &to, (struct bucket_azure **)ret);
}

/* ---- all ---- */

err *bucket_authenticate(ctx *c, struct reconcile *r, const struct bucket_spec *s,
			 struct bucket *ret_bucket)
{
	struct credentials k = {0};
	struct bucket b = {
		.name = s->name, .prefix = s->prefix, .ignore = s->ignore, .timeout = s->timeout};
	if (!is(s, "generic"))
		TRY(cloud_check_gate(r, s->account, NULL));
	TRY(read_secrets(c, r, s, &k));
	if (is(s, "gcp")) {
		b.service = &bucket_gcs_service;
		TRY(open_gcs(c, r, s, &k, &b.self));
	} else if (is(s, "azure")) {
		b.service = &bucket_azure_service;
		TRY(open_azure(c, r, s, &k, &b.self));
	} else {
		b.service = &bucket_s3_service;
		TRY(open_s3(c, r, s, &k, &b.self));
	}
	*ret_bucket = b;
	return NULL;
}
