/*
 * helm_fault: what is wrong with a value, as a tree: where, what, and the faults below; printed as
 * Helm 4.2.4 (jsonschema v6) prints it. Private to helm/.
 */
#ifndef SLUICE_HELM_FAULT_H
#define SLUICE_HELM_FAULT_H

#include "base/buf.h"
#include "base/vec.h"

struct fault;

struct faults {
	struct fault **p;
	size_t n, cap;
};

struct fault {
	const char *path; /* a JSON pointer into the value */
	const char *text; /* NULL: several faults of one schema, "validation failed" */
	struct faults below;
};

/* A fault at a path. */
struct fault *fault_new(arena *mem, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds f (NULL: nothing) to the list. */
void faults_add(arena *mem, struct faults *list, struct fault *f);

/* One fault for a list: NULL for none, itself for one, a group for several. */
struct fault *faults_one(arena *mem, const char *path, const struct faults *list);

/* "- at '/a': …" lines, two blanks a level; the outermost group is not told. */
void fault_print(buf *b, const struct fault *f);

/* A number as the messages have it: 70,000, 2.9, 2.147483648×10⁰⁹. */
char *fault_number(arena *mem, double f);

#endif
