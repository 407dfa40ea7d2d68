/*
 * kust_load: reading a kustomization's files: where its folder is, what it may read, and how one
 * kustomization leads to another. A loader is one kustomization's view: its folder and the chain
 * of those that led there.
 */
#ifndef SLUICE_KUST_LOAD_H
#define SLUICE_KUST_LOAD_H

#include "kust/kust_object.h"
#include "kust/kust_remote.h"

struct kust_loader {
	struct kust_work *work;
	const struct kust_loader *up; /* who led here; NULL for the first */
	struct tree *tree;
	const char *root; /* the folder from the tree's root, links resolved; "." is the root */
	bool any_path;
	const struct kust_repo *repo; /* set for the folder of a clone */
	const char *clone;	      /* the clone's own root, from the tree's */
};

/* The first loader, at a folder of the tree. ERR_INVALID, ERR_NOT_FOUND "must build at directory: …". */
err *kust_loader_first(struct kust_work *w, struct tree *t, const char *path,
		       struct kust_loader **ret_loader);

/* The loader of a base or component: a folder or a repository. */
err *kust_loader_enter(const struct kust_loader *l, str path, struct kust_loader **ret_loader);

/* The folder as texts show it. */
const char *kust_loader_path(const struct kust_loader *l);

/* A file of the kustomization, by a path from its folder, or over http(s); and the same with the
 * content in an arena of its own. */
err *kust_load(const struct kust_loader *l, str path, str *ret_content);
err *kust_load_into(const struct kust_loader *l, arena *into, str path, str *ret_content);

/* Has the caller put something in this file's place? Then its content may be a secret. */
bool kust_load_replaced(const struct kust_loader *l, str path);

/* ERR_TIMEOUT once the build's deadline is over. */
err *kust_work_check(const struct kust_work *w);

#endif
