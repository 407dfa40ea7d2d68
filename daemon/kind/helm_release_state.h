/*
 * helm_release_state: how a release stands, what is to be done about it, and how often it may be tried:
 * decided from the spec, the status and what Helm's storage holds. Pure but for the status, a working
 * copy. Source of the rules: helm-controller 1.6.
 */
#ifndef SLUICE_HELM_RELEASE_STATE_H
#define SLUICE_HELM_RELEASE_STATE_H

#include "base/err.h"
#include "kind/helm_release_spec.h"

/* What it is decided from. Texts are never NULL. */
struct state_view {
	const struct helm_release *spec;
	bool default_retry; /* gate DefaultToRetryOnFailure: the strategy when none is said */
	int64_t generation;
	const val *annotations; /* of the HelmRelease */
	val *status;
	const val *const *records; /* releases in the storage, the newest first */
	size_t n;
	const char *chart_name, *chart_version, *config_digest;
	const val *values;			      /* that config_digest is of; NULL for none */
	const char *renderers_digest, *common_digest; /* "" without them */
};

enum helm_state {
	STATE_ABSENT,
	STATE_UNMANAGED, /* in the storage, but not as it was last observed */
	STATE_OUT_OF_SYNC,
	STATE_LOCKED,
	STATE_LEAVING, /* an uninstall did not come to its end */
	STATE_UNTESTED,
	STATE_DRIFTED, /* never said here: who looks at the cluster makes it of STATE_IN_SYNC */
	STATE_IN_SYNC,
	STATE_FAILED,
};

/* *ret_why is for logs. ERR_FAILED: "unable to determine state for release with status 'x'". */
err *state_of(arena *mem, const struct state_view *v, enum helm_state *ret_state,
	      const char **ret_why);

enum helm_action {
	ACTION_NONE,
	ACTION_INSTALL,
	ACTION_UPGRADE,
	ACTION_UNLOCK,
	ACTION_TEST,
	ACTION_CORRECT,	  /* drift */
	ACTION_ROLLBACK,  /* remediates a failed upgrade */
	ACTION_UNINSTALL, /* remediates a failed install or upgrade */
};

enum action_type { TYPE_NONE, TYPE_RELEASE, TYPE_UNLOCK, TYPE_TEST, TYPE_CORRECT, TYPE_REMEDIATE };

/* An action of a type is done once a pass at most. */
enum action_type state_action_type(enum helm_action a);

enum state_refusal {
	REFUSED_NOT,
	REFUSED_RETRIES, /* they are used up */
	REFUSED_TARGET,	 /* there is nothing to roll back to */
};

/* What is to be done. Truncates or clears the history, and marks a request by forceAt as handled. */
enum helm_action state_choose(arena *mem, const struct state_view *v, enum helm_state s,
			      enum state_refusal *ret_refusal);

/* ---- retries ---------------------------------------------------------------------------------- */

/* How failures of an action are remediated. */
struct remedy {
	bool there; /* an action has been tried */
	int64_t retries;
	bool ignore_tests, last, uninstall;
	bool upgrade;	     /* of an upgrade, otherwise of an install */
	const char *counter; /* the field of the status that counts failures */
};

/* That of installs and upgrades; and that of the action that was last tried. */
struct remedy state_remedy(const struct state_view *v, bool upgrade);
struct remedy state_active_remedy(const struct state_view *v);

/* The counter; are all retries used up? */
int64_t state_failures(const struct state_view *v, const struct remedy *r);
bool state_exhausted(const struct state_view *v, const struct remedy *r);

/* Is the action that was last tried (or upgrade, install) one that is tried again after *ret_interval
 * (ns; may be NULL)? */
bool state_active_retry(const struct state_view *v, int64_t *ret_interval);
bool state_retries(const struct state_view *v, bool upgrade, int64_t *ret_interval);

/* Counts one up; sets all three to 0. A counter of 0 is not in the status. */
void state_count(arena *mem, val *status, const char *counter);
void state_clear_failures(val *status);

/* Must the counters begin anew, since what is tried is not what was last tried, or resetAt says so? Marks
 * a request by resetAt as handled. To be asked before the lastAttempted fields are set. */
bool state_must_reset(arena *mem, const struct state_view *v);

/* Is the release another one than the one in the history (storage namespace, namespace, name, chart)?
 * *ret_what is for logs. */
bool state_target_changed(const struct state_view *v, const char *storage_ns, const char *ns,
			  const char *name, const char **ret_what);

#endif
