/*
 * The face of the template engine: parsing and its errors, options, the cache. What functions give is
 * in tmpl_functions.c, what hostile texts meet in tmpl_limits.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <pthread.h>

#include "data/yaml.h"
#include "tmpl/tmpl.h"

static arena *mem;

static int open_mem(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int close_mem(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static struct tv data_of(const char *yaml)
{
	val *v;
	assert_null(yaml_parse(mem, str_of(yaml), &v));
	return tv_from_val(mem, v, true);
}

/* The text of a template, or its error. */
static const char *said(const char *text, const char *data, const struct tmpl_options *options)
{
	const struct tmpl_file file = {"c/templates/x.yaml", str_of(text)};
	struct tmpl_set *set;
	str out = STR("");
	err *e = tmpl_parse(mem, &file, 1, &set);
	if (!e)
		e = tmpl_run_exec(tmpl_run_open(mem, set, options), file.name, data_of(data), &out);
	return e ? err_text(mem, e) : str_text(mem, out);
}

static void test_text(void **state)
{
	(void)state;
	assert_string_equal(said("a {{- \" b \" -}} c", "{}", NULL), "a b c");
	assert_string_equal(
		said("{{range $k, $v := .}}{{$k}}={{$v}};{{end}}", "{b: 1, a: [x, 2.5]}", NULL),
		"a=[x 2.5];b=1;");
	assert_string_equal(said("<{{.none}}{{.a.b}}>", "{a: {}}", NULL), "<>");
	assert_string_equal(
		said("{{define \"t\"}}[{{.}}]{{end}}{{include \"t\" .a | upper}}", "{a: b}", NULL),
		"[B]");
}

static void test_errors_of_parsing(void **state)
{
	(void)state;
	assert_string_equal(said("a\n{{ .b }", "{}", NULL),
			    "parse error at (c/templates/x.yaml:2): unexpected \"}\" in operand");
	assert_string_equal(said("{{ nope }}", "{}", NULL),
			    "parse error at (c/templates/x.yaml:1): function \"nope\" not defined");
	assert_string_equal(said("{{ if .a }}", "{}", NULL),
			    "parse error at (c/templates/x.yaml:1): unexpected EOF");
	assert_string_equal(said("{{ $x }}", "{}", NULL),
			    "parse error at (c/templates/x.yaml:1): undefined variable \"$x\"");
	assert_string_equal(said("{{ \"a }}", "{}", NULL),
			    "parse error at (c/templates/x.yaml:1): unterminated quoted string");
}

static void test_errors_of_execution(void **state)
{
	(void)state;
	assert_string_equal(said("a\n  {{ fail \"no\" }}", "{}", NULL),
			    "execution error at (c/templates/x.yaml:2:5): no");
	assert_string_equal(said("{{ required \"give b\" .b }}", "{}", NULL),
			    "execution error at (c/templates/x.yaml:1:3): give b");
	assert_string_equal(
		said("{{ .a.b.c }}", "{a: {}}", NULL),
		"c/templates/x.yaml:1:5\n  executing \"c/templates/x.yaml\" at <.a.b.c>:\n"
		"    nil pointer evaluating interface {}.c");
}

static err *find_object(void *arg, arena *m, const char *api, const char *kind, const char *ns,
			const char *name, val **ret)
{
	if (arg == mem && strcmp(name, "gone") == 0)
		return NULL;
	if (strcmp(name, "bad") == 0)
		return err_new(m, ERR_FAILED, "no way");
	*ret = val_map(m);
	val_set(m, *ret, "at", val_text(m, arena_printf(m, "%s/%s/%s/%s", api, kind, ns, name)));
	return NULL;
}

static void test_options(void **state)
{
	(void)state;
	struct tmpl_options o = {.strict = true};
	assert_non_null(strstr(said("{{ .a }}", "{}", &o), "map has no entry for key \"a\""));
	o = (struct tmpl_options){.lint = true};
	assert_string_equal(said("<{{ fail \"no\" }}{{ required \"b\" .b }}>", "{}", &o), "<>");
	o = (struct tmpl_options){.now = 1700000000 * INT64_C(1000000000), .zone = "Asia/Tokyo"};
	assert_string_equal(said("{{ now | date \"2006-01-02 15:04 MST\" }}", "{}", &o),
			    "2023-11-15 07:13 JST");
	o = (struct tmpl_options){.lookup = find_object, .arg = mem};
	assert_string_equal(said("{{ (lookup \"v1\" \"Pod\" \"n\" \"p\").at }}", "{}", &o),
			    "v1/Pod/n/p");
	assert_string_equal(said("{{ lookup \"v1\" \"Pod\" \"n\" \"gone\" | len }}", "{}", &o),
			    "0");
	assert_non_null(
		strstr(said("{{ lookup \"v1\" \"Pod\" \"n\" \"bad\" }}", "{}", &o), "no way"));
	assert_string_equal(said("{{ lookup \"v1\" \"Pod\" \"n\" \"p\" | len }}", "{}", NULL), "0");
}

