/*
 * server_conn: one connection of a server: server_conn.c reads requests, server_answer.c writes
 * answers. Private to net/, the loop's.
 */
#ifndef SLUICE_SERVER_CONN_H
#define SLUICE_SERVER_CONN_H

#include <sys/types.h>

#include "base/buf.h"
#include "net/server.h"
#include "net/server_head.h"

enum conn_state { READ_HEAD, READ_BODY, HANDLING, STREAMING, SENDING, LINGERING };

/* A call with what its answer needs. Outlives the connection when that goes first. */
struct pending {
	struct server_call call;
	struct conn *conn; /* NULL: the client has gone */
	struct server_head head;
	void (*on_gone)(void *);
	void *on_gone_arg;
	bool chunked; /* the answer's framing */
	bool telling; /* on_gone will be called in a turn of its own */
	bool ended;   /* meanwhile it was answered */
};

struct conn;

/* What the server keeps for its connections. */
struct conn_owner {
	loop *loop;
	struct server_settings s; /* with the defaults filled in */
	struct conn *conns;
	int count;
	bool draining;
	void (*on_closed)(struct conn_owner *o); /* after each that went */
};

struct conn {
	struct conn_owner *owner;
	struct conn *next, **link;
	int fd;
	struct fd_watch *watch;
	struct timer *timer;
	enum conn_state state;
	char peer[64];
	/* bytes read and not yet understood */
	char *in;
	size_t in_n, in_cap;
	/* the request under way */
	struct pending *call;
	buf body;
	struct server_chunks chunks;
	/* the answer; of its own memory, since a stream's has no end */
	char *out;
	size_t out_from, out_n, out_cap;
	int file;
	off_t file_at;
	int64_t file_left;
	bool keep_alive;
	bool began;	/* the first byte of a request has come */
	bool pipelined; /* the timer is for a request that is here already */
	bool stalling;	/* the timer is for a client that takes nothing */
};

/* Takes over an accepted, non-blocking socket. peer is copied. */
void conn_open(struct conn_owner *o, int fd, const char *peer);

/* Ends a connection now; a call under way stays until it is answered. */
void conn_close(struct conn *c);

/* Is it between two requests? */
bool conn_idle(const struct conn *c);

/* The next connection of the owner. */
struct conn *conn_next(const struct conn *c);

/* Frees the call of a connection; waits for the next request; asks the loop for what the state needs. */
void conn_free_call(struct pending *p);
void conn_next_request(struct conn *c);
void conn_set_events(struct conn *c);

/* Adds to the answer; sends what can be sent: false when the connection is gone. */
void conn_add(struct conn *c, const void *p, size_t n);
bool conn_send(struct conn *c);

/* What a read or write did: 1 for bytes, 0 for nothing now, -1 for a client that has gone. */
int conn_moved(ssize_t n);

/* realloc that aborts. */
void *conn_memory(void *p, size_t n);

#endif
