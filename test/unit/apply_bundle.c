#include "table.h"

#include "apply/bundle.h"
#include "data/yaml.h"

static struct bundle *bundle(arena *mem, const char *yaml, const struct bundle_settings *s)
{
	val *docs;
	struct bundle *b;
	static const struct bundle_settings none = {0};
	assert_null(yaml_parse_all(mem, str_of(yaml), &docs));
	assert_null(bundle_from(mem, docs->list.p, val_len(docs), s ? s : &none, &b));
	return b;
}

static const char *order(arena *mem, const struct bundle *b)
{
	const char *all = "";
	for (size_t i = 0; i < b->n; i++)
		all = arena_printf(mem, "%s%s%s", all, i ? " " : "", b->p[i].name);
	return all;
}

static void kinds_go_in_order(void **state)
{
	(void)state;
	arena *mem = arena_open();
	static const char *const kinds[][2] = {
		{"admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"},
		{"x.io/v1", "Thing"},
		{"policy/v1", "PodDisruptionBudget"},
		{"apps/v1", "Deployment"},
		{"v1", "Service"},
		{"v1", "ConfigMap"},
		{"rbac.authorization.k8s.io/v1", "ClusterRoleBinding"},
		{"x.io/v1", "ThingClass"},
		{"storage.k8s.io/v1", "StorageClass"},
		{"rbac.authorization.k8s.io/v1", "ClusterRole"},
		{"v1", "Namespace"},
		{"apiextensions.k8s.io/v1", "CustomResourceDefinition"},
	};
	const char *yaml = "";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		yaml = arena_printf(mem, "%s---\napiVersion: %s\nkind: %s\nmetadata: {name: z}\n",
				    yaml, kinds[i][0], kinds[i][1]);
	struct bundle *b = bundle(mem, yaml, NULL);
	assert_string_equal(
		order(mem, b),
		"CustomResourceDefinition/z Namespace/z ClusterRole/z StorageClass/z ThingClass/z "
		"ClusterRoleBinding/z ConfigMap/z Service/z Deployment/z PodDisruptionBudget/z "
		"Thing/z ValidatingWebhookConfiguration/z");
	assert_int_equal(b->p[2].stage, BUNDLE_DEFINITIONS);
	assert_int_equal(b->p[4].stage, BUNDLE_CLASSES);
	assert_int_equal(b->p[5].stage, BUNDLE_REST);
	arena_close(mem);
}

static void equals_go_by_namespace_and_name(void **state)
{
	(void)state;
	arena *mem = arena_open();
	const char *const custom[] = {"x.io/Late", NULL};
	const struct bundle_settings s = {.custom = custom};
	struct bundle *b =
		bundle(mem,
		       "{apiVersion: v1, kind: Secret, metadata: {name: b, namespace: z}}\n---\n"
		       "{apiVersion: v1, kind: Secret, metadata: {name: a, namespace: z}}\n---\n"
		       "{apiVersion: v1, kind: Secret, metadata: {name: c, namespace: x}}\n---\n"
		       "{apiVersion: x.io/v1, kind: Late, metadata: {name: l, namespace: x}}\n",
		       &s);
	assert_string_equal(order(mem, b), "Late/x/l Secret/x/c Secret/z/a Secret/z/b");
	arena_close(mem);
}

static void lists_are_taken_apart(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct bundle *b = bundle(
		mem,
		"apiVersion: v1\nkind: List\nitems:\n"
		"- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {v: old}}\n"
		"- {apiVersion: v1, kind: ConfigMapList, items: [{apiVersion: v1, kind: ConfigMap, "
		"metadata: {name: b}}]}\n"
		"---\n{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, metadata: "
		"{name: k}}\n"
		"---\n{kind: ConfigMap, metadata: {name: no-version}}\n"
		"---\n{apiVersion: v1, kind: ConfigMap, metadata: {}}\n"
		"---\n{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {v: new}}\n",
		NULL);
	assert_string_equal(order(mem, b), "ConfigMap/a ConfigMap/b");
	assert_string_equal(val_as_text(VAL_IN(b->p[0].obj, "data", "v")), "new");
	arena_close(mem);
}

