#include "source/repo.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/map.h"
#include "base/path.h"
#include "crypt/digest.h"
#include "data/semver.h"
#include "net/url.h"
#include "source/nested.h"

#define KNOWN_MAX 4096 /* servers whose ways are remembered */

struct repos {
	arena *mem;
	const char *dir;
	struct remotes *remotes;
};

enum mode { MODE_BRANCH, MODE_ANY, MODE_TAG, MODE_SEMVER, MODE_NAME, MODE_COMMIT };

struct repo {
	const struct repo_source *source;
	struct remotes *all;
	struct remote *remote;
	struct nested *nested; /* submodules, where they are wanted */
	const char *shown;     /* the URL without a password */
	enum mode mode;
	struct repo_commit commit;
};

/* ---- all repositories ---- */

err *repos_open(arena *mem, const struct repos_settings *s, struct repos **ret_repos)
{
	TRY(file_mkdirs(mem, s->dir));
	arena *own = arena_open();
	struct repos *rs = NEW(own, struct repos);
	*rs = (struct repos){own, arena_text(own, s->dir), remotes_open(&s->remotes)};
	*ret_repos = rs;
	return NULL;
}

void repos_close(struct repos *rs)
{
	if (!rs)
		return;
	remotes_close(rs->remotes);
	arena_close(rs->mem);
}

static char *cache_of(arena *mem, const struct repos *rs, const char *owner)
{
	char *hex = digest_hex(mem, DIGEST_SHA256, str_of(owner));
	return arena_printf(mem, "%s/engine-%.32s", rs->dir, hex);
}

err *repos_forget(arena *mem, struct repos *rs, const char *owner)
{
	return file_remove_tree(mem, cache_of(mem, rs, owner));
}

/* ---- asking for references ---- */

static bool said(const char *text)
{
	return text && *text;
}

static err *ask(ctx *c, struct repo *r, const char *const *prefixes, size_t n, struct pkt_refs *ret)
{
	return remote_refs(c, r->remote, prefixes, n, ret);
}

static const struct pkt_ref *ref_named(const struct pkt_refs *refs, const char *name)
{
	for (size_t i = 0; i < refs->n; i++)
		if (text_eq(refs->p[i].name, name))
			return &refs->p[i];
	return NULL;
}

static err *cannot_clone(arena *mem, const struct repo *r, const err *e)
{
	/* as SSH servers say it; HTTP's 404 comes with their page */
	if (err_code(e) == ERR_NOT_FOUND && text_eq(e->text, "repository not found"))
		return err_new(mem, ERR_NOT_FOUND, "unable to clone: %s: git repository: '%s'",
			       e->text, r->shown);
	return err_wrap(mem, e, "unable to clone '%s'", r->shown);
}

static err *no_such_ref(arena *mem, const struct repo *r, const char *ref)
{
	return err_new(mem, ERR_NOT_FOUND, "unable to clone '%s': couldn't find remote ref \"%s\"",
		       r->shown, ref);
}

static err *is_empty(ctx *c, struct repo *r, bool *ret_empty)
{
	static const char *const all[] = {"HEAD", "refs/heads/", "refs/tags/"};
	struct pkt_refs refs;
	TRY(ask(c, r, all, 3, &refs));
	*ret_empty = refs.n == 0;
	return NULL;
}

/* A reference that is not there: is it the only thing that is missing? */
static err *missing(ctx *c, struct repo *r, const char *ref, const char *last)
{
	bool empty;
	err *failed = is_empty(c, r, &empty);
	if (failed)
		return cannot_clone(c->mem, r, failed);
	if (!empty)
		return no_such_ref(c->mem, r, ref);
	if (last)
		return err_new(c->mem, ERR_NOT_FOUND,
			       "unable to list remote for '%s': remote repository is empty",
			       r->shown);
	if (r->mode == MODE_BRANCH)
		return NULL; /* commit.id stays NULL */
	return err_new(c->mem, ERR_NOT_FOUND,
		       "unable to clone: remote repository is empty: git repository: '%s'",
		       r->shown);
}

static err *cannot_list(arena *mem, const struct repo *r, const err *e)
{
	return err_wrap(mem, e, "unable to list remote for '%s'", r->shown);
}

/* ---- resolving, a function for each kind of reference ---- */

