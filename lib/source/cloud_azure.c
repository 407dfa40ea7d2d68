#include "source/cloud_azure.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "net/oauth.h"

#define AUDIENCE "api://AzureADTokenExchange"
#define TENANT "azure.workload.identity/tenant-id"
#define CLIENT "azure.workload.identity/client-id"
#define ENVIRONMENT "AZURE_ENVIRONMENT_FILEPATH"
#define MACHINE "http://169.254.169.254"

/* Asks, and takes the token out of the answer. */
static err *exchange(ctx *c, const struct cloud *cloud, const struct cloud_question *q,
		     const char *key, const char **ret_token)
{
	struct http_answer *a;
	TRY(cloud_ask(c, cloud, q, &a));
	const struct oauth_answer said = oauth_read(c->mem, a->body);
	if (a->status != 200)
		return err_new(c->mem, http_refusal(a->status), "%s %s: status %d: %s", q->method,
			       q->url, a->status,
			       *said.description ? said.description : said.error);
	if (!*said.token)
		return err_new(c->mem, ERR_FAILED, "%s: the answer holds no token", q->url);
	tokens_keep(cloud->tokens, key, said.token, clock_wall() + said.seconds * CLOCK_SECOND);
	*ret_token = said.token;
	return NULL;
}

static err *from_entra(ctx *c, const struct cloud *cloud, const struct oauth_azure *application,
		       const char *scope, const char *key, const char **ret_token)
{
	struct oauth_form form;
	TRY(oauth_azure(c->mem, application, scope, 0, &form));
	struct cloud_question q = {
		.method = "POST", .url = form.url, .headers = http_form_headers, .body = form.body};
	return exchange(c, cloud, &q, key, ret_token);
}

/* From the address that only the machine can reach. */
static err *from_machine(ctx *c, const struct cloud *cloud, const char *client, const char *scope,
			 const char *key, const char **ret_token)
{
	static const struct http_header headers[] = {{"Metadata", "true"}, {NULL, NULL}};
	const char *host = cloud_environment("AZURE_POD_IDENTITY_AUTHORITY_HOST");
	str resource = str_of(scope);
	if (str_ends(resource, STR("/.default")))
		resource.n -= strlen("/.default");
	struct cloud_question q = {
		.method = "GET",
		.url = arena_printf(
			c->mem,
			"%s/metadata/identity/oauth2/token?api-version=2018-02-01&resource=%s%s%s",
			host ? host : MACHINE, enc_percent(c->mem, resource),
			client ? "&client_id=" : "",
			client ? enc_percent(c->mem, str_of(client)) : ""),
		.headers = headers,
		.near = true};
	return exchange(c, cloud, &q, key, ret_token);
}

err *cloud_azure_machine(ctx *c, const struct cloud *cloud, const char *client, const char *scope,
			 const char **ret_token)
{
	const char *parts[] = {client, scope};
	const char *key = cloud_key(c->mem, cloud, "azure machine", parts, 2);
	*ret_token = tokens_recall(c->mem, cloud->tokens, key);
	return *ret_token ? NULL : from_machine(c, cloud, client, scope, key, ret_token);
}

/* An application of the environment's or an account's; its authority is the environment's. */
static struct oauth_azure application_of(const char *tenant, const char *client, const char *secret,
					 const char *assertion)
{
	const char *authority = cloud_environment("AZURE_AUTHORITY_HOST");
	return (struct oauth_azure){.tenant = tenant,
				    .client = client,
				    .secret = secret ? secret : "",
				    .certificate = "",
				    .authority = authority ? authority : "",
				    .assertion = assertion};
}

static err *own_token(ctx *c, const struct cloud *cloud, const char *scope, const char **ret_token)
{
	const char *tenant = cloud_environment("AZURE_TENANT_ID");
	const char *client = cloud_environment("AZURE_CLIENT_ID");
	const char *secret = cloud_environment("AZURE_CLIENT_SECRET");
	const char *file = cloud_environment("AZURE_FEDERATED_TOKEN_FILE"), *assertion = NULL;
	const char *parts[] = {tenant, client, scope};
	const char *key = cloud_key(c->mem, cloud, "azure", parts, 3);
	if (!tenant || !client || (!secret && !file))
		return cloud_azure_machine(c, cloud, client, scope, ret_token);
	*ret_token = tokens_recall(c->mem, cloud->tokens, key);
	if (*ret_token)
		return NULL;
	if (!secret)
		TRY(cloud_file(c->mem, file, "AZURE_FEDERATED_TOKEN_FILE", &assertion));
	const struct oauth_azure a = application_of(tenant, client, secret, assertion);
	return from_entra(c, cloud, &a, scope, key, ret_token);
}

static err *identity_of(arena *mem, const val *notes, const char **ret_tenant,
			const char **ret_client)
{
	*ret_tenant = val_as_text(val_get(notes, TENANT));
	*ret_client = val_as_text(val_get(notes, CLIENT));
	if (!*ret_tenant)
		return err_new(
			mem, ERR_INVALID,
			"azure tenant ID is not set in the service account annotation " TENANT);
	if (!*ret_client)
		return err_new(
			mem, ERR_INVALID,
			"azure client ID is not set in the service account annotation " CLIENT);
	return NULL;
}

err *cloud_azure_token(ctx *c, const struct cloud *cloud, const char *scope, const char **ret_token)
{
	const char *tenant, *client, *assertion;
	const val *notes;
	if (!cloud->account)
		return cloud_no_token(c->mem, cloud, own_token(c, cloud, scope, ret_token));
	TRY(cloud_notes(c, cloud, &notes));
	err *e = identity_of(c->mem, notes, &tenant, &client);
	if (e)
		return cloud_no_identity(c->mem, cloud, e);
	const char *parts[] = {tenant, client, scope};
	const char *key = cloud_key(c->mem, cloud, "azure", parts, 3);
	*ret_token = tokens_recall(c->mem, cloud->tokens, key);
	if (*ret_token)
		return NULL;
	TRY(cloud->account->token(c, cloud->account, AUDIENCE, &assertion));
	const struct oauth_azure a = application_of(tenant, client, NULL, assertion);
	return cloud_no_token(c->mem, cloud, from_entra(c, cloud, &a, scope, key, ret_token));
}

err *cloud_azure_setting(arena *mem, const char *field, const char **ret_value)
{
	const char *file = cloud_environment(ENVIRONMENT), *text;
	val *v;
	*ret_value = NULL;
	if (!file)
		return NULL;
	TRY(cloud_file(mem, file, ENVIRONMENT, &text));
	TRY_AS(mem, json_parse(mem, str_of(text), &v), ENVIRONMENT);
	*ret_value = val_text_or(val_get(v, field), "");
	if (**ret_value)
		return NULL;
	return err_new(mem, ERR_INVALID, "%s must be set in the environment file", field);
}
