/*
 * sops_gcp: data keys encrypted by Google Cloud KMS. A part of sops.
 */
#ifndef SLUICE_SOPS_GCP_H
#define SLUICE_SOPS_GCP_H

#include "sops/sops_request.h"

struct sops_gcp {
	const val *credentials; /* the JSON of a service account or of a user; NULL: none */
	/* asked for a token when there are none; NULL: nobody */
	err *(*ask)(void *arg, arena *mem, const char **ret_token);
	void *ask_arg;
	const char *url;   /* instead of https://cloudkms.googleapis.com; NULL: that */
	int64_t now;	   /* seconds since 1970; 0: the clock's */
	const char *token; /* got with them, kept */
};

/* Reads the JSON of sops.gcp-kms. */
err *sops_gcp_read(arena *mem, str content, struct sops_gcp *gcp);

/* The data key. entry has resource_id. The token that it took is kept in keep. */
err *sops_gcp_unseal(arena *mem, arena *keep, struct sops_gcp *gcp, const val *entry, str enc,
		     sops_exchange *exchange, void *arg, str *ret);

#endif
