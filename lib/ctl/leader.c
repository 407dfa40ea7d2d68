#include "ctl/leader.h"

#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"

#define STACK_BYTES ((size_t)512 << 10)
#define RELEASE_TIME (2 * CLOCK_SECOND)

struct leader {
	struct leader_settings settings;
	pthread_t thread;
	pthread_mutex_t lock;
	ctx *trying; /* under lock */
	atomic_bool stopping, ended;
	atomic_llong write_until; /* clock_now; 0: not leading */
	/* the thread's own: what was seen of the Lease, and when */
	arena *seen_mem;
	val *seen;
	int64_t seen_at;
};

static const struct resource lease_resource = {
	.gvk = {"coordination.k8s.io", "v1", "Lease"}, .plural = "leases", .namespaced = true};

bool leader_may_write(struct leader *l)
{
	return !l || clock_now() < atomic_load(&l->write_until);
}

/* Somebody else's Lease counts from when this machine saw it change. */
static void observe(struct leader *l, const val *lease)
{
	if (l->seen && val_eq(val_get(l->seen, "spec"), val_get(lease, "spec")))
		return;
	arena_close(l->seen_mem);
	l->seen_mem = arena_open();
	l->seen = val_copy(l->seen_mem, lease);
	l->seen_at = clock_now();
}

static bool is_held_by_another(const struct leader *l, const val *lease)
{
	const val *spec = val_get(lease, "spec");
	const char *holder = val_text_or(val_get(spec, "holderIdentity"), "");
	int64_t seconds = val_as_int(val_get(spec, "leaseDurationSeconds"), 0);
	return *holder && !text_eq(holder, l->settings.identity) &&
	       clock_now() < l->seen_at + seconds * CLOCK_SECOND;
}

static val *make_spec(const struct leader *l, arena *mem, const val *old)
{
	const val *was = val_get(old, "spec");
	const char *now = clock_rfc3339_micro(mem, clock_wall());
	bool mine = text_eq(val_as_text(val_get(was, "holderIdentity")), l->settings.identity);
	val *spec = val_map(mem);
	val_set_text(mem, spec, "holderIdentity", l->settings.identity);
	val_set(mem, spec, "leaseDurationSeconds",
		val_int(mem, l->settings.lease_duration / CLOCK_SECOND));
	val_set_text(mem, spec, "acquireTime",
		     mine ? val_text_or(val_get(was, "acquireTime"), now) : now);
	val_set_text(mem, spec, "renewTime", now);
	val_set(mem, spec, "leaseTransitions",
		val_int(mem, val_as_int(val_get(was, "leaseTransitions"), 0) + (old && !mine)));
	return spec;
}

static err *create(ctx *c, struct leader *l)
{
	val *lease = val_map(c->mem), *metadata = val_map(c->mem), *got;
	val_set_text(c->mem, lease, "apiVersion", "coordination.k8s.io/v1");
	val_set_text(c->mem, lease, "kind", "Lease");
	val_set_text(c->mem, metadata, "name", l->settings.name);
	val_set_text(c->mem, metadata, "namespace", l->settings.ns);
	val_set(c->mem, lease, "metadata", metadata);
	val_set(c->mem, lease, "spec", make_spec(l, c->mem, NULL));
	TRY(client_create(c, l->settings.client, &lease_resource, l->settings.ns, lease, NULL,
			  &got));
	observe(l, got);
	return NULL;
}

/* One try to take or renew the Lease; ERR_WAIT while another holds it. */
static err *try_lease(ctx *c, struct leader *l)
{
	const struct leader_settings *s = &l->settings;
	val *lease, *got;
	err *e = client_get(c, s->client, &lease_resource, s->ns, s->name, false, &lease);
	if (err_code(e) == ERR_NOT_FOUND)
		return create(c, l);
	TRY(e);
	observe(l, lease);
	if (is_held_by_another(l, lease))
		return err_new(c->mem, ERR_WAIT, "the lease is held by %s",
			       val_text_or(VAL_IN(lease, "spec", "holderIdentity"), ""));
	val_set(c->mem, lease, "spec", make_spec(l, c->mem, lease));
	TRY(client_update(c, s->client, &lease_resource, s->ns, s->name, lease, &got));
	observe(l, got);
	return NULL;
}

/* Gives the Lease up: another may take it at once. */
static err *release(ctx *c, struct leader *l)
{
	const struct leader_settings *s = &l->settings;
	val *lease, *got;
	TRY(client_get(c, s->client, &lease_resource, s->ns, s->name, false, &lease));
	val *spec = val_get(lease, "spec");
	if (!text_eq(val_as_text(val_get(spec, "holderIdentity")), s->identity))
		return NULL;
	const char *now = clock_rfc3339_micro(c->mem, clock_wall());
	val_set_text(c->mem, spec, "holderIdentity", "");
	val_set(c->mem, spec, "leaseDurationSeconds", val_int(c->mem, 1));
	val_set_text(c->mem, spec, "renewTime", now);
	val_set_text(c->mem, spec, "acquireTime", now);
	return client_update(c, s->client, &lease_resource, s->ns, s->name, lease, &got);
}

