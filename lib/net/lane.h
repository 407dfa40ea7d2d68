/*
 * lane: one libcurl multi on the loop: its sockets as fd_watch, its timeout as a timer. Private to
 * net/, all of it the loop's.
 */
#ifndef SLUICE_LANE_H
#define SLUICE_LANE_H

#include <curl/curl.h>
#include <stdbool.h>

#include "rt/loop.h"

struct lane;

/* max_connections per host; 0: no bound. done is called for each easy handle that is through, after it
 * was taken out and never from inside libcurl. */
struct lane *lane_open(loop *l, long max_connections,
		       void (*done)(void *arg, CURL *easy, CURLcode rc), void *arg);

/* Closes idle connections. All easy handles are out by now. */
void lane_close(struct lane *n);

/* Is libcurl calling us right now? Then nothing may be added or removed. */
bool lane_busy(const struct lane *n);

/* Begins a transfer; takes one out before it is through. Not while the lane is busy. */
void lane_add(struct lane *n, CURL *easy);
void lane_remove(struct lane *n, CURL *easy);

/* Easy handles inside. */
int lane_count(const struct lane *n);

#endif
