#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/log.h"
#include "base/rand.h"
#include "crypt/digest.h"
#include "cli/cli.h"
#include "ctl/house.h"
#include "obs/probe.h"
#include "serve/serve.h"

#define SPARE_WORKERS 2 /* for what is no reconcile: metrics, webhooks */
#define POOL_MAX 512
#define MALLOC_ARENAS 2
#define MALLOC_MMAP_BYTES (128 << 10)
#define TRIM_EVERY (30 * CLOCK_SECOND)

/* The stages of an orderly end, counted from the signal. */
#define DRAIN_LOOK (20 * CLOCK_MS)
#define DRAIN_CALL_OFF (5 * CLOCK_SECOND)
#define DRAIN_GIVE_UP (10 * CLOCK_SECOND)
#define DRAIN_EVENTS (2 * CLOCK_SECOND)

struct daemon {
	arena *mem;
	struct house house;
	struct server *metrics, *probes;
	struct client *unfenced; /* for the lease itself; NULL: no election */
	struct timer *trim, *drain;
	bool was_busy;
	int64_t draining; /* since; 0: not */
	bool called_off, letting_go;
	const char *failed; /* why the program ends by itself; NULL: it was asked to */
};

static void on_trim(void *arg)
{
	struct daemon *d = arg;
	bool busy = pool_busy(d->house.pool);
	/* after a burst the memory goes back to the system */
	if (d->was_busy && !busy)
		malloc_trim(0);
	d->was_busy = busy;
	timer_set(d->trim, TRIM_EVERY);
}

static void on_drain(void *arg)
{
	struct daemon *d = arg;
	struct house *h = &d->house;
	int64_t since = clock_now() - d->draining;
	if (since >= DRAIN_GIVE_UP) {
		log_line(LOG_ERROR, "daemon", "giving up on what still runs", NULL);
		_exit(1);
	}
	if (!d->called_off && (since >= DRAIN_CALL_OFF || d->failed)) {
		pool_cancel_all(h->pool, "the program is ending");
		d->called_off = true;
	}
	if (!d->letting_go && !pool_busy(h->pool)) {
		leader_stop(h->leader);
		events_stop(h->events, DRAIN_EVENTS);
		d->letting_go = true;
	}
	if (d->letting_go && !pool_busy(h->pool) && leader_stopped(h->leader) &&
	    events_stopped(h->events))
		loop_stop(h->loop);
	else
		timer_set(d->drain, DRAIN_LOOK);
}

static void begin_drain(struct daemon *d)
{
	if (d->draining)
		_exit(1); /* asked twice */
	d->draining = clock_now();
	log_line(LOG_INFO, "daemon", "ending", "reason", d->failed ? d->failed : "signal", NULL);
	probe_set(PROBE_READY, "running", false);
	controllers_stop(d->house.controllers);
	timer_set(d->drain, 0);
}

static void on_signal(void *arg)
{
	begin_drain(arg);
}

static void fail(struct daemon *d, const char *why)
{
	d->failed = why;
	if (!d->draining)
		begin_drain(d);
}

static void on_lead(void *arg)
{
	struct daemon *d = arg;
	if (d->draining)
		return;
	for (const struct house_part *p = house_parts; p->name; p++) {
		err *e = p->lead ? p->lead(d->mem, &d->house) : NULL;
		if (e) {
			fail(d, err_text(d->mem, err_wrap(d->mem, e, "%s", p->name)));
			return;
		}
	}
	controllers_start(d->house.controllers);
}

static void on_lost(void *arg)
{
	fail(arg, "the lease was lost: another program may lead");
}

static void on_synced(void *arg)
{
	(void)arg;
	probe_set(PROBE_READY, "caches", true);
	log_line(LOG_INFO, "daemon", "all objects are known", NULL);
}

static bool may_write(void *arg)
{
	return leader_may_write(((struct daemon *)arg)->house.leader);
}

static err *find_cluster(arena *mem, const struct options *o, struct config **ret_config)
{
	if (*o->kubeconfig)
		return config_file(mem, o->kubeconfig, *o->context ? o->context : NULL, ret_config);
	err *e = config_in_cluster(mem, ret_config);
	if (err_code(e) == ERR_NOT_FOUND)
		return err_new(mem, ERR_NOT_FOUND,
			       "this is no pod of a cluster; name one with --kubeconfig");
	return e;
}

static const char *host_name(arena *mem)
{
	char name[256] = "";
	gethostname(name, sizeof(name) - 1);
	return arena_text(mem, name);
}

static int worker_count(const struct options *o)
{
	int64_t n = SPARE_WORKERS;
	for (const struct kind *const *k = kind_table; *k; k++)
		n += (*k)->stages ? o->concurrent : 0;
	return n < POOL_MAX ? (int)n : POOL_MAX;
}

static const char *lease_name(arena *mem, const struct options *o)
{
	if (!*o->watch_selector)
		return o->leader_name;
	/* shards do not compete with each other */
	return arena_printf(mem, "%s-%.8s", o->leader_name,
			    digest_hex(mem, DIGEST_SHA256, str_of(o->watch_selector)));
}

