/*
 * dial: a TCP connection made by a worker itself, for what libcurl does not speak: straight, or through a SOCKS5 proxy
 * (RFC 1928, 1929). Blocking, with a deadline, and ended when the work is called off. Texts as Go's net package has them.
 */
#ifndef SLUICE_DIAL_H
#define SLUICE_DIAL_H

#include "rt/ctx.h"

struct dial {
	const char *host;
	int port;
	const char *proxy; /* "socks5://host:port"; NULL: none. The proxy looks the host up */
	const char *proxy_user, *proxy_password;
	int64_t deadline; /* on clock_now; 0: the ctx's alone */
};

/* Connects; the descriptor does not block and is closed when c->mem closes. ERR_IO "dial tcp 10.0.0.1:22: connect:
 * connection refused", "dial tcp: lookup nowhere: no such host"; ERR_TIMEOUT; ERR_CANCELED; ERR_UNSUPPORTED for a proxy of another kind. */
err *dial_tcp(ctx *c, const struct dial *d, int *ret_fd);

/* Waits until the descriptor is ready for events (of poll). ERR_TIMEOUT "context deadline exceeded", ERR_CANCELED. */
err *dial_wait(ctx *c, int fd, short events, int64_t deadline);

#endif
