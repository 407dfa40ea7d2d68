#include "apply/change.h"

#include "base/buf.h"
#include "base/vec.h"

void change_add(arena *mem, struct changes *c, const char *name, enum change_kind kind)
{
	struct change one = {name, kind};
	VEC_PUSH(mem, c, one);
}

const char *change_text(arena *mem, const struct changes *c)
{
	static const char *const words[] = {"created", "configured", "deleted", "skipped"};
	buf b = buf_init(mem);
	for (size_t i = 0; i < c->n; i++)
		buf_printf(&b, "%s%s %s", i ? "\n" : "", c->p[i].name, words[c->p[i].kind]);
	return buf_text(&b);
}
