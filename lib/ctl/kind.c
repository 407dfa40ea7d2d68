#include "ctl/kind.h"

#include <string.h>

const char *kind_version(const struct kind *k)
{
	const char *comma = strrchr(k->versions, ',');
	return comma ? comma + 1 : k->versions;
}

void kind_resource(const struct kind *k, struct resource *ret_resource)
{
	*ret_resource = (struct resource){
		.gvk = {.group = k->group, .version = kind_version(k), .kind = k->name},
		.plural = k->plural,
		.namespaced = true,
		.has_status = true,
		.can_watch = true,
	};
}

err *kind_missing(arena *mem, const struct kind *k, const char *name)
{
	return err_new(mem, ERR_NOT_FOUND, "%s.%s \"%s\" not found", k->name, k->group, name);
}
