/*
 * settle: owners that are told of something once it has been quiet for a while, so that a burst of
 * news makes one call. The loop's, but for settle_open and settle_post.
 */
#ifndef SLUICE_SETTLE_H
#define SLUICE_SETTLE_H

#include "rt/loop.h"

struct settle;

/* quiet: ns without news before the call; most: ns after the first news it is made in any case. Any
 * thread. */
struct settle *settle_open(loop *l, int64_t quiet, int64_t most,
			   void (*tell)(void *arg, const char *ns, const char *name), void *arg);
void settle_close(struct settle *s);

/* There is news for this owner. */
void settle_note(struct settle *s, const char *ns, const char *name);

/* The same from any thread. */
void settle_post(struct settle *s, const char *ns, const char *name);

#endif
