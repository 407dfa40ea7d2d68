/* Foreign compressed bytes stay under the ceiling; our own come back as they were. */
#include <stdlib.h>

#include "pack/gzip.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size}, out, packed;
	struct gunzip_limits limits = {.bytes = 1 << 20, .ratio = 100};
	if (!gunzip_all(mem, in, limits, &out) && out.n > 1 << 20)
		abort();
	if (gzip_all(mem, in, &packed) ||
	    gunzip_all(mem, packed, (struct gunzip_limits){0}, &out) || !str_eq(in, out))
		abort();
	arena_close(mem);
	return 0;
}
