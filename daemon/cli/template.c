/*
 * `sluice template`: renders a chart on the spot, with helm's own flags, output and errors.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/chart_locate.h"
#include "cli/chart_read.h"
#include "cli/chart_values.h"
#include "cli/cli.h"
#include "cli/helm_flags.h"
#include "cli/template_cluster.h"
#include "cli/template_name.h"
#include "cli/template_write.h"
#include "helm/helm.h"

static const char usage[] =
	"usage: sluice template [NAME] CHART [flags]\n"
	"\n"
	"Renders a chart and prints what an install would apply. CHART is a folder or an archive,\n"
	"oci://HOST/PATH, https://HOST/x.tgz, or with --repo a name. No cluster is asked: lookup\n"
	"finds nothing, and the flags say what the cluster is. With --dry-run=server the cluster\n"
	"says it, lookup finds its objects, and those of the chart must be of kinds it has and "
	"not\n"
	"belong to somebody else.\n"
	"\n" CHART_VALUES_USAGE CHART_FROM_USAGE
	"  -n, --namespace NS         the release's namespace (the kubeconfig's, or default)\n"
	"      --dry-run=server       ask the cluster; also --validate, which is deprecated\n"
	"      --dry-run=client       ask none, as without the flag\n" KUBE_ACCESS_USAGE
	"      --take-ownership       with a cluster: objects of others are no mistake\n"
	"      --disable-openapi-validation\n"
	"      --name-template T      the release's name, a template; also the first argument\n"
	"  -g, --generate-name        take it that there is no NAME\n"
	"      --include-crds         print the files of crds/ too\n"
	"      --is-upgrade           .Release.IsUpgrade instead of .Release.IsInstall\n"
	"      --kube-version V       what .Capabilities.KubeVersion says (" HELM_KUBE_VERSION ")\n"
	"  -a, --api-versions V,…     what .Capabilities.APIVersions has beside the built-in ones\n"
	"  -s, --show-only FILE       print only what came of this template, templates/x.yaml or "
	"a\n"
	"                             pattern; may be repeated\n"
	"      --skip-tests           leave test hooks out\n"
	"      --no-hooks             leave all hooks out\n"
	"      --skip-schema-validation\n"
	"      --output-dir DIR       write files below DIR instead of printing\n"
	"      --release-name         below DIR/NAME\n"
	"      --debug                when a document can't be read, print all of them "
	"nevertheless\n"
	"\n"
	"helm's other flags of an install are taken and change nothing. Refused, with the reason:\n"
	"--post-renderer (no plugins are run), --dependency-update, --verify, --enable-dns.\n";

struct request {
	arena *mem;
	flag_texts words, apis, shown, post_renderers, labels;
	struct chart_values values;
	struct chart_from from;
	struct kube_access access;
	const char *kube_version, *dry_run, *name_template, *wait;
	bool generate_name, skip_tests, no_hooks, include_crds, is_upgrade, skip_schema;
	bool debug, help, validate, dependency_update, verify, enable_dns;
	bool force, force_replace, force_conflicts;
	bool no_validation, take_ownership, skip_crds;
	/* found out */
	const char *ns;
	bool on_server;
	struct template_cluster *cluster; /* NULL: none is asked */
	struct template_target target;
};

#define AT(member) offsetof(struct request, member)
#define WITHOUT_EFFECT "this flag has no effect for 'helm template' and will be removed in Helm 5"

