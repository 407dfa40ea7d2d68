/*
 * kustomization: applies what a source holds, keeps it that way, and removes it again. The reconcile
 * is the table of stages in kustomization.c; the longer stages stand in files of their own: depends,
 * build (from the artifact to a bundle), health, delete, history.
 */
#ifndef SLUICE_KUSTOMIZATION_H
#define SLUICE_KUSTOMIZATION_H

#include "apply/apply.h"
#include "apply/prune.h"
#include "ctl/house.h"
#include "kind/kustomization_spec.h"
#include "pack/tree.h"

#define KUSTOMIZATION_GROUP "kustomize.toolkit.fluxcd.io"
#define KUSTOMIZATION_MANAGER "kustomize-controller" /* field manager of applied objects */

struct work {
	struct reconcile r;	       /* given */
	const struct kustomization *k; /* decode: */
	int64_t timeout;	       /* ns, of health checks */
	const val *artifact;	       /* resolve */
	const char *revision, *origin; /* "" for no origin */
	struct tree *tree;	       /* fetch */
	const char *path;	       /* below the tree's root */
	struct cluster *at;	       /* identify: where it is applied to */
	struct client *client;	       /* … and by whom */
	struct bundle *desired;	       /* build */
	const char *digest;	       /* of what was rendered; "" before */
	struct inventory old;	       /* compare: as the status has it */
	struct plan *plan;
	bool by_drift;		    /* the pass was woken by drift */
	const val *healthy;	    /* the condition as it was before the pass; NULL: none */
	const val *again;	    /* the pass goes on after a wait in applying … */
	struct apply_wait after;    /* … which was this, … */
	bool timed_out;		    /* … and ended by the time */
	struct apply_result before; /* what was applied before that wait */
	struct inventory now;	    /* apply: all that is wanted */
	struct apply_result applied;
	struct changes pruned;	      /* prune */
	struct live_target *health;   /* await_health: what is checked */
	const char **health_versions; /* API versions of their kinds; "" for the preferred one */
	size_t health_n;
	int64_t health_since; /* clock_now: when the checks began … */
	int64_t health_by;    /* … and when they are given up */
	bool was_healthy;     /* before this pass */
	bool changed; /* something was written or removed in this pass, or before it was parked */
};

extern const struct kind kustomization_kind;

/* The part of the house that keeps what the watches show of applied objects (struct house_part). */
err *kustomization_open(arena *mem, struct house *h);
void kustomization_close(struct house *h);

/* The build stage: renders the folder, substitutes, and makes w->desired and w->digest. Errors have
 * Flux's texts; the reason is BuildFailed. */
err *kustomization_build(ctx *c, struct work *w);

/* Whose the caches of remote bases are, in the repositories of the house. */
const char *kustomization_bases(arena *mem, const struct work *w);

/* What the pass is at: kept in Reconciling, and written with the next write of the status. */
void kustomization_progress(struct work *w, const char *doing);

/* The namespace of the source. */
const char *kustomization_source_ns(const struct work *w);

/* The fault of an expression that can't be used: only another one helps. A NULL e stays NULL. */
err *kustomization_bad_expression(struct work *w, err *e);

/* The stage that waits for dependsOn. */
err *kustomization_dependencies(ctx *c, struct work *w);

/* The service account that is impersonated, NULL or "" for none; and w->client, of who applies. */
const char *kustomization_account(const struct work *w);
err *kustomization_identify(ctx *c, struct work *w);

struct prune_settings kustomization_prune_settings(struct work *w);

/* The pass ends before the health check that the write ahead of the first one told of. */
void kustomization_unchecked(struct work *w);

/* Is there anything whose health is awaited? */
bool kustomization_checks_health(const struct work *w);

/* The stage that applies. Where it must wait the pass is parked, and begins again from the top: what was
 * applied by then is known, and costs no request. was_applying: r.resumed is of such a wait, and is taken
 * away; go_on: takes up what the pass had come to, for all stages from compare on. */
err *kustomization_apply(ctx *c, struct work *w);
bool kustomization_was_applying(struct work *w);
err *kustomization_go_on(ctx *c, struct work *w);

void kustomization_set_inventory(struct work *w, const struct inventory *i);

/* Has a wait settled when all targets are Current, or one has failed. */
void kustomization_await_targets(struct work *w, struct wait *wait, uint64_t serial,
				 const struct live_target *targets, size_t n);

/* The stage that awaits health, parked; and what a pass needs that goes on after it. */
err *kustomization_await(ctx *c, struct work *w);
err *kustomization_resume(ctx *c, struct work *w);

/* Removes what was applied, as deletionPolicy says; the Kustomization is being deleted. */
err *kustomization_remove(ctx *c, struct work *w);

/* Puts an outcome of this pass into status.history: five snapshots at most, the newest first; equal
 * digest and outcome count one up. */
void kustomization_history(struct work *w, const char *outcome);

#endif
