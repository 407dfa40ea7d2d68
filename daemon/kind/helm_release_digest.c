#include "kind/helm_release_digest.h"

#include "crypt/digest.h"
#include "data/json.h"

/* A struct of Go's, as encoding/json writes it: its fields in their order, empty ones left out. */
struct part {
	const char *name;
	bool always;
	val *(*of)(arena *mem, const val *v); /* NULL: a text or a map of texts */
};

static bool is_empty(const val *v)
{
	return !v || v->kind == VAL_NULL || (val_is(v, VAL_TEXT) && !v->text.n) ||
	       ((val_is(v, VAL_LIST) || val_is(v, VAL_MAP)) && !val_len(v));
}

static val *go_struct(arena *mem, const val *v, const struct part *parts)
{
	val *out = val_map(mem);
	for (const struct part *p = parts; p->name; p++) {
		const val *field = val_get(v, p->name);
		bool left_out = p->of ? !field || field->kind == VAL_NULL : is_empty(field);
		if (left_out && !p->always)
			continue;
		val *made = p->of ? p->of(mem, field) : val_copy(mem, field);
		if (val_is(made, VAL_MAP) && !p->of)
			val_sort(made);
		val_set(mem, out, p->name, made ? made : val_text(mem, ""));
	}
	return out;
}

static val *selector(arena *mem, const val *v)
{
	static const struct part parts[] = {
		{"group", false, NULL},		{"version", false, NULL},
		{"kind", false, NULL},		{"namespace", false, NULL},
		{"name", false, NULL},		{"annotationSelector", false, NULL},
		{"labelSelector", false, NULL}, {NULL, false, NULL}};
	return go_struct(mem, v, parts);
}

static val *patch(arena *mem, const val *v)
{
	static const struct part parts[] = {
		{"patch", true, NULL}, {"target", false, selector}, {NULL, false, NULL}};
	return go_struct(mem, v, parts);
}

static val *image(arena *mem, const val *v)
{
	static const struct part parts[] = {{"name", true, NULL},
					    {"newName", false, NULL},
					    {"newTag", false, NULL},
					    {"digest", false, NULL},
					    {NULL, false, NULL}};
	return go_struct(mem, v, parts);
}

static val *each(arena *mem, const val *list, val *(*of)(arena *, const val *))
{
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(list); i++)
		val_push(mem, out, of(mem, val_at(list, i)));
	return out;
}

static val *kustomize(arena *mem, const val *v)
{
	val *out = val_map(mem);
	if (val_len(val_get(v, "patches")))
		val_set(mem, out, "patches", each(mem, val_get(v, "patches"), patch));
	if (val_len(val_get(v, "images")))
		val_set(mem, out, "images", each(mem, val_get(v, "images"), image));
	return out;
}

static val *renderer(arena *mem, const val *v)
{
	static const struct part parts[] = {{"kustomize", false, kustomize}, {NULL, false, NULL}};
	return go_struct(mem, v, parts);
}

static const char *digest_of(arena *mem, const val *v)
{
	const char *text = arena_printf(mem, "%s\n", json_text(mem, v, JSON_HTML));
	return digest_text(mem, DIGEST_SHA256, str_of(text));
}

const char *helm_release_renderers_digest(arena *mem, const val *post_renderers)
{
	if (!val_is(post_renderers, VAL_LIST))
		return "";
	return digest_of(mem, each(mem, post_renderers, renderer));
}

const char *helm_release_common_digest(arena *mem, const val *common)
{
	static const struct part parts[] = {
		{"annotations", false, NULL}, {"labels", false, NULL}, {NULL, false, NULL}};
	return val_is(common, VAL_MAP) ? digest_of(mem, go_struct(mem, common, parts)) : "";
}
