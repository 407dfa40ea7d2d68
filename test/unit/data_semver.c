/* Versions and ranges: the recorded table. */
#include "table.h"

#include "data/semver.h"

static val *parts(arena *mem, const struct semver *v)
{
	val *out = val_map(mem);
	val_set(mem, out, "major", val_printf(mem, "%llu", (unsigned long long)v->major));
	val_set(mem, out, "minor", val_printf(mem, "%llu", (unsigned long long)v->minor));
	val_set(mem, out, "patch", val_printf(mem, "%llu", (unsigned long long)v->patch));
	val_set_text(mem, out, "pre", v->pre);
	val_set_text(mem, out, "build", v->build);
	val_set_text(mem, out, "original", v->original);
	val_set_text(mem, out, "string", semver_text(mem, v));
	return out;
}

static err *range_of(arena *mem, const val *in, struct semver_range **ret)
{
	return semver_range_parse(mem, val_as_str(val_get(in, "constraint")), ret);
}

static err *which(arena *mem, const val *in, val **ret_got)
{
	struct semver_range *range;
	struct semver v;
	TRY(range_of(mem, in, &range));
	val *out = *ret_got = val_map(mem), *ok = val_list(mem);
	val_set_text(mem, out, "string", semver_range_text(mem, range));
	val_set(mem, out, "ok", ok);
	for (size_t i = 0; i < val_len(val_get(in, "versions")); i++) {
		val *text = val_at(val_get(in, "versions"), i);
		TRY(semver_parse(mem, text->text, &v));
		if (semver_range_has(range, &v))
			val_push(mem, ok, text);
	}
	return NULL;
}

static err *why(arena *mem, const val *in, val **ret_got)
{
	struct semver_range *range;
	struct semver v;
	struct semver_reasons reasons;
	TRY(range_of(mem, in, &range));
	TRY(semver_parse(mem, val_as_str(val_get(in, "version")), &v));
	assert_int_equal(semver_range_why(mem, range, &v, &reasons), semver_range_has(range, &v));
	*ret_got = val_list(mem);
	for (size_t i = 0; i < reasons.n; i++)
		val_push(mem, *ret_got, val_text(mem, reasons.p[i]));
	return NULL;
}

static err *sorted(arena *mem, const val *in, val **ret_got)
{
	struct semver_range *range;
	const val *tags = val_get(in, "tags");
	size_t n = val_len(tags);
	const char **texts = NEW_N(mem, const char *, n);
	for (size_t i = 0; i < n; i++)
		texts[i] = val_as_text(val_at(tags, i));
	TRY(range_of(mem, in, &range));
	const char **out = semver_sort(mem, range, texts, n, &n);
	*ret_got = val_list(mem);
	for (size_t i = 0; i < n; i++)
		val_push(mem, *ret_got, val_text(mem, out[i]));
	return NULL;
}

static err *run(arena *mem, const val *in, val **ret_got)
{
	const char *fn = val_text_or(val_get(in, "fn"), "");
	str version = val_as_str(val_get(in, "version"));
	struct semver a, b;
	if (text_eq(fn, "compare")) {
		TRY(semver_parse(mem, val_as_str(val_get(in, "a")), &a));
		TRY(semver_parse(mem, val_as_str(val_get(in, "b")), &b));
		*ret_got = val_int(mem, semver_compare(&a, &b));
		return NULL;
	}
	if (text_eq(fn, "constraint"))
		return which(mem, in, ret_got);
	if (text_eq(fn, "validate"))
		return why(mem, in, ret_got);
	if (text_eq(fn, "sort"))
		return sorted(mem, in, ret_got);
	if (text_eq(fn, "parseStrict"))
		TRY(semver_parse_strict(mem, version, &a));
	else if (text_eq(fn, "fluxParseVersion"))
		TRY(semver_parse_flux(mem, version, &a));
	else
		TRY(semver_parse(mem, version, &a));
	*ret_got = parts(mem, &a);
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
	table_run("semver", NULL, row);
}

static void ceilings(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf b = buf_init(mem);
	struct semver v;
	struct semver_range *range;
	buf_text_add(&b, "1.2.3-");
	buf_fill(&b, 'a', 251);
	assert_string_equal(err_text(mem, semver_parse(mem, buf_view(&b), &v)),
			    "version string is too long (max 256 bytes)");
	buf_fill(&b, 'a', 256);
	assert_string_equal(err_text(mem, semver_range_parse(mem, buf_view(&b), &range)),
			    "constraint string is too long (max 512 bytes)");
	buf_clear(&b);
	for (int i = 0; i < SEMVER_MAX_GROUPS + 1; i++)
		buf_text_add(&b, i ? "||1" : "1");
	assert_string_equal(err_text(mem, semver_range_parse(mem, buf_view(&b), &range)),
			    "too many constraint groups (max 32)");
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows),
	cmocka_unit_test(ceilings),
};
TABLE_MAIN(tests)
