#include "kind/ready_expr.h"

#include "cel/cel.h"

err *ready_expr_eval(void *arg, arena *mem, const char *expr, const val *self, const val *dep,
		     bool *ret_ready)
{
	static const char *const names[] = {"self", "dep"};
	struct cel_options o = {.check = true, .variables = names, .n = 2, .want_bool = true};
	struct cel_program *program;
	(void)arg;
	TRY(cel_compile(mem, str_of(expr), &o, &program));
	val *vars = val_map(mem);
	val_set(mem, vars, "self", val_copy(mem, self));
	val_set(mem, vars, "dep", val_copy(mem, dep));
	err *e = cel_run_bool(mem, program, vars, ret_ready);
	return e ? err_new(mem, ERR_FAILED, "%s", err_text(mem, e)) : NULL;
}
