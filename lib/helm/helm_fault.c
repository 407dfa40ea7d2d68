#include "helm/helm_fault.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"

struct fault *fault_new(arena *mem, const char *path, const char *fmt, ...)
{
	struct fault *f = NEW(mem, struct fault);
	va_list ap;
	va_start(ap, fmt);
	f->path = path;
	f->text = arena_vprintf(mem, fmt, ap);
	va_end(ap);
	return f;
}

void faults_add(arena *mem, struct faults *list, struct fault *f)
{
	if (f)
		VEC_PUSH(mem, list, f);
}

struct fault *faults_one(arena *mem, const char *path, const struct faults *list)
{
	if (list->n < 2)
		return list->n ? list->p[0] : NULL;
	struct fault *group = NEW(mem, struct fault);
	group->path = path;
	group->below = *list;
	return group;
}

static void print(buf *b, const struct fault *f, size_t level)
{
	buf_fill(b, ' ', 2 * level);
	buf_printf(b, "- at '%s': %s\n", f->path, f->text ? f->text : "validation failed");
	for (size_t i = 0; i < f->below.n; i++)
		print(b, f->below.p[i], level + 1);
}

void fault_print(buf *b, const struct fault *f)
{
	if (f->text) {
		print(b, f, 0);
		return;
	}
	for (size_t i = 0; i < f->below.n; i++)
		print(b, f->below.p[i], 0);
}

static void superscript(buf *b, const char *digits)
{
	static const char *const up[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
	for (; *digits; digits++)
		buf_text_add(b, *digits == '-' ? "⁻" : *digits == '+' ? "" : up[*digits - '0']);
}

/* Commas between the thousands of the whole part. */
static void grouped(buf *b, const char *text)
{
	if (*text == '-')
		buf_char(b, *text++);
	size_t whole = strcspn(text, ".");
	for (size_t i = 0; i < whole; i++) {
		if (i && (whole - i) % 3 == 0)
			buf_char(b, ',');
		buf_char(b, text[i]);
	}
	buf_text_add(b, text + whole);
}

char *fault_number(arena *mem, double f)
{
	buf b = buf_init(mem);
	char *text = number_text(mem, f, 'e'), *e = strchr(text, 'e');
	int exponent = e ? atoi(e + 1) : 0;
	if (f == 0 || (exponent >= -4 && exponent < 6)) {
		grouped(&b, number_text(mem, f, 'f'));
		return buf_text(&b);
	}
	buf_add(&b, text, (size_t)(e - text));
	buf_text_add(&b, "×10");
	superscript(&b, e + 1);
	return buf_text(&b);
}
