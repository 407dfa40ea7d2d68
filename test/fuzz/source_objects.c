/* The bytes of commits and trees. */
#include <stdlib.h>

#include "source/objects.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct object_commit commit;
	struct object_entry e;
	bool bad;
	if (!objects_parse_commit(mem, in, &commit) && (!commit.tree || !commit.message))
		abort();
	while (objects_tree_next(mem, &in, &e, &bad))
		if (!e.name.n || str_find(e.name, '/') >= 0)
			abort();
	arena_close(mem);
	return 0;
}
