/* Texts read piece by piece: the same values as in one go, and an end to everything that is too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "data/json.h"
#include "data/json_stream.h"
#include "data/yaml.h"
#include "data/yaml_stream.h"

/* ---- the whole text through a stream, entering what can be entered down to a depth ---- */

static err *yaml_walk(struct yaml_stream *s, arena *mem, int depth, val **ret)
{
	enum stream_next next;
	bool more;
	str key;
	TRY(yaml_stream_next(s, &next));
	if (!depth || next == STREAM_VALUE)
		return yaml_stream_value(s, mem, ret);
	*ret = next == STREAM_MAP ? val_map(mem) : val_list(mem);
	TRY(yaml_stream_enter(s));
	for (;;) {
		val *v;
		TRY(yaml_stream_more(s, &more, &key));
		if (!more)
			return NULL;
		char *kept = next == STREAM_MAP ? str_text(mem, key) : NULL;
		TRY(yaml_walk(s, mem, depth - 1, &v));
		if (next == STREAM_MAP)
			val_set(mem, *ret, kept, v);
		else
			val_push(mem, *ret, v);
	}
}

static err *yaml_read(arena *mem, str text, int depth, val **ret)
{
	struct yaml_stream *s;
	TRY(yaml_stream_open(mem, mapped_text(mem, text), &s));
	return yaml_walk(s, mem, depth, ret);
}

static err *json_walk(struct json_stream *s, arena *mem, int depth, val **ret)
{
	enum json_next next;
	bool more;
	str key;
	TRY(json_stream_next(s, &next));
	if (!depth || next == JSON_NEXT_VALUE)
		return json_stream_value(s, mem, ret);
	*ret = next == JSON_NEXT_MAP ? val_map(mem) : val_list(mem);
	TRY(json_stream_enter(s));
	for (;;) {
		val *v;
		TRY(json_stream_more(s, mem, &more, &key));
		if (!more)
			return NULL;
		TRY(json_walk(s, mem, depth - 1, &v));
		if (next == JSON_NEXT_MAP)
			val_set_str(mem, *ret, key, v);
		else
			val_push(mem, *ret, v);
	}
}

static err *json_read(arena *mem, str text, int depth, val **ret)
{
	struct json_stream *s = json_stream_open(mem, mapped_text(mem, text));
	TRY(json_walk(s, mem, depth, ret));
	return json_stream_end(s);
}

/* ---- the same values ---- */

static const char *const yaml_texts[] = {
	"",
	"# nothing\n",
	"---\n...\n",
	"a: 1\n",
	"a:\n  b:\n  - 1\n  - {x: y}\n  -\n  - - 2\n    - 3\n  c: 'it''s'\nd: |\n  two\n  "
	"lines\ne: >\n  fol\n  ded\n",
	"a:\n- 1\n- 2\nb:\n-\n- x: 1\n  y: 2\nc:\n",
	"entries:\n  a:\n  - name: a\n    urls:\n    - x\n  b: []\n  c: {}\n  d:\n",
	"a: &x {k: v}\nb: *x\nc:\n- *x\n- &y [1, *x]\n- *y\n",
	"? a\n: b\n? c\n",
	"\xef\xbb\xbf"
	"a: b\n",
	"%YAML 1.1\n---\na: b\n",
	"--- {a: b}\n",
	"--- |\n text\n",
	"- - - a\n    - b\n  - c\n- d\n",
	"1: one\ntrue: yes\n1.5: x\n",
	"a: \"multi\n  line \\\n  text\"\nb: plain\n  goes on\n",
	"a: b\n---\nc: d\n",
	"a: b # note\n# note\nc: d\n",
	"&a a: 1\n",
	"a: !!str 1\nb: !!binary aGk=\n",
	"a:\n    - x\n    - y\nb:   {c: [d, {e: f}]}\n",
};

static void test_yaml_is_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(yaml_texts) / sizeof(*yaml_texts); i++)
		for (int depth = 0; depth <= 4; depth++) {
			arena *mem = arena_open();
			val *want, *got;
			assert_null(yaml_parse_strict(mem, str_of(yaml_texts[i]), &want));
			err *e = yaml_read(mem, str_of(yaml_texts[i]), depth, &got);
			if (e || !val_eq(want, got))
				print_error("%d %s: %s %s\n", depth, yaml_texts[i],
					    json_text(mem, want, 0),
					    e ? err_text(mem, e) : json_text(mem, got, 0));
			assert_null(e);
			assert_true(val_eq(want, got));
			arena_close(mem);
		}
}

