#include "apply/refusal.h"

#include <string.h>

bool refusal_is_immutable(arena *mem, const err *e)
{
	static const char *const phrases[] = {
		"is immutable",		 "immutable field",
		"may not be changed",	 "may not change once set",
		"cannot be changed",	 "may not change fields other than",
		"for fields other than", "cannot change roleRef",
		"are forbidden",
	};
	const char *text = err_text(mem, e);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
		if (strstr(text, phrases[i]))
			return true;
	return false;
}

bool refusal_wrote_nothing(arena *mem, const err *e)
{
	const char *text = err_text(mem, e);
	/* webhooks are asked before anything is stored */
	if (strstr(text, "failed to create typed patch object") ||
	    strstr(text, "admission webhook") || strstr(text, "failed calling webhook"))
		return true;
	return e->code != ERR_IO && e->code != ERR_TIMEOUT && e->code != ERR_CANCELED &&
	       e->code != ERR_FAILED && e->code != ERR_BUSY;
}
