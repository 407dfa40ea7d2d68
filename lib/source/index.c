#include "source/index.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/path.h"
#include "base/rune.h"
#include "data/json.h"
#include "data/semver.h"
#include "data/yaml.h"

struct index {
	val *entries; /* by chart: a list of versions */
};

/* --- the form of an index --------------------------------------------------------------------- */

enum form { ANYTHING, TEXT, TIME, FLAG, TEXTS, MAP, TEXT_MAP, RECORDS };

/* A field of a record in the index, with what Go calls its type. */
struct part {
	const char *name;
	enum form form;
	const struct record *record; /* of RECORDS */
};

struct record {
	const char *name;
	const struct part *parts;
};

static const struct part maintainer_parts[] = {
	{"name", TEXT, NULL}, {"email", TEXT, NULL}, {"url", TEXT, NULL}, {NULL, ANYTHING, NULL}};
static const struct record maintainer = {"Maintainer", maintainer_parts};

static const struct part dependency_parts[] = {{"name", TEXT, NULL},
					       {"version", TEXT, NULL},
					       {"repository", TEXT, NULL},
					       {"condition", TEXT, NULL},
					       {"tags", TEXTS, NULL},
					       {"enabled", FLAG, NULL},
					       {"import-values", ANYTHING, NULL},
					       {"alias", TEXT, NULL},
					       {NULL, ANYTHING, NULL}};
static const struct record dependency = {"Dependency", dependency_parts};

static const struct part version_parts[] = {{"name", TEXT, NULL},
					    {"home", TEXT, NULL},
					    {"sources", TEXTS, NULL},
					    {"version", TEXT, NULL},
					    {"description", TEXT, NULL},
					    {"keywords", TEXTS, NULL},
					    {"maintainers", RECORDS, &maintainer},
					    {"icon", TEXT, NULL},
					    {"apiVersion", TEXT, NULL},
					    {"condition", TEXT, NULL},
					    {"tags", TEXT, NULL},
					    {"appVersion", TEXT, NULL},
					    {"deprecated", FLAG, NULL},
					    {"annotations", TEXT_MAP, NULL},
					    {"kubeVersion", TEXT, NULL},
					    {"dependencies", RECORDS, &dependency},
					    {"type", TEXT, NULL},
					    {"urls", TEXTS, NULL},
					    {"created", TIME, NULL},
					    {"removed", FLAG, NULL},
					    {"digest", TEXT, NULL},
					    {"checksum", TEXT, NULL},
					    {"engine", TEXT, NULL},
					    {"tillerVersion", TEXT, NULL},
					    {"url", TEXT, NULL},
					    {NULL, ANYTHING, NULL}};
static const struct record version_record = {"ChartVersion", version_parts};

static const struct part index_parts[] = {
	{"serverInfo", MAP, NULL}, {"apiVersion", TEXT, NULL},	{"generated", TIME, NULL},
	{"entries", MAP, NULL},	   {"publicKeys", TEXTS, NULL}, {"annotations", TEXT_MAP, NULL},
	{NULL, ANYTHING, NULL}};
static const struct record index_record = {"IndexFile", index_parts};

/* Where a value is, for messages. */
struct place {
	arena *mem;
	bool strict; /* unknown fields are faults */
	const char *record, *path;
};

static const char *json_kind(const val *v)
{
	switch (v->kind) {
	case VAL_TEXT:
		return "string";
	case VAL_BOOL:
		return "bool";
	case VAL_LIST:
		return "array";
	case VAL_MAP:
		return "object";
	default:
		return "number";
	}
}

static err *misfit(const struct place *p, const val *v, const char *type)
{
	return err_new(p->mem, ERR_INVALID,
		       "json: cannot unmarshal %s into Go struct field %s.%s of type %s",
		       json_kind(v), p->record, p->path, type);
}

/* null fits everywhere. */
static err *check_kind(const struct place *p, const val *v, enum val_kind kind, const char *type)
{
	return val_is(v, kind) || val_is(v, VAL_NULL) ? NULL : misfit(p, v, type);
}

