#include "sops/sops_aws.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/yaml.h"
#include "net/sigv4.h"
#include "net/url.h"

#define SHOWN 400      /* bytes of a server's own words in an error */
#define SESSION_MAX 64 /* characters of a session's name */

err *sops_aws_read(arena *mem, str content, struct sops_aws *aws)
{
	val *v;
	if (yaml_parse(mem, content, &v))
		return err_new(mem, ERR_INVALID,
			       "failed to unmarshal AWS credentials file: it is no YAML");
	if (!val_is(v, VAL_MAP) && !val_is(v, VAL_NULL))
		return err_new(
			mem, ERR_INVALID,
			"failed to unmarshal AWS credentials file: error unmarshaling JSON: "
			"while decoding JSON: json: cannot unmarshal %s into Go value of type "
			"struct { AccessKeyID string \"json:\\\"aws_access_key_id\\\"\"; "
			"SecretAccessKey string \"json:\\\"aws_secret_access_key\\\"\"; "
			"SessionToken string \"json:\\\"aws_session_token\\\"\" }",
			val_is(v, VAL_LIST)   ? "array"
			: val_is(v, VAL_TEXT) ? "string"
			: val_is(v, VAL_BOOL) ? "bool"
					      : "number");
	aws->id = val_text_or(val_get(v, "aws_access_key_id"), "");
	aws->secret = val_text_or(val_get(v, "aws_secret_access_key"), "");
	aws->token = val_text_or(val_get(v, "aws_session_token"), "");
	return NULL;
}

/* The region in "arn:aws[…]:kms:REGION:DIGITS:key/…"; *ret_china for a partition of its own domain. */
static bool read_arn(arena *mem, str arn, const char **ret_region, bool *ret_china)
{
	str part[6], rest = arn;
	for (size_t i = 0; i < 5; i++)
		if (!str_next(&rest, ':', &part[i]))
			return false;
	part[5] = rest;
	bool named = str_starts(part[5], STR("key/")) || str_starts(part[5], STR("alias/"));
	size_t name = part[5].n && part[5].p[0] == 'k' ? 4 : 6;
	for (size_t i = 0; i < part[4].n; i++)
		if (part[4].p[i] < '0' || part[4].p[i] > '9')
			return false;
	*ret_region = str_text(mem, part[3]);
	*ret_china = str_is(part[1], "aws-cn");
	for (size_t i = 0; i < part[3].n; i++) /* it becomes part of a host's name */
		if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789-", part[3].p[i]))
			return false;
	return str_is(part[0], "arn") && str_starts(part[1], STR("aws")) &&
	       str_is(part[2], "kms") && part[3].n && part[4].n && named && part[5].n > name;
}

static const char *endpoint(arena *mem, const char *given, const char *service, const char *region,
			    bool china)
{
	if (given && *given)
		return given;
	return arena_printf(mem, "https://%s.%s.amazonaws.com%s/", service, region,
			    china ? ".cn" : "");
}

struct call {
	const struct sops_aws *aws;
	const char *service, *region, *url, *type, *target; /* target: NULL for a form */
	str body;
};

static err *send(arena *mem, const struct call *c, sops_exchange *exchange, void *arg,
		 struct sops_answer *ret)
{
	struct sigv4 who = {c->aws->id,	   c->aws->secret,
			    c->aws->token, c->region,
			    c->service,	   c->aws->now ? c->aws->now : clock_wall() / CLOCK_SECOND};
	struct url *u;
	const char *authorization, *date;
	TRY(url_parse_http(mem, c->url, &u));
	struct sigv4_header headers[] = {{"content-type", c->type},
					 {"host", url_host(mem, u)},
					 {c->target ? "x-amz-target" : NULL, c->target},
					 {NULL, NULL}};
	struct sigv4_request signed_ = {.method = "POST",
					.path = u->path,
					.query = u->query,
					.headers = headers,
					.payload_hash = digest_hex(mem, DIGEST_SHA256, c->body)};
	sigv4_sign(mem, &who, &signed_, &authorization, &date);
	struct sops_request q = sops_request_to("POST", c->url, c->body);
	sops_request_header(&q, "Content-Type", c->type);
	sops_request_header(&q, "Authorization", authorization);
	sops_request_header(&q, "X-Amz-Date", date);
	if (c->target)
		sops_request_header(&q, "X-Amz-Target", c->target);
	if (who.token && *who.token)
		sops_request_header(&q, "X-Amz-Security-Token", who.token);
	return exchange(arg, mem, &q, ret);
}

static err *refused(arena *mem, const char *operation, int status, str type, str message)
{
	ptrdiff_t at = str_find(type, '#');
	type = str_sub(type, (size_t)(at + 1), type.n);
	return err_new(mem, ERR_UNAUTHORIZED,
		       "operation error %s, https response error StatusCode: %d, %.*s: %.*s",
		       operation, status, STR_ARG(str_sub(type, 0, SHOWN)),
		       STR_ARG(str_sub(message, 0, SHOWN)));
}

