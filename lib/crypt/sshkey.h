/*
 * sshkey: public keys as OpenSSH writes them (RFC 4253, 5656, 8709): blobs, lines of authorized_keys and
 * known_hosts, fingerprints, signatures. The texts of failures are those of golang.org/x/crypto/ssh. Any thread.
 */
#ifndef SLUICE_SSHKEY_H
#define SLUICE_SSHKEY_H

#include "crypt/pubkey.h"

#define SSHKEY_MAX_BYTES ((size_t)16 << 10) /* of one key */

struct sshkey {
	const char *
		type; /* "ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com", … */
	str blob;
	const struct pubkey *key; /* NULL for a type whose signatures are not checked (DSA) */
	str application;	  /* of an sk- key: what it is registered for */
};

/* Takes a text with its length before it, or a number of 32 bits, off *rest. */
bool sshkey_text(str *rest, str *ret_text);
bool sshkey_number(str *rest, uint32_t *ret_number);

/* A key from its bytes. ERR_INVALID "ssh: unknown key algorithm: x", "ssh: short read". */
err *sshkey_parse(arena *mem, str blob, struct sshkey *ret_key);

/* A key from a line of authorized_keys: options, if any, then type, base64, a comment. ERR_INVALID "ssh: no key found". */
err *sshkey_line(arena *mem, str line, struct sshkey *ret_key);

/* "SHA256:…" without padding, as ssh-keygen -l prints it. */
char *sshkey_fingerprint(arena *mem, const struct sshkey *k);

/* Is the signature (a text with the algorithm, then one with the numbers) the key's over message? RSA signs with SHA-2
 * only. */
bool sshkey_verify(arena *mem, const struct sshkey *k, str message, str signature);

#endif
