/*
 * The recorded template snippets: each is the body of a named template in a small chart, whose text or
 * error Helm gave. The chart is built here without the chart loader, so the cases that need one
 * (flags, subcharts) are left to the tests of the whole program.
 */
#include "table.h"

#include <dirent.h>

#include "base/rune.h"
#include "base/vec.h"
#include "data/yaml.h"
#include "tmpl/tmpl.h"

#define NAME_T "t/templates/t.yaml"
#define BODY                                                                                       \
	"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: t\ndata:\n"                           \
	"  out: {{ include \"t\" . | toJson }}\n"

struct chart {
	arena *mem;
	const val *row;
	VEC(struct tmpl_file) templates;
	VEC(struct tmpl_file) files;
	struct tv values, chart;
	bool unfit; /* needs more than this builder knows */
};

/* Nulls in maps of a chart's own values are as if they were absent. */
static void strip_nulls(val *v)
{
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n;) {
		if (val_is(v->map.p[i].value, VAL_NULL)) {
			val_del_str(v, v->map.p[i].key);
			continue;
		}
		strip_nulls(v->map.p[i].value);
		i++;
	}
}

static void put(struct chart *c, struct tv map, const char *key, struct tv value)
{
	tv_map_set(c->mem, map.map, str_of(key), value);
}

/* .Chart: every field of the metadata by its Go name. */
static void read_chart(struct chart *c, str text)
{
	static const char *const texts[] = {
		"Name",	       "name",	      "Home", "home", "Version",    "version",
		"Description", "description", "Icon", "icon", "APIVersion", "apiVersion",
		"Condition",   "condition",   "Tags", "tags", "AppVersion", "appVersion",
		"KubeVersion", "kubeVersion", "Type", "type",
	};
	static const char *const lists[] = {"Sources",	    "sources",	   "Keywords",
					    "keywords",	    "Maintainers", "maintainers",
					    "Dependencies", "dependencies"};
	val *meta = NULL;
	if (yaml_parse(c->mem, text, &meta))
		c->unfit = true;
	c->chart = tv_map(c->mem, TV_MAP);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i += 2) {
		const val *v = val_get(meta, texts[i + 1]);
		c->unfit = c->unfit || (v && !val_is(v, VAL_TEXT));
		put(c, c->chart, texts[i], tv_text(v ? val_text_or(v, "") : ""));
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(*lists); i += 2) {
		c->unfit = c->unfit || val_get(meta, lists[i + 1]);
		put(c, c->chart, lists[i], tv_list(c->mem, TV_LIST, 0));
	}
	const val *notes = val_get(meta, "annotations");
	struct tv annotations = {.type = TV_TEXT_MAP};
	if (val_is(notes, VAL_MAP)) {
		annotations = tv_map(c->mem, TV_TEXT_MAP);
		for (uint32_t i = 0; i < notes->map.n; i++)
			tv_map_set(c->mem, annotations.map, notes->map.p[i].key,
				   tv_str(val_as_str(notes->map.p[i].value)));
	}
	put(c, c->chart, "Annotations", annotations);
	put(c, c->chart, "Deprecated", tv_bool(false));
	put(c, c->chart, "IsRoot", tv_bool(true));
}

static void read_values(struct chart *c, str text)
{
	val *values = NULL, *docs = NULL;
	bool bad = yaml_parse_all(c->mem, text, &docs) || val_len(docs) > 1;
	values = val_at(docs, 0);
	if (bad || (values && !val_is(values, VAL_MAP) && !val_is(values, VAL_NULL))) {
		c->unfit = true;
		return;
	}
	strip_nulls(values);
	c->values = tv_from_val(c->mem, val_is(values, VAL_MAP) ? values : val_map(c->mem), true);
	c->values.type = TV_VALUES;
}

static void add_file(struct chart *c, const char *path, str text)
{
	struct tmpl_file f = {path, text};
	if (!strcmp(path, "Chart.yaml"))
		read_chart(c, text);
	else if (!strcmp(path, "values.yaml"))
		read_values(c, text);
	else if (!strncmp(path, "charts/", 7))
		c->unfit = true;
	else if (!strncmp(path, "templates/", 10)) {
		f.name = arena_printf(c->mem, "t/%s", path);
		VEC_PUSH(c->mem, &c->templates, f);
	} else {
		VEC_PUSH(c->mem, &c->files, f);
	}
}

static void add_files(struct chart *c, const char *key, const char *folder)
{
	const val *map = val_get(c->row, key);
	for (uint32_t i = 0; map && i < map->map.n; i++)
		add_file(c, arena_printf(c->mem, "%s%s", folder, map->map.p[i].key.p),
			 val_as_str(map->map.p[i].value));
}

static int by_depth(const void *a, const void *b)
{
	const struct tmpl_file *x = a, *y = b;
	int dx = 0, dy = 0;
	for (const char *p = x->name; *p; p++)
		dx += *p == '/';
	for (const char *p = y->name; *p; p++)
		dy += *p == '/';
	return dx != dy ? dy - dx : strcmp(y->name, x->name);
}

