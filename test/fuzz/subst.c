/* ${var} substitution: any text, with variables that hold pieces of it. */
#include "data/subst.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str text = {(const char *)data, size}, out;
	val *vars = val_map(mem);
	val_set_text(mem, vars, "a", "value");
	val_set_text(mem, vars, "b", "");
	val_set_text(mem, vars, "c_1", "a/b/c.tar.gz");
	val_set(mem, vars, "d", val_str(mem, str_sub(text, size / 2, size)));
	subst_text(mem, text, vars, size % 2, &out);
	arena_close(mem);
	return 0;
}