static void test_json_is_the_same(void **state)
{
	static const char *const texts[] = {"1",
					    "\"x\"",
					    "null",
					    "[]",
					    "{}",
					    " { \"a\" : [ 1 , {\"b\":[]} , \"\\u00e9\" ] } ",
					    "{\"a\":{\"b\":{\"c\":[[[]]]}},\"a\":2}",
					    "[1,2.5,-3e2,true,false,null]"};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (int depth = 0; depth <= 4; depth++) {
			arena *mem = arena_open();
			val *want, *got;
			assert_null(json_parse(mem, str_of(texts[i]), &want));
			assert_null(json_read(mem, str_of(texts[i]), depth, &got));
			assert_true(val_eq(want, got));
			arena_close(mem);
		}
}

/* ---- what is wrong ---- */

/* Whether and how a text is refused is the same as in one go, wherever it is cut off. */
static void test_cut_off(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(yaml_texts) / sizeof(*yaml_texts); i++)
		for (size_t n = 0; n <= strlen(yaml_texts[i]); n++) {
			arena *mem = arena_open();
			val *want, *got;
			str text = {yaml_texts[i], n};
			err *in_one = yaml_parse_strict(mem, text, &want);
			err *in_pieces = yaml_read(mem, text, 3, &got);
			if (!in_one != !in_pieces)
				print_error("%.*s: %s\n", STR_ARG(text),
					    err_text(mem, in_one ? in_one : in_pieces));
			assert_true(!in_one == !in_pieces);
			assert_true(in_one || val_eq(want, got));
			arena_close(mem);
		}
}

static void test_yaml_faults(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{"a: 1\nb: 2\na: 3\n",
		 "yaml: unmarshal errors:\n  line 3: key \"a\" already set in map"},
		{"a:\n  x: 1\n  x: 2\n",
		 "yaml: unmarshal errors:\n  line 3: key \"x\" already set in map"},
		{"a: [1\n", "yaml: line 1: did not find expected ',' or ']'"},
		{"a: b: c\n", "yaml: mapping values are not allowed in this context"},
		{"a: *nope\n", "yaml: unknown anchor 'nope' referenced"},
		{"a:\n\t- x\n", "yaml: line 2: found character that cannot start any token"},
		{"a: \"\xff\"\n", "yaml: invalid leading UTF-8 octet"},
		{"a: \x01\n", "yaml: control characters are not allowed"},
		{"[a]: b\n", "yaml: line 1: invalid map key"},
		{"~: b\n", "unsupported map key of type: %!s(<nil>)"},
		{"a: &x {b: c}\n<<: *x\n", "yaml: line 2: a merge key is not supported here"},
		{"\xff\xfe"
		 "a\0",
		 "yaml: a text in UTF-16 is not supported here"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		val *got;
		err *e = yaml_read(mem, str_of(rows[i].text), 3, &got);
		assert_non_null(e);
		assert_string_equal(err_text(mem, e), rows[i].want);
		arena_close(mem);
	}
}

static void test_json_faults(void **state)
{
	static const char *const texts[] = {"",
					    "{",
					    "[1,]",
					    "{\"a\"}",
					    "{\"a\":}",
					    "{a:1}",
					    "[1 2]",
					    "{\"a\":1,}",
					    "{} x",
					    "[1]]",
					    "{\"a\":1 \"b\":2}",
					    "\"x",
					    "{\"\\x\":1}",
					    "nul",
					    "[\"\x01\"]"};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (int depth = 0; depth <= 2; depth++) {
			arena *mem = arena_open();
			val *got;
			assert_int_equal(err_code(json_read(mem, str_of(texts[i]), depth, &got)),
					 ERR_INVALID);
			arena_close(mem);
		}
}

/* ---- what is too much ---- */

static str repeated(arena *mem, const char *head, const char *piece, size_t n, const char *tail)
{
	buf b = buf_init(mem);
	buf_text_add(&b, head);
	for (size_t i = 0; i < n; i++)
		buf_text_add(&b, piece);
	buf_text_add(&b, tail);
	return buf_view(&b);
}

