/* Indexes of Helm repositories: what source-controller 1.9 made of them, and what must not be too much. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "data/json.h"
#include "source/index.h"

static err *gather(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

static err *count(void *arg, arena *mem, str bytes)
{
	(void)mem;
	*(uint64_t *)arg += bytes.n;
	return NULL;
}

static err *convert(arena *mem, str text, buf *out)
{
	*out = buf_init(mem);
	return index_convert(mem, mapped_text(mem, text), "/tmp", (struct sink){gather, out});
}

/* Texts, why they are refused, or how large the artifact is that is made of them. */
static const struct {
	const char *text, *fault, *size;
} recorded[] = {
	{"", "empty index.yaml file", NULL},
	{"text",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go "
	 "value of type repo.IndexFile",
	 NULL},
	{"apiVersion: v1\n", NULL, "82B"},
	{"{}", "no API version specified", NULL},
	{"apiVersion: v1\nentries: {a: [{name: a, version: 1.0.0, urls: [x]}]}\n", NULL, "278B"},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0}\n  a: []\n",
	 "error converting YAML to JSON: yaml: unmarshal errors:\n  line 5: key \"a\" already set "
	 "in map",
	 NULL},
	{"apiVersion: v1\nfoo: 1\n",
	 "error unmarshaling JSON: while decoding JSON: json: unknown field \"foo\"", NULL},
	{"apiVersion: v1\nentries:\n  a: 1\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go "
	 "struct field IndexFile.entries of type repo.ChartVersions",
	 NULL},
	{"{\"apiVersion\":\"v1\",\"entries\":{\"a\":[{\"name\":\"a\",\"version\":\"1.0.0\","
	 "\"created\":\"2026-01-01T00:00:00.500+02:00\",\"x\":1,\"annotations\":{\"b\":\"<x>\","
	 "\"a\":\"é\"}}]},\"foo\":1}",
	 NULL, "352B"},
	{"apiVersion: v1\nentries:\n  b:\n  - {name: b, version: 1.0, appVersion: 1.10, "
	 "deprecated: true, keywords: [1, yes]}\n  a:\n  - {name: a, version: 1.0.0, created: "
	 "2020-01-01T00:00:00Z, dependencies: [{name: x}], maintainers: [{name: M}], sources: "
	 "[]}\n  - {name: a, version: 1.10.0, type: foo}\n  - {name: a, version: 1.2.0, urls: "
	 "[]}\n  - {name: a, version: 1.12.0}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go "
	 "struct field ChartVersion.entries.Metadata.appVersion of type string",
	 NULL},
	{"apiVersion: v1\nentries:\n  a:\n  - name: a\n    version: [1]\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
	 "struct field ChartVersion.entries.Metadata.version of type string",
	 NULL},
	{"apiVersion: v1\nentries:\n\t- x\n",
	 "error converting YAML to JSON: yaml: line 3: found character that cannot start any token",
	 NULL},
	{"apiVersion: v1\nentries:\n  a: [\n",
	 "error converting YAML to JSON: yaml: line 3: did not find expected node content", NULL},
	{"{\"apiVersion\":\"v1\",\"entries\":[]}",
	 "json: cannot unmarshal array into Go struct field IndexFile.entries of type "
	 "map[string]repo.ChartVersions",
	 NULL},
	{"{\"apiVersion\":\"v1\"} x", NULL, "82B"},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, created: yesterday}\n",
	 "error unmarshaling JSON: while decoding JSON: parsing time \"yesterday\" as "
	 "\"2006-01-02T15:04:05Z07:00\": cannot parse \"yesterday\" as \"2006\"",
	 NULL},
	{"apiVersion: v1\ngenerated: 2026\n",
	 "error unmarshaling JSON: while decoding JSON: Time.UnmarshalJSON: input is not a JSON "
	 "string",
	 NULL},
	{"apiVersion: v1\npublicKeys: [a]\nannotations: {b: c, a: d}\nserverInfo: {contextPath: "
	 "/v1, n: 1.0}\nentries: {}\n",
	 NULL, "226B"},
	{"--- \napiVersion: v1\nentries: &x\n  a: &y\n  - &z {name: a, version: 1.0.0}\n  b: *y\n  "
	 "c: [*z]\n---\nfoo\n",
	 NULL, "607B"},
	{"apiVersion: 1\nentries:\n  a:\n  - {name: a, version: 1.0.0, urls: [1, true], digest: "
	 "1.50, created: 2020-01-01T00:00:00Z, dependencies: [{name: x}], maintainers: [{name: "
	 "M}], sources: []}\n  - {name: a, version: 1.10.0, type: foo}\n  - {name: a, version: "
	 "1.2.0, urls: []}\n  - {name: a, version: 1.12.0}\n",
	 NULL, "834B"},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, maintainers: [{name: "
	 "1}]}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go "
	 "struct field Maintainer.entries.Metadata.maintainers.name of type string",
	 NULL},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, maintainers: [{nme: x}]}\n",
	 "error unmarshaling JSON: while decoding JSON: json: unknown field \"nme\"", NULL},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, removed: \"x\"}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go "
	 "struct field ChartVersion.entries.removed of type bool",
	 NULL},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, sources: x}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal string into Go "
	 "struct field ChartVersion.entries.Metadata.sources of type []string",
	 NULL},
	{"apiVersion: v1\nentries:\n  a:\n  - 1\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go "
	 "struct field IndexFile.entries of type repo.ChartVersion",
	 NULL},
	{"apiVersion: [v1]\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
	 "struct field IndexFile.apiVersion of type string",
	 NULL},
	{"apiVersion: v1\nannotations: {a: [1]}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go "
	 "struct field IndexFile.annotations of type string",
	 NULL},
	{"apiVersion: v1\nentries:\n  a: {name: x}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal object into Go "
	 "struct field IndexFile.entries of type repo.ChartVersions",
	 NULL},
	{"apiVersion: v1\nentries:\n  a:\n  - {name: a, version: 1.0.0, dependencies: [{tags: [1], "
	 "repository: 5, name: x}]}\n",
	 "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal number into Go "
	 "struct field Dependency.entries.Metadata.dependencies.repository of type string",
	 NULL},
	{"{\"apiVersion\":\"v1\",\"entries\":{\"a\":[{\"name\":5}]}}",
	 "json: cannot unmarshal number into Go struct field ChartVersion.entries.Metadata.name of "
	 "type string",
	 NULL},
};

