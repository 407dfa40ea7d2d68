/*
 * external: artifacts that something else in the cluster has made and serves: downloaded into the depot, their digests
 * checked before anybody sees them. Texts are those of fluxcd/pkg/http/fetch. On workers.
 */
#ifndef SLUICE_EXTERNAL_H
#define SLUICE_EXTERNAL_H

#include "pack/depot.h"
#include "source/clients.h"

struct external {
	struct clients *clients;
	struct depot *depot;
	const char *kind, *ns, *name; /* the object that tells of it: where it is kept */
	const char *url;	      /* http or https */
	const char *digest;	      /* "sha256:<hex>" of its bytes */
	uint64_t max;		      /* bytes */
};

/* Downloads it, unless the depot has it; *ret_path is its place there, whatever it is called elsewhere. ERR_NOT_FOUND: the
 * server does not have it, yet or any more. ERR_INVALID: an address or digest that is none; what came is not what was
 * told: failed to verify archive: computed digest doesn't match provided '…' (…). ERR_LIMIT. */
err *external_get(ctx *c, const struct external *x, const char **ret_path);

#endif
