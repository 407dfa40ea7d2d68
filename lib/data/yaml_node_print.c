/* A resource as `kustomize build` prints it: its JSON, read by go-yaml v2 and printed by it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "data/yaml_node_emit.h"
#include "data/yaml_node_order.h"
#include "data/yaml_node_value.h"

#define KEY_IN_JSON 1024 /* characters from a key's quote to its ':' that go-yaml looks over */

struct printer {
	struct yaml_emit e;
	arena *mem;
	yaml_pairs pairs;
	bool settled; /* the tree came out of the mill: nothing is odd about it any more */
	bool odd;     /* something is: print again what comes out of the mill */
};

static err *print_node(struct printer *p, const struct yaml_node *n, bool flow, bool under_key);

/* --- scalars --------------------------------------------------------------------------------- */

/* A float that JSON wrote: a whole one is read back as an integer. */
static const char *float_text(arena *mem, double f)
{
	const char *json = number_json(mem, f);
	struct yaml_scalar v = yaml_scalar_number(str_of(json));
	if (v.kind == YS_INT)
		return arena_printf(mem, "%lld", (long long)v.i);
	if (v.kind == YS_UINT)
		return arena_printf(mem, "%llu", (unsigned long long)v.u);
	return yaml_scalar_float_text(mem, f);
}

static void print_styled(struct printer *p, str text, int style, bool simple_key)
{
	int before = p->e.indent;
	p->e.indent = before < 0 ? 2 : before + 2;
	yaml_emit_scalar(&p->e, text, style, simple_key);
	p->e.indent = before;
}

static void print_text(struct printer *p, str text, const struct yaml_look *look, bool simple_key)
{
	int style = 0;
	if (text.n && memchr(text.p, '\n', text.n))
		style = YN_LITERAL;
	else if (yaml_scalar_is_special(text, true))
		style = YN_DOUBLE;
	style = yaml_emit_style(&p->e, look, text, style, simple_key);
	print_styled(p, text, style, simple_key);
}

/* JSON leaves most characters as they are; go-yaml v2 refuses some and folds NEL. */
static err *through_json(struct printer *p, str *text)
{
	size_t i = 0;
	while (i < text->n && (unsigned char)text->p[i] < 0x7F)
		i++;
	if (i == text->n)
		return NULL;
	buf b = buf_init(p->mem);
	struct yaml_node *doc;
	yaml_value_json_text(&b, *text);
	TRY(yaml_node_read(p->mem, buf_view(&b), &doc));
	*text = yaml_node_str(doc);
	return NULL;
}

static err *print_scalar(struct printer *p, const struct yaml_node *n, bool flow)
{
	struct yaml_scalar v = {.tag = YT_STR, .kind = YS_TEXT};
	str text = n->text;
	char number[32];
	if (!p->settled) {
		p->odd = !yaml_value_of(n, flow, &v, &text) ||
			 (v.kind == YS_FLOAT && !isfinite(v.f));
		if (p->odd)
			return NULL;
	} else if (!text_eq(n->tag, YT_STR)) {
		v = yaml_scalar_of(text);
	} else {
		TRY(through_json(p, &text));
	}
	if (v.kind == YS_TEXT) {
		struct yaml_look look = yaml_emit_look(&p->e, text);
		print_text(p, text, &look, false);
		return NULL;
	}
	const char *plain = v.kind == YS_NULL	 ? "null"
			    : v.kind == YS_FLOAT ? float_text(p->mem, v.f)
			    : v.kind == YS_BOOL	 ? (v.b ? "true" : "false")
						 : number;
	if (v.kind == YS_INT)
		snprintf(number, sizeof(number), "%lld", (long long)v.i);
	else if (v.kind == YS_UINT)
		snprintf(number, sizeof(number), "%llu", (unsigned long long)v.u);
	print_styled(p, str_of(plain), 0, false);
	return NULL;
}

/* --- collections ----------------------------------------------------------------------------- */