static err *open_leader(struct daemon *d)
{
	const struct options *o = d->house.options;
	unsigned char bytes[8];
	rand_bytes(bytes, sizeof(bytes));
	TRY(client_open(d->mem, d->house.loop, d->house.config, &d->unfenced));
	client_fence(d->house.client, may_write, d);
	struct leader_settings s = {
		.loop = d->house.loop,
		.client = d->unfenced,
		.ns = o->runtime_namespace,
		.name = lease_name(d->mem, o),
		.identity = arena_printf(d->mem, "%s_%s", host_name(d->mem),
					 enc_hex(d->mem, (str){(char *)bytes, sizeof(bytes)})),
		.lease_duration = o->leader_lease,
		.renew_deadline = o->leader_deadline,
		.retry_period = o->leader_retry,
		.release_on_exit = o->leader_release,
		.on_started = on_lead,
		.on_lost = on_lost,
		.arg = d,
	};
	return leader_open(d->mem, &s, &d->house.leader);
}

static err *open_ground(struct daemon *d)
{
	struct house *h = &d->house;
	const struct options *o = h->options;
	TRY(find_cluster(d->mem, o, &h->config));
	TRY(loop_open(d->mem, &h->loop));
	TRY(pool_open(d->mem, h->loop, worker_count(o), &h->pool));
	TRY(client_open(d->mem, h->loop, h->config, &h->client));
	TRY(mapper_open(d->mem, h->client, &h->mapper));
	return events_open(d->mem,
			   &(struct events_settings){.loop = h->loop,
						     .client = h->client,
						     .address = o->events_addr,
						     .instance = host_name(d->mem)},
			   &h->events);
}

static void open_controllers(struct daemon *d)
{
	struct house *h = &d->house;
	const struct options *o = h->options;
	h->controllers = controllers_open(&(struct controllers_settings){
		.loop = h->loop,
		.pool = h->pool,
		.client = h->client,
		.events = h->events,
		.house = h,
		.mapper = h->mapper,
		.ns = o->watch_all_namespaces ? NULL : o->runtime_namespace,
		.selector = o->watch_selector,
		.config_selector = o->config_selector,
		.no_configs = options_gate(o, "DisableConfigWatchers"),
		.requeue_dependency = o->requeue_dependency,
		.least_retry = o->least_retry,
		.most_retry = o->most_retry,
		.jitter = (int)o->jitter,
		.may_write = may_write,
		.may_write_arg = d,
	});
	controllers_on_synced(h->controllers, on_synced, d);
	for (const struct kind *const *k = kind_table; *k; k++)
		controllers_add(h->controllers, *k, (int)o->concurrent);
}

static err *open_house(struct daemon *d)
{
	struct house *h = &d->house;
	TRY(open_ground(d));
	d->trim = timer_open(h->loop, on_trim, d);
	d->drain = timer_open(h->loop, on_drain, d);
	for (const struct house_part *p = house_parts; p->name; p++)
		TRY_AS(d->mem, p->open(d->mem, h), "%s", p->name);
	probe_set(PROBE_READY, "caches", false);
	TRY(serve_metrics(d->mem, h, &d->metrics));
	TRY(serve_probes(d->mem, h, &d->probes));
	open_controllers(d);
	if (h->options->leader_election)
		return open_leader(d);
	loop_post(h->loop, on_lead, d);
	return NULL;
}

static void close_parts(struct house *h, const struct house_part *p)
{
	if (!p->name)
		return;
	close_parts(h, p + 1);
	if (p->close)
		p->close(h);
}

/* In reverse, as far as it was opened; the loop does not run any more. */
static void close_house(struct daemon *d, bool ran)
{
	struct house *h = &d->house;
	/* what was never run cannot be stopped: the system takes it back */
	if (!ran && h->loop)
		return;
	leader_close(h->leader);
	events_close(h->events);
	pool_close(h->pool);
	server_close(d->metrics);
	server_close(d->probes);
	controllers_close(h->controllers);
	close_parts(h, house_parts);
	mapper_close(h->mapper);
	client_close(h->client);
	if (d->unfenced)
		client_close(d->unfenced);
	timer_close(d->trim);
	timer_close(d->drain);
	loop_close(h->loop);
}

static void tune_memory(void)
{
	mallopt(M_ARENA_MAX, MALLOC_ARENAS);
	mallopt(M_MMAP_THRESHOLD, MALLOC_MMAP_BYTES);
	mallopt(M_TRIM_THRESHOLD, MALLOC_MMAP_BYTES);
}

err *daemon_run(arena *mem, const struct options *o)
{
	struct daemon *d = NEW(mem, struct daemon);
	d->mem = mem;
	d->house.options = o;
	tune_memory();
	signal(SIGPIPE, SIG_IGN);
	err *e = open_house(d);
	if (!e) {
		loop_on_signal(d->house.loop, SIGTERM, on_signal, d);
		loop_on_signal(d->house.loop, SIGINT, on_signal, d);
		timer_set(d->trim, TRIM_EVERY);
		log_line(LOG_INFO, "daemon", "running", "version", SLUICE_VERSION, "server",
			 d->house.config->server, NULL);
		loop_run(d->house.loop);
	}
	close_house(d, !e);
	return !e && d->failed ? err_new(mem, ERR_FAILED, "%s", d->failed) : e;
}
