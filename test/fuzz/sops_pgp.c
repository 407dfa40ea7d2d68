/* Keys of OpenPGP, and a message, by keys of ours and by what was read as keys. */
#include "base/file.h"
#include "sops/sops_pgp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {"rsa3072", "cv25519", "nistp256"};
	arena *mem = arena_open();
	struct sops_pgp_ring ring = {0};
	str in = {(const char *)data, size}, text, plain;
	sops_pgp_add(mem, &ring, in);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!file_read(mem, arena_printf(mem, "test/sops/keys/%s.asc", names[i]), 65536,
			       &text))
			sops_pgp_add(mem, &ring, text);
	sops_pgp_open(mem, &ring, in, &plain);
	arena_close(mem);
	return 0;
}
