#include "cli/chart_read.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "data/yaml.h"
#include "helm/helm.h"
#include "helm/helm_shape.h"

#define MAX_ARCHIVE ((size_t)100 << 20)

err *chart_find(arena *mem, const char *chart, const char **ret_path)
{
	char here[4096];
	chart = str_text(mem, str_trim(str_of(chart)));
	if (!file_exists(chart) && (*chart == '/' || *chart == '.'))
		return err_new(mem, ERR_NOT_FOUND, "path \"%s\" not found", chart);
	/* a repository that `helm repo add` would have to know */
	if (!file_exists(chart) && strchr(chart, '/'))
		return err_new(mem, ERR_NOT_FOUND, "repo %.*s not found", (int)strcspn(chart, "/"),
			       chart);
	if (!file_exists(chart))
		return err_new(
			mem, ERR_NOT_FOUND,
			"non-absolute URLs should be in form of repo_name/path_to_chart, got: %s",
			chart);
	if (*chart == '/' || !getcwd(here, sizeof(here)))
		*ret_path = path_clean(mem, str_of(chart));
	else
		*ret_path = path_join(mem, here, chart);
	return NULL;
}

#define HEAD 512 /* bytes that helm looks at; in a shorter file it sees NULs behind them */

static bool is_text(str data)
{
	if (data.n < HEAD)
		return false;
	for (size_t i = 0; i < HEAD; i++) {
		unsigned char c = (unsigned char)data.p[i];
		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b)
			return false;
	}
	return true;
}

static err *open_archive(arena *mem, const char *path, struct chart **ret_chart)
{
	str packed;
	TRY(file_read(mem, path, MAX_ARCHIVE, &packed));
	if (str_starts(packed, STR("\x1f\x8b\x08")))
		return helm_unpack(mem, packed, ret_chart);
	if (text_ends(path, ".yml") || text_ends(path, ".yaml"))
		return err_new(mem, ERR_INVALID,
			       "file '%s' seems to be a YAML file, but expected a gzipped archive",
			       path);
	return err_new(mem, ERR_INVALID,
		       "file '%s' does not appear to be a gzipped archive; got '%s'", path,
		       is_text(packed) ? "text/plain; charset=utf-8" : "application/octet-stream");
}

/* helm's command looks at the version before it reads the chart; that it knows no templates of v3 it says afterwards. */
static err *check_version(arena *mem, const char *path, bool *ret_v3)
{
	static const struct shape_field fields[] = {{"apiVersion", SHAPE_TEXT, NULL},
						    {NULL, SHAPE_TEXT, NULL}};
	static const struct shape_struct base = {"chartBase", "loader.chartBase", fields};
	str text;
	val *v;
	TRY(file_read(mem, path, CHART_MAX_FILE, &text));
	TRY_AS(mem, yaml_parse(mem, text, &v),
	       "cannot load Chart.yaml: error converting YAML to JSON");
	TRY_AS(mem, shape_check(mem, &base, v), "cannot load Chart.yaml");
	const char *version = shape_text(mem, shape_field(v, "apiVersion"));
	*ret_v3 = text_eq(version, "v3");
	if (*version && !*ret_v3 && !text_eq(version, "v1") && !text_eq(version, "v2"))
		return err_new(mem, ERR_INVALID, "unsupported chart version");
	return NULL;
}

err *chart_open(arena *mem, const char *path, struct chart **ret_chart)
{
	struct tree *tree;
	struct stat st;
	const char *metadata = path_join(mem, path, "Chart.yaml");
	if (!stat(path, &st) && !S_ISDIR(st.st_mode))
		return open_archive(mem, path, ret_chart);
	if (!file_exists(metadata))
		return err_new(mem, ERR_NOT_FOUND,
			       "unable to detect chart at %s: open %s: no such file or directory",
			       metadata, metadata);
	if (!stat(metadata, &st) && S_ISDIR(st.st_mode))
		return err_new(mem, ERR_INVALID,
			       "unable to detect chart at %s: read %s: is a directory", metadata,
			       metadata);
	bool v3;
	TRY(check_version(mem, metadata, &v3));
	/* a user's own folder: links may lead out of it, as they may for helm */
	TRY(tree_open(mem, "/", &tree));
	TRY(helm_read(mem, tree, path + strspn(path, "/"), ret_chart));
	return v3 ? err_new(mem, ERR_INVALID, "invalid chart apiVersion") : NULL;
}
