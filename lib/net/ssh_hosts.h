/*
 * ssh_hosts: the texts of known_hosts: which host has which key. Names, hashed names, "[host]:port", patterns with "*" and
 * "?", "!" for all but; @revoked keys are refused. A line @cert-authority vouches for certificates only, which libssh 0.10 strikes
 * from what it asks servers for; beside a line with the host's own key it does no harm. The rules and texts are those of fluxcd/pkg/ssh/knownhosts, but that any of a host's keys will do. Pure.
 */
#ifndef SLUICE_SSH_HOSTS_H
#define SLUICE_SSH_HOSTS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define SSH_HOSTS_LINES 20000

struct ssh_hosts;

/* Reads the text, which has to stay. ERR_INVALID "knownhosts: missing host pattern" and the like; ERR_LIMIT. */
err *ssh_hosts_read(arena *mem, str text, struct ssh_hosts **ret_hosts);

/* Has host:port that key (its bytes)? NULL, or ERR_FORBIDDEN "knownhosts: key is unknown", "knownhosts: key mismatch",
 * "knownhosts: key is revoked", or that only a @cert-authority vouches for the host. */
err *ssh_hosts_check(arena *mem, const struct ssh_hosts *h, const char *host, int port, str key);

/* The algorithms of the host's keys, by commas; NULL when it has none, so that any will do. RSA signs with SHA-2. */
char *ssh_hosts_algorithms(arena *mem, const struct ssh_hosts *h, const char *host, int port);

#endif
