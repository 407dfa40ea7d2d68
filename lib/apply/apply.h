/*
 * apply: brings a bundle into the cluster by server-side apply.
 *
 * First everything that has to be written is tried with a dry run, and every error found is reported
 * at once: nothing is written before all of it would be accepted. (What needs a definition or a
 * namespace of the same bundle is tried once that is there.) Then it is written stage by stage:
 * definitions, classes, the operator's own stage, the rest. Objects that the plan found untouched
 * get no request. No object is read: dry runs answer with what is there.
 *
 * The very first write needs no dry run of its own: while nothing else has been written, its failure
 * changes nothing.
 */
#ifndef SLUICE_APPLY_H
#define SLUICE_APPLY_H

#include "apply/change.h"
#include "apply/plan.h"
#include "kube/mapper.h"

struct apply_settings {
	struct client *client; /* of the identity that applies */
	struct mapper *mapper;
	struct live *live;
	struct managed_settings managed;
	const char *owner_ns, *owner_name;
	bool force;    /* recreate what can't be changed because a field is immutable */
	bool cautious; /* the first write gets a dry run too */
	bool whole;    /* ask for whole answers where health needs them */
	/* called once, before the first write; its err ends the run. May be NULL */
	err *(*before_write)(void *arg);
	void *arg;
};

struct apply_result {
	struct changes changes;	  /* created and configured, in order */
	struct inventory written; /* what was written, or may have been (its answer never came) */
	bool started;		  /* before_write was called */
	bool encrypted;		  /* it failed before anything was sent: a Secret is encrypted */
};

/* Runs the plan; actions of items become PLAN_SKIP where a dry run showed a mark. The error's text is
 * Flux's: "<Kind/ns/name> dry-run failed (<Reason>): <message>", a line for each object. ret is filled
 * on failure too. ERR_CANCELED at the next request after the ctx was called off. */
err *apply_run(ctx *c, const struct apply_settings *s, struct plan *plan, struct apply_result *ret);

#endif
