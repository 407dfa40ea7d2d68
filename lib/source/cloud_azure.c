#include "source/cloud_azure.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "data/json.h"
#include "net/oauth.h"

#define MACHINE "http://169.254.169.254"
#define MACHINE_WAITS (3 * CLOCK_SECOND)
#define ANSWER_MAX ((size_t)1 << 20)
#define TOKEN_MAX ((size_t)64 << 10)
#define SAID_MAX 500 /* bytes of what Entra says that are quoted */

static const char *environment(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

static err *refused(arena *mem, const char *url, const struct http_answer *a)
{
	val *v = NULL;
	if (json_parse(mem, a->body, &v))
		v = NULL;
	const char *said =
		val_text_or(val_get(v, "error_description"), val_text_or(val_get(v, "error"), ""));
	return err_new(mem, a->status == 429 || a->status >= 500 ? ERR_BUSY : ERR_UNAUTHORIZED,
		       "POST %s: status %d: %.*s", url, a->status,
		       (int)(strcspn(said, "\r\n") < SAID_MAX ? strcspn(said, "\r\n") : SAID_MAX),
		       said);
}

struct question {
	const char *method, *url;
	struct http_header header;
	str body;
	int64_t timeout;
};

/* Asks, and takes the token out of the answer. */
static err *exchange(ctx *c, struct tokens *ts, const struct login *login, const struct question *q,
		     const char *key, const char **ret_token)
{
	struct http *http;
	struct http_answer *a;
	val *v;
	TRY(clients_get(c->mem, tokens_clients(ts), q->url, login, &http));
	const struct http_header headers[] = {q->header, {NULL, NULL}};
	struct http_request r = {.method = q->method,
				 .url = q->url,
				 .headers = headers,
				 .body = q->body,
				 .max_answer = ANSWER_MAX,
				 .timeout = q->timeout};
	TRY(http_do(c, http, &r, &a));
	if (a->status != 200)
		return refused(c->mem, q->url, a);
	if (json_parse(c->mem, a->body, &v))
		return err_new(c->mem, ERR_FAILED, "%s: the answer is not JSON", q->url);
	const char *token = val_as_text(val_get(v, "access_token"));
	const val *lasts = val_get(v, "expires_in"); /* a number, or its text */
	int64_t seconds = val_as_int(lasts, 0);
	if (!seconds)
		str_int(val_as_str(lasts), &seconds);
	if (!token || !*token)
		return err_new(c->mem, ERR_FAILED, "%s: the answer holds no token", q->url);
	tokens_keep(ts, key, token, clock_wall() + seconds * CLOCK_SECOND);
	*ret_token = token;
	return NULL;
}

static err *from_entra(ctx *c, struct tokens *ts, const struct login *login,
		       const struct cloud_azure *who, const char *secret, const char *scope,
		       const char *key, const char **ret_token)
{
	const char *authority = environment("AZURE_AUTHORITY_HOST");
	struct oauth_azure application = {.tenant = who->tenant,
					  .client = who->client,
					  .secret = secret ? secret : "",
					  .certificate = "",
					  .authority = authority ? authority : "",
					  .assertion = secret ? NULL : who->assertion};
	struct oauth_form form;
	TRY(oauth_azure(c->mem, &application, scope, 0, &form));
	struct question q = {.method = "POST",
			     .url = form.url,
			     .header = {"Content-Type", "application/x-www-form-urlencoded"},
			     .body = form.body};
	return exchange(c, ts, login, &q, key, ret_token);
}

/* The machine's own identity, from the address that only it can reach. */
static err *from_machine(ctx *c, struct tokens *ts, const char *client, const char *scope,
			 const char *key, const char **ret_token)
{
	const struct login none = {.proxy = ""};
	const char *host = environment("AZURE_POD_IDENTITY_AUTHORITY_HOST");
	str resource = str_of(scope);
	if (str_ends(resource, STR("/.default")))
		resource.n -= strlen("/.default");
	struct question q = {
		.method = "GET",
		.url = arena_printf(
			c->mem,
			"%s/metadata/identity/oauth2/token?api-version=2018-02-01&resource=%s%s%s",
			host ? host : MACHINE, enc_percent(c->mem, resource),
			client ? "&client_id=" : "",
			client ? enc_percent(c->mem, str_of(client)) : ""),
		.header = {"Metadata", "true"},
		.timeout = MACHINE_WAITS};
	return exchange(c, ts, &none, &q, key, ret_token);
}

err *cloud_azure_token(ctx *c, struct tokens *ts, const struct login *login,
		       const struct cloud_azure *who, const char *scope, const char **ret_token)
{
	struct cloud_azure own = {.tenant = environment("AZURE_TENANT_ID"),
				  .client = environment("AZURE_CLIENT_ID")};
	const char *secret = who ? NULL : environment("AZURE_CLIENT_SECRET");
	const char *file = environment("AZURE_FEDERATED_TOKEN_FILE");
	const struct cloud_azure *it = who ? who : &own;
	const char *parts[] = {"azure", who ? it->tenant : "", it->client, scope};
	const char *key = tokens_key(c->mem, parts, 4);
	*ret_token = tokens_recall(c->mem, ts, key);
	if (*ret_token)
		return NULL;
	if (!who && (!own.tenant || !own.client || (!secret && !file)))
		return from_machine(c, ts, own.client, scope, key, ret_token);
	if (!who && !secret) {
		str text;
		TRY_AS(c->mem, file_read(c->mem, file, TOKEN_MAX, &text),
		       "AZURE_FEDERATED_TOKEN_FILE");
		own.assertion = str_text(c->mem, str_trim(text));
	}
	return from_entra(c, ts, login, it, secret, scope, key, ret_token);
}
