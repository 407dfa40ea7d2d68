#include "data/fields.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/duration.h"
#include "data/json.h"

#define DURATION_PATTERN "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$"
#define FAULTS_MAX 50

struct decoding {
	arena *mem;
	buf faults; /* a line each */
	int count;
};

__attribute__((format(printf, 3, 4))) static void fault(struct decoding *d, const char *path,
							const char *fmt, ...)
{
	if (d->count++ >= FAULTS_MAX)
		return;
	va_list ap;
	va_start(ap, fmt);
	buf_printf(&d->faults, "%s%s: %s", d->faults.n ? "\n" : "", path,
		   arena_vprintf(d->mem, fmt, ap));
	va_end(ap);
}

static const char *shown(struct decoding *d, const val *v)
{
	const char *text = json_text(d->mem, v, JSON_PLAIN);
	return strlen(text) > 80 ? arena_printf(d->mem, "%.77s...", text) : text;
}

static bool expect(struct decoding *d, const char *path, const val *v, enum val_kind kind)
{
	static const char *const names[] = {"null",	"a boolean", "an integer", "a number",
					    "a string", "a list",    "an object"};
	if (val_is(v, kind))
		return true;
	fault(d, path, "Invalid value: %s: expected %s", shown(d, v), names[kind]);
	return false;
}

static void decode_table(struct decoding *d, const struct field *table, const val *v,
			 const char *path, char *into);

static bool is_choice(const char *choices, str text)
{
	str rest = str_of(choices), part;
	while (str_next(&rest, '|', &part))
		if (str_eq(part, text))
			return true;
	return false;
}

static void check_choice(struct decoding *d, const struct field *f, const char *path, str text)
{
	if (!f->choices || is_choice(f->choices, text))
		return;
	buf list = buf_init(d->mem);
	str rest = str_of(f->choices), part;
	while (str_next(&rest, '|', &part))
		buf_printf(&list, "%s\"%.*s\"", list.n ? ", " : "", STR_ARG(part));
	fault(d, path, "Unsupported value: \"%.*s\": supported values: %s", STR_ARG(text),
	      buf_text(&list));
}

/* Code points, as the API server counts them. */
static int64_t length_of(str text)
{
	int64_t n = 0;
	for (size_t i = 0; i < text.n; i++)
		n += ((unsigned char)text.p[i] & 0xc0) != 0x80;
	return n;
}

static void check_bounds(struct decoding *d, const struct field *f, const char *path, int64_t n,
			 const char *what)
{
	if (!f->least && !f->most)
		return;
	if (n < f->least)
		fault(d, path, "Invalid value: %s %lld is below %lld", what, (long long)n,
		      (long long)f->least);
	if (f->most && n > f->most)
		fault(d, path, "Invalid value: %s %lld is above %lld", what, (long long)n,
		      (long long)f->most);
}

static const char *decode_text(struct decoding *d, const struct field *f, const val *v,
			       const char *path, bool bounded)
{
	if (!expect(d, path, v, VAL_TEXT))
		return NULL;
	check_choice(d, f, path, v->text);
	if (bounded)
		check_bounds(d, f, path, length_of(v->text), "length");
	return str_text(d->mem, v->text);
}

static void decode_duration(struct decoding *d, const val *v, const char *path, int64_t *into)
{
	if (!expect(d, path, v, VAL_TEXT))
		return;
	err *e = duration_parse(d->mem, v->text, into);
	if (e)
		fault(d, path, "%s", err_text(d->mem, e));
	else if (*into < 0)
		fault(d, path, "Invalid value: \"%.*s\": must not be negative", STR_ARG(v->text));
}

static void decode_time(struct decoding *d, const val *v, const char *path, const char **into)
{
	int64_t when;
	if (!expect(d, path, v, VAL_TEXT))
		return;
	if (clock_parse_rfc3339(v->text, &when))
		*into = str_text(d->mem, v->text);
	else
		fault(d, path, "Invalid value: \"%.*s\": expected a time as in RFC 3339",
		      STR_ARG(v->text));
}

static void decode_texts(struct decoding *d, const struct field *f, const val *v, const char *path,
			 struct field_texts *into)
{
	if (!expect(d, path, v, VAL_LIST))
		return;
	check_bounds(d, f, path, (int64_t)v->list.n, "number of items");
	into->n = v->list.n;
	into->p = NEW_N(d->mem, const char *, into->n);
	for (size_t i = 0; i < into->n; i++)
		into->p[i] = decode_text(d, f, v->list.p[i],
					 arena_printf(d->mem, "%s[%zu]", path, i), false);
}

