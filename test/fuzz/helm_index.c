/* Indexes of Helm repositories. */
#include "source/index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct index *index;
	struct index_version found;
	if (!index_parse(mem, (str){(const char *)data, size}, &index)) {
		index_pick(mem, index, "c", "", &found);
		index_pick(mem, index, "c", "^1", &found);
	}
	arena_close(mem);
	return 0;
}
