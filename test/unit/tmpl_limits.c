/*
 * Hostile templates: every one ends soon, with an error that says which bound it met, in little memory
 * and without a crash; the same with what a caller sets: budgets, time, cancellation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
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

/* Renders a text with small budgets (unless others are given) and an empty map as data. */
static err *render(const char *text, const struct tmpl_options *options, str *ret)
{
	static const struct tmpl_options small = {
		.limits = {.steps = 2000000, .output = 1 << 20, .memory = 64 << 20}};
	const struct tmpl_file file = {"t", str_of(text)};
	struct tmpl_set *set;
	struct tv dot = tv_map(mem, TV_MAP);
	TRY(tmpl_parse(mem, &file, 1, &set));
	tv_map_set(mem, dot.map, STR("empty"), tv_map(mem, TV_MAP));
	struct tmpl_run *run = tmpl_run_open(mem, set, options ? options : &small);
	return tmpl_run_exec(run, "t", dot, ret);
}

static const char *rendered(const char *text)
{
	str s;
	err *e = render(text, NULL, &s);
	if (e)
		fail_msg("%.200s: %s", text, err_text(mem, e));
	return str_text(mem, s);
}

/* What this thread has computed so far, in nanoseconds: other work on the machine does not count. */
static int64_t computed(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (int64_t)t.tv_sec * CLOCK_SECOND + t.tv_nsec;
}

/* The template ends with that kind of error, within a bounded time of computing (seconds, under sanitizers many). */
static const char *failed_as(int code, const char *text, const struct tmpl_options *options)
{
	str s;
	int64_t begin = computed();
	err *e = render(text, options, &s);
	int64_t took = computed() - begin;
	if (!e)
		fail_msg("no error: %.200s", text);
	if (err_code(e) != code)
		fail_msg("%.200s: another error: %s", text, err_text(mem, e));
	if (took > 20 * CLOCK_SECOND)
		fail_msg("%.200s: took %.1f s", text, (double)took / 1e9);
	return err_text(mem, e);
}

static void test_recursion(void **state)
{
	(void)state;
	const char *text;
	text = failed_as(ERR_INVALID,
			 "{{define \"a\"}}{{include \"a\" .}}{{end}}{{include \"a\" .}}", NULL);
	assert_non_null(strstr(text, "rendering template has a nested reference name: a"));
	failed_as(ERR_INVALID,
		  "{{define \"a\"}}{{include \"b\" .}}{{end}}{{define \"b\"}}{{include \"a\" .}}"
		  "{{end}}{{include \"a\" .}}",
		  NULL);
	text = failed_as(ERR_INVALID,
			 "{{define \"a\"}}{{template \"a\" .}}{{end}}{{template \"a\" .}}", NULL);
	assert_non_null(strstr(text, "exceeded maximum template depth (100000)"));
	/* tpl that calls itself by a text in the data */
	failed_as(ERR_LIMIT, "{{$_ := set . \"t\" \"{{tpl .t .}}\"}}{{tpl .t .}}", NULL);
	failed_as(ERR_LIMIT, "{{$_ := set . \"t\" \"x{{tpl .t .}}{{tpl .t .}}\"}}{{tpl .t .}}",
		  NULL);
	/* twice in each: two to the power of the depth */
	failed_as(ERR_LIMIT,
		  "{{define \"a\"}}{{if lt (len .) 40}}{{include \"a\" (append . 1)}}"
		  "{{include \"a\" (append . 1)}}{{end}}{{end}}{{include \"a\" list}}",
		  NULL);
}

static void test_loops(void **state)
{
	(void)state;
	failed_as(ERR_LIMIT, "{{range until 100000000}}x{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{range $i := until 100000}}{{range until 100000}}{{end}}{{end}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{range 2000000000}}{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{untilStep 0 2000000000 1 | len}}", NULL);
	failed_as(ERR_LIMIT, "{{seq 1 2000000000 | len}}", NULL);
	failed_as(ERR_LIMIT,
		  "{{range seq 1 300000 | splitList \" \"}}{{end}}{{range until 3000000}}"
		  "{{end}}",
		  NULL);
}

