#include "source/cloud_cluster.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/regex.h"
#include "data/json.h"
#include "data/yaml.h"
#include "net/url.h"
#include "source/cloud_aws.h"
#include "source/cloud_azure.h"
#include "source/cloud_gcp.h"

#define EKS_PATTERN "^arn:aws[\\w-]*:eks:([^:]{1,100}):[0-9]{1,30}:cluster/(.{1,200})$"
#define AKS_PATTERN                                                                                \
	"(?i)^/subscriptions/([^/]{36})/resourceGroups/([^/]{1,200})/providers/"                   \
	"Microsoft\\.ContainerService/managedClusters/([^/]{1,200})$"
#define GKE_PATTERN "^projects/[^/]{1,200}/locations/[^/]{1,200}/clusters/[^/]{1,200}$"
#define EKS_SECONDS 900 /* that a token is good for, whatever it says */
#define AKS_SCOPE "6dae42f8-4368-4678-94ff-3960e28e3630/.default"
#define AKS_VERSION "?api-version=2022-04-01"
#define GKE "https://container.googleapis.com/v1/"
#define GROUPS 4
#define SHOWN 400

/* ---- names and addresses ---- */

/* The groups of a cluster's name. */
static bool parse(arena *mem, const char *pattern, const char *cluster,
		  const char *ret_parts[GROUPS])
{
	struct regex *re;
	struct regex_span spans[GROUPS];
	if (regex_compile(mem, str_of(pattern), &re) ||
	    !regex_find(mem, re, str_of(cluster), 0, spans))
		return false;
	for (size_t i = 0; i < regex_groups(re) && i < GROUPS; i++)
		ret_parts[i] = str_text(
			mem, str_sub(str_of(cluster), (size_t)spans[i].from, (size_t)spans[i].to));
	return true;
}

static err *bad_name(arena *mem, const char *what, const char *cluster, const char *pattern)
{
	return err_new(mem, ERR_INVALID, "invalid %s: '%s'. must match %s", what, cluster, pattern);
}

/* A path: one that an API server is behind; NULL: none is wanted. */
static err *parse_address(arena *mem, const char *address, const char **ret_server,
			  const char **ret_path)
{
	const char *text =
		strstr(address, "://") ? address : arena_printf(mem, "https://%s", address);
	struct url *u;
	if (!*address)
		return err_new(mem, ERR_INVALID, "empty address");
	TRY_AS(mem, url_parse(mem, text, &u), "failed to parse Kubernetes API server address '%s'",
	       text);
	if (!text_eq(u->scheme, "https") || !*u->host || u->user)
		return err_new(mem, ERR_INVALID,
			       "the Kubernetes API server address '%s' must use https scheme",
			       url_redact(mem, text));
	u->port = url_port(u);
	*ret_server = arena_printf(mem, "https://%s", url_host(mem, u));
	*ret_path = u->path;
	return NULL;
}

err *cloud_cluster_address(arena *mem, const char *address, const char **ret_server)
{
	const char *path;
	return parse_address(mem, address, ret_server, &path);
}

/* ---- what clouds tell of a cluster ---- */

struct place {
	const char *address, *ca;
};

static err *decode_ca(arena *mem, const char *what, const char *packed, const char **ret_ca)
{
	str ca;
	if (!enc_unbase64(mem, str_of(packed), &ca))
		return err_new(mem, ERR_INVALID, "failed to decode %s CA certificate", what);
	*ret_ca = str_text(mem, ca);
	return NULL;
}

/* A JSON object that the service answers, or its own words of why not. */
static err *describe(ctx *c, const struct cloud *cloud, const struct cloud_question *q,
		     val **ret_answer)
{
	struct http_answer *a;
	val *v;
	TRY(cloud_ask(c, cloud, q, &a));
	if (json_parse(c->mem, a->body, &v))
		v = NULL;
	if (a->status == 200 && val_is(v, VAL_MAP)) {
		*ret_answer = v;
		return NULL;
	}
	if (a->status == 200)
		return err_new(c->mem, ERR_INVALID, "%s %s: the answer is not JSON", q->method,
			       q->url);
	const val *said = VAL_IN(v, "error", "message");
	return err_new(c->mem, http_refusal(a->status), "%s %s: status %d: %.*s", q->method, q->url,
		       a->status, STR_ARG(str_sub(val_as_str(said), 0, SHOWN)));
}