static void test_recorded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(recorded) / sizeof(*recorded); i++) {
		arena *mem = arena_open();
		buf out;
		err *e = convert(mem, str_of(recorded[i].text), &out);
		if (!recorded[i].fault != !e)
			print_error("%zu: %s\n", i, e ? err_text(mem, e) : "no error");
		assert_true(!recorded[i].fault == !e);
		if (e)
			assert_string_equal(err_text(mem, e), recorded[i].fault);
		else
			assert_string_equal(index_size_text(mem, out.n), recorded[i].size);
		arena_close(mem);
	}
}

static void test_form(void **state)
{
	(void)state;
	arena *mem = arena_open();
	buf out, again;
	assert_null(convert(mem,
			    STR("apiVersion: v1\ngenerated: "
				"2026-01-02T03:04:05.120000000+00:00\nentries:\n  b:\n"
				"  - name: b\n    version: 1.9.0\n    description: "
				"\"a\\tb\\u0007\"\n    urls: [x]\n"
				"  - {name: b, version: 1.10.0, created: "
				"2020-01-01T00:00:00.5+02:00, home: <a>}\n"
				"  - {name: b, version: nonsense}\n  - {name: ../b, version: "
				"1.0.0}\n  a: []\n"),
			    &out));
	assert_string_equal(
		buf_text(&out),
		"{\n  \"apiVersion\": \"v1\",\n  \"generated\": "
		"\"2026-01-02T03:04:05.12Z\",\n  \"entries\": {\n    \"a\": [],\n"
		"    \"b\": [\n      {\n        \"name\": \"b\",\n        \"home\": "
		"\"\\u003ca\\u003e\",\n        \"version\": \"1.10.0\",\n        "
		"\"apiVersion\": \"v1\",\n        \"urls\": null,\n        \"created\": "
		"\"2020-01-01T00:00:00.5+02:00\"\n      },\n      {\n        \"name\": "
		"\"b\",\n        \"version\": \"1.9.0\",\n        \"description\": \"a "
		"b\",\n        \"apiVersion\": \"v1\",\n        \"urls\": [\n          "
		"\"x\"\n        ],\n        \"created\": \"0001-01-01T00:00:00Z\"\n      "
		"}\n    ]\n  }\n}");
	/* what was written is read as what it is */
	assert_null(convert(mem, buf_view(&out), &again));
	assert_string_equal(buf_text(&again), buf_text(&out));
	arena_close(mem);
}

