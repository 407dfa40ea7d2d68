#include "net/dial.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"
#include "net/url.h"

#define SLICE (50 * CLOCK_MS) /* how soon a wait sees that it is called off */
#define SOCKS_PORT 1080

err *dial_wait(ctx *c, int fd, short events, int64_t deadline)
{
	struct pollfd p = {.fd = fd, .events = events};
	for (;;) {
		TRY(ctx_check(c));
		int64_t left = deadline ? deadline - clock_now() : SLICE;
		if (left <= 0)
			return err_new(c->mem, ERR_TIMEOUT, "context deadline exceeded");
		left = left < SLICE ? left : SLICE;
		int n = poll(&p, 1, (int)((left + CLOCK_MS - 1) / CLOCK_MS));
		if (n > 0)
			return NULL;
		if (n < 0 && errno != EINTR)
			return err_errno(c->mem, errno, "poll");
	}
}

static const char *reason(arena *mem, int number)
{
	char *text = arena_text(mem, strerror(number));
	text[0] = (char)tolower(text[0]);
	return text;
}

static err *finish(ctx *c, int fd, int64_t deadline, const char *address)
{
	int number = 0;
	socklen_t n = sizeof(number);
	err *failed = dial_wait(c, fd, POLLOUT, deadline);
	if (err_code(failed) == ERR_TIMEOUT)
		return err_new(c->mem, ERR_TIMEOUT, "dial tcp %s: i/o timeout", address);
	TRY(failed);
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &n);
	if (number)
		return err_new(c->mem, ERR_IO, "dial tcp %s: connect: %s", address,
			       reason(c->mem, number));
	return NULL;
}

static err *connect_to(ctx *c, const struct addrinfo *a, int64_t deadline, int *ret_fd)
{
	char host[128], port[16];
	getnameinfo(a->ai_addr, a->ai_addrlen, host, sizeof(host), port, sizeof(port),
		    NI_NUMERICHOST | NI_NUMERICSERV);
	const char *address =
		arena_printf(c->mem, strchr(host, ':') ? "[%s]:%s" : "%s:%s", host, port);
	int one = 1, fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_errno(c->mem, errno, "dial tcp %s: socket", address);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	err *failed = NULL;
	if (connect(fd, a->ai_addr, a->ai_addrlen) && errno != EINPROGRESS)
		failed = err_new(c->mem, ERR_IO, "dial tcp %s: connect: %s", address,
				 reason(c->mem, errno));
	if (!failed)
		failed = finish(c, fd, deadline, address);
	if (failed)
		close(fd);
	else
		*ret_fd = fd;
	return failed;
}

/* The addresses of a host, one after the other; the first one's failure is told. */
static err *direct(ctx *c, const char *host, int port, int64_t deadline, int *ret_fd)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *list;
	char service[16];
	snprintf(service, sizeof(service), "%d", port);
	int rc = getaddrinfo(host, service, &hints, &list);
	if (rc)
		return err_new(c->mem, ERR_IO, "dial tcp: lookup %s: %s", host,
			       rc == EAI_NONAME ? "no such host" : gai_strerror(rc));
	err *first = NULL;
	bool done = false;
	for (struct addrinfo *a = list; a && !done; a = a->ai_next) {
		err *failed = connect_to(c, a, deadline, ret_fd);
		done = !failed || err_code(failed) == ERR_CANCELED;
		first = !failed ? NULL : first ? first : failed;
	}
	freeaddrinfo(list);
	return first;
}

/* ---- SOCKS5 ---- */

static err *transfer(ctx *c, int fd, char *bytes, size_t n, bool out, int64_t deadline)
{
	while (n) {
		TRY(dial_wait(c, fd, out ? POLLOUT : POLLIN, deadline));
		ssize_t got = out ? send(fd, bytes, n, MSG_NOSIGNAL) : recv(fd, bytes, n, 0);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (got <= 0)
			return err_new(c->mem, ERR_IO, "unexpected EOF");
		bytes += got;
		n -= (size_t)got;
	}
	return NULL;
}

