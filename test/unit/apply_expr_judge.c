#include "apply/expr_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "data/json.h"

static enum health judged(arena *mem, const struct expr_judge *j, const char *obj,
			  const char **ret_message)
{
	val *v;
	*ret_message = NULL;
	assert_null(json_parse(mem, str_of(obj), &v));
	return j->judge.of(j->judge.arg, mem, v, ret_message);
}

static void each_expression_counts(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct expr_judge j;
	const char *message;
	assert_null(expr_judge_compile(mem, "status.phase == 'done'", "status.phase == 'lost'",
				       "status.phase == 'going'", &j));
	assert_int_equal(judged(mem, &j, "{\"status\":{\"phase\":\"done\"}}", &message),
			 HEALTH_CURRENT);
	assert_int_equal(judged(mem, &j, "{\"status\":{\"phase\":\"lost\"}}", &message),
			 HEALTH_FAILED);
	assert_int_equal(judged(mem, &j, "{\"status\":{\"phase\":\"going\"}}", &message),
			 HEALTH_IN_PROGRESS);
	assert_int_equal(judged(mem, &j, "{\"status\":{\"phase\":\"else\"}}", &message),
			 HEALTH_IN_PROGRESS);
	assert_null(message);
	arena_close(mem);
}

static void what_fails_is_unknown(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct expr_judge j;
	const char *message;
	assert_null(expr_judge_compile(mem, "status.phase == 'done'", NULL, NULL, &j));
	assert_int_equal(judged(mem, &j, "{\"status\":{}}", &message), HEALTH_UNKNOWN);
	assert_non_null(message);
	assert_int_equal(err_code(expr_judge_compile(mem, "status.phase ==", NULL, NULL, &j)),
			 ERR_INVALID);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_expression_counts),
		cmocka_unit_test(what_fails_is_unknown),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
