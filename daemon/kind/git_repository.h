/*
 * git_repository: the kind GitRepository: its definition and its controller.
 */
#ifndef SLUICE_KIND_GIT_REPOSITORY_H
#define SLUICE_KIND_GIT_REPOSITORY_H

#include "ctl/kind.h"

extern const struct kind git_repository_kind;

#endif
