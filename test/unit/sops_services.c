/* Keys in services, against doubles: what is asked, in which order, and what becomes of each answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/enc.h"
#include "base/rand.h"
#include "crypt/pkey.h"
#include "data/json.h"
#include "net/url.h"
#include "sops/sops_keys.h"

#define DATA_KEY "0123456789abcdef0123456789abcdef"

/* What a double says to one request, and what it wants of it. */
struct turn {
	const char *method, *url;
	const char *header, *value; /* one that is wanted; value NULL: it must not be there */
	const char *body;	    /* a part of it */
	int status;
	const char *answer;
};

struct script {
	const struct turn *turns;
	size_t at;
	char last_body[8192];
};

static bool header_is(const struct sops_request *q, const char *name, const char *value)
{
	for (size_t i = 0; q->headers[i].name; i++)
		if (!strcmp(q->headers[i].name, name))
			return value && strstr(q->headers[i].value, value);
	return !value;
}

static err *play(void *arg, arena *mem, const struct sops_request *q, struct sops_answer *ret)
{
	struct script *s = arg;
	const struct turn *t = &s->turns[s->at++];
	if (!t->method)
		fail_msg("one request too many: %s %s", q->method, q->url);
	assert_string_equal(q->method, t->method);
	assert_string_equal(q->url, t->url);
	if (t->header && !header_is(q, t->header, t->value))
		fail_msg("the header %s is not %s", t->header, t->value ? t->value : "absent");
	if (t->body && !strstr(str_text(mem, q->body), t->body))
		fail_msg("the body is %.*s", STR_ARG(q->body));
	snprintf(s->last_body, sizeof(s->last_body), "%.*s", STR_ARG(q->body));
	if (!t->status)
		return err_new(mem, ERR_IO, "no connection");
	*ret = (struct sops_answer){t->status, str_of(t->answer)};
	return NULL;
}

static struct sops_key key_of(arena *mem, enum sops_key_kind kind, const char *entry)
{
	val *v;
	assert_null(json_parse(mem, str_of(entry), &v));
	return (struct sops_key){
		.kind = kind, .enc = val_as_str(val_get(v, "enc")), .name = "k", .entry = v};
}

/* Plays the turns and checks the outcome: want NULL for the data key. */
static void outcome(arena *mem, struct sops_keys *keys, enum sops_key_kind kind, const char *entry,
		    const struct turn *turns, const char *want)
{
	struct script s = {.turns = turns};
	struct sops_key k = key_of(mem, kind, entry);
	str got = {0};
	size_t n = 0;
	while (turns[n].method)
		n++;
	keys->exchange = play;
	keys->exchange_arg = &s;
	err *e = sops_keys_unseal(mem, keys, &k, &got);
	if (want)
		assert_string_equal(e ? err_text(mem, e) : "(none)", want);
	else if (e)
		fail_msg("%s", err_text(mem, e));
	else
		assert_true(str_is(got, DATA_KEY));
	assert_int_equal(s.at, n);
}

/* ---- Vault ------------------------------------------------------------------------------------ */

#define VAULT_ENTRY                                                                                \
	"{\"vault_address\": \"https://vault:8200/\", \"engine_path\": \"sops/transit\", "         \
	"\"key_name\": \"k1\", \"enc\": \"vault:v1:abc\"}"
#define VAULT_URL "https://vault:8200/v1/sops/transit/decrypt/k1"
#define VAULT_FAIL                                                                                 \
	"failed to decrypt sops data key from Vault transit backend 'sops/transit/decrypt/k1': "

