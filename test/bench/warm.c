/*
 * warm chart|kustomization FOLDER SECONDS: how many times a second one thread of a daemon, which has read everything
 * before, renders the chart or builds the kustomization: a new arena each time, the same caches.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "helm/helm.h"
#include "kust/kust.h"

#define CACHE_BYTES ((size_t)64 << 20)

struct task {
	struct chart *chart;
	struct tmpl_cache *templates;
	struct tree *tree;
	struct kust_cache *files;
};

static void take(void *arg, str text)
{
	buf_str(arg, text);
}

static err *render(const struct task *t, arena *mem, buf *out)
{
	struct helm_options o = {
		.release = {.name = "release-name", .ns = "default", .revision = 1},
		.kube_version = "1.34.0",
		.heads_only = true,
		.cache = t->templates,
		.digest = "the one",
		.tmpl = {.now = clock_wall()},
	};
	struct helm_print how = {0};
	struct helm_result result;
	TRY(helm_template(mem, t->chart, NULL, &o, &result));
	helm_print(&result, &how, take, out);
	return NULL;
}

static err *build(const struct task *t, arena *mem, buf *out)
{
	struct kust_options o = {.cache = t->files};
	struct kust_result *result;
	TRY(kust_build(mem, t->tree, "", &o, &result));
	return kust_print(mem, result, out);
}

static err *once(const struct task *t)
{
	arena *mem = arena_open();
	buf out = buf_init(mem);
	err *failed = t->chart ? render(t, mem, &out) : build(t, mem, &out);
	if (failed)
		fprintf(stderr, "%s\n", err_text(mem, failed));
	arena_close(mem);
	return failed;
}

/* Seconds that this thread had a core: others may want it, too. */
static double busy(void)
{
	struct timespec at;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	arena *mem = arena_open();
	struct task t = {0};
	err *failed = argc == 4 ? tree_open(mem, argv[2], &t.tree)
				: err_new(mem, ERR_INVALID, "three arguments are wanted");
	if (!failed && !strcmp(argv[1], "chart"))
		failed = helm_read(mem, t.tree, "", &t.chart);
	if (failed) {
		fprintf(stderr, "%s\n", err_text(mem, failed));
		return 1;
	}
	t.templates = tmpl_cache_open(CACHE_BYTES);
	t.files = kust_cache_open(CACHE_BYTES);
	if (once(&t))
		return 1;
	double began = busy();
	int64_t end = clock_now() + atoi(argv[3]) * CLOCK_SECOND, rounds = 0;
	for (; clock_now() < end; rounds++)
		once(&t);
	printf("%.1f\n", (double)rounds / (busy() - began));
	tmpl_cache_close(t.templates);
	kust_cache_close(t.files);
	arena_close(mem);
	return 0;
}
