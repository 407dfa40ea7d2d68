/* sluice kustomize: what `kustomize build` does, with its flags. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/rune.h"
#include "cli/cli.h"
#include "cli/remote_bases.h"
#include "kust/kust.h"

struct args {
	struct kust_options options;
	const char *folder;
	const char *output; /* a file or a folder; NULL: standard output */
	bool no_remote;
};

struct flag {
	const char *name;
	bool valued;
	/* False: not a value for it. NULL: accepted, and without meaning here. */
	bool (*set)(struct args *a, const char *value);
};

static bool set_reorder(struct args *a, const char *value)
{
	if (strcmp(value, "none") != 0 && strcmp(value, "legacy") != 0)
		return false;
	a->options.order = strcmp(value, "none") ? KUST_ORDER_LEGACY : KUST_ORDER_FIFO;
	return true;
}

static bool set_restrictor(struct args *a, const char *value)
{
	a->options.any_path = !strcmp(value, "LoadRestrictionsNone");
	return a->options.any_path || !strcmp(value, "LoadRestrictionsRootOnly") || !*value;
}

static bool is_true(const char *value)
{
	return !value || !strcmp(value, "true") || !strcmp(value, "1");
}

static bool set_helm(struct args *a, const char *value)
{
	a->options.enable_helm = is_true(value);
	return true;
}

static bool set_managed_by(struct args *a, const char *value)
{
	a->options.managed_by = is_true(value);
	return true;
}

static bool set_no_remote(struct args *a, const char *value)
{
	a->no_remote = is_true(value);
	return true;
}

static bool set_output(struct args *a, const char *value)
{
	a->output = value;
	return true;
}

static const struct flag flags[] = {
	{"--reorder", true, set_reorder},    {"--load-restrictor", true, set_restrictor},
	{"--enable-helm", false, set_helm},  {"--enable-managedby-label", false, set_managed_by},
	{"--output", true, set_output},	     {"-o", true, set_output},
	{"--helm-command", true, NULL},	     {"--helm-api-versions", true, NULL},
	{"--helm-kube-version", true, NULL}, {"--no-remote-bases", false, set_no_remote}};

/* Takes one flag, and its value when that is an argument of its own. The number of arguments taken,
 * 0 after a complaint. */
static int take_flag(struct args *a, int left, char **argv)
{
	const char *equals = strchr(argv[0], '=');
	size_t n = equals ? (size_t)(equals - argv[0]) : strlen(argv[0]);
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (strlen(flags[i].name) != n || strncmp(flags[i].name, argv[0], n) != 0)
			continue;
		bool apart = flags[i].valued && !equals;
		const char *value = equals ? equals + 1 : apart && left > 1 ? argv[1] : NULL;
		if (flags[i].valued && !value) {
			fprintf(stderr, "sluice kustomize: %s needs a value\n", argv[0]);
			return 0;
		}
		if (flags[i].set && !flags[i].set(a, value)) {
			fprintf(stderr, "sluice kustomize: illegal flag value %s %s\n",
				flags[i].name, value);
			return 0;
		}
		return apart ? 2 : 1;
	}
	fprintf(stderr, "sluice kustomize: unknown flag %s\n", argv[0]);
	return 0;
}

static bool read_args(struct args *a, int argc, char **argv)
{
	const char *label = getenv("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL");
	*a = (struct args){.options.managed_by = label && !strcmp(label, "on")};
	for (int i = 1; i < argc;) {
		if (argv[i][0] == '-' && argv[i][1]) {
			int taken = take_flag(a, argc - i, argv + i);
			if (!taken)
				return false;
			i += taken;
		} else if (a->folder) {
			fputs("sluice kustomize: specify one path to kustomization.yaml\n", stderr);
			return false;
		} else {
			a->folder = argv[i++];
		}
	}
	if (!a->folder)
		a->folder = ".";
	a->options.written = a->folder;
	return true;
}

