#include "tmpl/tmpl_func.h"

err *tmpl_panic(arena *mem, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(mem, fmt, ap);
	va_end(ap);
	return err_new(mem, ERR_INVALID, "%s", text);
}

err *tmpl_panic_nil(arena *mem)
{
	return err_new(mem, ERR_INVALID,
		       "runtime error: invalid memory address or nil pointer dereference");
}

struct tv tmpl_text_of(struct tmpl_call *c, str text)
{
	return tv_str((str){arena_copy(c->mem, text.p, text.n), text.n});
}

struct tv tmpl_textf(struct tmpl_call *c, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(c->mem, fmt, ap);
	va_end(ap);
	return tv_text(text);
}

struct tv tmpl_buf_text(buf *b)
{
	buf_text(b);
	return tv_str(buf_view(b));
}
