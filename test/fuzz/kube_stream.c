/* What an API server streams: the first byte says how it is cut; a list, or lines of watch events. Cut
 * otherwise the pieces must be the same. */
#include <string.h>

#include "base/buf.h"
#include "data/json.h"
#include "kube/splitter.h"

struct seen {
	arena *mem;
	buf all;
};

static err *on_piece(void *arg, const char *key, str piece)
{
	struct seen *s = arg;
	arena *mem = arena_open();
	val *v;
	buf_printf(&s->all, "%s=", key);
	buf_str(&s->all, piece);
	buf_char(&s->all, '\n');
	err *e = err_copy(s->mem, json_parse(mem, piece, &v));
	arena_close(mem);
	return e;
}

static str split(arena *mem, bool list, str rest, size_t step)
{
	struct seen s = {mem, buf_init(mem)};
	struct splitter *p = splitter_open(list, on_piece, &s);
	err *e = NULL;
	while (!e && rest.n) {
		e = splitter_feed(mem, p, str_sub(rest, 0, step));
		rest = str_sub(rest, step, rest.n);
	}
	if (!e)
		e = splitter_end(mem, p);
	if (e)
		buf_text_add(&s.all, err_text(mem, e));
	splitter_close(p);
	return buf_view(&s.all);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	arena *mem = arena_open();
	str rest = {(const char *)data + 1, size - 1};
	bool list = data[0] & 1;
	str a = split(mem, list, rest, (size_t)(data[0] >> 1) + 1),
	    b = split(mem, list, rest, rest.n + 1);
	if (!str_eq(a, b))
		__builtin_trap();
	arena_close(mem);
	return 0;
}
