#include "kind/chart_login.h"

#include "kind/source.h"

static bool has(const struct source_secret *s, const char *key)
{
	return val_get(s->data, key) != NULL;
}

static err *read_basic(arena *mem, const struct source_secret *s, struct login *l)
{
	bool user = has(s, "username"), password = has(s, "password");
	if (user != password)
		return err_new(mem, ERR_INVALID,
			       "secret '%s/%s': malformed basic auth - has '%s' but missing '%s'",
			       s->ns, s->name, user ? "username" : "password",
			       user ? "password" : "username");
	l->user = source_secret_text(s->data, "username");
	l->password = source_secret_text(s->data, "password");
	return NULL;
}

static err *use_cert_secret(ctx *c, struct reconcile *r, const char *name, struct login *l)
{
	struct source_secret s;
	TRY_AS(c->mem, source_read_secret(c, r, name, &s),
	       "failed to get TLS authentication secret '%s/%s'", r->ns, name);
	TRY_AS(c->mem, source_tls_of(c->mem, &s, &l->tls),
	       "failed to construct Helm client's TLS config");
	return NULL;
}

/* Certificates beside username and password, as they were kept once: half a pair or none does not count,
 * one that can't be read does. */
static err *use_old_tls(ctx *c, const struct source_secret *s, bool wanted, struct login *l)
{
	struct http_tls tls;
	err *e = source_tls_of(c->mem, s, &tls);
	if (e && text_starts(err_text(c->mem, e), "secret '"))
		return NULL;
	TRY_AS(c->mem, e, "failed to detect authentication methods");
	if (wanted)
		l->tls = tls;
	return NULL;
}

err *chart_login(ctx *c, struct reconcile *r, const struct helm_repository *repo,
		 struct login *ret_login)
{
	struct source_secret s;
	*ret_login = (struct login){0};
	if (repo->cert)
		TRY(use_cert_secret(c, r, repo->cert->name, ret_login));
	if (!repo->secret)
		return NULL;
	TRY_AS(c->mem, source_read_secret(c, r, repo->secret->name, &s),
	       "failed to get authentication secret '%s/%s'", r->ns, repo->secret->name);
	TRY_AS(c->mem, read_basic(c->mem, &s, ret_login),
	       "failed to detect authentication methods");
	return use_old_tls(c, &s, !repo->cert, ret_login);
}