static void found(struct repo *r, arena *mem, const char *id, const char *ref, const char *name,
		  const char *last)
{
	r->commit.id = id;
	r->commit.ref = ref;
	r->commit.revision = said(name) ? arena_printf(mem, "%s@sha1:%s", name, id)
					: arena_printf(mem, "sha1:%s", id);
	r->commit.unchanged = last && text_eq(last, r->commit.revision);
}

#define TAGS "refs/tags/"

static void reached_by(struct repo *r, const struct pkt_ref *p)
{
	if (!text_starts(p->name, TAGS))
		return;
	r->commit.tag = p->name + strlen(TAGS);
	r->commit.tag_id = p->peeled ? p->id : NULL;
}

static err *resolve_plain(ctx *c, struct repo *r, const char *folder, const char *name,
			  const char *last)
{
	const char *ref = arena_printf(c->mem, "%s%s", folder, name);
	struct pkt_refs refs;
	err *failed = ask(c, r, &ref, 1, &refs);
	if (failed)
		return last ? cannot_list(c->mem, r, failed) : cannot_clone(c->mem, r, failed);
	const struct pkt_ref *p = ref_named(&refs, ref);
	if (!p)
		return missing(c, r, ref, last);
	found(r, c->mem, p->peeled ? p->peeled : p->id, ref, name, last);
	reached_by(r, p);
	r->commit.polled = true;
	return NULL;
}

static err *resolve_name(ctx *c, struct repo *r, const char *last)
{
	const char *name = r->source->ref.name;
	str plain = str_of(name);
	bool peeled = str_ends(plain, STR("^{}"));
	if (peeled)
		plain.n -= 3;
	if (name[0] == '/' || text_ends(name, "/"))
		return err_new(c->mem, ERR_INVALID,
			       "ref %s is invalid; Git refs cannot begin or end with a slash '/'",
			       name);
	const char *ref = str_text(c->mem, plain);
	struct pkt_refs refs;
	err *failed = ask(c, r, &ref, 1, &refs);
	if (failed)
		return cannot_list(c->mem, r, failed);
	const struct pkt_ref *p = ref_named(&refs, ref);
	if (!p || (peeled && !p->peeled))
		return err_new(c->mem, ERR_NOT_FOUND,
			       "unable to resolve ref '%s' to a specific commit", name);
	found(r, c->mem, p->peeled ? p->peeled : p->id, name, name, last);
	reached_by(r, p);
	r->commit.polled = true;
	return NULL;
}

/* By the rules that Git has for short names. */
static err *resolve_any(ctx *c, struct repo *r, const char *last)
{
	static const struct {
		const char *before, *after;
	} rules[] = {{"", ""},
		     {"refs/", ""},
		     {"refs/tags/", ""},
		     {"refs/heads/", ""},
		     {"refs/remotes/", ""},
		     {"refs/remotes/", "/HEAD"}};
	enum { RULES = sizeof(rules) / sizeof(*rules) };
	const char *any = r->source->ref.any, *names[RULES];
	const struct pkt_ref *p = NULL;
	struct pkt_refs refs;
	for (int i = 0; i < RULES; i++)
		names[i] = arena_printf(c->mem, "%s%s%s", rules[i].before, any, rules[i].after);
	err *failed = ask(c, r, names, RULES, &refs);
	if (failed)
		return cannot_clone(c->mem, r, failed);
	for (int i = 0; i < RULES && !p; i++)
		p = ref_named(&refs, names[i]);
	if (!p)
		return missing(c, r, any, last);
	found(r, c->mem, p->peeled ? p->peeled : p->id, p->name, any, last);
	return NULL;
}

/* The commit is fixed; the server is asked only when it has to be fetched. */
static err *resolve_commit(ctx *c, struct repo *r, const char *last)
{
	const struct repo_ref *ref = &r->source->ref;
	const char *branch = said(ref->branch) ? ref->branch : NULL;
	const char *full = branch ? arena_printf(c->mem, "refs/heads/%s", branch) : "HEAD";
	const char *name = said(ref->name) ? ref->name : branch;
	found(r, c->mem, ref->commit, said(ref->name) ? ref->name : branch ? full : "", name, last);
	/* the name is taken at its word */
	reached_by(r, &(struct pkt_ref){.name = r->commit.ref});
	if (r->commit.unchanged)
		return NULL;
	struct pkt_refs refs;
	err *failed = ask(c, r, &full, 1, &refs);
	if (failed)
		return cannot_clone(c->mem, r, failed);
	if (!refs.n || (branch && !ref_named(&refs, full))) {
		/* a HEAD that points nowhere is no failure in a repository with branches */
		failed = missing(c, r, full, NULL);
		if (failed && (branch || !strstr(failed->text, "couldn't find remote ref")))
			return failed;
	}
	return NULL;
}