static const struct flag flags[] = {
	CHART_VALUES_FLAGS(struct request, values),
	CHART_FROM_FLAGS(struct request, from),
	KUBE_ACCESS_FLAGS(struct request, access),
	{"name-template", 0, FLAG_TEXT, AT(name_template), NULL, NULL},
	{"generate-name", 'g', FLAG_SWITCH, AT(generate_name), NULL, NULL},
	{"include-crds", 0, FLAG_SWITCH, AT(include_crds), NULL, NULL},
	{"is-upgrade", 0, FLAG_SWITCH, AT(is_upgrade), NULL, NULL},
	{"kube-version", 0, FLAG_TEXT, AT(kube_version), NULL, NULL},
	{"api-versions", 'a', FLAG_LIST, AT(apis), NULL, NULL},
	{"show-only", 's', FLAG_TEXTS, AT(shown), NULL, NULL},
	{"skip-tests", 0, FLAG_SWITCH, AT(skip_tests), NULL, NULL},
	{"no-hooks", 0, FLAG_SWITCH, AT(no_hooks), NULL, NULL},
	{"skip-schema-validation", 0, FLAG_SWITCH, AT(skip_schema), NULL, NULL},
	{"output-dir", 0, FLAG_TEXT, AT(target.folder), NULL, NULL},
	{"release-name", 0, FLAG_SWITCH, AT(target.with_name), NULL, NULL},
	{"labels", 'l', FLAG_PAIRS, AT(labels), NULL, NULL},
	{"debug", 0, FLAG_SWITCH, AT(debug), NULL, NULL},
	{"help", 'h', FLAG_SWITCH, AT(help), NULL, NULL},
	{"validate", 0, FLAG_SWITCH, AT(validate), NULL, "use '--dry-run=server' instead"},
	{"dry-run", 0, FLAG_OPTIONAL, AT(dry_run), "unset", NULL},
	{"disable-openapi-validation", 0, FLAG_SWITCH, AT(no_validation), NULL, NULL},
	{"take-ownership", 0, FLAG_SWITCH, AT(take_ownership), NULL, NULL},
	{"skip-crds", 0, FLAG_SWITCH, AT(skip_crds), NULL, NULL},
	/* refused */
	{"dependency-update", 0, FLAG_SWITCH, AT(dependency_update), NULL, NULL},
	{"verify", 0, FLAG_SWITCH, AT(verify), NULL, NULL},
	{"enable-dns", 0, FLAG_SWITCH, AT(enable_dns), NULL, NULL},
	{"post-renderer", 0, FLAG_TEXTS, AT(post_renderers), NULL, NULL},
	{"post-renderer-args", 0, FLAG_TEXTS, FLAG_NOWHERE, NULL, NULL},
	/* of an install, or of a client of the cluster */
	FLAG_IGNORED("create-namespace", 0, FLAG_SWITCH),
	{"force-replace", 0, FLAG_SWITCH, AT(force_replace), NULL, NULL},
	{"force", 0, FLAG_SWITCH, AT(force), NULL, "use --force-replace instead"},
	{"force-conflicts", 0, FLAG_SWITCH, AT(force_conflicts), NULL, NULL},
	FLAG_IGNORED("server-side", 0, FLAG_SWITCH),
	FLAG_IGNORED("replace", 0, FLAG_SWITCH),
	FLAG_IGNORED("timeout", 0, FLAG_DURATION),
	FLAG_IGNORED("wait-for-jobs", 0, FLAG_SWITCH),
	{"wait", 0, FLAG_OPTIONAL, AT(wait), "watcher", NULL},
	FLAG_IGNORED("description", 0, FLAG_TEXT),
	FLAG_IGNORED("rollback-on-failure", 0, FLAG_SWITCH),
	{"atomic", 0, FLAG_SWITCH, FLAG_NOWHERE, NULL, "use --rollback-on-failure instead"},
	{"render-subchart-notes", 0, FLAG_SWITCH, FLAG_NOWHERE, NULL, WITHOUT_EFFECT},
	{"hide-notes", 0, FLAG_SWITCH, FLAG_NOWHERE, NULL, WITHOUT_EFFECT},
	HELM_COMMON_FLAGS,
	FLAG_IGNORED("keyring", 0, FLAG_TEXT),
	{NULL, 0, FLAG_TEXT, 0, NULL, NULL},
};

/* ---- what is wrong or refused ---- */

static err *check_together(struct request *r)
{
	static const char *const replace[] = {"force-replace", "force-conflicts", NULL};
	static const char *const force[] = {"force", "force-conflicts", NULL};
	static const char *const server[] = {"validate", "dry-run", NULL};
	TRY(flags_exclusive(r->mem, replace, (bool[]){r->force_replace, r->force_conflicts}));
	TRY(flags_exclusive(r->mem, force, (bool[]){r->force, r->force_conflicts}));
	return flags_exclusive(r->mem, server, (bool[]){r->validate, r->dry_run != NULL});
}

static err *check_values(struct request *r)
{
	static const struct flag wait = {.name = "wait"};
	static const char *const waits[] = {"watcher", "hookOnly", "legacy", "true", "false", NULL};
	bool known = !r->wait;
	for (size_t i = 0; waits[i]; i++)
		known |= text_eq(r->wait, waits[i]);
	if (known)
		return NULL;
	return flags_wrong(r->mem, &wait, r->wait,
			   arena_printf(r->mem,
					"invalid wait input \"%s\". Valid inputs are watcher, "
					"hookOnly, and legacy",
					r->wait));
}

