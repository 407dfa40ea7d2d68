#include "source/cloud_gcp.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "net/oauth.h"
#include "net/url.h"

#define EMAIL "iam.gke.io/gcp-service-account"
#define EMAIL_PATTERN "^[a-zA-Z0-9-]{1,100}@[a-zA-Z0-9-]{1,100}\\.iam\\.gserviceaccount\\.com$"
#define PROVIDER "gcp.auth.fluxcd.io/workload-identity-provider"
#define PROVIDER_PATTERN                                                                           \
	"^projects/\\d{1,30}/locations/global/workloadIdentityPools/[^/]{1,100}/providers/[^/]{1," \
	"100}$"
#define SCOPE "https://www.googleapis.com/auth/cloud-platform"
#define SCOPES SCOPE " https://www.googleapis.com/auth/userinfo.email"
#define STS "https://sts.googleapis.com/v1/token"
#define IAM "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/"
#define MACHINE "169.254.169.254"
#define NAME_MAX 100
#define SHOWN 400

static void keep(const struct cloud *cloud, const char *key, const char *token, int64_t expires)
{
	tokens_keep(cloud->tokens, key, token, expires);
}

/* ---- tokens by a form ---- */

static err *by_form(ctx *c, const struct cloud *cloud, const char *url, str form,
		    struct oauth_answer *ret_answer)
{
	struct cloud_question q = {
		.method = "POST", .url = url, .headers = http_form_headers, .body = form};
	struct http_answer *a;
	TRY(cloud_ask(c, cloud, &q, &a));
	*ret_answer = oauth_read(c->mem, a->body);
	if (a->status == 200 && *ret_answer->token)
		return NULL;
	return err_new(c->mem, http_refusal(a->status), "POST %s: status %d: %s%s%s",
		       url_redact(c->mem, url), a->status, ret_answer->error,
		       *ret_answer->description ? ": " : "", ret_answer->description);
}

/* As a service account, by a token that may act as it. */
static err *impersonate(ctx *c, const struct cloud *cloud, const char *url, const char *token,
			const char *key, const char **ret_token)
{
	static const struct http_header headers[] = {{"Content-Type", "application/json"},
						     {NULL, NULL}};
	val *body = val_map(c->mem), *scopes = val_list(c->mem), *v;
	str rest = STR(SCOPES), scope;
	struct http_answer *a;
	int64_t expires = 0;
	val_set_text(c->mem, body, "lifetime", "3600s");
	while (str_next(&rest, ' ', &scope))
		val_push(c->mem, scopes, val_str(c->mem, scope));
	val_set(c->mem, body, "scope", scopes);
	struct cloud_question q = {.method = "POST",
				   .url = url,
				   .headers = headers,
				   .bearer = token,
				   .body = str_of(json_text(c->mem, body, JSON_PLAIN))};
	TRY(cloud_ask(c, cloud, &q, &a));
	if (json_parse(c->mem, a->body, &v))
		v = val_null(c->mem);
	const char *got = val_text_or(val_get(v, "accessToken"), "");
	if (a->status != 200 || !*got)
		return err_new(
			c->mem, http_refusal(a->status), "POST %s: status %d: %.*s",
			url_redact(c->mem, url), a->status,
			STR_ARG(str_sub(val_as_str(VAL_IN(v, "error", "message")), 0, SHOWN)));
	if (clock_parse_rfc3339(val_as_str(val_get(v, "expireTime")), &expires))
		keep(cloud, key, got, expires);
	*ret_token = got;
	return NULL;
}

/* A token that Google's token service takes somebody else's word for. */
struct word {
	const char *audience, *token, *type, *sts;
	const char *as; /* whose access token is wanted: a URL; NULL: its own */
};

static err *exchange(ctx *c, const struct cloud *cloud, const struct word *w, const char *key,
		     const char **ret_token)
{
	buf form = buf_init(c->mem);
	struct oauth_answer a;
	oauth_form_add(&form, "audience", str_of(w->audience));
	oauth_form_add(&form, "grant_type", STR("urn:ietf:params:oauth:grant-type:token-exchange"));
	oauth_form_add(&form, "requested_token_type",
		       STR("urn:ietf:params:oauth:token-type:access_token"));
	oauth_form_add(&form, "scope", w->as ? STR(SCOPE) : STR(SCOPES));
	oauth_form_add(&form, "subject_token", str_of(w->token));
	oauth_form_add(&form, "subject_token_type", str_of(w->type));
	TRY(by_form(c, cloud, w->sts, buf_view(&form), &a));
	if (w->as)
		return impersonate(c, cloud, w->as, a.token, key, ret_token);
	keep(cloud, key, a.token, clock_wall() + a.seconds * CLOCK_SECOND);
	*ret_token = a.token;
	return NULL;
}

/* ---- the machine ---- */

