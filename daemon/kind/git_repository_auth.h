/*
 * git_repository_auth: who a GitRepository is to its server: the keys of its Secret, as fluxcd/pkg/git reads them, its proxy,
 * its provider.
 */
#ifndef SLUICE_GIT_REPOSITORY_AUTH_H
#define SLUICE_GIT_REPOSITORY_AUTH_H

#include "kind/git_repository_spec.h"
#include "kind/source.h"
#include "source/remote.h"

/* Fills in login and keys for at->url. Failures have their reasons: AuthenticationFailed, InvalidProviderConfiguration. */
err *git_repository_auth(ctx *c, struct reconcile *r, const struct git_repository *g,
			 struct remote_source *at);

#endif
