/*
 * lazy: a foreign library that is loaded when one of its functions is first called, so that a start of the program
 * does not pay for what a verb has no use for. A file that is such a library's stand-in lists its functions:
 *
 *	#define FUNCTIONS(X) X(git_odb_open) X(git_odb_free) …
 *	LAZY_LIBRARY("libgit2.so.1.5", FUNCTIONS)
 *	void git_odb_free(git_odb *db) { LAZY(git_odb_free)(db); }
 *
 * Any thread. A library that is not there, or lacks a function, ends the program with the loader's text.
 */
#ifndef SLUICE_LAZY_H
#define SLUICE_LAZY_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#define LAZY_MEMBER(name) __typeof__(name) *name;
#define LAZY_FIND(name) *(void **)&lazy.name = lazy_find(library, #name);
#define LAZY_LIBRARY(file, functions)                                                              \
	static struct {                                                                            \
		functions(LAZY_MEMBER)                                                             \
	} lazy;                                                                                    \
	static atomic_bool lazy_there;                                                             \
	static void lazy_load(void)                                                                \
	{                                                                                          \
		void *library = lazy_open(file);                                                   \
		functions(LAZY_FIND) lazy_there = true;                                            \
	}                                                                                          \
	static pthread_once_t lazy_once = PTHREAD_ONCE_INIT;

/* The function itself, once the library is there. */
#define LAZY(name) (pthread_once(&lazy_once, lazy_load), lazy.name)

/* Is the library there already? */
#define LAZY_IS_THERE() atomic_load(&lazy_there)

/* What the macros call. */
void *lazy_open(const char *file);
void *lazy_find(void *library, const char *name);

#endif
