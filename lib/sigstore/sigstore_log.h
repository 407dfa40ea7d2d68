/*
 * sigstore_log: an entry of a transparency log that comes along with a signature: does a log that is trusted have it, is
 * it for this signature, and when did the log see it? Pure.
 */
#ifndef SLUICE_SIGSTORE_LOG_H
#define SLUICE_SIGSTORE_LOG_H

#include "sigstore/sigstore_body.h"
#include "sigstore/sigstore_proof.h"

/* Either a promise or a proof has to be there; what is there has to be right. */
struct sigstore_entry {
	str log_id, body; /* raw */
	str kind, version;
	int64_t index, at; /* at: seconds since 1970, 0 for none */
	str promise;
	bool proved;
	struct sigstore_place place;
	str checkpoint;
};

/* As a bundle has it (tlogEntries), and as cosign's annotation dev.sigstore.cosign/bundle has it. ERR_INVALID. */
err *sigstore_log_read(arena *mem, const val *v, struct sigstore_entry *ret);
err *sigstore_log_read_annotation(arena *mem, str json, struct sigstore_entry *ret);

/* ERR_NOT_FOUND: the log is not in the trusted root; ERR_INVALID, ERR_UNSUPPORTED: what is wrong with the entry. ret_at: when the log
 * promised to have it, seconds since 1970; 0: it did not say, as Rekor 2 never does. */
err *sigstore_log_check(arena *mem, const struct sigstore_root *root,
			const struct sigstore_claim *claim, const struct sigstore_entry *entry,
			int64_t *ret_at);

#endif