/* Runs fn with a ctx that leader_stop calls off; giving the lease up is not called off. */
static err *with_ctx(struct leader *l, arena *mem, int64_t time, err *(*fn)(ctx *, struct leader *))
{
	ctx c;
	ctx_init(&c, mem, l->settings.loop, clock_now() + time);
	pthread_mutex_lock(&l->lock);
	if (fn != release)
		l->trying = &c;
	if (fn != release && atomic_load(&l->stopping))
		ctx_cancel(&c, "the program is ending");
	pthread_mutex_unlock(&l->lock);
	err *e = fn(&c, l);
	pthread_mutex_lock(&l->lock);
	l->trying = NULL;
	pthread_mutex_unlock(&l->lock);
	ctx_done(&c);
	return e;
}

static err *rest(ctx *c, struct leader *l)
{
	(void)l;
	return ctx_sleep(c, c->deadline - clock_now());
}

static void started(void *arg)
{
	struct leader *l = arg;
	l->settings.on_started(l->settings.arg);
}

static void lost(void *arg)
{
	struct leader *l = arg;
	l->settings.on_lost(l->settings.arg);
}

/* The time that writes are allowed until, counted from before the request that renewed the lease. */
static void may_write_from(struct leader *l, int64_t asked)
{
	atomic_store(&l->write_until, asked + l->settings.renew_deadline);
}

/* Until the lease is ours; false when the program ends first. */
static bool acquire(struct leader *l)
{
	for (const char *told = NULL; !atomic_load(&l->stopping);) {
		arena *mem = arena_open();
		int64_t asked = clock_now();
		err *e = with_ctx(l, mem, l->settings.renew_deadline, try_lease);
		if (!e) {
			may_write_from(l, asked);
			arena_close(mem);
			return true;
		}
		const char *word = e->code == ERR_WAIT ? "held" : "failed";
		if (!text_eq(told, word) && e->code != ERR_CANCELED)
			log_line(LOG_INFO, "leader", "waiting for the lease", "name",
				 l->settings.name, "reason", err_text(mem, e), NULL);
		told = word;
		(void)with_ctx(l, mem, rand_jitter(l->settings.retry_period, 20), rest);
		arena_close(mem);
	}
	return false;
}

/* As long as the lease can be renewed in time; true when the program ends before. */
static bool hold(struct leader *l)
{
	while (leader_may_write(l)) {
		arena *mem = arena_open();
		(void)with_ctx(l, mem, l->settings.retry_period, rest);
		int64_t asked = clock_now();
		int64_t left = atomic_load(&l->write_until) - asked;
		bool ends = atomic_load(&l->stopping);
		err *e = ends || left <= 0 ? NULL : with_ctx(l, mem, left, try_lease);
		if (!ends && left > 0 && !e)
			may_write_from(l, asked);
		if (e && e->code != ERR_CANCELED)
			log_line(LOG_ERROR, "leader", "cannot renew the lease", "name",
				 l->settings.name, "error", err_text(mem, e), NULL);
		bool taken = err_code(e) == ERR_WAIT;
		arena_close(mem);
		if (ends)
			return true;
		if (taken)
			break;
	}
	return false;
}

static void *run(void *arg)
{
	struct leader *l = arg;
	bool leads = acquire(l), ends = true;
	if (leads) {
		loop_post(l->settings.loop, started, l);
		ends = hold(l);
		atomic_store(&l->write_until, 0);
		if (!ends)
			loop_post(l->settings.loop, lost, l);
	}
	if (leads && ends && l->settings.release_on_exit) {
		arena *mem = arena_open();
		(void)with_ctx(l, mem, RELEASE_TIME, release);
		arena_close(mem);
	}
	atomic_store(&l->ended, true);
	return NULL;
}

err *leader_open(arena *mem, const struct leader_settings *s, struct leader **ret_leader)
{
	struct leader *l = NEW(mem, struct leader);
	l->settings = *s;
	l->settings.ns = arena_text(mem, s->ns);
	l->settings.name = arena_text(mem, s->name);
	l->settings.identity = arena_text(mem, s->identity);
	pthread_mutex_init(&l->lock, NULL);
	pthread_attr_t attr;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_BYTES);
	int rc = pthread_create(&l->thread, &attr, run, l);
	pthread_attr_destroy(&attr);
	if (rc)
		return err_errno(mem, rc, "starting the thread of the leader election");
	*ret_leader = l;
	return NULL;
}

void leader_stop(struct leader *l)
{
	if (!l)
		return;
	atomic_store(&l->stopping, true);
	pthread_mutex_lock(&l->lock);
	if (l->trying)
		ctx_cancel(l->trying, "the program is ending");
	pthread_mutex_unlock(&l->lock);
}

bool leader_stopped(struct leader *l)
{
	return !l || atomic_load(&l->ended);
}

void leader_close(struct leader *l)
{
	if (!l)
		return;
	pthread_join(l->thread, NULL);
	pthread_mutex_destroy(&l->lock);
	arena_close(l->seen_mem);
}
