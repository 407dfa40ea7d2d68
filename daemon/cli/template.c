/*
 * `sluice template`: renders a chart on the spot, with helm's own flags and output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "cli/cli.h"
#include "helm/helm.h"

#define MAX_VALUES_FILE ((size_t)64 << 20)

static const char usage[] =
	"usage: sluice template [NAME] CHART [flags]\n"
	"\n"
	"Renders the chart in a folder or an archive (.tgz) and prints what an install would "
	"apply.\n"
	"\n"
	"  -f, --values FILE          values from a YAML file; later ones win\n"
	"      --set K=V,…            values on the command line (also --set-string, --set-json,\n"
	"                             --set-file, --set-literal); applied after all files\n"
	"  -n, --namespace NS         the release's namespace (default)\n"
	"      --name-template NAME   the release's name; also the first argument (release-name)\n"
	"      --include-crds         print the files of crds/ too\n"
	"      --is-upgrade           .Release.IsUpgrade instead of .Release.IsInstall\n"
	"      --kube-version V       what .Capabilities.KubeVersion says (" HELM_KUBE_VERSION ")\n"
	"  -a, --api-versions V,…     what .Capabilities.APIVersions has beside the built-in ones\n"
	"  -s, --show-only FILE       print only what came of this template; may be repeated\n"
	"      --skip-tests           leave test hooks out\n"
	"      --no-hooks             leave all hooks out\n"
	"      --skip-schema-validation\n"
	"      --output-dir DIR       write files below DIR instead of printing\n";

struct set_flag {
	enum strvals_kind kind;
	const char *text;
};

struct request {
	arena *mem;
	VEC(const char *) files, shown, apis, words;
	VEC(struct set_flag) sets;
	struct helm_options options;
	struct helm_print print;
	const char *output_dir;
	bool help;
};

enum flag_kind { TEXT, SWITCH };

/* ---- the command line ---- */

static const struct option {
	const char *name, *short_name;
	enum flag_kind kind;
} options[] = {
	{"values", "f", TEXT},
	{"set", NULL, TEXT},
	{"set-string", NULL, TEXT},
	{"set-json", NULL, TEXT},
	{"set-file", NULL, TEXT},
	{"set-literal", NULL, TEXT},
	{"namespace", "n", TEXT},
	{"name-template", NULL, TEXT},
	{"release-name", NULL, SWITCH},
	{"include-crds", NULL, SWITCH},
	{"is-upgrade", NULL, SWITCH},
	{"kube-version", NULL, TEXT},
	{"api-versions", "a", TEXT},
	{"show-only", "s", TEXT},
	{"skip-tests", NULL, SWITCH},
	{"no-hooks", NULL, SWITCH},
	{"skip-schema-validation", NULL, SWITCH},
	{"output-dir", NULL, TEXT},
	{"debug", NULL, SWITCH},
	{"help", "h", SWITCH},
};

static const struct option *find(str name, bool is_short)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (str_is(name, is_short ? (options[i].short_name ? options[i].short_name : "")
					  : options[i].name))
			return &options[i];
	return NULL;
}

static void add_set(struct request *r, enum strvals_kind kind, const char *text)
{
	struct set_flag f = {kind, text};
	VEC_PUSH(r->mem, &r->sets, f);
}

static void add_apis(struct request *r, const char *text)
{
	str rest = str_of(text), part;
	while (str_next(&rest, ',', &part))
		VEC_PUSH(r->mem, &r->apis, str_text(r->mem, part));
}

static void take_text(struct request *r, const char *name, const char *text)
{
	if (text_eq(name, "values"))
		VEC_PUSH(r->mem, &r->files, text);
	else if (text_eq(name, "set"))
		add_set(r, STRVALS_TYPED, text);
	else if (text_eq(name, "set-string"))
		add_set(r, STRVALS_TEXT, text);
	else if (text_eq(name, "set-json"))
		add_set(r, STRVALS_JSON, text);
	else if (text_eq(name, "set-file"))
		add_set(r, STRVALS_FILE, text);
	else if (text_eq(name, "set-literal"))
		add_set(r, STRVALS_LITERAL, text);
	else if (text_eq(name, "namespace"))
		r->options.release.ns = text;
	else if (text_eq(name, "name-template"))
		r->options.release.name = text;
	else if (text_eq(name, "kube-version"))
		r->options.kube_version = text;
	else if (text_eq(name, "api-versions"))
		add_apis(r, text);
	else if (text_eq(name, "show-only"))
		VEC_PUSH(r->mem, &r->shown, text);
	else if (text_eq(name, "output-dir"))
		r->output_dir = text;
}

