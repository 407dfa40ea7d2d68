/*
 * table: runs the rows of a table of recorded cases, one JSON object a line with "id", "in" and
 * "want" or "error". The tables lie outside the tree: in $SLUICE_SHARED, or in ../shared.
 */
#ifndef SLUICE_TEST_TABLE_H
#define SLUICE_TEST_TABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "data/json.h"

/* Runs one row; what came out goes to *ret_got (a value, or NULL with an error's text). */
typedef const char *(*table_row)(arena *mem, const val *in, val **ret_got);

#define TABLE_SHOWN 20 /* failures that are printed in full */

static inline bool table_same(const val *got, const val *want, const char *failed,
			      const char *error, arena *mem)
{
	if (error && strncmp(error, "panic: ", 7) == 0)
		return failed; /* the recorded library crashed; any error will do */
	if (error || failed)
		return error && failed && strcmp(error, failed) == 0;
	/* printed, 1 and 1.0 are the same number */
	return strcmp(json_text(mem, got, JSON_SORTED), json_text(mem, want, JSON_SORTED)) == 0;
}

/* One line of a table; returns whether it came out as recorded. */
static inline bool table_check(str line, table_row run, bool show)
{
	arena *mem = arena_open();
	val *row = NULL, *got = NULL;
	err *e = json_parse(mem, line, &row);
	if (e) {
		print_error("a row can't be read: %s\n", err_text(mem, e));
		arena_close(mem);
		return false;
	}
	const char *error = val_as_text(val_get(row, "error"));
	const char *failed = run(mem, val_get(row, "in"), &got);
	bool same = table_same(got, val_get(row, "want"), failed, error, mem);
	if (!same && show)
		print_error("%s %s\n  want %s\n  got  %s\n", val_as_text(val_get(row, "id")),
			    json_text(mem, val_get(row, "in"), JSON_SORTED),
			    error ? error : json_text(mem, val_get(row, "want"), JSON_SORTED),
			    failed ? failed : json_text(mem, got, JSON_SORTED));
	arena_close(mem);
	return same;
}

/* Runs all rows of units/<name>.jsonl for which `when` is true (NULL: all); fails the test when a
 * row differs, skips it with a message when the table is not there. */
static inline void table_run(const char *name, bool (*when)(const val *in), table_row run)
{
	arena *mem = arena_open();
	const char *shared = getenv("SLUICE_SHARED");
	const char *path = arena_printf(mem, "%s/conformance/units/%s.jsonl",
					shared ? shared : "../shared", name);
	str text;
	if (file_read(mem, path, (size_t)64 << 20, &text)) {
		print_message("# skipped: no table %s (set SLUICE_SHARED)\n", path);
		arena_close(mem);
		skip();
	}
	int rows = 0, bad = 0;
	str line;
	while (str_next(&text, '\n', &line)) {
		val *row = NULL;
		if (!line.n)
			continue;
		arena *one = arena_open();
		bool mine = !json_parse(one, line, &row) && (!when || when(val_get(row, "in")));
		arena_close(one);
		if (!mine)
			continue;
		rows++;
		bad += !table_check(line, run, bad < TABLE_SHOWN);
	}
	print_message("# %s: %d of %d rows\n", name, rows - bad, rows);
	arena_close(mem);
	assert_int_not_equal(rows, 0);
	assert_int_equal(bad, 0);
}

/* TAP unless the environment says otherwise; the number of failed tests. */
#define TABLE_MAIN(tests)                                                                          \
	int main(void)                                                                             \
	{                                                                                          \
		if (!getenv("CMOCKA_MESSAGE_OUTPUT"))                                              \
			cmocka_set_message_output(CM_OUTPUT_TAP);                                  \
		return cmocka_run_group_tests(tests, NULL, NULL);                                  \
	}

#endif
