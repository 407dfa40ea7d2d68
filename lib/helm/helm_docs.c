#include "helm/helm_docs.h"

#include "base/buf.h"
#include "data/yaml.h"
#include "helm/helm_chart.h"
#include "helm/helm_shape.h"
#include "helm/helm_values.h"

/* The text from p to end; the reader gives every line a line break. */
static str cut_to(arena *mem, const char *p, const char *end)
{
	str doc = {p, (size_t)(end - p)};
	if (!doc.n || doc.p[doc.n - 1] == '\n')
		return doc;
	buf whole = buf_init(mem);
	buf_str(&whole, doc);
	buf_char(&whole, '\n');
	return buf_view(&whole);
}

err *docs_next(arena *mem, str *rest, str *ret_doc, bool *ret_found)
{
	const char *from = rest->p, *end = rest->p ? rest->p + rest->n : NULL, *at = from;
	*ret_found = false;
	while (at < end) {
		str left = {at, (size_t)(end - at)}, line, behind;
		str_cut(left, '\n', &line, &behind);
		const char *next = line.n < left.n ? line.p + line.n + 1 : end;
		if (str_starts(line, STR("---"))) {
			str more = str_trim(str_sub(line, 3, line.n));
			*rest = (str){next, (size_t)(end - next)};
			if (more.n && more.p[0] != '#')
				return err_new(mem, ERR_INVALID,
					       "invalid Yaml document separator: %.*s",
					       STR_ARG(more));
			if (at > from) {
				*ret_doc = cut_to(mem, from, at);
				*ret_found = true;
				return NULL;
			}
		}
		at = next;
	}
	*rest = (str){NULL, 0};
	if (from < end) {
		*ret_doc = cut_to(mem, from, end);
		*ret_found = true;
	}
	return NULL;
}

err *docs_values(arena *mem, str text, val **ret_values)
{
	static const struct shape_field none[] = {{NULL, SHAPE_TEXT, NULL}};
	static const struct shape_struct map = {"", "map[string]interface {}", none};
	val *all = val_map(mem), *doc;
	str part;
	for (bool found;;) {
		TRY_AS(mem, docs_next(mem, &text, &part, &found), "error reading yaml document");
		if (!found)
			break;
		TRY_AS(mem, yaml_parse(mem, part, &doc),
		       "cannot unmarshal yaml document: error converting YAML to JSON");
		TRY_AS(mem, shape_check(mem, &map, doc), "cannot unmarshal yaml document");
		if (doc->kind == VAL_MAP)
			all = values_merge_maps(mem, all, chart_floats(doc));
	}
	*ret_values = all;
	return NULL;
}
