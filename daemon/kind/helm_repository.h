/*
 * helm_repository: the kind HelmRepository: its definition and its controller.
 */
#ifndef SLUICE_KIND_HELM_REPOSITORY_H
#define SLUICE_KIND_HELM_REPOSITORY_H

#include "ctl/kind.h"

extern const struct kind helm_repository_kind;

#endif
