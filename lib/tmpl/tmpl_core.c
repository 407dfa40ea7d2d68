#include "tmpl/tmpl_core.h"

#include "base/rune.h"
#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_node.h"

/* Kinds as comparisons see them. */
enum basic {
	BASIC_NONE,
	BASIC_BOOL,
	BASIC_COMPLEX,
	BASIC_INT,
	BASIC_FLOAT,
	BASIC_TEXT,
	BASIC_UINT
};

static enum basic basic_kind(struct tv v)
{
	switch (tv_kind(v)) {
	case TK_BOOL:
		return BASIC_BOOL;
	case TK_INT:
	case TK_INT64:
		return BASIC_INT;
	case TK_UINT8:
	case TK_UINT64:
		return BASIC_UINT;
	case TK_FLOAT:
		return BASIC_FLOAT;
	case TK_COMPLEX:
		return BASIC_COMPLEX;
	case TK_STRING:
		return BASIC_TEXT;
	default:
		return BASIC_NONE;
	}
}

/* What an interface holds: nothing for a nil one. */
static struct tv unwrap(struct tv v)
{
	v.slot = false;
	return v.type == TV_NIL ? tv_none() : v;
}

static err *formatted(struct tmpl_call *c, const char *format, struct tv v, const char **ret)
{
	buf b = buf_init(c->mem);
	TRY(tmpl_printf(c, &b, str_of(format), &v, 1));
	*ret = buf_text(&b);
	return NULL;
}

/* Two values that are neither numbers nor texts nor bools. */
static err *equal_others(struct tmpl_call *c, struct tv a, struct tv b, bool *ret)
{
	enum tv_kind ka = tv_kind(a), kb = tv_kind(b);
	const char *shown;
	if (ka != kb && ka != TK_INVALID && kb != TK_INVALID) {
		const char *other;
		TRY(formatted(c, "%s", a, &shown));
		TRY(formatted(c, "%v", b, &other));
		return err_new(c->mem, ERR_INVALID, "non-comparable types %s: %s, %s: %s", shown,
			       tv_type_text(a.type), tv_type_text(b.type), other);
	}
	if (tv_is_nil(a) || tv_is_nil(b)) {
		*ret = tv_is_nil(a) == tv_is_nil(b);
		return NULL;
	}
	if (kb == TK_SLICE || kb == TK_MAP) {
		TRY(formatted(c, "%s", b, &shown));
		return err_new(c->mem, ERR_INVALID, "non-comparable type %s: %s", shown,
			       tv_type_text(b.type));
	}
	return tmpl_equal(c, a, b, ret);
}

static err *equal(struct tmpl_call *c, struct tv a, struct tv b, bool *ret)
{
	enum basic ka = basic_kind(a), kb = basic_kind(b);
	*ret = false;
	if ((ka == BASIC_INT && kb == BASIC_UINT) || (ka == BASIC_UINT && kb == BASIC_INT)) {
		*ret = a.i >= 0 && b.i >= 0 && a.i == b.i;
		return NULL;
	}
	if (ka != kb) {
		if (a.type == TV_NONE || b.type == TV_NONE)
			return NULL;
		return err_new(c->mem, ERR_INVALID, "incompatible types for comparison: %s and %s",
			       tv_type_text(a.type), tv_type_text(b.type));
	}
	switch (ka) {
	case BASIC_BOOL:
		*ret = a.b == b.b;
		return NULL;
	case BASIC_COMPLEX:
		*ret = a.complex[0] == b.complex[0] && a.complex[1] == b.complex[1];
		return NULL;
	case BASIC_FLOAT:
		*ret = a.f == b.f;
		return NULL;
	case BASIC_TEXT:
		*ret = str_eq(tv_as_str(a), tv_as_str(b));
		return NULL;
	case BASIC_INT:
	case BASIC_UINT:
		*ret = a.u == b.u;
		return NULL;
	case BASIC_NONE:
		break;
	}
	return equal_others(c, a, b, ret);
}

static err *core_eq(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	if (n < 2)
		return err_new(c->mem, ERR_INVALID, "missing argument for comparison");
	bool same = false;
	for (size_t i = 1; i < n && !same; i++)
		TRY(equal(c, unwrap(args[0]), unwrap(args[i]), &same));
	*ret = tv_bool(same);
	return NULL;
}

static err *core_ne(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	TRY(core_eq(c, args, n, ret));
	ret->b = !ret->b;
	return NULL;
}

