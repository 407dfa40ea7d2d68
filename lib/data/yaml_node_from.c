/* Trees made of vals, as they would be if go-yaml v3 printed the value and read it again. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "data/yaml_node_emit.h"
#include "data/yaml_node_order.h"
#include "data/yaml_node_scalar.h"

static struct yaml_node *text_node(arena *mem, str text, bool is_key)
{
	struct yaml_node *n = yaml_node_string(mem, text);
	buf none = buf_init(mem);
	struct yaml_emit e = yaml_emit_start(&none, false);
	struct yaml_look look = yaml_emit_look(&e, n->text);
	int style = n->style;
	if (!style && !text_eq(n->tag, YT_BINARY) && yaml_scalar_is_special(n->text, true))
		style = YN_DOUBLE;
	/* go-yaml's emitter has longer keys, and those of several lines, behind a question mark */
	bool simple = is_key && !look.multiline && n->text.n <= YAML_SIMPLE_KEY;
	n->style = (uint8_t)yaml_emit_style(&e, &look, n->text, style, simple);
	if (text_eq(n->tag, YT_BINARY))
		n->style |= YN_TAGGED;
	return n;
}

static struct yaml_node *float_node(arena *mem, double f)
{
	const char *text = isnan(f)   ? ".nan"
			   : isinf(f) ? (f > 0 ? ".inf" : "-.inf")
				      : yaml_scalar_float_text(mem, f);
	return yaml_node_scalar(mem, yaml_scalar_of(str_of(text)).tag, str_of(text));
}

static struct yaml_node *collection(arena *mem, bool map, size_t n)
{
	struct yaml_node *all = map ? yaml_node_map(mem) : yaml_node_list(mem);
	all->tag = map ? YT_MAP : YT_LIST;
	if (!n)
		all->style = YN_FLOW;
	return all;
}

static struct yaml_node *map_node(arena *mem, const val *v)
{
	struct yaml_node *map = collection(mem, true, val_len(v)), *sorted;
	yaml_pairs pairs = {0};
	size_t from;
	for (size_t i = 0; i < val_len(v); i++)
		yaml_node_add(mem, map, text_node(mem, v->map.p[i].key, true),
			      yaml_node_from_val(mem, v->map.p[i].value));
	yaml_order_pairs(mem, map, yaml_order_natural, &pairs, &from);
	sorted = collection(mem, true, pairs.n);
	for (size_t i = 0; i < pairs.n; i++)
		yaml_node_add(mem, sorted, pairs.p[i].key_node, pairs.p[i].value);
	return sorted;
}

struct yaml_node *yaml_node_from_val(arena *mem, const val *v)
{
	char number[32];
	if (!v)
		return yaml_node_scalar(mem, YT_NULL, STR("null"));
	switch (v->kind) {
	case VAL_BOOL:
		return yaml_node_scalar(mem, YT_BOOL, str_of(v->b ? "true" : "false"));
	case VAL_INT:
		snprintf(number, sizeof(number), "%lld", (long long)v->i);
		return yaml_node_scalar(mem, YT_INT, str_of(number));
	case VAL_FLOAT:
		return float_node(mem, v->f);
	case VAL_TEXT:
		return text_node(mem, v->text, false);
	case VAL_MAP:
		return map_node(mem, v);
	case VAL_LIST: {
		struct yaml_node *list = collection(mem, false, val_len(v));
		for (size_t i = 0; i < val_len(v); i++)
			yaml_node_push(mem, list, yaml_node_from_val(mem, val_at(v, i)));
		return list;
	}
	default:
		return yaml_node_scalar(mem, YT_NULL, STR("null"));
	}
}
