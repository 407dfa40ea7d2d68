/*
 * signatures: what providers of signatures have in common: looking through what lies beside an artifact in a registry until one
 * signature is good, and keeping what was wrong with the others. On workers.
 */
#ifndef SLUICE_SIGNATURES_H
#define SLUICE_SIGNATURES_H

#include "source/oci.h"

#define SIGNATURES_MAX 100 /* looked at, of one artifact */

enum signatures_verdict {
	SIGNATURES_NONE,
	SIGNATURES_WRONG,
	SIGNATURES_PASSED, /* may be used, but not be told as verified */
	SIGNATURES_GOOD,
};

struct signatures {
	enum signatures_verdict verdict;
	const char *
		why; /* of SIGNATURES_WRONG, for messages: what is wrong with the first ones; "" for nothing to be said */
	int told;
};

/* What is wrong with one signature, or its document, is no failure of the whole; what is wrong with the registry is. */
bool signatures_skippable(const err *e);

/* What came of one of them: e (NULL: it is good) may live in an arena that closes soon. name: put before it, "" for nothing. */
void signatures_judge(ctx *c, struct signatures *s, const char *name, const err *e);

/* Documents of one kind that refer to artifacts. */
struct signatures_kind {
	/* is it one? It has one layer. */
	bool (*is)(const struct oci_manifest *m);
	size_t max; /* bytes of the layer */
	/* checks a layer of that media type; may change the verdict of a good one */
	err *(*check)(void *arg, arena *mem, const char *type, str bytes,
		      enum signatures_verdict *good);
	void *arg;
	bool named; /* what is wrong is told with the digest of the document */
};

/* Looks at those of a kind that refer to the digest, until one is good. */
err *signatures_refer(ctx *c, struct oci *o, const char *digest, const struct signatures_kind *kind,
		      struct signatures *s);

#endif
