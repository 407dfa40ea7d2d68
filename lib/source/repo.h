/*
 * repo: a Git repository as a source: which commit a reference means right now, and what is in
 * it. Fetched without history into a cache of objects on disk, one for each owner (never shared: what one may read is
 * no secret kept from another), so that the next fetch brings only what is new. Nothing is
 * ever checked out.
 *
 * The texts of failures are those of Flux (fluxcd/pkg/git/gogit on go-git 5).
 */
#ifndef SLUICE_REPO_H
#define SLUICE_REPO_H

#include "source/content.h"
#include "source/remote.h"

struct repos;

struct repos_settings {
	const char *dir; /* of the caches */
	struct remotes_settings remotes;
};

/* The caller owes repos_close, before the loop closes. */
err *repos_open(arena *mem, const struct repos_settings *s, struct repos **ret_repos);
void repos_close(struct repos *rs);

/* Removes what is cached for an owner. */
err *repos_forget(arena *mem, struct repos *rs, const char *owner);

/* Which commit is meant: commit before name before tag before semver before any before branch; "master" without
 * any. NULL or "": not said. name with commit, and branch with commit, only give the revision its name. any is what `git fetch`
 * takes: "HEAD", a full name, a tag, a branch. */
struct repo_ref {
	const char *branch, *tag, *semver, *name, *commit, *any;
};

struct repo_source {
	const char *owner; /* "namespace/name" */
	const char *part;  /* which one of the owner's several repositories; NULL: it has one */
	struct remote_source at; /* its timeout is for resolving and for fetching, each */
	struct repo_ref ref;
	bool tag;     /* the tag's own object is fetched, too */
	bool modules; /* submodules are fetched, too, with theirs */
};

struct repo_commit {
	const char *id;	      /* 40 hexadecimal digits; NULL: the repository is empty */
	const char *ref;      /* "refs/heads/main"; "" for a commit without name or branch */
	const char *revision; /* "main@sha1:…", "refs/heads/main@sha1:…", "sha1:…" */
	bool unchanged;	      /* it is the revision that was observed last */
	bool polled; /* …and the server was asked for this one reference, as for a branch or tag */
	const char *tag;     /* the tag that led to it, without refs/tags/; NULL: none */
	const char *tag_id;  /* the object of that tag; NULL: it is lightweight */
	const char *message; /* after repo_fetch; well-formed UTF-8 */
};

struct repo;

/* Asks the server (one small request, once its version is known) which commit it is. last: the revision of the artifact that is
 * stored, NULL for none. ERR_INVALID for a range that is none; ERR_NOT_FOUND, ERR_UNAUTHORIZED, … The result lives in c->mem. */
err *repo_resolve(ctx *c, struct repos *rs, const struct repo_source *s, const char *last,
		  struct repo **ret_repo);
const struct repo_commit *repo_commit(const struct repo *r);

/* Brings the commit with its files here, unless they are. */
err *repo_fetch(ctx *c, struct repo *r);

/* The files of the commit; with directories (n > 0) only those whose paths begin with one of them. Links are left out. An object that is missing or
 * damaged empties the cache, so that the next fetch begins anew. */
err *repo_content(ctx *c, struct repo *r, const char *const *directories, size_t n,
		  const struct content_limits *limits, struct content **ret_content);

/* The same, with the links, as a tree whose files are read when they are wanted. It lives in c->mem, and as long as r. */
err *repo_tree(ctx *c, struct repo *r, const struct content_limits *limits, struct tree **ret_tree);

/* The bytes of an object that is here, "commit" or "tag". They live in c->mem. */
err *repo_object(ctx *c, struct repo *r, const char *id, const char *type, str *ret_bytes);

/* The folder of its cache, to be named in messages. */
const char *repo_dir(const struct repo *r);

#endif
