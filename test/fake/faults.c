#include "fake/faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "data/json.h"
#include "fake/store.h"

struct fault {
	char *method, *path, *kind, *message; /* method and path: NULL for any */
	int64_t nth, times;		      /* requests to come before it, and that meet it */
	int status, retry_after;
	int64_t wait;
	struct fault *next;
};

/* A request that is answered later, or never. */
struct late {
	struct faults *faults;
	struct server_call *call;
	struct timer *timer; /* NULL: never */
	struct late *next, **link;
};

struct faults {
	loop *loop;
	void (*serve)(void *, struct server_call *);
	void *arg;
	struct fault *list;
	struct late *late;
};

static void *memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

struct faults *fake_faults_open(loop *l, void (*serve)(void *, struct server_call *), void *arg)
{
	struct faults *f = memory(sizeof(*f));
	f->loop = l;
	f->serve = serve;
	f->arg = arg;
	return f;
}

static char *kept(const val *v)
{
	const char *text = val_as_text(v);
	return text ? strdup(text) : NULL;
}

void fake_faults_add(struct faults *f, const val *what)
{
	struct fault *x = memory(sizeof(*x)), **last = &f->list;
	x->method = kept(val_get(what, "method"));
	x->path = kept(val_get(what, "path"));
	x->kind = strdup(val_text_or(val_get(what, "kind"), "status"));
	x->message = kept(val_get(what, "message"));
	x->nth = val_as_int(val_get(what, "nth"), 1);
	x->times = val_as_int(val_get(what, "times"), 1);
	x->status = (int)val_as_int(val_get(what, "status"), 500);
	x->retry_after = (int)val_as_int(val_get(what, "retryAfter"), -1);
	x->wait = val_as_int(val_get(what, "ms"), 100) * CLOCK_MS;
	while (*last)
		last = &(*last)->next;
	*last = x;
}

void fake_faults_clear(struct faults *f)
{
	while (f->list) {
		struct fault *x = f->list;
		f->list = x->next;
		free(x->method);
		free(x->path);
		free(x->kind);
		free(x->message);
		free(x);
	}
}

static void drop(struct late *l)
{
	*l->link = l->next;
	if (l->next)
		l->next->link = l->link;
	timer_close(l->timer);
	free(l);
}

void fake_faults_close(struct faults *f)
{
	while (f->late) {
		struct server_call *c = f->late->call;
		drop(f->late);
		server_cut(c);
	}
	fake_faults_clear(f);
	free(f);
}

void fake_faults_log(arena *mem, val *log, const struct server_call *c, int status)
{
	val *v = val_map(mem);
	const char *user = server_header(c, "impersonate-user"),
		   *agent = server_header(c, "user-agent");
	val_set_text(mem, v, "method", c->method);
	val_set_text(mem, v, "path", c->path);
	val_set_text(mem, v, "query", c->query);
	val_set_text(mem, v, "user", user);
	val_set_text(mem, v, "agent", agent);
	val_set(mem, v, "status", val_int(mem, status));
	val_push(mem, log, v);
}

static struct fault *next_fault(struct faults *f, const struct server_call *c)
{
	for (struct fault *x = f->list; x; x = x->next) {
		if ((x->method && strcmp(x->method, c->method) != 0) ||
		    (x->path && !strstr(c->target, x->path)))
			continue;
		if (--x->nth <= 0 && x->nth > -x->times)
			return x;
	}
	return NULL;
}

static void serve_late(void *arg)
{
	struct late *l = arg;
	struct faults *f = l->faults;
	struct server_call *c = l->call;
	drop(l);
	server_on_gone(c, NULL, NULL);
	f->serve(f->arg, c);
}

static void never(void *arg)
{
	struct late *l = arg;
	struct server_call *c = l->call;
	drop(l);
	server_cut(c);
}

static void delay(struct faults *f, struct server_call *c, int64_t ns)
{
	struct late *l = memory(sizeof(*l));
	l->faults = f;
	l->call = c;
	l->next = f->late;
	l->link = &f->late;
	if (l->next)
		l->next->link = &l->next;
	f->late = l;
	server_on_gone(c, never, l);
	if (!ns)
		return;
	l->timer = timer_open(f->loop, serve_late, l);
	timer_set(l->timer, ns);
}

static void answer_status(struct server_call *c, const struct fault *x)
{
	struct http_header headers[3] = {{"Content-Type", "application/json"}};
	if (x->retry_after >= 0)
		headers[1] = (struct http_header){"Retry-After",
						  arena_printf(c->mem, "%d", x->retry_after)};
	val *v = fake_store_status(c->mem, x->status, "Injected", "injected fault %d%s%s",
				   x->status, x->message ? ": " : "", x->message ? x->message : "");
	server_answer(c, x->status, headers, str_of(json_text(c->mem, v, JSON_PLAIN)));
}

bool fake_faults_meet(struct faults *f, struct server_call *c, arena *mem, val *log)
{
	const struct fault *x = next_fault(f, c);
	if (!x)
		return false;
	if (strcmp(x->kind, "slow") == 0) {
		delay(f, c, x->wait);
		return true;
	}
	fake_faults_log(mem, log, c, strcmp(x->kind, "status") == 0 ? x->status : 0);
	if (strcmp(x->kind, "hang") == 0) {
		delay(f, c, 0);
	} else if (strcmp(x->kind, "cut") == 0) {
		server_cut(c);
	} else if (strcmp(x->kind, "cut-after") == 0) {
		server_cut_answer(c);
		f->serve(f->arg, c);
	} else if (strcmp(x->kind, "garbage") == 0) {
		server_answer(c, 200, NULL, STR("{\"kind\": <html>"));
	} else {
		answer_status(c, x);
	}
	return true;
}
