/*
 * ssh: one command on another host over SSH, through libssh: the only door to it. Blocking, on a worker; a wait ends with the
 * deadline or when the work is called off. Nothing is read from the home folder, no agent is asked. The texts of failures are
 * those of golang.org/x/crypto/ssh, which users of Flux know.
 */
#ifndef SLUICE_SSH_H
#define SLUICE_SSH_H

#include "net/dial.h"
#include "base/str.h"

struct ssh_settings {
	const char *host;
	int port; /* 0: 22 */
	const char *user;
	str identity;		/* private key, PEM or OpenSSH's: Ed25519, ECDSA, RSA */
	const char *passphrase; /* of the identity; NULL: none */
	str known_hosts;	/* a host that is not in it is refused */
	const char *kex_algorithms,
		*hostkey_algorithms; /* by commas; NULL or "": libssh's, and those of the known keys */
	const char *proxy, *proxy_user, *proxy_password; /* SOCKS5; NULL: none */
};

struct ssh_link {
	int64_t deadline; /* of all that waits, on clock_now; 0: the ctx's alone. The caller sets it anew for each operation */
	struct ssh_state *state;
};

/* Does the private key need a passphrase? */
bool ssh_identity_locked(arena *mem, str identity);

/* Reads identity and known hosts; nothing is sent. ERR_INVALID "ssh: no key found", "x509: decryption password incorrect",
 * "knownhosts: …". settings have to stay. The link ends with mem. */
err *ssh_prepare(arena *mem, const struct ssh_settings *settings, struct ssh_link **ret_link);

/* Connects, checks the host's key, and logs in. A second call does nothing. ERR_FORBIDDEN for another host's key, ERR_UNAUTHORIZED
 * when the key is refused, ERR_IO, ERR_TIMEOUT, ERR_CANCELED. */
err *ssh_dial(ctx *c, struct ssh_link *link);

struct ssh_run;

/* Starts a command, with one variable in its environment, which the server may ignore. */
err *ssh_start(ctx *c, struct ssh_link *link, const char *command, const char *name,
	       const char *value, struct ssh_run **ret_run);

/* Sends all of it. */
err *ssh_put(ctx *c, struct ssh_run *r, str bytes);

/* What came, at most max bytes; waits for the first. *ret_n 0: nothing more will. */
err *ssh_take(ctx *c, struct ssh_run *r, char *into, size_t max, size_t *ret_n);

/* The first line that the command has written to its standard error so far and is not a bare "remote:"; "" for none. */
const char *ssh_complaint(ctx *c, struct ssh_run *r);

/* Ends the command's input and the command. */
void ssh_end(struct ssh_run *r);

#endif
