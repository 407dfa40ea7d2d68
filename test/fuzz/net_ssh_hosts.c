/* Texts of known_hosts. */
#include <stdlib.h>

#include "net/ssh_hosts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct ssh_hosts *h;
	if (!ssh_hosts_read(mem, (str){(const char *)data, size}, &h)) {
		ssh_hosts_algorithms(mem, h, "git.example.org", 22);
		if (!ssh_hosts_check(mem, h, "git.example.org", 2222, STR("none")))
			abort();
	}
	arena_close(mem);
	return 0;
}
