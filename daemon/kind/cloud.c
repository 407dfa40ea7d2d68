#include "kind/cloud.h"

#include "kind/account_token.h"
#include "source/cloud_registry.h"

#define GATE "ObjectLevelWorkloadIdentity"

static bool said(const char *text)
{
	return text && *text;
}

err *cloud_check_gate(struct reconcile *r, const char *account, const char *condition)
{
	if (!said(account) || options_gate(r->house->options, GATE))
		return NULL;
	err *e = err_new(
		r->mem, ERR_UNSUPPORTED,
		"to use spec.serviceAccountName for provider authentication please enable the " GATE
		" feature gate in the controller");
	return stage_fault(r, e,
			   (struct fault){.policy = POLICY_STALL,
					  .reason = "FeatureGateDisabled",
					  .condition = condition});
}

/* ---- a ServiceAccount ---- */

static err *read_notes(ctx *c, const struct cloud_account *a, const val **ret_notes)
{
	static const struct resource accounts = {.gvk = {"", "v1", "ServiceAccount"},
						 .plural = "serviceaccounts",
						 .namespaced = true};
	val *obj;
	TRY_AS(c->mem, client_get(c, a->arg, &accounts, a->ns, a->name, false, &obj),
	       "failed to get service account '%s/%s'", a->ns, a->name);
	*ret_notes = VAL_IN(obj, "metadata", "annotations");
	return NULL;
}

static err *ask_token(ctx *c, const struct cloud_account *a, const char *audience,
		      const char **ret_token)
{
	TRY_AS(c->mem, account_token_for(c, a->arg, a->ns, a->name, audience, ret_token),
	       "failed to create kubernetes token for service account '%s/%s'", a->ns, a->name);
	return NULL;
}

const struct cloud *cloud_for(arena *mem, struct house *h, const char *ns, const char *account,
			      const struct login *login)
{
	struct cloud *cloud = NEW(mem, struct cloud);
	struct cloud_account *a = NEW(mem, struct cloud_account);
	*cloud = (struct cloud){.tokens = h->tokens,
				.login = {.proxy = login->proxy,
					  .proxy_user = login->proxy_user,
					  .proxy_password = login->proxy_password}};
	*a = (struct cloud_account){.ns = ns,
				    .name = account,
				    .notes = read_notes,
				    .token = ask_token,
				    .arg = h->client};
	if (said(account))
		cloud->account = a;
	return cloud;
}

const struct cloud *cloud_of(struct reconcile *r, const char *account, const char *fallback,
			     const struct login *login)
{
	return cloud_for(r->mem, r->house, r->ns, said(account) ? account : fallback, login);
}

/* ---- registries ---- */

struct asking {
	const struct cloud *cloud;
	const char *provider, *registry;
};

static err *ask_login(ctx *c, void *arg, struct oci_auth *ret_auth)
{
	const struct asking *a = arg;
	return cloud_registry_login(c, a->cloud, a->provider, a->registry, ret_auth);
}

struct registry_asked cloud_asked(struct reconcile *r, const struct cloud *cloud,
				  const char *provider, const char *registry)
{
	struct asking *a = NEW(r->mem, struct asking);
	*a = (struct asking){cloud, provider, registry};
	return (struct registry_asked){
		.ask = ask_login,
		.arg = a,
		.identity = cloud_key(r->mem, cloud, "registry", &a->provider, 1)};
}
