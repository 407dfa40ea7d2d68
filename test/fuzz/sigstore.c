/* What lies beside an artifact as its signature, keyless and against a key; a trusted root; a key. None that is made up is right. */
#include <stdlib.h>

#include "sigstore/sigstore.h"

#define DIGEST "sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
#define KEY                                                                                        \
	"-----BEGIN PUBLIC KEY-----\n"                                                             \
	"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENMiRiFHSlEVqJGL2ZY4+5qT1//xx\n"                       \
	"uZdEPwgsqKBy1fRPoI5YWA4XWD8bqD9dqcpzSRuPY07PmtIBxBytVZZU3g==\n"                           \
	"-----END PUBLIC KEY-----\n"

/* Lines: a signature, a certificate and a log's entry beside the payload, which is the rest. */
static void check_payload(arena *mem, const struct sigstore_trust *trust, str in)
{
	struct sigstore_payload p;
	str rest;
	str_cut(in, '\n', &p.signature, &rest);
	str_cut(rest, '\t', &p.certificate, &rest);
	str_cut(rest, '\t', &p.entry, &p.payload);
	sigstore_check_payload(mem, trust, &p, DIGEST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct sigstore_root *root;
	struct pubkey *key;
	if (pubkey_read(mem, STR(KEY), &key) ||
	    sigstore_root_read(mem, sigstore_public_root(), &root))
		abort();
	struct sigstore_trust by_key = {.keys = &key, .n_keys = 1}, keyless = {.root = root};
	sigstore_check_bundle(mem, &by_key, in, DIGEST);
	sigstore_check_bundle(mem, &keyless, in, DIGEST);
	check_payload(mem, &by_key, in);
	check_payload(mem, &keyless, in);
	sigstore_root_read(mem, in, &root);
	pubkey_read(mem, in, &key);
	arena_close(mem);
	return 0;
}
