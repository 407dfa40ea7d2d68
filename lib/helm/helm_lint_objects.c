#include "helm/helm_lint_objects.h"

#include <string.h>

#include "base/rune.h"
#include "data/json.h"
#include "data/json_scan.h"
#include "data/yaml.h"
#include "helm/helm_docs.h"
#include "helm/helm_lint_old.h"
#include "helm/helm_lint_text.h"
#include "helm/helm_shape.h"

#define LONGEST_LINE 65536 /* bytes: Go's scanner of lines gives up there */

/* ---- documents ---- */

static const struct shape_field metadata_fields[] = {
	{"Name", SHAPE_TEXT, NULL},
	{"Namespace", SHAPE_TEXT, NULL},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct metadata_shape = {"k8sYamlMetadata", "rules.k8sYamlMetadata",
						   metadata_fields};
static const struct shape_field object_fields[] = {
	{"apiVersion", SHAPE_TEXT, NULL},
	{"Kind", SHAPE_TEXT, NULL},
	{"Metadata", SHAPE_STRUCT, &metadata_shape},
	{NULL, SHAPE_TEXT, NULL},
};
static const struct shape_struct object_shape = {"k8sYamlStruct", "rules.k8sYamlStruct",
						 object_fields};

/* A text that is JSON values, or YAML documents, as it turns out: Kubernetes' decoder of either. */
struct stream {
	arena *mem;
	str rest;
	bool json;
	size_t count, read; /* values, and the bytes of them that were JSON */
};

static str without_blanks(str s)
{
	for (size_t len; s.n && rune_is_space(rune_at(s, &len));)
		s = str_sub(s, len, s.n);
	return s;
}

static err *next_json(struct stream *s, val **ret, bool *ret_found)
{
	size_t used;
	*ret_found = without_blanks(s->rest).n > 0;
	if (!*ret_found)
		return NULL;
	err *failed = json_scan(s->mem, s->rest, &used);
	/* once it is sure that all of it is JSON the place is not told */
	if (failed && used < s->rest.n && s->count < 2)
		return err_wrap(s->mem, failed, "json: offset %zu", s->read + used + 1);
	TRY(failed);
	s->read += used;
	TRY(json_parse(s->mem, str_sub(s->rest, 0, used), ret));
	s->rest = str_sub(s->rest, used, s->rest.n);
	return NULL;
}

static err *next_yaml(struct stream *s, val **ret, bool *ret_found)
{
	str doc;
	TRY(docs_next(s->mem, &s->rest, &doc, ret_found));
	if (!*ret_found)
		return NULL;
	TRY_AS(s->mem, yaml_parse(s->mem, doc, ret), "error converting YAML to JSON");
	return shape_check(s->mem, &object_shape, *ret);
}

/* Blanks up to the end of the line. */
static void skip_line(struct stream *s)
{
	while (s->rest.n && rune_is_space((unsigned char)s->rest.p[0])) {
		bool end = s->rest.p[0] == '\n';
		s->rest = str_sub(s->rest, 1, s->rest.n);
		if (end)
			return;
	}
}

static err *next_document(struct stream *s, val **ret, bool *ret_found)
{
	err *first = NULL;
	if (s->json) {
		first = next_json(s, ret, ret_found);
		if (!first) {
			s->count++;
			return NULL;
		}
		if (s->count > 1)
			return first;
		s->json = false;
		skip_line(s);
	}
	err *failed = next_yaml(s, ret, ret_found);
	if (failed)
		return first ? first : failed;
	s->count++;
	return NULL;
}

static struct stream stream_of(arena *mem, str text)
{
	return (struct stream){mem, text, str_starts(without_blanks(text), STR("{")), 0, 0};
}

/* ---- rules ---- */

static void say(arena *mem, lint_messages *out, enum lint_level level, const char *path,
		const char *text)
{
	struct lint_message m = {level, path, text};
	if (text)
		VEC_PUSH(mem, out, m);
}

/* The first line that is not blank must not be indented. */
static const char *indent_fault(arena *mem, str text)
{
	for (str line; str_next(&text, '\n', &line);) {
		if (line.n >= LONGEST_LINE)
			return "bufio.Scanner: token too long";
		if (str_ends(line, STR("\r")))
			line.n--;
		if (!without_blanks(line).n)
			continue;
		if (line.p[0] != ' ' && line.p[0] != '\t')
			return NULL;
		return arena_printf(mem,
				    "document starts with an illegal indent: %s, which may cause "
				    "parsing problems",
				    rune_quoted(mem, line));
	}
	return NULL;
}

static const char *name_fault(arena *mem, const char *kind, const char *name)
{
	const char *fault = lint_name_fault(mem, kind, name);
	if (!fault)
		return NULL;
	return arena_printf(
		mem, "object name does not conform to Kubernetes naming requirements: %s: %s",
		rune_quoted(mem, str_of(name)), fault);
}

static const char *selector_fault(arena *mem, const char *kind, const char *name, str text)
{
	static const char *const kinds[] = {"Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"};
	bool selects = false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		selects |= text_eq(kind, kinds[i]);
	if (!selects || str_search(text, STR("matchLabels")) >= 0 ||
	    str_search(text, STR("matchExpressions")) >= 0)
		return NULL;
	return arena_printf(mem,
			    "a %s must contain matchLabels or matchExpressions, and %s does not",
			    kind, rune_quoted(mem, str_of(name)));
}

static const struct shape_field item_metadata_fields[] = {{"Annotations", SHAPE_TEXT_MAP, NULL},
							  {NULL, SHAPE_TEXT, NULL}};
static const struct shape_struct item_metadata_shape = {
	"", "struct { Annotations map[string]string }", item_metadata_fields};
static const struct shape_field item_fields[] = {{"Metadata", SHAPE_STRUCT, &item_metadata_shape},
						 {NULL, SHAPE_TEXT, NULL}};
static const struct shape_struct item_shape = {
	"", "struct { Metadata struct { Annotations map[string]string } }", item_fields};
static const struct shape_field list_fields[] = {{"Items", SHAPE_RECORDS, &item_shape},
						 {NULL, SHAPE_TEXT, NULL}};
static const struct shape_struct list_shape = {
	"", "struct { Items []struct { Metadata struct { Annotations map[string]string } } }",
	list_fields};

static err *read_list(arena *mem, str text, val **ret)
{
	TRY_AS(mem, yaml_parse(mem, text, ret), "error converting YAML to JSON");
	return shape_check(mem, &list_shape, *ret);
}

/* Helm looks at the first document of the text, whichever the list is. */
static const char *list_fault(arena *mem, const char *kind, str text)
{
	val *first;
	if (!text_eq(kind, "List"))
		return NULL;
	err *failed = read_list(mem, text, &first);
	if (failed)
		return arena_printf(mem, "unable to parse YAML: %s", err_text(mem, failed));
	const val *items = shape_field(first, "items");
	for (size_t i = 0; i < val_len(items); i++)
		if (val_get(shape_field(shape_field(val_at(items, i), "metadata"), "annotations"),
			    "helm.sh/resource-policy"))
			return "annotation 'helm.sh/resource-policy' within List objects are "
			       "ignored";
	return NULL;
}

static void check_object(arena *mem, const char *path, const val *object, str text, int minor,
			 lint_messages *out)
{
	const char *version = shape_text(mem, shape_field(object, "apiVersion"));
	const char *kind = shape_text(mem, shape_field(object, "kind"));
	const char *name = shape_text(mem, shape_field(shape_field(object, "metadata"), "name"));
	say(mem, out, LINT_WARNING, path, name_fault(mem, kind, name));
	if (*version && *kind)
		say(mem, out, LINT_WARNING, path, lint_old_kind(mem, version, kind, minor));
	say(mem, out, LINT_ERROR, path, selector_fault(mem, kind, name, text));
	say(mem, out, LINT_ERROR, path, list_fault(mem, kind, text));
}

/* The next document; what cannot be read has been said when this is false. */
static bool take_document(arena *mem, const char *path, struct stream *s, val **ret_object,
			  bool *ret_found, lint_messages *out)
{
	err *failed = next_document(s, ret_object, ret_found);
	if (failed)
		say(mem, out, LINT_ERROR, path,
		    arena_printf(mem, "unable to parse YAML: %s", err_text(mem, failed)));
	return !failed;
}

bool lint_rendered(arena *mem, const char *path, str text, int minor, lint_messages *out)
{
	struct stream s = stream_of(mem, text);
	if (!without_blanks(text).n)
		return true;
	say(mem, out, LINT_WARNING, path, indent_fault(mem, text));
	for (bool found = true; found;) {
		val *object = NULL;
		if (!take_document(mem, path, &s, &object, &found, out))
			return false;
		if (found && val_is(object, VAL_MAP))
			check_object(mem, path, object, text, minor, out);
	}
	return true;
}

bool lint_definitions(arena *mem, const char *path, str text, lint_messages *out)
{
	struct stream s = stream_of(mem, text);
	for (bool found = true; found;) {
		val *object = NULL;
		if (!take_document(mem, path, &s, &object, &found, out))
			return false;
		if (!found || !val_is(object, VAL_MAP))
			continue;
		const char *version = shape_text(mem, shape_field(object, "apiVersion"));
		const char *kind = shape_text(mem, shape_field(object, "kind"));
		if (!text_starts(version, "apiextensions.k8s.io"))
			say(mem, out, LINT_ERROR, path,
			    "apiVersion is not in 'apiextensions.k8s.io'");
		if (!text_eq(kind, "CustomResourceDefinition"))
			say(mem, out, LINT_ERROR, path,
			    "object kind is not 'CustomResourceDefinition'");
	}
	return true;
}
