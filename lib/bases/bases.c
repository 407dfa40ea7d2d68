#include "bases/bases.h"

#include "base/clock.h"
#include "net/url.h"
#include "source/fetch.h"
#include "source/pktline.h"

/* ---- files ---- */

static err *get_file(struct bases *b, const struct kust_remote *what, struct kust_fetched *ret)
{
	arena *mem = b->ctx->mem;
	struct url *u;
	struct fetched state;
	TRY(url_parse_http(mem, what->url, &u));
	struct fetch f = {.clients = b->clients,
			  .home = what->url,
			  .login = {.user = u->user, .password = u->password},
			  .timeout = BASES_GET_TIME * CLOCK_SECOND,
			  .max = BASES_FILE_BYTES};
	u->user = u->password = NULL;
	f.url = url_text(mem, u);
	f.too_large = arena_printf(mem, "%s is larger than %zu bytes", f.url, BASES_FILE_BYTES);
	TRY(fetch_any(b->ctx, &f, &state, &ret->content));
	ret->status = state.status;
	return NULL;
}

/* ---- repositories ---- */

/* HTTP(S) alone: there is no key for SSH here, and no user whose files these could be. */
static err *check_scheme(arena *mem, const struct kust_remote *what)
{
	struct url *u;
	if (text_starts(what->url, "file://"))
		return err_new(
			mem, ERR_UNSUPPORTED,
			"'%s': repositories on this machine are not cloned; give the path of "
			"the folder",
			what->url);
	if (url_parse(mem, what->url, &u) ||
	    (!text_eq(u->scheme, "http") && !text_eq(u->scheme, "https")))
		return err_new(
			mem, ERR_UNSUPPORTED,
			"'%s': bases over SSH are not fetched, there is no key for them; use "
			"its https:// URL",
			remote_shown(mem, what->url));
	return NULL;
}

static err *get_clone(struct bases *b, const struct kust_remote *what, struct tree **ret_tree)
{
	ctx *c = b->ctx;
	struct repo *r;
	TRY(check_scheme(c->mem, what));
	struct repo_source *s = NEW(c->mem, struct repo_source); /* r keeps it */
	*s = (struct repo_source){.owner = b->owner,
				  .part = what->url,
				  .at = {.url = what->url, .timeout = what->timeout},
				  .modules = what->submodules};
	if (pkt_is_id(str_of(what->ref)))
		s->ref.commit = what->ref;
	else
		s->ref.any = *what->ref ? what->ref : "HEAD";
	TRY(repo_resolve(c, b->repos, s, NULL, &r));
	TRY(repo_fetch(c, r));
	return repo_tree(c, r, NULL, ret_tree);
}

static err *get_tree(struct bases *b, const struct kust_remote *what, struct kust_fetched *ret)
{
	const char *key =
		arena_printf(b->ctx->mem, "%s %s %d", what->ref, what->url, (int)what->submodules);
	if (!b->trees.mem)
		b->trees = map_init(b->ctx->mem);
	ret->tree = map_get(&b->trees, key);
	if (ret->tree)
		return NULL;
	TRY(get_clone(b, what, &ret->tree));
	map_set(&b->trees, key, ret->tree);
	return NULL;
}

err *bases_fetch(void *bases, arena *mem, const struct kust_remote *what, struct kust_fetched *ret)
{
	struct bases *b = bases;
	TRY(ctx_check(b->ctx));
	if (++b->n > BASES_MOST)
		return err_new(mem, ERR_LIMIT, "more than %d remote entries in one build",
			       BASES_MOST);
	err *failed = what->git ? get_tree(b, what, ret) : get_file(b, what, ret);
	return err_copy(mem, failed);
}