static err *ask_machine(ctx *c, const struct cloud *cloud, const char *path, str *ret_body)
{
	static const struct http_header headers[] = {{"Metadata-Flavor", "Google"}, {NULL, NULL}};
	const char *host = cloud_environment("GCE_METADATA_HOST");
	struct cloud_question q = {.method = "GET",
				   .url = arena_printf(c->mem, "http://%s/computeMetadata/v1/%s",
						       host ? host : MACHINE, path),
				   .headers = headers,
				   .near = true};
	struct http_answer *a;
	TRY(cloud_ask(c, cloud, &q, &a));
	if (a->status != 200)
		return err_new(c->mem, a->status >= 500 ? ERR_BUSY : ERR_UNAUTHORIZED,
			       "GET %s: status %d", q.url, a->status);
	*ret_body = str_trim(a->body);
	return NULL;
}

static err *from_machine(ctx *c, const struct cloud *cloud, const char *key, const char **ret_token)
{
	str body;
	TRY_AS(c->mem,
	       ask_machine(c, cloud,
			   arena_printf(c->mem, "instance/service-accounts/default/token?scopes=%s",
					enc_percent(c->mem, STR(SCOPES))),
			   &body),
	       "google: there are no credentials in GOOGLE_APPLICATION_CREDENTIALS, and the "
	       "machine gives none");
	const struct oauth_answer a = oauth_read(c->mem, body);
	if (!*a.token)
		return err_new(c->mem, ERR_INVALID, "the machine's answer holds no token");
	keep(cloud, key, a.token, clock_wall() + a.seconds * CLOCK_SECOND);
	*ret_token = a.token;
	return NULL;
}

/* ---- this process ---- */

/* A file that tells where somebody's word is, and what it is exchanged for. */
static err *from_external(ctx *c, const struct cloud *cloud, const val *v, const char *key,
			  const char **ret_token)
{
	const char *file = val_as_text(VAL_IN(v, "credential_source", "file"));
	struct word w = {.audience = val_text_or(val_get(v, "audience"), ""),
			 .type = val_text_or(val_get(v, "subject_token_type"), ""),
			 .sts = val_text_or(val_get(v, "token_url"), STS),
			 .as = val_as_text(val_get(v, "service_account_impersonation_url"))};
	if (!file)
		return err_new(c->mem, ERR_UNSUPPORTED,
			       "GOOGLE_APPLICATION_CREDENTIALS: of an external account only "
			       "credential_source.file is supported");
	TRY(cloud_file(c->mem, file, "credential_source.file", &w.token));
	if (text_eq(val_as_text(VAL_IN(v, "credential_source", "format", "type")), "json")) {
		const char *name = val_text_or(
			VAL_IN(v, "credential_source", "format", "subject_token_field_name"), "");
		val *inside;
		if (json_parse(c->mem, str_of(w.token), &inside))
			inside = val_null(c->mem);
		w.token = val_text_or(val_get(inside, name), "");
	}
	return exchange(c, cloud, &w, key, ret_token);
}

static err *from_file(ctx *c, const struct cloud *cloud, const char *file, const char *key,
		      const char **ret_token)
{
	static const char name[] = "GOOGLE_APPLICATION_CREDENTIALS";
	const val *credentials;
	struct oauth_answer a;
	struct oauth_form form;
	const char *text;
	val *v;
	TRY(cloud_file(c->mem, file, name, &text));
	if (!json_parse(c->mem, str_of(text), &v) &&
	    text_eq(val_as_text(val_get(v, "type")), "external_account"))
		return from_external(c, cloud, v, key, ret_token);
	TRY_AS(c->mem, oauth_google_read(c->mem, str_of(text), &credentials), name);
	TRY_AS(c->mem, oauth_google(c->mem, credentials, SCOPES, 0, &form), name);
	TRY(by_form(c, cloud, form.url, form.body, &a));
	keep(cloud, key, a.token, clock_wall() + a.seconds * CLOCK_SECOND);
	*ret_token = a.token;
	return NULL;
}

static err *own_token(ctx *c, const struct cloud *cloud, const char **ret_token)
{
	const char *file = cloud_environment("GOOGLE_APPLICATION_CREDENTIALS");
	const char *key = cloud_key(c->mem, cloud, "gcp", &file, 1);
	*ret_token = tokens_recall(c->mem, cloud->tokens, key);
	if (*ret_token)
		return NULL;
	return file ? from_file(c, cloud, file, key, ret_token)
		    : from_machine(c, cloud, key, ret_token);
}

/* ---- a ServiceAccount ---- */

static bool is_name(str s, bool any)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
	for (size_t i = 0; i < s.n && !any; i++)
		if (!memchr(letters, s.p[i], sizeof(letters) - 1))
			return false;
	return s.n && s.n <= NAME_MAX;
}

