/*
 * ssh: one command on another host over SSH, through libssh: the only door to it. Blocking, on a worker; a wait ends with the
 * deadline or when the work is called off. Nothing is read from the home folder, no agent is asked. The texts of failures are
 * those of golang.org/x/crypto/ssh, which users of Flux know. With a pool a session waits for the next command of who comes with
 * the same settings to the letter; a host's key was checked when it began.
 */
#ifndef SLUICE_SSH_H
#define SLUICE_SSH_H

#include "base/str.h"
#include "net/dial.h"

struct ssh_pool;

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
	const char *name,
		*value; /* a variable in each command's environment, which the server may ignore; static texts, NULL: none */
	struct ssh_pool
		*pool; /* where a session waits after its commands have ended; NULL: it ends */
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

/* Takes a session that waits, or connects, checks the host's key, and logs in. A second call does nothing. ERR_FORBIDDEN for another
 * host's key, ERR_UNAUTHORIZED when the key is refused, ERR_IO, ERR_TIMEOUT, ERR_CANCELED. */
err *ssh_dial(ctx *c, struct ssh_link *link);

/* Did that failure come on a session that had waited, before it gave anything, so that the server may have left it? */
bool ssh_stale(const struct ssh_link *link, const err *e);

/* Leaves the session and all that wait beside it, and connects anew. */
err *ssh_redial(ctx *c, struct ssh_link *link);

struct ssh_run;

/* Starts a command; that the server refuses it may show when something is put or taken. */
err *ssh_start(ctx *c, struct ssh_link *link, const char *command, struct ssh_run **ret_run);

/* Sends all of it. */
err *ssh_put(ctx *c, struct ssh_run *r, str bytes);

/* What came, at most max bytes; waits for the first. *ret_n 0: nothing more will. */
err *ssh_take(ctx *c, struct ssh_run *r, char *into, size_t max, size_t *ret_n);

/* The first line that the command has written to its standard error so far and is not a bare "remote:"; "" for none. */
const char *ssh_complaint(ctx *c, struct ssh_run *r);

/* Ends the command's input and the command. A session waits in the pool only if all of its commands were ended so, which says that they
 * have nothing more to give. */
void ssh_end(struct ssh_run *r);

#endif
