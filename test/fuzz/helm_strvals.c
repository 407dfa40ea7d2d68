/* The little language of --set, in the kind that the first byte picks, over values that are there already. */
#include "data/yaml.h"
#include "helm/helm_strvals.h"

static err *no_file(void *arg, arena *mem, const char *path, str *ret_content)
{
	(void)arg, (void)path;
	*ret_content = str_of(arena_text(mem, "content"));
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	val *into;
	if (size &&
	    !yaml_parse(mem, STR("a: {b: [1, {c: d}, ~]}\nl: [~, x]\nn: ~\ns: t\n"), &into)) {
		str text = {(const char *)data + 1, size - 1};
		if (data[0] % 7 < 5)
			strvals_set(mem, (enum strvals_kind)(data[0] % 7), text, into, no_file,
				    NULL);
		else
			strvals_set_path(mem, str_text(mem, text), STR("v,w={x}"), data[0] % 7 == 5,
					 into);
		yaml_text(mem, into);
	}
	arena_close(mem);
	return 0;
}
