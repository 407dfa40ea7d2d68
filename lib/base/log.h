/*
 * log: one JSON line an event on standard error, in the form that `flux logs` reads: ts, level,
 * logger, msg, then pairs. Any thread; a line is written whole. Library code does not log: the
 * frame does, once for a failed reconcile.
 */
#ifndef SLUICE_LOG_H
#define SLUICE_LOG_H

#include <stdbool.h>

enum log_level { LOG_TRACE, LOG_DEBUG, LOG_INFO, LOG_ERROR };

/* What is written: lines of at least this level; as JSON or, with console, for a person. */
void log_setup(enum log_level least, bool console);

/* Writes a line. Pairs of C texts follow, ended by NULL; a NULL value leaves its pair out:
 * log_line(LOG_INFO, "kustomization", "applied", "name", name, "namespace", ns, NULL); */
void log_line(enum log_level level, const char *logger, const char *msg, ...)
	__attribute__((sentinel));

/* Reads a level's name (trace, debug, info, error); false for another. */
bool log_level_parse(const char *name, enum log_level *ret_level);

#endif
