/*
 * kust_cache: files that were parsed before, found by the digest of their bytes, so that a daemon
 * does not parse an unchanged file twice. What comes out of it is shared by all who asked: read
 * only. Any thread.
 */
#ifndef SLUICE_KUST_CACHE_H
#define SLUICE_KUST_CACHE_H

#include "data/yaml_node.h"

struct kust_nodes {
	struct yaml_node **p; /* maps */
	size_t n;
};

/* What makes trees of a text, which it copies. */
typedef err *kust_parser(arena *mem, str text, struct kust_nodes *ret_nodes);

struct kust_cache;

/* A cache of at most so many bytes of trees; what was not used for longest goes first. */
struct kust_cache *kust_cache_open(size_t max_bytes);

/* Nothing that came from it may be in use any more. */
void kust_cache_close(struct kust_cache *c);

/* The trees of the text, parsed now or before. They stay until mem closes. A text that does not
 * parse is not kept; its error is the parser's. */
err *kust_cache_parse(struct kust_cache *c, arena *mem, str text, kust_parser *parse,
		      struct kust_nodes *ret_nodes);

#endif
