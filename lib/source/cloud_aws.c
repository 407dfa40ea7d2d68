#include "source/cloud_aws.h"

#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "net/url.h"

#define AUDIENCE "sts.amazonaws.com"
#define ROLE "eks.amazonaws.com/role-arn"
#define ROLE_MAX 200
#define ACCOUNT_MAX 30
#define SESSION "sluice"
#define CONTAINER "http://169.254.170.2"
#define MACHINE "http://169.254.169.254"
#define MACHINE_SECONDS "21600"
#define MACHINE_ROLES "/latest/meta-data/iam/security-credentials/"

/* ---- what is kept ---- */

/* Three lines. */
static const char *pack(arena *mem, const struct aws_keys *k)
{
	return arena_printf(mem, "%s\n%s\n%s", k->id, k->secret, k->token ? k->token : "");
}

static bool unpack(arena *mem, const char *kept, struct aws_keys *ret_keys)
{
	str rest = str_of(kept), id, secret, token;
	if (!kept || !str_next(&rest, '\n', &id) || !str_next(&rest, '\n', &secret) ||
	    !str_next(&rest, '\n', &token))
		return false;
	*ret_keys =
		(struct aws_keys){str_text(mem, id), str_text(mem, secret), str_text(mem, token)};
	return true;
}

static void keep(ctx *c, const struct cloud *cloud, const char *key, const struct aws_keys *k,
		 int64_t expires)
{
	if (expires)
		tokens_keep(cloud->tokens, key, pack(c->mem, k), expires);
}

/* ---- a role that the cluster's word opens ---- */

static err *assume(ctx *c, const struct cloud *cloud, const char *role, const char *session,
		   const char *token, const char *region, const char *endpoint, const char *key,
		   struct aws_keys *ret_keys)
{
	const char *own = cloud_environment("AWS_ENDPOINT_URL_STS");
	const char *url = endpoint ? endpoint : own ? own : aws_url(c->mem, "sts", region);
	struct cloud_question q = {
		.method = "POST",
		.url = arena_printf(c->mem, "%s%s", url, text_ends(url, "/") ? "" : "/"),
		.headers = http_form_headers,
		.body = aws_form_web_identity(c->mem, role, session, token)};
	struct http_answer *a;
	int64_t expires;
	TRY(cloud_ask(c, cloud, &q, &a));
	if (a->status != 200) {
		struct aws_fault f = aws_fault_xml(c->mem, a->body);
		return aws_refused(c->mem, "STS: AssumeRoleWithWebIdentity", a->status, &f);
	}
	TRY(aws_read_keys(c->mem, a->body, ret_keys, &expires));
	keep(c, cloud, key, ret_keys, expires);
	return NULL;
}

/* ---- this process ---- */

/* JSON of the addresses below: AccessKeyId, SecretAccessKey, Token, Expiration. */
static err *read_local(ctx *c, const struct cloud *cloud, const char *url,
		       const struct http_answer *a, const char *key, struct aws_keys *ret_keys)
{
	val *v;
	int64_t expires = 0;
	if (a->status != 200)
		return err_new(c->mem, ERR_UNAUTHORIZED, "GET %s: status %d",
			       url_redact(c->mem, url), a->status);
	if (json_parse(c->mem, a->body, &v))
		v = val_null(c->mem);
	*ret_keys = (struct aws_keys){val_text_or(val_get(v, "AccessKeyId"), ""),
				      val_text_or(val_get(v, "SecretAccessKey"), ""),
				      val_text_or(val_get(v, "Token"), "")};
	if (!*ret_keys->id || !*ret_keys->secret)
		return err_new(c->mem, ERR_INVALID, "GET %s: the answer has no credentials",
			       url_redact(c->mem, url));
	(void)clock_parse_rfc3339(val_as_str(val_get(v, "Expiration")), &expires);
	keep(c, cloud, key, ret_keys, expires);
	return NULL;
}

