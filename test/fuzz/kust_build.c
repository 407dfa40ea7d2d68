/* A folder of files, parted by lines "=== path", built as kustomize does and as Flux does: whatever
 * is in it, there is a result that can be printed, read and printed again, or an error with a text,
 * in bounded time. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "kust/kust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct tree *folder(arena *mem, str text)
{
	struct tree *t = tree_memory(mem);
	str path = STR("kustomization.yaml"), line;
	buf content = buf_init(mem);
	while (str_next(&text, '\n', &line)) {
		if (!str_starts(line, STR("=== "))) {
			buf_str(&content, line);
			buf_char(&content, '\n');
			continue;
		}
		tree_put(t, str_text(mem, path), buf_view(&content));
		path = str_sub(line, 4, line.n);
		content = buf_init(mem);
	}
	tree_put(t, str_text(mem, path), buf_view(&content));
	return t;
}

static void demand(bool holds)
{
	if (!holds)
		abort();
}

static void use(arena *mem, struct kust_object *o)
{
	str text;
	const val *v;
	if (kust_text(mem, o, &text) || kust_value(mem, o, &v))
		return;
	demand(kust_name(o) && kust_kind(o) && kust_namespace(o) && kust_api_version(o));
	kust_label(o, "a");
	if (!kust_replace_value(mem, o, v))
		kust_text(mem, o, &text);
}

static void build(arena *mem, struct tree *t, struct kust_options *o)
{
	struct kust_result *r = NULL;
	o->limits = (struct kust_limits){.files = 200,
					 .objects = 2000,
					 .depth = 16,
					 .deadline = clock_now() + 10 * CLOCK_SECOND};
	err *failed = kust_build(mem, t, "", o, &r);
	if (failed)
		demand(*err_text(mem, failed));
	for (size_t i = 0; !failed && i < r->n; i++)
		use(mem, r->p[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > 1 << 15)
		return 0;
	arena *mem = arena_open();
	struct tree *t = folder(mem, (str){(const char *)data, size});
	struct kust_options plain = {0}, flux = {.order = KUST_ORDER_FIFO, .any_path = true};
	struct kust_flux_overlay overlay = {.namespace_ = "ns", .name_prefix = "p-"};
	build(mem, t, &plain);
	if (!kust_flux(mem, t, "", &overlay, &flux))
		build(mem, t, &flux);
	arena_close(mem);
	return 0;
}
