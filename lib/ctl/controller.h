/*
 * controller: the frame around a kind's stages, and what wakes it. One struct kind (a table in
 * daemon/kind/) describes an API kind from its CRD to its reconciliation; controllers_add starts it.
 *
 * The pass (on a worker): the object from the cache → gone? → spec decoded by the fields table → finalizer →
 * deletion → suspend → begin → stages → finish → status and events → when to run again.
 *
 * What wakes a key (on the loop): its object is new, its generation or its requestedAt annotation
 * changed, it is being deleted; its interval; what it refers to changed (refs.h); a wait was settled
 * or has timed out (wait.h). Never its own status write.
 */
#ifndef SLUICE_CONTROLLER_H
#define SLUICE_CONTROLLER_H

#include "ctl/conditions.h"
#include "ctl/finalizer.h"
#include "ctl/refs.h"
#include "ctl/stage.h"
#include "kube/watch.h"
#include "rt/queue.h"

struct kind_column {
	const char *name, *type, *path, *doc; /* ended by a NULL name */
};

struct kind {
	/* the definition */
	const char *group, *name; /* "kustomize.toolkit.fluxcd.io", "Kustomization" */
	const char *plural, *singular;
	const char *short_names; /* "ks" or "a,b"; NULL: none */
	const char *categories;	 /* "all,fluxcd,fluxcd-appliers" */
	const char *versions; /* served, oldest first, the last is stored: "v1beta1,v1beta2,v1" */
	const struct field *spec;
	size_t spec_size;
	const char
		*spec_rules; /* x-kubernetes-validations of spec, as in struct field; NULL: none */
	const struct field *status;
	bool status_default; /* {observedGeneration: -1} */
	const struct kind_column *columns;
	const char *doc;

	/* the controller; stages NULL: a kind that is only read */
	const char *component; /* "kustomize-controller": reports events, logs and metrics */
	const char
		*manager; /* fieldManager of what the frame writes: "gotk-kustomize-controller" */
	size_t work_size; /* of the kind's struct work, which begins with a struct reconcile */
	const struct stage *stages; /* ended by a NULL run */
	/* how Ready is made: NULL: stages and the frame set it directly */
	const struct conditions_polarity *polarity;
	const char *
		ready_reason; /* without polarity: Ready's reason of a success; the message is r.success */
	bool no_finalizer;

	/* hooks on a worker; each may be NULL */
	/* fills r.suspend, r.interval, r.retry from r.spec; an err counts as a stall (InvalidSpec) */
	err *(*begin)(struct reconcile *r);
	/* before stages of a pass that begins, or for one that goes on: takes from r.resumed what the later stages need */
	err *(*resume)(ctx *c, void *work);
	/* the object is being deleted: cleans up; NULL removes the finalizer. May park. Runs also while suspended. Its failure is told by an event with
	 * the fault, retried with back-off, and not written to the status */
	err *(*finalize)(ctx *c, void *work);
	/* after the stages, with what they ended in (NULL: success), before the status is written: last
	 * conditions and the events of a success */
	void (*finish)(void *work, const err *failed);

	/* hooks on the loop; each may be NULL */
	/* what the object refers to */
	void (*refs)(const val *obj, struct ref_list *list);
	/* the object is gone from the API */
	void (*gone)(struct house *house, const char *ns, const char *name);
	/* default: status.artifact's revision or digest differ */
	bool (*changed)(const val *before, const val *after);

	/* a newer revision, a change or a request calls off a pass that runs, not only one that waits */
	bool supersede;
};

struct controllers;

struct controllers_settings {
	loop *loop;
	pool *pool;
	struct client *client;
	struct events *events;
	struct house *house;
	const char *ns;			 /* watch this namespace only; "" or NULL: all */
	const char *selector;		 /* label selector of own kinds; NULL: none */
	int64_t requeue_dependency;	 /* ns */
	int64_t least_retry, most_retry; /* ns */
	int jitter;			 /* percent of interval */
	/* may the program write (leader_may_write)? NULL: always */
	bool (*may_write)(void *arg);
	void *may_write_arg;
};

/* All on the loop. */
struct controllers *controllers_open(const struct controllers_settings *s);
/* workers: passes of this kind that run at once. Kinds without stages are watched and cached only. */
struct controller *controllers_add(struct controllers *cs, const struct kind *k, int workers);
/* Keys are worked on from now on (before, they only gather): leadership has begun. */
void controllers_start(struct controllers *cs);
/* No new passes; what runs is called off after grace ns. */
void controllers_stop(struct controllers *cs);
int controllers_running(const struct controllers *cs);
void controllers_close(struct controllers *cs);
bool controllers_synced(const struct controllers *cs);

/* A copy of an object of a watched kind, NULL when it is not there. Any thread. */
val *controllers_get(struct controllers *cs, arena *mem, const char *kind, const char *ns,
		     const char *name);
/* Reads from the API server instead; ERR_NOT_FOUND: GitRepository.source.toolkit.fluxcd.io "app" not found. */
err *controllers_read(ctx *c, struct controllers *cs, const char *kind, const char *ns,
		      const char *name, val **ret_obj);
/* Calls each for a copy of every object of a kind (ns NULL: all). Any thread. */
void controllers_each(struct controllers *cs, const char *kind, const char *ns,
		      void (*each)(void *arg, const val *obj), void *arg);
/* Runs an object now, before others (a webhook came). Any thread. */
void controllers_poke(struct controllers *cs, const char *kind, const char *ns, const char *name);

/* The text of a missing object, as the API server says it: GitRepository.source.toolkit.fluxcd.io "app" not found */
err *controllers_missing(arena *mem, const struct kind *k, const char *name);
const struct kind *controllers_kind(const struct controllers *cs, const char *kind);
void kind_resource(const struct kind *k, struct resource *ret_resource);

#endif
