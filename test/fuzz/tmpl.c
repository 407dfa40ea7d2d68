/* A template's text, parsed and executed with small budgets over a little of everything. */
#include "data/yaml.h"
#include "tmpl/tmpl.h"

#define DATA                                                                                       \
	"a: {b: {c: text, n: null}, list: [1, two, 3.5, true, [x], {y: z}]}\n"                     \
	"s: \"<a href=\\\"x\\\">\\n\"\ne: \"\"\nn: 3\ni: 42\nz: 0\nf: -1.5e10\nbig: 1e21\n"        \
	"neg: -7\nb: true\nno: false\nl: [c, a, b]\nel: []\nm: {x: 1, y: {z: 2}}\nem: {}\n"        \
	"nl: null\nmix: [1, a, null, [2], {k: v}]\none: [1]\ntpl: \"{{ .n }}\"\n"                  \
	"t: \"2024-02-29T12:34:56+01:00\"\nu: \"https://u:p@h.example:80/p?q=1#f\"\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	const struct tmpl_file file = {"c/templates/t.yaml", {(const char *)data, size}};
	const struct tmpl_options options = {
		.limits = {.steps = 100000, .output = 1 << 20, .memory = 64 << 20},
		.now = INT64_C(1700000000000000000),
		.zone = "Europe/Berlin",
	};
	struct tmpl_set *set;
	val *values;
	str text;
	if (!tmpl_parse(mem, &file, 1, &set) && !yaml_parse(mem, STR(DATA), &values)) {
		struct tv dot = tv_from_val(mem, values, true);
		tv_map_set(mem, dot.map, STR("Files"), tmpl_files(mem, &file, 1));
		tv_map_set(mem, dot.map, STR("Values"), tv_from_val(mem, values, true));
		struct tmpl_run *run = tmpl_run_open(mem, set, &options);
		err *e = tmpl_run_exec(run, file.name, dot, &text);
		if (e)
			err_text(mem, e);
	}
	arena_close(mem);
	return 0;
}