static void test_output(void **state)
{
	(void)state;
	failed_as(ERR_LIMIT, "{{repeat 2000000000 \"x\"}}", NULL);
	failed_as(ERR_INVALID, "{{repeat 9000000000000000000 \"xyz\"}}", NULL);
	failed_as(ERR_LIMIT, "{{repeat 1000000 \"0123456789\"}}", NULL);
	failed_as(ERR_LIMIT, "{{$x := \"x\"}}{{range until 100}}{{$x = cat $x $x}}{{end}}{{$x}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{$x := \"x\"}}{{range until 100}}{{$x = print $x $x}}{{end}}{{$x}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := \"aa\"}}{{range until 100}}{{$x = replace \"a\" $x $x}}{{end}}{{$x}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := list 1 2}}{{range until 100}}{{$x = concat $x $x}}{{end}}{{len $x}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := repeat 1000 \"\\n\"}}{{range until 100}}{{$x = indent 10000 $x}}{{end}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{indent 2000000000 \"x\"}}", NULL);
	failed_as(ERR_LIMIT, "{{$x := list 1}}{{range until 100}}{{$x = list $x $x}}{{end}}{{$x}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := list 1}}{{range until 100}}{{$x = list $x $x}}{{end}}{{toJson $x}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := list 1}}{{range until 100}}{{$x = list $x $x}}{{end}}{{toYaml $x}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := list 1}}{{range until 100}}{{$x = list $x $x}}{{end}}{{deepCopy $x | "
		  "len}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := list 1}}{{$y := list 1}}{{range until 100}}{{$x = list $x $x}}"
		  "{{$y = list $y $y}}{{end}}{{deepEqual $x $y}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{randAlphaNum 2000000000 | len}}", NULL);
	failed_as(ERR_LIMIT, "{{randBytes 2000000000 | len}}", NULL);
}

static void test_widths(void **state)
{
	(void)state;
	/* Go takes widths up to a million, others are no widths */
	assert_int_equal(strlen(rendered("{{printf \"%100000d\" 1}}")), 100000);
	assert_string_equal(rendered("{{printf \"%100000000d\" 1}}"), "%!(NOVERB)%!(EXTRA int=1)");
	assert_string_equal(rendered("{{printf \"%.*f\" 10000000 1.5}}"), "%!(BADPREC)1.500000");
	assert_string_equal(rendered("{{printf \"%[5]d|%[99999999999999999999]d\" 1}}"),
			    "%!d(BADINDEX)|%!d(BADINDEX)");
	failed_as(ERR_LIMIT, "{{range until 100}}{{printf \"%1000000d\" 1}}{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{range until 100000}}{{$_ := printf \"%1000000d\" 1}}{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{printf (repeat 1000 \"%[2]*[1]d\") 1 1000000}}", NULL);
	failed_as(ERR_LIMIT, "{{range until 10000}}{{$_ := printf \"%.1000000f\" 1e308}}{{end}}",
		  NULL);
}

static void test_regular_expressions(void **state)
{
	(void)state;
	assert_string_equal(
		rendered("{{regexMatch \"^(a+)+$\" (print (repeat 5000 \"a\") \"b\")}}"), "false");
	assert_string_equal(rendered("{{regexMatch \"(x+x+)+y\" (repeat 5000 \"x\")}}"), "false");
	failed_as(ERR_INVALID, "{{mustRegexMatch \"(((a{100}){100}){100})\" \"a\"}}", NULL);
	failed_as(ERR_LIMIT, "{{regexMatch \"(a{1,30}){1,30}x\" (repeat 100000 \"a\")}}", NULL);
	failed_as(ERR_LIMIT,
		  "{{range until 100000}}{{$_ := regexReplaceAll \"(a|b|c)*d\" (repeat 1000 "
		  "\"abc\") \"\"}}"
		  "{{end}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{regexReplaceAll \"\" (repeat 10000 \"a\") (repeat 10000 \"b\")}}",
		  NULL);
	failed_as(ERR_INVALID, "{{mustRegexMatch (repeat 100000 \"(\") \"a\"}}", NULL);
	failed_as(ERR_INVALID,
		  "{{mustRegexMatch (print (repeat 20000 \"(\") (repeat 20000 \")\")) \"a\"}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{regexFindAll \"(a)|b\" (repeat 900000 \"ab\") -1 | len}}", NULL);
}

