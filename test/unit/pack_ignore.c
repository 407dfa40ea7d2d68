/* Which paths are left out: the recorded table, and .sourceignore files of a tree. */
#include "table.h"

#include "pack/ignore.h"

static const char *row(arena *mem, const val *in, val **ret_got)
{
	const char *mode = val_text_or(val_get(in, "mode"), "");
	const val *list = val_get(in, "domain");
	str *parts = NEW_N(mem, str, val_len(list));
	for (size_t i = 0; i < val_len(list); i++)
		parts[i] = val_as_str(val_at(list, i));
	struct ignore_domain domain = {parts, val_len(list)};
	struct ignore *own = ignore_new(mem), *g = ignore_new(mem);
	ignore_read(own, val_as_str(val_get(in, "ignore")), domain);
	if (!text_eq(mode, "matcher"))
		ignore_add_vcs(g, domain);
	if (text_eq(mode, "defaultMatcher") || (text_eq(mode, "archive") && !ignore_count(own)))
		ignore_add_defaults(g, domain);
	ignore_append(g, own);
	*ret_got = val_bool(mem, ignore_match(g, val_as_text(val_get(in, "path")),
					      val_as_bool(val_get(in, "dir"), false)));
	return NULL;
}

static void rows(void **state)
{
	(void)state;
	table_run("sourceignore", NULL, row);
}

static void files_of_a_tree(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct tree *t = tree_memory(mem);
	struct ignore *g = ignore_new(mem);
	tree_put(t, ".sourceignore", STR("# top\n*.md\n/b/\n"));
	tree_put(t, "a/.sourceignore", STR("!KEEP.md\n/x"));
	tree_put(t, ".git/.sourceignore", STR("*"));
	tree_put(t, "c/.sourceignore/file", STR("*"));
	assert_null(ignore_load(mem, g, t));
	assert_int_equal(ignore_count(g), 4);
	assert_true(ignore_match(g, "c/README.md", false));
	assert_false(ignore_match(g, "a/b/KEEP.md", false));
	assert_true(ignore_match(g, "KEEP.md", false));
	assert_true(ignore_match(g, "a/x", false));
	assert_false(ignore_match(g, "x", false));
	assert_true(ignore_match(g, "b", true));
	assert_false(ignore_match(g, "b", false));
	arena_close(mem);
}

static void a_long_line_ends_it(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct ignore *g = ignore_new(mem);
	buf b = buf_init(mem);
	buf_text_add(&b, "a\n");
	buf_fill(&b, 'x', IGNORE_MAX_LINE);
	buf_text_add(&b, "\nb\n");
	ignore_read(g, buf_view(&b), (struct ignore_domain){0});
	assert_int_equal(ignore_count(g), 1);
	arena_close(mem);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(rows),
	cmocka_unit_test(files_of_a_tree),
	cmocka_unit_test(a_long_line_ends_it),
};
TABLE_MAIN(tests)
