/* YAML to values and back: what was printed can be read again. A key "<<" alone is printed as it is, as the reference
 * does, and is a merge to who reads it. */
#include <string.h>

#include "data/yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str text = {(const char *)data, size};
	val *docs, *v, *again;
	char *printed;
	yaml_parse_all(mem, text, &docs);
	yaml_parse_strict(mem, text, &v);
	if (!yaml_parse(mem, text, &v)) {
		yaml_text_by_bytes(mem, v);
		if (!yaml_marshal(mem, v, &printed) && !strstr(printed, "<<:") &&
		    yaml_parse(mem, str_of(printed), &again))
			__builtin_trap();
	}
	arena_close(mem);
	return 0;
}
