/*
 * helm_lint_objects: the rules of lint for what templates render and for the files of crds/. Private to helm/.
 */
#ifndef SLUICE_HELM_LINT_OBJECTS_H
#define SLUICE_HELM_LINT_OBJECTS_H

#include "base/err.h"
#include "base/str.h"
#include "helm/helm_lint_message.h"

/* The documents of a rendered template of that path; false when one can't be read, which ends the rule for all templates.
 * minor: of the version of Kubernetes. */
bool lint_rendered(arena *mem, const char *path, str text, int minor, lint_messages *out);

/* The documents of a file of crds/; false as above. */
bool lint_definitions(arena *mem, const char *path, str text, lint_messages *out);

#endif
