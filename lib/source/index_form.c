#include "source/index_form.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/number.h"
#include "base/rune.h"
#include "data/json.h"
#include "data/semver.h"

#define NO_TIME "0001-01-01T00:00:00Z" /* Go's zero */

/* --- the form of an index --------------------------------------------------------------------- */

enum form { ANYTHING, TEXT, TIME, FLAG, TEXTS, MAP, TEXT_MAP, RECORDS };

/* A field of a record in the index, with what Go calls its type; in Go's order. */
struct part {
	const char *name;
	enum form form;
	const struct record *record; /* of RECORDS */
	bool always;		     /* printed also when it is empty */
};

struct record {
	const char *name;
	const struct part *parts;
};

static const struct part maintainer_parts[] = {{"name", TEXT, NULL, false},
					       {"email", TEXT, NULL, false},
					       {"url", TEXT, NULL, false},
					       {NULL, ANYTHING, NULL, false}};
static const struct record maintainer = {"Maintainer", maintainer_parts};

static const struct part dependency_parts[] = {{"name", TEXT, NULL, true},
					       {"version", TEXT, NULL, false},
					       {"repository", TEXT, NULL, true},
					       {"condition", TEXT, NULL, false},
					       {"tags", TEXTS, NULL, false},
					       {"enabled", FLAG, NULL, false},
					       {"import-values", ANYTHING, NULL, false},
					       {"alias", TEXT, NULL, false},
					       {NULL, ANYTHING, NULL, false}};
static const struct record dependency = {"Dependency", dependency_parts};

static const struct part version_parts[] = {{"name", TEXT, NULL, false},
					    {"home", TEXT, NULL, false},
					    {"sources", TEXTS, NULL, false},
					    {"version", TEXT, NULL, false},
					    {"description", TEXT, NULL, false},
					    {"keywords", TEXTS, NULL, false},
					    {"maintainers", RECORDS, &maintainer, false},
					    {"icon", TEXT, NULL, false},
					    {"apiVersion", TEXT, NULL, false},
					    {"condition", TEXT, NULL, false},
					    {"tags", TEXT, NULL, false},
					    {"appVersion", TEXT, NULL, false},
					    {"deprecated", FLAG, NULL, false},
					    {"annotations", TEXT_MAP, NULL, false},
					    {"kubeVersion", TEXT, NULL, false},
					    {"dependencies", RECORDS, &dependency, false},
					    {"type", TEXT, NULL, false},
					    {"urls", TEXTS, NULL, true},
					    {"created", TIME, NULL, true},
					    {"removed", FLAG, NULL, false},
					    {"digest", TEXT, NULL, false},
					    {"checksum", TEXT, NULL, false},
					    {"engine", TEXT, NULL, false},
					    {"tillerVersion", TEXT, NULL, false},
					    {"url", TEXT, NULL, false},
					    {NULL, ANYTHING, NULL, false}};
#define PARTS_MAX (sizeof(version_parts) / sizeof(*version_parts))
static const struct record version_record = {"ChartVersion", version_parts};

static const struct part index_parts[] = {
	{"serverInfo", MAP, NULL, false},   {"apiVersion", TEXT, NULL, false},
	{"generated", TIME, NULL, false},   {"entries", MAP, NULL, false},
	{"publicKeys", TEXTS, NULL, false}, {"annotations", TEXT_MAP, NULL, false},
	{NULL, ANYTHING, NULL, false}};
static const struct record index_record = {"IndexFile", index_parts};

/* Where a value is, for messages. */
struct place {
	arena *mem;
	bool strict;  /* unknown fields are faults */
	bool lenient; /* numbers and bools are texts where texts are wanted */
	const char *record, *path;
};

/* Of a version, those fields that are not its chart's metadata: the reader of YAML does not see through the
 * struct that Go embeds, and Go names it in its messages. */
#define OF_CHART 17 /* of version_parts, these come first */

static err *misfit(const struct place *p, const val *v, const char *type)
{
	return err_new(p->mem, ERR_INVALID,
		       "json: cannot unmarshal %s into Go struct field %s.%s of type %s",
		       json_go_kind(v), p->record, p->path, type);
}

