/*
 * remote: one repository at another place: where it is, who we are there, what of it is on disk already. Its connection is kept for
 * the next time, for a while.
 */
#ifndef SLUICE_REMOTE_H
#define SLUICE_REMOTE_H

#include "source/clients.h"
#include "source/stash.h"

struct remotes;

struct remotes_settings {
	loop *loop;
	const char *user_agent;
	uint64_t pack_max; /* bytes received in one fetch; 0: 1 GiB */
	const char *kex_algorithms,
		*hostkey_algorithms; /* of SSH, by commas; NULL: the usual ones */
	int64_t ssh_idle; /* ns that a session of SSH waits for its next look; 0: two minutes */
	int64_t ssh_life; /* ns after which it is not kept any more; 0: ten minutes */
};

/* What is kept for all of them. The caller owes remotes_close, before the loop closes. The settings' texts have to stay. */
struct remotes *remotes_open(const struct remotes_settings *s);
void remotes_close(struct remotes *rs);

/* For SSH: a private key, its passphrase (NULL: none), the hosts that are trusted. */
struct remote_keys {
	str identity, known_hosts;
	const char *passphrase;
};

struct remote_source {
	const char *
		url; /* http, https or ssh; its user and password are used where the login has none */
	struct login login;
	struct remote_keys keys;
	int64_t timeout; /* ns for each operation; 0: none */
};

struct remote {
	const struct remote_source *source;
	const char *shown;   /* the URL without a password */
	const char *url;     /* the URL without user and password, for HTTP */
	struct remotes *all; /* the rest is private */
	struct wire wire;
	const char *dir;
	struct stash *stash;
};

/* Makes one ready; nothing is sent. dir is where its objects are kept. ERR_INVALID for a login or keys that can't be used.
 * source has to stay. */
err *remote_open(ctx *c, struct remotes *rs, const struct remote_source *source, const char *dir,
		 struct remote **ret_remote);

/* A URL for messages: without a password, and without a user but SSH's, which is no secret. */
const char *remote_shown(arena *mem, const char *url);

/* An operation begins: its time runs from now. */
void remote_begin(struct remote *r);

/* The references as wire_refs gives them. */
err *remote_refs(ctx *c, struct remote *r, const char *const *prefixes, size_t n,
		 struct pkt_refs *ret_refs);

/* Brings commits here, as stash_obtain does. */
err *remote_obtain(ctx *c, struct remote *r, const char *const *ids, size_t n, bool any);

/* What is here, after remote_obtain. */
struct objects *remote_objects(const struct remote *r);

/* If that failure is one of an object that is missing or damaged, what is here is removed when the work ends. */
void remote_doubt(struct remote *r, const err *e);

#endif
