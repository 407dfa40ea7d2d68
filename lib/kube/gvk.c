#include "kube/gvk.h"

#include <string.h>

bool gvk_parse(arena *mem, const char *api_version, const char *kind, struct gvk *ret_gvk)
{
	str group, version;
	if (!api_version || !kind || !*kind)
		return false;
	if (!str_cut(str_of(api_version), '/', &group, &version)) {
		version = group;
		group = (str){"", 0};
	} else if (!group.n) {
		return false;
	}
	if (!version.n || str_find(version, '/') >= 0)
		return false;
	*ret_gvk =
		(struct gvk){str_text(mem, group), str_text(mem, version), arena_text(mem, kind)};
	return true;
}

const char *gvk_api_version(arena *mem, const struct gvk *k)
{
	if (!k->group || !*k->group)
		return arena_text(mem, k->version);
	return arena_printf(mem, "%s/%s", k->group, k->version);
}

bool gvk_eq(const struct gvk *a, const struct gvk *b)
{
	return text_eq(a->group, b->group) && text_eq(a->version, b->version) &&
	       text_eq(a->kind, b->kind);
}

bool object_id_eq(const struct object_id *a, const struct object_id *b)
{
	return text_eq(a->group, b->group) && text_eq(a->kind, b->kind) && text_eq(a->ns, b->ns) &&
	       text_eq(a->name, b->name);
}

const char *object_id_text(arena *mem, const struct object_id *id)
{
	if (!id->ns || !*id->ns)
		return arena_printf(mem, "%s/%s", id->kind, id->name);
	return arena_printf(mem, "%s/%s/%s", id->kind, id->ns, id->name);
}

const char *object_id_key(arena *mem, const struct object_id *id)
{
	return arena_printf(mem, "%s/%s/%s/%s", id->group, id->kind, id->ns ? id->ns : "",
			    id->name);
}
