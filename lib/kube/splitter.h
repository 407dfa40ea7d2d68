/*
 * splitter: cuts JSON texts into pieces while they come, so that a long list or an endless watch never
 * lies in memory as a whole. It looks only at brackets, quotes and commas; each piece is parsed, and
 * refused, by who gets it. Fed on any one thread.
 */
#ifndef SLUICE_SPLITTER_H
#define SLUICE_SPLITTER_H

#include "base/err.h"
#include "base/str.h"

#define SPLITTER_MAX_PIECE ((size_t)16 << 20) /* a piece that is longer is refused: ERR_LIMIT */

struct splitter;

/* What comes out: for a list each element of "items" (key "items") and each other member of the top
 * map with its key; for lines each line that is not blank (key ""). piece and key live during the call.
 * An err ends the feeding. */
typedef err *(*splitter_piece)(void *arg, const char *key, str piece);

/* Ready for a list, or for lines; the caller owes splitter_close. */
struct splitter *splitter_open(bool list, splitter_piece fn, void *arg);
void splitter_close(struct splitter *s);

/* More bytes. mem is for the errors: ERR_INVALID for what is no list, ERR_LIMIT, or what fn gave. */
err *splitter_feed(arena *mem, struct splitter *s, str bytes);

/* The end of the text: ERR_INVALID when a piece is cut off. */
err *splitter_end(arena *mem, struct splitter *s);

#endif
