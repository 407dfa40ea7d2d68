/*
 * sigstore_proof: what a log signs: that it will have an entry (a promise), and how large it is and with which root hash (a
 * checkpoint), under which an entry can be proved to be (RFC 6962). Pure.
 */
#ifndef SLUICE_SIGSTORE_PROOF_H
#define SLUICE_SIGSTORE_PROOF_H

#include "sigstore/sigstore_root.h"

#define SIGSTORE_HASHES_MAX 64	      /* of a path through the tree */
#define SIGSTORE_CHECKPOINT_MAX 16384 /* bytes */

/* Where an entry is in a log. */
struct sigstore_place {
	int64_t index, size;
	const str *hashes; /* from the leaf up, raw */
	size_t n_hashes;
};

/* Is the promise the log's, about that entry? body: raw; at: seconds since 1970. */
bool sigstore_proof_promise(arena *mem, const struct sigstore_log *log, str body, int64_t at,
			    int64_t index, str promise);

/* Is the entry in the tree that the checkpoint describes, and the checkpoint the log's? v2: of Rekor 2, where it names the log by its
 * host. ERR_INVALID. */
err *sigstore_proof_inclusion(arena *mem, const struct sigstore_log *log, str body,
			      const struct sigstore_place *place, str checkpoint, bool v2);

#endif
