/* Public keys of OpenSSH, in lines and in bytes. */
#include <stdlib.h>

#include "crypt/sshkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct sshkey k;
	if (!sshkey_line(mem, in, &k) && !*sshkey_fingerprint(mem, &k))
		abort();
	if (!sshkey_parse(mem, in, &k) && sshkey_verify(mem, &k, in, in))
		abort();
	arena_close(mem);
	return 0;
}
