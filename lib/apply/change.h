/*
 * change: what was done to which object, in order: the lines of events and logs.
 */
#ifndef SLUICE_CHANGE_H
#define SLUICE_CHANGE_H

#include "base/arena.h"
#include <stdbool.h>

enum change_kind { CHANGE_CREATED, CHANGE_CONFIGURED, CHANGE_DELETED, CHANGE_SKIPPED };

struct change {
	const char *name; /* "Kind/ns/name" */
	enum change_kind kind;
};

struct changes {
	struct change *p;
	size_t n, cap;
};

/* name must live as long as the list. */
void change_add(arena *mem, struct changes *c, const char *name, enum change_kind kind);

/* "Kind/ns/name created", a line each, without a final line feed. */
const char *change_text(arena *mem, const struct changes *c);

#endif
