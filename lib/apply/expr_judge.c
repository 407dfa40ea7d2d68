#include "apply/expr_judge.h"

static enum health judge(const void *arg, arena *mem, const val *obj, const char **ret_message)
{
	enum cel_health h;
	err *e = cel_health_of(mem, arg, obj, &h);
	if (e) {
		*ret_message = err_text(mem, e);
		return HEALTH_UNKNOWN;
	}
	return h == CEL_HEALTH_CURRENT	? HEALTH_CURRENT
	       : h == CEL_HEALTH_FAILED ? HEALTH_FAILED
					: HEALTH_IN_PROGRESS;
}

err *expr_judge_compile(arena *mem, const char *current, const char *failed,
			const char *in_progress, struct expr_judge *ret)
{
	TRY(cel_health_compile(mem, current, failed, in_progress, &ret->checks));
	ret->judge = (struct live_judge){judge, &ret->checks};
	return NULL;
}
