#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "data/fields.h"
#include "data/json.h"

struct ref {
	const char *name;
};

struct spec {
	const char *url, *mode;
	int64_t interval, timeout, count;
	bool count_present;
	bool suspend;
	struct ref *ref;
	struct field_list list, any;
	struct field_texts names;
	const val *labels, *values;
	const char *when;
};

#define FIELD(member) .name = #member, .offset = offsetof(struct spec, member)

static const struct field ref_fields[] = {{.name = "name",
					   .type = FIELD_TEXT,
					   .offset = offsetof(struct ref, name),
					   .required = true,
					   .least = 1,
					   .most = 5,
					   .doc = "Name."},
					  {.name = NULL}};

static const struct field fields[] = {
	{FIELD(url), .type = FIELD_TEXT, .required = true, .pattern = "^https://.*$"},
	{FIELD(mode), .type = FIELD_TEXT, .choices = "a|b", .otherwise = "\"b\""},
	{FIELD(interval), .type = FIELD_DURATION, .required = true},
	{FIELD(timeout), .type = FIELD_DURATION, .otherwise = "\"60s\"", .pattern = "^x$"},
	{FIELD(count), .type = FIELD_INT, .present = true, .least = 1, .most = 9},
	{FIELD(suspend), .type = FIELD_BOOL, .doc = "Suspend."},
	{FIELD(ref), .type = FIELD_OBJECT, .sub = ref_fields, .size = sizeof(struct ref),
	 .rules = "has(self.name) # it needs a name\nself.name != 'x'"},
	{FIELD(list), .type = FIELD_OBJECTS, .sub = ref_fields, .size = sizeof(struct ref),
	 .most = 2},
	{FIELD(any), .type = FIELD_OBJECTS, .until = "v1beta2"},
	{FIELD(names), .type = FIELD_TEXTS, .choices = "x|y", .since = "v1beta2"},
	{FIELD(labels), .type = FIELD_TEXT_MAP, .since = "v1"},
	{FIELD(values), .type = FIELD_ANY},
	{FIELD(when), .type = FIELD_TIME},
	{.name = NULL}};

static arena *mem;

static int open_mem(void **state)
{
	(void)state;
	mem = arena_open();
	return 0;
}

static int close_mem(void **state)
{
	(void)state;
	arena_close(mem);
	return 0;
}

static val *parse(const char *json)
{
	val *v;
	assert_null(json_parse(mem, str_of(json), &v));
	return v;
}

static void a_whole_object_is_decoded(void **state)
{
	(void)state;
	struct spec s = {0};
	val *v =
		parse("{\"url\":\"https://x\",\"interval\":\"1m30s\",\"count\":3,\"suspend\":true,"
		      "\"ref\":{\"name\":\"r\"},\"list\":[{\"name\":\"1\"},{\"name\":\"2\"}],"
		      "\"any\":[1,{}],\"names\":[\"x\",\"y\"],\"labels\":{\"a\":\"b\"},"
		      "\"values\":{\"deep\":[1]},\"when\":\"2023-11-14T22:13:20Z\",\"unknown\":1}");
	assert_null(fields_decode(mem, fields, v, "spec", &s));
	assert_string_equal(s.url, "https://x");
	assert_string_equal(s.mode, "b");
	assert_int_equal(s.interval, 90 * CLOCK_SECOND);
	assert_int_equal(s.timeout, 60 * CLOCK_SECOND);
	assert_int_equal(s.count, 3);
	assert_true(s.count_present);
	assert_true(s.suspend);
	assert_string_equal(s.ref->name, "r");
	assert_int_equal(s.list.n, 2);
	assert_string_equal(((struct ref *)s.list.p)[1].name, "2");
	assert_int_equal(s.any.n, 2);
	assert_int_equal(s.names.n, 2);
	assert_string_equal(s.names.p[1], "y");
	assert_string_equal(val_as_text(val_get(s.labels, "a")), "b");
	assert_int_equal(val_len(val_get(s.values, "deep")), 1);
	assert_string_equal(s.when, "2023-11-14T22:13:20Z");
}

static void what_is_absent_or_null_is_zero(void **state)
{
	(void)state;
	struct spec s = {0};
	val *v = parse("{\"url\":\"https://x\",\"interval\":\"1s\",\"ref\":null,\"count\":null}");
	assert_null(fields_decode(mem, fields, v, "spec", &s));
	assert_null(s.ref);
	assert_false(s.count_present);
	assert_null(s.labels);
	assert_int_equal(s.names.n, 0);
}

