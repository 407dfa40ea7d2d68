/*
 * refs: which object refers to which, so that a change of one wakes the others: an index from the
 * target to those who point there. The loop's.
 */
#ifndef SLUICE_REFS_H
#define SLUICE_REFS_H

#include "base/arena.h"
#include <stdbool.h>

enum ref_why {
	REF_SOURCE, /* wakes when the target's artifact (revision or digest) changes, comes or goes */
	REF_DEPENDS, /* wakes, if it waits, when the target's status changes */
	REF_CONFIG,  /* a Secret or ConfigMap: wakes on any change of it */
	REF_LABELLED, /* the same, but only while it has the label of --watch-configs-label-selector */
	REF_MENDING, /* the same as REF_LABELLED, and without the label while who points there is not Ready: its failure may be mended */
};

/* Is its target a Secret or ConfigMap? */
static inline bool ref_is_config(enum ref_why why)
{
	return why == REF_CONFIG || why == REF_LABELLED || why == REF_MENDING;
}

struct ref {
	enum ref_why why;
	const char *kind, *ns, *name; /* of the target */
};

/* A list that a kind's refs hook fills; texts need to live until the hook returns. */
struct ref_list {
	arena *mem;
	struct ref *p;
	size_t n, cap;
};
/* Adds one; a NULL or empty name is passed over. */
void ref_add(struct ref_list *l, enum ref_why why, const char *kind, const char *ns,
	     const char *name);

struct refs;
/* An empty index; the caller owes refs_close. */
struct refs *refs_open(void);
void refs_close(struct refs *r);

/* Sets what the object from points to (kind, ns and name in one key, see refs_key), replacing
 * what it pointed to; n 0 forgets it. */
void refs_set(struct refs *r, const char *from, const struct ref *to, size_t n);

/* Calls each for everybody who points to the target. refs must not be changed meanwhile. */
void refs_to(const struct refs *r, const char *kind, const char *ns, const char *name,
	     void (*each)(void *arg, enum ref_why why, const char *from), void *arg);

/* Is there anybody that points to an object of this kind? */
bool refs_any(const struct refs *r, const char *kind);

/* "Kind/ns/name". */
const char *refs_key(arena *mem, const char *kind, const char *ns, const char *name);

#endif
