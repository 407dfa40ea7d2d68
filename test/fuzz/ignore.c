/* Patterns of .sourceignore: the first line is a path, the rest the patterns. */
#include "pack/ignore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str path, patterns;
	str_cut((str){(const char *)data, size}, '\n', &path, &patterns);
	const char *text = str_text(mem, path);
	struct ignore *g = ignore_new(mem);
	ignore_add_vcs(g, ignore_domain_of(mem, "."));
	ignore_read(g, patterns, ignore_domain_of(mem, "."));
	ignore_read(g, patterns, ignore_domain_of(mem, "a/b"));
	ignore_match(g, text, false);
	ignore_match(g, text, true);
	arena_close(mem);
	return 0;
}
