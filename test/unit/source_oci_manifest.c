/* A registry's documents, good ones and hostile ones, and its failures as texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "source/oci_fault.h"
#include "source/oci_manifest.h"

#define EMPTY "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#define HI "sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"
#define LAYER(type, digest, size)                                                                  \
	"{\"mediaType\":\"" type "\",\"digest\":\"" digest "\",\"size\":" size "}"

static void a_manifest(void **state)
{
	static const char text[] =
		"{\"schemaVersion\":2,\"mediaType\":\"m\",\"artifactType\":\"t\",\"config\":" LAYER(
			"c", EMPTY,
			"0") ",\"layers\":[" LAYER("a", EMPTY,
						   "0") "," LAYER("b", HI,
								  "2") "],"
								       "\"annotations\":{\"k\":"
								       "\"v\"},\"unknown\":[{}]}";
	arena *mem = arena_open();
	struct oci_manifest *m;
	(void)state;
	assert_null(oci_manifest_parse(mem, STR(text), "", HI, &m));
	assert_string_equal(m->type, "m");
	assert_string_equal(m->artifact_type, "t");
	assert_string_equal(m->digest, HI);
	assert_string_equal(m->config.type, "c");
	assert_int_equal(m->n_layers, 2);
	assert_string_equal(oci_manifest_layer(m, "b")->digest, HI);
	assert_int_equal(oci_manifest_layer(m, "b")->size, 2);
	assert_null(oci_manifest_layer(m, "x"));
	assert_string_equal(val_as_text(val_get(m->annotations, "k")), "v");
	assert_null(oci_manifest_parse(mem, STR("{}"), "x", HI, &m));
	assert_string_equal(m->type, "x");
	assert_int_equal(m->n_layers, 0);
	assert_string_equal(m->config.digest, "");
	arena_close(mem);
}

static void bytes_given_along(void **state)
{
	static const char good[] = "{\"layers\":[{\"digest\":\"" HI "\",\"size\":2,\"data\":"
				   "\"aGk=\"}]}";
	static const char lies[] = "{\"layers\":[{\"digest\":\"" EMPTY "\",\"size\":2,\"data\":"
				   "\"aGk=\"}]}";
	static const char longer[] = "{\"layers\":[{\"digest\":\"" HI "\",\"size\":3,\"data\":"
				     "\"aGk=\"}]}";
	arena *mem = arena_open();
	struct oci_manifest *m;
	(void)state;
	assert_null(oci_manifest_parse(mem, STR(good), "", HI, &m));
	assert_true(str_is(m->layers[0].data, "hi"));
	assert_int_equal(err_code(oci_manifest_parse(mem, STR(lies), "", HI, &m)), ERR_INVALID);
	assert_int_equal(err_code(oci_manifest_parse(mem, STR(longer), "", HI, &m)), ERR_INVALID);
	arena_close(mem);
}

static void hostile_manifests(void **state)
{
	static const char *const rows[] = {
		"",
		"[]",
		"null",
		"{\"mediaType\":5}",
		"{\"mediaType\":\"a\\u0000b\"}",
		"{\"layers\":{}}",
		"{\"layers\":\"x\"}",
		"{\"layers\":[null]}",
		"{\"layers\":[{}]}",
		"{\"layers\":[" LAYER("a", "sha256:../../../etc/passwd", "1") "]}",
		"{\"layers\":[" LAYER("a", "sha512:00", "1") "]}",
		"{\"layers\":[" LAYER("a", HI "/x", "1") "]}",
		"{\"layers\":[" LAYER("a", HI, "-1") "]}",
		"{\"layers\":[" LAYER("a", HI, "1.5") "]}",
		"{\"layers\":[" LAYER("a", HI, "1e300") "]}",
		"{\"layers\":[" LAYER("a", HI, "\"1\"") "]}",
		"{\"layers\":[{\"digest\":\"" HI "\"}]}",
		"{\"config\":[]}",
		"{\"config\":{\"digest\":\"x\"}}",
		"{\"annotations\":[]}",
		"{\"annotations\":{\"a\":1}}",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		struct oci_manifest *m;
		err *e = oci_manifest_parse(mem, str_of(rows[i]), "", HI, &m);
		if (err_code(e) != ERR_INVALID)
			fail_msg("%s: %s", rows[i], e ? err_text(mem, e) : "taken");
		arena_close(mem);
	}
}

static void ceilings(void **state)
{
	arena *mem = arena_open();
	struct oci_manifest *m;
	buf b = buf_init(mem);
	(void)state;
	buf_text_add(&b, "{\"layers\":[");
	for (int i = 0; i <= OCI_LAYERS_MAX; i++)
		buf_printf(&b, "%s" LAYER("a", HI, "1"), i ? "," : "");
	buf_text_add(&b, "]}");
	assert_int_equal(err_code(oci_manifest_parse(mem, buf_view(&b), "", HI, &m)), ERR_LIMIT);
	buf_clear(&b);
	buf_text_add(&b, "{\"annotations\":{");
	for (int i = 0; i <= OCI_ANNOTATIONS_MAX; i++)
		buf_printf(&b, "%s\"k%d\":\"\"", i ? "," : "", i);
	buf_text_add(&b, "}}");
	assert_int_equal(err_code(oci_manifest_parse(mem, buf_view(&b), "", HI, &m)), ERR_LIMIT);
	buf_clear(&b);
	buf_fill(&b, ' ', OCI_MANIFEST_MAX + 1);
	assert_int_equal(err_code(oci_manifest_parse(mem, buf_view(&b), "", HI, &m)), ERR_LIMIT);
	arena_close(mem);
}

static void indexes(void **state)
{
#define OF(os, arch) ",\"platform\":{\"os\":\"" os "\",\"architecture\":\"" arch "\"}"
#define CHILD(digest, more) "{\"digest\":\"" digest "\",\"size\":1" more "}"
	static const struct {
		const char *text, *want; /* NULL: not found */
	} rows[] = {
		{"{\"manifests\":[" CHILD(HI, OF("linux", "arm64")) "," CHILD(
			 EMPTY, OF("linux", "amd64")) "]}",
		 EMPTY},
		{"{\"manifests\":[" CHILD(HI, "") "," CHILD(EMPTY, OF("linux", "amd64")) "]}", HI},
		{"{\"manifests\":[" CHILD(HI, OF("windows", "amd64")) "]}", NULL},
		{"{\"manifests\":[]}", NULL},
		{"{}", NULL},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		arena *mem = arena_open();
		struct oci_descriptor d;
		err *e = oci_manifest_of_index(mem, str_of(rows[i].text), "x", &d);
		assert_int_equal(err_code(e), rows[i].want ? 0 : ERR_NOT_FOUND);
		if (!e)
			assert_string_equal(d.digest, rows[i].want);
		arena_close(mem);
	}
	assert_true(oci_manifest_is_index(OCI_TYPE_INDEX));
	assert_true(oci_manifest_is_index(OCI_TYPE_DOCKER_INDEX "; charset=utf-8"));
	assert_false(oci_manifest_is_index(OCI_TYPE_MANIFEST));
	assert_false(oci_manifest_is_index(""));
}

