/* Docker configurations out of Secrets, and names of repositories. */
#include <stdlib.h>

#include "source/oci_keys.h"
#include "source/oci_ref.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str in = {(const char *)data, size};
	struct oci_keys *keys = oci_keys_new(mem);
	struct oci_auth auth;
	struct oci_ref ref;
	if (!oci_keys_add(keys, in, false)) {
		oci_keys_find(keys, "ghcr.io/org/app", &auth);
		oci_keys_of_host(keys, "ghcr.io", &auth);
	}
	oci_keys_add(keys, in, true);
	if (!oci_ref_parse(mem, str_text(mem, in), &ref)) {
		oci_ref_is_near(&ref);
		oci_keys_find(keys, oci_ref_text(mem, &ref), &auth);
	}
	arena_close(mem);
	return 0;
}
