/* Trees of YAML: golden cases, changing trees, ceilings. */
#include "golden.h"

#include "data/json.h"
#include "data/yaml_node.h"

static bool one_case(arena *mem, const char *folder)
{
	str in;
	struct yaml_node *doc = NULL;
	buf text = buf_init(mem), printed = buf_init(mem);
	assert_non_null(golden_read(mem, folder, "in.yaml", &in));
	err *e = yaml_node_read(mem, in, &doc);
	if (!e)
		e = yaml_node_text(&text, doc);
	bool fine = golden_check(mem, folder, "want.text", e ? NULL : buf_text(&text), text.n);
	if (!e)
		e = yaml_node_expand(mem, doc);
	if (!e)
		e = yaml_node_print(&printed, doc);
	return golden_result(mem, folder, "want.yaml", buf_view(&printed), e) && fine;
}

static void golden(void **state)
{
	(void)state;
	golden_run("yaml_node", one_case);
}

static struct yaml_node *read(arena *mem, const char *text)
{
	struct yaml_node *doc;
	assert_null(yaml_node_read(mem, str_of(text), &doc));
	return doc;
}

static const char *printed(arena *mem, const struct yaml_node *n)
{
	buf b = buf_init(mem);
	assert_null(yaml_node_print(&b, n));
	return buf_text(&b);
}

static void looks(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct yaml_node *doc = read(mem, "a: {b: [x, y]}\nn: ~\ne: {}\na: again\n");
	assert_true(yaml_node_is(doc, YN_MAP));
	assert_int_equal(yaml_node_len(doc), 4);
	struct yaml_node *list = YAML_NODE_IN(doc, "a", "b");
	assert_int_equal(yaml_node_len(list), 2);
	assert_true(yaml_node_says(yaml_node_at(list, 1), "y"));
	assert_null(yaml_node_at(list, 2));
	assert_null(YAML_NODE_IN(doc, "a", "b", "c"));
	assert_null(yaml_node_get(NULL, "a"));
	assert_true(yaml_node_missing(yaml_node_get(doc, "n")));
	assert_true(yaml_node_empty(yaml_node_get(doc, "e")));
	assert_false(yaml_node_empty(doc));
	assert_true(yaml_node_says(yaml_node_key_at(doc, 2), "e"));
	assert_string_equal(yaml_node_tag(yaml_node_plain(mem, STR("0x10"))), YT_INT);
	assert_int_equal(yaml_node_get(doc, "e")->line, 3);
	arena_close(mem);
}

static void changes(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct yaml_node *doc = read(mem, "a: \"1\"\nb: x\nl: [p, q]\n");
	/* the quotes of what was there stay, so it is a text still */
	yaml_node_set(mem, doc, STR("a"), yaml_node_plain(mem, STR("2")));
	yaml_node_set(mem, doc, STR("new"), yaml_node_plain(mem, STR("yes")));
	yaml_node_set(mem, doc, STR("b"), NULL);
	yaml_node_put(mem, doc, STR("m"), yaml_node_plain(mem, STR("3")));
	struct yaml_node *list = yaml_node_get(doc, "l");
	yaml_node_insert(mem, list, 1, yaml_node_string(mem, STR("5")));
	yaml_node_remove(list, 0);
	yaml_node_push(mem, list, yaml_node_map(mem));
	assert_string_equal(printed(mem, doc),
			    "a: \"2\"\nl:\n- \"5\"\n- q\n- {}\nm: 3\nnew: \"yes\"\n");
	struct yaml_node *copy = yaml_node_copy(mem, doc);
	assert_true(yaml_node_eq(doc, copy));
	assert_true(yaml_node_del(copy, STR("m")));
	assert_false(yaml_node_del(copy, STR("m")));
	assert_false(yaml_node_eq(doc, copy));
	arena_close(mem);
}

static void values(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *v;
	buf b = buf_init(mem);
	struct yaml_node *doc = read(
		mem, "i: 5\nf: 1.0\nt: 2001-01-01\nb: !!binary aGk=\ns: '<&>'\nl: [~, true]\n");
	assert_null(yaml_node_val(mem, doc, &v));
	assert_string_equal(json_text(mem, v, JSON_SORTED),
			    "{\"b\":\"hi\",\"f\":1,\"i\":5,\"l\":[null,true],\"s\":\"<&>\",\"t\":"
			    "\"2001-01-01T00:00:00Z\"}");
	assert_int_equal(val_get(v, "f")->kind, VAL_FLOAT);
	assert_null(yaml_node_json(&b, doc));
	assert_string_equal(buf_text(&b),
			    "{\"b\":\"hi\",\"f\":1,\"i\":5,\"l\":[null,true],\"s\":"
			    "\"\\u003c\\u0026\\u003e\",\"t\":\"2001-01-01T00:00:00Z\"}");
	buf text = buf_init(mem);
	assert_null(yaml_node_text(&text, yaml_node_from_val(mem, v)));
	assert_string_equal(buf_text(&text), "b: hi\nf: 1\ni: 5\nl:\n- null\n- true\ns: <&>\n"
					     "t: \"2001-01-01T00:00:00Z\"\n");
	arena_close(mem);
}

static void streams(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct yaml_node **docs, *none = (struct yaml_node *)1;
	size_t n;
	assert_null(yaml_node_read_all(mem, STR("a: 1\n---\n- 2\n...\n---\n"), &docs, &n));
	assert_int_equal(n, 3);
	assert_true(yaml_node_is(docs[1], YN_LIST));
	assert_null(yaml_node_read(mem, STR("# only this\n"), &none));
	assert_null(none);
	assert_null(yaml_node_read(mem,
				   STR("\xFF\xFE"
				       "a\0:\0 \0\xE9\0"),
				   &none));
	assert_true(yaml_node_says(yaml_node_get(none, "a"), "\xC3\xA9"));
	arena_close(mem);
}

/* Texts that would eat memory or stack are refused. */
static void ceilings(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct yaml_node *doc;
	buf deep = buf_init(mem), blocks = buf_init(mem), bomb = buf_init(mem);
	buf_fill(&deep, '[', YAML_NODE_MAX_DEPTH + 1);
	assert_int_equal(err_code(yaml_node_read(mem, buf_view(&deep), &doc)), ERR_LIMIT);
	for (int i = 0; i <= YAML_NODE_MAX_DEPTH; i++)
		buf_text_add(&blocks, "- ");
	assert_int_equal(err_code(yaml_node_read(mem, buf_view(&blocks), &doc)), ERR_LIMIT);
	buf_text_add(&bomb, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	for (int i = 1; i < 9; i++) {
		buf_printf(&bomb, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			buf_printf(&bomb, "%s*a%d", k ? ", " : "", i - 1);
		buf_text_add(&bomb, "]\n");
	}
	assert_null(yaml_node_read(mem, buf_view(&bomb), &doc));
	assert_int_equal(err_code(yaml_node_expand(mem, doc)), ERR_LIMIT);
	assert_null(yaml_node_read(mem, STR("a: &x [*x]\n"), &doc));
	assert_int_equal(err_code(yaml_node_expand(mem, doc)), ERR_INVALID);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden), cmocka_unit_test(looks),   cmocka_unit_test(changes),
		cmocka_unit_test(values), cmocka_unit_test(streams), cmocka_unit_test(ceilings),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
