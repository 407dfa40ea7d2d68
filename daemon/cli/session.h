/*
 * session: what a verb needs that talks to servers: a ctx, and a loop on a thread of its own, while the verb's thread waits.
 */
#ifndef SLUICE_CLI_SESSION_H
#define SLUICE_CLI_SESSION_H

#include "rt/ctx.h"
#include "rt/loop.h"

struct session;

/* Opens one that may take so long (ns). It ends with mem, and what was opened on its loop has to be closed by then: by an
 * arena_defer that comes later. */
err *session_open(arena *mem, int64_t timeout, struct session **ret_session);

ctx *session_ctx(struct session *s);
loop *session_loop(struct session *s);

#endif
