#include "source/cloud.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"

#define FILE_MAX ((size_t)64 << 10)
#define ANSWER_MAX ((size_t)1 << 20)
#define PATIENCE (10 * CLOCK_SECOND)
#define PATIENCE_NEAR (2 * CLOCK_SECOND)
#define SILENCE CLOCK_MINUTE

const char *cloud_environment(const char *name)
{
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

err *cloud_file(arena *mem, const char *path, const char *what, const char **ret_text)
{
	str text;
	TRY_AS(mem, file_read(mem, path, FILE_MAX, &text), "%s", what);
	*ret_text = str_text(mem, str_trim(text));
	return NULL;
}

/* Asks; what is near and does not answer is left alone for a while, so that who has no identity does not wait for it each time. */
static err *ask_near(ctx *c, const struct cloud *cloud, struct http *http,
		     const struct http_request *r, struct http_answer **ret_answer)
{
	const char *parts[] = {"silent", r->url};
	const char *key = tokens_key(c->mem, parts, 2);
	if (tokens_recall(c->mem, cloud->tokens, key))
		return err_new(c->mem, ERR_NOT_FOUND, "%s %s: nobody answers there", r->method,
			       r->url);
	err *e = http_do(c, http, r, ret_answer);
	if (err_code(e) != ERR_IO && err_code(e) != ERR_TIMEOUT)
		return e;
	TRY(ctx_check(c));
	tokens_keep(cloud->tokens, key, "", clock_wall() + SILENCE);
	return err_new(c->mem, ERR_NOT_FOUND, "%s %s: %s", r->method, r->url, err_text(c->mem, e));
}

err *cloud_ask(ctx *c, const struct cloud *cloud, const struct cloud_question *q,
	       struct http_answer **ret_answer)
{
	static const struct login none = {.proxy = ""};
	struct http *http;
	const struct http_request r = {.method = q->method,
				       .url = q->url,
				       .headers = q->headers,
				       .bearer = q->bearer,
				       .body = q->body,
				       .max_answer = ANSWER_MAX,
				       .timeout = q->near ? PATIENCE_NEAR : PATIENCE};
	TRY(clients_get(c->mem, tokens_clients(cloud->tokens), q->url,
			q->near ? &none : &cloud->login, &http));
	if (q->near)
		return ask_near(c, cloud, http, &r, ret_answer);
	err *e = http_do(c, http, &r, ret_answer);
	return e ? http_not_sent(c->mem, r.method, r.url, e) : NULL;
}

char *cloud_key(arena *mem, const struct cloud *cloud, const char *kind, const char *const *parts,
		size_t n)
{
	const char **all = NEW_N(mem, const char *, n + 6);
	size_t at = 0;
	all[at++] = kind;
	all[at++] = cloud->account ? cloud->account->ns : NULL;
	all[at++] = cloud->account ? cloud->account->name : NULL;
	all[at++] = cloud->login.proxy;
	all[at++] = cloud->login.proxy_user;
	all[at++] = cloud->login.proxy_password;
	for (size_t i = 0; i < n; i++)
		all[at++] = parts[i];
	return tokens_key(mem, all, at);
}

err *cloud_notes(ctx *c, const struct cloud *cloud, const val **ret_notes)
{
	return cloud->account->notes(c, cloud->account, ret_notes);
}

err *cloud_no_token(arena *mem, const struct cloud *cloud, const err *e)
{
	if (!e)
		return NULL;
	if (!cloud->account)
		return err_wrap(mem, e,
				"failed to create provider access token for the controller");
	return err_wrap(mem, e,
			"failed to create provider access token for service account '%s/%s'",
			cloud->account->ns, cloud->account->name);
}

err *cloud_no_identity(arena *mem, const struct cloud *cloud, const err *e)
{
	return err_wrap(mem, e,
			"failed to get provider identity from service account '%s/%s' annotations",
			cloud->account->ns, cloud->account->name);
}
