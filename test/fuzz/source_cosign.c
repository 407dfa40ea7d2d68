/* What lies beside an artifact as its signature: a payload or a bundle, against a key. None that is made up is right. */
#include <stdlib.h>

#include "source/cosign.h"

#define DIGEST "sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
#define KEY                                                                                        \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENMiRiFHSlEVqJGL2ZY4+5qT1//xx\n"                       \
	"uZdEPwgsqKBy1fRPoI5YWA4XWD8bqD9dqcpzSRuPY07PmtIBxBytVZZU3g==\n"                           \
	"-----END PUBLIC KEY-----\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size}, signature, payload;
	struct pubkey *key;
	if (pubkey_read(mem, STR(KEY), &key))
		abort();
	struct cosign_keys keys = {&key, 1};
	cosign_check_bundle(&keys, in, DIGEST);
	str_cut(in, '\n', &signature, &payload);
	cosign_check_payload(&keys, payload, signature, DIGEST);
	pubkey_read(mem, in, &key);
	arena_close(mem);
	return 0;
}
