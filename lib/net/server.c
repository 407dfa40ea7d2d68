#include "net/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "net/server_conn.h"
#include "net/server_head.h"

#define BACKLOG 256
#define ACCEPTS 64	       /* in one turn of the loop */
#define PAUSE (100 * CLOCK_MS) /* after accept failed for want of descriptors */

struct server {
	struct conn_owner o; /* first: on_closed gets this */
	arena *mem;
	int fd, port;
	struct fd_watch *watch;
	struct timer *pause;
	bool closing;
};

static void set_accepting(struct server *s)
{
	if (s->watch)
		fd_watch_set(s->watch, s->o.count < s->o.s.max_connections, false);
}

static void peer_text(const struct sockaddr_storage *a, char *text, size_t n)
{
	const void *address = &((const struct sockaddr_in *)a)->sin_addr;
	text[0] = 0;
	if (a->ss_family == AF_INET6) {
		const struct in6_addr *six = &((const struct sockaddr_in6 *)a)->sin6_addr;
		if (IN6_IS_ADDR_V4MAPPED(six)) {
			inet_ntop(AF_INET, six->s6_addr + 12, text, (socklen_t)n);
			return;
		}
		address = six;
	}
	inet_ntop(a->ss_family, address, text, (socklen_t)n);
}

static void on_connection(void *arg, bool readable, bool writable)
{
	struct server *s = arg;
	(void)readable;
	(void)writable;
	for (int i = 0; i < ACCEPTS && s->o.count < s->o.s.max_connections; i++) {
		struct sockaddr_storage a;
		socklen_t n = sizeof(a);
		char peer[INET6_ADDRSTRLEN];
		int one = 1,
		    fd = accept4(s->fd, (struct sockaddr *)&a, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 &&
		    (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)) {
			/* the loop would spin on a connection that cannot be taken */
			fd_watch_set(s->watch, false, false);
			timer_set(s->pause, PAUSE);
			return;
		}
		if (fd < 0)
			break;
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
		peer_text(&a, peer, sizeof(peer));
		conn_open(&s->o, fd, peer);
	}
	set_accepting(s);
}

static void after_pause(void *arg)
{
	set_accepting(arg);
}

static void on_closed(struct conn_owner *o)
{
	struct server *s = (struct server *)(void *)o;
	if (!s->closing)
		set_accepting(s);
}

static void stop_listening(struct server *s)
{
	fd_watch_close(s->watch);
	timer_close(s->pause);
	s->watch = NULL;
	s->pause = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* "host:port" with a numeric host; no host: all addresses. */
static err *resolve(arena *mem, const char *address, struct addrinfo **ret_info)
{
	str all = str_of(address);
	ptrdiff_t colon = str_rfind(all, ':');
	str host = str_sub(all, 0, colon < 0 ? 0 : (size_t)colon);
	if (host.n && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_sub(host, 1, host.n - 1);
	if (str_is(host, "localhost"))
		host = STR("127.0.0.1");
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				 .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
	hints.ai_family = host.n ? AF_UNSPEC : AF_INET6;
	const char *port = colon < 0 ? "" : address + colon + 1;
	if (!*port || getaddrinfo(host.n ? str_text(mem, host) : NULL, port, &hints, ret_info) != 0)
		return err_new(mem, ERR_INVALID,
			       "the listening address \"%s\" is no \"IP:port\" and no \":port\"",
			       address);
	return NULL;
}

static int listening(const struct addrinfo *a)
{
	int one = 1, zero = 0,
	    fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (a->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int failure = errno;
	close(fd);
	errno = failure;
	return -1;
}

static int port_of(int fd)
{
	struct sockaddr_storage a;
	socklen_t n = sizeof(a);
	if (getsockname(fd, (struct sockaddr *)&a, &n) != 0)
		return 0;
	return ntohs(a.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&a)->sin6_port
					     : ((struct sockaddr_in *)&a)->sin_port);
}

static err *listen_at(arena *mem, const char *address, int *ret_fd)
{
	struct addrinfo *info;
	TRY(resolve(mem, address, &info));
	int fd = listening(info);
	if (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL) && address[0] == ':') {
		/* a machine without IPv6 */
		struct sockaddr_in four = {.sin_family = AF_INET};
		four.sin_port = ((struct sockaddr_in6 *)(void *)info->ai_addr)->sin6_port;
		struct addrinfo other = {
			.ai_family = AF_INET, .ai_addr = (void *)&four, .ai_addrlen = sizeof(four)};
		fd = listening(&other);
	}
	int failure = errno;
	freeaddrinfo(info);
	if (fd < 0)
		return err_errno(mem, failure, "listening at %s", address);
	*ret_fd = fd;
	return NULL;
}

static void fill_in(struct server_settings *s)
{
	if (!s->max_head)
		s->max_head = 16 << 10;
	if (!s->max_body)
		s->max_body = 1 << 20;
	if (!s->max_connections)
		s->max_connections = 512;
	if (!s->request_timeout)
		s->request_timeout = 20 * CLOCK_SECOND;
	if (!s->idle_timeout)
		s->idle_timeout = 90 * CLOCK_SECOND;
	if (!s->stall_timeout)
		s->stall_timeout = 30 * CLOCK_SECOND;
}

err *server_open(arena *mem, loop *l, const struct server_settings *settings,
		 struct server **ret_server)
{
	int fd;
	TRY(listen_at(mem, settings->address, &fd));
	arena *own = arena_open();
	struct server *s = NEW(own, struct server);
	s->mem = own;
	s->fd = fd;
	s->port = port_of(fd);
	s->o.loop = l;
	s->o.s = *settings;
	s->o.s.address = arena_text(own, settings->address);
	s->o.on_closed = on_closed;
	fill_in(&s->o.s);
	s->watch = fd_watch_open(l, fd, on_connection, s);
	s->pause = timer_open(l, after_pause, s);
	set_accepting(s);
	*ret_server = s;
	return NULL;
}

void server_close(struct server *s)
{
	if (!s)
		return;
	s->closing = true;
	stop_listening(s);
	while (s->o.conns)
		conn_close(s->o.conns);
	arena_close(s->mem);
}

void server_drain(struct server *s)
{
	stop_listening(s);
	s->o.draining = true;
	for (struct conn *c = s->o.conns, *next; c; c = next) {
		next = conn_next(c);
		if (conn_idle(c))
			conn_close(c);
	}
}

int server_port(const struct server *s)
{
	return s->port;
}

int server_connections(const struct server *s)
{
	return s->o.count;
}

const char *server_header(const struct server_call *c, const char *name)
{
	for (const struct http_header *h = c->headers; h && h->name; h++)
		if (strcmp(h->name, name) == 0)
			return h->value;
	return NULL;
}
