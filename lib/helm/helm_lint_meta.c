#include "helm/helm_lint_meta.h"

#include "base/path.h"
#include "base/rune.h"
#include "data/semver.h"
#include "data/yaml.h"
#include "helm/helm_lint_text.h"
#include "helm/helm_meta.h"

struct meta {
	arena *mem;
	const val *map;
	lint_messages *out;
	const char *api_version;
};

static void say(struct meta *m, enum lint_level level, const char *text)
{
	struct lint_message message = {level, "Chart.yaml", text};
	if (text)
		VEC_PUSH(m->mem, m->out, message);
}

static const char *text_of(struct meta *m, const char *key)
{
	return shape_text(m->mem, shape_field(m->map, key));
}

static const char *name_fault(struct meta *m)
{
	const char *name = text_of(m, "name");
	if (!*name)
		return "name is required";
	if (text_eq(path_base(m->mem, name), name))
		return NULL;
	return arena_printf(m->mem, "chart name %s is invalid", rune_quoted(m->mem, str_of(name)));
}

static const char *api_version_fault(struct meta *m)
{
	if (!*m->api_version)
		return "apiVersion is required. The value must be either \"v1\" or \"v2\"";
	if (text_eq(m->api_version, "v1") || text_eq(m->api_version, "v2"))
		return NULL;
	return arena_printf(
		m->mem, "apiVersion '%s' is not valid. The value must be either \"v1\" or \"v2\"",
		m->api_version);
}

/* A field that others may read as a number. */
static const char *type_fault(struct meta *m, const char *key)
{
	static const char *const types[] = {"<nil>",
					    "bool",
					    "float64",
					    "float64",
					    "string",
					    "[]interface {}",
					    "map[string]interface {}"};
	const val *v = val_get(m->map, key);
	if (!v || v->kind == VAL_TEXT)
		return NULL;
	return arena_printf(m->mem, "%s should be of type string but it's of type %s", key,
			    types[v->kind]);
}

static const char *version_fault(struct meta *m)
{
	const char *text = text_of(m, "version");
	struct semver version, least;
	if (!*text)
		return "version is required";
	if (semver_parse(m->mem, str_of(text), &version))
		return arena_printf(m->mem, "version '%s' is not a valid SemVer", text);
	if (semver_parse(m->mem, STR("0.0.0-0"), &least) || semver_compare(&version, &least) > 0)
		return NULL;
	return arena_printf(m->mem, "version \"%s\" is less than or equal to \"0.0.0-0\"", text);
}

static const char *maintainer_fault(struct meta *m, const val *one)
{
	if (!val_is(one, VAL_MAP))
		return "a maintainer entry is empty";
	const char *name = shape_text(m->mem, shape_field(one, "name"));
	const char *email = shape_text(m->mem, shape_field(one, "email"));
	const char *url = shape_text(m->mem, shape_field(one, "url"));
	if (!*name)
		return "each maintainer requires a name";
	if (*email && !lint_is_email(m->mem, email))
		return arena_printf(m->mem, "invalid email '%s' for maintainer '%s'", email, name);
	if (*url && !lint_is_url(m->mem, url))
		return arena_printf(m->mem, "invalid url '%s' for maintainer '%s'", url, name);
	return NULL;
}

static const char *maintainers_fault(struct meta *m)
{
	const val *list = shape_field(m->map, "maintainers");
	const char *fault = NULL;
	for (size_t i = 0; !fault && i < val_len(list); i++)
		fault = maintainer_fault(m, val_at(list, i));
	return fault;
}

static const char *sources_fault(struct meta *m)
{
	const val *list = shape_field(m->map, "sources");
	for (size_t i = 0; i < val_len(list); i++) {
		const char *source = shape_text(m->mem, val_at(list, i));
		if (!*source || !lint_is_request_url(m->mem, source))
			return arena_printf(m->mem, "invalid source URL '%s'", source);
	}
	return NULL;
}

static void check_icon(struct meta *m)
{
	const char *icon = text_of(m, "icon");
	if (!*icon)
		say(m, LINT_INFO, "icon is recommended");
	else if (!lint_is_request_url(m->mem, icon))
		say(m, LINT_ERROR, arena_printf(m->mem, "invalid icon URL '%s'", icon));
}

/* Fields that came with v2. */
static void check_newer(struct meta *m)
{
	if (text_eq(m->api_version, "v2"))
		return;
	if (*text_of(m, "type"))
		say(m, LINT_ERROR,
		    arena_printf(
			    m->mem,
			    "chart type is not valid in apiVersion '%s'. It is valid in apiVersion "
			    "'v2'",
			    m->api_version));
	if (val_len(shape_field(m->map, "dependencies")))
		say(m, LINT_ERROR,
		    arena_printf(
			    m->mem,
			    "dependencies are not valid in the Chart file with apiVersion '%s'. "
			    "They are valid in apiVersion 'v2'",
			    m->api_version));
}

static const char *strict_version_fault(struct meta *m)
{
	const char *text = text_of(m, "version");
	struct semver version;
	if (!semver_parse_strict(m->mem, str_of(text), &version))
		return NULL;
	return arena_printf(m->mem, "version '%s' is not a valid SemVerV2", text);
}

/* What a strict reader has against it: a key that is there twice, or one that nobody knows. */
static const char *strict_fault(struct meta *m, str text)
{
	val *again;
	err *failed = yaml_parse_strict(m->mem, text, &again);
	const char *unknown = failed ? NULL : shape_unknown(m->mem, &meta_shape, m->map);
	const char *why =
		failed	  ? arena_printf(m->mem, "error converting YAML to JSON: %s",
					 err_text(m->mem, failed))
		: unknown ? arena_printf(
				    m->mem,
				    "error unmarshaling JSON: while decoding JSON: json: unknown "
				    "field %s",
				    rune_quoted(m->mem, str_of(unknown)))
			  : NULL;
	return why ? arena_printf(m->mem, "failed to strictly parse chart metadata file\n\t%s", why)
		   : NULL;
}

static const err *read_map(arena *mem, str text, val **ret_map)
{
	TRY_AS(mem, yaml_parse(mem, text, ret_map), "error converting YAML to JSON");
	return shape_check(mem, &meta_shape, *ret_map);
}

void lint_meta(arena *mem, str text, const err *unread, lint_messages *out)
{
	struct meta m = {.mem = mem, .out = out};
	val *map = NULL;
	const err *failed = unread ? unread : read_map(mem, text, &map);
	if (failed) {
		say(&m, LINT_ERROR,
		    arena_printf(mem, "unable to parse YAML\n\t%s", err_text(mem, failed)));
		return;
	}
	m.map = map;
	m.api_version = text_of(&m, "apiVersion");
	say(&m, LINT_WARNING, strict_fault(&m, text));
	say(&m, LINT_ERROR, name_fault(&m));
	say(&m, LINT_ERROR, api_version_fault(&m));
	say(&m, LINT_ERROR, type_fault(&m, "version"));
	say(&m, LINT_ERROR, version_fault(&m));
	say(&m, LINT_ERROR, type_fault(&m, "appVersion"));
	say(&m, LINT_ERROR, maintainers_fault(&m));
	say(&m, LINT_ERROR, sources_fault(&m));
	check_icon(&m);
	check_newer(&m);
	say(&m, LINT_WARNING, strict_version_fault(&m));
}