/* Each in its own way more than one piece may be. */
static void test_too_much(void **state)
{
	static const struct {
		const char *head, *piece, *tail;
	} rows[] = {
		{"a:\n- \"", "xxxxxxxxxxxxxxxx", "\"\n"},
		{"a:\n- ", "xxxxxxxxxxxxxxxx", "\n"},
		{"a:\n- ", "xxxxxxx\n  xxxxxx", "\n"},
		{"a:\n- |\n  x", "\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n", "\n"},
		{"a:\n- [", "a, b, c, d, e, f", "]\n"},
		{"a:\n- b:\n", "  - 123456789012\n", ""},
		{"a:\n- '", "\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9",
		 "'\n"},
		{"a:\n- ", "[[[[[[[[[[[[[[[[", "\n"},
		{"", "- - - - - - - - ", "\n"},
	};
	(void)state;
	size_t n = YAML_STREAM_MAX_PIECE / 16 + 200;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		val *got;
		str text = repeated(mem, rows[i].head, rows[i].piece, n, rows[i].tail);
		err *e = yaml_read(mem, text, 2, &got);
		if (err_code(e) != ERR_LIMIT)
			print_error("%s…: %s\n", rows[i].head, e ? err_text(mem, e) : "no error");
		assert_int_equal(err_code(e), ERR_LIMIT);
		arena_close(mem);
	}
}

static void test_too_much_json(void **state)
{
	static const struct {
		const char *head, *piece, *tail;
	} rows[] = {
		{"[\"", "xxxxxxxxxxxxxxxx", "\"]"},
		{"[[", "1,2,3,4,5,6,7,8,", "1]]"},
		{"[", "1111111111111111", "]"},
		{"{\"", "xxxxxxxxxxxxxxxx", "\":1}"},
	};
	(void)state;
	size_t n = JSON_STREAM_MAX_PIECE / 16 + 200;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		val *got;
		str text = repeated(mem, rows[i].head, rows[i].piece, n, rows[i].tail);
		assert_int_equal(err_code(json_read(mem, text, 1, &got)), ERR_LIMIT);
		arena_close(mem);
	}
}

/* Many small pieces are no trouble, however many; nor is one of nearly the size that may be. */
static void test_just_enough(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *got;
	str many = repeated(mem, "a:\n", "- {x: 12345678}\n", YAML_STREAM_MAX_PIECE / 8, "");
	struct yaml_stream *s;
	enum stream_next next;
	bool more;
	str key;
	size_t n = 0;
	assert_null(yaml_stream_open(mem, mapped_text(mem, many), &s));
	assert_null(yaml_stream_next(s, &next));
	assert_null(yaml_stream_enter(s));
	assert_null(yaml_stream_more(s, &more, &key));
	assert_null(yaml_stream_next(s, &next));
	assert_int_equal(next, STREAM_LIST);
	assert_null(yaml_stream_enter(s));
	for (;; n++) {
		arena *own = arena_open();
		assert_null(yaml_stream_more(s, &more, &key));
		if (more)
			assert_null(yaml_stream_value(s, own, &got));
		arena_close(own);
		if (!more)
			break;
	}
	assert_int_equal(n, YAML_STREAM_MAX_PIECE / 8);
	str large = repeated(mem, "a:\n- \"", "xxxxxxxxxxxxxxxx", YAML_STREAM_MAX_PIECE / 16 - 10,
			     "\"\n");
	assert_null(yaml_read(mem, large, 2, &got));
	arena_close(mem);
}

/* Aliases may point to what was read before, within bounds. */
static void test_anchors(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *got;
	str text = repeated(mem, "a:\n- &x [", "aaaaaaaaa, ", YAML_STREAM_MAX_PIECE / 16, "1]\n");
	buf b = buf_init(mem);
	for (int i = 0; i < 20; i++)
		buf_str(&b, i ? str_sub(text, 3, text.n) : text);
	assert_int_equal(err_code(yaml_read(mem, buf_view(&b), 2, &got)), ERR_LIMIT);
	assert_null(yaml_read(mem, STR("a:\n- &x {k: v}\nb:\n- 1\n- 2\nc:\n- *x\n"), 2, &got));
	assert_string_equal(val_as_text(val_get(val_at(val_get(got, "c"), 0), "k")), "v");
	arena_close(mem);
}

static void test_keys(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *got;
	buf b = buf_init(mem);
	for (int i = 0; i <= YAML_STREAM_MAX_KEYS; i++)
		buf_printf(&b, "k%d:\n", i);
	assert_int_equal(err_code(yaml_read(mem, buf_view(&b), 1, &got)), ERR_LIMIT);
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_yaml_is_the_same), cmocka_unit_test(test_json_is_the_same),
	cmocka_unit_test(test_cut_off),		 cmocka_unit_test(test_yaml_faults),
	cmocka_unit_test(test_json_faults),	 cmocka_unit_test(test_too_much),
	cmocka_unit_test(test_too_much_json),	 cmocka_unit_test(test_just_enough),
	cmocka_unit_test(test_anchors),		 cmocka_unit_test(test_keys),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
