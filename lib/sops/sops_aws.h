/*
 * sops_aws: data keys encrypted by AWS KMS. A part of sops.
 */
#ifndef SLUICE_SOPS_AWS_H
#define SLUICE_SOPS_AWS_H

#include "net/aws.h"
#include "sops/sops_request.h"

struct sops_aws {
	struct aws_keys keys; /* id NULL or "": none */
	/* asked for credentials in the region of a key when there are none; NULL: nobody */
	err *(*ask)(void *arg, arena *mem, const char *region, struct aws_keys *ret_keys);
	void *ask_arg;
	const char *kms_url, *sts_url; /* instead of the region's own; NULL: that */
	const char *host;	       /* of this machine, for a session's name; may be NULL */
	int64_t now;		       /* seconds since 1970; 0: the clock's */
};

/* Reads the YAML of sops.aws-kms. */
err *sops_aws_read(arena *mem, str content, struct sops_aws *aws);

/* The data key. entry has arn, role, context. */
err *sops_aws_unseal(arena *mem, const struct sops_aws *aws, const val *entry, str enc,
		     sops_exchange *exchange, void *arg, str *ret);

#endif
