/*
 * wire: Git's protocol, the reading half: which references a repository has, and packs of objects. Version 2, where a question
 * about one branch costs a few hundred bytes however large the repository is, and versions 0 and 1 for servers that know nothing
 * newer. Over HTTP (smart) or SSH (shell). On workers.
 */
#ifndef SLUICE_WIRE_H
#define SLUICE_WIRE_H

#include "source/shell.h"
#include "source/smart.h"

/* What is known of a server from earlier talks, so that the next needs one request less. Kept by the caller; NULL
 * base: nothing. */
struct wire_known {
	const char *base; /* the URL that requests go to, after redirects */
	bool v2;
};

struct wire {
	struct smart smart;
	struct shell *shell; /* NULL: HTTP */
	uint64_t pack_max;   /* bytes of a pack; 0: 1 GiB */
	int64_t deadline;    /* of the whole operation, on clock_now; 0: the ctx's alone */

	bool advertised; /* advert is there (private) */
	struct pkt_advert advert;
};

/* What is known now; and what was known before. */
struct wire_known wire_known(const struct wire *w);
void wire_recall(struct wire *w, const struct wire_known *known);

/* The references whose names begin with one of the prefixes (versions 0 and 1 give them all). n 0: all. Codes and texts of failures
 * are those that users of Flux know: ERR_UNAUTHORIZED "authentication required: …", ERR_FORBIDDEN "authorization
 * failed: …", ERR_NOT_FOUND "repository not found: …". */
err *wire_refs(ctx *c, struct wire *w, const char *const *prefixes, size_t n,
	       struct pkt_refs *ret_refs);

struct wire_want {
	const char *const *wants; /* object ids */
	size_t n;
	const char *const *haves; /* commits we hold, with their trees but not their parents */
	size_t n_haves;
	bool deep;     /* with all ancestors, otherwise the commits wanted alone */
	bool no_trees; /* commits without trees, where the server can */
};

/* Asks for objects; the pack goes to out, piece by piece, on this thread. ERR_NOT_FOUND when the server does not
 * give one of the wants. *ret_filtered (may be NULL): no_trees was honoured. */
err *wire_fetch(ctx *c, struct wire *w, const struct wire_want *q, const char *spool_dir,
		struct sink out, bool *ret_filtered);

/* Learns how the server speaks, unless that is known. */
err *wire_meet(ctx *c, struct wire *w);

/* Can the server give a commit that no reference points to? After wire_meet. */
bool wire_any_commit(const struct wire *w);

#endif
