#include "helm/helm_from.h"

#include "base/map.h"
#include "data/json.h"
#include "data/yaml.h"
#include "helm/helm_chart.h"
#include "helm/helm_strvals.h"
#include "helm/helm_values.h"

struct sources {
	arena *mem;
	values_data data;
	void *arg;
	struct map seen; /* "Kind/name" to data; to `missing` when there is none */
	const val *missing;
};

static err *source(struct sources *s, const struct values_ref *ref, const val **ret_data)
{
	char *id = arena_printf(s->mem, "%s/%s", ref->kind, ref->name);
	const val *data = map_get(&s->seen, id);
	if (!text_eq(ref->kind, "ConfigMap") && !text_eq(ref->kind, "Secret"))
		return err_new(s->mem, ERR_INVALID, "unsupported values reference kind");
	if (!data) {
		err *e = s->data(s->arg, s->mem, ref->kind, ref->name, &data);
		if (e && (e->code != ERR_NOT_FOUND || !ref->optional))
			return e;
		data = e ? s->missing : data;
		map_set(&s->seen, id, (void *)data);
	} else if (data == s->missing && !ref->optional) {
		return err_new(s->mem, ERR_NOT_FOUND, "resource not found");
	}
	*ret_data = data == s->missing ? NULL : data;
	return NULL;
}

static err *document(arena *mem, str text, val **ret)
{
	val *doc;
	TRY_AS(mem, yaml_parse(mem, text, &doc), "error converting YAML to JSON");
	if (doc->kind != VAL_MAP && doc->kind != VAL_NULL)
		return err_new(mem, ERR_INVALID,
			       "error unmarshaling JSON: while decoding JSON: json: cannot "
			       "unmarshal %s into "
			       "Go value of type common.Values",
			       json_go_kind(doc));
	*ret = chart_floats(doc);
	return NULL;
}

/* One reference over *result. A target path is set in what the inline values give so far, and where only they have
 * a map it is set in theirs, which then wins at the end: as upstream, where the maps are shared. */
static err *merge_ref(struct sources *s, const struct values_ref *ref, const val *inline_values,
		      val **result)
{
	const val *data, *text;
	const char *key = ref->key ? ref->key : "values.yaml";
	TRY(source(s, ref, &data));
	if (!data)
		return NULL;
	text = val_get(data, key);
	if (!text)
		return ref->optional ? NULL : err_new(s->mem, ERR_NOT_FOUND, "key not found");
	if (ref->target_path) {
		*result = values_merge_maps(s->mem, *result, inline_values);
		return strvals_set_path(s->mem, ref->target_path, val_as_str(text), ref->literal,
					*result);
	}
	val *doc;
	TRY(document(s->mem, val_as_str(text), &doc));
	*result = values_merge_maps(s->mem, *result, doc);
	return NULL;
}

err *values_from(arena *mem, const char *ns, const struct values_ref *refs, size_t n,
		 const val *inline_values, values_data data, void *arg, val **ret_values)
{
	struct sources s = {mem, data, arg, map_init(mem), val_null(mem)};
	val *own = val_is(inline_values, VAL_MAP) ? val_copy(mem, inline_values) : val_map(mem);
	val *result = val_map(mem);
	size_t before = arena_bytes(mem);
	for (size_t i = 0; i < n; i++) {
		TRY_AS(mem, merge_ref(&s, &refs[i], own, &result),
		       "could not resolve%s %s chart values reference '%s/%s' with key '%s'",
		       refs[i].optional ? " optional" : "", refs[i].kind, ns, refs[i].name,
		       refs[i].key ? refs[i].key : "values.yaml");
		if (arena_bytes(mem) - before > VALUES_MAX_BYTES)
			return err_new(mem, ERR_LIMIT,
				       "the values need more than %zu bytes of memory",
				       VALUES_MAX_BYTES);
	}
	*ret_values = values_merge_maps(mem, result, own);
	return NULL;
}