static const char *const known_apis[] = {
	"v1",
	"admissionregistration.k8s.io/v1",
	"admissionregistration.k8s.io/v1alpha1",
	"admissionregistration.k8s.io/v1beta1",
	"internal.apiserver.k8s.io/v1alpha1",
	"apps/v1",
	"apps/v1beta1",
	"apps/v1beta2",
	"authentication.k8s.io/v1",
	"authentication.k8s.io/v1alpha1",
	"authentication.k8s.io/v1beta1",
	"authorization.k8s.io/v1",
	"authorization.k8s.io/v1beta1",
	"autoscaling/v1",
	"autoscaling/v2",
	"batch/v1",
	"batch/v1beta1",
	"certificates.k8s.io/v1",
	"certificates.k8s.io/v1beta1",
	"certificates.k8s.io/v1alpha1",
	"coordination.k8s.io/v1alpha2",
	"coordination.k8s.io/v1beta1",
	"coordination.k8s.io/v1",
	"discovery.k8s.io/v1",
	"discovery.k8s.io/v1beta1",
	"events.k8s.io/v1",
	"events.k8s.io/v1beta1",
	"extensions/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1",
	"flowcontrol.apiserver.k8s.io/v1beta1",
	"flowcontrol.apiserver.k8s.io/v1beta2",
	"flowcontrol.apiserver.k8s.io/v1beta3",
	"networking.k8s.io/v1",
	"networking.k8s.io/v1beta1",
	"node.k8s.io/v1",
	"node.k8s.io/v1alpha1",
	"node.k8s.io/v1beta1",
	"policy/v1",
	"policy/v1beta1",
	"rbac.authorization.k8s.io/v1",
	"rbac.authorization.k8s.io/v1beta1",
	"rbac.authorization.k8s.io/v1alpha1",
	"resource.k8s.io/v1",
	"resource.k8s.io/v1beta2",
	"resource.k8s.io/v1beta1",
	"resource.k8s.io/v1alpha3",
	"scheduling.k8s.io/v1alpha2",
	"scheduling.k8s.io/v1beta1",
	"scheduling.k8s.io/v1",
	"storage.k8s.io/v1beta1",
	"storage.k8s.io/v1",
	"storage.k8s.io/v1alpha1",
	"storagemigration.k8s.io/v1beta1",
	"apiextensions.k8s.io/v1beta1",
	"apiextensions.k8s.io/v1",
};

static struct tv root_of(struct chart *c)
{
	struct tv root = tv_map(c->mem, TV_VALUES), release = tv_map(c->mem, TV_MAP);
	put(c, release, "Name", tv_text("release-name"));
	put(c, release, "Namespace", tv_text("default"));
	put(c, release, "Revision", tv_int(1));
	put(c, release, "IsUpgrade", tv_bool(false));
	put(c, release, "IsInstall", tv_bool(true));
	put(c, release, "Service", tv_text("Helm"));
	const struct tmpl_capabilities caps = {
		.kube_version = "v1.34.0",
		.kube_normalized = "v1.34.0",
		.kube_major = "1",
		.kube_minor = "34",
		.api_versions = known_apis,
		.api_version_count = sizeof(known_apis) / sizeof(*known_apis),
		.helm_version = "v4.2",
		.helm_go_version = "go1.26.8",
		.helm_kube_client = "v1.36",
	};
	put(c, root, "Values", c->values);
	put(c, root, "Chart", c->chart);
	put(c, root, "Release", release);
	put(c, root, "Capabilities", tmpl_capabilities(c->mem, &caps));
	put(c, root, "Files", tmpl_files(c->mem, c->files.p, c->files.n));
	put(c, root, "Subcharts", tv_map(c->mem, TV_MAP));
	return root;
}

/* Renders the chart's files in Helm's order; *ret is the text of t.yaml. */
static err *render(struct chart *c, str *ret)
{
	struct tmpl_set *set;
	struct tv root = root_of(c);
	struct tmpl_options options = {.now = INT64_C(1700000000000000000)};
	qsort(c->templates.p, c->templates.n, sizeof(*c->templates.p), by_depth);
	TRY(tmpl_parse(c->mem, c->templates.p, c->templates.n, &set));
	struct tmpl_run *run = tmpl_run_open(c->mem, set, &options);
	for (size_t i = 0; i < c->templates.n; i++) {
		const char *name = c->templates.p[i].name;
		struct tv about = tv_map(c->mem, TV_VALUES);
		str text;
		if (strrchr(name, '/')[1] == '_')
			continue;
		put(c, about, "Name", tv_text(name));
		put(c, about, "BasePath", tv_text("t/templates"));
		put(c, root, "Template", about);
		TRY(tmpl_run_exec(run, name, root, &text));
		if (!strcmp(name, NAME_T))
			*ret = text;
	}
	return NULL;
}

