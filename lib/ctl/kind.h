/*
 * kind: an API kind as a table: its definition (the CRD is printed from it) and its controller (the
 * frame runs it). The tables stand in daemon/kind/, one file each.
 */
#ifndef SLUICE_KIND_H
#define SLUICE_KIND_H

#include "ctl/conditions.h"
#include "ctl/refs.h"
#include "ctl/stage.h"

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
	const char *spec_rules; /* x-kubernetes-validations, as in struct field; NULL: none */
	const struct field *status;
	bool status_default; /* {observedGeneration: -1} */
	const struct kind_column *columns;
	const char *doc;

	/* the controller; stages NULL: a kind that is only read */
	const char *component; /* "kustomize-controller": reports events, logs and metrics */
	const char *manager;   /* fieldManager of its writes: "gotk-kustomize-controller" */
	size_t work_size;      /* of the kind's struct work, which begins with a struct reconcile */
	const struct stage *stages; /* ended by a NULL run */
	/* how Ready is made: NULL: stages and the frame set it directly */
	const struct conditions_polarity *polarity;
	/* without polarity: Ready's reason of a success, with r.success as its message; NULL:
	 * finish sets Ready */
	const char *ready_reason;
	bool no_finalizer;
	/* is it an object that is only read by others: neither looked at nor given a status or
	 * finalizer? What one had before it became such is taken away. NULL: none is */
	bool (*is_static)(const val *obj);
	/* Reconciling is the stages' own: a failure does not make ProgressingWithRetry of it, and
	 * suspending does not take it away */
	bool own_progress;
	/* while suspended, observedGeneration follows in any case; otherwise only that of an object
	 * with conditions (with polarity) or with Ready=True (without) */
	bool observes_suspended;

	/* hooks on a worker; each may be NULL */
	/* fills r.suspend, r.interval, r.retry from r.spec; an err counts as a stall (InvalidSpec)
	 */
	err *(*begin)(struct reconcile *r);
	/* for a pass that goes on: takes from r.resumed what the later stages need */
	err *(*resume)(ctx *c, void *work);
	/* a pass that was put down is not gone on with: ends what it has begun, from r.called_off, before
	 * the new pass looks at anything; its failure is nobody's. NULL: there is nothing to end */
	err *(*call_off)(ctx *c, void *work);
	/* the object is being deleted: cleans up; NULL then removes the finalizer. May park. Runs
	 * also while suspended. Its failure is told by an event with the fault, and retried with
	 * back-off; the status is not written */
	err *(*finalize)(ctx *c, void *work);
	/* after the stages, with what they ended in (NULL: success), before the status is written:
	 * last conditions and the events of a success */
	void (*finish)(void *work, const err *failed);

	/* hooks on the loop; each may be NULL */
	/* what the object refers to */
	void (*refs)(const val *obj, struct ref_list *list);
	/* the object is gone from the API */
	void (*gone)(struct house *house, const char *ns, const char *name);
	/* what it offers to those that refer to it as a source: they wake when this text becomes
	 * another one; NULL: nothing yet. Default: status.artifact's revision and digest */
	const char *(*offer)(arena *mem, const val *obj);

	/* a newer revision, a change or a request calls off a pass that runs, not only one that
	 * waits */
	bool supersede;
};

/* All kinds, in the order in which they are started, ended by NULL: daemon/kinds.c. */
extern const struct kind *const kind_table[];

/* Where objects of the kind live: its stored version. */
void kind_resource(const struct kind *k, struct resource *ret_resource);

/* The error of a missing object, in the API server's words:
 * GitRepository.source.toolkit.fluxcd.io "app" not found */
err *kind_missing(arena *mem, const struct kind *k, const char *name);

/* The stored version: "v1". */
const char *kind_version(const struct kind *k);

#endif
