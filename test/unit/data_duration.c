/* Durations and times of base/, in the forms that JSON gives them: the recorded table. It stands a
 * floor higher than they do, since a table is read by data/json. */
#include "table.h"

#include "base/clock.h"
#include "base/duration.h"
#include "data/json_scan.h"

static val *number(arena *mem, int64_t n)
{
	return val_printf(mem, "%lld", (long long)n);
}

/* A metav1.Duration in a field d. */
static err *json_row(arena *mem, str text, val **ret_got)
{
	static const char *const kinds[] = {"null",   "bool",  "number", "number",
					    "string", "array", "object"};
	size_t used;
	val *v;
	int64_t ns;
	str whole = str_of(arena_printf(mem, "{\"d\":%.*s}", STR_ARG(text)));
	err *e = json_scan(mem, whole, &used);
	if (e && text_ends(err_text(mem, e), "EOF"))
		return err_new(mem, ERR_INVALID, "unexpected end of JSON input");
	TRY(e);
	TRY(json_parse(mem, whole, &v));
	v = val_get(v, "d");
	if (v->kind != VAL_TEXT && v->kind != VAL_NULL)
		return err_new(mem, ERR_INVALID,
			       "json: cannot unmarshal %s into Go struct field .d of type string",
			       kinds[v->kind]);
	TRY(duration_parse(mem, val_as_str(v), &ns));
	val_set(mem, *ret_got, "ns", number(mem, ns));
	val_set(mem, *ret_got, "out", val_printf(mem, "\"%s\"", duration_text(mem, ns)));
	return NULL;
}

/* A metav1.Time: null stands for Go's zero time. */
static err *time_row(arena *mem, str text, val **ret_got)
{
	int64_t seconds, ns = 0;
	int fraction;
	TRY(clock_read(mem, text, &seconds, &fraction));
	bool in_range = clock_parse_rfc3339(text, &ns);
	val_set(mem, *ret_got, "unix", number(mem, seconds));
	val_set_text(mem, *ret_got, "out",
		     seconds == -62135596800 ? "null"
		     : in_range		     ? arena_printf(mem, "\"%s\"", clock_rfc3339(mem, ns))
					     : arena_printf(mem, "\"%.*s\"", STR_ARG(text)));
	return NULL;
}

static err *round_row(arena *mem, const val *in, val **ret_got)
{
	int64_t ns, unit;
	str_int(val_as_str(val_get(in, "ns")), &ns);
	TRY(duration_parse(mem, val_as_str(val_get(in, "unit")), &unit));
	val_set_text(mem, *ret_got, "string", duration_text(mem, ns));
	val_set_text(mem, *ret_got, "round", duration_text(mem, duration_round(ns, unit)));
	val_set_text(mem, *ret_got, "truncate", duration_text(mem, unit > 0 ? ns - ns % unit : ns));
	return NULL;
}

static err *run(arena *mem, const val *in, val **ret_got)
{
	const char *fn = val_text_or(val_get(in, "fn"), "");
	str text = val_as_str(val_get(in, "text"));
	int64_t ns;
	*ret_got = val_map(mem);
	if (text_eq(fn, "json"))
		return json_row(mem, text, ret_got);
	if (text_eq(fn, "time"))
		return time_row(mem, text, ret_got);
	if (text_eq(fn, "round"))
		return round_row(mem, in, ret_got);
	TRY(duration_parse(mem, text, &ns));
	val_set(mem, *ret_got, "ns", number(mem, ns));
	val_set_text(mem, *ret_got, "string", duration_text(mem, ns));
	return NULL;
}

static const char *row(arena *mem, const val *in, val **ret_got)
{
	err *e = run(mem, in, ret_got);
	return e ? err_text(mem, e) : NULL;
}

static void rows(void **state)
{
	(void)state;
	table_run("duration", NULL, row);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows),
};
TABLE_MAIN(tests)
