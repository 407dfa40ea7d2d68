/*
 * `sluice lint`: looks a chart over as `helm lint` does, with its flags and its output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "cli/chart_values.h"
#include "cli/cli.h"
#include "cli/helm_flags.h"
#include "cli/kube_access.h"
#include "helm/helm_lint.h"
#include "pack/unpack.h"

#define MAX_ARCHIVE ((size_t)100 << 20)
#define MAX_NESTING 64 /* folders below charts/ */

static const char usage[] =
	"usage: sluice lint PATH… [flags]\n"
	"\n"
	"Looks over the charts in folders or archives: [ERROR] is what makes an install fail,\n"
	"[WARNING] what breaks with convention.\n"
	"\n" CHART_VALUES_USAGE "  -n, --namespace NS         the namespace of the release that is "
	"made up (the kubeconfig's)\n"
	"      --kube-version V       the version of Kubernetes (" HELM_KUBE_VERSION ")\n"
	"      --strict               fail on warnings too\n"
	"      --quiet                print warnings and errors only\n"
	"      --with-subcharts       look over the charts in charts/ too\n"
	"      --skip-schema-validation\n";

struct request {
	arena *mem;
	flag_texts paths;
	struct chart_values values;
	struct kube_access access; /* for the namespace of a kubeconfig; no cluster is asked */
	const char *ns, *kube_version;
	bool strict, quiet, with_subcharts, skip_schema, help;
	const val *user;
	buf out;
	size_t failed, noticed;
};

#define AT(member) offsetof(struct request, member)

static const struct flag flags[] = {
	CHART_VALUES_FLAGS(struct request, values),
	KUBE_ACCESS_FLAGS(struct request, access),
	{"kube-version", 0, FLAG_TEXT, AT(kube_version), NULL, NULL},
	{"strict", 0, FLAG_SWITCH, AT(strict), NULL, NULL},
	{"quiet", 0, FLAG_SWITCH, AT(quiet), NULL, NULL},
	{"with-subcharts", 0, FLAG_SWITCH, AT(with_subcharts), NULL, NULL},
	{"skip-schema-validation", 0, FLAG_SWITCH, AT(skip_schema), NULL, NULL},
	{"help", 'h', FLAG_SWITCH, AT(help), NULL, NULL},
	FLAG_IGNORED("debug", 0, FLAG_SWITCH),
	HELM_COMMON_FLAGS,
	{NULL, 0, FLAG_TEXT, 0, NULL, NULL},
};

static bool is_archive(const char *path)
{
	return text_ends(path, ".tgz") || text_ends(path, ".tar.gz");
}

/* ---- charts below charts/ ---- */

