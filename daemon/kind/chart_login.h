/*
 * chart_login: with what the server of a HelmRepository is talked to: its Secrets, for the repository
 * itself and for the charts that come from there.
 */
#ifndef SLUICE_KIND_CHART_LOGIN_H
#define SLUICE_KIND_CHART_LOGIN_H

#include "kind/helm_repository_spec.h"
#include "kind/source_login.h"

/* The login to an HTTP(S) repository, which need not be the reconciled object but is in its namespace. Texts are
 * Flux's: failed to get authentication secret 'ns/x': secrets "x" not found. */
err *chart_login(ctx *c, struct reconcile *r, const struct helm_repository *repo,
		 struct login *ret_login);

#endif
