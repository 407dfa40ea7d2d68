/*
 * cli: the verbs of the program; one file each, one line each in main.c's table.
 */
#ifndef SLUICE_CLI_H
#define SLUICE_CLI_H

#include "ctl/options.h"

enum cli_exit {
	CLI_OK = 0,
	CLI_FAILED = 1, /* the work failed; the error is on standard error */
	CLI_USAGE = 2,	/* the command line is wrong */
};

struct verb {
	const char *name;  /* NULL ends the table */
	const char *about; /* one line; NULL: hidden */
	/* argv[0] is the verb. Returns the exit status. */
	int (*run)(int argc, char **argv);
	const char *usage; /* what `sluice VERB --help` prints; NULL: the verb prints its own */
};

extern const struct verb cli_verbs[];

int cli_run(int argc, char **argv);
int cli_version(int argc, char **argv);
int cli_help(int argc, char **argv);
int cli_crds(int argc, char **argv);
int cli_template(int argc, char **argv);
int cli_lint(int argc, char **argv);
int cli_kustomize(int argc, char **argv);
int cli_build(int argc, char **argv);

/* What cli_run runs (daemon.c): the daemon, until a signal. NULL after an orderly end. */
err *daemon_run(arena *mem, const struct options *o);

#endif
