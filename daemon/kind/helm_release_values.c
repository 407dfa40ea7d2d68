#include "kind/helm_release.h"

#include "base/enc.h"
#include "base/map.h"
#include "helm/helm_from.h"
#include "helm/helm_observe.h"

struct reading {
	ctx *ctx;
	struct work *w;
	struct map seen; /* "Kind/name" → struct seen; each is read once */
};

struct seen {
	val *data;
	err *failed;
};

/* A Secret's data, or a ConfigMap's with its binaryData. */
static err *data_of(arena *mem, const val *obj, bool secret, val **ret_data)
{
	const val *data = val_get(obj, "data"), *binary = val_get(obj, "binaryData");
	const val *encoded = secret ? data : binary;
	val *out = val_map(mem);
	for (size_t i = 0; !secret && i < val_len(data); i++)
		val_set_str(mem, out, data->map.p[i].key,
			    val_str(mem, val_as_str(data->map.p[i].value)));
	for (size_t i = 0; i < val_len(encoded); i++) {
		const struct val_pair *pair = &encoded->map.p[i];
		str bytes;
		if (!enc_unbase64(mem, val_as_str(pair->value), &bytes))
			return err_new(mem, ERR_INVALID, "the key '%.*s' is not base64",
				       STR_ARG(pair->key));
		val_set_str(mem, out, pair->key, val_str(mem, bytes));
	}
	*ret_data = out;
	return NULL;
}

static err *read_object(struct reading *r, const char *kind, const char *name, val **ret_data)
{
	bool secret = text_eq(kind, "Secret");
	struct resource resource = {.gvk = {"", "v1", kind},
				    .plural = secret ? "secrets" : "configmaps",
				    .namespaced = true};
	val *obj;
	TRY(client_get(r->ctx, r->w->r.client, &resource, r->w->r.ns, name, false, &obj));
	return data_of(r->ctx->mem, obj, secret, ret_data);
}

static err *values_data_of(void *arg, arena *mem, const char *kind, const char *name,
			   const val **ret_data)
{
	struct reading *r = arg;
	const char *key = arena_printf(mem, "%s/%s", kind, name);
	struct seen *s = map_get(&r->seen, key);
	if (!s) {
		s = NEW(mem, struct seen);
		s->failed = read_object(r, kind, name, &s->data);
		map_set(&r->seen, key, s);
	}
	*ret_data = s->data;
	return s->failed;
}

static err *compose(ctx *c, struct work *w, val **ret_values)
{
	const struct value_source *from = w->spec->values_from.p;
	size_t n = w->spec->values_from.n;
	struct values_ref *refs = NEW_N(c->mem, struct values_ref, n);
	for (size_t i = 0; i < n; i++)
		refs[i] = (struct values_ref){
			.kind = from[i].kind,
			.name = from[i].name,
			.key = from[i].key && *from[i].key ? from[i].key : NULL,
			.target_path = from[i].target_path && *from[i].target_path
					       ? from[i].target_path
					       : NULL,
			.literal = from[i].literal,
			.optional = from[i].optional,
		};
	val *inline_values = val_is(w->spec->values, VAL_MAP)
				     ? chart_floats(val_copy(c->mem, w->spec->values))
				     : NULL;
	struct reading r = {.ctx = c, .w = w, .seen = map_init(c->mem)};
	return values_from(c->mem, w->r.ns, refs, n, inline_values, values_data_of, &r, ret_values);
}

err *helm_release_values(ctx *c, struct work *w)
{
	val *values = NULL;
	err *e = compose(c, w, &values);
	if (e)
		return stage_fault(&w->r, e, (struct fault){.policy = POLICY_BACK_OFF});
	w->values = values;
	w->config_digest = helm_config_digest(c->mem, values);
	return NULL;
}
