#include "cli/remote_bases.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "bases/bases.h"
#include "cli/session.h"

#define TIMEOUT (10 * CLOCK_MINUTE)
#define AGENT "sluice/" SLUICE_VERSION
#define GIT_AGENT "git/" AGENT

struct lazy {
	arena *mem;
	struct bases *bases; /* NULL: not opened yet */
};

static void close_clients(void *arg)
{
	clients_close(arg);
}

static void close_repos(void *arg)
{
	repos_close(arg);
}

static err *open_bases(arena *mem, struct bases **ret)
{
	struct bases *b = NEW(mem, struct bases);
	struct session *s;
	const char *scratch = getenv("TMPDIR");
	char *dir;
	TRY(file_temp_dir(mem, scratch && *scratch ? scratch : "/tmp", "sluice-", &dir));
	TRY(session_open(mem, TIMEOUT, &s));
	struct repos_settings settings = {
		.dir = dir, .remotes = {.loop = session_loop(s), .user_agent = GIT_AGENT}};
	b->ctx = session_ctx(s);
	b->owner = "bases";
	b->clients = clients_open(session_loop(s), AGENT);
	arena_defer(mem, close_clients, b->clients);
	TRY(repos_open(mem, &settings, &b->repos));
	arena_defer(mem, close_repos, b->repos);
	*ret = b;
	return NULL;
}

static err *fetch(void *arg, arena *mem, const struct kust_remote *what, struct kust_fetched *ret)
{
	struct lazy *l = arg;
	if (!l->bases)
		TRY(open_bases(l->mem, &l->bases));
	return bases_fetch(l->bases, mem, what, ret);
}

void remote_bases_allow(arena *mem, struct kust_options *o)
{
	struct lazy *l = NEW(mem, struct lazy);
	l->mem = mem;
	o->fetch = fetch;
	o->fetch_arg = l;
}
