/* Releases as Helm stores them: what Helm wrote is read and written again to the byte; hostile records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "data/json.h"
#include "helm/helm.h"
#include "pack/gzip.h"

#define GOLDEN "test/golden/helm_release/"

static str text_of(arena *mem, const char *name)
{
	str text;
	assert_null(file_read(mem, arena_printf(mem, GOLDEN "%s", name), 1 << 20, &text));
	return str_trim(text);
}

/* The JSON inside of what is stored. */
static const char *stored(arena *mem, const val *release)
{
	str data, packed, text;
	assert_null(helm_release_encode(mem, NULL, release, &data));
	assert_true(enc_unbase64(mem, data, &packed));
	assert_null(gunzip_all(mem, packed, (struct gunzip_limits){.bytes = 1 << 20}, &text));
	return str_text(mem, text);
}

static void is_written_again(const char *name, const char *want)
{
	arena *mem = arena_open();
	val *release;
	assert_null(json_parse(mem, text_of(mem, name), &release));
	assert_string_equal(stored(mem, release), str_text(mem, text_of(mem, want)));
	arena_close(mem);
}

static void helm_4_to_the_byte(void **state)
{
	(void)state;
	is_written_again("helm4.json", "helm4.json");
}

static void helm_3_as_helm_4_would(void **state)
{
	(void)state;
	is_written_again("helm3.json", "helm3.want.json");
}

static void times_have_no_zeros_at_their_end(void **state)
{
	(void)state;
	arena *mem = arena_open();
	int64_t second = 1700000000 * CLOCK_SECOND;
	assert_string_equal(helm_release_time(mem, second), "2023-11-14T22:13:20Z");
	assert_string_equal(helm_release_time(mem, second + 120000000), "2023-11-14T22:13:20.12Z");
	assert_string_equal(helm_release_time(mem, second + 7), "2023-11-14T22:13:20.000000007Z");
	arena_close(mem);
}

static void a_secret_and_back(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *release, *labels, *secret, *back;
	assert_null(json_parse(mem, text_of(mem, "helm4.json"), &release));
	assert_null(json_parse(
		mem, STR("{\"team\":\"a\",\"status\":\"stale\",\"createdAt\":\"1\"}"), &labels));
	assert_null(helm_release_secret(mem, NULL, "apps", release, labels, "modifiedAt",
					5 * CLOCK_SECOND, &secret));
	assert_string_equal(json_text(mem, val_get(secret, "metadata"), JSON_PLAIN),
			    "{\"name\":\"sh.helm.release.v1.rel.v1\",\"namespace\":\"apps\","
			    "\"labels\":{\"team\":\"a\",\"name\":\"rel\",\"owner\":\"helm\","
			    "\"status\":\"deployed\",\"version\":\"1\",\"modifiedAt\":\"5\"}}");
	assert_string_equal(val_as_text(val_get(secret, "type")), "helm.sh/release.v1");
	assert_null(helm_release_of(mem, secret, &back));
	assert_true(val_eq(release, back));
	arena_close(mem);
}

/* Records from before releases were compressed. */
static void plain_json_is_read(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *release;
	str data = str_of(enc_base64(mem, STR("{\"name\":\"a\",\"version\":3}")));
	assert_null(helm_release_decode(mem, data, &release));
	assert_int_equal(val_as_int(val_get(release, "version"), 0), 3);
	arena_close(mem);
}

static void refuses(str data, enum err_code code)
{
	arena *mem = arena_open();
	val *release;
	assert_int_equal(err_code(helm_release_decode(mem, data, &release)), code);
	arena_close(mem);
}

