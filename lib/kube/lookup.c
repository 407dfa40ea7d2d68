#include "kube/lookup.h"

#include <stdlib.h>
#include <string.h>

#include "base/rune.h"

/* Items of a list have no kind of their own on the wire. */
static void name_items(arena *mem, const struct resource *r, val *list)
{
	val *items = val_get(list, "items");
	for (size_t i = 0; i < val_len(items); i++)
		client_name_kind(mem, r, val_at(items, i));
}

/* In one piece, as Helm asks for it: what the list says of itself is seen by the chart, too. */
static err *find_all(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		     val **ret_object)
{
	val *list;
	TRY(client_raw(c, cl, "GET", client_path(c->mem, r, ns, NULL, NULL), NULL, &list));
	name_items(c->mem, r, list);
	*ret_object = list;
	return NULL;
}

/* A refusal is told at the place in the template, as a mistake of the chart; what passes by itself stays what it is. */
static err *as_mistake(arena *mem, err *e)
{
	if (err_code(e) != ERR_FORBIDDEN && err_code(e) != ERR_UNAUTHORIZED)
		return e;
	return err_new(mem, ERR_INVALID, "%s", err_text(mem, e));
}

static err *not_served(arena *mem, const char *api_version, const char *kind, const char *why)
{
	return err_new(mem, ERR_INVALID,
		       "unable to get apiresource from unstructured: %s, Kind=%s: %s", api_version,
		       kind, why);
}

/* The kind is not known: is its version? */
static err *check_version(ctx *c, struct client *cl, arena *mem, const char *api_version,
			  const struct gvk *k)
{
	val *list;
	const char *path = *k->group ? arena_printf(c->mem, "/apis/%s/%s", k->group, k->version)
				     : arena_printf(c->mem, "/api/%s", k->version);
	err *e = client_raw(c, cl, "GET", path, NULL, &list);
	if (err_code(e) == ERR_NOT_FOUND)
		return not_served(mem, api_version, k->kind,
				  "the server could not find the requested resource");
	return as_mistake(mem, e);
}

err *lookup_check_name(arena *mem, const char *sort, const char *text)
{
	const char *what = NULL;
	if (text_eq(text, ".") || text_eq(text, ".."))
		return err_new(mem, ERR_INVALID, "invalid %s %s: [may not be '%s']", sort,
			       rune_quoted(mem, str_of(text)), text);
	if (strchr(text, '/'))
		what = strchr(text, '%') ? "may not contain '/' may not contain '%'"
					 : "may not contain '/'";
	else if (strchr(text, '%'))
		what = "may not contain '%'";
	if (!what)
		return NULL;
	return err_new(mem, ERR_INVALID, "invalid %s %s: [%s]", sort,
		       rune_quoted(mem, str_of(text)), what);
}

err *lookup_find(ctx *c, struct client *cl, struct mapper *m, arena *mem, const char *api_version,
		 const char *kind, const char *ns, const char *name, val **ret_object)
{
	struct resource r;
	struct gvk k = {"", api_version, kind};
	err *e;
	*ret_object = NULL;
	if (!*api_version || strchr(api_version, '/') != strrchr(api_version, '/'))
		return not_served(mem, "/", kind, "groupVersion shouldn't be empty");
	gvk_parse(mem, api_version, kind, &k);
	e = mapper_find(c, m, &k, &r);
	if (err_code(e) == ERR_NOT_FOUND)
		return check_version(c, cl, mem, api_version, &k);
	TRY(e);
	ns = r.namespaced ? ns : "";
	TRY(lookup_check_name(mem, "namespace", ns));
	TRY(lookup_check_name(mem, "resource name", name));
	if (*name)
		e = client_get(c, cl, &r, ns, name, false, ret_object);
	else
		e = find_all(c, cl, &r, ns, ret_object);
	if (!e && mem != c->mem)
		*ret_object = val_copy(mem, *ret_object);
	return err_code(e) == ERR_NOT_FOUND ? NULL : as_mistake(mem, e);
}