static err *check_labels(struct request *r)
{
	static const char *const ours[] = {"name",    "owner",	   "status",
					   "version", "createdAt", "modifiedAt"};
	str key, value;
	for (size_t i = 0; i < r->labels.n; i++)
		for (size_t k = 0; k < sizeof(ours) / sizeof(*ours); k++) {
			str_cut(str_of(r->labels.p[i]), '=', &key, &value);
			if (str_is(key, ours[k]))
				return err_new(
					r->mem, ERR_INVALID,
					"user supplied labels contains system reserved label "
					"name. System labels: [name owner status version "
					"createdAt modifiedAt]");
		}
	return NULL;
}

static err *unsupported(struct request *r, const char *flag, const char *why)
{
	return err_new(r->mem, ERR_UNSUPPORTED, "%s is not supported: %s", flag, why);
}

/* --dry-run takes client, server, or a bool in helm's older manner. */
static err *check_dry_run(struct request *r)
{
	const char *how = r->dry_run;
	r->on_server = r->validate;
	if (!how || text_eq(how, "client"))
		return NULL;
	r->on_server |= text_eq(how, "server");
	if (r->on_server)
		return NULL;
	if (text_eq(how, "unset")) {
		fputs("level=WARN msg=\"--dry-run is deprecated and should be replaced with "
		      "'--dry-run=client'\"\n",
		      stderr);
		return NULL;
	}
	if (text_eq(how, "true")) {
		fputs("level=WARN msg=\"boolean '--dry-run=true' flag is deprecated and must be "
		      "replaced with '--dry-run=client'\"\n",
		      stderr);
		return NULL;
	}
	if (text_eq(how, "false") || text_eq(how, "none"))
		return err_new(r->mem, ERR_INVALID,
			       "invalid dry-run value (\"%s\"). Must be \"server\" or \"client\"",
			       how);
	return err_new(
		r->mem, ERR_INVALID,
		"invalid dry-run value (\"%s\"). Must be \"none\", \"server\", or \"client\"", how);
}

/* helm takes the name of a plugin; here there is none. */
static err *check_post_renderer(struct request *r)
{
	static const struct flag flag = {.name = "post-renderer"};
	const char *named = "";
	for (size_t i = 0; i < r->post_renderers.n && !*named; i++)
		named = r->post_renderers.p[i];
	if (!*named)
		return NULL;
	return flags_wrong(
		r->mem, &flag, named,
		arena_printf(r->mem, "plugin: {Name:%s Type:postrenderer/v1} not found", named));
}

static err *check_refused(struct request *r)
{
	if (r->dependency_update)
		return unsupported(r, "--dependency-update",
				   "charts are not changed; run helm dependency update before");
	if (r->verify)
		return unsupported(r, "--verify", "run helm verify before");
	if (r->enable_dns)
		return unsupported(r, "--enable-dns", "charts are rendered without a network");
	return check_dry_run(r);
}

/* ---- rendering ---- */

/* Only an application can be installed. */
static err *check_type(struct request *r, const struct chart *c)
{
	if (*c->type && !text_eq(c->type, "application"))
		return err_new(r->mem, ERR_INVALID, "%s charts are not installable", c->type);
	if (val_as_bool(val_get(c->metadata, "Deprecated"), false))
		fputs("level=WARN msg=\"this chart is deprecated\"\n", stderr);
	return NULL;
}

static void to_stdout(void *unused, str text)
{
	(void)unused;
	fwrite(text.p, 1, text.n, stdout);
}

static void to_buf(void *arg, str text)
{
	buf_str(arg, text);
}

/* What --show-only asks for, of what would be printed. */
static err *show(struct request *r, const struct helm_result *result, const struct helm_print *how)
{
	buf all = buf_init(r->mem), shown = buf_init(r->mem);
	if (!r->target.folder)
		helm_print(result, how, to_buf, &all);
	TRY(helm_show(r->mem, buf_view(&all), r->shown.p, r->shown.n, &shown));
	to_stdout(NULL, buf_view(&shown));
	return NULL;
}

static err *print(struct request *r, const struct helm_result *result, const char *name)
{
	struct helm_print how = {
		.crds = r->include_crds, .no_hooks = r->no_hooks, .skip_tests = r->skip_tests};
	if (r->target.folder)
		TRY(template_write(r->mem, &r->target, name, result, &how));
	if (r->shown.n)
		return show(r, result, &how);
	if (r->target.folder)
		to_stdout(NULL, STR("\n"));
	else
		helm_print(result, &how, to_stdout, NULL);
	return NULL;
}

