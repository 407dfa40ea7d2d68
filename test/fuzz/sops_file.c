/* An encrypted file of the format that the first byte names, opened by test keys and printed in all formats. */
#include "base/file.h"
#include "sops/sops.h"

static str key_text(arena *mem)
{
	str text = {0};
	file_read(mem, "test/sops/keys/one.agekey", 4096, &text);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	arena *mem = arena_open();
	str file = {(const char *)data + 1, size - 1}, plain;
	struct sops_keys *keys = sops_keys_open(mem);
	enum sops_format in = (enum sops_format)(data[0] % 5), found;
	sops_keys_add(keys, "a.agekey", key_text(mem));
	for (int out = 0; out < 5; out++) {
		struct sops_task task = {in, (enum sops_format)out, out == 0};
		if (!sops_decrypt(mem, keys, file, &task, &plain) && !plain.p && plain.n)
			__builtin_trap();
	}
	sops_detect(mem, file, &found);
	arena_close(mem);
	return 0;
}
