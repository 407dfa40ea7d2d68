#include "kind/cloud.h"

#include <string.h>

#define GATE "ObjectLevelWorkloadIdentity"
#define TOKEN_SECONDS 3600
#define TENANT "azure.workload.identity/tenant-id"
#define CLIENT "azure.workload.identity/client-id"
#define ROLE "eks.amazonaws.com/role-arn"

/* The account that is meant; NULL for none. */
static err *account_of(struct reconcile *r, const char *named, const char **ret_account)
{
	const char *fallback = r->house->options->default_service_account;
	bool said = named && *named;
	*ret_account = said ? named : fallback && *fallback ? fallback : NULL;
	if (!said || options_gate(r->house->options, GATE))
		return NULL;
	err *e = err_new(
		r->mem, ERR_UNSUPPORTED,
		"to use spec.serviceAccountName for provider authentication please enable the " GATE
		" feature gate in the controller");
	return stage_fault(r, e,
			   (struct fault){.policy = POLICY_STALL, .reason = "FeatureGateDisabled"});
}

static err *read_account(ctx *c, struct reconcile *r, const char *account, const val **ret_notes)
{
	static const struct resource accounts = {.gvk = {"", "v1", "ServiceAccount"},
						 .plural = "serviceaccounts",
						 .namespaced = true};
	val *obj;
	TRY_AS(c->mem, client_get(c, r->client, &accounts, r->ns, account, false, &obj),
	       "failed to get service account '%s/%s'", r->ns, account);
	*ret_notes = VAL_IN(obj, "metadata", "annotations");
	return NULL;
}

static err *ask_token(ctx *c, struct reconcile *r, const char *account, const char *audience,
		      const char **ret_token)
{
	arena *mem = c->mem;
	val *request = val_map(mem), *spec = val_make_map(mem, request, "spec"),
	    *list = val_list(mem);
	val *answer;
	val_set_text(mem, request, "apiVersion", "authentication.k8s.io/v1");
	val_set_text(mem, request, "kind", "TokenRequest");
	val_push(mem, list, val_text(mem, audience));
	val_set(mem, spec, "audiences", list);
	val_set(mem, spec, "expirationSeconds", val_int(mem, TOKEN_SECONDS));
	const char *path =
		arena_printf(mem, "/api/v1/namespaces/%s/serviceaccounts/%s/token", r->ns, account);
	TRY_AS(mem, client_raw(c, r->client, "POST", path, request, &answer),
	       "failed to create kubernetes token for service account '%s/%s'", r->ns, account);
	*ret_token = val_as_text(VAL_IN(answer, "status", "token"));
	return *ret_token ? NULL
			  : err_new(mem, ERR_INVALID,
				    "the token of service account '%s/%s' is not in the answer",
				    r->ns, account);
}

static err *no_identity(struct reconcile *r, const char *account, const char *text)
{
	return err_new(
		r->mem, ERR_INVALID,
		"failed to get provider identity from service account '%s/%s' annotations: %s",
		r->ns, account, text);
}

err *cloud_azure_of(ctx *c, struct reconcile *r, const char *named, struct cloud_azure **ret_who)
{
	const char *account;
	const val *notes;
	*ret_who = NULL;
	TRY(account_of(r, named, &account));
	if (!account)
		return NULL;
	struct cloud_azure *who = NEW(c->mem, struct cloud_azure);
	TRY(read_account(c, r, account, &notes));
	who->tenant = val_as_text(val_get(notes, TENANT));
	who->client = val_as_text(val_get(notes, CLIENT));
	if (!who->tenant)
		return no_identity(
			r, account,
			"azure tenant ID is not set in the service account annotation " TENANT);
	if (!who->client)
		return no_identity(
			r, account,
			"azure client ID is not set in the service account annotation " CLIENT);
	TRY(ask_token(c, r, account, CLOUD_AZURE_AUDIENCE, &who->assertion));
	*ret_who = who;
	return NULL;
}

/* arn:aws…:iam::<digits>:role/<name> */
static bool is_role(str arn)
{
	str part[6], rest = arn;
	for (int i = 0; i < 5; i++)
		if (!rest.p || !str_next(&rest, ':', &part[i]))
			return false;
	part[5] = rest;
	if (!str_is(part[0], "arn") || !str_starts(part[1], STR("aws")) ||
	    !str_is(part[2], "iam") || part[3].n || !part[4].n || part[4].n > 30 ||
	    !str_starts(part[5], STR("role/")) || part[5].n < 6 || part[5].n > 205)
		return false;
	for (size_t i = 0; i < part[4].n; i++)
		if (!strchr("0123456789", part[4].p[i]))
			return false;
	return true;
}

err *cloud_aws_of(ctx *c, struct reconcile *r, const char *named, const char *region,
		  struct cloud_aws **ret_who)
{
	const char *account;
	const val *notes;
	*ret_who = NULL;
	TRY(account_of(r, named, &account));
	if (!account)
		return NULL;
	struct cloud_aws *who = NEW(c->mem, struct cloud_aws);
	TRY(read_account(c, r, account, &notes));
	who->role = val_text_or(val_get(notes, ROLE), "");
	if (!is_role(str_of(who->role)))
		return no_identity(r, account,
				   arena_printf(c->mem,
						"invalid " ROLE " annotation: '%s'. must match "
						"^arn:aws[\\w-]*:iam::[0-9]{1,30}:role/.{1,200}$",
						who->role));
	who->session = arena_printf(c->mem, "%s.%s.%s.fluxcd.io", account, r->ns, region);
	TRY(ask_token(c, r, account, CLOUD_AWS_AUDIENCE, &who->assertion));
	*ret_who = who;
	return NULL;
}
