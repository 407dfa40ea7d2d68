/* What a client-side apply changes, and which revisions go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "data/json.h"
#include "data/yaml.h"
#include "release/release_merge.h"
#include "release/release_store.h"

static val *yaml(arena *mem, const char *text)
{
	val *v;
	assert_null(yaml_parse(mem, str_of(text), &v));
	return v;
}

struct merge_case {
	enum merge_how how;
	const char *kind, *old, *wanted, *live, *patch; /* patch NULL: nothing to do */
};

static const struct merge_case cases[] = {
	/* nothing changed, others' fields stay */
	{MERGE_STRATEGIC, "Deployment", "{a: 1}", "{a: 1}", "{a: 1, b: 2, status: {x: 1}}", NULL},
	/* what drifted comes back, what is no longer wanted goes */
	{MERGE_STRATEGIC, "Deployment", "{a: 1, c: 3}", "{a: 1}", "{a: 2, b: 2, c: 3}",
	 "{\"a\":1,\"c\":null}"},
	/* containers by their names, ports by their numbers; what others added stays in its place */
	{MERGE_STRATEGIC, "Deployment",
	 "{spec: {template: {spec: {containers: [{name: a, image: x}, {name: old, image: y}]}}}}",
	 "{spec: {template: {spec: {containers: [{name: a, image: z}]}}}}",
	 "{spec: {template: {spec: {containers: [{name: side, image: s}, {name: old, image: y}, "
	 "{name: a, image: x, pull: Always}]}}}}",
	 "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"image\":\"s\",\"name\":\"side\"},"
	 "{\"image\":\"z\",\"name\":\"a\",\"pull\":\"Always\"}]}}}}"},
	{MERGE_STRATEGIC, "Deployment",
	 "{spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 80}]}]}}}}",
	 "{spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 80}]}]}}}}",
	 "{spec: {template: {spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: "
	 "TCP}]}]}}}}",
	 NULL},
	/* lists that do not merge are replaced */
	{MERGE_STRATEGIC, "Deployment",
	 "{spec: {template: {spec: {containers: [{name: a, args: [x]}]}}}}",
	 "{spec: {template: {spec: {containers: [{name: a, args: [k]}]}}}}",
	 "{spec: {template: {spec: {containers: [{name: a, args: [x, z]}]}}}}",
	 "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"args\":[\"k\"],\"name\":\"a\"}]}}}"
	 "}"},
	/* of custom resources only what was changed, whatever is there */
	{MERGE_PLAIN, "Widget", "{a: 1, c: 3}", "{a: 1, d: 4}", "{a: 2}", "{\"c\":null,\"d\":4}"},
	{MERGE_PLAIN, "Widget", "{a: 1}", "{a: 1}", "{a: 2}", NULL},
	/* or, when they are adopted, all that differs */
	{MERGE_THREE_WAY, "Widget", "{a: 1, l: [{name: x}]}", "{a: 1, l: [{name: x}]}",
	 "{a: 2, b: 1, l: [{name: y}]}", "{\"a\":1,\"l\":[{\"name\":\"x\"}]}"},
};

static void patches(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct merge_case *c = &cases[i];
		arena *mem = arena_open();
		struct gvk k = {"apps", "v1", c->kind};
		val *got = merge_patch(mem, &k, c->how, yaml(mem, c->old), yaml(mem, c->wanted),
				       yaml(mem, c->live));
		if (c->patch)
			assert_string_equal(json_text(mem, got, JSON_SORTED), c->patch);
		else
			assert_null(got);
		arena_close(mem);
	}
}

/* "5d 4s 3f": versions and the first letters of statuses, the newest first. */
static struct release_history history(arena *mem, const char *text)
{
	static const char *const names[] = {"deployed", "superseded", "failed"};
	struct release_history h = {NEW_N(mem, struct release_record, strlen(text)), 0, 0};
	for (; *text; text += text[2] ? 3 : 2) {
		struct release_record *r = &h.p[h.n++];
		r->version = text[0] - '0';
		for (size_t i = 0; i < 3; i++)
			if (names[i][0] == text[1])
				r->status = names[i];
	}
	return h;
}

static void the_oldest_go(void **state)
{
	(void)state;
	static const struct {
		const char *history;
		int64_t max;
		const char *gone;
	} rows[] = {
		{"3d 2s 1s", 0, ""},   {"3d 2s 1s", 4, ""},    {"3d 2s 1s", 3, "1"},
		{"3d 2s 1s", 2, "12"}, {"3d 2s 1s", 1, "12"},  {"3f 2f 1d", 2, "23"},
		{"3f 2f 1d", 1, "23"}, {"3f 2f 1f", 1, "123"}, {"1d", 1, ""},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		const struct release_record **gone;
		struct release_history h = history(mem, rows[i].history);
		size_t n = store_surplus(mem, &h, rows[i].max, &gone);
		char got[10] = "";
		for (size_t k = 0; k < n; k++)
			got[k] = (char)('0' + gone[k]->version);
		assert_string_equal(got, rows[i].gone);
		arena_close(mem);
	}
}

static void writes_make_a_history(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct release_history h = {NEW_N(mem, struct release_record, 8), 0, 0};
	static const struct {
		enum release_wrote what;
		const char *release;
	} writes[] = {
		{RELEASE_CREATED, "{version: 1, info: {status: pending-install}}"},
		{RELEASE_UPDATED, "{version: 1, info: {status: deployed}}"},
		{RELEASE_CREATED, "{version: 3, info: {status: failed}}"},
		{RELEASE_CREATED, "{version: 2, info: {status: superseded}}"},
		{RELEASE_DELETED, "{version: 1}"},
		{RELEASE_DELETED, "{version: 9}"},
		{RELEASE_UPDATED, "{version: 3, info: {status: deployed}}"},
	};
	for (size_t i = 0; i < sizeof(writes) / sizeof(*writes); i++)
		store_write(&h, &(struct release_write){writes[i].what,
							yaml(mem, writes[i].release), NULL});
	assert_int_equal(h.n, 2);
	assert_int_equal(h.p[0].version, 3);
	assert_string_equal(h.p[0].status, "deployed");
	assert_int_equal(h.p[1].version, 2);
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patches),
		cmocka_unit_test(the_oldest_go),
		cmocka_unit_test(writes_make_a_history),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
