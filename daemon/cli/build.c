/* sluice build kustomization: what `flux build kustomization` does, with its flags. */
#include "cli/build.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "cli/cli.h"
#include "data/yaml.h"

enum flag_kind { TEXT, SWITCH, PATTERNS, SOURCES };

static const struct flag {
	const char *name, *short_name;
	enum flag_kind kind;
	size_t at; /* in struct build */
} flags[] = {
	{"path", NULL, TEXT, offsetof(struct build, path)},
	{"kustomization-file", NULL, TEXT, offsetof(struct build, file)},
	{"namespace", "n", TEXT, offsetof(struct build, ns)},
	{"kubeconfig", NULL, TEXT, offsetof(struct build, kubeconfig)},
	{"context", NULL, TEXT, offsetof(struct build, context)},
	{"ignore-paths", NULL, PATTERNS, offsetof(struct build, ignore)},
	{"local-sources", NULL, SOURCES, offsetof(struct build, sources)},
	{"dry-run", NULL, SWITCH, offsetof(struct build, dry_run)},
	{"strict-substitute", NULL, SWITCH, offsetof(struct build, strict)},
	{"no-remote-bases", NULL, SWITCH, offsetof(struct build, no_remote)},
	{"recursive", "r", SWITCH, offsetof(struct build, recursive)},
	/* here, nothing is ever written to the folder */
	{"in-memory-build", NULL, SWITCH, sizeof(struct build)},
};

static char *absolute(arena *mem, const char *path)
{
	char here[4096];
	if (*path == '/' || !getcwd(here, sizeof(here)))
		return path_clean(mem, str_of(path));
	return path_join(mem, here, path);
}

/* ---- the command line ------------------------------------------------------------------------- */

static err *set_sources(struct build *b, str list)
{
	str one, key, folder;
	while (str_next(&list, ',', &one)) {
		if (!str_cut(one, '=', &key, &folder))
			return err_new(b->mem, ERR_INVALID, "%.*s must be formatted as key=value",
				       STR_ARG(one));
		val_set_str(b->mem, b->sources, str_trim(key),
			    val_text(b->mem, absolute(b->mem, str_text(b->mem, folder))));
	}
	return NULL;
}

static err *set_flag(struct build *b, const struct flag *f, str value)
{
	void *at = (char *)b + f->at;
	const char *const *had = at;
	if (f->kind == SOURCES)
		return set_sources(b, value);
	if (f->kind == TEXT) {
		*(const char **)at = str_text(b->mem, value);
	} else if (f->kind == PATTERNS) {
		char *lines = arena_printf(b->mem, "%s%.*s\n", *had, STR_ARG(value));
		for (char *p = lines; *p; p++)
			*p = *p == ',' ? '\n' : *p;
		*(const char **)at = lines;
	} else {
		bool on = str_is(value, "") || str_is(value, "true") || str_is(value, "1");
		if (!on && !str_is(value, "false") && !str_is(value, "0"))
			return err_new(b->mem, ERR_INVALID, "--%s is true or false", f->name);
		if (f->at < sizeof(*b))
			*(bool *)at = on;
	}
	return NULL;
}

static const struct flag *find_flag(str name, bool is_short)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++)
		if (is_short ? flags[i].short_name && str_is(name, flags[i].short_name)
			     : str_is(name, flags[i].name))
			return &flags[i];
	return NULL;
}

/* Takes one flag, and its value when that is an argument of its own: *used counts both. */
static err *take_flag(struct build *b, int left, char **argv, int *used)
{
	str name, value, text = str_of(argv[0]);
	bool is_short = argv[0][1] != '-';
	bool equals = str_cut(str_sub(text, is_short ? 1 : 2, text.n), '=', &name, &value);
	const struct flag *f = find_flag(name, is_short);
	*used = 1;
	if (!f)
		return err_new(b->mem, ERR_INVALID, "unknown flag %s", argv[0]);
	if (f->kind != SWITCH && !equals) {
		if (left < 2)
			return err_new(b->mem, ERR_INVALID, "%s needs a value", argv[0]);
		value = str_of(argv[1]);
		*used = 2;
	}
	return set_flag(b, f, value);
}

static err *read_args(struct build *b, int argc, char **argv)
{
	int used;
	for (int i = 0; i < argc; i += used) {
		used = 1;
		if (argv[i][0] == '-' && argv[i][1])
			TRY(take_flag(b, argc - i, argv + i, &used));
		else if (*b->name)
			return err_new(b->mem, ERR_INVALID, "one Kustomization at a time, not %s",
				       argv[i]);
		else
			b->name = argv[i];
	}
	return *b->name ? NULL : err_new(b->mem, ERR_INVALID, "Kustomization name is required");
}

/* ---- the work --------------------------------------------------------------------------------- */

static bool is_folder(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static err *check(struct build *b)
{
	const char *path = *b->path ? absolute(b->mem, b->path) : "";
	if (!is_folder(path))
		return err_new(b->mem, ERR_INVALID, "invalid resource path \"%s\"", path);
	b->path = path;
	if (b->dry_run && !*b->file)
		return err_new(b->mem, ERR_INVALID, "dry-run mode requires a kustomization file");
	if (*b->file && (!file_exists(b->file) || is_folder(b->file)))
		return err_new(b->mem, ERR_INVALID, "invalid kustomization file \"%s\"", b->file);
	return NULL;
}

static err *run(struct build *b)
{
	build_objects objects = {0};
	buf out = buf_init(b->mem);
	char *text;
	TRY(check(b));
	if (!b->dry_run)
		TRY(build_live_open(b));
	TRY(build_render(b, &objects));
	for (size_t i = 0; i < objects.n; i++) {
		TRY(yaml_marshal(b->mem, objects.p[i], &text));
		buf_printf(&out, "%s---\n", text);
	}
	fwrite(out.p, 1, out.n, stdout);
	return fflush(stdout) || ferror(stdout)
		       ? err_errno(b->mem, errno, "writing to standard output")
		       : NULL;
}

int cli_build(int argc, char **argv)
{
	if (argc < 2 || (strcmp(argv[1], "kustomization") != 0 && strcmp(argv[1], "ks") != 0)) {
		fputs("sluice build: what to build? There is: kustomization\n", stderr);
		return CLI_USAGE;
	}
	arena *mem = arena_open();
	struct build b = {.mem = mem,
			  .name = "",
			  .ns = "flux-system",
			  .path = "",
			  .file = "",
			  .ignore = "",
			  .kubeconfig = "",
			  .context = "",
			  .sources = val_map(mem)};
	int code = CLI_OK;
	err *failed = read_args(&b, argc - 2, argv + 2);
	if (failed) {
		fprintf(stderr, "sluice build kustomization: %s\n", err_text(mem, failed));
		code = CLI_USAGE;
	} else if ((failed = run(&b))) {
		fprintf(stderr, "Error: %s\n", err_text(mem, failed));
		code = CLI_FAILED;
	}
	arena_close(mem);
	return code;
}
