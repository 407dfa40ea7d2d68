#include "tmpl/tmpl_object.h"

#include "base/enc.h"
#include "base/rune.h"
#include "tmpl/tmpl_code.h"
#include "tmpl/tmpl_glob.h"
#include "tmpl/tmpl_path.h"

struct tv tmpl_files(arena *mem, const struct tmpl_file *files, size_t n)
{
	struct tv m = tv_map(mem, TV_FILES);
	for (size_t i = 0; i < n; i++)
		tv_map_set(mem, m.map, str_of(files[i].name), tv_bytes(files[i].text));
	return m;
}

static struct tv struct_value(arena *mem, enum tv_type type, const char *text,
			      const char *const *names, const char *const *json,
			      const struct tv *fields, size_t n)
{
	struct tv_struct *s = NEW(mem, struct tv_struct);
	struct tv *kept = arena_copy(mem, fields, n * sizeof(*fields));
	*s = (struct tv_struct){text, names, kept, n, json};
	return tv_object(type, s);
}

static struct tv text_or_empty(const char *text)
{
	return tv_text(text ? text : "");
}

struct tv tmpl_capabilities(arena *mem, const struct tmpl_capabilities *from)
{
	static const char *const kube_names[] = {"Version", "normalizedVersion", "Major", "Minor"};
	static const char *const helm_names[] = {"Version", "GitCommit", "GitTreeState",
						 "GoVersion", "KubeClientVersion"};
	static const char *const helm_json[] = {"version", "git_commit", "git_tree_state",
						"go_version", "kube_client_version"};
	static const char *const names[] = {"KubeVersion", "APIVersions", "HelmVersion"};
	const char *normalized = from->kube_normalized ? from->kube_normalized : "";
	struct tv kube[] = {text_or_empty(from->kube_version), tv_text(normalized),
			    text_or_empty(from->kube_major), text_or_empty(from->kube_minor)};
	struct tv helm[] = {
		text_or_empty(from->helm_version),	  text_or_empty(from->helm_git_commit),
		text_or_empty(from->helm_git_tree_state), text_or_empty(from->helm_go_version),
		text_or_empty(from->helm_kube_client),
	};
	struct tv apis = tv_list(mem, TV_VERSIONS, from->api_version_count);
	for (size_t i = 0; i < from->api_version_count; i++)
		apis.list->p[i] = tv_text(from->api_versions[i]);
	const char *shown = normalized[0] ? normalized : kube[0].s;
	struct tv fields[] = {
		struct_value(mem, TV_KUBE_VERSION, shown, kube_names, NULL, kube, 4),
		apis,
		struct_value(mem, TV_HELM_VERSION, NULL, helm_names, helm_json, helm, 5),
	};
	return struct_value(mem, TV_CAPABILITIES, NULL, names, NULL, fields, 3);
}

/* --- .Files ------------------------------------------------------------------------------------ */

static err *files_get(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv found = tv_map_get(args[0].map, tv_as_str(args[1]));
	bool bytes = str_is(str_of(c->name), "GetBytes");
	*ret = bytes ? tv_bytes(tv_as_str(found)) : tv_str(tv_as_str(found));
	return NULL;
}

static err *files_glob(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct regex *re;
	TRY(tmpl_glob_compile(c->mem, tv_as_str(args[1]), &re));
	*ret = tv_map(c->mem, TV_FILES);
	for (size_t i = 0; i < tv_len(args[0]); i++) {
		const struct tv_entry *e = &args[0].map->p[i];
		TRY(tmpl_charge(c, regex_cost(re) * e->key.n));
		if (regex_match_whole(c->mem, re, e->key))
			tv_map_set(c->mem, ret->map, e->key, e->value);
	}
	return NULL;
}

/* The files by their base names, as YAML; of two with one base name either may win, here the later
 * one by path. */
static err *files_as(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	bool secrets = str_is(str_of(c->name), "AsSecrets");
	struct tv m = tv_map(c->mem, TV_TEXT_MAP);
	tv_map_sort(args[0].map);
	for (size_t i = 0; i < tv_len(args[0]); i++) {
		const struct tv_entry *e = &args[0].map->p[i];
		str bytes = tv_as_str(e->value);
		TRY(tmpl_charge(c, bytes.n * 2));
		tv_map_set(c->mem, m.map, tmpl_path_base(e->key),
			   secrets ? tv_text(enc_base64(c->mem, bytes)) : tv_str(bytes));
	}
	return tmpl_to_yaml(c, m, ret);
}