static void test_maps_are_shared(void **state)
{
	(void)state;
	assert_string_equal(said("{{ $x := .a }}{{ $_ := set $x \"k\" 1 }}{{ .a.k }}{{ .b.k }}",
				 "{a: {}, b: {k: 2}}", NULL),
			    "12");
	assert_string_equal(
		said("{{ $x := deepCopy .a }}{{ $_ := set $x \"n\" 1 }}{{ .a }}", "{a: {}}", NULL),
		"map[]");
}

static void test_later_definition_wins(void **state)
{
	(void)state;
	const struct tmpl_file files[] = {
		{"a", STR("{{define \"t\"}}first{{end}}")},
		{"b", STR("{{define \"t\"}}second{{end}}")},
		{"c", STR("{{define \"t\"}} {{/* empty */}}\n{{end}}")},
		{"d", STR("{{template \"t\"}}")},
	};
	struct tmpl_set *set;
	str out;
	assert_null(tmpl_parse(mem, files, 4, &set));
	assert_null(tmpl_run_exec(tmpl_run_open(mem, set, NULL), "d", tv_none(), &out));
	assert_true(str_is(out, "second"));
}

static void test_cache(void **state)
{
	(void)state;
	struct tmpl_cache *cache = tmpl_cache_open(64 << 10);
	const struct tmpl_file file = {"t", STR("{{ .a }}")}, bad = {"t", STR("{{ .a ")};
	const struct tmpl_set *set, *again, *kept;
	arena *other = arena_open();
	assert_null(tmpl_cache_get(cache, mem, "1", &file, 1, &set));
	assert_null(tmpl_cache_get(cache, other, "1", &bad, 1, &again)); /* not parsed again */
	assert_ptr_equal(set, again);
	assert_non_null(tmpl_cache_get(cache, other, "2", &bad, 1, &kept));
	assert_null(
		tmpl_cache_get(cache, other, "2", &file, 1, &kept)); /* the failure is not kept */
	arena_close(other);
	/* many others push it out, but who holds it can go on */
	for (int i = 0; i < 1000; i++) {
		other = arena_open();
		assert_null(tmpl_cache_get(cache, other, arena_printf(other, "x%d", i), &file, 1,
					   &again));
		arena_close(other);
	}
	str out;
	struct tmpl_run *run = tmpl_run_open(mem, set, NULL);
	assert_null(tmpl_run_exec(run, "t", data_of("{a: still}"), &out));
	assert_true(str_is(out, "still"));
	arena_close(mem);
	tmpl_cache_close(cache);
	mem = arena_open();
}

static void *use_cache(void *arg)
{
	for (int i = 0; i < 300; i++) {
		arena *own = arena_open();
		const struct tmpl_file file = {"t", STR("{{ range until 10 }}{{ . }}{{ end }}")};
		const struct tmpl_set *set;
		const char *digest = arena_printf(own, "%d", i % 7);
		str out = STR("");
		err *e = tmpl_cache_get(arg, own, digest, &file, 1, &set);
		if (!e)
			e = tmpl_run_exec(tmpl_run_open(own, set, NULL), "t", tv_none(), &out);
		bool right = !e && str_is(out, "0123456789");
		arena_close(own);
		if (!right)
			return arg;
	}
	return NULL;
}

static void test_cache_of_many_threads(void **state)
{
	(void)state;
	struct tmpl_cache *cache = tmpl_cache_open(16 << 10);
	pthread_t threads[4];
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, use_cache, cache), 0);
	for (size_t i = 0; i < 4; i++) {
		void *failed;
		pthread_join(threads[i], &failed);
		assert_null(failed);
	}
	tmpl_cache_close(cache);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_mem, close_mem)
	const struct CMUnitTest tests[] = {
		CASE(test_text),
		CASE(test_errors_of_parsing),
		CASE(test_errors_of_execution),
		CASE(test_options),
		CASE(test_maps_are_shared),
		CASE(test_later_definition_wins),
		CASE(test_cache),
		CASE(test_cache_of_many_threads),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
