/* JSON patches: the first document is the object, the rest the patch. */
#include <stdint.h>
#include <stdlib.h>

#include "kust/kust_merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str all = {(const char *)data, size <= 1 << 16 ? size : 0};
	ptrdiff_t cut = str_search(all, STR("\n---\n"));
	str text = str_sub(all, 0, cut < 0 ? 0 : (size_t)cut + 1);
	str patch_text = str_sub(all, cut < 0 ? 0 : (size_t)cut + 5, all.n);
	struct yaml_node *object = NULL, *result;
	struct kust_json_patch *patch;
	buf once = buf_init(mem), twice = buf_init(mem);
	if (!yaml_node_read(mem, text, &object) && object && !yaml_node_expand(mem, object) &&
	    !kust_json_patch_read(mem, patch_text, &patch) &&
	    !kust_json_patch_apply(mem, patch, object, &result) &&
	    !yaml_node_print(&once, result)) {
		/* the object is as it was: the same patch gives the same again */
		if (kust_json_patch_apply(mem, patch, object, &result) ||
		    yaml_node_print(&twice, result) || !str_eq(buf_view(&once), buf_view(&twice)))
			abort();
	}
	arena_close(mem);
	return 0;
}
