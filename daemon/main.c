#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

/* The verbs, as `sluice help` lists them. */
const struct verb cli_verbs[] = {
	{"run", "run the daemon", cli_run, NULL},
	{"template", "render a chart as helm does", cli_template, NULL},
	{"lint", "look a chart over as helm does", cli_lint, NULL},
	{"kustomize", "build a folder as kustomize does", cli_kustomize,
	 "usage: sluice kustomize [--reorder legacy|none] "
	 "[--load-restrictor LoadRestrictionsRootOnly|LoadRestrictionsNone]\n"
	 "                        [--output FILE|FOLDER] [--no-remote-bases] [DIR]"},
	{"build", "render a Kustomization as flux build kustomization does", cli_build,
	 "usage: sluice build kustomization NAME --path DIR [--kustomization-file FILE] "
	 "[--dry-run]\n"
	 "                    [-n NAMESPACE] [--strict-substitute] [--ignore-paths PATTERN,…]\n"
	 "                    [--recursive --local-sources KIND/NAMESPACE/NAME=DIR,…]\n"
	 "                    [--kubeconfig FILE] [--context NAME] [--no-remote-bases]"},
	{"crds", NULL, cli_crds, "usage: sluice crds [--output FOLDER]"},
	{"version", "print the version", cli_version, "usage: sluice version"},
	{"help", "explain the verbs", cli_help, "usage: sluice help [VERB]"},
	{NULL, NULL, NULL, NULL},
};

static const struct verb *find(const char *name)
{
	if (!strcmp(name, "--help") || !strcmp(name, "-h"))
		name = "help";
	if (!strcmp(name, "--version"))
		name = "version";
	const struct verb *v = cli_verbs;
	while (v->name && strcmp(v->name, name))
		v++;
	return v->name ? v : NULL;
}

static int wants_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--help") || !strcmp(argv[i], "-h"))
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		cli_help(1, argv);
		return CLI_USAGE;
	}
	const struct verb *v = find(argv[1]);
	if (!v) {
		fprintf(stderr, "sluice: unknown verb '%s'; see sluice help\n", argv[1]);
		return CLI_USAGE;
	}
	if (v->usage && wants_help(argc - 1, argv + 1)) {
		puts(v->usage);
		return CLI_OK;
	}
	return v->run(argc - 1, argv + 1);
}