static void tags(void **state)
{
	arena *mem = arena_open();
	struct oci_tags t = {0};
	(void)state;
	assert_null(oci_tags_read(mem,
				  STR("{\"name\":\"x\",\"tags\":[\"1.0\",\"a/../b\",5,\"\",null,"
				      "\"a\\u0000\",\"1.1_b\",\"-x\"]}"),
				  &t));
	assert_null(oci_tags_read(mem, STR("{\"tags\":null}"), &t));
	assert_null(oci_tags_read(mem, STR("{}"), &t));
	assert_int_equal(t.n, 2);
	assert_string_equal(t.p[0], "1.0");
	assert_string_equal(t.p[1], "1.1_b");
	assert_int_equal(err_code(oci_tags_read(mem, STR("[]"), &t)), ERR_INVALID);
	assert_int_equal(err_code(oci_tags_read(mem, STR("{\"tags\":{}}"), &t)), ERR_INVALID);
	assert_int_equal(err_code(oci_tags_read(mem, STR("<html>"), &t)), ERR_INVALID);
	arena_close(mem);
}

static void failures_as_texts(void **state)
{
	static const struct {
		int status;
		bool head;
		const char *body, *text;
	} rows[] = {
		{404, false,
		 "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\","
		 "\"detail\":{\"Tag\":\"1.0\"}}]}",
		 "MANIFEST_UNKNOWN: manifest unknown; map[Tag:1.0]"},
		{401, false,
		 "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication "
		 "required\","
		 "\"detail\":[{\"Type\":\"repository\",\"Class\":\"\",\"Name\":\"a/b\",\"Action\":"
		 "\"pull\"}]}]}",
		 "UNAUTHORIZED: authentication required; [map[Action:pull Class: Name:a/b "
		 "Type:repository]]"},
		{400, false,
		 "{\"errors\":[{\"code\":\"A\",\"message\":\"a\"},{\"code\":\"B\",\"message\":"
		 "\"b\","
		 "\"detail\":[1,1000000,1.5,true,null,\"x\"]}]}",
		 "multiple errors returned: A: a; B: b; [1 1e+06 1.5 true <nil> x]"},
		{404, true, "",
		 "unexpected status code 404 Not Found (HEAD responses have no body, use GET for "
		 "details)"},
		{502, false, "<html>", "unexpected status code 502 Bad Gateway: <html>"},
		{500, false, "", "unexpected status code 500 Internal Server Error"},
		{404, false, "{\"errors\":[]}",
		 "unexpected status code 404 Not Found: {\"errors\":[]}"},
	};
	arena *mem = arena_open();
	buf b = buf_init(mem);
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(
			oci_fault_text(mem, rows[i].status, rows[i].head, str_of(rows[i].body)),
			rows[i].text);
	/* a long page is cut, at a whole character */
	for (int i = 0; i < 1000; i++)
		buf_text_add(&b, "ä€");
	size_t n = strlen(oci_fault_text(mem, 500, false, buf_view(&b)));
	assert_true(n <= OCI_FAULT_MAX + 60 && n > OCI_FAULT_MAX - 10);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manifest),	     cmocka_unit_test(bytes_given_along),
		cmocka_unit_test(hostile_manifests), cmocka_unit_test(ceilings),
		cmocka_unit_test(indexes),	     cmocka_unit_test(tags),
		cmocka_unit_test(failures_as_texts),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
