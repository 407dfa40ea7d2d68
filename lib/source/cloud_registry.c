#include "source/cloud_registry.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "net/jwt.h"
#include "net/oauth.h"
#include "source/cloud_aws.h"
#include "source/cloud_azure.h"
#include "source/cloud_gcp.h"

#define ECR_PUBLIC "public.ecr.aws"
#define ECR_PUBLIC_REGION "us-east-1"
#define ECR_PATTERN                                                                                \
	"([0-9+]*).dkr[.-]ecr(?:-fips)?\\.([^/"                                                    \
	".]*)\\.(amazonaws\\.com[.cn]*|amazonaws\\.eu|sc2s\\.sgov\\.gov|"                          \
	"c2s\\.ic\\.gov|cloud\\.adc-e\\.uk|csp\\.hci\\.ic\\.gov|on\\.aws)"
#define ACR_PATTERN "^.+\\.(azurecr\\.io|azurecr\\.cn|azurecr\\.de|azurecr\\.us)$"
#define GCR_PATTERN "^(((.+\\.)?gcr\\.io)|(.+-docker\\.pkg\\.dev)|(docker\\.s3nsregistry\\.fr))$"
#define ACR_USER "00000000-0000-0000-0000-000000000000"
#define GCR_USER "oauth2accesstoken"
#define SHOWN 400
#define SECONDS_MAX 1e10 /* of a moment since 1970 */

/* ---- whose a host is ---- */

/* Takes a prefix off. */
static bool skip(str *s, const char *prefix)
{
	if (!str_starts(*s, str_of(prefix)))
		return false;
	*s = str_sub(*s, strlen(prefix), s->n);
	return true;
}

/* <digits>.dkr.ecr[-fips].<region>.<domain>, or <digits>.dkr-ecr[-fips].<region>.on.aws; nothing before or behind it, or a port alone:
 * what the login is sent to must be the cloud's own. */
err *cloud_registry_region(arena *mem, const char *registry, const char **ret_region,
			   bool *ret_public)
{
	static const char *const domains[] = {
		"amazonaws.com", "amazonaws.com.cn", "amazonaws.eu",   "sc2s.sgov.gov",
		"c2s.ic.gov",	 "cloud.adc-e.uk",   "csp.hci.ic.gov", "on.aws"};
	str rest = str_of(registry), account, region;
	*ret_public = text_eq(registry, ECR_PUBLIC);
	*ret_region = ECR_PUBLIC_REGION;
	if (*ret_public)
		return NULL;
	bool good = str_cut(rest, '.', &account, &rest) && account.n;
	for (size_t i = 0; good && i < account.n; i++)
		good = account.p[i] >= '0' && account.p[i] <= '9';
	good = good && (skip(&rest, "dkr.ecr") || skip(&rest, "dkr-ecr"));
	(void)(good && skip(&rest, "-fips"));
	good = good && skip(&rest, ".") && str_cut(rest, '.', &region, &rest) &&
	       aws_is_region(region);
	for (size_t i = 0; good && i < sizeof(domains) / sizeof(*domains); i++) {
		if (str_is(rest, domains[i])) {
			*ret_region = str_text(mem, region);
			return NULL;
		}
	}
	return err_new(mem, ERR_INVALID, "invalid AWS registry: '%s'. must match " ECR_PATTERN,
		       registry);
}

err *cloud_registry_azure(arena *mem, const char *registry)
{
	static const char *const domains[] = {".azurecr.io", ".azurecr.cn", ".azurecr.de",
					      ".azurecr.us"};
	const char *own;
	for (size_t i = 0; i < sizeof(domains) / sizeof(*domains); i++)
		if (text_ends(registry, domains[i]) && strlen(registry) > strlen(domains[i]))
			return NULL;
	TRY_AS(mem, cloud_azure_setting(mem, "containerRegistryDNSSuffix", &own),
	       "failed to get container registry suffix from environment file");
	if (own && text_ends(registry, own))
		return NULL;
	return err_new(mem, ERR_INVALID, "invalid Azure registry: '%s'. must %s %s", registry,
		       own ? "end with" : "match", own ? own : ACR_PATTERN);
}