static err *print_key(struct printer *p, const struct yaml_pair *pair)
{
	str key = pair->key;
	if (!p->settled) {
		p->odd = !yaml_value_key(pair->key_node);
		if (p->odd)
			return NULL;
	} else {
		buf b = buf_init(p->mem);
		yaml_value_json_text(&b, key);
		if (b.n > KEY_IN_JSON)
			return err_new(p->mem, ERR_INVALID,
				       "yaml: did not find expected ',' or '}'");
		TRY(through_json(p, &key));
	}
	struct yaml_look look = yaml_emit_look(&p->e, key);
	bool simple = !look.multiline && key.n <= YAML_SIMPLE_KEY;
	yaml_emit_indent(&p->e);
	if (!simple)
		yaml_emit_mark(&p->e, "?", true, false, true);
	print_text(p, key, &look, simple);
	if (!simple)
		yaml_emit_indent(&p->e);
	yaml_emit_mark(&p->e, ":", !simple, false, !simple);
	return NULL;
}

static err *print_map(struct printer *p, const struct yaml_node *n, bool flow)
{
	size_t from;
	int before = p->e.indent;
	p->e.indent = before < 0 ? 0 : before + 2;
	if (!yaml_order_pairs(p->mem, n, yaml_order_natural, &p->pairs, &from))
		p->odd = true;
	for (size_t i = 0; !p->odd && i < n->n / 2; i++) {
		struct yaml_pair pair = p->pairs.p[from + i];
		p->odd = !p->settled && yaml_value_pair_spoilt(pair.key_node, pair.value, flow);
		if (!p->odd)
			TRY(print_key(p, &pair));
		if (!p->odd)
			TRY(print_node(p, pair.value, flow, true));
	}
	p->pairs.n = from;
	p->e.indent = before;
	return NULL;
}

static err *print_list(struct printer *p, const struct yaml_node *n, bool flow, bool under_key)
{
	int before = p->e.indent;
	/* the list of a key stands at the key's column */
	if (before < 0)
		p->e.indent = 0;
	else if (!under_key || p->e.indention)
		p->e.indent = before + 2;
	for (uint32_t i = 0; !p->odd && i < n->n; i++) {
		p->odd = !p->settled && yaml_value_spoilt(n->child[i], flow);
		yaml_emit_indent(&p->e);
		yaml_emit_mark(&p->e, "-", true, false, true);
		TRY(print_node(p, n->child[i], flow, false));
	}
	p->e.indent = before;
	return NULL;
}

static err *print_node(struct printer *p, const struct yaml_node *n, bool flow, bool under_key)
{
	if (n->kind == YN_SCALAR)
		return print_scalar(p, n, flow);
	bool map = n->kind == YN_MAP;
	if ((!map && n->kind != YN_LIST) || (!p->settled && yaml_value_marked(n))) {
		p->odd = true;
		return NULL;
	}
	if (!n->n) {
		yaml_emit_mark(&p->e, map ? "{" : "[", true, true, false);
		yaml_emit_mark(&p->e, map ? "}" : "]", false, false, false);
		return NULL;
	}
	flow = yaml_value_flow(n, flow);
	return map ? print_map(p, n, flow) : print_list(p, n, flow, under_key);
}

err *yaml_node_print(buf *b, const struct yaml_node *n)
{
	const struct yaml_node *whole = n;
	n = yaml_node_body(n);
	if (!n) {
		buf_text_add(b, "null\n");
		return NULL;
	}
	size_t start = b->n;
	struct printer p = {.e = yaml_emit_start(b, true), .mem = b->mem};
	p.odd = n->kind != YN_MAP && n->kind != YN_LIST;
	if (!p.odd)
		TRY(print_node(&p, n, false, false));
	if (p.odd) {
		struct yaml_node *settled;
		TRY(yaml_value_settle(b->mem, whole, &settled));
		b->n = start;
		p = (struct printer){.e = yaml_emit_start(b, true), .mem = b->mem, .settled = true};
		TRY(print_node(&p, settled, false, false));
	}
	p.e.indent = -1;
	yaml_emit_indent(&p.e);
	return NULL;
}
