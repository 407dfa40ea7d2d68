/*
 * clients: the HTTP clients of sources, one for each server and identity, kept open between polls so
 * that the next needs no new connection, and closed when they have been idle for long. Any thread.
 */
#ifndef SLUICE_CLIENTS_H
#define SLUICE_CLIENTS_H

#include "net/http.h"

/* Bytes that a large file has to come by in the 30 s that a silence may last, since its time is prolonged for a size that the server alone has
 * told: a kilobyte a second, less than any line in use gives. */
#define CLIENTS_SLOWEST ((size_t)30 << 10)

/* With what a source's server is talked to. Absent: NULL or empty. */
struct login {
	const char *user, *password; /* Basic */
	const char *bearer;
	struct http_tls tls;
	const char *proxy; /* NULL: the environment's */
	const char *proxy_user, *proxy_password;
};

struct clients;
struct url;

/* The caller owes clients_close, after all users are gone and before the loop closes. */
struct clients *clients_open(loop *l, const char *user_agent);
void clients_close(struct clients *cs);

/* The client for a URL's server under that login, usable until mem closes. */
err *clients_get(arena *mem, struct clients *cs, const char *url, const struct login *login,
		 struct http **ret_http);

/* A name for a server under a login, which gives no secret away. */
char *clients_key(arena *mem, const struct url *u, const struct login *login);

/* Clients that are open. */
size_t clients_count(struct clients *cs);

#endif