/* EKS Pod Identity, and ECS: an address near by, with a token of its own. */
static err *from_container(ctx *c, const struct cloud *cloud, const char *key,
			   struct aws_keys *ret_keys)
{
	const char *full = cloud_environment("AWS_CONTAINER_CREDENTIALS_FULL_URI");
	const char *below = cloud_environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	const char *token = cloud_environment("AWS_CONTAINER_AUTHORIZATION_TOKEN");
	const char *file = cloud_environment("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
	struct http_answer *a;
	if (file)
		TRY(cloud_file(c->mem, file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token));
	const struct http_header headers[] = {{token ? "Authorization" : NULL, token},
					      {NULL, NULL}};
	struct cloud_question q = {.method = "GET",
				   .url = below ? arena_printf(c->mem, CONTAINER "%s", below)
						: full,
				   .headers = headers,
				   .near = true};
	TRY(cloud_ask(c, cloud, &q, &a));
	return read_local(c, cloud, q.url, a, key, ret_keys);
}

/* The role of the machine, by the second version of its metadata service. */
static err *from_machine(ctx *c, const struct cloud *cloud, const char *key,
			 struct aws_keys *ret_keys)
{
	static const struct http_header lasts[] = {
		{"X-aws-ec2-metadata-token-ttl-seconds", MACHINE_SECONDS}, {NULL, NULL}};
	const char *base = cloud_environment("AWS_EC2_METADATA_SERVICE_ENDPOINT");
	struct http_answer *a;
	str role, rest;
	base = base ? base : MACHINE;
	struct cloud_question q = {.method = "PUT",
				   .url = arena_printf(c->mem, "%s/latest/api/token", base),
				   .headers = lasts,
				   .near = true};
	TRY(cloud_ask(c, cloud, &q, &a));
	if (a->status != 200)
		return err_new(c->mem, ERR_UNAUTHORIZED, "PUT %s: status %d", q.url, a->status);
	const struct http_header headers[] = {
		{"X-aws-ec2-metadata-token", str_text(c->mem, str_trim(a->body))}, {NULL, NULL}};
	q = (struct cloud_question){.method = "GET",
				    .url = arena_printf(c->mem, "%s" MACHINE_ROLES, base),
				    .headers = headers,
				    .near = true};
	TRY(cloud_ask(c, cloud, &q, &a));
	rest = a->body;
	if (a->status != 200 || !str_next(&rest, '\n', &role) || !str_trim(role).n)
		return err_new(c->mem, ERR_UNAUTHORIZED, "GET %s: the machine has no role", q.url);
	q.url = arena_printf(c->mem, "%s%s", q.url, enc_percent(c->mem, str_trim(role)));
	TRY(cloud_ask(c, cloud, &q, &a));
	return read_local(c, cloud, q.url, a, key, ret_keys);
}

static err *no_region(arena *mem)
{
	return err_new(
		mem, ERR_INVALID,
		"AWS_REGION environment variable is not set in the Flux controller. if you have "
		"properly configured IAM Roles for Service Accounts (IRSA) or EKS Pod Identity, "
		"please delete/replace the controller pod so the EKS admission controllers can "
		"inject this environment variable, or set it manually if the cluster is not EKS");
}

static err *own_keys(ctx *c, const struct cloud *cloud, const char *region, const char *endpoint,
		     struct aws_keys *ret_keys)
{
	const char *id = cloud_environment("AWS_ACCESS_KEY_ID");
	const char *secret = cloud_environment("AWS_SECRET_ACCESS_KEY");
	const char *role = cloud_environment("AWS_ROLE_ARN"), *token;
	const char *file = cloud_environment("AWS_WEB_IDENTITY_TOKEN_FILE");
	const char *session = cloud_environment("AWS_ROLE_SESSION_NAME");
	bool container = cloud_environment("AWS_CONTAINER_CREDENTIALS_FULL_URI") ||
			 cloud_environment("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
	if (!region)
		region = cloud_environment("AWS_REGION");
	if (!region)
		return no_region(c->mem);
	if (id && secret) {
		*ret_keys = (struct aws_keys){id, secret, cloud_environment("AWS_SESSION_TOKEN")};
		return NULL;
	}
	const char *parts[] = {role, region, endpoint};
	const char *key = cloud_key(c->mem, cloud, "aws", parts, 3);
	if (unpack(c->mem, tokens_recall(c->mem, cloud->tokens, key), ret_keys))
		return NULL;
	if (role && file) {
		TRY(cloud_file(c->mem, file, "AWS_WEB_IDENTITY_TOKEN_FILE", &token));
		return assume(c, cloud, role, session ? session : SESSION, token, region, endpoint,
			      key, ret_keys);
	}
	if (container)
		return from_container(c, cloud, key, ret_keys);
	if (text_eq(cloud_environment("AWS_EC2_METADATA_DISABLED"), "true"))
		return err_new(c->mem, ERR_NOT_FOUND,
			       "there are no AWS credentials: set AWS_ROLE_ARN and "
			       "AWS_WEB_IDENTITY_TOKEN_FILE, AWS_CONTAINER_CREDENTIALS_FULL_URI, "
			       "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
	TRY_AS(c->mem, from_machine(c, cloud, key, ret_keys),
	       "there are no AWS credentials in the environment, and the machine gives none");
	return NULL;
}

/* ---- a ServiceAccount ---- */

/* ^arn:aws[\\w-]*:iam::[0-9]{1,30}:role/.{1,200}$ */
static bool is_role(str arn)
{
	str part[5], rest = arn;
	for (int i = 0; i < 5; i++)
		if (!rest.p || !str_next(&rest, ':', &part[i]))
			return false;
	if (!str_is(part[0], "arn") || !str_starts(part[1], STR("aws")) ||
	    !str_is(part[2], "iam") || part[3].n || !part[4].n || part[4].n > ACCOUNT_MAX ||
	    !str_starts(rest, STR("role/")) || rest.n < 6 || rest.n > 5 + ROLE_MAX)
		return false;
	for (size_t i = 0; i < part[4].n; i++)
		if (!strchr("0123456789", part[4].p[i]))
			return false;
	return true;
}

static err *role_of(arena *mem, const val *notes, const char **ret_role)
{
	*ret_role = val_text_or(val_get(notes, ROLE), "");
	if (is_role(str_of(*ret_role)))
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "invalid " ROLE " annotation: '%s'. must match "
		       "^arn:aws[\\w-]*:iam::[0-9]{1,30}:role/.{1,200}$",
		       *ret_role);
}

static err *account_keys(ctx *c, const struct cloud *cloud, const char *region,
			 const char *endpoint, const char *role, const char *key,
			 struct aws_keys *ret_keys)
{
	const struct cloud_account *who = cloud->account;
	const char *token;
	TRY(who->token(c, who, AUDIENCE, &token));
	if (!region)
		return cloud_no_token(
			c->mem, cloud,
			err_new(c->mem, ERR_INVALID,
				"an AWS region is required for authenticating with a service "
				"account. please configure one in the object spec"));
	const char *session =
		arena_printf(c->mem, "%s.%s.%s.fluxcd.io", who->name, who->ns, region);
	return cloud_no_token(
		c->mem, cloud,
		assume(c, cloud, role, session, token, region, endpoint, key, ret_keys));
}

err *cloud_aws_keys(ctx *c, const struct cloud *cloud, const char *region, const char *endpoint,
		    struct aws_keys *ret_keys)
{
	const char *role;
	const val *notes;
	if (region && !*region)
		region = NULL;
	if (endpoint)
		TRY(cloud_no_token(c->mem, cloud, cloud_aws_check_endpoint(c->mem, endpoint)));
	if (!cloud->account)
		return cloud_no_token(c->mem, cloud,
				      own_keys(c, cloud, region, endpoint, ret_keys));
	TRY(cloud_notes(c, cloud, &notes));
	err *e = role_of(c->mem, notes, &role);
	if (e)
		return cloud_no_identity(c->mem, cloud, e);
	const char *parts[] = {role, region, endpoint};
	const char *key = cloud_key(c->mem, cloud, "aws", parts, 3);
	if (unpack(c->mem, tokens_recall(c->mem, cloud->tokens, key), ret_keys))
		return NULL;
	return account_keys(c, cloud, region, endpoint, role, key, ret_keys);
}

/* https://[….]sts[-fips][.region][.vpce].amazonaws.com, and nothing behind it */
err *cloud_aws_check_endpoint(arena *mem, const char *endpoint)
{
	static const char scheme[] = "https://", domain[] = ".amazonaws.com";
	str host = str_of(endpoint), part[64], rest;
	size_t n = 0;
	bool good = str_starts(host, STR(scheme)) && str_ends(host, STR(domain));
	if (good) {
		rest = str_sub(host, sizeof(scheme) - 1, host.n - (sizeof(domain) - 1));
		while (n < 64 && rest.p && str_next(&rest, '.', &part[n]))
			good = good && part[n].n && aws_is_region(part[n]) && ++n;
	}
	if (good && n && str_is(part[n - 1], "vpce"))
		n--;
	/* the name, or the name and a region, is what is left at the end */
	for (size_t i = n; good && i > 0 && i + 2 > n; i--)
		if (str_is(part[i - 1], "sts") || str_is(part[i - 1], "sts-fips"))
			return NULL;
	return err_new(mem, ERR_INVALID,
		       "invalid STS endpoint: '%s'. must match "
		       "^https://(.+\\.)?sts(-fips)?(\\.[^.]+)?(\\.vpce)?\\.amazonaws\\.com$",
		       endpoint);
}

/* ---- CodeCommit ---- */

err *cloud_aws_region(arena *mem, const char *url, const char **ret_region)
{
	struct url *u;
	str rest, part[4];
	TRY(url_parse(mem, url, &u));
	if (!text_eq(u->scheme, "https"))
		return err_new(mem, ERR_INVALID,
			       "AWS CodeCommit authentication requires an HTTPS Git URL");
	rest = str_of(u->host);
	size_t n = 0;
	while (n < 4 && str_next(&rest, '.', &part[n]))
		n++;
	if (n < 4 ||
	    !(str_is(part[0], "git-codecommit") || str_is(part[0], "git-codecommit-fips")) ||
	    !(text_ends(u->host, ".amazonaws.com") || text_ends(u->host, ".amazonaws.com.cn")))
		return err_new(mem, ERR_INVALID, "invalid AWS CodeCommit Git URL: %s",
			       url_host(mem, u));
	*ret_region = str_text(mem, part[1]);
	return NULL;
}

static str hmac(arena *mem, str key, const char *text)
{
	return digest_hmac(mem, DIGEST_SHA256, key, str_of(text));
}

err *cloud_aws_codecommit(arena *mem, const struct aws_keys *keys, const char *url, int64_t now,
			  const char **ret_user, const char **ret_password)
{
	const char *region;
	struct url *u;
	struct tm t;
	char day[16], stamp[32];
	time_t at = (time_t)now;
	TRY(cloud_aws_region(mem, url, &region));
	TRY(url_parse(mem, url, &u));
	gmtime_r(&at, &t);
	strftime(day, sizeof(day), "%Y%m%d", &t);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%S", &t);
	/* a request that is never sent: of the method GIT, without a body's digest */
	const char *host = url_host(mem, u);
	char *request = arena_printf(mem, "GIT\n%s\n\nhost:%s\n\nhost\n",
				     aws_signed_path(mem, u->path), host);
	char *scope = arena_printf(mem, "%s/%s/codecommit/aws4_request", day, region);
	char *text = arena_printf(mem, "AWS4-HMAC-SHA256\n%s\n%s\n%s", stamp, scope,
				  digest_hex(mem, DIGEST_SHA256, str_of(request)));
	str key = hmac(mem, str_of(arena_printf(mem, "AWS4%s", keys->secret)), day);
	key = hmac(mem, hmac(mem, hmac(mem, key, region), "codecommit"), "aws4_request");
	*ret_user = keys->token && *keys->token ? arena_printf(mem, "%s%%%s", keys->id, keys->token)
						: keys->id;
	*ret_password = arena_printf(mem, "%sZ%s", stamp, enc_hex(mem, hmac(mem, key, text)));
	return NULL;
}
