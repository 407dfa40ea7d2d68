/* Label selectors. */
#include "data/labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct labels_selector *s;
	val *labels = val_map(mem);
	val_set_text(mem, labels, "app", "web");
	val_set_text(mem, labels, "n", "5");
	if (!labels_parse(mem, (str){(const char *)data, size}, &s))
		labels_fit(s, labels);
	arena_close(mem);
	return 0;
}
