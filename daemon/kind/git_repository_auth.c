#include "kind/git_repository_auth.h"

#include "base/clock.h"
#include "kind/cloud.h"
#include "net/url.h"
#include "source/cloud_aws.h"
#include "source/cloud_azure.h"
#include "source/github_app.h"

static str key_of(const val *data, const char *key)
{
	return val_as_str(val_get(data, key));
}

static bool said(const char *text)
{
	return text && *text;
}

/* ---- HTTP ---- */

static err *read_login(arena *mem, const struct url *u, const val *data, struct login *l)
{
	str ca = key_of(data, "ca.crt");
	l->tls = (struct http_tls){.ca = ca.n ? ca : key_of(data, "caFile"),
				   .ca_added = true,
				   .cert = key_of(data, "tls.crt"),
				   .key = key_of(data, "tls.key")};
	l->bearer = source_secret_text(data, "bearerToken");
	if (!l->bearer) {
		l->user = source_secret_text(data, "username");
		l->password = source_secret_text(data, "password");
	}
	bool user = said(l->user) || said(u->user);
	bool password = said(l->password) || said(u->password);
	if (password && !user)
		return err_new(mem, ERR_INVALID,
			       "invalid '%s' auth option: 'password' requires 'username' to be set",
			       u->scheme);
	return NULL;
}

/* ---- SSH ---- */

static err *read_keys(arena *mem, const struct url *u, const val *data, struct remote_keys *k)
{
	*k = (struct remote_keys){key_of(data, "identity"), key_of(data, "known_hosts"),
				  source_secret_text(data, "password")};
	const char *missing = !*u->host		  ? "host"
			      : !k->identity.n	  ? "identity"
			      : !k->known_hosts.n ? "known_hosts"
						  : NULL;
	return missing ? err_new(mem, ERR_INVALID, "invalid 'ssh' auth option: '%s' is required",
				 missing)
		       : NULL;
}

static err *check_passphrase(ctx *c, struct reconcile *r, const struct git_repository *g,
			     const struct remote_keys *k)
{
	if (said(k->passphrase) || !ssh_identity_locked(c->mem, k->identity))
		return NULL;
	return err_new(c->mem, ERR_INVALID,
		       "SSH identity key is encrypted but no 'password' field was provided in the "
		       "secret '%s/%s'",
		       r->ns, g->secret->name);
}

/* ---- providers ---- */

static err *misconfigured(struct reconcile *r, err *e, bool stall)
{
	struct fault fault = {.policy = stall ? POLICY_STALL : POLICY_DEFAULT,
			      .reason = "InvalidProviderConfiguration"};
	return stage_fault(r, e, fault);
}

/* A token of the app is the password. */
static err *use_github_app(ctx *c, struct reconcile *r, const struct git_repository *g,
			   const val *data, struct login *l)
{
	const char *id = source_secret_text(data, "githubAppID");
	str key = key_of(data, "githubAppPrivateKey");
	const char *installation = source_secret_text(data, "githubAppInstallationID");
	const char *owner = source_secret_text(data, "githubAppInstallationOwner");
	if (!data || !id || !val_get(data, "githubAppPrivateKey"))
		return misconfigured(
			r,
			err_new(c->mem, ERR_INVALID,
				"secretRef with github app data must be specified when "
				"provider is set to github"),
			!data);
	if (!installation == !owner)
		return err_new(c->mem, ERR_INVALID,
			       "secret '%s/%s' must contain exactly one of "
			       "'githubAppInstallationOwner' or 'githubAppInstallationID'",
			       r->ns, g->secret->name);
	struct github_app app = {.id = id,
				 .installation = installation,
				 .owner = owner,
				 .base = source_secret_text(data, "githubAppBaseURL"),
				 .key = key,
				 .login = {.tls = l->tls,
					   .proxy = l->proxy,
					   .proxy_user = l->proxy_user,
					   .proxy_password = l->proxy_password}};
	l->user = GITHUB_APP_USER;
	l->bearer = NULL;
	TRY_AS(c->mem, github_app_token(c, r->house->tokens, &app, &l->password),
	       "failed to configure authentication options");
	return NULL;
}