static void vault(void **state)
{
	(void)state;
	static const struct {
		int status;
		const char *answer, *want;
	} rows[] = {
		{200,
		 "{\"data\": {\"plaintext\": "
		 "\"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"}}",
		 NULL},
		{403, "{\"errors\": [\"permission denied\"]}",
		 VAULT_FAIL "Error making API request.\n\nURL: PUT " VAULT_URL
			    "\nCode: 403. Errors:\n\n* permission denied"},
		{502, "<html>",
		 VAULT_FAIL "Error making API request.\n\nURL: PUT " VAULT_URL
			    "\nCode: 502. Raw Message:\n\n<html>"},
		{200, "{}", VAULT_FAIL "transit backend is empty"},
		{200, "{\"data\": {}}", VAULT_FAIL "no decrypted data"},
		{200, "{\"data\": {\"plaintext\": 5}}",
		 VAULT_FAIL "decrypted plaintext data cannot be cast to string"},
		{200, "{\"data\": {\"plaintext\": \"*\"}}",
		 VAULT_FAIL "cannot decode base64 plaintext into data key bytes"},
		{0, NULL, VAULT_FAIL "no connection"},
		{.status = -1},
	};
	for (size_t i = 0; rows[i].status >= 0; i++) {
		arena *mem = arena_open();
		struct sops_keys *keys = sops_keys_open(mem);
		const struct turn turns[] = {{"PUT", VAULT_URL, "X-Vault-Token", "s.token",
					      "{\"ciphertext\":\"vault:v1:abc\"}", rows[i].status,
					      rows[i].answer},
					     {.method = NULL}};
		assert_null(sops_keys_add(keys, "sops.vault-token", STR(" s.token\n\n")));
		outcome(mem, keys, SOPS_KEY_VAULT, VAULT_ENTRY, turns, rows[i].want);
		arena_close(mem);
	}
}

static err *login(void *arg, arena *mem, const char *address, const char **ret_token)
{
	assert_string_equal(address, "https://vault:8200/");
	++*(int *)arg;
	*ret_token = arena_text(mem, "from-login");
	return NULL;
}

/* A token of one's own wins over a login; addresses may be fenced in. */
static void vault_access(void **state)
{
	(void)state;
	static const char good[] =
		"{\"data\": {\"plaintext\": \"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"}}";
	const struct turn by_login[] = {
		{"PUT", VAULT_URL, "X-Vault-Token", "from-login", NULL, 200, good},
		{.method = NULL}};
	const struct turn by_token[] = {
		{"PUT", VAULT_URL, "X-Vault-Namespace", "team", NULL, 200, good}, {.method = NULL}};
	const struct turn none[] = {{.method = NULL}};
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	int logins = 0;
	outcome(mem, keys, SOPS_KEY_VAULT, VAULT_ENTRY, none,
		"cannot get Vault token: there is no sops.vault-token");
	keys->vault.login = login;
	keys->vault.login_arg = &logins;
	outcome(mem, keys, SOPS_KEY_VAULT, VAULT_ENTRY, by_login, NULL);
	assert_int_equal(logins, 1);
	keys->vault.token = "own";
	keys->vault.namespace_ = "team";
	outcome(mem, keys, SOPS_KEY_VAULT, VAULT_ENTRY, by_token, NULL);
	assert_int_equal(logins, 1);
	keys->vault.allowed = "https://other, https://vault:8200";
	outcome(mem, keys, SOPS_KEY_VAULT, VAULT_ENTRY, by_token, NULL);
	static const char *const fences[] = {"none", "https://other", "https://vault:820"};
	for (size_t i = 0; i < 3; i++) {
		keys->vault.allowed = fences[i];
		outcome(mem, keys, SOPS_KEY_VAULT, VAULT_ENTRY, none,
			"Allowlist does not allow https://vault:8200/");
	}
	arena_close(mem);
}

