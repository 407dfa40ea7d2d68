/*
 * glob: shell patterns: * for any text, ? for one character, [a-z] and [^a] for a class, \x for x.
 */
#ifndef SLUICE_GLOB_H
#define SLUICE_GLOB_H

#include <stdbool.h>

#include "base/str.h"

enum glob_rule {
	GLOB_PATH, /* "*" and "?" match no slash; Go's path.Match */
	GLOB_TEXT, /* a slash is a character like others; a pattern is read only as far as it matches */
};

/* Does the pattern match all of text? *ret_bad (may be NULL) is set for a malformed pattern, which
 * matches nothing. */
bool glob_match(str pattern, str text, enum glob_rule rule, bool *ret_bad);

#endif