/* In JSON the last of equal keys counts. */
static void test_twice(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct index_version found;
	buf out;
	assert_null(convert(mem,
			    STR("{\"apiVersion\":\"v1\",\"entries\":{\"a\":[{\"name\":\"a\","
				"\"version\":\"1.0.0\"}],\"a\":[{\"name\":\"a\",\"version\":\"2."
				"0.0\"}]},\"Entries\":{\"b\":null}}"),
			    &out));
	struct mapped *index = mapped_text(mem, buf_view(&out));
	assert_null(index_pick(mem, index, "a", "", false, &found));
	assert_string_equal(found.version, "2.0.0");
	assert_string_equal(err_text(mem, index_pick(mem, index, "a", "1.0.0", false, &found)),
			    "no 'a' chart with version matching '1.0.0' found");
	assert_string_equal(err_text(mem, index_pick(mem, index, "b", "", false, &found)),
			    "no chart version found");
	arena_close(mem);
}

/* A null among the versions makes the real one crash. */
static void test_empty_entry(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct index_version found;
	buf out;
	err *e = convert(mem, STR("apiVersion: v1\nentries:\n  a:\n  - \n  - {name: a}\n"), &out);
	assert_string_equal(err_text(mem, e), "error unmarshaling JSON: while decoding JSON: an "
					      "entry of chart 'a' is empty");
	/* … and may stand in one that another wrote */
	struct mapped *index = mapped_text(mem, STR("{\"entries\":{\"a\":[null]}}"));
	assert_string_equal(err_text(mem, index_pick(mem, index, "a", "", false, &found)),
			    "an entry of chart 'a' is empty");
	arena_close(mem);
}

static void test_short_versions(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct index_version found;
	buf out;
	assert_null(
		convert(mem,
			STR("apiVersion: v1\nentries:\n  a:\n  - {name: a, version: \"1.5\"}\n  "
			    "- {name: a, version: 1.2.0}\n"),
			&out));
	struct mapped *index = mapped_text(mem, buf_view(&out));
	assert_null(index_pick(mem, index, "a", "1.x", false, &found));
	assert_string_equal(found.version, "1.2.0");
	assert_null(index_pick(mem, index, "a", "1.x", true, &found));
	assert_string_equal(found.version, "1.5");
	assert_null(index_pick(mem, index, "a", "1.5", false, &found));
	assert_string_equal(found.version, "1.5");
	arena_close(mem);
}

static str many(arena *mem, const char *head, const char *fmt, size_t n)
{
	buf b = buf_init(mem);
	buf_text_add(&b, head);
	for (size_t i = 0; i < n; i++) {
		const char *number = strchr(fmt, '#');
		buf_add(&b, fmt, number ? (size_t)(number - fmt) : strlen(fmt));
		if (number)
			buf_printf(&b, "%zu%s", i, number + 1);
	}
	return buf_view(&b);
}

/* Memory does not grow with the index, whatever makes it large. */
static void test_memory(void **state)
{
	static const struct {
		const char *head, *fmt;
		size_t n;
	} rows[] = {
		{"apiVersion: v1\nentries:\n", "  c#:\n  - {name: c, version: 1.0.0, urls: [x]}\n",
		 90000},
		{"apiVersion: v1\nentries:\n  c:\n", "  - {name: c, version: 1.0.#, urls: [x]}\n",
		 90000},
		{"apiVersion: v1\nentries:\n  c:\n",
		 "  - name: c\n    version: 1.0.#\n    description: |\n      a\n      long\n      "
		 "one\n"
		 "    urls:\n    - https://example.org/charts/c-1.0.0.tgz\n",
		 90000},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *text_mem = arena_open(), *mem = arena_open();
		uint64_t written = 0;
		struct mapped *raw =
			mapped_text(text_mem, many(text_mem, rows[i].head, rows[i].fmt, rows[i].n));
		assert_null(index_convert(mem, raw, "/tmp", (struct sink){count, &written}));
		assert_true(written > raw->n);
		/* names of charts are kept, versions are not */
		assert_true(arena_bytes(mem) < (i ? (size_t)1 << 20 : (size_t)24 << 20));
		arena_close(mem);
		arena_close(text_mem);
	}
}