static err *use_azure(ctx *c, const struct cloud *cloud, struct remote_source *at)
{
	const char *token;
	TRY(cloud_azure_token(c, cloud, CLOUD_AZURE_DEVOPS, &token));
	at->login.bearer = token;
	at->login.user = at->login.password = NULL;
	at->url = url_redact(c->mem, at->url); /* a user in it is the organization's name */
	return NULL;
}

static err *use_aws(ctx *c, const struct git_repository *g, const struct cloud *cloud,
		    struct remote_source *at)
{
	struct aws_keys keys;
	const char *region;
	TRY(cloud_aws_region(c->mem, g->url, &region));
	TRY(cloud_aws_keys(c, cloud, region, NULL, &keys));
	at->login.bearer = NULL;
	return cloud_aws_codecommit(c->mem, &keys, g->url, clock_wall() / CLOCK_SECOND,
				    &at->login.user, &at->login.password);
}

static err *use_cloud(ctx *c, struct reconcile *r, const struct git_repository *g,
		      struct remote_source *at)
{
	bool azure = text_eq(g->provider, "azure");
	const char *region;
	if (!azure) /* the URL is looked at before anything else */
		TRY_AS(c->mem, cloud_aws_region(c->mem, g->url, &region),
		       "failed to configure authentication options");
	TRY(cloud_check_gate(r, g->account, NULL));
	/* the proxy goes for the cloud's services, too; the Secret's certificates are for the repository's server */
	const struct cloud *cloud =
		cloud_of(r, g->account, r->house->options->default_service_account, &at->login);
	TRY_AS(c->mem, azure ? use_azure(c, cloud, at) : use_aws(c, g, cloud, at),
	       "failed to configure authentication options: failed to get access token for "
	       "Git repository");
	return NULL;
}

static err *check_generic(struct reconcile *r, const struct git_repository *g, const val *data)
{
	if (!key_of(data, "githubAppID").n)
		return NULL;
	return misconfigured(
		r,
		err_new(r->mem, ERR_INVALID,
			"secretRef '%s/%s' has github app data but provider is not set "
			"to github",
			r->ns, g->secret->name),
		false);
}

/* ---- all of it ---- */

static err *read_secret(ctx *c, struct reconcile *r, const struct git_repository *g, val **ret_data)
{
	const char *name = g->secret->name;
	err *e = source_secret(c, r, name, ret_data);
	if (!e)
		return NULL;
	/* twice, as users know it */
	e = err_wrap(c->mem, e, "failed to get secret '%s/%s'", r->ns, name);
	return err_wrap(c->mem, e, "failed to get secret '%s/%s'", r->ns, name);
}

err *git_repository_auth(ctx *c, struct reconcile *r, const struct git_repository *g,
			 struct remote_source *at)
{
	struct url *u;
	val *data = NULL;
	if (g->proxy)
		TRY_AS(c->mem, source_proxy(c, r, g->proxy->name, &at->login),
		       "failed to configure proxy options");
	TRY(url_parse(c->mem, g->url, &u));
	if (g->secret)
		TRY(read_secret(c, r, g, &data));
	if (text_eq(u->scheme, "ssh")) {
		TRY_AS(c->mem, read_keys(c->mem, u, data, &at->keys),
		       "failed to configure authentication options");
		TRY(check_passphrase(c, r, g, &at->keys));
	} else {
		TRY_AS(c->mem, read_login(c->mem, u, data, &at->login),
		       "failed to configure authentication options");
	}
	if (text_eq(g->provider, "azure") || text_eq(g->provider, "aws"))
		return use_cloud(c, r, g, at);
	if (text_eq(g->provider, "github"))
		return use_github_app(c, r, g, data, &at->login);
	return check_generic(r, g, data);
}
