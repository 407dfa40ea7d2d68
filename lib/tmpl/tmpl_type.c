#include "tmpl/tmpl_type.h"

#include "tmpl/tmpl_fmt.h"
#include "tmpl/tmpl_number.h"
#include "tmpl/tmpl_semver.h"

bool tmpl_is_empty(struct tv v)
{
	return !tv_truth(v);
}

/* A fraction of zeros is cut off: "12.00" is 12. */
static str without_zeros(str s)
{
	ptrdiff_t dot = str_find(s, '.');
	if (dot < 0)
		return s;
	for (size_t i = (size_t)dot + 1; i < s.n; i++)
		if (s.p[i] != '0')
			return s;
	return str_sub(s, 0, (size_t)dot);
}

int64_t tmpl_to_int(struct tv v)
{
	int64_t i = 0;
	switch (tv_kind(v)) {
	case TK_BOOL:
		return v.b;
	case TK_INT:
	case TK_INT64:
	case TK_UINT8:
	case TK_UINT64:
		return v.type >= TV_DURATION ? 0 : v.i;
	case TK_FLOAT:
		/* what does not fit becomes the least number, as on amd64 */
		if (v.f >= -9223372036854775808.0 && v.f < 9223372036854775808.0)
			return (int64_t)v.f;
		return INT64_MIN;
	case TK_STRING:
		return tmpl_parse_int(without_zeros(tv_as_str(v)), 0, &i) ? i : 0;
	default:
		return 0;
	}
}

double tmpl_to_float(struct tv v)
{
	double f = 0;
	switch (tv_kind(v)) {
	case TK_BOOL:
		return v.b;
	case TK_INT:
	case TK_INT64:
		return v.type >= TV_DURATION ? 0 : (double)v.i;
	case TK_UINT8:
	case TK_UINT64:
		return (double)v.u;
	case TK_FLOAT:
		return v.f;
	case TK_STRING:
		return tmpl_parse_float(tv_as_str(v), &f) ? f : 0;
	default:
		return 0;
	}
}

static err *type_default(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = n < 2 || tmpl_is_empty(args[1]) ? args[0] : args[1];
	return NULL;
}

static err *type_empty(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(tmpl_is_empty(args[0]));
	return NULL;
}

static err *type_coalesce(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_nil();
	for (size_t i = 0; i < n && ret->type == TV_NIL; i++)
		if (!tmpl_is_empty(args[i]))
			*ret = args[i];
	return NULL;
}

static err *type_all(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_bool(true);
	for (size_t i = 0; i < n; i++)
		ret->b = ret->b && !tmpl_is_empty(args[i]);
	return NULL;
}

static err *type_any(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c;
	*ret = tv_bool(false);
	for (size_t i = 0; i < n; i++)
		ret->b = ret->b || !tmpl_is_empty(args[i]);
	return NULL;
}

static err *type_ternary(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = args[args[2].b ? 0 : 1];
	return NULL;
}

static err *type_of(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_text(tv_type_name(args[0]));
	return NULL;
}

static const char *kind_of(struct tv v)
{
	return v.type == TV_NIL ? "invalid" : tv_kind_name(v);
}

static err *type_kind_of(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_text(kind_of(args[0]));
	return NULL;
}

static err *type_is(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(str_is(tv_as_str(args[0]), tv_type_name(args[1])));
	return NULL;
}

static err *type_is_like(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	const char *type = tv_type_name(args[1]);
	str want = tv_as_str(args[0]);
	*ret = tv_bool(str_is(want, type) || (type[0] == '*' && str_is(want, type + 1)));
	return NULL;
}

static err *type_kind_is(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(str_is(tv_as_str(args[0]), kind_of(args[1])));
	return NULL;
}

static err *type_deep_equal(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_bool(false);
	return tmpl_equal(c, args[0], args[1], &ret->b);
}