static err *less(struct tmpl_call *c, struct tv a, struct tv b, bool *ret)
{
	enum basic ka = basic_kind(a), kb = basic_kind(b);
	if (!ka || !kb || (ka == kb && (ka == BASIC_BOOL || ka == BASIC_COMPLEX)))
		return err_new(c->mem, ERR_INVALID, "invalid type for comparison");
	if (ka == BASIC_INT && kb == BASIC_UINT)
		*ret = a.i < 0 || a.u < b.u;
	else if (ka == BASIC_UINT && kb == BASIC_INT)
		*ret = b.i >= 0 && a.u < b.u;
	else if (ka != kb)
		return err_new(c->mem, ERR_INVALID, "incompatible types for comparison: %s and %s",
			       tv_type_text(a.type), tv_type_text(b.type));
	else if (ka == BASIC_FLOAT)
		*ret = a.f < b.f;
	else if (ka == BASIC_TEXT)
		*ret = str_cmp(tv_as_str(a), tv_as_str(b)) < 0;
	else
		*ret = ka == BASIC_INT ? a.i < b.i : a.u < b.u;
	return NULL;
}

static err *core_lt(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	bool is_less;
	TRY(less(c, unwrap(args[0]), unwrap(args[1]), &is_less));
	*ret = tv_bool(is_less);
	return NULL;
}

static err *core_le(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	TRY(core_lt(c, args, n, ret));
	return ret->b ? NULL : core_eq(c, args, n, ret);
}

static err *core_gt(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	TRY(core_le(c, args, n, ret));
	ret->b = !ret->b;
	return NULL;
}

static err *core_ge(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	TRY(core_lt(c, args, n, ret));
	ret->b = !ret->b;
	return NULL;
}

static err *core_not(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	(void)n;
	*ret = tv_bool(!tv_truth(args[0]));
	return NULL;
}

static err *index_list(struct tmpl_call *c, struct tv item, struct tv at, struct tv *ret)
{
	enum basic kind = basic_kind(at);
	if (at.type == TV_NONE)
		return err_new(c->mem, ERR_INVALID, "cannot index slice/array with nil");
	if (kind != BASIC_INT && kind != BASIC_UINT)
		return err_new(c->mem, ERR_INVALID, "cannot index slice/array with type %s",
			       tv_type_text(at.type));
	if (at.i < 0 || (uint64_t)at.i > tv_len(item))
		return err_new(c->mem, ERR_INVALID, "index out of range: %lld", (long long)at.i);
	if ((uint64_t)at.i == tv_len(item))
		return tmpl_panic(c->mem, "reflect: %s index out of range",
				  item.type == TV_TEXT ? "string" : "slice");
	*ret = tv_at(item, (size_t)at.i);
	return NULL;
}

static err *index_map(struct tmpl_call *c, struct tv item, struct tv at, struct tv *ret)
{
	if (at.type == TV_NONE)
		return err_new(c->mem, ERR_INVALID, "value is nil; should be of type string");
	if (at.type != TV_TEXT)
		return err_new(c->mem, ERR_INVALID, "value has type %s; should be string",
			       tv_type_text(at.type));
	enum tv_type elem = tv_elem_type(item.type);
	*ret = tv_map_get(item.map, tv_as_str(at));
	if (ret->type == TV_NONE)
		*ret = elem == TV_TEXT	  ? tv_text("")
		       : elem == TV_BYTES ? tv_bytes(STR(""))
					  : tv_nil();
	ret->slot = elem == TV_NIL;
	return NULL;
}

static err *core_index(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	struct tv item = unwrap(args[0]);
	if (item.type == TV_NONE)
		return err_new(c->mem, ERR_INVALID, "index of untyped nil");
	for (size_t i = 1; i < n; i++) {
		struct tv at = unwrap(args[i]);
		if (item.type == TV_NIL || (tv_kind(item) == TK_PTR && !item.object))
			return err_new(c->mem, ERR_INVALID, "index of nil pointer");
		if (tv_is_list(item) || item.type == TV_TEXT)
			TRY(index_list(c, item, at, &item));
		else if (tv_is_map(item))
			TRY(index_map(c, item, at, &item));
		else
			return err_new(c->mem, ERR_INVALID, "can't index item of type %s",
				       tv_type_text(item.type) + (tv_kind(item) == TK_PTR));
	}
	*ret = item;
	return NULL;
}

static err *core_len(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv item = args[0];
	if (item.type == TV_NIL || (tv_kind(item) == TK_PTR && !item.object))
		return err_new(c->mem, ERR_INVALID, "len of nil pointer");
	if (item.type == TV_NONE)
		return tmpl_panic(c->mem, "reflect: call of reflect.Value.Type on zero Value");
	if (!tv_is_list(item) && !tv_is_map(item) && item.type != TV_TEXT)
		return err_new(c->mem, ERR_INVALID, "len of type %s",
			       tv_type_text(item.type) + (tv_kind(item) == TK_PTR));
	*ret = tv_int((int64_t)tv_len(item));
	return NULL;
}