/* What comes in between when a cluster is asked. */
static err *ask_cluster(struct request *r, const struct chart *c, const val *values,
			struct helm_options *o)
{
	struct helm_output *crds;
	size_t n;
	if (!r->cluster)
		return NULL;
	TRY_AS(r->mem, helm_crds(r->mem, c, values, &crds, &n),
	       "chart dependencies processing failed");
	if (n && !r->skip_crds)
		fputs("level=WARN msg=\"This chart or one of its subcharts contains CRDs. "
		      "Rendering may "
		      "fail or contain inaccuracies.\"\n",
		      stderr);
	return template_cluster_tell(r->cluster, o);
}

/* Files are written before helm would look at objects, and then there are none to look at. */
static err *check_objects(struct request *r, const char *name, const struct helm_result *result)
{
	struct template_install how = {.name = name,
				       .ns = r->ns,
				       .crds = r->include_crds,
				       .validate = !r->no_validation,
				       .is_upgrade = r->is_upgrade,
				       .take_ownership = r->take_ownership};
	return r->cluster && !r->target.folder ? template_cluster_check(r->cluster, result, &how)
					       : NULL;
}

static err *failure(struct request *r, const struct helm_result *result, err *failed)
{
	if (result->stage != HELM_AT_TEMPLATES)
		return failed;
	if (r->debug) { /* for whoever looks for the mistake */
		buf all = buf_init(r->mem), shown = buf_init(r->mem);
		helm_print_files(result, to_buf, &all);
		if (!r->shown.n)
			to_stdout(NULL, buf_view(&all));
		else if (!helm_show(r->mem, buf_view(&all), r->shown.p, r->shown.n, &shown))
			to_stdout(NULL, buf_view(&shown));
		return failed;
	}
	return err_new(r->mem, err_code(failed),
		       "%s\n\nUse --debug flag to render out invalid YAML",
		       err_text(r->mem, failed));
}

static err *render(struct request *r, const char *name, const struct chart *c, const val *values)
{
	struct helm_options o = {
		.release = {.name = name, .ns = r->ns, .revision = 1, .is_upgrade = r->is_upgrade},
		.kube_version = r->kube_version,
		.api_versions = r->apis.p,
		.api_version_count = r->apis.n,
		.skip_schema = r->skip_schema,
		.heads_only = true,
		.tmpl = {.now = clock_wall(), .zone = getenv("TZ")},
	};
	struct helm_result result;
	TRY(ask_cluster(r, c, values, &o));
	err *failed = helm_template(r->mem, c, values, &o, &result);
	if (failed)
		return failure(r, &result, failed);
	TRY(check_objects(r, name, &result));
	return print(r, &result, name);
}

static err *template(struct request *r)
{
	struct chart *c;
	val *values;
	const char *name, *chart;
	TRY(check_values(r));
	TRY(check_post_renderer(r));
	TRY(check_together(r));
	TRY(check_refused(r));
	r->ns = kube_access_namespace(r->mem, &r->access);
	if (r->kube_version && *r->kube_version)
		TRY(helm_check_kube_version(r->mem, r->kube_version));
	TRY(template_name(r->mem, &r->words, r->name_template, r->generate_name, &name, &chart));
	bool served = chart_is_served(&r->from, chart);
	str packed = {0};
	TRY(served ? chart_get(r->mem, &r->from, chart, &packed)
		   : chart_find(r->mem, chart, &chart));
	TRY(chart_values_read(r->mem, &r->values, &values));
	TRY(served ? helm_unpack(r->mem, packed, &c) : chart_open(r->mem, chart, &c));
	TRY(check_type(r, c));
	TRY(helm_check_dependencies(r->mem, c));
	if (r->on_server)
		TRY(template_cluster_open(r->mem, &r->access, &r->cluster));
	TRY(template_check_name(r->mem, name));
	TRY(check_labels(r));
	return render(r, name, c, values);
}

int cli_template(int argc, char **argv)
{
	struct request r = {.mem = arena_open()};
	err *failed = flags_read(r.mem, flags, &r, argc, argv, &r.words);
	int status = failed ? CLI_USAGE : CLI_OK;
	if (!failed && r.help) {
		fputs(usage, stdout);
	} else if (!failed && !r.words.n) {
		failed = err_new(r.mem, ERR_INVALID,
				 "\"sluice template\" requires at least 1 argument\n\n"
				 "Usage:  sluice template [NAME] [CHART] [flags]");
		status = CLI_USAGE;
	} else if (!failed) {
		failed = template(&r);
		status = failed ? CLI_FAILED : CLI_OK;
	}
	if (failed)
		fprintf(stderr, "Error: %s\n", err_text(r.mem, failed));
	arena_close(r.mem);
	return status;
}
