#include <stdio.h>

#include "cli/cli.h"

int cli_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("sluice " SLUICE_VERSION);
	return CLI_OK;
}
