#include "base/err.h"

#include <errno.h>
#include <string.h>

static err *make(arena *mem, enum err_code code, const err *cause, const char *fmt, va_list ap)
{
	err *e = NEW(mem, err);
	*e = (err){code, arena_vprintf(mem, fmt, ap), cause, NULL, NULL};
	return e;
}

err *err_new(arena *mem, enum err_code code, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err *e = make(mem, code, NULL, fmt, ap);
	va_end(ap);
	return e;
}

err *err_wrap(arena *mem, const err *cause, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	err *e = make(mem, cause->code, cause, fmt, ap);
	va_end(ap);
	return e;
}

err *err_errno(arena *mem, int number, const char *fmt, ...)
{
	enum err_code code = number == ENOENT ? ERR_NOT_FOUND : ERR_IO;
	char reason[128];
	/* the message catalogue is not used: texts must not depend on the locale */
	const char *said = strerror_r(number, reason, sizeof(reason));
	err *root = err_new(mem, code, "%s", said);
	va_list ap;
	va_start(ap, fmt);
	err *e = make(mem, code, root, fmt, ap);
	va_end(ap);
	return e;
}

const char *err_text(arena *mem, const err *e)
{
	size_t n = 1;
	for (const err *i = e; i; i = i->cause)
		n += strlen(i->text) + 2;
	char *text = arena_alloc(mem, n), *at = text;
	for (const err *i = e; i; i = i->cause) {
		size_t len = strlen(i->text);
		if (!len)
			continue;
		if (at != text) {
			memcpy(at, ": ", 2);
			at += 2;
		}
		memcpy(at, i->text, len);
		at += len;
	}
	return text;
}

err *err_copy(arena *mem, const err *e)
{
	if (!e)
		return NULL;
	err *copy = NEW(mem, err);
	*copy = (err){e->code, arena_text(mem, e->text), err_copy(mem, e->cause),
		      arena_text(mem, e->reason), arena_text(mem, e->mark)};
	return copy;
}

int err_code(const err *e)
{
	return e ? (int)e->code : 0;
}
