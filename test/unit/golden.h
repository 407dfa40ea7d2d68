/*
 * golden: cases that are folders of files: what goes in, and want.*, what has to come out. They lie
 * in test/golden/<box>/<case>/, seen from the root of the tree. UPDATE=1 writes want.* anew.
 */
#ifndef SLUICE_TEST_GOLDEN_H
#define SLUICE_TEST_GOLDEN_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"

#define GOLDEN_MAX_BYTES ((size_t)1 << 20)

/* Runs one case; true when all came out as wanted. */
typedef bool (*golden_case)(arena *mem, const char *folder);

/* A file of the case; NULL when there is none. */
static inline const char *golden_read(arena *mem, const char *folder, const char *name, str *ret)
{
	const char *path = arena_printf(mem, "%s/%s", folder, name);
	if (!file_exists(path) || file_read(mem, path, GOLDEN_MAX_BYTES, ret))
		return NULL;
	return path;
}

/* What came out, against the file; a NULL text means that the file must not be there. */
static inline bool golden_check(arena *mem, const char *folder, const char *name, const char *got,
				size_t n)
{
	str want;
	const char *path = arena_printf(mem, "%s/%s", folder, name);
	if (getenv("UPDATE")) {
		if (got)
			assert_null(file_write(mem, path, (str){got, n}, 0644));
		else
			remove(path);
		return true;
	}
	bool there = golden_read(mem, folder, name, &want) != NULL;
	if (there == (got != NULL) && (!there || str_eq(want, (str){got, n})))
		return true;
	print_error("%s\n  want %.*s\n  got  %.*s\n", path, there ? (int)want.n : 6,
		    there ? want.p : "(none)", got ? (int)n : 6, got ? got : "(none)");
	return false;
}

/* A text, or the text of a failure with a line break behind it, whichever it is. */
static inline bool golden_result(arena *mem, const char *folder, const char *name, str text,
				 const err *failure)
{
	const char *told = failure ? arena_printf(mem, "%s\n", err_text(mem, failure)) : NULL;
	if (told && told[strlen(told) - 2] == '\n')
		told = arena_printf(mem, "%.*s", (int)strlen(told) - 1, told);
	bool fine = golden_check(mem, folder, name, failure ? NULL : text.p ? text.p : "", text.n);
	return golden_check(mem, folder, "want.err", told, told ? strlen(told) : 0) && fine;
}

/* Runs all cases of a box. */
static inline void golden_run(const char *box, golden_case run)
{
	char folder[512];
	size_t cases = 0, wrong = 0;
	snprintf(folder, sizeof(folder), "test/golden/%s", box);
	DIR *dir = opendir(folder);
	assert_non_null(dir);
	for (struct dirent *d; (d = readdir(dir));) {
		if (d->d_name[0] == '.')
			continue;
		arena *mem = arena_open();
		cases++;
		wrong += !run(mem, arena_printf(mem, "%s/%s", folder, d->d_name));
		arena_close(mem);
	}
	closedir(dir);
	assert_true(cases > 0);
	assert_int_equal(wrong, 0);
}

#endif