/* Templates have no values that are functions, so this can only refuse. */
static err *core_call(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	(void)ret;
	struct tv fn = unwrap(args[0]);
	if (fn.type == TV_NONE)
		return err_new(c->mem, ERR_INVALID, "call of nil");
	buf b = buf_init(c->mem);
	if (c->node && c->node->kind == NODE_COMMAND && c->node->nodes.n > 1)
		tmpl_node_print(&b, c->node->nodes.p[1]);
	else if (fn.type == TV_TEXT)
		buf_str(&b, tv_as_str(fn));
	else
		buf_printf(&b, "<%s Value>", tv_type_text(fn.type));
	return err_new(c->mem, ERR_INVALID, "non-function %s of type %s", buf_text(&b),
		       tv_type_text(fn.type));
}

static err *core_print(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	buf b = buf_init(c->mem);
	TRY(tmpl_print(c, &b, args, n));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *core_println(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	buf b = buf_init(c->mem);
	TRY(tmpl_println(c, &b, args, n));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *core_printf(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	buf b = buf_init(c->mem);
	TRY(tmpl_printf(c, &b, tv_as_str(args[0]), args + 1, n - 1));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

/* The arguments as one text: a single text as it is, others as print shows them. */
static err *joined(struct tmpl_call *c, const struct tv *args, size_t n, str *ret)
{
	if (n == 1 && args[0].type == TV_TEXT) {
		*ret = tv_as_str(args[0]);
		return NULL;
	}
	struct tv *shown = NEW_N(c->mem, struct tv, n);
	for (size_t i = 0; i < n; i++) {
		shown[i] = args[i].type == TV_NIL ? tv_text("<no value>") : args[i];
		shown[i].addr = tv_kind(args[i]) == TK_PTR;
	}
	buf b = buf_init(c->mem);
	TRY(tmpl_print(c, &b, shown, n));
	buf_text(&b);
	*ret = buf_view(&b);
	return NULL;
}

static err *core_html(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	str s;
	TRY(joined(c, args, n, &s));
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];
		const char *as = ch == '"'    ? "&#34;"
				 : ch == '\'' ? "&#39;"
				 : ch == '&'  ? "&amp;"
				 : ch == '<'  ? "&lt;"
				 : ch == '>'  ? "&gt;"
				 : !ch	      ? "\xef\xbf\xbd"
					      : NULL;
		if (as)
			buf_text_add(&b, as);
		else
			buf_char(&b, ch);
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static void js_rune(buf *b, str s, size_t *ret_len)
{
	uint32_t r = rune_at(s, ret_len);
	char ch = s.p[0];
	if (r >= 0x80 && rune_is_print(r))
		buf_add(b, s.p, *ret_len);
	else if (r >= 0x80 || r < ' ' || ch == '<' || ch == '>' || ch == '&' || ch == '=')
		buf_printf(b, "\\u%04X", r);
	else if (ch == '\\' || ch == '\'' || ch == '"')
		buf_printf(b, "\\%c", ch);
	else
		buf_char(b, ch);
}

static err *core_js(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	str s;
	TRY(joined(c, args, n, &s));
	buf b = buf_init(c->mem);
	for (size_t i = 0, len; i < s.n; i += len)
		js_rune(&b, str_sub(s, i, s.n), &len);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *core_urlquery(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	str s;
	TRY(joined(c, args, n, &s));
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < s.n; i++) {
		unsigned char ch = (unsigned char)s.p[i], low = ch | 32;
		if ((low >= 'a' && low <= 'z') || (ch >= '0' && ch <= '9') || ch == '-' ||
		    ch == '_' || ch == '.' || ch == '~')
			buf_char(&b, (char)ch);
		else if (ch == ' ')
			buf_char(&b, '+');
		else
			buf_printf(&b, "%%%02X", ch);
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

const struct tmpl_func tmpl_core_funcs[] = {
	{"and", "vv*>v", NULL},
	{"call", "vv*>v", core_call},
	{"eq", "vv*>b", core_eq},
	{"ge", "vv>b", core_ge},
	{"gt", "vv>b", core_gt},
	{"html", "a*>s", core_html},
	{"index", "vv*>v", core_index},
	{"js", "a*>s", core_js},
	{"le", "vv>b", core_le},
	{"len", "v>i", core_len},
	{"lt", "vv>b", core_lt},
	{"ne", "vv>b", core_ne},
	{"not", "v>b", core_not},
	{"or", "vv*>v", NULL},
	{"print", "a*>s", core_print},
	{"printf", "sa*>s", core_printf},
	{"println", "a*>s", core_println},
	{"urlquery", "a*>s", core_urlquery},
	{0},
};
