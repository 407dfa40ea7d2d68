/*
 * oci_repository: the kind OCIRepository: its definition and its controller.
 */
#ifndef SLUICE_KIND_OCI_REPOSITORY_H
#define SLUICE_KIND_OCI_REPOSITORY_H

#include "ctl/kind.h"

extern const struct kind oci_repository_kind;

#endif