struct candidate {
	struct semver version;
	const struct pkt_ref *ref;
};

static const char *id_of(const struct pkt_ref *p)
{
	return p->peeled ? p->peeled : p->id;
}

static err *obtain(ctx *c, struct repo *r, const char *const *ids, size_t n)
{
	return remote_obtain(c, r->remote, ids, n, r->mode == MODE_COMMIT);
}

/* Of versions that are equal (v1.0.0 and 1.0.0, or another build) the newest commit counts. */
static err *newest(ctx *c, struct repo *r, const struct candidate *best, size_t n,
		   const struct pkt_ref **ret_ref)
{
	const char **ids = NEW_N(c->mem, const char *, n);
	int64_t latest = INT64_MIN;
	for (size_t i = 0; i < n; i++)
		ids[i] = id_of(best[i].ref);
	if (n > 1)
		TRY(obtain(c, r, ids, n));
	for (size_t i = 0; i < n; i++) {
		struct object_commit commit = {.time = 0};
		if (n > 1)
			TRY_AS(c->mem,
			       objects_commit(c->mem, remote_objects(r->remote), ids[i], &commit),
			       "unable to resolve commit of a tag revision");
		if (commit.time >= latest)
			*ret_ref = best[i].ref;
		latest = commit.time > latest ? commit.time : latest;
	}
	return NULL;
}

/* Keeps those that are the highest so far. */
static void consider(arena *mem, const struct semver_range *range, const struct pkt_ref *ref,
		     struct candidate *best, size_t *n)
{
	struct candidate k = {.ref = ref};
	str tag = str_of(ref->name + strlen("refs/tags/"));
	if (semver_parse_flux(mem, tag, &k.version) || !semver_range_has(range, &k.version))
		return;
	int order = *n ? semver_compare(&k.version, &best[0].version) : 1;
	if (order < 0)
		return;
	if (order > 0)
		*n = 0;
	best[(*n)++] = k;
}

static err *resolve_semver(ctx *c, struct repo *r, const char *last)
{
	static const char *const tags = TAGS;
	struct semver_range *range;
	struct pkt_refs refs;
	TRY_AS(c->mem, semver_range_parse(c->mem, str_of(r->source->ref.semver), &range),
	       "semver parse error");
	err *failed = ask(c, r, &tags, 1, &refs);
	if (failed)
		return cannot_clone(c->mem, r, failed);
	struct candidate *best = NEW_N(c->mem, struct candidate, refs.n);
	size_t n = 0;
	for (size_t i = 0; i < refs.n; i++)
		if (text_starts(refs.p[i].name, tags))
			consider(c->mem, range, &refs.p[i], best, &n);
	if (!n) {
		failed = missing(c, r, tags, NULL);
		if (failed && !strstr(failed->text, "couldn't find remote ref"))
			return failed;
		return err_new(c->mem, ERR_NOT_FOUND, "no match found for semver: %s",
			       r->source->ref.semver);
	}
	const struct pkt_ref *ref;
	TRY(newest(c, r, best, n, &ref));
	found(r, c->mem, id_of(ref), ref->name, ref->name + strlen(tags), last);
	reached_by(r, ref);
	return NULL;
}

static err *resolve(ctx *c, struct repo *r, const char *last)
{
	const struct repo_ref *ref = &r->source->ref;
	switch (r->mode) {
	case MODE_COMMIT:
		return resolve_commit(c, r, last);
	case MODE_NAME:
		return resolve_name(c, r, last);
	case MODE_TAG:
		return resolve_plain(c, r, "refs/tags/", ref->tag, last);
	case MODE_SEMVER:
		return resolve_semver(c, r, last);
	case MODE_ANY:
		return resolve_any(c, r, last);
	default:
		return resolve_plain(c, r, "refs/heads/",
				     said(ref->branch) ? ref->branch : "master", last);
	}
}