static void labels_of_owner_and_user(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *labels = val_map(mem);
	val_set_text(mem, labels, "team", "x");
	val_set_text(mem, labels, "g.io/name", "mine");
	const struct bundle_settings s = {
		.owner_group = "g.io", .owner_name = "app", .owner_ns = "ns", .labels = labels};
	struct bundle *b = bundle(
		mem, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: {team: y}}}",
		&s);
	const val *got = VAL_IN(b->p[0].obj, "metadata", "labels");
	assert_string_equal(json_text(mem, got, JSON_SORTED),
			    "{\"g.io/name\":\"mine\",\"g.io/namespace\":\"ns\",\"team\":\"x\"}");
	assert_null(VAL_IN(b->p[0].obj, "metadata", "annotations"));
	arena_close(mem);
}

static void shaped(const char *yaml, const char *want)
{
	arena *mem = arena_open();
	struct bundle *b = bundle(mem, yaml, NULL);
	assert_int_equal(b->n, 1);
	assert_string_equal(json_text(mem, b->p[0].obj, JSON_SORTED), want);
	arena_close(mem);
}

static void objects_get_flux_shape(void **state)
{
	(void)state;
	shaped("{apiVersion: v1, kind: Secret, metadata: {name: s, creationTimestamp: null, uid: "
	       "x}, data: {a: eA==, "
	       "b: eA==}, stringData: {a: \"y\"}}",
	       "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"eQ==\",\"b\":\"eA==\"},\"kind\":"
	       "\"Secret\",\"metadata\":{"
	       "\"name\":\"s\"}}");
	shaped("{apiVersion: v1, kind: Secret, metadata: {name: s}, stringData: {a: 5}}",
	       "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"s\"},"
	       "\"stringData\":{\"a\":5}}");
	shaped("{apiVersion: v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: 1}, "
	       "{port: 2, protocol: "
	       "UDP}]}, status: {x: 1}}",
	       "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\"},\"spec\":"
	       "{\"ports\":[{"
	       "\"port\":1,\"protocol\":\"TCP\"},{\"port\":2,\"protocol\":\"UDP\"}]}}");
	shaped("{apiVersion: x.io/v1, kind: Service, metadata: {name: s}, spec: {ports: [{port: "
	       "1}]}}",
	       "{\"apiVersion\":\"x.io/"
	       "v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"s\"},\"spec\":{\"ports\":[{"
	       "\"port\":1}]}}");
	shaped("{apiVersion: batch/v1, kind: CronJob, metadata: {name: s}, spec: {jobTemplate: "
	       "{spec: {template: "
	       "{spec: {containers: [{ports: [{containerPort: 1}]}]}}}}}}",
	       "{\"apiVersion\":\"batch/"
	       "v1\",\"kind\":\"CronJob\",\"metadata\":{\"name\":\"s\"},\"spec\":{"
	       "\"jobTemplate\":{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"ports\":[{"
	       "\"containerPort\":1,"
	       "\"protocol\":\"TCP\"}]}]}}}}}}");
	shaped("{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: "
	       "{name: s}, spec: "
	       "{conversion: {webhook: {clientConfig: {caBundle: Cg==, url: u}}}}, status: {x: 1}}",
	       "{\"apiVersion\":\"apiextensions.k8s.io/"
	       "v1\",\"kind\":\"CustomResourceDefinition\",\"metadata\":{"
	       "\"name\":\"s\"},\"spec\":{\"conversion\":{\"webhook\":{\"clientConfig\":{\"url\":"
	       "\"u\"}}}},"
	       "\"status\":{\"x\":1}}");
}

static void marks_are_labels_or_annotations(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct bundle *b = bundle(mem,
				  "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: "
				  "{kustomize.toolkit.fluxcd.io/prune: "
				  "Disabled, kustomize.toolkit.fluxcd.io/ssa: merge}, annotations: "
				  "{kustomize.toolkit.fluxcd.io/reconcile: DISABLED, "
				  "kustomize.toolkit.fluxcd.io/force: enabled}}}\n---\n"
				  "{apiVersion: v1, kind: ConfigMap, metadata: {name: b, "
				  "annotations: {kustomize.toolkit.fluxcd.io/ssa: "
				  "IfNotPresent, kustomize.toolkit.fluxcd.io/prune: enabled}}}",
				  NULL);
	struct bundle_marks m = b->p[0].marks, n = b->p[1].marks;
	assert_true(m.keep && m.disabled && m.force && m.mode == BUNDLE_MERGE);
	assert_true(!n.keep && !n.disabled && !n.force && n.mode == BUNDLE_IF_NOT_PRESENT);
	arena_close(mem);
}

