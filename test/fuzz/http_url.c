/* A URL and a reference to it, with a line break between: what is printed reads back the same. */
#include <string.h>

#include "net/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str first, second;
	struct url *u, *again;
	char *joined;
	str_cut((str){(const char *)data, size}, '\n', &first, &second);
	char *a = str_text(mem, first), *b = str_text(mem, second);
	err *e = url_parse(mem, a, &u);
	if (!e) {
		char *text = url_text(mem, u);
		if (url_parse(mem, text, &again) || strcmp(url_text(mem, again), text) != 0)
			__builtin_trap();
		if (u->authority && (strcmp(u->host, again->host) != 0 || u->port != again->port))
			__builtin_trap();
		url_query_get(mem, u->query, "a");
	}
	if (!url_join(mem, a, b, &joined))
		url_parse(mem, joined, &u);
	url_redact(mem, a);
	arena_close(mem);
	return 0;
}
