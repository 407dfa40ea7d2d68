#include "cel/cel_func.h"

#include <string.h>

#include "cel/cel_convert.h"
#include "cel/cel_format.h"
#include "cel/cel_text.h"
#include "cel/cel_time.h"

/* --- optionals and ends of lists -------------------------------------------------------------- */

static const cel_value *optional_of(const struct cel_call *c)
{
	return cel_optional(c->mem, c->args[0]);
}

static const cel_value *optional_non_zero(const struct cel_call *c)
{
	return cel_optional(c->mem, cel_is_zero(c->args[0]) ? NULL : c->args[0]);
}

static const cel_value *optional_none(const struct cel_call *c)
{
	return cel_optional(c->mem, NULL);
}

static const cel_value *optional_value(const struct cel_call *c)
{
	return c->args[0]->inner ? c->args[0]->inner
				 : cel_error(c->mem, "optional.none() dereference");
}

static const cel_value *optional_has(const struct cel_call *c)
{
	return cel_bool_of(c->mem, c->args[0]->inner);
}

static const cel_value *unwrap(const struct cel_call *c)
{
	cel_value *out = cel_list(c->mem, cel_size(c->args[0]));
	for (size_t i = 0; i < cel_size(c->args[0]); i++) {
		const cel_value *v = cel_at(c->mem, c->args[0], i);
		if (!cel_is(v, CEL_OPTIONAL))
			return cel_error(c->mem, "value %s is not optional", cel_text(c->mem, v));
		if (v->inner)
			cel_push(c->mem, out, v->inner);
	}
	return out;
}

static const cel_value *first(const struct cel_call *c)
{
	size_t n = cel_size(c->args[0]);
	return cel_optional(c->mem, n ? cel_at(c->mem, c->args[0], 0) : NULL);
}

static const cel_value *last(const struct cel_call *c)
{
	size_t n = cel_size(c->args[0]);
	return cel_optional(c->mem, n ? cel_at(c->mem, c->args[0], n - 1) : NULL);
}

/* --- overloads -------------------------------------------------------------------------------- */

#define TIME "google.protobuf.Timestamp"
#define SPAN "google.protobuf.Duration"

#define COMPARISONS(name)                                                                          \
	static const struct cel_overload name[] = {                                                \
		{"bool,bool>bool", NULL},      {"int,int>bool", NULL},                             \
		{"int,double>bool", NULL},     {"int,uint>bool", NULL},                            \
		{"uint,uint>bool", NULL},      {"uint,double>bool", NULL},                         \
		{"uint,int>bool", NULL},       {"double,double>bool", NULL},                       \
		{"double,int>bool", NULL},     {"double,uint>bool", NULL},                         \
		{"string,string>bool", NULL},  {"bytes,bytes>bool", NULL},                         \
		{TIME "," TIME ">bool", NULL}, {SPAN "," SPAN ">bool", NULL},                      \
	}
COMPARISONS(comparisons);

#define OVERLOADS(name) static const struct cel_overload name[]
OVERLOADS(conditional) = {{"bool,A,A>A", NULL}};
OVERLOADS(logical) = {{"bool,bool>bool", NULL}};
OVERLOADS(negation) = {{"bool>bool", NULL}};
OVERLOADS(not_false) = {{"bool>bool", cel_not_false}};
OVERLOADS(equality) = {{"A,A>bool", NULL}};
OVERLOADS(sums) = {{"bytes,bytes>bytes", NULL},	      {"double,double>double", NULL},
		   {SPAN "," SPAN ">" SPAN, NULL},    {SPAN "," TIME ">" TIME, NULL},
		   {TIME "," SPAN ">" TIME, NULL},    {"int,int>int", NULL},
		   {"list(A),list(A)>list(A)", NULL}, {"string,string>string", NULL},
		   {"uint,uint>uint", NULL}};
OVERLOADS(differences) = {{"double,double>double", NULL}, {SPAN "," SPAN ">" SPAN, NULL},
			  {"int,int>int", NULL},	  {TIME "," SPAN ">" TIME, NULL},
			  {TIME "," TIME ">" SPAN, NULL}, {"uint,uint>uint", NULL}};
OVERLOADS(products) = {
	{"double,double>double", NULL}, {"int,int>int", NULL}, {"uint,uint>uint", NULL}};
OVERLOADS(remainders) = {{"int,int>int", NULL}, {"uint,uint>uint", NULL}};
OVERLOADS(negatives) = {{"double>double", NULL}, {"int>int", NULL}};
OVERLOADS(indexes) = {{"list(A),int>A", NULL},
		      {"map(A,B),A>B", NULL},
		      {"optional_type(list(V)),int>optional_type(V)", NULL},
		      {"optional_type(map(K,V)),K>optional_type(V)", NULL}};
