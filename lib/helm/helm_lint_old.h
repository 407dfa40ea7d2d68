/*
 * helm_lint_old: kinds of Kubernetes that are deprecated. Private to helm/.
 */
#ifndef SLUICE_HELM_LINT_OLD_H
#define SLUICE_HELM_LINT_OLD_H

#include "base/arena.h"

/* What Kubernetes' client says of the kind in Kubernetes 1.minor; NULL when it is not deprecated there. */
const char *lint_old_kind(arena *mem, const char *version, const char *kind, int minor);

#endif