err *cloud_registry_gcp(arena *mem, const char *registry)
{
	if (text_eq(registry, "gcr.io") || text_eq(registry, "docker.s3nsregistry.fr") ||
	    (text_ends(registry, ".gcr.io") && *registry != '.') ||
	    (text_ends(registry, "-docker.pkg.dev") && *registry != '-'))
		return NULL;
	return err_new(mem, ERR_INVALID, "invalid GCP registry: '%s'. must match %s", registry,
		       GCR_PATTERN);
}

/* ---- logins ---- */

/* "user:password" in base64. */
static err *read_pair(arena *mem, str packed, struct oci_auth *ret_auth)
{
	str plain, user, password;
	if (!packed.n || !enc_unbase64(mem, packed, &plain))
		return err_new(mem, ERR_INVALID, "failed to parse authorization token");
	if (!str_cut(plain, ':', &user, &password) || str_find(password, ':') >= 0)
		return err_new(mem, ERR_INVALID, "invalid authorization token format");
	*ret_auth =
		(struct oci_auth){.user = str_text(mem, user), .password = str_text(mem, password)};
	return NULL;
}

/* What GetAuthorizationToken answers; the public registry's has no list. */
static err *read_ecr(arena *mem, str body, struct oci_auth *ret_auth, int64_t *ret_expires)
{
	val *v;
	if (json_parse(mem, body, &v))
		return err_new(mem, ERR_INVALID, "the answer is not JSON");
	const val *data = val_get(v, "authorizationData");
	if (val_is(data, VAL_LIST))
		data = val_at(data, 0);
	if (!val_is(data, VAL_MAP))
		return err_new(mem, ERR_INVALID, "no authorization data returned");
	double seconds = val_as_float(val_get(data, "expiresAt"), 0);
	*ret_expires = seconds > 0 && seconds < SECONDS_MAX ? (int64_t)seconds * CLOCK_SECOND : 0;
	return read_pair(mem, val_as_str(val_get(data, "authorizationToken")), ret_auth);
}

static err *ask_ecr(ctx *c, const struct cloud *cloud, const struct aws_keys *keys,
		    const char *region, bool public, struct oci_auth *ret_auth,
		    int64_t *ret_expires)
{
	const char *own =
		cloud_environment(public ? "AWS_ENDPOINT_URL_ECR_PUBLIC" : "AWS_ENDPOINT_URL_ECR");
	struct aws_post post = {
		.keys = keys,
		.service = public ? "ecr-public" : "ecr",
		.region = region,
		.url = own ? own : aws_url(c->mem, public ? "api.ecr-public" : "api.ecr", region),
		.type = "application/x-amz-json-1.1",
		.target = public ? "SpencerFrontendService.GetAuthorizationToken"
				 : "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
		.body = STR("{}")};
	struct http_header headers[AWS_HEADERS];
	struct http_answer *a;
	TRY(aws_sign(c->mem, &post, headers));
	struct cloud_question q = {
		.method = "POST", .url = post.url, .headers = headers, .body = post.body};
	TRY(cloud_ask(c, cloud, &q, &a));
	if (a->status != 200) {
		struct aws_fault f = aws_fault_json(c->mem, a->body);
		return aws_refused(c->mem,
				   public ? "ECR PUBLIC: GetAuthorizationToken"
					  : "ECR: GetAuthorizationToken",
				   a->status, &f);
	}
	return read_ecr(c->mem, a->body, ret_auth, ret_expires);
}

static err *no_access(arena *mem, err *e)
{
	return e ? err_wrap(mem, e, "failed to get access token for artifact registry") : NULL;
}

static err *no_login(arena *mem, err *e)
{
	return e ? err_wrap(mem, e, "failed to create artifact registry credentials") : NULL;
}