static void take_switch(struct request *r, const char *name, bool on)
{
	if (text_eq(name, "include-crds"))
		r->print.crds = on;
	else if (text_eq(name, "is-upgrade"))
		r->options.release.is_upgrade = on;
	else if (text_eq(name, "skip-tests"))
		r->print.skip_tests = on;
	else if (text_eq(name, "no-hooks"))
		r->print.no_hooks = on;
	else if (text_eq(name, "skip-schema-validation"))
		r->options.skip_schema = on;
	else if (text_eq(name, "help"))
		r->help = on;
}

/* One flag at argv[*i]; moves *i over its value. */
static err *take_flag(struct request *r, int argc, char **argv, int *i)
{
	bool is_short = argv[*i][1] != '-';
	str name, text;
	bool has_text = str_cut(str_of(argv[*i] + (is_short ? 1 : 2)), '=', &name, &text);
	const struct option *o = find(name, is_short);
	if (!o)
		return err_new(r->mem, ERR_INVALID, "unknown flag: %s; see sluice template --help",
			       argv[*i]);
	if (o->kind == SWITCH) {
		take_switch(r, o->name, !has_text || str_is(text, "true"));
		return NULL;
	}
	if (!has_text && *i + 1 >= argc)
		return err_new(r->mem, ERR_INVALID, "flag needs an argument: %s", argv[*i]);
	take_text(r, o->name, has_text ? text.p : argv[++*i]);
	return NULL;
}

static err *read_arguments(struct request *r, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (argv[i][0] == '-' && argv[i][1])
			TRY(take_flag(r, argc, argv, &i));
		else
			VEC_PUSH(r->mem, &r->words, (const char *)argv[i]);
	}
	if (r->help)
		return NULL;
	if (r->words.n < 1 || r->words.n > 2)
		return err_new(
			r->mem, ERR_INVALID,
			"template wants a chart, and a release name before it; got %zu arguments",
			r->words.n);
	if (r->words.n == 2)
		r->options.release.name = r->words.p[0];
	return NULL;
}

/* ---- reading ---- */

static err *read_file(void *arg, arena *mem, const char *path, str *ret_content)
{
	(void)arg;
	return file_read(mem, path, MAX_VALUES_FILE, ret_content);
}

static const char *set_name(enum strvals_kind kind)
{
	static const char *const names[] = {"--set", "--set-string", "--set-json", "--set-file",
					    "--set-literal"};
	return names[kind];
}

/* Files first, then --set-json, --set, --set-string, --set-file, --set-literal. */
static err *read_values(struct request *r, val **ret)
{
	static const enum strvals_kind order[] = {STRVALS_JSON, STRVALS_TYPED, STRVALS_TEXT,
						  STRVALS_FILE, STRVALS_LITERAL};
	val *values = val_map(r->mem);
	for (size_t i = 0; i < r->files.n; i++) {
		str text;
		val *more;
		TRY(file_read(r->mem, r->files.p[i], MAX_VALUES_FILE, &text));
		TRY_AS(r->mem, helm_read_values(r->mem, text, &more), "failed to parse %s",
		       r->files.p[i]);
		values = helm_merge_values(r->mem, values, more);
	}
	for (size_t k = 0; k < sizeof(order) / sizeof(*order); k++)
		for (size_t i = 0; i < r->sets.n; i++)
			if (r->sets.p[i].kind == order[k])
				TRY_AS(r->mem,
				       strvals_set(r->mem, order[k], str_of(r->sets.p[i].text),
						   values, read_file, NULL),
				       "failed parsing %s data", set_name(order[k]));
	*ret = values;
	return NULL;
}

