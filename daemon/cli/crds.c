#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "cli/cli.h"
#include "ctl/crd.h"
#include "data/yaml.h"

static err *write_one(arena *mem, const char *folder, const struct kind *k, const char *text)
{
	const char *name = arena_printf(mem, "%s_%s.yaml", k->group, k->plural);
	return file_write(mem, path_join(mem, folder, name), str_of(text), 0644);
}

static err *write_all(arena *mem, const char *folder)
{
	for (const struct kind *const *k = kind_table; *k; k++) {
		const char *text = arena_printf(mem, "---\n%s", yaml_text(mem, crd_of(mem, *k)));
		if (folder)
			TRY(write_one(mem, folder, *k, text));
		else
			fputs(text, stdout);
	}
	return NULL;
}

int cli_crds(int argc, char **argv)
{
	const char *folder = NULL;
	if (argc == 3 && !strcmp(argv[1], "--output"))
		folder = argv[2];
	else if (argc > 1) {
		fputs("usage: sluice crds [--output FOLDER]\n", stderr);
		return CLI_USAGE;
	}
	arena *mem = arena_open();
	err *e = write_all(mem, folder);
	if (e)
		fprintf(stderr, "sluice: %s\n", err_text(mem, e));
	arena_close(mem);
	return e ? CLI_FAILED : CLI_OK;
}
