/*
 * helm_ignore: .helmignore: which files of a chart's folder are no part of the chart. Source of the
 * rules: Helm 4.2.4's ignore package. Private to helm/.
 */
#ifndef SLUICE_HELM_IGNORE_H
#define SLUICE_HELM_IGNORE_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

struct helm_ignore;

/* Reads the patterns, one a line; text may be empty. ERR_INVALID for "**" and for broken patterns. */
err *helm_ignore_read(arena *mem, str text, struct helm_ignore **ret_rules);

/* Is the path (relative to the chart) left out? Of a folder all that is in it is. */
bool helm_ignored(const struct helm_ignore *rules, const char *path, bool is_dir);

#endif