static void vault_logs_in(void **state)
{
	(void)state;
	const char *url = "https://vault:8200/v1/auth/kubernetes/login";
	const struct turn good[] = {{"PUT", url, "X-Vault-Token", NULL,
				     "{\"jwt\":\"j.w.t\",\"role\":\"ns_sa\"}", 200,
				     "{\"auth\": {\"client_token\": \"s.new\"}}"},
				    {.method = NULL}};
	const struct turn bad[] = {
		{"PUT", url, NULL, NULL, NULL, 400, "{\"errors\": [\"invalid role name\"]}"},
		{.method = NULL}};
	const struct turn empty[] = {{"PUT", url, NULL, NULL, NULL, 200, "{}"}, {.method = NULL}};
	const struct turn *const all[] = {good, bad, empty};
	static const char *const want[] = {
		NULL,
		"failed to authenticate with Vault 'https://vault:8200' at login path "
		"'auth/kubernetes/login' as role 'ns_sa': Error making API request.\n\nURL: PUT "
		"https://vault:8200/v1/auth/kubernetes/login\nCode: 400. Errors:\n\n* invalid role "
		"name",
		"Vault 'https://vault:8200' returned no token for login at 'auth/kubernetes/login' "
		"as role 'ns_sa'"};
	arena *mem = arena_open();
	struct sops_vault v = {0};
	for (size_t i = 0; i < 3; i++) {
		struct script s = {.turns = all[i]};
		const char *token = NULL;
		err *e = sops_vault_login(mem, &v, "https://vault:8200", "auth/kubernetes/login",
					  "ns_sa", "j.w.t", play, &s, &token);
		if (want[i])
			assert_string_equal(e ? err_text(mem, e) : "(none)", want[i]);
		else
			assert_string_equal(token, "s.new");
	}
	arena_close(mem);
}

/* ---- AWS -------------------------------------------------------------------------------------- */

#define ARN "arn:aws:kms:eu-west-1:107501996527:key/612d5f0p"
#define AWS_CREDENTIALS                                                                            \
	"aws_access_key_id: AKID\naws_secret_access_key: SECRET\naws_session_token: SESSION\n"
#define KMS_GOOD "{\"Plaintext\": \"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"}"

static void aws(void **state)
{
	(void)state;
	static const char url[] = "https://kms.eu-west-1.amazonaws.com/";
	static const char entry[] =
		"{\"arn\": \"" ARN
		"\", \"context\": {\"b\": \"2\", \"a\": \"1\"}, \"enc\": \"AQID\"}";
	static const char body[] =
		"{\"CiphertextBlob\":\"AQID\",\"EncryptionContext\":{\"a\":\"1\",\"b\":\"2\"},"
		"\"KeyId\":\"" ARN "\"}";
	const struct turn good[] = {{"POST", url, "Authorization",
				     "AWS4-HMAC-SHA256 Credential=AKID/20231114/eu-west-1/kms/"
				     "aws4_request, SignedHeaders=content-type;host;x-amz-date;"
				     "x-amz-security-token;x-amz-target, Signature=",
				     body, 200, KMS_GOOD},
				    {.method = NULL}};
	const struct turn target[] = {
		{"POST", url, "X-Amz-Target", "TrentService.Decrypt", NULL, 400,
		 "{\"__type\": \"x#InvalidCiphertextException\", \"message\": "
		 "\"no\"}"},
		{.method = NULL}};
	const struct turn session[] = {
		{"POST", url, "X-Amz-Security-Token", "SESSION", NULL, 200, "{}"},
		{.method = NULL}};
	const struct turn none[] = {{.method = NULL}};
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	outcome(mem, keys, SOPS_KEY_AWS, entry, none,
		"failed to decrypt sops data key with AWS KMS: there are no credentials: "
		"sops.aws-kms is missing");
	assert_null(sops_keys_add(keys, "sops.aws-kms", STR(AWS_CREDENTIALS)));
	keys->aws.now = 1700000000;
	outcome(mem, keys, SOPS_KEY_AWS, entry, good, NULL);
	outcome(mem, keys, SOPS_KEY_AWS, entry, target,
		"failed to decrypt sops data key with AWS KMS: operation error KMS: Decrypt, https "
		"response error StatusCode: 400, InvalidCiphertextException: no");
	outcome(mem, keys, SOPS_KEY_AWS, entry, session,
		"failed to decrypt sops data key with AWS KMS: operation error KMS: Decrypt, no "
		"plaintext in the answer");
	arena_close(mem);
}

