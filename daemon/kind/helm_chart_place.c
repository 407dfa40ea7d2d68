/* Where charts come from: a repository with an index, or a registry. */
#include <string.h>

#include "kind/chart_login.h"
#include "kind/cloud.h"
#include "kind/helm_chart_work.h"
#include "net/url.h"
#include "source/cloud_registry.h"

/* With this program's own identity at a cloud: a HelmRepository names no account. */
static err *cloud_login(ctx *c, struct work *w, const char *provider, const char *registry,
			struct oci_auth *ret_auth)
{
	const struct login direct = {.proxy = NULL};
	const struct cloud *cloud = cloud_of(&w->r, NULL, NULL, &direct);
	TRY_AS(c->mem, cloud_registry_login(c, cloud, provider, registry, ret_auth),
	       "unable to get authentication data from OIDC");
	return NULL;
}

static err *registry_login(ctx *c, struct work *w, const struct helm_repository *spec,
			   const char *url, struct chart_registry *ret)
{
	struct source_secret s;
	struct url *u;
	TRY(url_parse(c->mem, url, &u));
	TRY(chart_login(c, &w->r, spec, &ret->login));
	if (!spec->secret && spec->provider && !text_eq(spec->provider, "generic"))
		return cloud_login(c, w, spec->provider, url_host(c->mem, u), &ret->auth);
	if (!spec->secret)
		return NULL;
	TRY_AS(c->mem, source_read_secret(c, &w->r, spec->secret->name, &s),
	       "failed to get authentication secret '%s/%s'", w->r.ns, spec->secret->name);
	TRY_AS(c->mem, source_registry_login(c->mem, &s, url_host(c->mem, u), &ret->auth),
	       "failed to configure OCI registry authentication");
	return NULL;
}

err *helm_chart_place(ctx *c, struct work *w, const struct helm_repository *spec, const char *url,
		      const struct artifact *index, struct chart_place *ret_place)
{
	struct house *h = w->r.house;
	int64_t timeout = helm_repository_timeout(spec);
	*ret_place = (struct chart_place){.oci = text_starts(url, OCI_SCHEME)};
	if (ret_place->oci) {
		ret_place->registry =
			(struct chart_registry){.registries = h->registries,
						.url = url,
						.insecure = spec->insecure,
						.timeout = timeout,
						.chart_max = (uint64_t)h->options->chart_max};
		return registry_login(c, w, spec, url, &ret_place->registry);
	}
	ret_place->repo = (struct chart_repo){.clients = h->clients,
					      .url = url,
					      .pass_credentials = spec->pass_credentials,
					      .timeout = timeout,
					      .index_max = (uint64_t)h->options->index_max,
					      .chart_max = (uint64_t)h->options->chart_max,
					      .scratch = depot_dir(h->depot)};
	TRY(chart_login(c, &w->r, spec, &ret_place->repo.login));
	if (index)
		TRY_AS(c->mem,
		       mapped_open(c->mem, depot_local(c->mem, h->depot, index->path),
				   &ret_place->index),
		       "failed to load index");
	return NULL;
}

err *helm_chart_place_find(ctx *c, struct chart_place *p, const char *name, const char *version,
			   struct chart_offer *ret_offer, bool *ret_external)
{
	*ret_external = true;
	if (p->oci)
		return chart_oci_find(c, &p->registry, name, version, ret_offer);
	if (!p->index)
		TRY(chart_repo_load(c, &p->repo, &p->index));
	*ret_external = false;
	return chart_repo_pick(c->mem, &p->repo, p->index, name, version, ret_offer);
}

err *helm_chart_place_pull(ctx *c, struct chart_place *p, const struct chart_offer *offer,
			   str *ret_packed)
{
	return p->oci ? chart_oci_pull(c, &p->registry, offer, ret_packed, NULL)
		      : chart_repo_pull(c, &p->repo, offer, ret_packed);
}
