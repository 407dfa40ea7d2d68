/*
 * verify: are a commit and a tag signed by somebody who is trusted? Git's objects are taken apart into what is signed and the
 * signature, which is PGP's or SSH's. The texts of failures are those of source-controller 1.9 and fluxcd/pkg/git. Pure.
 */
#ifndef SLUICE_VERIFY_H
#define SLUICE_VERIFY_H

#include "base/err.h"
#include "base/str.h"

/* Whom we trust: texts of public keys. */
struct verify_keys {
	const str *rings; /* armored, of PGP */
	size_t n_rings;
	const str *authorized; /* lines of OpenSSH */
	size_t n_authorized;
	int64_t now; /* s since 1970: keys are good or not as of then */
};

/* An object in its parts. */
struct verify_object {
	str payload, signature; /* empty: not signed */
	str name;		/* of a tag: what it calls itself */
};

/* Takes the bytes of a commit or a tag apart. Never fails: what is none has no signature that could be good. */
void verify_split_commit(arena *mem, str bytes, struct verify_object *ret_object);
void verify_split_tag(arena *mem, str bytes, struct verify_object *ret_object);

/* "openpgp", "ssh", "x509", "empty", "unknown". */
const char *verify_kind(str signature);

/* Who has signed it: the id of a PGP key or the fingerprint of an SSH key. what is "commit" or "tag", for texts. ERR_FORBIDDEN when
 * nobody has whom we trust, ERR_INVALID for a signature or keys that can't be read. */
err *verify_check(arena *mem, const struct verify_object *o, const char *what,
		  const struct verify_keys *keys, const char **ret_key);

#endif
