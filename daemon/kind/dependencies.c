#include "kind/dependencies.h"

#include "ctl/house.h"
#include "ctl/others.h"

const val *dependencies_get(void *arg, arena *mem, const char *kind, const char *ns,
			    const char *name)
{
	const struct reconcile *r = arg;
	return controllers_get(r->house->controllers, mem, kind, ns, name);
}

/* Is it of a kind that is watched anyway? */
static bool is_ours(const struct reconcile *r, const struct gvk *k)
{
	const struct kind *known = controllers_kind(r->house->controllers, k->kind);
	return known && (!*k->version || text_eq(known->group, k->group));
}

static err *read_kind(arena *mem, const struct dependency *d, struct gvk *ret_kind)
{
	*ret_kind = (struct gvk){"", "", d->kind};
	if (d->api_version && *d->api_version && !gvk_parse(mem, d->api_version, d->kind, ret_kind))
		return err_new(mem, ERR_UNSUPPORTED, "'%s' is no API version", d->api_version);
	return NULL;
}

static err *check_allowed(const struct reconcile *r, const struct gvk *k, const char *ns)
{
	if (!*k->version)
		return err_new(r->mem, ERR_UNSUPPORTED,
			       "the kind '%s' is none of Flux's: name its apiVersion, too",
			       k->kind);
	if (text_eq(k->kind, "Secret") && !*k->group)
		return err_new(
			r->mem, ERR_UNSUPPORTED,
			"a Secret can't be depended on: an expression could tell what is in it");
	if (r->house->options->no_cross_namespace && !text_eq(ns, r->ns))
		return err_new(r->mem, ERR_UNSUPPORTED,
			       "it lies in another namespace, which is not allowed "
			       "(--no-cross-namespace-refs)");
	return NULL;
}

/* One of a foreign kind. */
static err *read_object(const struct reconcile *r, const struct gvk *k, struct other *what,
			const val **ret_obj)
{
	struct resource resource;
	val *obj = NULL;
	err *e = mapper_find(r->ctx, r->house->mapper, k, &resource);
	what->resource = e ? NULL : &resource;
	if (!e && !resource.namespaced && r->house->options->no_cross_namespace)
		return err_new(r->mem, ERR_UNSUPPORTED,
			       "it lies in no namespace, which is not allowed "
			       "(--no-cross-namespace-refs)");
	if (!e || err_code(e) == ERR_NOT_FOUND)
		controllers_watch(r->house->controllers, what);
	TRY(e);
	e = client_get(r->ctx, r->house->client, &resource, resource.namespaced ? what->ns : "",
		       what->name, false, &obj);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL;
	*ret_obj = obj;
	return e;
}

err *dependencies_get_other(void *arg, arena *mem, const struct dependency *d, const char *ns,
			    const val **ret_obj)
{
	const struct reconcile *r = arg;
	struct gvk k;
	TRY(read_kind(mem, d, &k));
	if (is_ours(r, &k)) {
		*ret_obj = dependencies_get(arg, mem, k.kind, ns, d->name);
		return NULL;
	}
	TRY(check_allowed(r, &k, ns));
	struct other what = {
		.kind = depends_kind(mem, d, ""), .ns = ns, .name = d->name, .group = k.group};
	return read_object(r, &k, &what, ret_obj);
}

err *dependencies_refused(struct reconcile *r, err *e)
{
	if (err_code(e) != ERR_UNSUPPORTED)
		return e;
	return stage_fault(r, e,
			   (struct fault){.policy = POLICY_STALL, .reason = "InvalidDependency"});
}
