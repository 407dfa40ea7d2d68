#include "net/lane.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

/* As many streams as an API server allows on one connection; libcurl opens another beyond. */
#define STREAMS 100L
#define IDLE_CONNECTIONS 8L

struct lane {
	loop *loop;
	CURLM *multi;
	struct timer *timer;
	int inside; /* depth of calls into libcurl that may call us */
	int count;
	void (*done)(void *, CURL *, CURLcode);
	void *arg;
};

struct socket {
	struct lane *lane;
	curl_socket_t fd;
	struct fd_watch *watch;
};

static void tell_done(struct lane *n)
{
	CURLMsg *m;
	int left;
	while ((m = curl_multi_info_read(n->multi, &left))) {
		if (m->msg != CURLMSG_DONE)
			continue;
		CURL *easy = m->easy_handle;
		CURLcode rc = m->data.result;
		lane_remove(n, easy);
		n->done(n->arg, easy, rc);
	}
}

static void act(struct lane *n, curl_socket_t fd, int events)
{
	int running;
	n->inside++;
	curl_multi_socket_action(n->multi, fd, events, &running);
	n->inside--;
	tell_done(n);
}

static void on_timer(void *arg)
{
	act(arg, CURL_SOCKET_TIMEOUT, 0);
}

static void on_socket(void *arg, bool readable, bool writable)
{
	struct socket *s = arg;
	act(s->lane, s->fd, (readable ? CURL_CSELECT_IN : 0) | (writable ? CURL_CSELECT_OUT : 0));
}

static int set_timer(CURLM *multi, long ms, void *arg)
{
	(void)multi;
	struct lane *n = arg;
	if (ms < 0)
		timer_stop(n->timer);
	else
		timer_set(n->timer, ms * CLOCK_MS);
	return 0;
}

static int set_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	(void)easy;
	struct lane *n = arg;
	struct socket *s = known;
	if (what == CURL_POLL_REMOVE) {
		if (s) {
			fd_watch_close(s->watch);
			free(s);
			curl_multi_assign(n->multi, fd, NULL);
		}
		return 0;
	}
	if (!s) {
		s = calloc(1, sizeof(*s));
		if (!s)
			abort();
		*s = (struct socket){n, fd, fd_watch_open(n->loop, fd, on_socket, s)};
		curl_multi_assign(n->multi, fd, s);
	}
	fd_watch_set(s->watch, what & CURL_POLL_IN, what & CURL_POLL_OUT);
	return 0;
}

struct lane *lane_open(loop *l, long max_connections, void (*done)(void *, CURL *, CURLcode),
		       void *arg)
{
	struct lane *n = calloc(1, sizeof(*n));
	CURLM *multi = curl_multi_init();
	if (!n || !multi) {
		fputs("sluice: out of memory\n", stderr);
		abort();
	}
	*n = (struct lane){.loop = l, .multi = multi, .done = done, .arg = arg};
	n->timer = timer_open(l, on_timer, n);
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, set_socket);
	curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, n);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, set_timer);
	curl_multi_setopt(multi, CURLMOPT_TIMERDATA, n);
	curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, STREAMS);
	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, max_connections);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, IDLE_CONNECTIONS);
	return n;
}

void lane_close(struct lane *n)
{
	if (!n)
		return;
	curl_multi_cleanup(n->multi);
	timer_close(n->timer);
	free(n);
}

bool lane_busy(const struct lane *n)
{
	return n->inside > 0;
}

void lane_add(struct lane *n, CURL *easy)
{
	if (curl_multi_add_handle(n->multi, easy) != CURLM_OK)
		abort(); /* only for a handle that is in already, or from inside */
	n->count++;
}

void lane_remove(struct lane *n, CURL *easy)
{
	n->inside++; /* a removal may call set_socket and set_timer, never done */
	curl_multi_remove_handle(n->multi, easy);
	n->inside--;
	n->count--;
}

int lane_count(const struct lane *n)
{
	return n->count;
}
