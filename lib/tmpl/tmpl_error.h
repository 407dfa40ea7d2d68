/*
 * tmpl_error: errors of templates in the form in which Helm 4 shows them.
 */
#ifndef SLUICE_TMPL_ERROR_H
#define SLUICE_TMPL_ERROR_H

#include "base/err.h"

/* "parse error at (file:line): what" from "template: file:line: …: what". */
err *tmpl_error_parse(arena *mem, const char *file, const err *e);

/* An error of an execution: "execution error at (place): message" for fail and required; a list of
 * places where each error of the chain is one of the template engine; else the text as it is. */
err *tmpl_error_exec(arena *mem, const char *file, const err *e);

#endif