/* A struct without what its private fields hold. */
static struct tv copy_struct(struct tmpl_call *c, struct tv v)
{
	const struct tv_struct *from = v.object;
	struct tv_struct *to = NEW(c->mem, struct tv_struct);
	struct tv *fields = arena_copy(c->mem, from->fields, from->n * sizeof(*fields));
	for (size_t i = 0; i < from->n; i++)
		if (from->names[i][0] >= 'a')
			fields[i] = tv_text("");
	*to = (struct tv_struct){fields[0].s, from->names, fields, from->n, from->json};
	return tv_object(v.type, to);
}

/* New maps and lists all the way down, each step paid for. */
static err *copy_deep(struct tmpl_call *c, struct tv v, int depth, struct tv *ret)
{
	if (depth > TMPL_MAX_NESTING)
		return err_new(c->mem, ERR_LIMIT, "a value is nested more than %d levels deep",
			       TMPL_MAX_NESTING);
	*ret = v;
	if (v.type == TV_SEMVER || v.type == TV_SEMVER_STRUCT)
		*ret = tmpl_semver_zero(c, v.type); /* its fields are private and not copied */
	if (v.type == TV_KUBE_VERSION)
		*ret = copy_struct(c, v);
	bool is_map = tv_is_map(v) && v.map;
	bool is_list = tv_is_list(v) && v.type != TV_BYTES && v.list;
	if (!is_map && !is_list)
		return NULL;
	size_t n = tv_len(v);
	TRY(tmpl_charge(c, (n + 1) * sizeof(struct tv_entry)));
	*ret = is_map ? tv_map(c->mem, v.type) : tv_list(c->mem, v.type, n);
	for (size_t i = 0; i < n; i++) {
		struct tv item;
		TRY(copy_deep(c, is_map ? v.map->p[i].value : v.list->p[i], depth + 1, &item));
		if (is_map)
			tv_map_set(c->mem, ret->map, v.map->p[i].key, item);
		else
			ret->list->p[i] = item;
	}
	return NULL;
}

static err *type_deep_copy(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	if (args[0].type == TV_NIL)
		return tmpl_panic(c->mem, "reflect: call of reflect.Value.Type on zero Value");
	return copy_deep(c, args[0], 0, ret);
}

static err *type_int(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_int(tmpl_to_int(args[0]));
	return NULL;
}

static err *type_int64(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_int64(tmpl_to_int(args[0]));
	return NULL;
}

static err *type_float64(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_float(tmpl_to_float(args[0]));
	return NULL;
}

static err *type_to_string(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s;
	TRY(tmpl_string_of(c, args[0], &s));
	*ret = tv_str(s);
	return NULL;
}

static err *type_atoi(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	int64_t i;
	str s = tv_as_str(args[0]);
	*ret = tv_int(0);
	if (tmpl_parse_int(s, 10, &i))
		ret->i = i;
	return NULL;
}

/* Read as octal, whatever the name says. */
static err *type_to_decimal(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s;
	int64_t i;
	TRY(tmpl_string_of(c, args[0], &s));
	*ret = tv_int64(tmpl_parse_int(s, 8, &i) ? i : 0);
	return NULL;
}

const struct tmpl_func tmpl_type_funcs[] = {
	{"all", "a*>b", type_all},
	{"any", "a*>b", type_any},
	{"atoi", "s>i", type_atoi},
	{"coalesce", "a*>a", type_coalesce},
	{"deepCopy", "a>a", type_deep_copy},
	{"deepEqual", "aa>b", type_deep_equal},
	{"default", "aa*>a", type_default},
	{"empty", "a>b", type_empty},
	{"float64", "a>f", type_float64},
	{"int", "a>i", type_int},
	{"int64", "a>I", type_int64},
	{"kindIs", "sa>b", type_kind_is},
	{"kindOf", "a>s", type_kind_of},
	{"mustDeepCopy", "a>a", type_deep_copy},
	{"ternary", "aab>a", type_ternary},
	{"toDecimal", "a>I", type_to_decimal},
	{"toString", "a>s", type_to_string},
	{"typeIs", "sa>b", type_is},
	{"typeIsLike", "sa>b", type_is_like},
	{"typeOf", "a>s", type_of},
	{0},
};
