#include "helm/helm_schema.h"

#include "data/json.h"
#include "data/json_scan.h"
#include "helm/helm_schema_meta.h"
#include "helm/helm_schema_ref.h"

#define MAX_SCHEMA_BYTES ((size_t)5 << 20)

static err *read_schema(arena *mem, str text, val **ret)
{
	size_t used;
	if (text.n > MAX_SCHEMA_BYTES)
		return err_new(mem, ERR_LIMIT, "values.schema.json is larger than %zu bytes",
			       MAX_SCHEMA_BYTES);
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_sub(text, 3, text.n);
	TRY(json_scan(mem, text, &used));
	if (str_trim(str_sub(text, used, text.n)).n)
		return err_new(mem, ERR_INVALID, "invalid character after top-level value");
	return json_parse(mem, str_sub(text, 0, used), ret);
}

err *schema_validate(arena *mem, str text, const val *v, const char **ret_faults)
{
	struct schema_run r = {.mem = mem};
	val *schema;
	TRY(read_schema(mem, text, &schema));
	TRY(schema_draft(mem, schema, &r.draft));
	TRY(schema_check_meta(mem, schema, r.draft));
	TRY(schema_check_refs(mem, schema, r.draft >= DRAFT_2019));
	r.root = schema;
	struct fault *f = schema_fault(&r, schema, v, "");
	TRY(r.broken);
	buf b = buf_init(mem);
	if (f)
		fault_print(&b, f);
	*ret_faults = buf_text(&b);
	return NULL;
}

static const char *go_type(const val *v)
{
	static const char *const names[] = {"<nil>",
					    "bool",
					    "int64",
					    "float64",
					    "string",
					    "[]interface {}",
					    "map[string]interface {}"};
	return names[v->kind];
}

static void check_chart(const struct chart *c, const val *values, buf *out)
{
	const char *faults = "";
	if (c->has_schema) {
		err *broken = schema_validate(out->mem, c->schema, values, &faults);
		if (broken || faults[0])
			buf_printf(out, "%s:\n%s", c->name,
				   broken ? err_text(out->mem, broken) : faults);
	}
	for (size_t i = 0; i < c->chart_count; i++) {
		const struct chart *sub = c->charts[i];
		const val *below = val_get(values, sub->name);
		if (!below || below->kind == VAL_NULL)
			continue;
		if (below->kind == VAL_MAP)
			check_chart(sub, below, out);
		else
			buf_printf(out,
				   "%s:\ninvalid type for values: expected object (map), got %s\n",
				   sub->name, go_type(below));
	}
}

err *schema_check(arena *mem, const struct chart *c, const val *values)
{
	buf b = buf_init(mem);
	check_chart(c, values, &b);
	if (!b.n)
		return NULL;
	return err_new(mem, ERR_INVALID,
		       "values don't meet the specifications of the schema(s) in the following "
		       "chart(s):\n%s",
		       buf_text(&b));
}
