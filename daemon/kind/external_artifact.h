/*
 * external_artifact: the kind ExternalArtifact, which others write: it is only read here.
 */
#ifndef SLUICE_KIND_EXTERNAL_ARTIFACT_H
#define SLUICE_KIND_EXTERNAL_ARTIFACT_H

#include "ctl/kind.h"

extern const struct kind external_artifact_kind;

#endif
