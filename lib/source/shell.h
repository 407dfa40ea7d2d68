/*
 * shell: Git's protocol with git-upload-pack at the other end of an SSH connection. Version 2 is asked for by a variable in its
 * environment, which many servers pass over; then it speaks version 0. Where a connection that was kept is dead the talk begins anew
 * on another, unless something was said already. On workers.
 */
#ifndef SLUICE_SHELL_H
#define SLUICE_SHELL_H

#include "net/ssh.h"
#include "source/demux.h"

struct shell {
	struct ssh_link *link;
	const char *path;    /* of the repository, on the server */
	bool v2;	     /* the server is known to speak version 2 */
	struct ssh_run *run; /* one git-upload-pack; NULL: none (private) */
	str rest;	     /* of what it has said already (private) */
	str answer;	     /* to what was asked early (private) */
	err *failed;	     /* or why there is none (private) */
	bool listens;	     /* it says nothing of references before it is asked (private) */
	bool spent;	     /* it has given its pack (private) */
	bool quiet;	     /* it has nothing more to say (private) */
};

/* What the settings of a link have for the environment of git-upload-pack. */
#define SHELL_NAME "GIT_PROTOCOL"
#define SHELL_VALUE "version=2"

/* Connects, unless it is connected, starts git-upload-pack and reads its advertisement. early: a question of version 2 that is asked
 * without waiting for it, and answered before this returns, if it is version 2 (n 0: none); shell_ask has the answer. It goes out with the
 * command where the server lets a channel take bytes at once; OpenSSH's does when the command runs, a round trip later. Where
 * the last looks on a session were at this repository it runs already, since a session that waits begins it ahead: that is one round trip
 * in all. ERR_NOT_FOUND "repository not found", or the server's word for it. */
err *shell_advertise(ctx *c, struct shell *s, str early, struct pkt_advert *ret_advert);

/* Version 2: asks for what ends with a flush, at most 64 MiB. body.n 0: it was asked before. */
err *shell_ask(ctx *c, struct shell *s, str body, str *ret_answer);

/* Asks for a pack of at most max bytes, which goes to d as it comes. Starts git-upload-pack anew where it is spent. */
err *shell_fetch(ctx *c, struct shell *s, str body, uint64_t max, struct demux *d);

#endif