/* Broken UTF-8 as the recordings have it. */
static const char *readable(arena *mem, const char *text)
{
	buf b = buf_init(mem);
	size_t len;
	for (str s = str_of(text); s.n; s = str_sub(s, len, s.n))
		buf_utf8(&b, rune_at(s, &len));
	return buf_text(&b);
}

static const char *check_error(struct chart *c, const err *e)
{
	const val *wanted = val_get(c->row, "error");
	const char *text = readable(c->mem, err_text(c->mem, e));
	for (size_t i = 0; i < val_len(wanted); i++)
		if (!strstr(text, val_as_text(val_at(wanted, i))))
			return arena_printf(c->mem, "want error %s\n    got %s",
					    val_as_text(val_at(wanted, i)), text);
	return NULL;
}

/* What is wrong with the result; NULL for a pass. */
static const char *check(struct chart *c)
{
	str text = STR("");
	err *e = render(c, &text);
	const char *want = val_as_text(val_get(c->row, "want"));
	if (!want)
		return e ? check_error(c, e)
			 : arena_printf(c->mem, "an error was wanted, got %.*s", STR_ARG(text));
	if (e)
		return arena_printf(c->mem, "want %s\n    failed: %s", want, err_text(c->mem, e));
	ptrdiff_t at = str_search(text, STR("\n  out: "));
	str line = str_sub(text, (size_t)at + 8, text.n);
	val *got = NULL;
	ptrdiff_t end = str_find(line, '\n');
	if (at < 0 || json_parse(c->mem, str_sub(line, 0, (size_t)end), &got))
		return arena_printf(c->mem, "no line with the text: %.*s", STR_ARG(text));
	if (str_eq(val_as_str(got), val_as_str(val_get(c->row, "want"))))
		return NULL;
	return arena_printf(c->mem, "want %s\n    got  %.*s",
			    json_text(c->mem, val_get(c->row, "want"), JSON_PLAIN),
			    STR_ARG(str_sub(line, 0, (size_t)end)));
}

/* An error that comes after rendering, when the manifests are read. */
static bool is_later_error(const val *row)
{
	const char *first = val_as_text(val_at(val_get(row, "error"), 0));
	return first && !strncmp(first, "YAML parse error", 16);
}

struct tally {
	int passed, failed, left;
};

static void run_case(str line, struct tally *t)
{
	struct chart c = {.mem = arena_open()};
	val *row = NULL;
	assert_null(json_parse(c.mem, line, &row));
	c.row = row;
	const char *id = val_as_text(val_get(row, "id")), *only = getenv("ONLY");
	const val *values = val_get(row, "values");
	str body = val_as_str(val_get(row, "template"));
	add_file(&c, "Chart.yaml",
		 STR("apiVersion: v2\nname: t\nversion: 1.2.3\nappVersion: \"4.5.6\"\n"));
	add_file(&c, "templates/t.yaml", STR(BODY));
	add_file(&c, "templates/_t.tpl",
		 str_of(arena_printf(c.mem, "{{- define \"t\" -}}%.*s{{- end -}}", STR_ARG(body))));
	read_values(&c, str_of(json_text(c.mem, values ? values : val_map(c.mem), JSON_PLAIN)));
	add_files(&c, "templates", "templates/");
	add_files(&c, "files", "");
	c.unfit = c.unfit || val_get(row, "args") || is_later_error(row);
	if (c.unfit || (only && !strstr(id, only))) {
		t->left++;
	} else {
		const char *why = check(&c);
		if (why && t->failed < (getenv("ALL") ? 100000 : 20))
			fprintf(stderr, "%s %.*s\n    %s\n", id, STR_ARG(body), why);
		t->failed += why != NULL;
		t->passed += why == NULL;
	}
	arena_close(c.mem);
}

static void test_recorded(void **state)
{
	(void)state;
	arena *mem = arena_open();
	const char *shared = getenv("SLUICE_SHARED");
	const char *folder =
		arena_printf(mem, "%s/conformance/helm-functions", shared ? shared : "../shared");
	DIR *dir = opendir(folder);
	if (!dir) {
		print_message("# skipped: no cases in %s (set SLUICE_SHARED)\n", folder);
		arena_close(mem);
		skip();
	}
	struct tally t = {0};
	for (struct dirent *entry; (entry = readdir(dir));) {
		str text, line;
		if (!strstr(entry->d_name, ".jsonl"))
			continue;
		assert_null(file_read(mem, arena_printf(mem, "%s/%s", folder, entry->d_name),
				      (size_t)64 << 20, &text));
		while (str_next(&text, '\n', &line))
			if (line.n)
				run_case(line, &t);
	}
	closedir(dir);
	print_message("# %d passed, %d failed, %d left out\n", t.passed, t.failed, t.left);
	arena_close(mem);
	assert_int_equal(t.failed, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_recorded)};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
