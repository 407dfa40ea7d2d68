/* Indexes of Helm repositories: read piece by piece, written, and looked up. */
#include <stdlib.h>

#include "base/buf.h"
#include "source/index.h"

static err *gather(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct index_version found;
	buf stored = buf_init(mem);
	struct mapped *raw = mapped_text(mem, (str){(const char *)data, size});
	if (!index_convert(mem, raw, "/tmp", (struct sink){gather, &stored})) {
		struct mapped *index = mapped_text(mem, buf_view(&stored));
		/* what was written can be read */
		err *e = index_pick(mem, index, "c", "", true, &found);
		if (e && e->code != ERR_NOT_FOUND)
			abort();
		index_pick(mem, index, "c", "^1", false, &found);
	}
	index_pick(mem, raw, "c", "1.x", false, &found);
	arena_close(mem);
	return 0;
}