static err *read_chart(struct request *r, const char *path, struct chart **ret)
{
	if (text_ends(path, ".tgz") || text_ends(path, ".tar.gz")) {
		str packed;
		TRY(file_read(r->mem, path, (size_t)100 << 20, &packed));
		return helm_unpack(r->mem, packed, ret);
	}
	struct tree *tree;
	TRY(tree_open(r->mem, path, &tree));
	return helm_read(r->mem, tree, "", ret);
}

/* ---- printing ---- */

static bool is_shown(const struct request *r, const char *source)
{
	const char *inside = strchr(source, '/');
	for (size_t i = 0; i < r->shown.n; i++)
		if (inside && path_match(str_of(r->shown.p[i]), str_of(inside + 1), NULL))
			return true;
	return !r->shown.n;
}

/* Keeps what --show-only names; ERR_NOT_FOUND when that is nothing. */
static err *keep_shown(struct request *r, struct helm_result *result)
{
	size_t n = 0, hooks = 0;
	for (size_t i = 0; i < result->sorted.manifests.n; i++)
		if (is_shown(r, result->sorted.manifests.p[i].path))
			result->sorted.manifests.p[n++] = result->sorted.manifests.p[i];
	for (size_t i = 0; i < result->sorted.hooks.n; i++)
		if (is_shown(r, result->sorted.hooks.p[i].manifest.path))
			result->sorted.hooks.p[hooks++] = result->sorted.hooks.p[i];
	result->sorted.manifests.n = n;
	result->sorted.hooks.n = hooks;
	if (r->shown.n && !n && !hooks)
		return err_new(r->mem, ERR_NOT_FOUND, "could not find template %s in chart",
			       r->shown.p[0]);
	return NULL;
}

static err *append_file(struct request *r, const char *source, str content)
{
	char *path = path_confine(r->mem, r->output_dir, source);
	FILE *f;
	TRY(file_mkdirs(r->mem, path_dir(r->mem, path)));
	if (!(f = fopen(path, "a")))
		return err_new(r->mem, ERR_IO, "%s can't be written", path);
	fprintf(f, "---\n# Source: %s\n%.*s\n", source, STR_ARG(content));
	fclose(f);
	printf("wrote %s\n", path);
	return NULL;
}

static err *write_files(struct request *r, const struct helm_result *result)
{
	for (size_t i = 0; r->print.crds && i < result->crds.n; i++)
		TRY(append_file(r, result->crds.p[i].path, result->crds.p[i].text));
	for (size_t i = 0; i < result->sorted.manifests.n; i++)
		TRY(append_file(r, result->sorted.manifests.p[i].path,
				result->sorted.manifests.p[i].content));
	for (size_t i = 0; !r->print.no_hooks && i < result->sorted.hooks.n; i++) {
		const struct helm_hook *h = &result->sorted.hooks.p[i];
		if (!(r->print.skip_tests && h->events[HOOK_TEST]))
			TRY(append_file(r, h->manifest.path, h->manifest.content));
	}
	return NULL;
}

static err *template(struct request *r)
{
	struct chart *c;
	val *values;
	struct helm_result result;
	TRY(read_values(r, &values));
	TRY(read_chart(r, r->words.p[r->words.n - 1], &c));
	TRY(helm_check_dependencies(r->mem, c));
	r->options.api_versions = r->apis.p;
	r->options.api_version_count = r->apis.n;
	TRY(helm_template(r->mem, c, values, &r->options, &result));
	TRY(keep_shown(r, &result));
	if (r->output_dir)
		return write_files(r, &result);
	buf b = buf_init(r->mem);
	helm_print(&b, &result, &r->print);
	fwrite(b.p, 1, b.n, stdout);
	return NULL;
}

int cli_template(int argc, char **argv)
{
	struct request r = {.mem = arena_open()};
	r.options.release = (struct helm_release_info){"release-name", "default", 1, false};
	r.options.tmpl.now = clock_wall();
	r.options.tmpl.zone = getenv("TZ");
	err *failed = read_arguments(&r, argc, argv);
	int status = failed ? CLI_USAGE : CLI_OK;
	if (!failed && r.help) {
		fputs(usage, stdout);
	} else if (!failed) {
		failed = template(&r);
		status = failed ? CLI_FAILED : CLI_OK;
	}
	if (failed)
		fprintf(stderr, "Error: %s\n", err_text(r.mem, failed));
	arena_close(r.mem);
	return status;
}