/* The region becomes part of a host's name: nothing but a region may be there. */
static void aws_arns(void **state)
{
	(void)state;
	static const struct {
		const char *arn, *url;
	} rows[] = {
		{"arn:aws:kms:us-east-1:1:alias/x", "https://kms.us-east-1.amazonaws.com/"},
		{"arn:aws-cn:kms:cn-north-1:1:key/x", "https://kms.cn-north-1.amazonaws.com.cn/"},
		{"arn:aws-us-gov:kms:us-gov-west-1:1:key/x",
		 "https://kms.us-gov-west-1.amazonaws.com/"},
		{"arn:aws:s3:us-east-1:1:key/x", NULL},
		{"arn:aws:kms:us-east-1:x:key/x", NULL},
		{"arn:aws:kms::1:key/x", NULL},
		{"arn:aws:kms:us-east-1:1:key/", NULL},
		{"arn:aws:kms:us-east-1:1:other/x", NULL},
		{"arn:aws:kms:evil.example/#:1:key/x", NULL},
		{"", NULL},
		{.arn = NULL},
	};
	for (size_t i = 0; rows[i].arn; i++) {
		arena *mem = arena_open();
		struct sops_keys *keys = sops_keys_open(mem);
		const struct turn turns[] = {
			{rows[i].url ? "POST" : NULL, rows[i].url, NULL, NULL, NULL, 200, KMS_GOOD},
			{.method = NULL}};
		assert_null(sops_keys_add(keys, "sops.aws-kms", STR(AWS_CREDENTIALS)));
		outcome(mem, keys, SOPS_KEY_AWS,
			arena_printf(mem, "{\"arn\": \"%s\", \"enc\": \"AQID\"}", rows[i].arn),
			turns,
			rows[i].url ? NULL
				    : arena_printf(mem, "no valid ARN found in '%s'", rows[i].arn));
		arena_close(mem);
	}
}

static void aws_role(void **state)
{
	(void)state;
	static const char entry[] =
		"{\"arn\": \"" ARN "\", \"role\": \"arn:aws:iam::1:role/r\", \"enc\": \"AQID\"}";
	static const char sts[] = "https://sts.eu-west-1.amazonaws.com/";
	const struct turn good[] = {
		{"POST", sts, "Authorization", "/eu-west-1/sts/aws4_request",
		 "Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fr&RoleSessionName=sops%"
		 "40box1&Version=2011-06-15",
		 200,
		 "<r><Credentials><AccessKeyId>ROLE</AccessKeyId><SecretAccessKey>S</"
		 "SecretAccessKey><SessionToken>T</SessionToken></Credentials></r>"},
		{"POST", "https://kms.eu-west-1.amazonaws.com/", "Authorization",
		 "Credential=ROLE/", NULL, 200, KMS_GOOD},
		{.method = NULL}};
	const struct turn bad[] = {
		{"POST", sts, NULL, NULL, NULL, 403,
		 "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"},
		{.method = NULL}};
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	assert_null(sops_keys_add(keys, "sops.aws-kms", STR(AWS_CREDENTIALS)));
	keys->aws.host = "box!1";
	outcome(mem, keys, SOPS_KEY_AWS, entry, good, NULL);
	outcome(mem, keys, SOPS_KEY_AWS, entry, bad,
		"failed to assume role 'arn:aws:iam::1:role/r': operation error STS: AssumeRole, "
		"https "
		"response error StatusCode: 403, AccessDenied: no");
	arena_close(mem);
}

/* Without credentials of one's own somebody is asked, for the key's own region. */
static err *give_aws(void *arg, arena *mem, const char *region, struct aws_keys *ret_keys)
{
	assert_string_equal(region, "eu-west-1");
	if (!*(int *)arg)
		return err_new(mem, ERR_UNAUTHORIZED, "not you");
	*ret_keys = (struct aws_keys){"ASKED", "SECRET", "SESSION"};
	return NULL;
}

