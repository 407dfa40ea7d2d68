/*
 * revision: what names a state of a source: "main@sha1:<commit>", "sha256:<hash>", "1.2.3". The
 * grammar and its older forms ("main/<commit>") as in fluxcd/pkg/git; digests as in go-digest.
 */
#ifndef SLUICE_REVISION_H
#define SLUICE_REVISION_H

#include "base/err.h"
#include "base/str.h"

/* The new form of a revision: "main/<hash>" becomes "main@sha1:<hash>", "HEAD/<hash>" "sha1:<hash>".
 * What holds a ":" is new already. */
char *revision_transform(arena *mem, str revision);

/* The two parts, either may be empty; views of revision. */
str revision_pointer(str revision);
str revision_hash(str revision);

/* "sha1" for a hash of 40 characters, "<unknown>" for any other; "<algorithm>:<hash>" of it, "" for
 * an empty one. */
const char *revision_algorithm(str hash);
char *revision_digest(arena *mem, str hash);

/* Of a commit that was reached by a reference: "main@sha1:…" for refs/heads/main, and with the
 * whole reference, "refs/heads/main@sha1:…"; just the digest for one of another form. */
char *revision_of_commit(arena *mem, str reference, str hash);
char *revision_of_commit_absolute(arena *mem, str reference, str hash);

/* The first line of a commit's message, cut to 50 characters and then followed by "...". */
char *revision_short_message(arena *mem, str message);

/* Splits "sha256:<hex>"; the algorithms are sha1, sha256, sha384, sha512 and blake3. ERR_INVALID
 * with go-digest's text: "invalid checksum digest format", "… length", "unsupported digest
 * algorithm". */
err *revision_split_digest(arena *mem, str digest, str *ret_algorithm, str *ret_encoded);

/* Is there an algorithm of that name? ERR_INVALID "unsupported digest algorithm: <name>". */
err *revision_check_algorithm(arena *mem, str name);

#endif
