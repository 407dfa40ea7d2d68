/*
 * ssh_pool: sessions of SSH that are logged in and wait for their next command, so that a poll need not connect, shake hands and
 * log in anew. One is used again only by who comes with the same key: the digest of all that decided about it. What can be done
 * ahead for its next command is done while it waits (ssh_line). Any thread; a session that was taken is its taker's alone. Sessions
 * are net/ssh's; others but open a pool and close it.
 */
#ifndef SLUICE_SSH_POOL_H
#define SLUICE_SSH_POOL_H

#include "net/ssh_line.h"
#include "rt/loop.h"

struct ssh_pool;

/* Sessions wait for idle_max ns (0: two minutes), and not again when they are life_max ns old (0: ten minutes). The caller owes
 * ssh_pool_close, after all users are gone and before the loop closes. Any thread. */
struct ssh_pool *ssh_pool_open(loop *l, int64_t idle_max, int64_t life_max);
void ssh_pool_close(struct ssh_pool *p);

/* One that waits under that key and lives as far as can be seen, now the caller's; false: there is none. Best one on which that command
 * (NULL: none) was begun ahead, or ran last; else one on which none was begun. */
bool ssh_pool_take(struct ssh_pool *p, const char *key, const char *command,
		   struct ssh_line *ret_line);

/* Lets one wait that has no command running; it is the pool's, which may close it at once. */
void ssh_pool_give(struct ssh_pool *p, const char *key, struct ssh_line *line);

/* Closes those that wait under that key. */
void ssh_pool_drop(struct ssh_pool *p, const char *key);

#endif