static char *absolute(arena *mem, const char *path)
{
	char here[4096];
	if (*path == '/' || !getcwd(here, sizeof(here)))
		return path_clean(mem, str_of(path));
	return path_join(mem, here, path);
}

static void add_lower(buf *b, const char *text, char before)
{
	if (b->n && before)
		buf_char(b, before);
	buf_text_add(b, rune_text_lower(b->mem, str_of(text)));
}

/* "apps_v1_deployment_web.yaml" */
static char *file_name(arena *mem, const struct kust_object *o)
{
	buf b = buf_init(mem);
	const char *api = kust_api_version(o), *slash = strchr(api, '/');
	if (slash)
		add_lower(&b, str_text(mem, (str){api, (size_t)(slash - api)}), 0);
	if (*(slash ? slash + 1 : api))
		add_lower(&b, slash ? slash + 1 : api, '_');
	add_lower(&b, kust_kind(o), '_');
	add_lower(&b, kust_name(o), '_');
	buf_text_add(&b, ".yaml");
	return buf_text(&b);
}

/* Objects of several namespaces have theirs before the name. */
static err *write_folder(arena *mem, const char *folder, const struct kust_result *r)
{
	struct map names = map_init(mem);
	for (size_t i = 0; i < r->n; i++)
		if (*kust_namespace(r->p[i]))
			map_set(&names, kust_namespace(r->p[i]), r->p[i]);
	for (size_t i = 0; i < r->n; i++) {
		str text;
		const char *ns = kust_namespace(r->p[i]), *name = file_name(mem, r->p[i]);
		if (names.n > 1 && *ns)
			name = arena_printf(mem, "%s_%s", rune_text_lower(mem, str_of(ns)), name);
		TRY(kust_text(mem, r->p[i], &text));
		TRY(file_write(mem, path_join(mem, folder, name), text, 0644));
	}
	return NULL;
}

/* All or nothing: each object is printed before the first is written. */
static err *write_stream(arena *mem, const struct kust_result *r)
{
	str text;
	for (size_t i = 0; i < r->n; i++)
		TRY(kust_text(mem, r->p[i], &text));
	for (size_t i = 0; i < r->n; i++) {
		TRY(kust_text(mem, r->p[i], &text));
		if (i)
			fputs("---\n", stdout);
		fwrite(text.p, 1, text.n, stdout);
	}
	return fflush(stdout) || ferror(stdout)
		       ? err_errno(mem, errno, "writing to standard output")
		       : NULL;
}

static err *write_out(arena *mem, const struct args *a, const struct kust_result *r)
{
	struct stat st;
	buf b = buf_init(mem);
	if (a->output && !stat(a->output, &st) && S_ISDIR(st.st_mode))
		return write_folder(mem, a->output, r);
	if (!a->output)
		return write_stream(mem, r);
	TRY(kust_print(mem, r, &b));
	return file_write(mem, a->output, buf_view(&b), 0644);
}

static err *run(arena *mem, struct args *a)
{
	struct tree *root;
	struct kust_result *r = NULL;
	TRY(tree_open(mem, "/", &root));
	if (!a->no_remote)
		remote_bases_allow(mem, &a->options);
	err *failed = kust_build(mem, root, absolute(mem, a->folder) + 1, &a->options, &r);
	for (size_t i = 0; r && i < r->warning_count; i++)
		fprintf(stderr, "%s\n", r->warnings[i]);
	return failed ? failed : write_out(mem, a, r);
}

int cli_kustomize(int argc, char **argv)
{
	struct args a;
	if (!read_args(&a, argc, argv))
		return CLI_USAGE;
	arena *mem = arena_open();
	err *failed = run(mem, &a);
	if (failed)
		fprintf(stderr, "Error: %s\n", err_text(mem, failed));
	arena_close(mem);
	return failed ? CLI_FAILED : CLI_OK;
}
