/* CEL expressions, as they are and checked, on an object. */
#include "cel/cel.h"

#include "data/json.h"

static const char object[] =
	"{\"self\":{\"a\":1,\"b\":[1,2.5,\"x\",null,true],\"c\":{\"d\":\"e\"},\"t\":\"2026-01-"
	"02T03:04:05Z\"},"
	"\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}],\"phase\":\"ok\"}}";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const variables[] = {"self", "status"};
	static const struct cel_options checked = {.check = true, .variables = variables, .n = 2};
	arena *mem = arena_open();
	struct cel_program *p;
	const struct cel_value *out;
	val *vars = NULL;
	str text = {(const char *)data, size};
	json_parse(mem, STR(object), &vars);
	if (!cel_compile(mem, text, NULL, &p))
		cel_run(mem, p, vars, &out);
	if (!cel_compile(mem, text, &checked, &p))
		cel_run(mem, p, vars, &out);
	arena_close(mem);
	return 0;
}
