/*
 * kust_remote: which entries of a kustomization file lead elsewhere: repository URLs in the forms
 * that kustomize understands, and files over http(s). Nothing here touches the network.
 */
#ifndef SLUICE_KUST_REMOTE_H
#define SLUICE_KUST_REMOTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct kust_repo {
	const char *raw;  /* as written */
	const char *url;  /* what to clone */
	const char *path; /* of the repository, url without the host */
	const char *dir;  /* of the kustomization in it, "" for the top */
	const char *ref;  /* "" for the default branch */
	int64_t timeout;  /* ns */
	bool submodules;
};

/* Is it an http(s) URL? */
bool kust_remote_file(str entry);

/* Reads a repository URL; false when it is none. */
bool kust_remote_repo(arena *mem, str entry, struct kust_repo *ret_repo);

/* An entry for texts: a URL without its user and password, but SSH's user. */
char *kust_remote_shown(arena *mem, str entry);

#endif
