#include "source/cloud_aws.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/digest.h"
#include "net/url.h"

#define ANSWER_MAX ((size_t)1 << 20)
#define TOKEN_MAX ((size_t)64 << 10)
#define SESSION "sluice"
#define SAID_MAX 500

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

/* ---- credentials ---- */

/* What stands between <name> and </name>, first. */
static const char *tagged(arena *mem, str xml, const char *name)
{
	const char *open = arena_printf(mem, "<%s>", name),
		   *close = arena_printf(mem, "</%s>", name);
	ptrdiff_t from = str_search(xml, str_of(open));
	if (from < 0)
		return "";
	str rest = str_sub(xml, (size_t)from + strlen(open), xml.n);
	ptrdiff_t to = str_search(rest, str_of(close));
	return to < 0 ? "" : str_text(mem, str_sub(rest, 0, (size_t)to));
}

/* Kept as three lines. */
static bool unpack(arena *mem, const char *kept, struct cloud_aws_keys *ret_keys)
{
	str rest = str_of(kept), id, secret, token;
	if (!kept || !str_next(&rest, '\n', &id) || !str_next(&rest, '\n', &secret) ||
	    !str_next(&rest, '\n', &token))
		return false;
	*ret_keys = (struct cloud_aws_keys){str_text(mem, id), str_text(mem, secret),
					    str_text(mem, token)};
	return true;
}

static err *assume(ctx *c, struct tokens *ts, const struct login *login,
		   const struct cloud_aws *who, const char *region, const char *key,
		   struct cloud_aws_keys *ret_keys)
{
	const char *host = environment("AWS_ENDPOINT_URL_STS");
	if (!host)
		host = arena_printf(c->mem, "https://sts.%s.amazonaws.com%s", region,
				    text_starts(region, "cn-") ? ".cn" : "");
	const struct http_header headers[] = {{"Content-Type", "application/x-www-form-urlencoded"},
					      {NULL, NULL}};
	buf form = buf_init(c->mem);
	buf_printf(
		&form,
		"Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=%s&RoleSessionName=%s&"
		"WebIdentityToken=%s",
		enc_percent(c->mem, str_of(who->role)), enc_percent(c->mem, str_of(who->session)),
		enc_percent(c->mem, str_of(who->assertion)));
	const char *url = arena_printf(c->mem, "%s%s", host, text_ends(host, "/") ? "" : "/");
	struct http *http;
	struct http_answer *a;
	TRY(clients_get(c->mem, tokens_clients(ts), url, login, &http));
	struct http_request r = {.method = "POST",
				 .url = url,
				 .headers = headers,
				 .body = buf_view(&form),
				 .max_answer = ANSWER_MAX};
	TRY(http_do(c, http, &r, &a));
	if (a->status != 200)
		return err_new(
			c->mem, a->status >= 500 ? ERR_BUSY : ERR_UNAUTHORIZED,
			"operation error STS: AssumeRoleWithWebIdentity, https response error "
			"StatusCode: %d, %s: %.*s",
			a->status, tagged(c->mem, a->body, "Code"), SAID_MAX,
			tagged(c->mem, a->body, "Message"));
	int64_t expires = 0;
	*ret_keys = (struct cloud_aws_keys){tagged(c->mem, a->body, "AccessKeyId"),
					    tagged(c->mem, a->body, "SecretAccessKey"),
					    tagged(c->mem, a->body, "SessionToken")};
	if (!*ret_keys->id || !*ret_keys->secret)
		return err_new(c->mem, ERR_FAILED, "%s: the answer holds no credentials", url);
	if (clock_parse_rfc3339(str_of(tagged(c->mem, a->body, "Expiration")), &expires))
		tokens_keep(ts, key,
			    arena_printf(c->mem, "%s\n%s\n%s", ret_keys->id, ret_keys->secret,
					 ret_keys->token),
			    expires);
	return NULL;
}

err *cloud_aws_credentials(ctx *c, struct tokens *ts, const struct login *login,
			   const struct cloud_aws *who, const char *region,
			   struct cloud_aws_keys *ret_keys)
{
	const char *id = environment("AWS_ACCESS_KEY_ID");
	const char *secret = environment("AWS_SECRET_ACCESS_KEY");
	const char *file = environment("AWS_WEB_IDENTITY_TOKEN_FILE");
	const char *session = environment("AWS_ROLE_SESSION_NAME");
	struct cloud_aws own = {environment("AWS_ROLE_ARN"), session ? session : SESSION, NULL};
	if (!who && id && secret) {
		const char *token = environment("AWS_SESSION_TOKEN");
		*ret_keys = (struct cloud_aws_keys){id, secret, token ? token : ""};
		return NULL;
	}
	if (!who && (!own.role || !file))
		return err_new(
			c->mem, ERR_NOT_FOUND,
			"no credentials: neither AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY nor "
			"AWS_ROLE_ARN and AWS_WEB_IDENTITY_TOKEN_FILE are set");
	const struct cloud_aws *it = who ? who : &own;
	const char *parts[] = {"aws", it->role, it->session, region};
	const char *key = tokens_key(c->mem, parts, 4);
	if (unpack(c->mem, tokens_recall(c->mem, ts, key), ret_keys))
		return NULL;
	if (!who) {
		str text;
		TRY_AS(c->mem, file_read(c->mem, file, TOKEN_MAX, &text),
		       "AWS_WEB_IDENTITY_TOKEN_FILE");
		own.assertion = str_text(c->mem, str_trim(text));
	}
	return assume(c, ts, login, it, region, key, ret_keys);
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

/* As AWS's signers have it: every element percent-encoded, whatever it is already. */
static char *canonical(arena *mem, const char *path)
{
	buf b = buf_init(mem);
	str rest = str_of(*path ? path : "/"), part;
	for (bool first = true; str_next(&rest, '/', &part); first = false)
		buf_printf(&b, "%s%s", first ? "" : "/", enc_percent(mem, part));
	return buf_text(&b);
}

err *cloud_aws_codecommit(arena *mem, const struct cloud_aws_keys *keys, const char *url,
			  int64_t now, const char **ret_user, const char **ret_password)
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
	char *request =
		arena_printf(mem, "GIT\n%s\n\nhost:%s\n\nhost\n", canonical(mem, u->path), host);
	char *scope = arena_printf(mem, "%s/%s/codecommit/aws4_request", day, region);
	char *text = arena_printf(mem, "AWS4-HMAC-SHA256\n%s\n%s\n%s", stamp, scope,
				  digest_hex(mem, DIGEST_SHA256, str_of(request)));
	str key = hmac(mem, str_of(arena_printf(mem, "AWS4%s", keys->secret)), day);
	key = hmac(mem, hmac(mem, hmac(mem, key, region), "codecommit"), "aws4_request");
	*ret_user = *keys->token ? arena_printf(mem, "%s%%%s", keys->id, keys->token) : keys->id;
	*ret_password = arena_printf(mem, "%sZ%s", stamp, enc_hex(mem, hmac(mem, key, text)));
	return NULL;
}