OVERLOADS(optional_indexes) = {{"list(V),int>optional_type(V)", NULL},
			       {"optional_type(list(V)),int>optional_type(V)", NULL},
			       {"map(K,V),K>optional_type(V)", NULL},
			       {"optional_type(map(K,V)),K>optional_type(V)", NULL}};
OVERLOADS(optional_selects) = {{"dyn,string>optional_type(V)", NULL}};
OVERLOADS(membership) = {{"A,list(A)>bool", NULL}, {"A,map(A,B)>bool", NULL}};
OVERLOADS(sizes) = {{"bytes>int", NULL},    {".bytes>int", NULL},   {"list(A)>int", NULL},
		    {".list(A)>int", NULL}, {"map(A,B)>int", NULL}, {".map(A,B)>int", NULL},
		    {"string>int", NULL},   {".string>int", NULL}};
OVERLOADS(types) = {{"A>type(A)", NULL}};
OVERLOADS(dyns) = {{"A>dyn", NULL}};
OVERLOADS(bools) = {{"bool>bool", cel_to_bool}, {"string>bool", cel_to_bool}};
OVERLOADS(bytes) = {{"bytes>bytes", cel_to_bytes}, {"string>bytes", cel_to_bytes}};
OVERLOADS(doubles) = {{"double>double", cel_to_double},
		      {"int>double", cel_to_double},
		      {"string>double", cel_to_double},
		      {"uint>double", cel_to_double}};
OVERLOADS(durations) = {{SPAN ">" SPAN, cel_to_duration},
			{"int>" SPAN, cel_to_duration},
			{"string>" SPAN, cel_to_duration}};
OVERLOADS(ints) = {{"int>int", cel_to_int},   {"double>int", cel_to_int},
		   {SPAN ">int", cel_to_int}, {"string>int", cel_to_int},
		   {TIME ">int", cel_to_int}, {"uint>int", cel_to_int}};
OVERLOADS(strings) = {{"string>string", cel_to_string}, {"bool>string", cel_to_string},
		      {"bytes>string", cel_to_string},	{"double>string", cel_to_string},
		      {SPAN ">string", cel_to_string},	{"int>string", cel_to_string},
		      {TIME ">string", cel_to_string},	{"uint>string", cel_to_string}};
OVERLOADS(timestamps) = {{TIME ">" TIME, cel_to_timestamp},
			 {"int>" TIME, cel_to_timestamp},
			 {"string>" TIME, cel_to_timestamp}};
OVERLOADS(uints) = {{"uint>uint", cel_to_uint},
		    {"double>uint", cel_to_uint},
		    {"int>uint", cel_to_uint},
		    {"string>uint", cel_to_uint}};
OVERLOADS(text_tests) = {{".string,string>bool", NULL}};
OVERLOADS(matches) = {{"string,string>bool", NULL}, {".string,string>bool", NULL}};
OVERLOADS(char_at) = {{".string,int>string", cel_char_at}};
OVERLOADS(index_of) = {{".string,string>int", cel_index_of},
		       {".string,string,int>int", cel_index_of}};
OVERLOADS(last_index_of) = {{".string,string>int", cel_last_index_of},
			    {".string,string,int>int", cel_last_index_of}};
OVERLOADS(lower) = {{".string>string", cel_lower}};
OVERLOADS(upper) = {{".string>string", cel_upper}};
OVERLOADS(trim) = {{".string>string", cel_trim}};
OVERLOADS(reverse) = {{".string>string", cel_reverse}};
OVERLOADS(quote) = {{"string>string", cel_quote}};
OVERLOADS(replace) = {{".string,string,string>string", cel_replace},
		      {".string,string,string,int>string", cel_replace}};
OVERLOADS(split) = {{".string,string>list(string)", cel_split},
		    {".string,string,int>list(string)", cel_split}};
OVERLOADS(substring) = {{".string,int>string", cel_substring},
			{".string,int,int>string", cel_substring}};
OVERLOADS(format) = {{".string,list(dyn)>string", cel_format}};
OVERLOADS(join) = {{".list(string)>string", cel_join}, {".list(string),string>string", cel_join}};
OVERLOADS(sets_contains) = {{"list(T),list(T)>bool", cel_sets_contains}};
OVERLOADS(sets_equivalent) = {{"list(T),list(T)>bool", cel_sets_equivalent}};
OVERLOADS(sets_intersects) = {{"list(T),list(T)>bool", cel_sets_intersects}};
OVERLOADS(decode) = {{"string>bytes", cel_base64_decode}};
OVERLOADS(encode) = {{"bytes>string", cel_base64_encode}};
OVERLOADS(of) = {{"V>optional_type(V)", optional_of}};
OVERLOADS(non_zero) = {{"V>optional_type(V)", optional_non_zero}};
OVERLOADS(none) = {{">optional_type(V)", optional_none}};
OVERLOADS(value) = {{".optional_type(V)>V", optional_value}};
OVERLOADS(has_value) = {{".optional_type(V)>bool", optional_has}};
OVERLOADS(or) = {{".optional_type(V),optional_type(V)>optional_type(V)", NULL}};
OVERLOADS(or_value) = {{".optional_type(V),V>V", NULL}};
OVERLOADS(firsts) = {{".list(V)>optional_type(V)", first}};
OVERLOADS(lasts) = {{".list(V)>optional_type(V)", last}};
OVERLOADS(unwraps) = {{"list(optional_type(V))>list(V)", unwrap}};
OVERLOADS(unwrap_opts) = {{".list(optional_type(V))>list(V)", unwrap}};