static void decode_objects(struct decoding *d, const struct field *f, const val *v,
			   const char *path, struct field_list *into)
{
	if (!expect(d, path, v, VAL_LIST))
		return;
	check_bounds(d, f, path, (int64_t)v->list.n, "number of items");
	into->n = v->list.n;
	if (!f->sub) { /* of any values */
		const val **any = NEW_N(d->mem, const val *, into->n);
		for (size_t i = 0; i < into->n; i++)
			any[i] = v->list.p[i];
		into->p = any;
		return;
	}
	into->p = arena_alloc(d->mem, arena_times(into->n, f->size));
	for (size_t i = 0; i < into->n; i++)
		decode_table(d, f->sub, v->list.p[i], arena_printf(d->mem, "%s[%zu]", path, i),
			     (char *)into->p + i * f->size);
}

static void decode_text_map(struct decoding *d, const val *v, const char *path, const val **into)
{
	if (!expect(d, path, v, VAL_MAP))
		return;
	for (uint32_t i = 0; i < v->map.n; i++)
		expect(d, arena_printf(d->mem, "%s.%.*s", path, STR_ARG(v->map.p[i].key)),
		       v->map.p[i].value, VAL_TEXT);
	*into = v;
}

static void decode_field(struct decoding *d, const struct field *f, const val *v, const char *path,
			 char *at)
{
	switch (f->type) {
	case FIELD_TEXT:
		*(const char **)at = decode_text(d, f, v, path, true);
		break;
	case FIELD_BOOL:
		if (expect(d, path, v, VAL_BOOL))
			*(bool *)at = v->b;
		break;
	case FIELD_INT:
		if (!expect(d, path, v, VAL_INT))
			break;
		check_bounds(d, f, path, v->i, "value");
		*(int64_t *)at = v->i;
		break;
	case FIELD_DURATION:
		decode_duration(d, v, path, (int64_t *)at);
		break;
	case FIELD_OBJECT:
		*(void **)at = arena_alloc(d->mem, f->size);
		decode_table(d, f->sub, v, path, *(void **)at);
		break;
	case FIELD_OBJECTS:
		decode_objects(d, f, v, path, (struct field_list *)at);
		break;
	case FIELD_TEXTS:
		decode_texts(d, f, v, path, (struct field_texts *)at);
		break;
	case FIELD_TEXT_MAP:
		decode_text_map(d, v, path, (const val **)at);
		break;
	case FIELD_ANY:
		*(const val **)at = v;
		break;
	case FIELD_TIME:
		decode_time(d, v, path, (const char **)at);
		break;
	}
}

static void set_present(const struct field *f, char *at)
{
	size_t size = f->type == FIELD_TEXT  ? sizeof(char *)
		      : f->type == FIELD_INT ? sizeof(int64_t)
					     : sizeof(bool);
	*(bool *)(at + size) = true;
}

static void decode_table(struct decoding *d, const struct field *table, const val *v,
			 const char *path, char *into)
{
	if (v && !val_is(v, VAL_NULL) && !expect(d, path, v, VAL_MAP))
		return;
	for (const struct field *f = table; f->name; f++) {
		const val *value = val_get(v, f->name);
		const char *at = *path ? arena_printf(d->mem, "%s.%s", path, f->name) : f->name;
		if (val_is(value, VAL_NULL) && f->type != FIELD_ANY)
			value = NULL;
		if (value && f->present)
			set_present(f, into + f->offset);
		if (!value && f->otherwise) {
			val *otherwise;
			if (json_parse(d->mem, str_of(f->otherwise), &otherwise))
				abort(); /* a fault of the table */
			value = otherwise;
		}
		if (value)
			decode_field(d, f, value, at, into + f->offset);
		else if (f->required)
			fault(d, at, "Required value");
	}
}

err *fields_decode(arena *mem, const struct field *table, const val *v, const char *path,
		   void *into)
{
	struct decoding d = {.mem = mem, .faults = buf_init(mem)};
	decode_table(&d, table, v, path, into);
	if (!d.count)
		return NULL;
	if (d.count > FAULTS_MAX)
		buf_printf(&d.faults, "\nand %d more", d.count - FAULTS_MAX);
	return err_new(mem, ERR_INVALID, "%s", buf_text(&d.faults));
}

/* Schemas. */

/* Kubernetes versions by age: v1alpha1 < v1beta1 < v1beta2 < v1 < v2beta1 < v2. */
static long version_age(const char *version)
{
	char *rest;
	long major = strtol(version + 1, &rest, 10), minor = 0, stage = 2;
	if (text_starts(rest, "alpha"))
		stage = 0, minor = strtol(rest + strlen("alpha"), NULL, 10);
	else if (text_starts(rest, "beta"))
		stage = 1, minor = strtol(rest + strlen("beta"), NULL, 10);
	return (major * 3 + stage) * 1000 + minor;
}

static bool in_version(const struct field *f, const char *version)
{
	if (!version)
		return true;
	long age = version_age(version);
	return (!f->since || version_age(f->since) <= age) &&
	       (!f->until || version_age(f->until) >= age);
}