err *repo_resolve(ctx *c, struct repos *rs, const struct repo_source *s, const char *last,
		  struct repo **ret_repo)
{
	struct repo *r = NEW(c->mem, struct repo);
	*r = (struct repo){
		.source = s, .all = rs->remotes, .shown = remote_shown(c->mem, s->at.url)};
	r->mode = said(s->ref.commit)	? MODE_COMMIT
		  : said(s->ref.name)	? MODE_NAME
		  : said(s->ref.tag)	? MODE_TAG
		  : said(s->ref.semver) ? MODE_SEMVER
		  : said(s->ref.any)	? MODE_ANY
					: MODE_BRANCH;
	const char *cache = cache_of(c->mem, rs, s->owner);
	if (s->part)
		cache = arena_printf(c->mem, "%s/part-%.32s", cache,
				     digest_hex(c->mem, DIGEST_SHA256, str_of(s->part)));
	TRY(remote_open(c, rs->remotes, &s->at, cache, &r->remote));
	remote_begin(r->remote);
	TRY(resolve(c, r, last));
	*ret_repo = r;
	return NULL;
}

const struct repo_commit *repo_commit(const struct repo *r)
{
	return &r->commit;
}

/* ---- fetching ---- */

static char *utf8(arena *mem, const char *text)
{
	if (enc_is_utf8(str_of(text)))
		return arena_text(mem, text);
	buf b = buf_init(mem);
	for (const char *p = text; *p;) {
		size_t n = 1;
		while (n < 4 && p[n] && !enc_is_utf8((str){p, n}))
			n++;
		if (enc_is_utf8((str){p, n})) {
			buf_add(&b, p, n);
			p += n;
		} else {
			buf_text_add(&b, "\xef\xbf\xbd");
			p++;
		}
	}
	return buf_text(&b);
}

static err *no_such_commit(arena *mem, const char *id)
{
	return err_new(mem, ERR_NOT_FOUND,
		       "unable to resolve commit object for '%s': object not found", id);
}

err *repo_fetch(ctx *c, struct repo *r)
{
	const char *id = r->commit.id;
	remote_begin(r->remote);
	if (!pkt_is_id(str_of(id)))
		return no_such_commit(c->mem, id);
	const char *const ids[] = {id, r->commit.tag_id};
	err *failed = obtain(c, r, ids, r->source->tag && r->commit.tag_id ? 2 : 1);
	if (r->mode == MODE_COMMIT && err_code(failed) == ERR_NOT_FOUND)
		return no_such_commit(c->mem, id);
	remote_doubt(r->remote, failed);
	if (failed)
		return cannot_clone(c->mem, r, failed);
	if (r->source->modules)
		failed = nested_fetch(c, r->all, r->remote, id, &r->nested);
	if (failed)
		return cannot_clone(c->mem, r, failed);
	struct object_commit commit;
	failed = objects_commit(c->mem, remote_objects(r->remote), id, &commit);
	remote_doubt(r->remote, failed);
	if (failed)
		return err_wrap(c->mem, failed, "unable to resolve commit object for '%s'", id);
	r->commit.message = utf8(c->mem, commit.message);
	return NULL;
}

/* ---- content ---- */

static err *gather(ctx *c, struct repo *r, const struct content_limits *limits, struct gather *g)
{
	g->content = content_new(c->mem, limits);
	g->module = r->nested ? nested_gather : NULL;
	g->module_arg = r->nested;
	return gather_commit(c, g, r->remote, r->commit.id, "");
}

err *repo_content(ctx *c, struct repo *r, const char *const *directories, size_t n,
		  const struct content_limits *limits, struct content **ret_content)
{
	struct gather g = {.directories = directories, .n = n};
	TRY(gather(c, r, limits, &g));
	*ret_content = g.content;
	return NULL;
}

err *repo_tree(ctx *c, struct repo *r, const struct content_limits *limits, struct tree **ret_tree)
{
	struct gather g = {.tree = tree_memory(c->mem)};
	TRY(gather(c, r, limits, &g));
	*ret_tree = g.tree;
	return NULL;
}

err *repo_object(ctx *c, struct repo *r, const char *id, const char *type, str *ret_bytes)
{
	err *failed =
		objects_read(c->mem, remote_objects(r->remote), id, type, OBJECTS_TREE, ret_bytes);
	remote_doubt(r->remote, failed);
	return failed;
}

const char *repo_dir(const struct repo *r)
{
	return r->remote->dir;
}
