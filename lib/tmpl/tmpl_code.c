#include "tmpl/tmpl_code.h"

#include <string.h>

#include "base/enc.h"
#include "data/yaml.h"
#include "data/yaml_node.h"
#include "tmpl/tmpl_json.h"

static err *print_json(struct tmpl_call *c, struct tv v, int flags, struct tv *ret)
{
	buf b = buf_init(c->mem);
	TRY(tmpl_json_print(c, &b, v, flags));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

/* An empty text instead of a failure; a ceiling stays one. */
static err *or_empty(err *e, struct tv *ret)
{
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		*ret = tv_text("");
	return NULL;
}

static err *code_to_json(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return or_empty(print_json(c, args[0], TMPL_JSON_HTML, ret), ret);
}

static err *code_must_to_json(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return print_json(c, args[0], TMPL_JSON_HTML, ret);
}

static err *code_to_pretty(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return or_empty(print_json(c, args[0], TMPL_JSON_HTML | TMPL_JSON_INDENT, ret), ret);
}

static err *code_must_pretty(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return print_json(c, args[0], TMPL_JSON_HTML | TMPL_JSON_INDENT, ret);
}

static err *code_to_raw(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return print_json(c, args[0], 0, ret);
}

static err *error_map(struct tmpl_call *c, const char *text, struct tv *ret)
{
	*ret = tv_map(c->mem, TV_MAP);
	tv_map_set(c->mem, ret->map, STR("Error"), tv_text(text));
	return NULL;
}

static err *error_list(struct tmpl_call *c, const char *text, struct tv *ret)
{
	*ret = tv_list(c->mem, TV_LIST, 1);
	ret->list->p[0] = tv_text(text);
	return NULL;
}

static const char *cannot(struct tmpl_call *c, struct tv v, const char *type)
{
	return arena_printf(c->mem, "json: cannot unmarshal %s into Go value of type %s",
			    tmpl_json_kind(v), type);
}

/* A value read as a map: null gives the empty one, others an error in it. */
static err *as_map(struct tmpl_call *c, err *e, const char *context, struct tv v, struct tv *ret)
{
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		return error_map(c, err_text(c->mem, e), ret);
	*ret = v;
	if (v.type == TV_NIL)
		*ret = (struct tv){.type = TV_MAP};
	else if (v.type != TV_MAP)
		return error_map(c,
				 arena_printf(c->mem, "%s%s", context,
					      cannot(c, v, "map[string]interface {}")),
				 ret);
	return NULL;
}

static err *as_list(struct tmpl_call *c, err *e, const char *context, struct tv v, struct tv *ret)
{
	if (e && err_code(e) != ERR_INVALID)
		return e;
	if (e)
		return error_list(c, err_text(c->mem, e), ret);
	*ret = v;
	if (v.type == TV_NIL)
		*ret = (struct tv){.type = TV_LIST};
	else if (v.type != TV_LIST)
		return error_list(
			c, arena_printf(c->mem, "%s%s", context, cannot(c, v, "[]interface {}")),
			ret);
	return NULL;
}

static err *code_from_json(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = tmpl_json_read(c, tv_as_str(args[0]), &v);
	return as_map(c, e, "", v, ret);
}

static err *code_from_json_array(struct tmpl_call *c, const struct tv *args, size_t n,
				 struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = tmpl_json_read(c, tv_as_str(args[0]), &v);
	return as_list(c, e, "", v, ret);
}

static err *code_must_from_json(struct tmpl_call *c, const struct tv *args, size_t n,
				struct tv *ret)
{
	(void)n;
	return tmpl_json_read(c, tv_as_str(args[0]), ret);
}

static err *marshal(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	val *as_val;
	char *text;
	TRY(tmpl_json_val(c, v, false, &as_val));
	TRY(yaml_marshal(c->mem, as_val, &text));
	str s = str_of(text);
	*ret = tv_str(str_sub(s, 0, s.n - (s.n && s.p[s.n - 1] == '\n')));
	return NULL;
}

err *tmpl_to_yaml(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	return or_empty(marshal(c, v, ret), ret);
}

static err *code_to_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return tmpl_to_yaml(c, args[0], ret);
}

static err *code_must_to_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return marshal(c, args[0], ret);
}

static err *print_pretty(struct tmpl_call *c, struct tv v, struct tv *ret)
{
	val *as_val;
	buf b = buf_init(c->mem);
	TRY(tmpl_json_val(c, v, true, &as_val));
	TRY(yaml_node_text(&b, yaml_node_from_val(c->mem, as_val)));
	str s = buf_view(&b);
	*ret = tv_str(str_sub(s, 0, s.n - (s.n && s.p[s.n - 1] == '\n')));
	return NULL;
}

