/* A chart, looked over by lint, which reads and renders it: an archive, or a text of files, each behind a line "== PATH". */
#include "helm/helm_lint.h"

#define MARK "== "

static void put_file(struct tree *t, arena *mem, str part)
{
	str path, content;
	str_cut(part, '\n', &path, &content);
	if (path.n && path.n < 200)
		tree_put(t, str_text(mem, path), content);
}

static struct tree *files_of(arena *mem, str text)
{
	struct tree *t = tree_memory(mem);
	for (ptrdiff_t next; text.n; text = str_sub(text, (size_t)next + 1, text.n)) {
		next = str_search(text, STR("\n" MARK));
		str part = next < 0 ? text : str_sub(text, 0, (size_t)next + 1);
		if (str_starts(part, STR(MARK)))
			put_file(t, mem, str_sub(part, sizeof(MARK) - 1, part.n));
		if (next < 0)
			break;
	}
	return t;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str text = {(const char *)data, size};
	struct lint_options o = {
		.ns = "default",
		.tmpl = {.limits = {.steps = 100000, .output = 1 << 20, .memory = 64 << 20},
			 .now = INT64_C(1700000000000000000)},
	};
	lint_messages messages;
	struct chart *c;
	if (str_starts(text, STR("\x1f\x8b")))
		helm_unpack(mem, text, &c);
	else
		helm_lint(mem, files_of(mem, text), "", "/chart", NULL, &o, &messages);
	arena_close(mem);
	return 0;
}
