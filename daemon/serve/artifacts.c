#include "serve/serve.h"

#include "base/path.h"
#include "pack/depot.h"

/* The listing of the root: what Flux's readiness probe asks for. */
static void answer_root(struct house *h, struct server_call *call)
{
	static const struct http_header html[] = {{"Content-Type", "text/html; charset=utf-8"},
						  {NULL, NULL}};
	struct tree *t;
	struct tree_entry *entries;
	size_t n = 0;
	buf b = buf_init(call->mem);
	err *e = tree_open(call->mem, depot_dir(h->depot), &t);
	if (!e)
		e = tree_list(call->mem, t, ".", &entries, &n);
	if (e) {
		server_answer_text(call, 500, "the storage cannot be read");
		return;
	}
	buf_text_add(&b, "<pre>\n");
	for (size_t i = 0; i < n; i++)
		if (entries[i].name[0] != '.' && entries[i].kind == TREE_DIR)
			buf_printf(&b, "<a href=\"%s/\">%s/</a>\n", entries[i].name,
				   entries[i].name);
	buf_text_add(&b, "</pre>\n");
	server_answer(call, 200, html, buf_view(&b));
}

/* Is it the path of an artifact: four names, none of which is the depot's own? */
static bool is_artifact(const char *path)
{
	str rest = str_of(path), part;
	int n = 0;
	if (!str_next(&rest, '/', &part) || part.n)
		return false;
	while (str_next(&rest, '/', &part)) {
		if (!part.n || part.p[0] == '.')
			return false;
		n++;
	}
	return n == 4 && !text_ends(path, ".lock");
}

static void handle(void *arg, struct server_call *call)
{
	struct house *h = arg;
	bool get = text_eq(call->method, "GET") || text_eq(call->method, "HEAD");
	if (!get)
		server_answer_text(call, 405, "only GET and HEAD are answered");
	else if (text_eq(call->path, "/"))
		answer_root(h, call);
	else if (is_artifact(call->path))
		server_answer_file(call, depot_local(call->mem, h->depot, call->path + 1), NULL,
				   NULL);
	else
		server_answer_text(call, 404, "404 page not found");
}

err *serve_artifacts(arena *mem, struct house *h, struct server **ret_server)
{
	struct server_settings s = {
		.address = h->options->storage_addr, .handle = handle, .arg = h};
	TRY_AS(mem, server_open(mem, h->loop, &s, ret_server), "--storage-addr");
	return NULL;
}
