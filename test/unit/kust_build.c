/* Whole builds from trees in memory: the result's face, remote entries, ceilings, the cache. */
#include "golden.h"

#include <pthread.h>

#include "base/clock.h"
#include "kust/kust.h"

static const char map_yaml[] =
	"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n  labels: {l: m}\ndata:\n  a: b\n";

static struct tree *tree_of(arena *mem, ...)
{
	struct tree *t = tree_memory(mem);
	va_list args;
	va_start(args, mem);
	for (const char *path; (path = va_arg(args, const char *));)
		tree_put(t, path, str_of(va_arg(args, const char *)));
	va_end(args);
	return t;
}

static const char *printed(arena *mem, const struct kust_result *r)
{
	buf b = buf_init(mem);
	assert_null(kust_print(mem, r, &b));
	return buf_text(&b);
}

static struct kust_result *built(arena *mem, struct tree *t, const char *path,
				 const struct kust_options *o)
{
	struct kust_result *r = NULL;
	err *failed = kust_build(mem, t, path, o, &r);
	if (failed)
		fail_msg("%s", err_text(mem, failed));
	return r;
}

/* What a build fails with. */
static const char *failure(arena *mem, struct tree *t, const struct kust_options *o, int code)
{
	struct kust_result *r = NULL;
	err *failed = kust_build(mem, t, "", o, &r);
	assert_non_null(failed);
	if (err_code(failed) != code)
		fail_msg("code %d: %s", err_code(failed), err_text(mem, failed));
	return err_text(mem, failed);
}

static void a_result_and_its_objects(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct kust_options o = {.order = KUST_ORDER_FIFO};
	struct tree *t = tree_of(mem, "d/kustomization.yaml",
				 "namespace: ns\nnamePrefix: p-\nresources: [cm.yaml]\n",
				 "d/cm.yaml", map_yaml, NULL);
	struct kust_result *r = built(mem, t, "d", &o);
	assert_int_equal(r->n, 1);
	struct kust_object *cm = r->p[0];
	assert_string_equal(kust_api_version(cm), "v1");
	assert_string_equal(kust_kind(cm), "ConfigMap");
	assert_string_equal(kust_name(cm), "p-cm");
	assert_string_equal(kust_namespace(cm), "ns");
	assert_string_equal(kust_label(cm, "l"), "m");
	assert_null(kust_annotation(cm, "l"));
	const val *v;
	assert_null(kust_value(mem, cm, &v));
	assert_string_equal(val_as_text(VAL_IN(v, "data", "a")), "b");

	/* substitution may change types and names; YAML 1.1 is read */
	assert_null(kust_replace_text(
		mem, cm,
		STR("apiVersion: v1\nkind: Secret\nmetadata: {name: on}\nx: 010\nz: yes\n")));
	assert_string_equal(kust_kind(cm), "Secret");
	assert_string_equal(kust_namespace(cm), "");
	assert_string_equal(
		printed(mem, r),
		"apiVersion: v1\nkind: Secret\nmetadata:\n  name: true\nx: 8\nz: true\n");
	assert_int_equal(err_code(kust_replace_text(mem, cm, STR("a: [b"))), ERR_INVALID);

	val *other = val_copy(mem, v);
	val_set_text(mem, val_get(other, "metadata"), "name", "third");
	assert_null(kust_replace_value(mem, cm, other));
	assert_string_equal(kust_name(cm), "third");
	arena_close(mem);
}

/* ---- remote entries --------------------------------------------------------------------------- */

struct net {
	char asked[2048];
	const char *text;
	int status;
	struct tree *tree;
};

static err *fetch(void *arg, arena *mem, const struct kust_remote *what, struct kust_fetched *got)
{
	struct net *net = arg;
	size_t n = strlen(net->asked);
	snprintf(net->asked + n, sizeof(net->asked) - n, "%s %s %s %lld %d\n",
		 what->git ? "git" : "get", what->url, what->ref,
		 (long long)(what->timeout / CLOCK_SECOND), what->submodules);
	if (what->git && !net->tree)
		return err_new(mem, ERR_IO, "no such host");
	got->tree = net->tree;
	got->status = net->status;
	got->content = str_of(net->text);
	return NULL;
}

