/*
 * helm_release: a chart and its values, released to a cluster as Helm does it, and kept that way. The
 * reconcile is the table of stages in helm_release.c; the longer ones stand in files of their own:
 * source (HelmChart, artifact, chart), values, render (post-renderers), state and history (pure), action
 * (what is done and told), delete.
 */
#ifndef SLUICE_KIND_HELM_RELEASE_H
#define SLUICE_KIND_HELM_RELEASE_H

#include "ctl/conditions.h"
#include "ctl/house.h"
#include "helm/helm_names.h"
#include "kind/helm_release_part.h"
#include "kind/helm_release_state.h"
#include "release/release.h"

#define HELM_RELEASE_GROUP RELEASE_GROUP
#define HELM_RELEASE_MANAGER RELEASE_MANAGER

#define RELEASED "Released"
#define REMEDIATED "Remediated"
#define TEST_SUCCESS "TestSuccess"
#define DRIFTED "Drifted"

/* What the chart is, as far as conditions and events tell of it. Texts, never NULL. */
struct chart_facts {
	const char *name, *version, *app_version;
	const char *oci_digest;	   /* of the artifact in a registry; "" for another source */
	const char *path, *digest; /* the artifact in the depot */
};

struct work {
	struct reconcile r;		 /* given */
	const struct helm_release *spec; /* decode: */
	struct helm_names names;
	const char *renderers_digest, *common_digest; /* "" for none */
	const val *source; /* resolve: the HelmChart, OCIRepository, … */
	const val *values; /* values */
	const char *config_digest;
	const struct chart *chart; /* load; NULL when it is not needed */
	struct chart_facts facts;
	struct release_of of; /* identify */
	const struct release_history
		*records;	  /* release: as the storage was last seen in this pass */
	bool up_to_date;	  /* … or as this pass has left it: it need not be read again */
	const val *made;	  /* what this pass has just made; NULL for nothing */
	enum helm_action running; /* release: what is being done */
	unsigned done;		  /* 1 << enum action_type: what was done in this pass */
	const val *before;	  /* the latest snapshot before it */
	const val *target;	  /* what a rollback goes to */
	bool called_off;	  /* what is being done is only brought to its end */
};

/* ---- source ----------------------------------------------------------------------------------- */

/* Applies the HelmChart of spec.chart, or deletes what is left of one. */
err *helm_release_make_chart(ctx *c, struct work *w);

/* Keeps which HelmChart was made in the status, by which it is found when it is to be deleted. */
void helm_release_note_chart(struct work *w);

/* Deletes the HelmChart that status.helmChart names, or else the one that bears our labels, and takes it out of the status. */
err *helm_release_delete_chart(ctx *c, struct work *w);

/* Finds the source and checks that it is ready. */
err *helm_release_resolve(ctx *c, struct work *w);

/* Reads the chart of the source, and from the depot again by w->facts when a pass goes on. */
err *helm_release_load(ctx *c, struct work *w);
err *helm_release_load_again(ctx *c, struct work *w);

/* ---- values, rendering ------------------------------------------------------------------------ */

/* Composes the values. */
err *helm_release_values(ctx *c, struct work *w);

/* release_options.post_render and post_mark, with the struct work as arg: spec.postRenderers; then common metadata and
 * the labels of origin. */
err *helm_release_render(ctx *c, void *work, str in, str *ret_out);
err *helm_release_own(ctx *c, void *work, val *docs, val **ret_docs);

/* The objects of documents, with labels and annotations (maps of texts, later ones win; may be NULL) set on
 * each, as kustomize's resources would be; those of lists come behind all others. The documents are changed. Pure. */
err *helm_release_mark(arena *mem, const val *docs, const val *const *labels, size_t n_labels,
		       const val *annotations, val **ret_objects);

/* ---- acting ----------------------------------------------------------------------------------- */

/* Who acts, and where; again: where it was before the pass was put down. */
err *helm_release_identify(ctx *c, struct work *w, bool again);

/* Uninstalls the release that the history tells of: the HelmRelease is being deleted, or names another
 * one now. May park. */
err *helm_release_uninstall(ctx *c, struct work *w);

/* Does one thing after the other until the release is as it should be. May park. */
err *helm_release_run(ctx *c, struct work *w);

/* For a pass that goes on: what was there before it was put down. */
err *helm_release_take_up(ctx *c, struct work *w);

/* For one that does not: ends the action that was put down, as helm-controller does to health checks that
 * a new reconciliation cancels. Unlike there it costs none of the retries. */
err *helm_release_call_off(ctx *c, const struct work *w);

/* What the pure parts decide from. */
struct state_view helm_release_view(struct work *w, const struct release_history *records);

/* The options of an action, by its part of the spec. */
struct release_options helm_release_options(struct work *w, enum helm_action a);

/* How long an action may take, ns. */
int64_t helm_release_timeout(const struct work *w, enum helm_action a);

/* ---- telling ---------------------------------------------------------------------------------- */

/* Ready out of Released, TestSuccess and Remediated; and the observed digests. */
void helm_release_sum_up(struct work *w);

/* What a release that is as it should be says: a remediation or a failure before is settled. */
void helm_release_settle(struct work *w);

/* What a rollback led back to is now what is wanted: the remediation is a success. */
void helm_release_settle_remediation(struct work *w);

/* An event about a snapshot, with its chart's version, values and digest. */
void helm_release_tell(struct work *w, enum event_severity severity, const char *reason,
		       const val *snapshot, const char *message);

/* The same about what was tried: chart and values as they are now. */
void helm_release_tell_tried(struct work *w, enum event_severity severity, const char *reason,
			     const char *message);

#endif
