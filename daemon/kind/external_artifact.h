/*
 * external_artifact: the kind ExternalArtifact, which others write: it is only read here, and its artifacts are downloaded from where they lie.
 */
#ifndef SLUICE_KIND_EXTERNAL_ARTIFACT_H
#define SLUICE_KIND_EXTERNAL_ARTIFACT_H

#include "ctl/kind.h"

extern const struct kind external_artifact_kind;

/* The file that an ExternalArtifact's status.artifact tells of, in the own depot; downloaded when it is not there yet. *ret_path is
 * its place: the one in the status is another storage's and means nothing here. ERR_NOT_FOUND: whoever serves it does not have it. */
err *external_artifact_bring(ctx *c, struct house *h, const char *ns, const char *name,
			     const val *artifact, const char **ret_path);

#endif