/* n times open, what is between, n times close. */
static const char *nested(int n, const char *open, const char *between, const char *close)
{
	buf b = buf_init(mem);
	for (int i = 0; i < n; i++)
		buf_text_add(&b, open);
	buf_text_add(&b, between);
	for (int i = 0; i < n; i++)
		buf_text_add(&b, close);
	return buf_text(&b);
}

static void test_nesting_of_the_text(void **state)
{
	(void)state;
	const char *inside = nested(100000, "(", "1", ")");
	failed_as(ERR_INVALID, arena_printf(mem, "{{%s}}", inside), NULL);
	failed_as(ERR_INVALID, nested(50000, "{{if 1}}", "", "{{end}}"), NULL);
	failed_as(ERR_INVALID, nested(50000, "{{with 1}}{{else}}", "", "{{end}}"), NULL);
	failed_as(ERR_INVALID, nested(50000, "{{block \"a\" .}}", "", "{{end}}"), NULL);
	failed_as(ERR_INVALID, nested(20000, "{{if 1}}{{else if 1}}", "", "{{end}}"), NULL);
	buf b = buf_init(mem);
	buf_text_add(&b, "{{if 0}}");
	for (int i = 0; i < 50000; i++)
		buf_text_add(&b, "{{else if 0}}");
	buf_text_add(&b, "{{end}}");
	failed_as(ERR_INVALID, buf_text(&b), NULL);
	rendered(arena_printf(mem, "{{%s}}", nested(900, "(", "1", ")")));
	rendered(nested(900, "{{if 1}}", "", "{{end}}"));
	/* long rather than deep */
	failed_as(ERR_INVALID, arena_printf(mem, "{{ .empty%s }}", nested(100000, ".a", "", "")),
		  NULL);
	rendered(arena_printf(mem, "{{ 1 %s }}", nested(50000, "| print ", "", "")));
	rendered(arena_printf(mem, "{{ list%s | len }}", nested(200000, " 1", "", "")));
}

static void test_values_inside_themselves(void **state)
{
	(void)state;
	static const char *const uses[] = {
		"{{print .}}",
		"{{.}}",
		"{{printf \"%#v\" .}}",
		"{{toJson .}}",
		"{{toYaml .}}",
		"{{toToml .}}",
		"{{toPrettyJson .}}",
		"{{deepCopy . | len}}",
		"{{mergeOverwrite (deepCopy .) . | len}}",
		"{{merge (dict \"s\" (dict \"s\" .)) . | len}}",
		"{{deepEqual . (dict \"s\" . \"empty\" .empty)}}",
		"{{tpl \"{{.s}}\" .}}",
		"{{toString .}}",
		"{{quote .}}",
		"{{omit . \"x\" | toJson}}",
		"{{fail (toString .)}}",
	};
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		str s;
		int64_t begin = computed();
		const char *text = arena_printf(mem, "{{$_ := set . \"s\" .}}%s", uses[i]);
		render(text, NULL, &s); /* some end well: what they compare is the same */
		if (computed() - begin > 10 * CLOCK_SECOND)
			fail_msg("%s: too long", uses[i]);
	}
	failed_as(ERR_INVALID, "{{$_ := set . \"s\" .}}{{mustToJson .}}", NULL);
	assert_string_equal(rendered("{{$_ := set . \"s\" .}}{{toJson .}}"), "");
	assert_string_equal(rendered("{{$_ := set . \"s\" .}}{{toYaml .}}"), "");
	failed_as(ERR_LIMIT, "{{$_ := set . \"s\" .}}{{.}}", NULL);
}