static err *files_lines(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct tv found = tv_map_get(args[0].map, tv_as_str(args[1]));
	str s = tv_as_str(found), line;
	*ret = tv_list(c->mem, TV_TEXTS, 0);
	if (found.type == TV_NONE)
		return NULL;
	if (!s.n)
		return tmpl_panic(c->mem, "runtime error: index out of range [-1]");
	if (s.p[s.n - 1] == '\n')
		s.n--;
	size_t lines = 1;
	for (size_t i = 0; i < s.n; i++)
		lines += s.p[i] == '\n';
	TRY(tmpl_charge(c, lines * sizeof(struct tv)));
	*ret = tv_list(c->mem, TV_TEXTS, lines);
	for (size_t i = 0; i < lines && str_next(&s, '\n', &line); i++)
		ret->list->p[i] = tv_str(line);
	return NULL;
}

/* --- .Values ----------------------------------------------------------------------------------- */

static err *values_as_map(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_len(args[0]) ? args[0] : tv_map(c->mem, TV_MAP);
	ret->type = TV_MAP;
	return NULL;
}

static err *values_yaml(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	TRY(tmpl_to_yaml(c, args[0], ret));
	*ret = tmpl_textf(c, "%.*s\n", STR_ARG(tv_as_str(*ret)));
	return NULL;
}

/* The map at a dotted path. */
static err *table_at(struct tmpl_call *c, struct tv at, str path, struct tv *ret)
{
	str name;
	while (str_next(&path, '.', &name)) {
		at = tv_map_get(at.map, name);
		if (at.type != TV_MAP && at.type != TV_VALUES)
			return err_new(c->mem, ERR_INVALID, "%s is not a table",
				       rune_quoted(c->mem, name));
	}
	*ret = at;
	ret->type = TV_VALUES;
	return NULL;
}

static err *values_table(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return table_at(c, args[0], tv_as_str(args[1]), ret);
}

static err *values_path(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str path = tv_as_str(args[1]), key = path;
	struct tv at = args[0];
	if (!path.n)
		return err_new(c->mem, ERR_INVALID, "YAML path cannot be empty");
	ptrdiff_t dot = str_rfind(path, '.');
	if (dot >= 0)
		key = str_sub(path, (size_t)dot + 1, path.n);
	bool found = dot < 0 || !table_at(c, at, str_sub(path, 0, (size_t)dot), &at);
	*ret = found ? tv_map_get(at.map, key) : tv_none();
	if (ret->type == TV_NONE || ret->type == TV_MAP)
		return err_new(c->mem, ERR_INVALID, "%s is not a value", rune_quoted(c->mem, key));
	return NULL;
}

/* --- .Capabilities ----------------------------------------------------------------------------- */

static err *versions_has(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(false);
	for (size_t i = 0; i < tv_len(args[0]) && !ret->b; i++)
		ret->b = str_eq(tv_as_str(args[0].list->p[i]), tv_as_str(args[1]));
	return NULL;
}

static err *kube_text(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	const struct tv_struct *s = args[0].object;
	*ret = str_is(str_of(c->name), "String") ? tv_text(s->text) : s->fields[0];
	return NULL;
}

static err *capabilities_copy(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = args[0];
	return NULL;
}

const struct tmpl_method tmpl_object_methods[] = {
	{TV_FILES, {"AsConfig", ">s", files_as}},
	{TV_FILES, {"AsSecrets", ">s", files_as}},
	{TV_FILES, {"Get", "s>s", files_get}},
	{TV_FILES, {"GetBytes", "s>B", files_get}},
	{TV_FILES, {"Glob", "s>F", files_glob}},
	{TV_FILES, {"Lines", "s>S", files_lines}},
	{TV_VALUES, {"AsMap", ">m", values_as_map}},
	{TV_VALUES, {"Encode", "W>a", values_as_map}}, /* never called: there is no io.Writer */
	{TV_VALUES, {"PathValue", "s>a", values_path}},
	{TV_VALUES, {"Table", "s>m", values_table}},
	{TV_VALUES, {"YAML", ">s", values_yaml}},
	{TV_VERSIONS, {"Has", "s>b", versions_has}},
	{TV_KUBE_VERSION, {"GitVersion", ">s", kube_text}},
	{TV_KUBE_VERSION, {"String", ">s", kube_text}},
	{TV_CAPABILITIES, {"Copy", ">C", capabilities_copy}},
	{TV_NONE, {0}},
};