static err *check_texts(const struct place *p, const val *v)
{
	TRY(check_kind(p, v, VAL_LIST, "[]string"));
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		TRY(check_kind(p, v->list.p[i], VAL_TEXT, "string"));
	return NULL;
}

static err *check_text_map(const struct place *p, const val *v)
{
	TRY(check_kind(p, v, VAL_MAP, "map[string]string"));
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		TRY(check_kind(p, v->map.p[i].value, VAL_TEXT, "string"));
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
	TRY(check_kind(p, v, VAL_LIST, arena_printf(p->mem, "[]*%s", r->name)));
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		TRY(check_record(p, v->list.p[i], r));
	return NULL;
}

static err *check_part(const struct place *p, const val *v, const struct part *part)
{
	switch (part->form) {
	case TEXT:
		return check_kind(p, v, VAL_TEXT, "string");
	case TIME:
		return check_time(p, v);
	case FLAG:
		return check_kind(p, v, VAL_BOOL, "bool");
	case TEXTS:
		return check_texts(p, v);
	case MAP:
		return check_kind(p, v, VAL_MAP, "map[string]interface {}");
	case TEXT_MAP:
		return check_text_map(p, v);
	case RECORDS:
		return check_records(p, v, part->record);
	default:
		return NULL;
	}
}

static err *check_record(const struct place *p, const val *v, const struct record *r)
{
	TRY(check_kind(p, v, VAL_MAP, r->name));
	for (size_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++) {
		const struct val_pair *pair = &v->map.p[i];
		const struct part *part = r->parts;
		while (part->name && !str_is(pair->key, part->name))
			part++;
		if (!part->name && p->strict)
			return err_new(p->mem, ERR_INVALID, "json: unknown field %s",
				       rune_quoted(p->mem, pair->key));
		struct place below = *p;
		below.record = r->name;
		below.path = p->path ? arena_printf(p->mem, "%s.%.*s", p->path, STR_ARG(pair->key))
				     : pair->key.p;
		TRY(check_part(&below, pair->value, part));
	}
	return NULL;
}

static err *check_index(arena *mem, const val *root, bool strict)
{
	struct place p = {mem, strict, NULL, NULL};
	if (!val_is(root, VAL_MAP) && !val_is(root, VAL_NULL))
		return err_new(mem, ERR_INVALID,
			       "json: cannot unmarshal %s into Go value of type repo.IndexFile",
			       json_kind(root));
	TRY(check_record(&p, root, &index_record));
	const val *entries = val_get(root, "entries");
	p = (struct place){mem, strict, "IndexFile", "entries"};
	for (size_t i = 0; val_is(entries, VAL_MAP) && i < entries->map.n; i++)
		TRY(check_records(&p, entries->map.p[i].value, &version_record));
	return NULL;
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
		    *p != '_' && *p != '-' && *p != '.')
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

/* What Helm asks of a chart's metadata, but that its dependencies have different names. */
static bool is_proper(arena *mem, const val *entry)
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

static void drop_improper(arena *mem, val *versions)
{
	size_t n = 0;
	for (size_t i = 0; i < versions->list.n; i++) {
		val *entry = versions->list.p[i];
		if (val_is(entry, VAL_NULL) || is_proper(mem, entry))
			versions->list.p[n++] = entry;
	}
	versions->list.n = n;
}

static err *read_root(arena *mem, str text, val **ret_root)
{
	if (!json_parse(mem, text, ret_root))
		return check_index(mem, *ret_root, false);
	TRY(yaml_parse_strict(mem, text, ret_root));
	TRY_AS(mem, check_index(mem, *ret_root, true),
	       "error unmarshaling JSON: while decoding JSON");
	return NULL;
}