static void aws_asked(void **state)
{
	(void)state;
	static const char entry[] = "{\"arn\": \"" ARN "\", \"enc\": \"AQID\"}";
	const struct turn good[] = {{"POST", "https://kms.eu-west-1.amazonaws.com/",
				     "Authorization", "Credential=ASKED/", NULL, 200, KMS_GOOD},
				    {.method = NULL}};
	const struct turn own[] = {{"POST", "https://kms.eu-west-1.amazonaws.com/", "Authorization",
				    "Credential=AKID/", NULL, 200, KMS_GOOD},
				   {.method = NULL}};
	const struct turn none[] = {{.method = NULL}};
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	int willing = 1;
	keys->aws.ask = give_aws;
	keys->aws.ask_arg = &willing;
	outcome(mem, keys, SOPS_KEY_AWS, entry, good, NULL);
	willing = 0;
	outcome(mem, keys, SOPS_KEY_AWS, entry, none,
		"failed to decrypt sops data key with AWS KMS: not you");
	assert_null(sops_keys_add(keys, "sops.aws-kms", STR(AWS_CREDENTIALS)));
	outcome(mem, keys, SOPS_KEY_AWS, entry, own, NULL);
	arena_close(mem);
}

/* ---- Google ----------------------------------------------------------------------------------- */

#define RESOURCE "projects/p/locations/global/keyRings/r/cryptoKeys/k"
#define GCP_ENTRY "{\"resource_id\": \"" RESOURCE "\", \"enc\": \"AQID\"}"
#define GCP_URL "https://cloudkms.googleapis.com/v1/" RESOURCE ":decrypt"
#define GCP_GOOD "{\"plaintext\": \"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\"}"

/* The claims of a token in a form. */
static val *claims_in(arena *mem, const char *form, const char *name)
{
	char *token = url_query_get(mem, form, name);
	str rest = str_of(token), part, bytes;
	val *v;
	assert_non_null(token);
	assert_true(str_next(&rest, '.', &part) && str_next(&rest, '.', &part));
	assert_true(enc_unbase64(mem, part, &bytes));
	assert_null(json_parse(mem, bytes, &v));
	return v;
}

static void gcp(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	struct pkey *key;
	char *pem;
	val *account = val_map(mem);
	assert_null(pkey_make(mem, PKEY_RSA_2048, &key));
	assert_null(pkey_pem(mem, key, &pem));
	val_set_text(mem, account, "type", "service_account");
	val_set_text(mem, account, "client_email", "a@b");
	val_set_text(mem, account, "private_key", pem);
	val_set_text(mem, account, "private_key_id", "id1");
	val_set_text(mem, account, "token_uri", "https://token/");
	assert_null(sops_keys_add(
		keys, "sops.gcp-kms",
		str_of(arena_printf(mem, "\n%s\n", json_text(mem, account, JSON_PLAIN)))));
	keys->gcp.now = 1700000000;
	const struct turn good[] = {
		{"POST", "https://token/", "Content-Type", "application/x-www-form-urlencoded",
		 "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer", 200,
		 "{\"access_token\": \"tok\"}"},
		{"POST", GCP_URL, "Authorization", "Bearer tok", "{\"ciphertext\":\"AQID\"}", 200,
		 GCP_GOOD},
		{.method = NULL}};
	const struct turn refused[] = {
		{"POST", "https://token/", NULL, NULL, NULL, 400, "{\"error\": \"invalid_grant\"}"},
		{.method = NULL}};
	const struct turn again[] = {
		{"POST", GCP_URL, "Authorization", "Bearer tok", NULL, 403,
		 "{\"error\": {\"status\": \"PERMISSION_DENIED\", \"message\": \"no\"}}"},
		{.method = NULL}};
	outcome(mem, keys, SOPS_KEY_GCP, GCP_ENTRY, refused,
		"failed to decrypt sops data key with GCP KMS key: oauth2: cannot fetch token: "
		"400: "
		"invalid_grant");
	struct script s = {.turns = refused};
	struct sops_key k = key_of(mem, SOPS_KEY_GCP, GCP_ENTRY);
	str got;
	keys->exchange_arg = &s;
	assert_non_null(sops_keys_unseal(mem, keys, &k, &got));
	val *claims = claims_in(mem, s.last_body, "assertion");
	assert_string_equal(val_as_text(val_get(claims, "iss")), "a@b");
	assert_string_equal(val_as_text(val_get(claims, "aud")), "https://token/");
	assert_int_equal(val_as_int(val_get(claims, "exp"), 0), 1700003600);
	outcome(mem, keys, SOPS_KEY_GCP, GCP_ENTRY, good, NULL);
	/* the token is kept */
	outcome(mem, keys, SOPS_KEY_GCP, GCP_ENTRY, again,
		"failed to decrypt sops data key with GCP KMS key: rpc error: code = "
		"PERMISSION_DENIED desc = no");
	arena_close(mem);
}

