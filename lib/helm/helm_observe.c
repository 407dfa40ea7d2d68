#include "helm/helm_observe.h"

#include <string.h>

#include "base/clock.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "data/yaml.h"

/* --- values ----------------------------------------------------------------------------------- */

char *helm_config_text(arena *mem, const val *values)
{
	return val_len(values) ? yaml_text_by_bytes(mem, values) : "{}\n";
}

char *helm_config_digest(arena *mem, const val *values)
{
	const char *text = val_len(values) ? helm_config_text(mem, values) : "";
	return digest_text(mem, DIGEST_SHA256, str_of(text));
}

/* --- Go's structs ----------------------------------------------------------------------------- */

/* How a field of a struct is printed: empty ones are left out unless they are KEPT. */
enum form { PLAIN, KEPT_TEXT, TIME, SORTED, RECORDS };

struct part {
	const char *name;
	enum form form;
	const struct part *parts; /* of RECORDS */
};

static const struct part info_parts[] = {
	{"first_deployed", TIME, NULL}, {"last_deployed", TIME, NULL},
	{"deleted", TIME, NULL},	{"description", PLAIN, NULL},
	{"status", PLAIN, NULL},	{"notes", PLAIN, NULL},
	{"resources", SORTED, NULL},	{NULL, PLAIN, NULL}};

static const struct part maintainer_parts[] = {
	{"name", PLAIN, NULL}, {"email", PLAIN, NULL}, {"url", PLAIN, NULL}, {NULL, PLAIN, NULL}};

static const struct part dependency_parts[] = {
	{"name", KEPT_TEXT, NULL},	 {"version", PLAIN, NULL}, {"repository", KEPT_TEXT, NULL},
	{"condition", PLAIN, NULL},	 {"tags", PLAIN, NULL},	   {"enabled", PLAIN, NULL},
	{"import-values", SORTED, NULL}, {"alias", PLAIN, NULL},   {NULL, PLAIN, NULL}};

static const struct part metadata_parts[] = {{"name", PLAIN, NULL},
					     {"home", PLAIN, NULL},
					     {"sources", PLAIN, NULL},
					     {"version", PLAIN, NULL},
					     {"description", PLAIN, NULL},
					     {"keywords", PLAIN, NULL},
					     {"maintainers", RECORDS, maintainer_parts},
					     {"icon", PLAIN, NULL},
					     {"apiVersion", PLAIN, NULL},
					     {"condition", PLAIN, NULL},
					     {"tags", PLAIN, NULL},
					     {"appVersion", PLAIN, NULL},
					     {"deprecated", PLAIN, NULL},
					     {"annotations", SORTED, NULL},
					     {"kubeVersion", PLAIN, NULL},
					     {"dependencies", RECORDS, dependency_parts},
					     {"type", PLAIN, NULL},
					     {NULL, PLAIN, NULL}};

static const struct part run_parts[] = {{"started_at", TIME, NULL},
					{"completed_at", TIME, NULL},
					{"phase", KEPT_TEXT, NULL},
					{NULL, PLAIN, NULL}};

static bool is_empty(const val *v)
{
	switch (v ? v->kind : VAL_NULL) {
	case VAL_NULL:
		return true;
	case VAL_BOOL:
		return !v->b;
	case VAL_INT:
		return !v->i;
	default:
		return !val_is(v, VAL_FLOAT) && !val_len(v);
	}
}

/* A time as Go prints it again: no zeros at the end of its fraction. NULL for none, or year 1's. */
static const char *time_text(arena *mem, const val *v)
{
	int64_t seconds;
	int ns;
	str s = val_as_str(v), before, rest;
	if (!s.n || clock_read(mem, s, &seconds, &ns))
		return NULL;
	if (seconds == clock_days(1, 1, 1) * 86400 && !ns)
		return NULL;
	if (!str_cut(s, '.', &before, &rest))
		return str_text(mem, s);
	size_t n = strspn(str_text(mem, rest), "0123456789"), kept = n;
	while (kept && rest.p[kept - 1] == '0')
		kept--;
	return arena_printf(mem, "%.*s%s%.*s%.*s", STR_ARG(before), kept ? "." : "", (int)kept,
			    rest.p, STR_ARG(str_sub(rest, n, rest.n)));
}

static val *record(arena *mem, const val *v, const struct part *parts);

static val *records(arena *mem, const val *list, const struct part *parts)
{
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(list); i++) {
		const val *item = val_at(list, i);
		val_push(mem, out,
			 val_is(item, VAL_MAP) ? record(mem, item, parts) : val_null(mem));
	}
	return out;
}

static val *sorted(arena *mem, const val *v)
{
	val *out = val_copy(mem, v);
	val_sort_deep(out);
	return out;
}

/* The fields of a struct in its order. */
static val *record(arena *mem, const val *v, const struct part *parts)
{
	val *out = val_map(mem);
	for (const struct part *p = parts; p->name; p++) {
		val *field = val_get(v, p->name);
		if (p->form == KEPT_TEXT)
			val_set_text(mem, out, p->name, val_text_or(field, ""));
		else if (p->form == TIME)
			val_set_text(mem, out, p->name, time_text(mem, field));
		else if (is_empty(field))
			continue;
		else if (p->form == RECORDS)
			val_set(mem, out, p->name, records(mem, field, p->parts));
		else
			val_set(mem, out, p->name,
				p->form == SORTED ? sorted(mem, field) : val_copy(mem, field));
	}
	return out;
}

/* --- hooks ------------------------------------------------------------------------------------ */

