#include "helm/helm_struct.h"

#include <string.h>

#include "base/clock.h"

#define ZERO_TIME "0001-01-01T00:00:00Z"
#define END                                                                                        \
	{                                                                                          \
		NULL, STRUCT_PLAIN, NULL                                                           \
	}

const struct struct_field struct_info[] = {
	{"first_deployed", STRUCT_TIME, NULL}, {"last_deployed", STRUCT_TIME, NULL},
	{"deleted", STRUCT_TIME, NULL},	       {"description", STRUCT_PLAIN, NULL},
	{"status", STRUCT_PLAIN, NULL},	       {"notes", STRUCT_PLAIN, NULL},
	{"resources", STRUCT_SORTED, NULL},    END,
};

static const struct struct_field maintainer[] = {
	{"name", STRUCT_PLAIN, NULL},
	{"email", STRUCT_PLAIN, NULL},
	{"url", STRUCT_PLAIN, NULL},
	END,
};

static const struct struct_field dependency[] = {
	{"name", STRUCT_KEPT_TEXT, NULL},
	{"version", STRUCT_PLAIN, NULL},
	{"repository", STRUCT_KEPT_TEXT, NULL},
	{"condition", STRUCT_PLAIN, NULL},
	{"tags", STRUCT_PLAIN, NULL},
	{"enabled", STRUCT_PLAIN, NULL},
	{"import-values", STRUCT_SORTED, NULL},
	{"alias", STRUCT_PLAIN, NULL},
	END,
};

const struct struct_field struct_metadata[] = {
	{"name", STRUCT_PLAIN, NULL},
	{"home", STRUCT_PLAIN, NULL},
	{"sources", STRUCT_PLAIN, NULL},
	{"version", STRUCT_PLAIN, NULL},
	{"description", STRUCT_PLAIN, NULL},
	{"keywords", STRUCT_PLAIN, NULL},
	{"maintainers", STRUCT_RECORDS, maintainer},
	{"icon", STRUCT_PLAIN, NULL},
	{"apiVersion", STRUCT_PLAIN, NULL},
	{"condition", STRUCT_PLAIN, NULL},
	{"tags", STRUCT_PLAIN, NULL},
	{"appVersion", STRUCT_PLAIN, NULL},
	{"deprecated", STRUCT_PLAIN, NULL},
	{"annotations", STRUCT_SORTED, NULL},
	{"kubeVersion", STRUCT_PLAIN, NULL},
	{"dependencies", STRUCT_RECORDS, dependency},
	{"type", STRUCT_PLAIN, NULL},
	END,
};

static const struct struct_field run[] = {
	{"started_at", STRUCT_TIME, NULL},
	{"completed_at", STRUCT_TIME, NULL},
	{"phase", STRUCT_KEPT_TEXT, NULL},
	END,
};

const struct struct_field struct_hook[] = {
	{"name", STRUCT_PLAIN, NULL},
	{"kind", STRUCT_PLAIN, NULL},
	{"path", STRUCT_PLAIN, NULL},
	{"manifest", STRUCT_PLAIN, NULL},
	{"events", STRUCT_PLAIN, NULL},
	{"last_run", STRUCT_KEPT_RECORD, run},
	{"weight", STRUCT_PLAIN, NULL},
	{"delete_policies", STRUCT_PLAIN, NULL},
	{"output_log_policies", STRUCT_PLAIN, NULL},
	END,
};

static const struct struct_field file[] = {
	{"name", STRUCT_KEPT_TEXT, NULL},
	{"data", STRUCT_KEPT, NULL},
	{"modtime", STRUCT_TIME, NULL},
	END,
};

static const struct struct_field lock[] = {
	{"generated", STRUCT_KEPT_TIME, NULL},
	{"digest", STRUCT_KEPT_TEXT, NULL},
	{"dependencies", STRUCT_KEPT_RECORDS, dependency},
	END,
};

static const struct struct_field chart[] = {
	{"metadata", STRUCT_KEPT_RECORD, struct_metadata},
	{"lock", STRUCT_NULL_RECORD, lock},
	{"templates", STRUCT_KEPT_RECORDS, file},
	{"values", STRUCT_KEPT, NULL},
	{"schema", STRUCT_KEPT, NULL},
	{"schemamodtime", STRUCT_KEPT_TIME, NULL},
	{"files", STRUCT_KEPT_RECORDS, file},
	{"modtime", STRUCT_TIME, NULL},
	END,
};

const struct struct_field struct_release[] = {
	{"name", STRUCT_PLAIN, NULL},	      {"info", STRUCT_RECORD, struct_info},
	{"chart", STRUCT_RECORD, chart},      {"config", STRUCT_SORTED, NULL},
	{"manifest", STRUCT_PLAIN, NULL},     {"hooks", STRUCT_RECORDS, struct_hook},
	{"version", STRUCT_PLAIN, NULL},      {"namespace", STRUCT_PLAIN, NULL},
	{"apply_method", STRUCT_PLAIN, NULL}, END,
};

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

const char *struct_time(arena *mem, const val *v)
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

static val *records(arena *mem, const val *list, const struct struct_field *fields)
{
	val *out = val_list(mem);
	if (!val_is(list, VAL_LIST))
		return val_null(mem);
	for (size_t i = 0; i < val_len(list); i++) {
		const val *item = val_at(list, i);
		val_push(mem, out,
			 val_is(item, VAL_MAP) ? struct_record(mem, item, fields) : val_null(mem));
	}
	return out;
}

val *struct_sorted(arena *mem, const val *v)
{
	val *out = val_copy(mem, v);
	if (out)
		val_sort_deep(out);
	return out;
}

/* A field as it is printed; NULL: not at all. */
static val *field_val(arena *mem, const val *v, const struct struct_field *f)
{
	const char *time;
	switch (f->form) {
	case STRUCT_KEPT_TEXT:
		return val_text(mem, val_text_or(v, ""));
	case STRUCT_NULL_RECORD:
		return val_is(v, VAL_MAP) ? struct_record(mem, v, f->fields) : val_null(mem);
	case STRUCT_TIME:
		time = struct_time(mem, v);
		return time ? val_text(mem, time) : NULL;
	case STRUCT_KEPT_TIME:
		time = struct_time(mem, v);
		return val_text(mem, time ? time : ZERO_TIME);
	case STRUCT_KEPT:
		return v ? struct_sorted(mem, v) : val_null(mem);
	case STRUCT_KEPT_RECORD:
		return struct_record(mem, v, f->fields);
	case STRUCT_KEPT_RECORDS:
		return records(mem, v, f->fields);
	default:
		break;
	}
	/* a pointer to a struct is left out when it is nil, whatever the struct holds */
	if (f->form == STRUCT_RECORD)
		return val_is(v, VAL_MAP) ? struct_record(mem, v, f->fields) : NULL;
	if (is_empty(v) || (f->form == STRUCT_RECORDS && !val_is(v, VAL_LIST)))
		return NULL;
	if (f->form == STRUCT_RECORDS)
		return records(mem, v, f->fields);
	return f->form == STRUCT_SORTED ? struct_sorted(mem, v) : val_copy(mem, v);
}

val *struct_record(arena *mem, const val *v, const struct struct_field *fields)
{
	val *out = val_map(mem);
	for (const struct struct_field *f = fields; f->name; f++) {
		val *field = field_val(mem, val_get(v, f->name), f);
		if (field)
			val_set(mem, out, f->name, field);
	}
	return out;
}