/* null fits everywhere. */
static err *check_kind(const struct place *p, const val *v, enum val_kind kind, const char *type)
{
	return val_is(v, kind) || val_is(v, VAL_NULL) ? NULL : misfit(p, v, type);
}

static err *check_text(const struct place *p, const val *v)
{
	if (p->lenient && (val_is(v, VAL_BOOL) || val_is(v, VAL_INT) || val_is(v, VAL_FLOAT)))
		return NULL;
	return check_kind(p, v, VAL_TEXT, "string");
}

static err *check_texts(const struct place *p, const val *v)
{
	TRY(check_kind(p, v, VAL_LIST, "[]string"));
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		TRY(check_text(p, v->list.p[i]));
	return NULL;
}

static err *check_text_map(const struct place *p, const val *v)
{
	TRY(check_kind(p, v, VAL_MAP, "map[string]string"));
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		TRY(check_text(p, v->map.p[i].value));
	return NULL;
}

static err *check_time(const struct place *p, const val *v)
{
	int64_t seconds;
	int ns;
	if (val_is(v, VAL_NULL))
		return NULL;
	if (!val_is(v, VAL_TEXT))
		return err_new(p->mem, ERR_INVALID,
			       "Time.UnmarshalJSON: input is not a JSON string");
	return clock_read(p->mem, v->text, &seconds, &ns);
}

static err *check_record(const struct place *p, const val *v, const struct record *r);

static err *check_records(const struct place *p, const val *v, const struct record *r)
{
	TRY(check_kind(p, v, VAL_LIST, arena_printf(p->mem, "[]*v2.%s", r->name)));
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		TRY(check_record(p, v->list.p[i], r));
	return NULL;
}

static err *check_part(const struct place *p, const val *v, const struct part *part)
{
	switch (part->form) {
	case TEXT:
		return check_text(p, v);
	case TIME:
		return check_time(p, v);
	case FLAG:
		return check_kind(p, v, VAL_BOOL, "bool");
	case TEXTS:
		return check_texts(p, v);
	case MAP:
		return check_kind(p, v, VAL_MAP,
				  text_eq(part->name, "entries") ? "map[string]repo.ChartVersions"
								 : "map[string]interface {}");
	case TEXT_MAP:
		return check_text_map(p, v);
	case RECORDS:
		return check_records(p, v, part->record);
	default:
		return NULL;
	}
}

/* As encoding/json finds a field: the exact name, or one that differs in case only. */
static const struct part *part_of(const struct record *r, str key)
{
	const struct part *part = r->parts;
	while (part->name && (*part->name != *key.p || !str_is(key, part->name)))
		part++;
	if (part->name)
		return part;
	for (part = r->parts; part->name && !str_eq_nocase(key, str_of(part->name));)
		part++;
	return part;
}

static err *check_record(const struct place *p, const val *v, const struct record *r)
{
	TRY(check_kind(p, v, VAL_MAP,
		       r == &version_record ? "repo.ChartVersion"
					    : arena_printf(p->mem, "v2.%s", r->name)));
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
		const struct val_pair *pair = &v->map.p[i];
		const struct part *part = part_of(r, pair->key);
		if (!part->name && p->strict)
			return err_new(p->mem, ERR_INVALID, "json: unknown field %s",
				       rune_quoted(p->mem, pair->key));
		bool of_chart = r == &version_record && part - r->parts < OF_CHART;
		struct place below = *p;
		below.lenient = p->lenient && !of_chart;
		below.record = r->name;
		below.path = arena_printf(p->mem, "%s.%s%.*s", p->path, of_chart ? "Metadata." : "",
					  STR_ARG(pair->key));
		TRY(check_part(&below, pair->value, part));
	}
	return NULL;
}

err *index_check_version(arena *mem, const val *v, bool strict)
{
	struct place p = {mem, strict, strict, "IndexFile", "entries"};
	return check_record(&p, v, &version_record);
}