static err *greet(ctx *c, int fd, const struct dial *d)
{
	const char *user = d->proxy_user ? d->proxy_user : "";
	const char *password = d->proxy_password ? d->proxy_password : "";
	size_t u = strlen(user), p = strlen(password);
	char hello[] = {5, (char)(u ? 2 : 1), 0, 2}, answer[2], login[3 + 2 * 255];
	TRY(transfer(c, fd, hello, u ? 4 : 3, true, d->deadline));
	TRY(transfer(c, fd, answer, 2, false, d->deadline));
	if (answer[0] != 5)
		return err_new(c->mem, ERR_IO, "unexpected protocol version %d",
			       (unsigned char)answer[0]);
	if (answer[1] == 0)
		return NULL;
	if (answer[1] != 2 || !u)
		return err_new(c->mem, ERR_IO, "no acceptable authentication methods");
	if (u > 255 || p > 255)
		return err_new(c->mem, ERR_INVALID, "invalid username/password");
	login[0] = 1;
	login[1] = (char)u;
	memcpy(login + 2, user, u);
	login[2 + u] = (char)p;
	memcpy(login + 3 + u, password, p);
	TRY(transfer(c, fd, login, 3 + u + p, true, d->deadline));
	TRY(transfer(c, fd, answer, 2, false, d->deadline));
	if (answer[1])
		return err_new(c->mem, ERR_UNAUTHORIZED, "username/password authentication failed");
	return NULL;
}

/* An address as its bytes, a name with its length. */
static err *put_host(ctx *c, const char *host, char *into, size_t *ret_n)
{
	size_t n = strlen(host);
	*ret_n = 5;
	into[0] = 1;
	if (inet_pton(AF_INET, host, into + 1) == 1)
		return NULL;
	*ret_n = 17;
	into[0] = 4;
	if (inet_pton(AF_INET6, host, into + 1) == 1)
		return NULL;
	if (n > 255)
		return err_new(c->mem, ERR_INVALID, "FQDN too long");
	into[0] = 3;
	into[1] = (char)n;
	memcpy(into + 2, host, n);
	*ret_n = n + 2;
	return NULL;
}

static err *ask(ctx *c, int fd, const struct dial *d)
{
	static const char *const failures[] = {"succeeded",
					       "general SOCKS server failure",
					       "connection not allowed by ruleset",
					       "network unreachable",
					       "host unreachable",
					       "connection refused",
					       "TTL expired",
					       "command not supported",
					       "address type not supported"};
	char q[7 + 255] = {5, 1, 0}, head[4], rest[258], length = 0;
	size_t n = 0;
	TRY(put_host(c, d->host, q + 3, &n));
	q[3 + n] = (char)(d->port >> 8);
	q[4 + n] = (char)d->port;
	TRY(transfer(c, fd, q, 5 + n, true, d->deadline));
	TRY(transfer(c, fd, head, 4, false, d->deadline));
	unsigned code = (unsigned char)head[1];
	if (code)
		return err_new(c->mem, ERR_IO, "unknown error %s",
			       code < 9 ? failures[code] : "unknown code");
	if (head[3] == 3)
		TRY(transfer(c, fd, &length, 1, false, d->deadline));
	size_t bound = head[3] == 1 ? 4 : head[3] == 4 ? 16 : (unsigned char)length;
	return transfer(c, fd, rest, bound + 2, false, d->deadline);
}

static err *through(ctx *c, const struct dial *d, int *ret_fd)
{
	struct url *u;
	TRY_AS(c->mem, url_parse(c->mem, d->proxy, &u), "socks connect");
	if (!text_eq(u->scheme, "socks5") && !text_eq(u->scheme, "socks5h"))
		return err_new(c->mem, ERR_UNSUPPORTED, "proxy: unknown scheme: %s", u->scheme);
	const char *way = arena_printf(c->mem, "socks connect tcp %s->%s:%d", url_host(c->mem, u),
				       d->host, d->port);
	TRY_AS(c->mem, direct(c, u->host, u->port ? u->port : SOCKS_PORT, d->deadline, ret_fd),
	       "%s", way);
	err *failed = greet(c, *ret_fd, d);
	if (!failed)
		failed = ask(c, *ret_fd, d);
	if (failed)
		close(*ret_fd);
	return failed ? err_wrap(c->mem, failed, "%s", way) : NULL;
}

static void hang_up(void *arg)
{
	close(*(int *)arg);
}

err *dial_tcp(ctx *c, const struct dial *d, int *ret_fd)
{
	int *fd = NEW(c->mem, int);
	if (d->proxy && *d->proxy)
		TRY(through(c, d, fd));
	else
		TRY(direct(c, d->host, d->port, d->deadline, fd));
	arena_defer(c->mem, hang_up, fd);
	*ret_fd = *fd;
	return NULL;
}