static void test_deep_values(void **state)
{
	(void)state;
	static const char *const uses[] = {
		"{{print $x}}",		 "{{toJson $x}}",
		"{{toYaml $x}}",	 "{{toToml (dict \"a\" $x)}}",
		"{{deepCopy $x | len}}", "{{toPrettyJson $x}}",
	};
	for (size_t i = 0; i < sizeof(uses) / sizeof(*uses); i++) {
		failed_as(ERR_LIMIT,
			  arena_printf(
				  mem,
				  "{{$x := list 1}}{{range until 100000}}{{$x = list $x}}{{end}}%s",
				  uses[i]),
			  NULL);
		failed_as(ERR_LIMIT,
			  arena_printf(mem,
				       "{{$x := dict}}{{range until 100000}}{{$x = dict \"a\" $x}}"
				       "{{end}}%s",
				       uses[i]),
			  NULL);
	}
	str s;
	render("{{fromJson (print (repeat 100000 \"[\") (repeat 100000 \"]\"))}}", NULL, &s);
	render("{{fromJson (print (repeat 100000 `{\"a\":`) 1 (repeat 100000 \"}\"))}}", NULL, &s);
	render("{{fromYaml (repeat 100000 \"[\")}}", NULL, &s);
	render("{{fromYaml (print (repeat 20000 \"- \"))}}", NULL, &s);
	render("{{fromToml (print \"a=\" (repeat 100000 \"[\") (repeat 100000 \"]\"))}}", NULL, &s);
	render("{{fromToml (print \"a=\" (repeat 100000 \"{a=\"))}}", NULL, &s);
	render("{{fromToml (print (trimSuffix \".\" (repeat 100000 \"a.\")) \"=1\")}}", NULL, &s);
	render("{{fromYaml \"a: &a [x,x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\\n"
	       "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\\n"
	       "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\\n"
	       "g: [*f,*f,*f,*f,*f,*f,*f,*f,*f,*f]\" | toJson | len}}",
	       NULL, &s);
}

static void test_costly_functions(void **state)
{
	(void)state;
	/* one at a time these take what they take; many meet the budget of steps */
	failed_as(ERR_LIMIT,
		  "{{range until 1000000}}{{$_ := derivePassword 1 \"long\" \"a\" \"b\" \"c\"}}"
		  "{{end}}",
		  NULL);
	failed_as(ERR_LIMIT, "{{range until 1000000}}{{$_ := bcrypt \"a\"}}{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{range until 1000000}}{{$_ := genPrivateKey \"rsa\"}}{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{range until 1000000}}{{$_ := htpasswd \"a\" \"b\"}}{{end}}", NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := repeat 900000 \"a\"}}{{range until 1000000}}"
		  "{{$_ := sha256sum $x}}{{end}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := repeat 900000 \"a\"}}{{range until 1000000}}"
		  "{{$_ := contains \"b\" $x}}{{end}}",
		  NULL);
	failed_as(ERR_LIMIT,
		  "{{$x := until 100000}}{{range until 1000000}}{{$_ := has -1 $x}}{{end}}", NULL);
	failed_as(ERR_LIMIT, "{{$x := until 100000}}{{$_ := uniq $x}}", NULL);
}

static bool always(void *arg)
{
	(void)arg;
	return true;
}

static void test_budgets(void **state)
{
	(void)state;
	struct tmpl_options o = {.limits = {.time = 50 * 1000000}};
	int64_t begin = computed();
	failed_as(ERR_TIMEOUT, "{{range until 5000000}}{{$_ := upper \"x\"}}{{end}}", &o);
	assert_true(computed() - begin < 2 * CLOCK_SECOND);
	o = (struct tmpl_options){.canceled = always};
	failed_as(ERR_CANCELED, "{{range until 5000000}}{{$_ := upper \"x\"}}{{end}}", &o);
	o = (struct tmpl_options){.limits = {.steps = 1000}};
	failed_as(ERR_LIMIT, "{{range until 10000}}{{end}}", &o);
	o = (struct tmpl_options){.limits = {.output = 10}};
	failed_as(ERR_LIMIT, "01234567890123456789", &o);
	o = (struct tmpl_options){.limits = {.memory = 1 << 20}};
	failed_as(ERR_LIMIT, "{{$x := list}}{{range until 100000}}{{$x = append $x .}}{{end}}", &o);
	o = (struct tmpl_options){.limits = {.depth = 10}};
	failed_as(ERR_INVALID, "{{define \"a\"}}{{template \"a\" .}}{{end}}{{template \"a\" .}}",
		  &o);
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, open_mem, close_mem)
	const char *only = getenv("ONLY");
	if (only)
		cmocka_set_test_filter(only);
	const struct CMUnitTest tests[] = {
		CASE(test_recursion),
		CASE(test_loops),
		CASE(test_output),
		CASE(test_widths),
		CASE(test_regular_expressions),
		CASE(test_nesting_of_the_text),
		CASE(test_values_inside_themselves),
		CASE(test_deep_values),
		CASE(test_costly_functions),
		CASE(test_budgets),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
