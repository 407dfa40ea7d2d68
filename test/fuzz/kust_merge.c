/* Strategic merges: the first document is the object, the second the patch, a third the schema. */
#include <stdint.h>

#include "kust/kust_merge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static str part(str *rest)
{
	str cut = STR("\n---\n");
	ptrdiff_t at = str_search(*rest, cut);
	str one = at < 0 ? *rest : str_sub(*rest, 0, (size_t)at + 1);
	*rest = at < 0 ? (str){0} : str_sub(*rest, (size_t)at + cut.n, rest->n);
	return one;
}

static struct yaml_node *read(arena *mem, str text)
{
	struct yaml_node *doc = NULL;
	if (yaml_node_read(mem, text, &doc) || !doc || yaml_node_expand(mem, doc))
		return NULL;
	return doc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str rest = {(const char *)data, size <= 1 << 16 ? size : 0};
	struct yaml_node *object = read(mem, part(&rest)), *patch = read(mem, part(&rest)), *result;
	struct kust_schema *schema = NULL;
	buf printed = buf_init(mem);
	if (rest.n && kust_schema_read(mem, rest, size % 2, &schema))
		schema = NULL;
	if (object && patch && !kust_merge(mem, schema, object, patch, &result) && result &&
	    yaml_node_print(&printed, result))
		buf_clear(&printed);
	arena_close(mem);
	return 0;
}
