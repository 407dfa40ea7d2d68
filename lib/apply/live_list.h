/*
 * live_list: the text that names several objects in one line. A part of live.
 */
#ifndef SLUICE_LIVE_LIST_H
#define SLUICE_LIVE_LIST_H

#include "base/arena.h"

/* Sorts the lines, and puts them together with commas; "" for none. */
const char *live_list(arena *mem, const char **lines, size_t n);

#endif
