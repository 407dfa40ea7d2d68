/*
 * helm_lint_text: are texts what they should be: names of objects, addresses of people and of sites? The rules are those of
 * Kubernetes' API and of the validator that Helm uses. Private to helm/.
 */
#ifndef SLUICE_HELM_LINT_TEXT_H
#define SLUICE_HELM_LINT_TEXT_H

#include "base/str.h"

/* What is wrong with the name of an object of that kind: metadata.name: Invalid value: "X": …; NULL when nothing is. */
const char *lint_name_fault(arena *mem, const char *kind, const char *name);

/* Is it an address of somebody; of a site, also without a scheme; of a site with one? */
bool lint_is_email(arena *mem, const char *text);
bool lint_is_url(arena *mem, const char *text);
bool lint_is_request_url(arena *mem, const char *text);

#endif