err *index_check_field(arena *mem, str name, const val *v, bool strict)
{
	const struct part *part = part_of(&index_record, name);
	if (!part->name)
		return strict ? err_new(mem, ERR_INVALID, "json: unknown field %s",
					rune_quoted(mem, name))
			      : NULL;
	struct place p = {mem, strict, strict, index_record.name, str_text(mem, name)};
	return check_part(&p, v, part);
}

err *index_check_list(arena *mem, const val *v, bool strict)
{
	struct place p = {mem, strict, strict, "IndexFile", "entries"};
	return check_kind(&p, v, VAL_LIST, "repo.ChartVersions");
}

const char *index_field_name(str name)
{
	return part_of(&index_record, name)->name;
}

err *index_misfit_root(arena *mem, const val *v)
{
	return err_new(mem, ERR_INVALID,
		       "json: cannot unmarshal %s into Go value of type repo.IndexFile",
		       json_go_kind(v));
}

/* --- the normal form -------------------------------------------------------------------------- */

/* White space becomes plain blanks, what can't be printed goes. */
static str sane(arena *mem, str s)
{
	buf b = buf_init(mem);
	for (size_t len; s.n; s = str_sub(s, len, s.n)) {
		uint32_t r = rune_at(s, &len);
		if (rune_is_space(r))
			buf_char(&b, ' ');
		else if (rune_is_print(r))
			buf_add(&b, s.p, len);
	}
	return buf_view(&b);
}

static val *text_of(arena *mem, const val *v, bool tidy)
{
	if (val_is(v, VAL_TEXT))
		return val_str(mem, tidy ? sane(mem, v->text) : v->text);
	if (val_is(v, VAL_BOOL))
		return val_text(mem, v->b ? "true" : "false");
	if (val_is(v, VAL_INT))
		return val_printf(mem, "%lld", (long long)v->i);
	if (val_is(v, VAL_FLOAT))
		return val_text(mem, number_text(mem, v->f, 'g'));
	return val_text(mem, "");
}

/* As Go prints a time that it has read: no zeros behind the fraction, Z for no offset. */
static val *time_of(arena *mem, const val *v)
{
	str s = val_as_str(v);
	if (!s.n)
		return val_text(mem, NO_TIME);
	size_t end = s.n;
	bool utc = s.p[s.n - 1] == 'Z';
	if (!utc && s.n > 6) {
		end = s.n - 6;
		utc = str_is(str_sub(s, end + 1, s.n), "00:00");
	} else if (utc) {
		end--;
	}
	str zone = str_sub(s, end, s.n), clock = str_sub(s, 0, end);
	if (str_find(clock, '.') >= 0) {
		size_t most = (size_t)str_find(clock, '.') + 10;
		clock = str_sub(clock, 0, most);
		while (clock.n && clock.p[clock.n - 1] == '0')
			clock.n--;
		if (clock.n && clock.p[clock.n - 1] == '.')
			clock.n--;
	}
	return val_printf(mem, "%.*s%.*s", STR_ARG(clock), STR_ARG(utc ? STR("Z") : zone));
}

static val *normal(arena *mem, const val *v, const struct record *r);

static val *list_of(arena *mem, const val *v, const struct part *part, bool tidy)
{
	val *list = val_list(mem);
	if (!val_is(v, VAL_LIST))
		return val_null(mem);
	for (size_t i = 0; i < v->list.n; i++)
		val_push(mem, list,
			 part->form == RECORDS ? normal(mem, v->list.p[i], part->record)
					       : text_of(mem, v->list.p[i], tidy));
	return list;
}

static val *text_map_of(arena *mem, const val *v)
{
	val *map = val_map(mem);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		val_set_str(mem, map, v->map.p[i].key, text_of(mem, v->map.p[i].value, false));
	val_sort(map);
	return map;
}

static val *any_of(arena *mem, const val *v)
{
	val *copy = v ? val_copy(mem, v) : val_null(mem);
	val_sort_deep(copy);
	return copy;
}

