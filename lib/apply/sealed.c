#include "apply/sealed.h"

#include "base/enc.h"

#define DECRYPT "kustomize.toolkit.fluxcd.io/decrypt"

bool sealed_check(arena *mem, struct bundle_item *item)
{
	if (!text_eq(item->id.kind, "Secret") || *item->id.group || !val_get(item->obj, "sops"))
		return false;
	const val *data = val_get(item->obj, "data");
	for (uint32_t i = 0; val_is(data, VAL_MAP) && i < data->map.n; i++) {
		str bytes;
		if (enc_unbase64(mem, val_as_str(data->map.p[i].value), &bytes))
			continue;
		/* who says so gets it as it is, and what the API server says to that */
		return !str_eq_nocase(
			val_as_str(VAL_IN(item->obj, "metadata", "annotations", DECRYPT)),
			STR("disabled"));
	}
	val_del(item->obj, "sops");
	return false;
}
