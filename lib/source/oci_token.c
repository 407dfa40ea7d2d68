#include "source/oci_token.h"

#include "net/oauth.h"
#include "net/url.h"
#include "source/oci_fault.h"

#define REDIRECTS 3 /* on the same host; to another nothing is sent */
#define CLIENT_ID "sluice"

static err *read_answer(ctx *c, const char *method, const char *url, const struct http_answer *a,
			struct oci_token *ret_token)
{
	if (a->status == 200)
		return oci_challenge_token(c->mem, a->body, ret_token);
	enum err_code code = a->status == 401	? ERR_UNAUTHORIZED
			     : a->status == 403 ? ERR_FORBIDDEN
			     : a->status == 404 ? ERR_NOT_FOUND
			     : a->status == 429 ? ERR_BUSY
			     : a->status == 503 ? ERR_BUSY
						: ERR_FAILED;
	return err_new(c->mem, code, "%s %s: %s", method, url_redact(c->mem, url),
		       oci_fault_text(c->mem, a->status, false, a->body));
}

/* A refresh token goes by POST, so that it stands in no URL. */
static err *post(ctx *c, const struct oci_token_ask *ask, struct http *http,
		 struct http_answer **ret)
{
	buf b = buf_init(c->mem);
	oauth_form_add(&b, "scope", str_of(ask->scope));
	if (ask->challenge->service)
		oauth_form_add(&b, "service", str_of(ask->challenge->service));
	oauth_form_add(&b, "client_id", STR(CLIENT_ID));
	oauth_form_add(&b, "grant_type", STR("refresh_token"));
	oauth_form_add(&b, "refresh_token", str_of(ask->auth->identity));
	struct http_request q = {.method = "POST",
				 .url = ask->challenge->realm,
				 .headers = http_form_headers,
				 .body = buf_view(&b),
				 .max_answer = OCI_TOKEN_MAX_BYTES,
				 .timeout = ask->timeout};
	return http_do(c, http, &q, ret);
}

static err *get(ctx *c, const struct oci_token_ask *ask, struct http *http, const char *url,
		struct http_answer **ret)
{
	struct http_request q = {.method = "GET",
				 .url = url,
				 .max_answer = OCI_TOKEN_MAX_BYTES,
				 .timeout = ask->timeout,
				 .redirects = REDIRECTS};
	if (ask->auth->user && ask->auth->password) {
		q.user = ask->auth->user;
		q.password = ask->auth->password;
	}
	return http_do(c, http, &q, ret);
}

err *oci_token_get(ctx *c, const struct oci_token_ask *ask, struct oci_token *ret_token)
{
	const char *realm = ask->challenge->realm;
	struct login login = *ask->login;
	struct http *http;
	struct http_answer *a;
	if (!realm)
		return err_new(c->mem, ERR_INVALID, "malformed www-authenticate, missing realm");
	TRY(oci_challenge_check_realm(c->mem, realm, ask->registry, ask->tls));
	login.user = ask->auth->user;
	login.password = ask->auth->password;
	login.bearer = ask->auth->identity;
	TRY(clients_get(c->mem, ask->clients, realm, &login, &http));
	if (ask->auth->identity) {
		TRY(post(c, ask, http, &a));
		/* not all token servers know the OAuth2 form */
		if (a->status != 404)
			return read_answer(c, "POST", realm, a, ret_token);
	}
	char *url = oci_challenge_token_url(c->mem, ask->challenge, ask->scope);
	TRY(get(c, ask, http, url, &a));
	return read_answer(c, "GET", url, a, ret_token);
}