static void test_ceilings(void **state)
{
	static const struct {
		const char *head, *fmt;
		size_t n;
		const char *want;
	} rows[] = {
		{"apiVersion: v1\nentries:\n", "  c#:\n", INDEX_MAX_CHARTS + 1,
		 "error converting YAML to JSON: yaml: line 100003: more than 100000 keys"},
		{"apiVersion: v1\nentries:\n  c:\n", "  - {name: c, version: 1.0.#}\n",
		 INDEX_MAX_VERSIONS + 1,
		 "error converting YAML to JSON: chart 'c' has more than 100000 versions"},
		{"apiVersion: v1\nentries:\n  c:\n  - description: \"", "xxxxxxxxxxxxxxxx", 200000,
		 "error converting YAML to JSON: yaml: line 4: a value is larger than 2097152 "
		 "bytes"},
		{"{\"apiVersion\":\"v1\",\"entries\":{\"c\":[{\"description\":\"",
		 "xxxxxxxxxxxxxxxx", 200000,
		 "JSON: a value at byte 35 is larger than 2097152 bytes"},
		{"apiVersion: v1\nentries: ", "[", 100000,
		 "error converting YAML to JSON: yaml: line 2: nested deeper than 1000 levels"},
		{"{\"apiVersion\":\"v1\",\"entries\":", "[", 100000, NULL},
		{"apiVersion: v1\nentries:\n  a: &a [x,x,x,x,x,x,x,x,x,x]\n  b: &b "
		 "[*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
		 "  c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n  d: &d "
		 "[*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
		 "  e: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n  f: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n",
		 "", 0, NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		buf out;
		err *e = convert(mem, many(mem, rows[i].head, rows[i].fmt, rows[i].n), &out);
		assert_non_null(e);
		if (rows[i].want)
			assert_string_equal(err_text(mem, e), rows[i].want);
		arena_close(mem);
	}
}

/* Cut off anywhere, an index is refused or is another index; it never is read beyond its end. */
static void test_cut_off(void **state)
{
	(void)state;
	static const char *const texts[] = {"apiVersion: v1\nentries:\n  a:\n  - name: a\n    "
					    "version: 1.0.0\n    urls:\n    - \"x\"\n  b:\n"
					    "  - {name: b, version: 1.0.0, annotations: {a: "
					    "'b'}}\ngenerated: 2026-01-01T00:00:00Z\n",
					    "{\"apiVersion\":\"v1\",\"entries\":{\"a\":[{\"name\":"
					    "\"a\",\"version\":\"1.0.0\"}]}}"};
	for (size_t i = 0; i < 2; i++)
		for (size_t n = 0; n <= strlen(texts[i]); n++) {
			arena *mem = arena_open();
			struct index_version found;
			buf out;
			if (!convert(mem, (str){texts[i], n}, &out)) {
				err *e = index_pick(mem, mapped_text(mem, buf_view(&out)), "a", "",
						    false, &found);
				assert_true(!e || e->code == ERR_NOT_FOUND);
			}
			/* and a stored one that is damaged */
			(void)index_pick(mem, mapped_text(mem, (str){texts[i], n}), "a", "", false,
					 &found);
			arena_close(mem);
		}
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(test_recorded),       cmocka_unit_test(test_form),
	cmocka_unit_test(test_twice),	       cmocka_unit_test(test_empty_entry),
	cmocka_unit_test(test_short_versions), cmocka_unit_test(test_memory),
	cmocka_unit_test(test_ceilings),       cmocka_unit_test(test_cut_off),
};

int main(void)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
