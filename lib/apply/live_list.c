#include "apply/live_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *live_list(arena *mem, const char **lines, size_t n)
{
	buf b = buf_init(mem);
	if (n)
		qsort(lines, n, sizeof(*lines), by_text);
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", lines[i]);
	return buf_text(&b);
}
