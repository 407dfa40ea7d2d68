/* A JSON schema, a NUL, and the JSON value that is checked against it. */
#include <string.h>

#include "data/json.h"
#include "helm/helm_schema.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	const char *text = (const char *)data, *nul = size ? memchr(text, 0, size) : NULL, *faults;
	size_t n = nul ? (size_t)(nul - text) : size;
	val *v = NULL;
	if (nul && json_parse(mem, (str){nul + 1, size - n - 1}, &v))
		v = NULL;
	schema_validate(mem, (str){text, n}, v ? v : val_map(mem), &faults);
	arena_close(mem);
	return 0;
}
