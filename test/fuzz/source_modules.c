/* .gitmodules files, and what their URLs lead to. */
#include <stdlib.h>
#include <string.h>

#include "source/modules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char parent[] = "https://git.example.org/org/app.git";
	arena *mem = arena_open();
	struct module *m;
	size_t n;
	char *url;
	if (!modules_read(mem, (str){(const char *)data, size}, &m, &n))
		for (size_t i = 0; i < n; i++) {
			if (m[i].path[0] == '/' || !*m[i].url)
				abort();
			if (!modules_url(mem, parent, m[i].url, &url))
				modules_same_host(mem, parent, url);
		}
	arena_close(mem);
	return 0;
}