/* What stands between a tag and its end; empty when it is not there. */
static str tagged(str xml, const char *open, const char *close)
{
	ptrdiff_t from = str_search(xml, str_of(open));
	if (from < 0)
		return (str){"", 0};
	str rest = str_sub(xml, (size_t)from + strlen(open), xml.n);
	ptrdiff_t to = str_search(rest, str_of(close));
	return to < 0 ? (str){"", 0} : str_sub(rest, 0, (size_t)to);
}

static const char *session_name(arena *mem, const struct sops_aws *aws)
{
	buf b = buf_init(mem);
	buf_text_add(&b, "sops@");
	for (const char *p = aws->host ? aws->host : ""; *p && b.n < SESSION_MAX; p++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789=,.@-_",
			   *p))
			buf_char(&b, *p);
	return arena_text(mem, buf_text(&b));
}

/* The credentials of a role that the key asks for. */
static err *assume(arena *mem, const struct sops_aws *aws, const char *role, const char *region,
		   bool china, sops_exchange *exchange, void *arg, struct sops_aws *ret)
{
	buf form = buf_init(mem);
	struct sops_answer a;
	sops_form_add(&form, "Action", STR("AssumeRole"));
	sops_form_add(&form, "RoleArn", str_of(role));
	sops_form_add(&form, "RoleSessionName", str_of(session_name(mem, aws)));
	sops_form_add(&form, "Version", STR("2011-06-15"));
	struct call c = {.aws = aws,
			 .service = "sts",
			 .region = region,
			 .url = endpoint(mem, aws->sts_url, "sts", region, china),
			 .type = "application/x-www-form-urlencoded",
			 .body = buf_view(&form)};
	TRY(send(mem, &c, exchange, arg, &a));
	if (a.status != 200)
		return refused(mem, "STS: AssumeRole", a.status,
			       tagged(a.body, "<Code>", "</Code>"),
			       tagged(a.body, "<Message>", "</Message>"));
	*ret = *aws;
	ret->id = str_text(mem, tagged(a.body, "<AccessKeyId>", "</AccessKeyId>"));
	ret->secret = str_text(mem, tagged(a.body, "<SecretAccessKey>", "</SecretAccessKey>"));
	ret->token = str_text(mem, tagged(a.body, "<SessionToken>", "</SessionToken>"));
	return NULL;
}

static err *decrypt(arena *mem, const struct call *c, sops_exchange *exchange, void *arg, str *ret)
{
	struct sops_answer a;
	TRY(send(mem, c, exchange, arg, &a));
	const val *v = sops_answer_json(mem, &a);
	str type = val_as_str(val_get(v, "__type")), text = val_as_str(val_get(v, "message"));
	if (!text.n)
		text = val_as_str(val_get(v, "Message"));
	if (a.status != 200)
		return refused(mem, "KMS: Decrypt", a.status, type, text);
	if (!enc_unbase64(mem, val_as_str(val_get(v, "Plaintext")), ret) || !ret->n)
		return err_new(mem, ERR_INVALID,
			       "operation error KMS: Decrypt, no plaintext in "
			       "the answer");
	return NULL;
}

err *sops_aws_unseal(arena *mem, const struct sops_aws *aws, const val *entry, str enc,
		     sops_exchange *exchange, void *arg, str *ret)
{
	const char *arn = val_text_or(val_get(entry, "arn"), ""), *region;
	const char *role = val_text_or(val_get(entry, "role"), "");
	struct sops_aws who = *aws;
	bool china;
	str blob;
	val *body = val_map(mem), *context = val_map(mem);
	if (!enc_unbase64(mem, enc, &blob))
		return err_new(mem, ERR_INVALID, "error base64-decoding encrypted data key");
	if (!read_arn(mem, str_of(arn), &region, &china))
		return err_new(mem, ERR_INVALID, "no valid ARN found in '%s'", arn);
	if (!aws->id || !*aws->id)
		return err_new(mem, ERR_UNAUTHORIZED,
			       "failed to decrypt sops data key with AWS KMS: there are no "
			       "credentials: sops.aws-kms is missing");
	if (*role)
		TRY_AS(mem, assume(mem, aws, role, region, china, exchange, arg, &who),
		       "failed to assume role '%s'", role);
	const val *given = val_get(entry, "context");
	for (uint32_t i = 0; val_is(given, VAL_MAP) && i < given->map.n; i++)
		if (val_is(given->map.p[i].value, VAL_TEXT))
			val_set_str(mem, context, given->map.p[i].key, given->map.p[i].value);
	val_set_text(mem, body, "CiphertextBlob", enc_base64(mem, blob));
	if (val_len(context))
		val_set(mem, body, "EncryptionContext", context);
	val_set_text(mem, body, "KeyId", arn);
	struct call c = {.aws = &who,
			 .service = "kms",
			 .region = region,
			 .url = endpoint(mem, aws->kms_url, "kms", region, china),
			 .type = "application/x-amz-json-1.1",
			 .target = "TrentService.Decrypt",
			 .body = str_of(json_text(mem, body, JSON_SORTED))};
	TRY_AS(mem, decrypt(mem, &c, exchange, arg, ret),
	       "failed to decrypt sops data key with AWS KMS");
	return NULL;
}