#define GETTER(name, fn) OVERLOADS(name) = {{"." TIME ">int", fn}, {"." TIME ",string>int", fn}}
#define SPAN_GETTER(name, fn)                                                                      \
	OVERLOADS(name) = {                                                                        \
		{"." TIME ">int", fn}, {"." TIME ",string>int", fn}, {"." SPAN ">int", fn}}
GETTER(year, cel_year);
GETTER(month, cel_month);
GETTER(day_of_year, cel_day_of_year);
GETTER(day_of_month, cel_day_of_month);
GETTER(date, cel_date);
GETTER(day_of_week, cel_day_of_week);
SPAN_GETTER(hours, cel_hours);
SPAN_GETTER(minutes, cel_minutes);
SPAN_GETTER(seconds, cel_seconds);
SPAN_GETTER(milliseconds, cel_milliseconds);

/* --- the table -------------------------------------------------------------------------------- */

#define LIST(o) .overloads = (o), .n = sizeof(o) / sizeof(*(o))
#define OPERATOR(o) CEL_SHAPE_NONE, NULL, 0, false, LIST(o)
#define UNARY(fn, trait, o) CEL_SHAPE_UNARY, fn, trait, false, LIST(o)
#define BINARY(fn, trait, o) CEL_SHAPE_BINARY, fn, trait, false, LIST(o)
#define GUARDED(shape, o) CEL_SHAPE_##shape, NULL, 0, false, LIST(o)

static const struct cel_function functions[] = {
	{"_?_:_", OPERATOR(conditional)},
	{"_&&_", OPERATOR(logical)},
	{"_||_", OPERATOR(logical)},
	{"_==_", OPERATOR(equality)},
	{"_!=_", OPERATOR(equality)},
	{"_[_]", OPERATOR(indexes)},
	{"_[?_]", OPERATOR(optional_indexes)},
	{"_?._", OPERATOR(optional_selects)},
	{"or", OPERATOR(or)},
	{"orValue", OPERATOR(or_value)},
	{"!_", UNARY(cel_not, 0, negation)},
	{"-_", UNARY(cel_negate, CEL_NEGATER, negatives)},
	{"@not_strictly_false", CEL_SHAPE_UNARY, cel_not_false, 0, true, LIST(not_false)},
	{"_+_", BINARY(cel_add, CEL_ADDER, sums)},
	{"_-_", BINARY(cel_subtract, CEL_SUBTRACTOR, differences)},
	{"_*_", BINARY(cel_multiply, CEL_MULTIPLIER, products)},
	{"_/_", BINARY(cel_divide, CEL_DIVIDER, products)},
	{"_%_", BINARY(cel_modulo, CEL_MODDER, remainders)},
	{"_<_", BINARY(cel_less, CEL_COMPARER, comparisons)},
	{"_<=_", BINARY(cel_less_equals, CEL_COMPARER, comparisons)},
	{"_>_", BINARY(cel_greater, CEL_COMPARER, comparisons)},
	{"_>=_", BINARY(cel_greater_equals, CEL_COMPARER, comparisons)},
	{"@in", BINARY(cel_in, 0, membership)},
	{"size", UNARY(cel_length, CEL_SIZER, sizes)},
	{"type", UNARY(cel_to_type, 0, types)},
	{"dyn", UNARY(cel_same, 0, dyns)},
	{"bool", GUARDED(ANY, bools)},
	{"bytes", GUARDED(ANY, bytes)},
	{"double", GUARDED(ANY, doubles)},
	{"duration", GUARDED(ANY, durations)},
	{"int", GUARDED(ANY, ints)},
	{"string", GUARDED(ANY, strings)},
	{"timestamp", GUARDED(ANY, timestamps)},
	{"uint", GUARDED(ANY, uints)},
	{"contains", BINARY(cel_contains, 0, text_tests)},
	{"startsWith", BINARY(cel_starts_with, 0, text_tests)},
	{"endsWith", BINARY(cel_ends_with, 0, text_tests)},
	{"matches", BINARY(cel_matches, CEL_MATCHER, matches)},
	{"charAt", GUARDED(BINARY, char_at)},
	{"indexOf", GUARDED(ANY, index_of)},
	{"lastIndexOf", GUARDED(ANY, last_index_of)},
	{"lowerAscii", GUARDED(UNARY, lower)},
	{"upperAscii", GUARDED(UNARY, upper)},
	{"trim", GUARDED(UNARY, trim)},
	{"reverse", GUARDED(UNARY, reverse)},
	{"strings.quote", GUARDED(UNARY, quote)},
	{"replace", GUARDED(ANY, replace)},
	{"split", GUARDED(ANY, split)},
	{"substring", GUARDED(ANY, substring)},
	{"format", GUARDED(ANY, format)},
	{"join", GUARDED(ANY, join)},
	{"sets.contains", GUARDED(BINARY, sets_contains)},
	{"sets.equivalent", GUARDED(BINARY, sets_equivalent)},
	{"sets.intersects", GUARDED(BINARY, sets_intersects)},
	{"base64.decode", GUARDED(UNARY, decode)},
	{"base64.encode", GUARDED(UNARY, encode)},
	{"optional.of", GUARDED(UNARY, of)},
	{"optional.ofNonZeroValue", GUARDED(UNARY, non_zero)},
	{"optional.none", GUARDED(ANY, none)},
	{"optional.unwrap", GUARDED(UNARY, unwraps)},
	{"unwrapOpt", GUARDED(UNARY, unwrap_opts)},
	{"value", GUARDED(UNARY, value)},
	{"hasValue", GUARDED(UNARY, has_value)},
	{"first", GUARDED(UNARY, firsts)},
	{"last", GUARDED(UNARY, lasts)},
	{"getFullYear", GUARDED(ANY, year)},
	{"getMonth", GUARDED(ANY, month)},
	{"getDayOfYear", GUARDED(ANY, day_of_year)},
	{"getDayOfMonth", GUARDED(ANY, day_of_month)},
	{"getDate", GUARDED(ANY, date)},
	{"getDayOfWeek", GUARDED(ANY, day_of_week)},
	{"getHours", GUARDED(ANY, hours)},
	{"getMinutes", GUARDED(ANY, minutes)},
	{"getSeconds", GUARDED(ANY, seconds)},
	{"getMilliseconds", GUARDED(ANY, milliseconds)},
};
#define FUNCTIONS (sizeof(functions) / sizeof(*functions))

