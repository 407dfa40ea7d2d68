#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

static void list(void)
{
	puts("usage: sluice VERB [arguments]\n\nGitOps with the Flux API, in one program.\n");
	for (const struct verb *v = cli_verbs; v->name; v++)
		if (v->about)
			printf("  %-12s %s\n", v->name, v->about);
	puts("\n`sluice VERB --help` explains a verb.");
}

int cli_help(int argc, char **argv)
{
	if (argc < 2) {
		list();
		return CLI_OK;
	}
	for (const struct verb *v = cli_verbs; v->name; v++) {
		if (strcmp(v->name, argv[1]))
			continue;
		char *help[] = {argv[1], "--help", NULL};
		if (!v->usage)
			return v->run(2, help);
		puts(v->usage);
		return CLI_OK;
	}
	fprintf(stderr, "sluice: unknown verb '%s'; see sluice help\n", argv[1]);
	return CLI_USAGE;
}
