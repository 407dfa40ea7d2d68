/*
 * git_repository_verify: spec.verify: are the commit and its tag signed by one of the keys in the Secret? The condition
 * SourceVerified says so.
 */
#ifndef SLUICE_GIT_REPOSITORY_VERIFY_H
#define SLUICE_GIT_REPOSITORY_VERIFY_H

#include "kind/git_repository_spec.h"
#include "kind/source.h"
#include "source/repo.h"

/* Does the mode want a tag's signature? */
bool git_repository_verifies_tag(const struct git_repository *g);

/* Has less been verified than is wanted now? */
bool git_repository_unverified(const struct reconcile *r, const struct git_repository *g);

/* Checks what repo has fetched and sets SourceVerified and status.sourceVerificationMode; without spec.verify both go. again:
 * the revision was verified before, so that a result like the last one is not told. */
err *git_repository_verify(ctx *c, struct reconcile *r, const struct git_repository *g,
			   struct repo *repo, bool again);

#endif