static val *part_value(arena *mem, const val *v, const struct part *part, bool tidy)
{
	switch (part->form) {
	case TEXT:
		return text_of(mem, v, tidy);
	case TIME:
		return time_of(mem, v);
	case FLAG:
		return val_bool(mem, val_as_bool(v, false));
	case TEXTS:
	case RECORDS:
		return list_of(mem, v, part, tidy);
	case TEXT_MAP:
		return text_map_of(mem, v);
	default:
		return any_of(mem, v);
	}
}

static bool is_empty(const val *v)
{
	return v->kind == VAL_NULL || (v->kind == VAL_BOOL && !v->b) ||
	       ((v->kind == VAL_TEXT || v->kind == VAL_LIST || v->kind == VAL_MAP) && !val_len(v));
}

/* The values by the places of their parts; of equal names the last counts. */
static void sort_out(const val *v, const struct record *r, const val *values[PARTS_MAX])
{
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
		const struct part *part = part_of(r, v->map.p[i].key);
		if (part->name)
			values[part - r->parts] = v->map.p[i].value;
	}
}

/* Which texts Helm tidies when it checks a chart's metadata. */
static bool is_tidied(const struct record *r, const char *name)
{
	static const char *const not_of_versions[] = {
		"version",  "type",   "apiVersion",    "urls", "digest",
		"checksum", "engine", "tillerVersion", "url",  NULL};
	if (r != &version_record)
		return strcmp(name, "alias") != 0;
	for (size_t i = 0; not_of_versions[i]; i++)
		if (text_eq(not_of_versions[i], name))
			return false;
	return true;
}

static val *normal(arena *mem, const val *v, const struct record *r)
{
	val *out = val_map(mem);
	const val *values[PARTS_MAX] = {NULL};
	if (val_is(v, VAL_NULL))
		return val_null(mem);
	sort_out(v, r, values);
	for (const struct part *part = r->parts; part->name; part++) {
		const val *field = values[part - r->parts];
		if (!field && !part->always)
			continue;
		val *value = part_value(mem, field, part, is_tidied(r, part->name));
		if (part->always || !is_empty(value))
			val_set(mem, out, part->name, value);
	}
	return out;
}

val *index_normal_field(arena *mem, const char *name, const val *v)
{
	const struct part *part = part_of(&index_record, str_of(name));
	return part_value(mem, v, part, false);
}

val *index_normal_version(arena *mem, const val *v)
{
	val *out = normal(mem, v, &version_record);
	if (val_is(out, VAL_NULL) || val_get(out, "apiVersion"))
		return out;
	/* Helm's first version where none is named; fields keep their order */
	val *named = val_copy(mem, v);
	val_set_text(mem, named, "apiVersion", "v1");
	return normal(mem, named, &version_record);
}

/* --- versions that count ---------------------------------------------------------------------- */

static const char *field(const val *v, const char *name)
{
	return val_text_or(val_get(v, name), "");
}

static bool is_alias(const char *alias)
{
	for (const char *p = alias; *p; p++)
		if (!((*p | 32) >= 'a' && (*p | 32) <= 'z') && !(*p >= '0' && *p <= '9') &&
		    *p != '_' && *p != '-')
			return false;
	return true;
}

static bool has_proper_dependencies(const val *entry)
{
	const val *list = val_get(entry, "dependencies");
	for (size_t i = 0; i < val_len(list); i++) {
		const val *d = val_at(list, i);
		if (val_is(d, VAL_NULL) || !is_alias(field(d, "alias")))
			return false;
	}
	return true;
}

static bool has_proper_maintainers(const val *entry)
{
	const val *list = val_get(entry, "maintainers");
	for (size_t i = 0; i < val_len(list); i++)
		if (val_is(val_at(list, i), VAL_NULL))
			return false;
	return true;
}

bool index_is_proper(arena *mem, const val *entry)
{
	struct semver v;
	const char *name = field(entry, "name"), *type = field(entry, "type");
	const char *version = field(entry, "version");
	if (!*name || strchr(name, '/') || !strcmp(name, ".") || !strcmp(name, ".."))
		return false;
	if (*type && strcmp(type, "application") && strcmp(type, "library"))
		return false;
	return *version && !semver_parse(mem, str_of(version), &v) &&
	       has_proper_dependencies(entry) && has_proper_maintainers(entry);
}