static err *code_to_yaml_pretty(struct tmpl_call *c, const struct tv *args, size_t n,
				struct tv *ret)
{
	(void)n;
	return or_empty(print_pretty(c, args[0], ret), ret);
}

static err *read_yaml(struct tmpl_call *c, str text, struct tv *ret)
{
	val *v;
	TRY(tmpl_charge(c, text.n * 4));
	err *e = yaml_parse(c->mem, text, &v);
	if (e && err_code(e) == ERR_INVALID)
		return err_wrap(c->mem, e, "error converting YAML to JSON");
	TRY(e);
	*ret = tv_from_val(c->mem, v, true);
	return NULL;
}

#define DECODING "error unmarshaling JSON: while decoding JSON: "

static err *code_from_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = read_yaml(c, tv_as_str(args[0]), &v);
	return as_map(c, e, DECODING, v, ret);
}

static err *code_from_yaml_array(struct tmpl_call *c, const struct tv *args, size_t n,
				 struct tv *ret)
{
	(void)n;
	struct tv v = tv_nil();
	err *e = read_yaml(c, tv_as_str(args[0]), &v);
	return as_list(c, e, DECODING, v, ret);
}

static err *code_b64enc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_text(enc_base64(c->mem, tv_as_str(args[0])));
	return NULL;
}

/* An alphabet of 2^bits digits, in groups that fill whole bytes. */
struct code {
	const char *name, *digits;
	unsigned bits, group; /* digits a group */
};

static const struct code base64 = {
	"base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6, 4};
static const struct code base32 = {"base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8};

/* As Go's DecodeString: the text where it fails is the result, as sprig has it. */
static err *decode(struct tmpl_call *c, const struct code *code, str s, struct tv *ret)
{
	buf b = buf_init(c->mem);
	unsigned count = 0, bits = 0, have = 0;
	size_t i = 0;
	for (; i < s.n; i++) {
		char ch = s.p[i];
		if (ch == '\r' || ch == '\n')
			continue;
		const char *digit = ch ? strchr(code->digits, ch) : NULL;
		if (!digit)
			break;
		bits = bits << code->bits | (unsigned)(digit - code->digits);
		have += code->bits;
		count = (count + 1) % code->group;
		if (have >= 8) {
			have -= 8;
			buf_char(&b, (char)(bits >> have));
			bits &= (1u << have) - 1;
		}
	}
	size_t pads = 0, bad = i;
	bool wrong = false;
	for (; i < s.n && !wrong; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\n')
			continue;
		wrong = s.p[i] != '=' || !count || pads == code->group - count;
		if (wrong)
			bad = i;
		else
			pads++;
	}
	/* padding is only right where digits and pads fill a group with whole bytes */
	if (!wrong && count) {
		unsigned rest = count * code->bits % 8;
		wrong = pads != code->group - count || rest >= code->bits;
		if (wrong)
			bad = pads && pads == code->group - count ? bad : s.n;
	}
	*ret = tmpl_buf_text(&b);
	if (wrong)
		*ret = tmpl_textf(c, "illegal %s data at input byte %zu", code->name, bad);
	return NULL;
}

static err *code_b64dec(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return decode(c, &base64, tv_as_str(args[0]), ret);
}

static err *code_b32dec(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return decode(c, &base32, tv_as_str(args[0]), ret);
}

static err *code_b32enc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < s.n; i += 5) {
		uint64_t bits = 0;
		size_t take = s.n - i < 5 ? s.n - i : 5;
		for (size_t k = 0; k < 5; k++)
			bits = bits << 8 | (k < take ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 8; k++)
			buf_char(&b,
				 k * 5 < take * 8 ? base32.digits[bits >> (35 - k * 5) & 31] : '=');
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

const struct tmpl_func tmpl_code_funcs[] = {
	{"b32dec", "s>s", code_b32dec},
	{"b32enc", "s>s", code_b32enc},
	{"b64dec", "s>s", code_b64dec},
	{"b64enc", "s>s", code_b64enc},
	{"fromJson", "s>m", code_from_json},
	{"fromJsonArray", "s>l", code_from_json_array},
	{"fromYaml", "s>m", code_from_yaml},
	{"fromYamlArray", "s>l", code_from_yaml_array},
	{"mustFromJson", "s>a", code_must_from_json},
	{"mustToJson", "a>s", code_must_to_json},
	{"mustToPrettyJson", "a>s", code_must_pretty},
	{"mustToRawJson", "a>s", code_to_raw},
	{"mustToYaml", "a>s", code_must_to_yaml},
	{"toJson", "a>s", code_to_json},
	{"toPrettyJson", "a>s", code_to_pretty},
	{"toRawJson", "a>s", code_to_raw},
	{"toYaml", "a>s", code_to_yaml},
	{"toYamlPretty", "a>s", code_to_yaml_pretty},
	{0},
};
