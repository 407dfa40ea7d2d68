/*
 * err: a failure as a value. NULL is success; anything else is a chain made in the arena of the
 * work: a code to act on, one line of text, and what caused it. Its text is what a user reads in
 * a status condition, so it names what, where and, if it can, the remedy; never a secret.
 */
#ifndef SLUICE_ERR_H
#define SLUICE_ERR_H

#include "base/arena.h"

enum err_code {
	ERR_FAILED = 1,	  /* nothing more is known; try again later */
	ERR_INVALID,	  /* the input is wrong; only a changed input helps */
	ERR_NOT_FOUND,	  /* what was asked for is not there */
	ERR_CONFLICT,	  /* somebody else changed it first */
	ERR_UNAUTHORIZED, /* no or wrong credentials */
	ERR_FORBIDDEN,	  /* known, but not allowed */
	ERR_LIMIT,	  /* a ceiling on bytes, entries, depth or steps was met */
	ERR_TIMEOUT,	  /* the time allowed ran out */
	ERR_CANCELED,	  /* the work was superseded or the program is ending */
	ERR_GONE,	  /* a resource version or token is too old; list again */
	ERR_BUSY,	  /* the other side asks for patience (429, 503) */
	ERR_IO,		  /* a local file or socket failed */
	ERR_EXISTS,	  /* it is there already */
	ERR_WAIT,	  /* a dependency is not ready; no failure */
	ERR_UNSUPPORTED,  /* asked for something that this program does not do */
};

typedef struct err err;
struct err {
	enum err_code code;
	const char *text;
	const err *cause;
	const char *reason; /* the other side's own word for it (an API Status.reason), or NULL */
	const char *mark;   /* a word from the code to the code, never shown; or NULL */
};

/* A new error. */
err *err_new(arena *mem, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* cause in context: the same code, with a text put before it. */
err *err_wrap(arena *mem, const err *cause, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* An error from errno, "<fmt>: <strerror>"; ENOENT gives ERR_NOT_FOUND, others ERR_IO. */
err *err_errno(arena *mem, int number, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* "outer: inner: root". An empty text in the chain is passed over. */
const char *err_text(arena *mem, const err *e);

/* A deep copy into another arena, for an error that outlives its own. NULL gives NULL. */
err *err_copy(arena *mem, const err *e);

/* The code, 0 for NULL. */
int err_code(const err *e);

/* Hands a failure on, as it is or in context. */
#define TRY(call)                                                                                  \
	do {                                                                                       \
		err *try_err_ = (call);                                                            \
		if (try_err_)                                                                      \
			return try_err_;                                                           \
	} while (0)
#define TRY_AS(mem, call, ...)                                                                     \
	do {                                                                                       \
		err *try_err_ = (call);                                                            \
		if (try_err_)                                                                      \
			return err_wrap((mem), try_err_, __VA_ARGS__);                             \
	} while (0)

#endif