static bool is_test(const val *hook)
{
	const val *events = val_get(hook, "events");
	for (size_t i = 0; i < val_len(events); i++)
		if (text_eq(val_as_text(val_at(events, i)), "test"))
			return true;
	return false;
}

static val *hook_record(arena *mem, const val *hook)
{
	static const struct part before[] = {{"name", PLAIN, NULL},   {"kind", PLAIN, NULL},
					     {"path", PLAIN, NULL},   {"manifest", PLAIN, NULL},
					     {"events", PLAIN, NULL}, {NULL, PLAIN, NULL}};
	static const struct part behind[] = {{"weight", PLAIN, NULL},
					     {"delete_policies", PLAIN, NULL},
					     {"output_log_policies", PLAIN, NULL},
					     {NULL, PLAIN, NULL}};
	val *out = record(mem, hook, before);
	val_set(mem, out, "last_run", record(mem, val_get(hook, "last_run"), run_parts));
	const val *rest = record(mem, hook, behind);
	for (uint32_t i = 0; i < rest->map.n; i++)
		val_set_str(mem, out, rest->map.p[i].key, rest->map.p[i].value);
	return out;
}

static val *hooks_but_tests(arena *mem, const val *release)
{
	const val *hooks = val_get(release, "hooks");
	val *out = val_list(mem);
	for (size_t i = 0; i < val_len(hooks); i++)
		if (!is_test(val_at(hooks, i)))
			val_push(mem, out, hook_record(mem, val_at(hooks, i)));
	return out->list.n ? out : val_null(mem);
}

/* --- the release ------------------------------------------------------------------------------ */

char *helm_observed_text(arena *mem, const val *release, const char *oci_digest)
{
	const val *config = val_get(release, "config");
	val *out = val_map(mem);
	val_set_text(mem, out, "name", val_text_or(val_get(release, "name"), ""));
	val_set(mem, out, "version", val_int(mem, val_as_int(val_get(release, "version"), 0)));
	val_set(mem, out, "info", record(mem, val_get(release, "info"), info_parts));
	val_set(mem, out, "chartMetadata",
		record(mem, VAL_IN(release, "chart", "metadata"), metadata_parts));
	val_set(mem, out, "config", val_len(config) ? sorted(mem, config) : val_null(mem));
	val_set_text(mem, out, "manifest", val_text_or(val_get(release, "manifest"), ""));
	val_set(mem, out, "hooks", hooks_but_tests(mem, release));
	val_set_text(mem, out, "namespace", val_text_or(val_get(release, "namespace"), ""));
	if (oci_digest && *oci_digest)
		val_set_text(mem, out, "ociDigest", oci_digest);
	return json_text(mem, out, JSON_HTML);
}

char *helm_observed_digest(arena *mem, const val *release, const char *oci_digest)
{
	const char *text = helm_observed_text(mem, release, oci_digest);
	return digest_text(mem, DIGEST_SHA256, str_of(arena_printf(mem, "%s\n", text)));
}

/* As metav1.Time: UTC, whole seconds; null for none. */
static val *status_time(arena *mem, const val *v)
{
	int64_t seconds;
	int ns;
	if (!time_text(mem, v) || clock_read(mem, val_as_str(v), &seconds, &ns))
		return val_null(mem);
	return val_text(mem, clock_rfc3339(mem, seconds * CLOCK_SECOND));
}

val *helm_snapshot(arena *mem, const val *release, const char *oci_digest)
{
	const val *info = val_get(release, "info"), *chart = VAL_IN(release, "chart", "metadata");
	const char *app = val_text_or(val_get(chart, "appVersion"), "");
	val *out = val_map(mem);
	val_set_text(mem, out, "apiVersion", "v2");
	val_set_text(mem, out, "digest", helm_observed_digest(mem, release, oci_digest));
	val_set_text(mem, out, "name", val_text_or(val_get(release, "name"), ""));
	val_set_text(mem, out, "namespace", val_text_or(val_get(release, "namespace"), ""));
	val_set(mem, out, "version", val_int(mem, val_as_int(val_get(release, "version"), 0)));
	val_set_text(mem, out, "status", val_text_or(val_get(info, "status"), ""));
	val_set_text(mem, out, "chartName", val_text_or(val_get(chart, "name"), ""));
	val_set_text(mem, out, "chartVersion", val_text_or(val_get(chart, "version"), ""));
	val_set_text(mem, out, "appVersion", *app ? app : NULL);
	val_set_text(mem, out, "configDigest", helm_config_digest(mem, val_get(release, "config")));
	val_set(mem, out, "firstDeployed", status_time(mem, val_get(info, "first_deployed")));
	val_set(mem, out, "lastDeployed", status_time(mem, val_get(info, "last_deployed")));
	val_set(mem, out, "deleted", status_time(mem, val_get(info, "deleted")));
	val_set_text(mem, out, "ociDigest", oci_digest && *oci_digest ? oci_digest : NULL);
	return out;
}

val *helm_test_hooks(arena *mem, const val *release)
{
	const val *hooks = val_get(release, "hooks");
	val *out = val_map(mem);
	for (size_t i = 0; i < val_len(hooks); i++) {
		const val *hook = val_at(hooks, i), *run = val_get(hook, "last_run");
		if (!is_test(hook))
			continue;
		const char *phase = val_text_or(val_get(run, "phase"), "");
		val *one = val_map(mem);
		val_set(mem, one, "lastStarted", status_time(mem, val_get(run, "started_at")));
		val_set(mem, one, "lastCompleted", status_time(mem, val_get(run, "completed_at")));
		val_set_text(mem, one, "phase", *phase ? phase : NULL);
		val_set(mem, out, val_text_or(val_get(hook, "name"), ""), one);
	}
	return out;
}
