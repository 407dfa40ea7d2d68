/* The kustomization file that a Flux Kustomization builds: generated or the folder's own, with the
 * overlay on it. */
#include "golden.h"

#include "data/yaml.h"
#include "kust/kust.h"

static const char map_yaml[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n";

static struct tree *folder(arena *mem)
{
	struct tree *t = tree_memory(mem);
	tree_put(t, "d/b.yaml", str_of(map_yaml));
	tree_put(t, "d/a.yml", str_of(map_yaml));
	tree_put(t, "d/notes.json", STR("{"));
	tree_put(t, "d/deep/er/c.yaml", str_of(map_yaml));
	tree_put(t, "d/own/Kustomization", STR("resources: [x.yaml]\n"));
	tree_put(t, "d/own/x.yaml", STR("no object"));
	tree_put(t, "bad/a.yaml", STR("a: b\n"));
	tree_put(t, "file", STR("x"));
	tree_put(t, "mine/kustomization.yml", STR("resources: [../d, gone.yaml]\nnamePrefix: 1\n"));
	tree_put(t, "none/readme", STR("x"));
	return t;
}

/* The file that is built, as JSON-like YAML with sorted keys. */
static const char *file_of(arena *mem, const char *path, const struct kust_flux_overlay *f,
			   const char *at)
{
	struct kust_options o = {0};
	err *failed = kust_flux(mem, folder(mem), path, f, &o);
	if (failed)
		return err_text(mem, failed);
	const str *text = map_get(o.instead, at);
	assert_non_null(text);
	return str_text(mem, *text);
}

static void generates(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct kust_flux_overlay none = {0};
	assert_string_equal(file_of(mem, "d", &none, "d/kustomization.yaml"),
			    "apiVersion: kustomize.config.k8s.io/v1beta1\n"
			    "kind: Kustomization\n"
			    "resources:\n"
			    "- ./a.yml\n"
			    "- ./b.yaml\n"
			    "- ./deep/er/c.yaml\n"
			    "- ./own\n");
	assert_non_null(
		strstr(file_of(mem, "none", &none, "none/kustomization.yaml"), "_placeholder"));
	assert_non_null(strstr(file_of(mem, "bad", &none, ""),
			       "failed to decode Kubernetes YAML from bad/a.yaml"));
	assert_non_null(strstr(file_of(mem, "nope", &none, ""), "no such file or directory"));
	assert_non_null(strstr(file_of(mem, "file", &none, ""), "not a directory"));
	arena_close(mem);
}

static void leaves_out(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct ignore *g = ignore_new(mem);
	ignore_read(g, STR("*.yml\n/deep\n/own/\n"), (struct ignore_domain){0});
	struct kust_flux_overlay f = {.skip = g, .drop = g};
	assert_string_equal(file_of(mem, "d", &f, "d/kustomization.yaml"),
			    "apiVersion: kustomize.config.k8s.io/v1beta1\n"
			    "kind: Kustomization\n"
			    "resources:\n"
			    "- ./b.yaml\n");
	assert_non_null(strstr(file_of(mem, "mine", &f, ""), "lstat mine/gone.yaml"));
	arena_close(mem);
}

static void lays_over(void **state)
{
	(void)state;
	arena *mem = arena_open();
	val *spec;
	assert_null(yaml_parse(mem,
			       STR("patches: [{patch: p, target: {kind: K}}]\n"
				   "images: [{name: a, newTag: '1'}, {name: a, digest: d}]\n"
				   "components: [../d, missing]\n"
				   "buildMetadata: [originAnnotations]\n"),
			       &spec));
	struct kust_flux_overlay f = {.namespace_ = "ns",
				      .name_suffix = "-s",
				      .patches = val_get(spec, "patches"),
				      .images = val_get(spec, "images"),
				      .components = val_get(spec, "components"),
				      .ignore_missing_components = true,
				      .build_metadata = val_get(spec, "buildMetadata")};
	assert_string_equal(file_of(mem, "mine", &f, "mine/kustomization.yml"),
			    "apiVersion: kustomize.config.k8s.io/v1beta1\n"
			    "buildMetadata:\n"
			    "- originAnnotations\n"
			    "components:\n"
			    "- ../d\n"
			    "images:\n"
			    "- digest: d\n"
			    "  name: a\n"
			    "kind: Kustomization\n"
			    "namePrefix: \"1\"\n"
			    "nameSuffix: -s\n"
			    "namespace: ns\n"
			    "patches:\n"
			    "- patch: p\n"
			    "  target:\n"
			    "    kind: K\n"
			    "resources:\n"
			    "- ../d\n"
			    "- gone.yaml\n");
	f.ignore_missing_components = false;
	assert_non_null(strstr(file_of(mem, "mine", &f, "mine/kustomization.yml"), "- missing\n"));
	assert_null(yaml_parse(mem, STR("[https://e.org/x]"), &spec));
	f.components = spec;
	assert_string_equal(file_of(mem, "mine", &f, ""),
			    "component path 'https://e.org/x' must be local and relative");
	arena_close(mem);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(generates),
		cmocka_unit_test(leaves_out),
		cmocka_unit_test(lays_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