static void hashes_tell_contents_apart(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct bundle *a = bundle(
		mem, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y, z: w}}",
		NULL);
	struct bundle *b = bundle(
		mem, "{kind: ConfigMap, apiVersion: v1, metadata: {name: a}, data: {z: w, x: y}}",
		NULL);
	struct bundle *c = bundle(
		mem, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, data: {x: y, z: v}}",
		NULL);
	assert_true(a->p[0].hash == b->p[0].hash);
	assert_true(a->p[0].hash != c->p[0].hash);
	assert_true(a->p[0].hash != 0);
	arena_close(mem);
}

static void one_label_that_is_no_text_hides_all(void **state)
{
	(void)state;
	arena *mem = arena_open();
	static const char *const labels[] = {"{n: 5, x: v}", "{x: v, n: true}", "[x]", "{x: v}"};
	static const struct bundle_settings s = {
		.owner_group = "g", .owner_name = "n", .owner_ns = "ns"};
	for (int i = 0; i < 4; i++) {
		val *docs;
		struct bundle *b;
		const char *text = arena_printf(
			mem, "{apiVersion: v1, kind: ConfigMap, metadata: {name: a, labels: %s}}",
			labels[i]);
		assert_null(yaml_parse_all(mem, str_of(text), &docs));
		assert_null(bundle_from(mem, docs->list.p, 1, &s, &b));
		const val *left = VAL_IN(b->p[0].obj, "metadata", "labels");
		assert_int_equal(val_len(left), i < 3 ? 2 : 3); /* the owner's two stand */
		assert_string_equal(val_as_text(val_get(left, "g/name")), "n");
	}
	arena_close(mem);
}

static void what_another_account_applied_is_not_the_same(void **state)
{
	(void)state;
	arena *mem = arena_open();
	static const char *const accounts[] = {NULL, "", "one", "two"};
	uint64_t hash[4];
	for (int i = 0; i < 4; i++) {
		val *docs;
		struct bundle *b;
		struct bundle_settings s = {.account = accounts[i]};
		const char *text = "{apiVersion: v1, kind: ConfigMap, metadata: {name: a}}";
		assert_null(yaml_parse_all(mem, str_of(text), &docs));
		assert_null(bundle_from(mem, docs->list.p, 1, &s, &b));
		hash[i] = b->p[0].hash;
		assert_true(hash[i]);
	}
	assert_true(hash[0] == hash[1]);
	assert_true(hash[2] != hash[0] && hash[3] != hash[0] && hash[2] != hash[3]);
	arena_close(mem);
}

static void kubernetes_own_groups(void **state)
{
	(void)state;
	assert_true(bundle_builtin_group(""));
	assert_true(bundle_builtin_group("apps"));
	assert_true(bundle_builtin_group("networking.k8s.io"));
	assert_false(bundle_builtin_group("gateway.networking.k8s.io"));
	assert_false(bundle_builtin_group("snapshot.storage.k8s.io"));
	assert_false(bundle_builtin_group("example.org"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_go_in_order),
		cmocka_unit_test(equals_go_by_namespace_and_name),
		cmocka_unit_test(lists_are_taken_apart),
		cmocka_unit_test(labels_of_owner_and_user),
		cmocka_unit_test(objects_get_flux_shape),
		cmocka_unit_test(marks_are_labels_or_annotations),
		cmocka_unit_test(hashes_tell_contents_apart),
		cmocka_unit_test(one_label_that_is_no_text_hides_all),
		cmocka_unit_test(what_another_account_applied_is_not_the_same),
		cmocka_unit_test(kubernetes_own_groups),
	};
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
