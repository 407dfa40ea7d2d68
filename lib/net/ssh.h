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

/* Takes a session that waits, or connects, checks the host's key, and logs in. A second call does nothing. command: that comes first,
 * if one that was begun ahead will do; NULL: it will not. ERR_FORBIDDEN for another host's key, ERR_UNAUTHORIZED when the key is refused, ERR_IO,
 * ERR_TIMEOUT, ERR_CANCELED. */
err *ssh_dial(ctx *c, struct ssh_link *link, const char *command);

/* Did that failure come on a session that had waited, before it gave anything, so that the server may have left it? */
bool ssh_stale(const struct ssh_link *link, const err *e);

/* Leaves the session and all that wait beside it, and connects anew. */
err *ssh_redial(ctx *c, struct ssh_link *link);

struct ssh_run;

/* Starts a command; that the server refuses it may show when something is put or taken. ahead: one that the session has begun while it
 * waited will do. */
err *ssh_start(ctx *c, struct ssh_link *link, const char *command, bool ahead,
	       struct ssh_run **ret_run);

/* Was it begun while the session waited? */
bool ssh_ahead(const struct ssh_run *r);

/* Did that failure come because a command that was begun ahead has ended meanwhile, or is silent for half of the time there is? Then it is
 * given up, and another can be started. */
bool ssh_forgo(struct ssh_run *r, const err *e);

/* Sends all of it. */
err *ssh_put(ctx *c, struct ssh_run *r, str bytes);

/* What came, at most max bytes; waits for the first. *ret_n 0: nothing more will. */
err *ssh_take(ctx *c, struct ssh_run *r, char *into, size_t max, size_t *ret_n);

/* The first line that the command has written to its standard error so far and is not a bare "remote:"; "" for none. */
const char *ssh_complaint(ctx *c, struct ssh_run *r);

/* Ends the command's input and the command. A session waits in the pool only if all of its commands were ended so, which says that they
 * have nothing more to give. again: if it is the second of its kind in a row a third may be begun while the session waits, long before it
 * is asked: nothing that it says or keeps before that may grow old. */
void ssh_end(struct ssh_run *r, bool again);

#endif