static val *typed(arena *mem, const char *type)
{
	val *s = val_map(mem);
	val_set_text(mem, s, "type", type);
	return s;
}

static void set_choices(arena *mem, val *schema, const char *choices)
{
	if (!choices)
		return;
	val *list = val_list(mem);
	str rest = str_of(choices), part;
	while (str_next(&rest, '|', &part))
		val_push(mem, list, val_str(mem, part));
	val_set(mem, schema, "enum", list);
}

static void set_bounds(arena *mem, val *schema, const struct field *f, const char *least,
		       const char *most)
{
	bool is_int = f->type == FIELD_INT;
	if (f->least || (is_int && f->most))
		val_set(mem, schema, least, val_int(mem, f->least));
	if (f->most && f->most != INT64_MAX)
		val_set(mem, schema, most, val_int(mem, f->most));
}

/* "rule # message" lines. */
static void set_rules(arena *mem, val *schema, const char *rules)
{
	if (!rules)
		return;
	val *list = val_list(mem);
	str rest = str_of(rules), line;
	while (str_next(&rest, '\n', &line)) {
		ptrdiff_t at = -1;
		for (ptrdiff_t i = 0; i + 3 <= (ptrdiff_t)line.n; i++)
			if (!memcmp(line.p + i, " # ", 3))
				at = i;
		val *rule = val_map(mem);
		if (at >= 0)
			val_set(mem, rule, "message",
				val_str(mem, str_sub(line, (size_t)at + 3, line.n)));
		val_set(mem, rule, "rule",
			val_str(mem, at < 0 ? line : str_sub(line, 0, (size_t)at)));
		val_push(mem, list, rule);
	}
	val_set(mem, schema, "x-kubernetes-validations", list);
}

static val *any_schema(arena *mem)
{
	val *s = val_map(mem);
	val_set(mem, s, "x-kubernetes-preserve-unknown-fields", val_bool(mem, true));
	return s;
}

static val *text_schema(arena *mem, const struct field *f)
{
	val *s = typed(mem, "string");
	val_set_text(mem, s, "pattern", f->pattern);
	set_choices(mem, s, f->choices);
	return s;
}

static val *list_schema(arena *mem, const struct field *f, const char *version)
{
	val *s = typed(mem, "array");
	val *items = f->type == FIELD_TEXTS ? text_schema(mem, f)
		     : f->sub		    ? fields_schema(mem, f->sub, version)
					    : any_schema(mem);
	val_set(mem, s, "items", items);
	set_bounds(mem, s, f, "minItems", "maxItems");
	return s;
}

static val *scalar_schema(arena *mem, const struct field *f)
{
	val *s;
	switch (f->type) {
	case FIELD_BOOL:
		return typed(mem, "boolean");
	case FIELD_INT:
		s = typed(mem, "integer");
		val_set_text(mem, s, "format", "int64");
		set_bounds(mem, s, f, "minimum", "maximum");
		return s;
	case FIELD_DURATION:
		s = typed(mem, "string");
		val_set_text(mem, s, "pattern", f->pattern ? f->pattern : DURATION_PATTERN);
		return s;
	case FIELD_TIME:
		s = typed(mem, "string");
		val_set_text(mem, s, "format", "date-time");
		return s;
	default:
		s = text_schema(mem, f);
		set_bounds(mem, s, f, "minLength", "maxLength");
		return s;
	}
}

static val *field_schema(arena *mem, const struct field *f, const char *version)
{
	val *s;
	switch (f->type) {
	case FIELD_OBJECT:
		s = fields_schema(mem, f->sub, version);
		break;
	case FIELD_OBJECTS:
	case FIELD_TEXTS:
		s = list_schema(mem, f, version);
		break;
	case FIELD_TEXT_MAP:
		s = typed(mem, "object");
		val_set(mem, s, "additionalProperties", typed(mem, "string"));
		break;
	case FIELD_ANY:
		s = any_schema(mem);
		break;
	default:
		s = scalar_schema(mem, f);
	}
	val *otherwise;
	if (f->otherwise) {
		if (json_parse(mem, str_of(f->otherwise), &otherwise))
			abort(); /* a fault of the table */
		val_set(mem, s, "default", otherwise);
	}
	val_set_text(mem, s, "description", f->doc);
	set_rules(mem, s, f->rules);
	return s;
}

val *fields_schema(arena *mem, const struct field *table, const char *version)
{
	val *s = typed(mem, "object"), *properties = val_map(mem), *required = val_list(mem);
	for (const struct field *f = table; f->name; f++) {
		if (!in_version(f, version))
			continue;
		val_set(mem, properties, f->name, field_schema(mem, f, version));
		if (f->required)
			val_push(mem, required, val_text(mem, f->name));
	}
	if (val_len(properties))
		val_set(mem, s, "properties", properties);
	if (val_len(required))
		val_set(mem, s, "required", required);
	return s;
}
