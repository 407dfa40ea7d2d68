/*
 * helm_lint_meta: the rules of lint for Chart.yaml. Private to helm/.
 */
#ifndef SLUICE_HELM_LINT_META_H
#define SLUICE_HELM_LINT_META_H

#include "base/err.h"
#include "base/str.h"
#include "helm/helm_lint_message.h"

/* Checks the text of Chart.yaml; a failure to read it is handed in. */
void lint_meta(arena *mem, str text, const err *unread, lint_messages *out);

#endif