/* What is kept of a place: its address, and its authorities behind a line's end. */
static err *recall(ctx *c, const struct cloud *cloud, const char *cluster, const char *address,
		   err *(*look)(ctx *, const struct cloud *, const char *cluster,
				const char *address, struct place *),
		   struct place *ret_place)
{
	const char *parts[] = {cluster, address};
	const char *key = cloud_key(c->mem, cloud, "cluster", parts, 2);
	const char *kept = tokens_recall(c->mem, cloud->tokens, key);
	str before, ca;
	if (kept && str_cut(str_of(kept), '\n', &before, &ca)) {
		*ret_place = (struct place){str_text(c->mem, before), str_text(c->mem, ca)};
		return NULL;
	}
	TRY(look(c, cloud, cluster, address, ret_place));
	if (!*ret_place->address || strchr(ret_place->address, '\n'))
		return err_new(c->mem, ERR_INVALID,
			       "the cloud tells no address of the cluster '%s'", cluster);
	tokens_keep(cloud->tokens, key,
		    arena_printf(c->mem, "%s\n%s", ret_place->address, ret_place->ca),
		    clock_wall() + CLOCK_HOUR);
	return NULL;
}

/* ---- Amazon ---- */

struct eks {
	const char *region, *name;
	struct aws_keys keys;
};

/* The region becomes a part of a host's name, so it must be one. */
static err *parse_eks(arena *mem, const char *cluster, struct eks *ret_eks)
{
	const char *part[GROUPS];
	if (!parse(mem, EKS_PATTERN, cluster, part) || !aws_is_region(str_of(part[1])))
		return bad_name(mem, "EKS cluster ARN", cluster, EKS_PATTERN);
	ret_eks->region = part[1];
	ret_eks->name = part[2];
	return NULL;
}

static err *ask_eks(ctx *c, const struct cloud *cloud, const struct eks *eks, val **ret_answer)
{
	const char *own = cloud_environment("AWS_ENDPOINT_URL_EKS");
	const char *base = own ? own : aws_url(c->mem, "eks", eks->region);
	struct http_header headers[AWS_HEADERS];
	struct http_answer *a;
	struct cloud_question q = {.method = "GET",
				   .url = arena_printf(c->mem, "%s%sclusters/%s", base,
						       text_ends(base, "/") ? "" : "/",
						       enc_percent(c->mem, str_of(eks->name))),
				   .headers = headers};
	TRY(aws_sign_get(c->mem, &eks->keys, "eks", eks->region, q.url, headers));
	TRY(cloud_ask(c, cloud, &q, &a));
	if (a->status != 200) {
		struct aws_fault f = aws_fault_json(c->mem, a->body);
		return aws_refused(c->mem, "EKS: DescribeCluster", a->status, &f);
	}
	if (json_parse(c->mem, a->body, ret_answer))
		return err_new(c->mem, ERR_INVALID, "GET %s: the answer is not JSON", q.url);
	return NULL;
}

static err *look_eks(ctx *c, const struct cloud *cloud, const char *cluster, const char *address,
		     struct place *ret_place)
{
	struct eks eks;
	val *v;
	(void)address;
	TRY(parse_eks(c->mem, cluster, &eks));
	TRY_AS(c->mem, cloud_aws_keys(c, cloud, eks.region, NULL, &eks.keys), CLOUD_NO_TOKEN);
	TRY_AS(c->mem, ask_eks(c, cloud, &eks, &v), "failed to describe EKS cluster '%s'", cluster);
	ret_place->address = val_text_or(VAL_IN(v, "cluster", "endpoint"), "");
	return decode_ca(c->mem, "EKS",
			 val_text_or(VAL_IN(v, "cluster", "certificateAuthority", "data"), ""),
			 &ret_place->ca);
}

/* A question who one is, signed but not sent: the cluster sends it to Amazon. */
static err *token_eks(ctx *c, const struct cloud *cloud, const char *cluster,
		      const char **ret_token)
{
	struct eks eks;
	char *url;
	TRY(parse_eks(c->mem, cluster, &eks));
	TRY_AS(c->mem, cloud_aws_keys(c, cloud, eks.region, NULL, &eks.keys), CLOUD_NO_TOKEN);
	const struct sigv4_header which = {"x-k8s-aws-id", eks.name};
	const char *parts[] = {eks.keys.id, eks.region, eks.name};
	const char *key = cloud_key(c->mem, cloud, "eks", parts, 3);
	*ret_token = tokens_recall(c->mem, cloud->tokens, key);
	if (*ret_token)
		return NULL;
	TRY_AS(c->mem,
	       aws_presign_get(c->mem, &eks.keys, "sts", eks.region,
			       arena_printf(c->mem,
					    "%s?Action=GetCallerIdentity&Version=2011-06-15",
					    aws_url(c->mem, "sts", eks.region)),
			       &which, EKS_SECONDS, &url),
	       "failed to presign GetCallerIdentity request");
	*ret_token = arena_printf(c->mem, "k8s-aws-v1.%s", enc_base64_url(c->mem, str_of(url)));
	tokens_keep(cloud->tokens, key, *ret_token, clock_wall() + EKS_SECONDS * CLOCK_SECOND);
	return NULL;
}

