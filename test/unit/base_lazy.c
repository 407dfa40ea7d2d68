#include "base/lazy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FUNCTIONS(X) X(atol) X(labs)
LAZY_LIBRARY("libc.so.6", FUNCTIONS)

static void functions_are_the_librarys(void **state)
{
	(void)state;
	assert_int_equal(LAZY(atol)("-12"), -12);
	assert_int_equal(LAZY(labs)(-7), 7);
}

/* How a process ends that asks for this. */
static int end_of(const char *file, const char *name)
{
	int status;
	pid_t child = fork();
	if (!child) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(2);
		lazy_find(lazy_open(file), name);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void what_is_not_there_ends_the_program(void **state)
{
	(void)state;
	assert_int_equal(end_of("libc.so.6", "atol"), 0);
	assert_int_equal(end_of("libc.so.6", "no_such_function"), 1);
	assert_int_equal(end_of("libnosuchlibrary.so.0", "atol"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_are_the_librarys),
		cmocka_unit_test(what_is_not_there_ends_the_program),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
