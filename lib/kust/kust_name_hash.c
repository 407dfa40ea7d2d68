/* The hash of an object's content, as kustomize's hasher computes it. */
#include "kust/kust_name.h"

#include <string.h>

#include "crypt/digest.h"
#include "data/json.h"
#include "kust/kust_node.h"

/* Go's JSON has one kind of number. */
static void whole_to_float(val *v)
{
	if (v->kind == VAL_INT) {
		double f = (double)v->i;
		v->kind = VAL_FLOAT;
		v->f = f;
	}
	for (size_t i = 0; v->kind == VAL_LIST && i < v->list.n; i++)
		whole_to_float(v->list.p[i]);
	for (size_t i = 0; v->kind == VAL_MAP && i < v->map.n; i++)
		whole_to_float(v->map.p[i].value);
}

static bool all_strings(const struct yaml_node *map)
{
	for (uint32_t i = 1; i < map->n; i += 2)
		if (!kust_is_string(map->child[i]) || !map->child[i]->tag)
			return false;
	return true;
}

/* A field as the hasher's JSON has it: "" when absent, a scalar's text, a map. */
static err *add_value(buf *b, const struct yaml_node *n)
{
	if (n && n->kind == YN_MAP && all_strings(n))
		return yaml_node_json(b, n);
	if (n && n->kind == YN_MAP) {
		val *v;
		TRY(yaml_node_val(b->mem, n, &v));
		whole_to_float(v);
		json_print(b, v, JSON_SORTED | JSON_HTML);
	} else if (n && n->kind == YN_LIST) {
		buf_text_add(b, "null");
	} else {
		json_print(b, val_str(b->mem, n ? n->text : STR("")), JSON_HTML);
	}
	return NULL;
}

static err *content(buf *b, const struct kust_object *o, bool secret)
{
	const struct yaml_node *extra =
		yaml_node_get(o->node, secret ? "stringData" : "binaryData");
	buf_char(b, '{');
	if (!secret && yaml_node_is(extra, YN_MAP)) {
		buf_text_add(b, "\"binaryData\":");
		TRY(add_value(b, extra));
		buf_char(b, ',');
	}
	buf_text_add(b, "\"data\":");
	TRY(add_value(b, yaml_node_get(o->node, "data")));
	/* the name is looked for under a key "metadata/name", so it is never found */
	buf_printf(b, ",\"kind\":\"%s\",\"name\":\"\"", secret ? "Secret" : "ConfigMap");
	if (secret && yaml_node_is(extra, YN_MAP)) {
		buf_text_add(b, ",\"stringData\":");
		TRY(add_value(b, extra));
	}
	if (secret) {
		buf_text_add(b, ",\"type\":");
		TRY(add_value(b, yaml_node_get(o->node, "type")));
	}
	buf_char(b, '}');
	return NULL;
}

static void add_text(buf *b, const char *name, str text)
{
	buf_printf(b, ",\"%s\":", name);
	json_print(b, val_str(b->mem, text.p ? text : STR("")), JSON_HTML);
}

/* Go's yaml.Node as JSON: what other kinds are hashed by. */
static void add_node(buf *b, const struct yaml_node *n)
{
	static const int kinds[] = {0, 1, 2, 4, 8, 16};
	static const struct yaml_comments none;
	const struct yaml_comments *c = n->comments ? n->comments : &none;
	buf_printf(b, "{\"Kind\":%d,\"Style\":%d", kinds[n->kind], n->style);
	add_text(b, "Tag", str_of(n->tag));
	add_text(b, "Value", n->text);
	add_text(b, "Anchor", str_of(n->anchor));
	buf_text_add(b, ",\"Alias\":null,\"Content\":");
	bool full = n->kind != YN_SCALAR && n->kind != YN_ALIAS && n->n;
	buf_text_add(b, full ? "[" : "null");
	for (uint32_t i = 0; full && i < n->n; i++) {
		if (i)
			buf_char(b, ',');
		add_node(b, n->child[i]);
	}
	if (full)
		buf_char(b, ']');
	add_text(b, "HeadComment", c->head);
	add_text(b, "LineComment", c->line);
	add_text(b, "FootComment", c->foot);
	buf_printf(b, ",\"Line\":%u,\"Column\":%u}", n->line, n->column);
}

err *kust_hash(struct kust_work *w, struct kust_object *o, const char **ret_hash)
{
	buf b = buf_init(w->mem);
	bool secret = str_is(kust_object_kind(o), "Secret");
	if (secret || str_is(kust_object_kind(o), "ConfigMap")) {
		TRY(content(&b, o, secret));
	} else {
		TRY(kust_object_expose(w, o));
		add_node(&b, o->node);
		TRY(kust_object_absorb(w, o));
	}
	char *hex = digest_hex(w->mem, DIGEST_SHA256, str_of(buf_text(&b)));
	for (int i = 0; i < 10; i++) {
		/* letters and digits that make no words */
		static const char from[] = "013ae", to[] = "ghkmt";
		const char *p = strchr(from, hex[i]);
		if (p)
			hex[i] = to[p - from];
	}
	hex[10] = 0;
	*ret_hash = hex;
	return NULL;
}
