/* A request as the server gets it from anybody: its head, then its body in chunks, whole and byte by byte. */
#include <string.h>

#include "net/server_head.h"

static enum chunk_outcome take(arena *mem, str rest, size_t step, buf *ret_body)
{
	struct server_chunks k = {0};
	enum chunk_outcome o = CHUNKS_MORE;
	*ret_body = buf_init(mem);
	while (o == CHUNKS_MORE && rest.n) {
		str part = str_sub(rest, 0, step);
		rest = str_sub(rest, step, rest.n);
		o = server_chunks_take(&k, &part, ret_body, 4096);
	}
	return o;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str bytes = {(const char *)data, size};
	struct server_head h;
	buf a, b;
	size_t n = server_head_length(bytes);
	if (n && !server_head_parse(mem, str_sub(bytes, 0, n), &h)) {
		if (!h.path || (h.path[0] != '/' && strcmp(h.path, "*") != 0) || h.length < 0 ||
		    (h.chunked && h.length))
			__builtin_trap();
		server_head_get(&h, "host");
	}
	str rest = str_sub(bytes, n, bytes.n);
	enum chunk_outcome x = take(mem, rest, rest.n + 1, &a), y = take(mem, rest, 1, &b);
	if (x != y || a.n > 4096 || (x == CHUNKS_DONE && !str_eq(buf_view(&a), buf_view(&b))))
		__builtin_trap();
	arena_close(mem);
	return 0;
}
