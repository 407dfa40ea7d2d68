/* Release records: read, and what was read is written and read again. */
#include <stdlib.h>

#include "helm/helm_release.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	val *release, *again;
	str out;
	if (!helm_release_decode(mem, (str){(const char *)data, size}, &release) &&
	    !helm_release_encode(mem, NULL, release, &out)) {
		/* what was written can be read, and is then the same */
		str same;
		if (helm_release_decode(mem, out, &again) ||
		    helm_release_encode(mem, NULL, again, &same) || !str_eq(out, same))
			abort();
	}
	arena_close(mem);
	return 0;
}