static void remote_entries(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct net net = {.text = map_yaml, .status = 200};
	struct kust_options o = {.fetch = fetch, .fetch_arg = &net};
	struct tree *t = tree_of(mem, "kustomization.yaml",
				 "resources: [\"https://example.org/cm.yaml\"]\n", NULL);
	assert_non_null(strstr(printed(mem, built(mem, t, "", &o)), "name: cm"));
	assert_string_equal(net.asked, "get https://example.org/cm.yaml  0 0\n");

	net = (struct net){.text = "", .status = 404};
	assert_non_null(strstr(failure(mem, t, &o, ERR_NOT_FOUND),
			       "HTTP Error: status code 404 (Not Found)"));

	net = (struct net){.tree = tree_of(mem, "k/kustomization.yaml", "resources: [a.yaml]\n",
					   "k/a.yaml", map_yaml, NULL)};
	t = tree_of(
		mem, "kustomization.yaml",
		"resources: [\"https://github.com/o/r//k?ref=v1&timeout=9s&submodules=false\"]\n",
		NULL);
	assert_non_null(strstr(printed(mem, built(mem, t, ".", &o)), "name: cm"));
	assert_non_null(strstr(net.asked, "git https://github.com/o/r"));
	assert_non_null(strstr(net.asked, " v1 9 0\n"));

	net.tree = NULL;
	assert_non_null(strstr(failure(mem, t, &o, ERR_IO), "no such host"));

	/* a clone's files are a tree of their own */
	net.tree = tree_of(mem, "k/kustomization.yaml", "resources: [../../out.yaml]\n", NULL);
	tree_put(t, "out.yaml", str_of(map_yaml));
	assert_non_null(strstr(failure(mem, t, &o, ERR_FORBIDDEN), "must be within the repo"));

	o.fetch = NULL;
	assert_non_null(strstr(failure(mem, t, &o, ERR_FORBIDDEN), "remote bases are not allowed"));
	arena_close(mem);
}

/* ---- ceilings --------------------------------------------------------------------------------- */

static void ceilings(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct tree *t =
		tree_of(mem, "kustomization.yaml", "resources: [a, b.yaml]\n",
			"a/kustomization.yaml", "resources: [c, d.yaml]\n",
			"a/c/kustomization.yaml", "resources: [cm.yaml]\n", "a/c/cm.yaml", map_yaml,
			"a/d.yaml", "kind: D\napiVersion: v1\nmetadata: {name: d}\n", "b.yaml",
			"kind: B\napiVersion: v1\nmetadata: {name: b}\n", NULL);
	struct kust_options o = {0};
	assert_int_equal(built(mem, t, "", &o)->n, 3);
	o.limits = (struct kust_limits){.files = 5};
	assert_non_null(strstr(failure(mem, t, &o, ERR_LIMIT), "more than 5 files"));
	o.limits = (struct kust_limits){.file_bytes = 50};
	assert_non_null(strstr(failure(mem, t, &o, ERR_LIMIT), "cm.yaml is larger than 50 bytes"));
	o.limits = (struct kust_limits){.bytes = 150};
	failure(mem, t, &o, ERR_LIMIT);
	o.limits = (struct kust_limits){.objects = 2};
	assert_non_null(strstr(failure(mem, t, &o, ERR_LIMIT), "more than 2 resources"));
	o.limits = (struct kust_limits){.depth = 2};
	failure(mem, t, &o, ERR_LIMIT);
	o.limits = (struct kust_limits){.deadline = clock_now() - 1};
	failure(mem, t, &o, ERR_TIMEOUT);
	o = (struct kust_options){.enable_helm = true};
	t = tree_of(mem, "kustomization.yaml", "helmCharts: [{name: x, repo: 'https://e.org'}]\n",
		    NULL);
	assert_non_null(strstr(failure(mem, t, &o, ERR_UNSUPPORTED), "Helm charts"));
	arena_close(mem);
}

/* ---- the cache -------------------------------------------------------------------------------- */

struct sharer {
	pthread_t thread;
	struct kust_cache *cache;
	int wrong;
};

/* Builds the same files again and again, with overlays that change what the cache gave. */
static void *share(void *arg)
{
	struct sharer *s = arg;
	for (int i = 0; i < 50; i++) {
		arena *mem = arena_open();
		struct kust_options o = {.cache = s->cache};
		char name[32];
		snprintf(name, sizeof(name), "namePrefix: n%d-\n", i % 7);
		struct tree *t = tree_of(mem, "kustomization.yaml",
					 arena_printf(mem,
						      "%sresources: [cm.yaml]\nlabels: [{pairs: "
						      "{l: x%d}}]\n",
						      name, i % 3),
					 "cm.yaml", map_yaml, NULL);
		const char *want = arena_printf(mem, "name: n%d-cm\n", i % 7);
		const char *label = arena_printf(mem, "l: x%d\n", i % 3);
		const char *got = printed(mem, built(mem, t, "", &o));
		s->wrong += !strstr(got, want) || !strstr(got, label);
		arena_close(mem);
	}
	return NULL;
}

static void threads_share_a_cache(void **state)
{
	(void)state;
	struct sharer sharers[4] = {0};
	struct kust_cache *cache = kust_cache_open((size_t)1 << 20);
	for (int i = 0; i < 4; i++) {
		sharers[i].cache = cache;
		assert_int_equal(pthread_create(&sharers[i].thread, NULL, share, &sharers[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(sharers[i].thread, NULL);
		assert_int_equal(sharers[i].wrong, 0);
	}
	kust_cache_close(cache);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_and_its_objects),
		cmocka_unit_test(remote_entries),
		cmocka_unit_test(ceilings),
		cmocka_unit_test(threads_share_a_cache),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