static err *give_token(void *arg, arena *mem, const char **ret_token)
{
	(void)arg;
	*ret_token = arena_text(mem, "asked");
	return NULL;
}

static void gcp_asked(void **state)
{
	(void)state;
	const struct turn good[] = {
		{"POST", GCP_URL, "Authorization", "Bearer asked", NULL, 200, GCP_GOOD},
		{.method = NULL}};
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	keys->gcp.ask = give_token;
	outcome(mem, keys, SOPS_KEY_GCP, GCP_ENTRY, good, NULL);
	arena_close(mem);
}

static void gcp_user(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	const struct turn turns[] = {
		{"POST", "https://oauth2.googleapis.com/token", NULL, NULL,
		 "client_id=c&client_secret=s&grant_type=refresh_token&refresh_token=r", 200,
		 "{\"access_token\": \"tok\"}"},
		{"POST", GCP_URL, NULL, NULL, NULL, 200, GCP_GOOD},
		{.method = NULL}};
	const struct turn none[] = {{.method = NULL}};
	outcome(mem, keys, SOPS_KEY_GCP, GCP_ENTRY, none,
		"cannot create GCP KMS service: there are no credentials: sops.gcp-kms is missing");
	assert_null(sops_keys_add(keys, "sops.gcp-kms",
				  STR("{\"type\": \"authorized_user\", \"client_id\": \"c\", "
				      "\"client_secret\": \"s\", \"refresh_token\": \"r\"}")));
	outcome(mem, keys, SOPS_KEY_GCP, GCP_ENTRY, turns, NULL);
	outcome(mem, keys, SOPS_KEY_GCP, "{\"resource_id\": \"projects/../x\", \"enc\": \"AQID\"}",
		none,
		"cannot create GCP KMS service: no valid resource ID found in \"projects/../x\"");
	arena_close(mem);
}

/* ---- Azure ------------------------------------------------------------------------------------ */

#define AZURE_ENTRY                                                                                \
	"{\"vault_url\": \"https://v.vault.azure.net\", \"name\": \"n\", \"version\": \"1\", "     \
	"\"enc\": \"AQID\"}"
#define AZURE_URL "https://v.vault.azure.net/keys/n/1/decrypt?api-version=7.4"
#define AZURE_GOOD "{\"value\": \"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY\"}"
#define AZURE_FAIL                                                                                 \
	"failed to decrypt sops data key with Azure Key Vault key "                                \
	"'https://v.vault.azure.net/keys/n/1': "

static void azure(void **state)
{
	(void)state;
	static const struct {
		const char *secret, *method, *url, *body;
	} rows[] = {
		{"tenantId: t\nclientId: c\nclientSecret: s\n", "POST",
		 "https://login.microsoftonline.com/t/oauth2/v2.0/token",
		 "client_id=c&client_secret=s&grant_type=client_credentials&scope=https%3A%2F%"
		 "2Fvault.azure.net%2F.default"},
		{"tenant: t\nappId: c\npassword: s\nauthorityHost: https://login.example/\n",
		 "POST", "https://login.example/t/oauth2/v2.0/token",
		 "client_id=c&client_secret=s"},
		{"clientId: c\n", "GET",
		 "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&"
		 "client_id=c&resource=https%3A%2F%2Fvault.azure.net",
		 NULL},
		{.secret = NULL},
	};
	for (size_t i = 0; rows[i].secret; i++) {
		arena *mem = arena_open();
		struct sops_keys *keys = sops_keys_open(mem);
		const struct turn turns[] = {{rows[i].method, rows[i].url, NULL, NULL, rows[i].body,
					      200, "{\"access_token\": \"tok\"}"},
					     {"POST", AZURE_URL, "Authorization", "Bearer tok",
					      "{\"alg\":\"RSA-OAEP-256\",\"value\":\"AQID\"}", 200,
					      AZURE_GOOD},
					     {.method = NULL}};
		const struct turn again[] = {{"POST", AZURE_URL, NULL, NULL, NULL, 403,
					      "{\"error\": {\"code\": \"Forbidden\", \"message\": "
					      "\"no\"}}"},
					     {.method = NULL}};
		assert_null(sops_keys_add(keys, "sops.azure-kv", str_of(rows[i].secret)));
		outcome(mem, keys, SOPS_KEY_AZURE, AZURE_ENTRY, turns, NULL);
		outcome(mem, keys, SOPS_KEY_AZURE, AZURE_ENTRY, again,
			AZURE_FAIL "status 403: Forbidden: no");
		arena_close(mem);
	}
}

