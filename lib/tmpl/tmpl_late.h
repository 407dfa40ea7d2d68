/*
 * tmpl_late: files of a set that are parsed when they are executed, and whose trees go afterwards: for who renders a
 * chart once, the trees of all its files at the same time are most of the memory. A file is put off only if it defines
 * no template, so nothing else depends on its tree; what it has to say of its syntax is found in any case, in the
 * order of the files, before an error of an execution is told (tmpl_late_check).
 *
 * Changed while it is used: one thread.
 */
#ifndef SLUICE_TMPL_LATE_H
#define SLUICE_TMPL_LATE_H

#include "tmpl/tmpl_parse.h"

struct tmpl_late;

/* None so far. What is kept of a file, and what values may point to, lives in mem. */
struct tmpl_late *tmpl_late_open(arena *mem, tmpl_find *find);

/* May a file be put off? Not one with a definition, nor one of helpers, which nothing executes ("_helpers.tpl"). */
bool tmpl_late_takes(const char *name, str text);

/* Puts one off: name and text have to stay. */
void tmpl_late_add(struct tmpl_late *l, const char *name, str text);

/* Is there a file of that name? */
bool tmpl_late_has(const struct tmpl_late *l, str name);

/* The file's tree, NULL when there is no such file: in room, which the caller closes when it has been executed, or with
 * room NULL until mem closes. ERR_INVALID, ERR_LIMIT: see tmpl_parse_text. */
err *tmpl_late_tree(struct tmpl_late *l, arena *room, str name, const struct tmpl_tree **ret);

/* Parses what has not been parsed: the fault of the first file that has one, in mem, with its name; NULL when all are
 * fine. */
err *tmpl_late_check(struct tmpl_late *l, const char **ret_name);

#endif
