#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"

static atomic_int least_level = LOG_INFO;
static atomic_bool for_console;

static const char *const names[] = {"trace", "debug", "info", "error"};

void log_setup(enum log_level least, bool console)
{
	atomic_store(&least_level, (int)least);
	atomic_store(&for_console, console);
}

bool log_level_parse(const char *name, enum log_level *ret_level)
{
	for (int i = 0; i < 4; i++) {
		if (text_eq(name, names[i])) {
			*ret_level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

static void quoted(buf *b, const char *text)
{
	buf_char(b, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		if (c == '"' || c == '\\')
			buf_printf(b, "\\%c", c);
		else if (c == '\n')
			buf_text_add(b, "\\n");
		else if (c == '\t')
			buf_text_add(b, "\\t");
		else if (c < ' ' || c == 0x7f)
			buf_printf(b, "\\u%04x", c);
		else
			buf_char(b, (char)c);
	}
	buf_char(b, '"');
}

static void pair(buf *b, bool console, const char *key, const char *value)
{
	buf_text_add(b, console ? " " : ",");
	if (console)
		buf_text_add(b, key);
	else
		quoted(b, key);
	buf_char(b, console ? '=' : ':');
	quoted(b, value);
}

static void write_line(buf *b)
{
	buf_char(b, '\n');
	for (size_t done = 0; done < b->n;) {
		ssize_t n = write(STDERR_FILENO, b->p + done, b->n - done);
		if (n <= 0)
			return;
		done += (size_t)n;
	}
}

void log_line(enum log_level level, const char *logger, const char *msg, ...)
{
	if ((int)level < atomic_load(&least_level))
		return;
	bool console = atomic_load(&for_console);
	arena *mem = arena_open();
	buf b = buf_init(mem);
	char *ts = clock_rfc3339_micro(mem, clock_wall());
	if (console) {
		buf_printf(&b, "%s %-5s %s", ts, names[level], msg);
		if (logger)
			pair(&b, console, "logger", logger);
	} else {
		buf_printf(&b, "{\"level\":\"%s\",\"ts\":\"%s\"", names[level], ts);
		if (logger)
			pair(&b, console, "logger", logger);
		pair(&b, console, "msg", msg);
	}
	va_list ap;
	va_start(ap, msg);
	for (const char *key; (key = va_arg(ap, const char *));) {
		const char *value = va_arg(ap, const char *);
		if (value)
			pair(&b, console, key, value);
	}
	va_end(ap);
	if (!console)
		buf_char(&b, '}');
	write_line(&b);
	arena_close(mem);
}
