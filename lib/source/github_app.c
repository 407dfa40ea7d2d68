#include "source/github_app.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "net/jwt.h"
#include "net/url.h"

#define API "https://api.github.com/"
#define ANSWER_MAX ((size_t)1 << 20)
#define CLAIM_BACK 30	/* s: clocks differ */
#define CLAIM_LASTS 120 /* s */
#define MESSAGE_MAX 500 /* bytes of the API's word that are quoted */

/* ---- the claim ---- */

static bool is_number(const char *text, int64_t *ret_number)
{
	return text && str_int(str_of(text), ret_number) && *ret_number;
}

static err *check(arena *mem, const struct github_app *a)
{
	int64_t n;
	bool installation = is_number(a->installation, &n), owner = a->owner && *a->owner;
	if (!is_number(a->id, &n))
		return err_new(mem, ERR_INVALID,
			       "app ID must be provided to use github app authentication");
	if (!owner && !installation)
		return err_new(mem, ERR_INVALID,
			       "app installation owner or ID must be provided to use github app "
			       "authentication");
	if (owner && installation)
		return err_new(
			mem, ERR_INVALID,
			"only one of app installation owner or ID must be provided to use github "
			"app authentication");
	if (!a->key.n)
		return err_new(mem, ERR_INVALID,
			       "private key must be provided to use github app authentication");
	return NULL;
}

static err *make_claim(arena *mem, const struct github_app *a, char **ret_claim)
{
	struct pkey *key;
	val *header = val_map(mem), *claims = val_map(mem);
	int64_t id = 0, since = clock_wall() / CLOCK_SECOND - CLAIM_BACK;
	if (pkey_read(mem, a->key, &key))
		return err_new(
			mem, ERR_INVALID,
			"could not parse private key: invalid key: Key must be a PEM encoded "
			"PKCS1 or PKCS8 key");
	is_number(a->id, &id);
	val_set_text(mem, header, "alg", "RS256");
	val_set_text(mem, header, "typ", "JWT");
	val_set_text(mem, claims, "iss", arena_printf(mem, "%lld", (long long)id));
	val_set(mem, claims, "exp", val_int(mem, since + CLAIM_LASTS));
	val_set(mem, claims, "iat", val_int(mem, since));
	if (jwt_sign(mem, header, claims, key, ret_claim))
		return err_new(mem, ERR_INVALID,
			       "could not parse private key: key is not a valid RSA private key");
	return NULL;
}

/* ---- the API ---- */

struct talk {
	const struct github_app *app;
	struct http *http;
	const char *base;
	char *claim;
};

static err *refused(arena *mem, const char *method, const char *url, const struct http_answer *a)
{
	arena *scratch = arena_open();
	val *v = NULL;
	if (json_parse(scratch, a->body, &v))
		v = NULL;
	const char *message = val_text_or(val_get(v, "message"), "");
	enum err_code code = a->status == 401	? ERR_UNAUTHORIZED
			     : a->status == 403 ? ERR_FORBIDDEN
			     : a->status == 404 ? ERR_NOT_FOUND
			     : a->status == 429 ? ERR_BUSY
						: ERR_FAILED;
	err *e = err_new(mem, code, "%s %s: %d %.*s []", method, url, a->status, MESSAGE_MAX,
			 message);
	arena_close(scratch);
	return e;
}

static err *ask(ctx *c, const struct talk *t, const char *method, const char *path, val **ret)
{
	const struct http_header headers[] = {{"Accept", "application/vnd.github+json"},
					      {"X-GitHub-Api-Version", "2022-11-28"},
					      {NULL, NULL}};
	const char *url = arena_printf(c->mem, "%s%s", t->base, path);
	struct http_request q = {.method = method,
				 .url = url,
				 .headers = headers,
				 .bearer = t->claim,
				 .max_answer = ANSWER_MAX};
	struct http_answer *a;
	TRY(http_do(c, t->http, &q, &a));
	if (a->status < 200 || a->status > 299)
		return refused(c->mem, method, url, a);
	if (json_parse(c->mem, a->body, ret))
		return err_new(c->mem, ERR_FAILED, "%s %s: the answer is not JSON", method, url);
	return NULL;
}

static err *find_installation(ctx *c, const struct talk *t, int64_t *ret_id)
{
	char *owner = enc_percent(c->mem, str_of(t->app->owner));
	val *v;
	if (is_number(t->app->installation, ret_id))
		return NULL;
	err *org = ask(c, t, "GET", arena_printf(c->mem, "orgs/%s/installation", owner), &v);
	err *user = org ? ask(c, t, "GET", arena_printf(c->mem, "users/%s/installation", owner), &v)
			: NULL;
	if (org && user)
		return err_new(c->mem, user->code,
			       "failed to find organization installation: %s\nfailed to find user "
			       "installation: %s",
			       err_text(c->mem, org), err_text(c->mem, user));
	*ret_id = val_as_int(val_get(v, "id"), 0);
	return *ret_id ? NULL
		       : err_new(c->mem, ERR_FAILED, "the API names no installation of '%s'",
				 t->app->owner);
}

err *github_app_token(ctx *c, struct tokens *ts, const struct github_app *app,
		      const char **ret_token)
{
	const char *base = app->base && *app->base ? app->base : API;
	const char *pem = str_text(c->mem, app->key);
	const char *parts[] = {"github", app->id, app->installation, app->owner, app->base, pem};
	const char *key = tokens_key(c->mem, parts, 6);
	struct talk t = {.app = app,
			 .base = text_ends(base, "/") ? base : arena_printf(c->mem, "%s/", base)};
	struct url *u;
	int64_t installation, expires = 0;
	val *v;
	TRY(check(c->mem, app));
	*ret_token = tokens_recall(c->mem, ts, key);
	if (*ret_token)
		return NULL;
	TRY(make_claim(c->mem, app, &t.claim));
	TRY_AS(c->mem, url_parse_http(c->mem, t.base, &u), "invalid API URL");
	TRY(clients_get(c->mem, tokens_clients(ts), t.base, &app->login, &t.http));
	TRY(find_installation(c, &t, &installation));
	TRY(ask(c, &t, "POST",
		arena_printf(c->mem, "app/installations/%lld/access_tokens",
			     (long long)installation),
		&v));
	const char *token = val_as_text(val_get(v, "token"));
	if (!token || !*token)
		return err_new(c->mem, ERR_FAILED, "the API gives no token");
	if (clock_parse_rfc3339(val_as_str(val_get(v, "expires_at")), &expires))
		tokens_keep(ts, key, token, expires);
	*ret_token = token;
	return NULL;
}
