/*
 * tokens: short-lived secrets that were asked for, kept until most of their time is over: a fifth of it is left unused, and no
 * more than an hour is used. Of too many the one that ends first makes room. Any thread.
 */
#ifndef SLUICE_TOKENS_H
#define SLUICE_TOKENS_H

#include "source/clients.h"

struct tokens;

/* clients is what tokens are asked for with; it outlives them. max: that are kept at once; lasts: ns for which one is kept, beyond an hour an
 * hour. The caller owes tokens_close. */
struct tokens *tokens_open(struct clients *clients, int64_t max, int64_t lasts);
void tokens_close(struct tokens *ts);

/* What they are asked for with. */
struct clients *tokens_clients(const struct tokens *ts);

/* A name for a token that holds no secret: n parts, NULL counts as "". */
char *tokens_key(arena *mem, const char *const *parts, size_t n);

/* The secret of that name while it is good, in mem; NULL otherwise. */
const char *tokens_recall(arena *mem, struct tokens *ts, const char *key);

/* Keeps it; expires in ns on clock_wall. */
void tokens_keep(struct tokens *ts, const char *key, const char *token, int64_t expires);

#endif