/* In the order of a walk: every folder with a Chart.yaml, and every archive. */
static void add_subcharts(struct request *r, const struct tree *t, const char *from,
			  const char *dir, int depth)
{
	struct tree_entry *entries;
	size_t n;
	if (depth > MAX_NESTING || tree_list(r->mem, t, dir, &entries, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *path = path_join(r->mem, dir, entries[i].name);
		if (entries[i].kind == TREE_DIR)
			add_subcharts(r, t, from, path, depth + 1);
		if (text_eq(entries[i].name, "Chart.yaml"))
			VEC_PUSH(r->mem, &r->paths,
				 (const char *)path_join(r->mem, from, path_dir(r->mem, path)));
		else if (is_archive(entries[i].name))
			VEC_PUSH(r->mem, &r->paths, (const char *)path_join(r->mem, from, path));
	}
}

static void find_subcharts(struct request *r)
{
	size_t n = r->paths.n;
	for (size_t i = 0; i < n; i++) {
		struct tree *t;
		if (!tree_open(r->mem, r->paths.p[i], &t))
			add_subcharts(r, t, r->paths.p[i], "charts", 0);
	}
}

/* ---- one chart ---- */

/* The tree with the chart, and where in it the chart lies. */
static err *open_chart(struct request *r, const char *path, struct tree **ret_tree,
		       const char **ret_dir, const char **ret_where)
{
	char here[4096];
	str packed;
	struct tree_entry *entries;
	size_t n;
	*ret_where = *path == '/' || !getcwd(here, sizeof(here)) ? path_clean(r->mem, str_of(path))
								 : path_join(r->mem, here, path);
	if (!is_archive(path)) {
		const char *metadata = path_join(r->mem, path, "Chart.yaml");
		if (!file_exists(metadata))
			return err_new(
				r->mem, ERR_NOT_FOUND,
				"unable to check Chart.yaml file in chart: stat %s: no such file "
				"or directory",
				metadata);
		*ret_dir = *ret_where + 1;
		return tree_open(r->mem, "/", ret_tree);
	}
	if (!file_exists(path))
		return err_new(r->mem, ERR_NOT_FOUND,
			       "unable to open tarball: open %s: no such file or directory", path);
	TRY(file_read(r->mem, path, MAX_ARCHIVE, &packed));
	TRY_AS(r->mem, unpack_tree(r->mem, packed, NULL, ret_tree), "unable to extract tarball");
	TRY(tree_list(r->mem, *ret_tree, "", &entries, &n));
	if (!n)
		return err_new(r->mem, ERR_INVALID, "unable to extract tarball: no files in it");
	*ret_dir = entries[0].name;
	return NULL;
}

static bool counts(const struct request *r, const struct lint_message *m)
{
	return m->level >= (r->strict ? LINT_WARNING : LINT_ERROR);
}

static void print_messages(struct request *r, const char *path, const lint_messages *messages)
{
	bool failed = false, noticed = false;
	for (size_t i = 0; i < messages->n; i++) {
		failed |= counts(r, &messages->p[i]);
		noticed |= messages->p[i].level > LINT_INFO;
	}
	r->failed += failed;
	r->noticed += noticed;
	if (r->quiet && !noticed)
		return;
	buf_printf(&r->out, "==> Linting %s\n", path);
	for (size_t i = 0; i < messages->n; i++)
		if (!r->quiet || messages->p[i].level > LINT_INFO)
			buf_printf(&r->out, "%s\n", lint_message_text(r->mem, &messages->p[i]));
	buf_char(&r->out, '\n');
}

static void lint_one(struct request *r, const char *path)
{
	struct lint_options o = {
		.ns = r->ns,
		.kube_version = r->kube_version,
		.skip_schema = r->skip_schema,
		.tmpl = {.now = clock_wall(), .zone = getenv("TZ")},
	};
	struct tree *tree;
	const char *dir = "", *where;
	lint_messages messages;
	err *failed = open_chart(r, path, &tree, &dir, &where);
	if (failed) {
		buf_printf(&r->out, "==> Linting %s\nError %s\n\n", path, err_text(r->mem, failed));
		r->failed++;
		r->noticed++;
		return;
	}
	helm_lint(r->mem, tree, dir, where, r->user, &o, &messages);
	print_messages(r, path, &messages);
}

static err *lint(struct request *r)
{
	val *user;
	if (!r->paths.n)
		return err_new(r->mem, ERR_INVALID,
			       "\"sluice lint\" requires at least 1 argument\n\n"
			       "Usage:  sluice lint PATH [flags]");
	r->ns = kube_access_namespace(r->mem, &r->access);
	if (r->kube_version && *r->kube_version)
		TRY(helm_check_kube_version(r->mem, r->kube_version));
	if (r->with_subcharts)
		find_subcharts(r);
	TRY(chart_values_read(r->mem, &r->values, &user));
	r->user = user;
	for (size_t i = 0; i < r->paths.n; i++)
		lint_one(r, r->paths.p[i]);
	fwrite(r->out.p, 1, r->out.n, stdout);
	const char *sum = arena_printf(r->mem, "%zu chart(s) linted, %zu chart(s) failed",
				       r->paths.n, r->failed);
	if (r->failed)
		return err_new(r->mem, ERR_INVALID, "%s", sum);
	if (!r->quiet || r->noticed)
		puts(sum);
	return NULL;
}

int cli_lint(int argc, char **argv)
{
	struct request r = {.mem = arena_open()};
	r.out = buf_init(r.mem);
	err *failed = flags_read(r.mem, flags, &r, argc, argv, &r.paths);
	int status = failed ? CLI_USAGE : CLI_OK;
	if (!failed && r.help) {
		fputs(usage, stdout);
	} else if (!failed) {
		failed = lint(&r);
		status = failed ? CLI_FAILED : CLI_OK;
	}
	if (failed)
		fprintf(stderr, "Error: %s\n", err_text(r.mem, failed));
	arena_close(r.mem);
	return status;
}
