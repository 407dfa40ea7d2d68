/*
 * regex_class: the classes of characters in a regular expression; each adds to a set.
 */
#ifndef SLUICE_REGEX_CLASS_H
#define SLUICE_REGEX_CLASS_H

#include "base/regex_scan.h"
#include "base/regex_set.h"

/* "\d", "\S", …; false when no such class stands here. */
bool regex_class_perl(struct regex_scan *p, struct regex_set *set);

/* "\pL", "\p{Greek}", "\P{^Lu}"; *ret_found is false when none stands here. */
err *regex_class_unicode(struct regex_scan *p, struct regex_set *set, bool *ret_found);

/* "[a-z[:digit:]\pL]" */
err *regex_class_bracket(struct regex_scan *p, struct regex_set *set);

#endif
