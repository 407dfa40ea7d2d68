/* Label selectors. */
#include "data/labels.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct labels_selector *s;
	val *labels = val_map(mem);
	val_set_text(mem, labels, "app", "web");
	val_set_text(mem, labels, "n", "5");
	str text = {(const char *)data, size};
	bool fails = labels_parse(mem, text, LABELS_OF_KUBERNETES, &s);
	if (!fails)
		labels_fit(s, labels);
	if (fails != (labels_parse(mem, text, LABELS_OF_KUSTOMIZE, &s) != NULL))
		__builtin_trap(); /* they allow the same */
	arena_close(mem);
	return 0;
}
