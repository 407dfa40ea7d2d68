/* An age file, armored or bare, and the text of identities. */
#include "base/file.h"
#include "sops/sops_age.h"
#include "sops/sops_age_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct sops_age_identities ids = {0};
	struct sops_age_file f;
	str in = {(const char *)data, size}, text, plain;
	sops_age_add(mem, &ids, in, false);
	sops_age_add(mem, &ids, in, true);
	if (!file_read(mem, "test/sops/keys/one.agekey", 4096, &text))
		sops_age_add(mem, &ids, text, false);
	if (!file_read(mem, "test/sops/keys/quantum.agekey", 8192, &text))
		sops_age_add(mem, &ids, text, false);
	sops_age_open(mem, &ids, in, &plain);
	if (!sops_age_parse(mem, in, &f)) {
		if (f.signed_part.n > size || f.payload.n > size)
			__builtin_trap();
		sops_age_payload(mem, STR("0123456789abcdef"), f.payload, &plain);
	}
	arena_close(mem);
	return 0;
}
