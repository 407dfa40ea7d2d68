/* Armored texts, packets and keys of OpenPGP. */
#include <stdlib.h>

#include "crypt/pgp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void walk(arena *mem, str bytes)
{
	struct pgp_packet p;
	struct pgp_key k;
	bool bad;
	size_t before = bytes.n + 1;
	while (pgp_next(mem, &bytes, &p, &bad)) {
		if (bytes.n >= before)
			abort();
		before = bytes.n;
		if (pgp_read_key(mem, p.body, &k) && !k.n_fingerprint)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size}, bytes;
	const char *type;
	walk(mem, in);
	if (!pgp_unarmor(mem, in, &type, &bytes))
		walk(mem, bytes);
	arena_close(mem);
	return 0;
}
