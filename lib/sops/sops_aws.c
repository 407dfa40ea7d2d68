#include "sops/sops_aws.h"

#include <string.h>

#include "base/enc.h"
#include "data/json.h"
#include "data/yaml.h"

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
			json_go_kind(v));
	aws->keys = (struct aws_keys){val_text_or(val_get(v, "aws_access_key_id"), ""),
				      val_text_or(val_get(v, "aws_secret_access_key"), ""),
				      val_text_or(val_get(v, "aws_session_token"), "")};
	return NULL;
}

/* The region in "arn:aws[…]:kms:REGION:DIGITS:key/…". */
static bool read_arn(arena *mem, str arn, const char **ret_region)
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
	return str_is(part[0], "arn") && str_starts(part[1], STR("aws")) &&
	       str_is(part[2], "kms") && aws_is_region(part[3]) && part[4].n && named &&
	       part[5].n > name;
}

static const char *endpoint(arena *mem, const char *given, const char *service, const char *region)
{
	return given && *given ? given : aws_url(mem, service, region);
}

static err *send(arena *mem, const struct aws_post *p, sops_exchange *exchange, void *arg,
		 struct sops_answer *ret)
{
	struct http_header headers[AWS_HEADERS];
	struct sops_request q = sops_request_to("POST", p->url, p->body);
	TRY(aws_sign(mem, p, headers));
	for (size_t i = 0; headers[i].name; i++)
		sops_request_header(&q, headers[i].name, headers[i].value);
	return exchange(arg, mem, &q, ret);
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
static err *assume(arena *mem, const struct sops_aws *aws, const struct aws_keys *keys,
		   const char *role, const char *region, sops_exchange *exchange, void *arg,
		   struct aws_keys *ret)
{
	struct sops_answer a;
	int64_t expires;
	const struct aws_post p = {.keys = keys,
				   .service = "sts",
				   .region = region,
				   .url = endpoint(mem, aws->sts_url, "sts", region),
				   .type = AWS_FORM,
				   .body = aws_form_role(mem, role, session_name(mem, aws)),
				   .now = aws->now};
	TRY(send(mem, &p, exchange, arg, &a));
	if (a.status != 200) {
		struct aws_fault f = aws_fault_xml(mem, a.body);
		return aws_refused(mem, "STS: AssumeRole", a.status, &f);
	}
	return aws_read_keys(mem, a.body, ret, &expires);
}

static err *decrypt(arena *mem, const struct aws_post *p, sops_exchange *exchange, void *arg,
		    str *ret)
{
	struct sops_answer a;
	TRY(send(mem, p, exchange, arg, &a));
	if (a.status != 200) {
		struct aws_fault f = aws_fault_json(mem, a.body);
		return aws_refused(mem, "KMS: Decrypt", a.status, &f);
	}
	const val *v = sops_answer_json(mem, &a);
	if (!enc_unbase64(mem, val_as_str(val_get(v, "Plaintext")), ret) || !ret->n)
		return err_new(mem, ERR_INVALID,
			       "operation error KMS: Decrypt, no plaintext in "
			       "the answer");
	return NULL;
}

/* Those of the Secret, or of whoever is asked; then of the role that the key names. */
static err *find_keys(arena *mem, const struct sops_aws *aws, const char *role, const char *region,
		      sops_exchange *exchange, void *arg, struct aws_keys *ret_keys)
{
	struct aws_keys keys = aws->keys;
	bool said = keys.id && *keys.id;
	if (!said && !aws->ask)
		return err_new(mem, ERR_UNAUTHORIZED,
			       "failed to decrypt sops data key with AWS KMS: there are no "
			       "credentials: sops.aws-kms is missing");
	if (!said)
		TRY_AS(mem, aws->ask(aws->ask_arg, mem, region, &keys),
		       "failed to decrypt sops data key with AWS KMS");
	*ret_keys = keys;
	if (*role)
		TRY_AS(mem, assume(mem, aws, &keys, role, region, exchange, arg, ret_keys),
		       "failed to assume role '%s'", role);
	return NULL;
}

err *sops_aws_unseal(arena *mem, const struct sops_aws *aws, const val *entry, str enc,
		     sops_exchange *exchange, void *arg, str *ret)
{
	const char *arn = val_text_or(val_get(entry, "arn"), ""), *region;
	const char *role = val_text_or(val_get(entry, "role"), "");
	struct aws_keys keys;
	str blob;
	val *body = val_map(mem), *context = val_map(mem);
	if (!enc_unbase64(mem, enc, &blob))
		return err_new(mem, ERR_INVALID, "error base64-decoding encrypted data key");
	if (!read_arn(mem, str_of(arn), &region))
		return err_new(mem, ERR_INVALID, "no valid ARN found in '%s'", arn);
	TRY(find_keys(mem, aws, role, region, exchange, arg, &keys));
	const val *given = val_get(entry, "context");
	for (uint32_t i = 0; val_is(given, VAL_MAP) && i < given->map.n; i++)
		if (val_is(given->map.p[i].value, VAL_TEXT))
			val_set_str(mem, context, given->map.p[i].key, given->map.p[i].value);
	val_set_text(mem, body, "CiphertextBlob", enc_base64(mem, blob));
	if (val_len(context))
		val_set(mem, body, "EncryptionContext", context);
	val_set_text(mem, body, "KeyId", arn);
	const struct aws_post p = {.keys = &keys,
				   .service = "kms",
				   .region = region,
				   .url = endpoint(mem, aws->kms_url, "kms", region),
				   .type = "application/x-amz-json-1.1",
				   .target = "TrentService.Decrypt",
				   .body = str_of(json_text(mem, body, JSON_SORTED)),
				   .now = aws->now};
	TRY_AS(mem, decrypt(mem, &p, exchange, arg, ret),
	       "failed to decrypt sops data key with AWS KMS");
	return NULL;
}
