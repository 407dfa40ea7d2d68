#include "serve/serve.h"

#include "obs/probe.h"

static void answer(struct server_call *call, enum probe p)
{
	buf text = buf_init(call->mem);
	bool ok = probe_ok(p, &text);
	bool verbose = call->query && str_search(str_of(call->query), STR("verbose")) >= 0;
	if (ok && !verbose)
		server_answer_text(call, 200, "ok");
	else
		server_answer_text(call, ok ? 200 : 503, "%s%s", buf_text(&text),
				   ok ? "check passed" : "check failed");
}

static void handle(void *arg, struct server_call *call)
{
	(void)arg;
	if (text_eq(call->path, "/healthz") || text_eq(call->path, "/livez"))
		answer(call, PROBE_LIVE);
	else if (text_eq(call->path, "/readyz"))
		answer(call, PROBE_READY);
	else
		server_answer_text(call, 404, "not found: try /healthz or /readyz");
}

err *serve_probes(arena *mem, struct house *h, struct server **ret_server)
{
	struct server_settings s = {.address = h->options->health_addr, .handle = handle};
	TRY_AS(mem, server_open(mem, h->loop, &s, ret_server), "--health-addr");
	probe_set(PROBE_LIVE, "ping", true);
	return NULL;
}