err *index_parse(arena *mem, str text, struct index **ret_index)
{
	val *root;
	if (!text.n)
		return err_new(mem, ERR_INVALID, "empty index.yaml file");
	if (text.n > INDEX_MAX_BYTES)
		return err_new(mem, ERR_LIMIT,
			       "the index has %zu bytes, more than the maximum of %zu", text.n,
			       INDEX_MAX_BYTES);
	TRY(read_root(mem, text, &root));
	if (!*field(root, "apiVersion"))
		return err_new(mem, ERR_INVALID, "no API version specified");
	struct index *index = NEW(mem, struct index);
	index->entries = val_get(root, "entries");
	for (size_t i = 0; val_is(index->entries, VAL_MAP) && i < index->entries->map.n; i++) {
		val *versions = index->entries->map.p[i].value;
		if (val_is(versions, VAL_LIST))
			drop_improper(mem, versions);
	}
	*ret_index = index;
	return NULL;
}

/* --- choosing --------------------------------------------------------------------------------- */

static void show(arena *mem, const val *entry, struct index_version *ret)
{
	const val *urls = val_get(entry, "urls");
	size_t n = val_len(urls);
	const char **texts = NEW_N(mem, const char *, n);
	for (size_t i = 0; i < n; i++)
		texts[i] = val_text_or(val_at(urls, i), "");
	*ret = (struct index_version){.name = field(entry, "name"),
				      .version = field(entry, "version"),
				      .digest = field(entry, "digest"),
				      .urls = texts,
				      .n_urls = n,
				      .entry = entry};
}

/* Was a made before b? */
static bool is_older(arena *mem, const val *a, const val *b)
{
	int64_t x = INT64_MIN, y = INT64_MIN;
	int ns_x = 0, ns_y = 0;
	if (clock_read(mem, str_of(field(a, "created")), &x, &ns_x))
		x = INT64_MIN;
	if (clock_read(mem, str_of(field(b, "created")), &y, &ns_y))
		y = INT64_MIN;
	return x != y ? x < y : ns_x < ns_y;
}

static const val *highest(arena *mem, const val *versions, const struct semver_range *range)
{
	const val *best = NULL;
	struct semver best_v, v;
	for (size_t i = 0; i < versions->list.n; i++) {
		const val *entry = versions->list.p[i];
		if (semver_parse_flux(mem, str_of(field(entry, "version")), &v) ||
		    !semver_range_has(range, &v))
			continue;
		int order = best ? semver_compare(&v, &best_v) : 1;
		if (order < 0 || (!order && is_older(mem, entry, best)))
			continue;
		best = entry;
		best_v = v;
	}
	return best;
}

err *index_pick(arena *mem, const struct index *index, const char *chart, const char *version,
		struct index_version *ret_version)
{
	const val *versions = val_get(index->entries, chart);
	struct semver_range *range;
	if (!versions)
		return err_new(mem, ERR_NOT_FOUND, "no chart name found");
	if (!val_len(versions))
		return err_new(mem, ERR_NOT_FOUND, "no chart version found");
	for (size_t i = 0; i < versions->list.n; i++) {
		const val *entry = versions->list.p[i];
		if (val_is(entry, VAL_NULL))
			return err_new(mem, ERR_INVALID, "an entry of chart '%s' is empty", chart);
		if (*version && text_eq(field(entry, "version"), version)) {
			show(mem, entry, ret_version);
			return NULL;
		}
	}
	TRY(semver_range_parse(mem, *version ? str_of(version) : STR("*"), &range));
	const val *best = highest(mem, versions, range);
	if (!best)
		return err_new(mem, ERR_NOT_FOUND, "no '%s' chart with version matching '%s' found",
			       chart, version);
	show(mem, best, ret_version);
	return NULL;
}

char *index_build_text(arena *mem, const struct index_build *b)
{
	if (!*b->name || !*b->version)
		return "no chart build";
	buf out = buf_init(mem);
	const char *action = !*b->path ? "new" : b->packaged ? "packaged" : "pulled";
	buf_printf(&out, "%s '%s' chart with version '%s'", action, b->name, b->version);
	for (size_t i = 0; i < b->n_values_files; i++)
		buf_printf(&out, "%s%s", i ? " " : " and merged values files [",
			   b->values_files[i]);
	if (b->n_values_files)
		buf_char(&out, ']');
	return buf_text(&out);
}
