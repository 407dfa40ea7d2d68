/*
 * ssh_pool: sessions of SSH that are logged in and wait for their next command, so that a poll need not connect, shake hands and
 * log in anew. One is used again only by who comes with the same key: the digest of all that decided about it. A session that
 * waits has its next channel open already, and the variable of its environment set. Any thread; a session that was taken is its
 * taker's alone. Sessions are net/ssh's; others but open a pool and close it.
 */
#ifndef SLUICE_SSH_POOL_H
#define SLUICE_SSH_POOL_H

#include "rt/loop.h"

/* A session that is logged in. */
struct ssh_line {
	struct ssh_session_struct *session; /* NULL: none */
	struct ssh_channel_struct *next; /* for the next command, open or about to be; NULL: none */
	int fd;				 /* the session's own */
	int64_t born;			 /* on clock_now */
	const char *name,
		*value; /* a variable of each command's environment; static texts, NULL: none */
};

struct ssh_pool;

/* Sessions wait for idle_max ns, 0: two minutes. The caller owes ssh_pool_close, after all users are gone and before the loop
 * closes. Any thread. */
struct ssh_pool *ssh_pool_open(loop *l, int64_t idle_max);
void ssh_pool_close(struct ssh_pool *p);

/* One that waits under that key and lives as far as can be seen, now the caller's; false: there is none. */
bool ssh_pool_take(struct ssh_pool *p, const char *key, struct ssh_line *ret_line);

/* Lets one wait that has no command running; it is the pool's, which may close it at once. */
void ssh_pool_give(struct ssh_pool *p, const char *key, struct ssh_line *line);

/* Closes those that wait under that key. */
void ssh_pool_drop(struct ssh_pool *p, const char *key);

/* Closes a session that is no pool's. */
void ssh_line_close(struct ssh_line *line);

#endif