/* ---- Azure ---- */

struct arm {
	const char *url, *scope;
};

/* The resource manager of the cloud that the environment says. */
static err *find_arm(arena *mem, struct arm *ret_arm)
{
	const char *authority = cloud_environment("AZURE_AUTHORITY_HOST"), *audience;
	TRY(cloud_azure_setting(mem, "resourceManagerEndpoint", &ret_arm->url));
	TRY(cloud_azure_setting(mem, "tokenAudience", &audience));
	if (ret_arm->url)
		ret_arm->scope = arena_printf(mem, "%s/.default", audience);
	else if (authority && strstr(authority, "chinacloudapi.cn"))
		*ret_arm = (struct arm){"https://management.chinacloudapi.cn",
					"https://management.core.chinacloudapi.cn//.default"};
	else if (authority && strstr(authority, "microsoftonline.us"))
		*ret_arm = (struct arm){"https://management.usgovcloudapi.net",
					"https://management.core.usgovcloudapi.net//.default"};
	else
		*ret_arm = (struct arm){"https://management.azure.com",
					"https://management.core.windows.net//.default"};
	return NULL;
}

/* The cluster of a kubeconfig's current context; who its user would be is of no interest. */
static err *read_kubeconfig(arena *mem, str packed, struct place *ret_place)
{
	str text;
	val *v;
	if (!enc_unbase64(mem, packed, &text))
		return err_new(mem, ERR_INVALID, "it is no base64");
	TRY(yaml_parse(mem, text, &v));
	const val *context =
		val_named(val_get(v, "contexts"), val_text_or(val_get(v, "current-context"), ""));
	const val *cluster =
		val_get(val_named(val_get(v, "clusters"),
				  val_text_or(VAL_IN(context, "context", "cluster"), "")),
			"cluster");
	ret_place->address = val_text_or(val_get(cluster, "server"), "");
	if (!*ret_place->address)
		return err_new(mem, ERR_INVALID, "its current context names no cluster");
	return decode_ca(mem, "AKS",
			 val_text_or(val_get(cluster, "certificate-authority-data"), ""),
			 &ret_place->ca);
}

/* The one of the kubeconfigs that has the address; without an address the first. */
static err *choose(arena *mem, const val *all, const char *cluster, const char *address,
		   struct place *ret_place)
{
	const char *wanted = NULL, *server;
	buf seen = buf_init(mem);
	if (*address)
		TRY_AS(mem, cloud_cluster_address(mem, address, &wanted),
		       "failed to parse specified cluster address '%s'", address);
	for (size_t i = 0; val_is(all, VAL_LIST) && i < val_len(all); i++) {
		TRY_AS(mem,
		       read_kubeconfig(mem, val_as_str(val_get(val_at(all, i), "value")),
				       ret_place),
		       "failed to parse kubeconfig[%zu]", i);
		TRY_AS(mem, cloud_cluster_address(mem, ret_place->address, &server),
		       "failed to parse address '%s' from kubeconfig[%zu]", ret_place->address, i);
		if (!wanted || text_eq(server, wanted))
			return NULL;
		buf_printf(&seen, "%s'%s'", seen.n ? ", " : "", ret_place->address);
	}
	if (!wanted)
		return err_new(mem, ERR_INVALID, "no kubeconfig found for AKS cluster %s", cluster);
	return err_new(mem, ERR_INVALID,
		       "no kubeconfig found for AKS cluster %s matching the specified address "
		       "'%s'. cluster addresses: [%s]",
		       cluster, address, buf_text(&seen));
}