static bool is_email(str email)
{
	static const char domain[] = ".iam.gserviceaccount.com";
	str name, project;
	if (!str_cut(email, '@', &name, &project) || !str_ends(project, STR(domain)))
		return false;
	return is_name(name, false) &&
	       is_name(str_sub(project, 0, project.n - (sizeof(domain) - 1)), false);
}

static bool is_provider(str text)
{
	static const char *const fixed[] = {
		"projects", NULL,	 "locations", "global", "workloadIdentityPools",
		NULL,	    "providers", NULL};
	str part;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++) {
		if (!text.p || !str_next(&text, '/', &part))
			return false;
		if (fixed[i] ? !str_is(part, fixed[i]) : !is_name(part, true))
			return false;
		for (size_t j = 0; i == 1 && j < part.n; j++)
			if (part.p[j] < '0' || part.p[j] > '9' || part.n > 30)
				return false;
	}
	return !text.p;
}

/* What the cluster's word is for, and to whom it is told. */
struct pool {
	const char *audience;  /* of the cluster's token */
	const char *recipient; /* of the exchange */
};

/* The pool of the GKE cluster that this runs in; the machine is asked for it once an hour. */
static err *own_pool(ctx *c, const struct cloud *cloud, struct pool *ret_pool)
{
	static const char text[] = "failed to get GKE cluster %s from the metadata service";
	const char *key = cloud_key(c->mem, cloud, "gcp pool", NULL, 0);
	const char *kept = tokens_recall(c->mem, cloud->tokens, key);
	str project, location, name, audience, recipient;
	if (!kept) {
		TRY_AS(c->mem, ask_machine(c, cloud, "project/project-id", &project), text,
		       "project ID");
		TRY_AS(c->mem,
		       ask_machine(c, cloud, "instance/attributes/cluster-location", &location),
		       text, "location");
		TRY_AS(c->mem, ask_machine(c, cloud, "instance/attributes/cluster-name", &name),
		       text, "name");
		kept = arena_printf(c->mem,
				    "%.*s.svc.id.goog identitynamespace:%.*s.svc.id.goog:"
				    "https://container.googleapis.com/v1/projects/%.*s/locations/"
				    "%.*s/clusters/%.*s",
				    STR_ARG(project), STR_ARG(project), STR_ARG(project),
				    STR_ARG(location), STR_ARG(name));
		tokens_keep(cloud->tokens, key, kept, clock_wall() + CLOCK_HOUR);
	}
	str_cut(str_of(kept), ' ', &audience, &recipient);
	*ret_pool = (struct pool){str_text(c->mem, audience), str_text(c->mem, recipient)};
	return NULL;
}

static err *pool_of(ctx *c, const struct cloud *cloud, const val *notes, struct pool *ret_pool)
{
	const char *provider = val_text_or(val_get(notes, PROVIDER), "");
	if (!*provider)
		return own_pool(c, cloud, ret_pool);
	if (!is_provider(str_of(provider)))
		return err_new(c->mem, ERR_INVALID,
			       "invalid " PROVIDER " annotation: '%s'. must match %s", provider,
			       PROVIDER_PATTERN);
	ret_pool->audience = ret_pool->recipient =
		arena_printf(c->mem, "//iam.googleapis.com/%s", provider);
	return NULL;
}

static err *check_email(arena *mem, const char *email)
{
	if (!*email || is_email(str_of(email)))
		return NULL;
	return err_new(mem, ERR_INVALID, "invalid " EMAIL " annotation: '%s'. must match %s", email,
		       EMAIL_PATTERN);
}

err *cloud_gcp_token(ctx *c, const struct cloud *cloud, const char **ret_token)
{
	const val *notes;
	struct pool pool;
	if (!cloud->account)
		return cloud_no_token(c->mem, cloud, own_token(c, cloud, ret_token));
	TRY(cloud_notes(c, cloud, &notes));
	const char *email = val_text_or(val_get(notes, EMAIL), "");
	TRY_AS(c->mem, pool_of(c, cloud, notes, &pool), "failed to get provider audience");
	err *e = check_email(c->mem, email);
	if (e)
		return cloud_no_identity(c->mem, cloud, e);
	const char *parts[] = {email, pool.recipient};
	const char *key = cloud_key(c->mem, cloud, "gcp", parts, 2);
	*ret_token = tokens_recall(c->mem, cloud->tokens, key);
	if (*ret_token)
		return NULL;
	struct word w = {.audience = pool.recipient,
			 .type = "urn:ietf:params:oauth:token-type:jwt",
			 .sts = STS,
			 .as = *email ? arena_printf(c->mem, IAM "%s:generateAccessToken", email)
				      : NULL};
	TRY(cloud->account->token(c, cloud->account, pool.audience, &w.token));
	return cloud_no_token(c->mem, cloud, exchange(c, cloud, &w, key, ret_token));
}
