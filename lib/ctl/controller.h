/*
 * controller: the frame around a kind's stages, and what wakes it. One struct kind (a table in
 * daemon/kind/, see kind.h) describes an API kind from its CRD to its reconciliation;
 * controllers_add starts it.
 *
 * The pass (on a worker): the object from the cache → gone? → spec decoded by the fields table →
 * finalizer → deletion → suspend → begin → stages → finish → status and events → when to run again.
 *
 * What wakes a key (on the loop): its object is new, its generation or its requestedAt annotation
 * changed, it is being deleted; its interval; what it refers to changed (refs.h); a wait was
 * settled or has timed out (wait.h). Never its own status write. /
 */
#ifndef SLUICE_CONTROLLER_H
#define SLUICE_CONTROLLER_H

#include "ctl/finalizer.h"
#include "ctl/kind.h"
#include "kube/mapper.h"
#include "kube/watch.h"
#include "rt/queue.h"

struct controllers;

struct controllers_settings {
	loop *loop;
	pool *pool;
	struct client *client;
	struct events *events;
	struct house *house;
	struct mapper *mapper;	     /* told when definitions change; NULL: nobody is */
	const char *ns;		     /* watch this namespace only; "" or NULL: all */
	const char *selector;	     /* label selector of own kinds; NULL: none */
	const char *config_selector; /* which of them refs.h calls labelled; NULL: all */
	bool no_configs;	     /* do not watch Secrets and ConfigMaps that are referred to */
	int64_t requeue_dependency;  /* ns */
	int64_t least_retry, most_retry; /* ns */
	int jitter;			 /* percent of interval */
	/* may the program write (leader_may_write)? NULL: always */
	bool (*may_write)(void *arg);
	void *may_write_arg;
};

/* All on the loop. */
struct controllers *controllers_open(const struct controllers_settings *s);
/* workers: passes of this kind that run at once. Kinds without stages are watched and cached only.
 */
struct controller *controllers_add(struct controllers *cs, const struct kind *k, int workers);
/* Keys are worked on as soon as all watches have shown what is there; before this call (leadership
 * has begun) they only gather. A kind that the API server does not serve is not waited for. */
void controllers_start(struct controllers *cs);
/* No new passes; what runs goes on (pool_cancel_all calls it off). */
void controllers_stop(struct controllers *cs);
int controllers_running(const struct controllers *cs);
/* After the pool was closed. */
void controllers_close(struct controllers *cs);
/* Has every watch shown what is there? */
bool controllers_synced(const struct controllers *cs);
/* Calls fn(arg) once they have; set before the first controllers_add. */
void controllers_on_synced(struct controllers *cs, void (*fn)(void *), void *arg);
/* Brings the metrics of the queues up to date; those of the objects, on any thread. */
void controllers_meter_queues(const struct controllers *cs);
void controllers_meter_objects(const struct controllers *cs);

/* A copy of an object of a watched kind, NULL when it is not there. Any thread. */
val *controllers_get(struct controllers *cs, arena *mem, const char *kind, const char *ns,
		     const char *name);
/* Reads from the API server instead; ERR_NOT_FOUND: GitRepository.source.toolkit.fluxcd.io "app"
 * not found. */
err *controllers_read(ctx *c, struct controllers *cs, const char *kind, const char *ns,
		      const char *name, val **ret_obj);
/* Calls each for a copy of every object of a kind (ns NULL: all). Any thread. */
void controllers_each(struct controllers *cs, const char *kind, const char *ns,
		      void (*each)(void *arg, const val *obj), void *arg);
/* Runs an object now, before others (a webhook came). Any thread. */
void controllers_poke(struct controllers *cs, const char *kind, const char *ns, const char *name);

/* The same, but neither calls off a pass that runs (it runs again behind it) nor one that is parked, which
 * looks for itself when it goes on. Any thread. */
void controllers_nudge(struct controllers *cs, const char *kind, const char *ns, const char *name);

/* Wakes those that depend (REF_DEPENDS) on an object of a foreign kind, and wait, whenever it changes. What is
 * copied. Any thread. */
struct other;
void controllers_watch(struct controllers *cs, const struct other *what);

/* What an object offers as a source, for reconcile.saw. Any thread. */
uint64_t controllers_offer(const struct controllers *cs, arena *mem, const char *kind,
			   const val *obj);

/* The table of a kind that was added; NULL for another. */
const struct kind *controllers_kind(const struct controllers *cs, const char *kind);

#endif