static err *look_aks(ctx *c, const struct cloud *cloud, const char *cluster, const char *address,
		     struct place *ret_place)
{
	const char *part[GROUPS];
	struct arm arm;
	val *v;
	if (!parse(c->mem, AKS_PATTERN, cluster, part))
		return bad_name(c->mem, "AKS cluster ID", cluster, AKS_PATTERN);
	TRY(find_arm(c->mem, &arm));
	const char *url = arena_printf(
		c->mem,
		"%s/subscriptions/%s/resourceGroups/%s/providers/Microsoft.ContainerService/"
		"managedClusters/%s",
		arm.url, enc_percent(c->mem, str_of(part[1])), enc_percent(c->mem, str_of(part[2])),
		enc_percent(c->mem, str_of(part[3])));
	struct cloud_question q = {.method = "GET",
				   .url = arena_printf(c->mem, "%s" AKS_VERSION, url)};
	TRY_AS(c->mem, cloud_azure_token(c, cloud, arm.scope, &q.bearer), CLOUD_NO_TOKEN);
	TRY_AS(c->mem, describe(c, cloud, &q, &v), "failed to describe AKS cluster");
	if (!val_is(VAL_IN(v, "properties", "aadProfile"), VAL_MAP))
		return err_new(
			c->mem, ERR_INVALID,
			"AKS cluster %s does not have Microsoft Entra ID integration enabled. See "
			"docs for enabling: https://learn.microsoft.com/en-us/azure/aks/"
			"enable-authentication-microsoft-entra-id",
			cluster);
	q.method = "POST";
	q.url = arena_printf(c->mem, "%s/listClusterUserCredential" AKS_VERSION, url);
	TRY_AS(c->mem, describe(c, cloud, &q, &v), "failed to list the credentials of AKS cluster");
	return choose(c->mem, val_get(v, "kubeconfigs"), cluster, address, ret_place);
}

static err *token_aks(ctx *c, const struct cloud *cloud, const char *cluster,
		      const char **ret_token)
{
	(void)cluster;
	TRY_AS(c->mem, cloud_azure_token(c, cloud, AKS_SCOPE, ret_token), CLOUD_NO_TOKEN);
	return NULL;
}

/* ---- Google ---- */

static err *look_gke(ctx *c, const struct cloud *cloud, const char *cluster, const char *address,
		     struct place *ret_place)
{
	const char *part[GROUPS];
	val *v;
	(void)address;
	if (!parse(c->mem, GKE_PATTERN, cluster, part))
		return bad_name(c->mem, "GKE cluster ID", cluster, GKE_PATTERN);
	struct cloud_question q = {
		.method = "GET",
		.url = arena_printf(c->mem, GKE "%s", enc_percent_path(c->mem, cluster))};
	TRY_AS(c->mem, cloud_gcp_token(c, cloud, &q.bearer), CLOUD_NO_TOKEN);
	TRY_AS(c->mem, describe(c, cloud, &q, &v), "failed to describe GKE cluster '%s'", cluster);
	ret_place->address = val_text_or(val_get(v, "endpoint"), "");
	return decode_ca(c->mem, "GKE",
			 val_text_or(VAL_IN(v, "masterAuth", "clusterCaCertificate"), ""),
			 &ret_place->ca);
}

static err *token_gke(ctx *c, const struct cloud *cloud, const char *cluster,
		      const char **ret_token)
{
	(void)cluster;
	TRY_AS(c->mem, cloud_gcp_token(c, cloud, ret_token), CLOUD_NO_TOKEN);
	return NULL;
}

/* ---- all ---- */

static const struct provider {
	const char *name;
	err *(*token)(ctx *c, const struct cloud *cloud, const char *cluster,
		      const char **ret_token);
	err *(*look)(ctx *c, const struct cloud *cloud, const char *cluster, const char *address,
		     struct place *ret_place);
} providers[] = {
	{"aws", token_eks, look_eks},
	{"azure", token_aks, look_aks},
	{"gcp", token_gke, look_gke},
};

static const struct provider *provider_of(const char *name)
{
	for (size_t i = 0; i < sizeof(providers) / sizeof(*providers); i++)
		if (text_eq(providers[i].name, name))
			return &providers[i];
	return NULL;
}

bool cloud_cluster_has(const char *provider)
{
	return provider_of(provider) != NULL;
}

err *cloud_cluster_reach(ctx *c, const struct cloud *cloud, const char *provider,
			 const struct cloud_cluster_known *known, struct cloud_cluster *ret_cluster)
{
	const struct provider *p = provider_of(provider);
	struct place place = {known->address, known->ca};
	struct cloud_cluster at;
	const char *path;
	TRY(p->token(c, cloud, known->cluster, &at.token));
	if (!*known->address || !*known->ca) {
		TRY(recall(c, cloud, known->cluster, known->address, p->look, &place));
		place.address = *known->address ? known->address : place.address;
		place.ca = *known->ca ? known->ca : place.ca;
	}
	TRY_AS(c->mem, parse_address(c->mem, place.address, &at.server, &path),
	       "failed to parse cluster address %s", place.address);
	size_t n = strlen(path);
	while (n && path[n - 1] == '/')
		n--;
	at.server = arena_printf(c->mem, "%s%.*s", at.server, (int)n, path);
	at.ca = place.ca;
	*ret_cluster = at;
	return NULL;
}
