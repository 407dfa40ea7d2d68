/*
 * bases: what kustomizations name that lies elsewhere: repositories by Git over HTTP(S), single files by GET. The callback
 * that the box kust wants, made of the source floor. On workers; a struct serves one build, in c->mem.
 *
 *	struct bases b = {.ctx = c, .repos = repos, .clients = clients, .owner = "Kustomization/apps/web"};
 *	struct kust_options o = {.fetch = bases_fetch, .fetch_arg = &b};
 */
#ifndef SLUICE_BASES_H
#define SLUICE_BASES_H

#include "kust/kust_options.h"
#include "source/clients.h"
#include "source/repo.h"

#define BASES_MOST 200			    /* fetched in one build */
#define BASES_FILE_BYTES ((size_t)16 << 20) /* of one file by GET */
#define BASES_GET_TIME 60		    /* s for one file */

struct bases {
	ctx *ctx;
	struct repos *repos;	 /* repos_forget(owner) removes what builds have kept there */
	struct clients *clients; /* for files */
	const char *owner;
	size_t n;	  /* fetched so far */
	struct map trees; /* of repositories that came already, by entry (private) */
};

/* Repositories come without history at the commit that the entry's ref means now, within its timeout, and are read without a checkout.
 * Credentials are those of the entry's own URL, and no text tells them. ERR_UNSUPPORTED for ssh and file URLs; ERR_LIMIT;
 * ERR_UNAUTHORIZED, ERR_NOT_FOUND, … */
err *bases_fetch(void *bases, arena *mem, const struct kust_remote *what,
		 struct kust_fetched *ret_got);

#endif
