/* Signed objects of Git with the keys behind them: "object \0 keys", as a commit and as a tag. */
#include <stdlib.h>

#include "source/verify.h"
#include "source/verify_signature.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size}, object, text;
	struct verify_signature s;
	struct verify_object o;
	const char *key;
	verify_signature_read(in, &s);
	str_cut(in, '\0', &object, &text);
	struct verify_keys keys = {&text, 1, &text, 1, 1800000000};
	verify_split_commit(mem, object, &o);
	verify_check(mem, &o, "commit", &keys, &key);
	verify_split_tag(mem, object, &o);
	if (o.payload.n + o.signature.n > object.n)
		abort();
	verify_check(mem, &o, "tag", &keys, &key);
	arena_close(mem);
	return 0;
}
