/* Trees of YAML: whatever is read can be expanded, printed and turned into JSON, and what a tree
 * comes to is the same whether it is told from the tree or by printing and reading it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "data/yaml_node.h"
#include "data/yaml_node_value.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* JSON told from the tree alone, and after it was really printed and read again. */
static void compare_ways(arena *mem, const struct yaml_node *doc)
{
	buf once = buf_init(mem), twice = buf_init(mem);
	struct yaml_node *settled;
	bool fails = yaml_node_json(&once, doc) != NULL;
	demand(fails == (yaml_value_settle(mem, doc, &settled) != NULL));
	if (fails || settled->kind == YN_SCALAR)
		return;
	if (yaml_node_json(&twice, settled))
		return; /* bytes that are no text can't be printed as one */
	demand(str_eq(buf_view(&once), buf_view(&twice)));
}

static void use(arena *mem, struct yaml_node *doc)
{
	val *v;
	buf printed = buf_init(mem);
	compare_ways(mem, doc);
	if (yaml_node_expand(mem, doc))
		return;
	if (!yaml_node_print(&printed, doc)) {
		struct yaml_node *again;
		demand(!yaml_node_read(mem, buf_view(&printed), &again));
	}
	if (!yaml_node_val(mem, doc, &v))
		demand(yaml_node_from_val(mem, v) != NULL);
	demand(yaml_node_eq(doc, yaml_node_copy(mem, doc)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	struct yaml_node **docs;
	size_t n;
	if (size <= 1 << 16 && !yaml_node_read_all(mem, (str){(const char *)data, size}, &docs, &n))
		for (size_t i = 0; i < n; i++)
			use(mem, docs[i]);
	arena_close(mem);
	return 0;
}
