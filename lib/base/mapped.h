/*
 * mapped: a file seen as memory, for readers that go through a large one from its front to its end: pages
 * come when they are looked at, and go when the reader says that it has passed them. What is written
 * to the memory is the mapping's own and never reaches the file. One thread.
 *
 * Nobody may cut the file short meanwhile: it is a temporary of the program, or an artifact, which is
 * replaced and never changed.
 */
#ifndef SLUICE_MAPPED_H
#define SLUICE_MAPPED_H

#include "base/err.h"
#include "base/str.h"

#define MAPPED_SLACK 8 /* NULs behind the text, at least */

struct mapped {
	char *p;
	size_t n;
	/* private */
	size_t whole, passed; /* bytes mapped; bytes given back at the front. 0: not a file */
};

/* The file at path, or open as fd (which may be closed then); unmapped when mem closes. */
err *mapped_open(arena *mem, const char *path, struct mapped **ret_mapped);
err *mapped_fd(arena *mem, int fd, struct mapped **ret_mapped);

/* A text in memory in the same form: a copy. */
struct mapped *mapped_text(arena *mem, str text);

/* What lies before upto is not needed for now. Looking at it again brings it back, without what was
 * written there. */
void mapped_pass(struct mapped *m, size_t upto);

#endif