static void all_faults_are_told_at_once(void **state)
{
	(void)state;
	struct spec s = {0};
	val *v = parse("{\"mode\":\"c\",\"interval\":\"x\",\"timeout\":5,\"count\":10,"
		       "\"suspend\":\"no\",\"ref\":{\"name\":\"toolong\"},\"list\":[{},3,{\"name\":"
		       "\"\"}],\"names\":[\"x\",\"z\",1],\"labels\":{\"a\":1},\"when\":\"today\"}");
	err *e = fields_decode(mem, fields, v, "spec", &s);
	assert_int_equal(err_code(e), ERR_INVALID);
	assert_string_equal(
		err_text(mem, e),
		"spec.url: Required value\n"
		"spec.mode: Unsupported value: \"c\": supported values: \"a\", \"b\"\n"
		"spec.interval: time: invalid duration \"x\"\n"
		"spec.timeout: Invalid value: 5: expected a string\n"
		"spec.count: Invalid value: value 10 is above 9\n"
		"spec.suspend: Invalid value: \"no\": expected a boolean\n"
		"spec.ref.name: Invalid value: length 7 is above 5\n"
		"spec.list: Invalid value: number of items 3 is above 2\n"
		"spec.list[0].name: Required value\n"
		"spec.list[1]: Invalid value: 3: expected an object\n"
		"spec.list[2].name: Invalid value: length 0 is below 1\n"
		"spec.names[1]: Unsupported value: \"z\": supported values: \"x\", \"y\"\n"
		"spec.names[2]: Invalid value: 1: expected a string\n"
		"spec.labels.a: Invalid value: 1: expected a string\n"
		"spec.when: Invalid value: \"today\": expected a time as in RFC 3339");
	e = fields_decode(mem, fields, parse("[]"), "spec", &s);
	assert_string_equal(err_text(mem, e), "spec: Invalid value: []: expected an object");
	e = fields_decode(mem, fields, NULL, "", &s);
	assert_string_equal(err_text(mem, e), "url: Required value\ninterval: Required value");
}

static void faults_are_not_endless(void **state)
{
	(void)state;
	struct spec s = {0};
	buf b = buf_init(mem);
	buf_text_add(&b, "{\"url\":\"\",\"interval\":\"1s\",\"labels\":{");
	for (int i = 0; i < 200; i++)
		buf_printf(&b, "%s\"k%d\":1", i ? "," : "", i);
	buf_text_add(&b, "}}");
	err *e = fields_decode(mem, fields, parse(buf_text(&b)), "spec", &s);
	assert_true(text_ends(err_text(mem, e), "\nand 150 more"));
}

static const char *schema(const char *path, const char *version)
{
	val *v = val_get(fields_schema(mem, fields, version), "properties");
	return json_text(mem, val_get(v, path), JSON_SORTED);
}

static void the_schema_says_the_same(void **state)
{
	(void)state;
	assert_string_equal(schema("url", "v1"),
			    "{\"pattern\":\"^https://.*$\",\"type\":\"string\"}");
	assert_string_equal(schema("mode", "v1"),
			    "{\"default\":\"b\",\"enum\":[\"a\",\"b\"],\"type\":\"string\"}");
	assert_string_equal(
		schema("interval", "v1"),
		"{\"pattern\":\"^([0-9]+(\\\\.[0-9]+)?(ms|s|m|h))+$\",\"type\":\"string\"}");
	assert_string_equal(schema("count", "v1"), "{\"format\":\"int64\",\"maximum\":9,"
						   "\"minimum\":1,\"type\":\"integer\"}");
	assert_string_equal(schema("suspend", "v1"),
			    "{\"description\":\"Suspend.\",\"type\":\"boolean\"}");
	assert_string_equal(
		schema("ref", "v1"),
		"{\"properties\":{\"name\":{\"description\":\"Name.\",\"maxLength\":5,"
		"\"minLength\":1,\"type\":\"string\"}},\"required\":[\"name\"],\"type\":\"object\","
		"\"x-kubernetes-validations\":[{\"message\":\"it needs a name\",\"rule\":"
		"\"has(self.name)\"},{\"rule\":\"self.name != 'x'\"}]}");
	assert_string_equal(schema("names", "v1"), "{\"items\":{\"enum\":[\"x\",\"y\"],\"type\":"
						   "\"string\"},\"type\":\"array\"}");
	assert_string_equal(schema("labels", "v1"), "{\"additionalProperties\":{\"type\":"
						    "\"string\"},\"type\":\"object\"}");
	assert_string_equal(schema("values", "v1"),
			    "{\"x-kubernetes-preserve-unknown-fields\":true}");
	assert_string_equal(schema("when", "v1"), "{\"format\":\"date-time\",\"type\":\"string\"}");
	assert_string_equal(
		json_text(mem, val_get(fields_schema(mem, fields, NULL), "required"), JSON_PLAIN),
		"[\"url\",\"interval\"]");
}

static void versions_have_their_fields(void **state)
{
	(void)state;
	assert_string_equal(schema("any", "v1"), "null");
	assert_string_not_equal(schema("any", "v1beta2"), "null");
	assert_string_not_equal(schema("any", NULL), "null");
	assert_string_equal(schema("names", "v1beta1"), "null");
	assert_string_not_equal(schema("names", "v1beta2"), "null");
	assert_string_equal(schema("labels", "v1beta2"), "null");
	assert_string_not_equal(schema("labels", NULL), "null");
}

#define WITH_MEM(f) cmocka_unit_test_setup_teardown(f, open_mem, close_mem)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_MEM(a_whole_object_is_decoded),   WITH_MEM(what_is_absent_or_null_is_zero),
		WITH_MEM(all_faults_are_told_at_once), WITH_MEM(faults_are_not_endless),
		WITH_MEM(the_schema_says_the_same),    WITH_MEM(versions_have_their_fields),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