static void hostile_records(void **state)
{
	(void)state;
	arena *mem = arena_open();
	str packed, zeros = {arena_alloc(mem, HELM_RELEASE_MAX + 1), HELM_RELEASE_MAX + 1};
	refuses(STR("?"), ERR_INVALID);
	refuses(STR(""), ERR_INVALID);
	refuses(str_of(enc_base64(mem, STR("[]"))), ERR_INVALID);
	assert_null(gzip_all(mem, STR("{\"name\":\"a\"}"), &packed));
	refuses(str_of(enc_base64(mem, str_sub(packed, 0, packed.n - 9))), ERR_INVALID);
	assert_null(gzip_all(mem, zeros, &packed));
	refuses(str_of(enc_base64(mem, packed)), ERR_LIMIT);
	arena_close(mem);
}

/* A chart's part, as Helm keeps it: Chart.yaml's fields by their JSON names, the lock, what dependencies
 * brought. */
static void a_chart(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *helm, *ours;
	struct chart *chart;
	struct tree *t;
	struct helm_result result;
	struct helm_options o = {.release = {"rel", "gold", 1, false}, .kube_version = "v1.36.4"};
	val *values;
	assert_null(json_parse(mem, text_of(mem, "helm4.json"), &helm));
	assert_null(json_parse(mem, STR("{\"a\":null,\"s\":\"<&>\",\"x\":{\"y\":3}}"), &values));
	assert_null(tree_open(mem, GOLDEN "chart", &t));
	assert_null(helm_read(mem, t, "", &chart));
	assert_null(helm_template(mem, chart, values, &o, &result));
	ours = helm_release_chart(mem, result.chart);
	val *theirs = val_get(helm, "chart");
	static const char *const parts[] = {"metadata", "lock", "values", "schema"};
	val *release = val_map(mem), *back;
	val_set(mem, release, "chart", ours);
	assert_null(json_parse(mem, str_of(stored(mem, release)), &back));
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(json_text(mem, VAL_IN(back, "chart", parts[i]), JSON_PLAIN),
				    json_text(mem, val_get(theirs, parts[i]), JSON_PLAIN));
	assert_string_equal(helm_release_manifest(mem, &result.sorted),
			    val_as_text(val_get(helm, "manifest")));
	val *hooks = helm_release_hooks(mem, &result.sorted);
	assert_int_equal(val_len(hooks), 2);
	for (size_t i = 0; i < 2; i++) {
		val *want = val_at(val_get(helm, "hooks"), i), *got = val_at(hooks, i);
		static const char *const same[] = {"name",     "kind",	 "path",
						   "manifest", "events", "output_log_policies"};
		for (size_t k = 0; k < 5 + (i == 0); k++)
			assert_string_equal(json_text(mem, val_get(got, same[k]), JSON_PLAIN),
					    json_text(mem, val_get(want, same[k]), JSON_PLAIN));
	}
	arena_close(mem);
}

static void values_that_are_reused(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *defaults, *config, *values, *ret;
	struct chart none = {.name = "a"}, *copy;
	assert_null(json_parse(mem, STR("{\"a\":1,\"b\":{\"c\":2,\"d\":3}}"), &defaults));
	assert_null(json_parse(mem, STR("{\"b\":{\"c\":null,\"e\":5}}"), &config));
	assert_null(json_parse(mem, STR("{\"b\":{\"e\":6},\"f\":7}"), &values));
	assert_null(helm_reuse_values(mem, &none, defaults, config, values, &copy, &ret));
	assert_string_equal(json_text(mem, copy->values, JSON_SORTED),
			    "{\"a\":1,\"b\":{\"d\":3,\"e\":5}}");
	assert_string_equal(json_text(mem, ret, JSON_SORTED),
			    "{\"b\":{\"c\":null,\"e\":6},\"f\":7}");
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helm_4_to_the_byte),
		cmocka_unit_test(helm_3_as_helm_4_would),
		cmocka_unit_test(times_have_no_zeros_at_their_end),
		cmocka_unit_test(a_secret_and_back),
		cmocka_unit_test(plain_json_is_read),
		cmocka_unit_test(hostile_records),
		cmocka_unit_test(a_chart),
		cmocka_unit_test(values_that_are_reused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