/* A token is good for every vault: it goes to none but Azure's. */
static err *give_azure(void *arg, arena *mem, const char *scope, const char **ret_token)
{
	(void)arg;
	assert_string_equal(scope, "https://vault.azure.net/.default");
	*ret_token = arena_text(mem, "asked");
	return NULL;
}

static void azure_asked(void **state)
{
	(void)state;
	const struct turn good[] = {
		{"POST", AZURE_URL, "Authorization", "Bearer asked", NULL, 200, AZURE_GOOD},
		{.method = NULL}};
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	keys->azure.ask = give_azure;
	outcome(mem, keys, SOPS_KEY_AZURE, AZURE_ENTRY, good, NULL);
	outcome(mem, keys, SOPS_KEY_AZURE, AZURE_ENTRY, good, NULL);
	arena_close(mem);
}

static void azure_hosts(void **state)
{
	(void)state;
	static const char *const vaults[] = {"https://evil.example", "http://v.vault.azure.net",
					     "https://vault.azure.net.evil.example",
					     "https://evilvault.azure.net", "x"};
	const struct turn none[] = {{.method = NULL}};
	for (size_t i = 0; i < sizeof(vaults) / sizeof(*vaults); i++) {
		arena *mem = arena_open();
		struct sops_keys *keys = sops_keys_open(mem);
		assert_null(sops_keys_add(keys, "sops.azure-kv", STR("clientId: c\n")));
		outcome(mem, keys, SOPS_KEY_AZURE,
			arena_printf(mem,
				     "{\"vault_url\": \"%s\", \"name\": \"n\", \"enc\": "
				     "\"AQID\"}",
				     vaults[i]),
			none,
			arena_printf(mem,
				     "failed to construct Azure Key Vault client to decrypt data: "
				     "'%s' is no vault of Azure's",
				     vaults[i]));
		arena_close(mem);
	}
}

static void azure_texts(void **state)
{
	(void)state;
	/* "clientId: c" in UTF-16 with its mark */
	static const char utf16[] = "\xFF\xFE"
				    "c\0l\0i\0e\0n\0t\0I\0d\0:\0 \0c\0";
	arena *mem = arena_open();
	struct sops_keys *keys = sops_keys_open(mem);
	assert_null(sops_keys_add(keys, "sops.azure-kv", (str){utf16, sizeof(utf16) - 1}));
	assert_string_equal(keys->azure.client, "c");
	err *e = sops_keys_add(keys, "sops.azure-kv",
			       STR("tenantId: t\nclientId: c\nclientCertificate: hunter2\n"));
	assert_string_equal(err_text(mem, e), "clientCertificate has no private key in PEM");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vault),	 cmocka_unit_test(vault_access),
		cmocka_unit_test(vault_logs_in), cmocka_unit_test(aws),
		cmocka_unit_test(aws_arns),	 cmocka_unit_test(aws_role),
		cmocka_unit_test(gcp),		 cmocka_unit_test(gcp_user),
		cmocka_unit_test(azure),	 cmocka_unit_test(azure_hosts),
		cmocka_unit_test(azure_texts),	 cmocka_unit_test(azure_asked),
		cmocka_unit_test(aws_asked),	 cmocka_unit_test(gcp_asked),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