const struct cel_function *cel_function(const char *name)
{
	for (size_t i = 0; i < FUNCTIONS; i++)
		if (!strcmp(functions[i].name, name))
			return &functions[i];
	return NULL;
}

bool cel_function_is_conversion(const char *name)
{
	static const char *const names[] = {"bool", "bytes",  "double",	   "duration", "dyn",
					    "int",  "string", "timestamp", "type",     "uint"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(names[i], name))
			return true;
	return false;
}

/* --- calls ------------------------------------------------------------------------------------ */

/* Takes a type off the text and tells whether the value may be of it: of a list and a map the first
 * item decides. v may be NULL: the type is passed over. */
static bool fits(arena *mem, const char **type, const cel_value *v)
{
	size_t n = strcspn(*type, "(),>");
	str name = {*type, n};
	*type += n;
	bool any = str_is(name, "dyn") || (n == 1 && name.p[0] >= 'A' && name.p[0] <= 'Z');
	bool ok = v && (any || str_is(name, cel_type_name(v->kind)));
	if (**type != '(')
		return ok;
	bool items = ok && (cel_is(v, CEL_LIST) || cel_is(v, CEL_MAP)) && cel_size(v);
	const cel_value *item = NULL, *second = NULL;
	if (items && cel_is(v, CEL_LIST)) {
		item = cel_at(mem, v, 0);
	} else if (items) {
		item = cel_key(mem, v, 0);
		second = cel_find(mem, v, item);
	}
	++*type;
	bool inner = fits(mem, type, item);
	if (**type == ',') {
		++*type;
		inner = fits(mem, type, second) && inner;
	}
	++*type;
	return ok && (inner || !items);
}

static bool overload_fits(const struct cel_overload *o, const struct cel_call *c)
{
	const char *p = o->signature + (*o->signature == '.');
	size_t n = 0;
	for (; *p != '>'; p += *p == ',') {
		if (n == c->n || !fits(c->mem, &p, c->args[n++]))
			return false;
	}
	return n == c->n;
}

const cel_value *cel_function_call(const struct cel_function *f, const struct cel_call *c)
{
	if (f->call)
		return f->call(c);
	for (size_t i = 0; i < f->n; i++)
		if (f->overloads[i].call && overload_fits(&f->overloads[i], c))
			return f->overloads[i].call(c);
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", cel_type_name(c->args[i]->kind));
	return cel_error(c->mem, "no such overload: %s(%s)", f->name, buf_text(&b));
}
