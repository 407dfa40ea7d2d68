#include "cli/build.h"

#include <string.h>

#include "base/enc.h"

#define MASK "**SOPS**"
#define MASK_JSON "{\"mask\":\"" MASK "\"}"

static bool holds(str text, str part)
{
	return str_search(text, part) >= 0;
}

/* Where Go's decoder of base64 stops; only for what does not decode. */
static size_t corrupt_at(str text)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	size_t i = 0, held = 0;
	for (; i < text.n; i++) {
		if (text.p[i] == '\n' || text.p[i] == '\r')
			continue;
		if (!text.p[i] || !strchr(letters, text.p[i]))
			break;
		held = (held + 1) % 4;
	}
	return i < text.n || !held ? i : i - held;
}

static bool is_encrypted(str text)
{
	return holds(text, STR("sops")) && holds(text, STR("ENC["));
}

/* What one value of data or stringData becomes. whole: the object is encrypted as a whole. */
static err *mask_value(arena *mem, val *object, struct val_pair *pair, bool encoded, bool whole)
{
	str text = val_as_str(pair->value), plain = text;
	const char *type = val_text_or(val_get(object, "type"), "");
	if (!whole && encoded && !enc_unbase64(mem, text, &plain))
		return err_new(mem, ERR_INVALID,
			       "failed to mask secret %s sops data: illegal base64 data at input "
			       "byte %zu",
			       val_text_or(VAL_IN(object, "metadata", "name"), ""),
			       corrupt_at(text));
	if (!whole && !is_encrypted(plain))
		return NULL;
	bool json = whole && !strcmp(type, "kubernetes.io/dockerconfigjson");
	str mask = json ? STR(MASK_JSON) : STR(MASK);
	/* flux encodes the mask of a single text, too */
	pair->value = val_text(mem, encoded || !whole ? enc_base64(mem, mask) : mask.p);
	return NULL;
}

static err *mask_map(arena *mem, val *object, const char *key, bool whole)
{
	val *map = val_get(object, key);
	for (uint32_t i = 0; val_is(map, VAL_MAP) && i < map->map.n; i++) {
		struct val_pair *pair = &map->map.p[i];
		if (val_is(pair->value, VAL_INT))
			pair->value = val_printf(mem, "%lld", (long long)pair->value->i);
		else if (val_is(pair->value, VAL_BOOL))
			pair->value = val_text(mem, pair->value->b ? "true" : "false");
		TRY(mask_value(mem, object, pair, !strcmp(key, "data"), whole));
	}
	return NULL;
}

err *build_mask(arena *mem, val *object, str printed)
{
	if (strcmp(val_text_or(val_get(object, "kind"), ""), "Secret") != 0)
		return NULL;
	bool whole = holds(printed, STR("sops:")) && holds(printed, STR("mac: ENC["));
	if (whole)
		val_del(object, "sops");
	TRY(mask_map(mem, object, "data", whole));
	if (!val_len(val_get(object, "data")))
		val_del(object, "data");
	return mask_map(mem, object, "stringData", whole);
}
