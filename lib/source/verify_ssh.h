/*
 * verify_ssh: signatures as ssh-keygen -Y makes them (OpenSSH's PROTOCOL.sshsig), by keys from lines of authorized_keys. The texts
 * of failures are those of fluxcd/pkg/git/signature. Pure.
 */
#ifndef SLUICE_VERIFY_SSH_H
#define SLUICE_VERIFY_SSH_H

#include "base/err.h"
#include "base/str.h"

#define VERIFY_SSH_KEYS 10000 /* lines of one text */

/* Is the armored text a signature, of the namespace git, over payload by a key of the n texts? *ret_fingerprint "SHA256:…" then.
 * ERR_INVALID for what can't be read, ERR_FORBIDDEN "unable to verify payload with any of the given authorized keys: …". */
err *verify_ssh_check(arena *mem, str armored, str payload, const str *keys, size_t n,
		      const char **ret_fingerprint);

#endif