static err *login_aws(ctx *c, const struct cloud *cloud, const char *registry,
		      struct oci_auth *ret_auth)
{
	struct aws_keys keys;
	const char *region;
	bool public;
	int64_t expires;
	TRY(cloud_registry_region(c->mem, registry, &region, &public));
	TRY(no_access(c->mem, cloud_aws_keys(c, cloud, region, NULL, &keys)));
	const char *parts[] = {keys.id, region, public ? "public" : NULL};
	const char *key = cloud_key(c->mem, cloud, "ecr", parts, 3);
	const char *kept = tokens_recall(c->mem, cloud->tokens, key);
	if (kept)
		return read_pair(c->mem, str_of(kept), ret_auth);
	TRY(no_login(c->mem, ask_ecr(c, cloud, &keys, region, public, ret_auth, &expires)));
	tokens_keep(cloud->tokens, key,
		    enc_base64(c->mem, str_of(arena_printf(c->mem, "%s:%s", ret_auth->user,
							   ret_auth->password))),
		    expires);
	return NULL;
}

static err *ask_acr(ctx *c, const struct cloud *cloud, const char *registry, const char *access,
		    const char **ret_token)
{
	buf form = buf_init(c->mem);
	struct http_answer *a;
	val *v;
	oauth_form_add(&form, "access_token", str_of(access));
	oauth_form_add(&form, "grant_type", STR("access_token"));
	oauth_form_add(&form, "service", str_of(registry));
	struct cloud_question q = {
		.method = "POST",
		.url = arena_printf(c->mem, "https://%s/oauth2/exchange", registry),
		.headers = http_form_headers,
		.body = buf_view(&form)};
	TRY(cloud_ask(c, cloud, &q, &a));
	if (json_parse(c->mem, a->body, &v))
		v = val_null(c->mem);
	*ret_token = val_text_or(val_get(v, "refresh_token"), "");
	if (a->status == 200 && **ret_token)
		return NULL;
	const val *fault = val_at(val_get(v, "errors"), 0);
	return err_new(c->mem, http_refusal(a->status), "POST %s: status %d: %s: %.*s", q.url,
		       a->status, val_text_or(val_get(fault, "code"), ""),
		       STR_ARG(str_sub(val_as_str(val_get(fault, "message")), 0, SHOWN)));
}

static err *login_azure(ctx *c, const struct cloud *cloud, const char *registry,
			struct oci_auth *ret_auth)
{
	const char *scope = CLOUD_AZURE_REGISTRY, *manager, *access;
	TRY(cloud_registry_azure(c->mem, registry));
	TRY(cloud_azure_setting(c->mem, "resourceManagerEndpoint", &manager));
	if (manager)
		scope = arena_printf(c->mem, "%s/.default", manager);
	TRY(no_access(c->mem, cloud_azure_token(c, cloud, scope, &access)));
	const char *parts[] = {registry, access};
	const char *key = cloud_key(c->mem, cloud, "acr", parts, 2);
	ret_auth->user = ACR_USER;
	ret_auth->password = tokens_recall(c->mem, cloud->tokens, key);
	if (ret_auth->password)
		return NULL;
	TRY(no_login(c->mem, ask_acr(c, cloud, registry, access, &ret_auth->password)));
	tokens_keep(cloud->tokens, key, ret_auth->password,
		    jwt_end(c->mem, str_of(ret_auth->password)));
	return NULL;
}

static err *login_gcp(ctx *c, const struct cloud *cloud, const char *registry,
		      struct oci_auth *ret_auth)
{
	TRY(cloud_registry_gcp(c->mem, registry));
	ret_auth->user = GCR_USER;
	return no_access(c->mem, cloud_gcp_token(c, cloud, &ret_auth->password));
}

err *cloud_registry_login(ctx *c, const struct cloud *cloud, const char *provider,
			  const char *registry, struct oci_auth *ret_auth)
{
	struct oci_auth auth = {.user = NULL};
	if (text_eq(provider, "aws"))
		TRY(login_aws(c, cloud, registry, &auth));
	else if (text_eq(provider, "azure"))
		TRY(login_azure(c, cloud, registry, &auth));
	else
		TRY(login_gcp(c, cloud, registry, &auth));
	*ret_auth = auth;
	return NULL;
}
