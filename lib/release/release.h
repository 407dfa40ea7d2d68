/*
 * release: what Helm 4.2.4 does to a cluster, as helm-controller 1.6 has it done: releases kept in
 * Secrets, installed, upgraded, rolled back, uninstalled, tested, unlocked; drift told and put right.
 * The records are Helm's own: its command line lists, rolls back and uninstalls them, and the other way
 * round. The face of release/; workers' calls, but for opening and closing.
 *
 * An action is a machine that can be put down. release_run works until there is something to wait for
 * (a hook's Job, readiness, a deletion, a definition to be established); then outcome.parked is set, the
 * stage ends in release_park, and when the wait is over a later pass goes on with release_run. What it
 * needs is in the wait and in the release's record; a process that dies leaves a pending record, which
 * release_unlock frees.
 *
 *	stage:	TRY(release_run(c, &of, RELEASE_INSTALL, &options, r->resumed, &out));
 *		if (out.parked)
 *			return release_park(r, &of, &options, &out, mine);
 *	later:	const val *mine = release_parked(r->resumed); … the same release_run
 */
#ifndef SLUICE_RELEASE_H
#define SLUICE_RELEASE_H

#include "apply/change.h"
#include "apply/inventory.h"
#include "apply/live.h"
#include "ctl/stage.h"
#include "helm/helm.h"
#include "helm/helm_names.h"
#include "kube/mapper.h"

/* ---- one cluster, for as long as the program runs ---------------------------------------------- */

struct release_site;

#define RELEASE_GROUP "helm.toolkit.fluxcd.io" /* of the owner labels */
#define RELEASE_MANAGER "helm-controller"

struct release_site_settings {
	loop *loop;
	struct client *client; /* the daemon's own identity: for discovery */
	struct mapper *mapper;
	struct live *live; /* opened with RELEASE_GROUP and RELEASE_MANAGER */
};

/* Keeps what actions share: capabilities, parsed templates, the records last seen. The caller owes
 * release_site_close, after the last call. */
struct release_site *release_site_open(const struct release_site_settings *s);
void release_site_close(struct release_site *s);

/* Which release it is, and on whose behalf. All texts outlive the call. */
struct release_of {
	struct release_site *site;
	struct client *client; /* of the identity that acts */
	bool unsure; /* that identity's rights may be few: each object is read before anything is
			stored, as Helm does (an impersonated account, a kubeConfig) */
	const char *name; /* Helm's: helm_names.short_release */
	const char *ns, *storage_ns;
	const char *owner_ns, *owner_name; /* the HelmRelease: origin labels, the owner in live */
};

/* ---- records ----------------------------------------------------------------------------------- */

/* One revision, decoded. Everything belongs to the arena it was read into. */
struct release_record {
	const val
		*release; /* Helm's JSON: name, info, chart, config, manifest, hooks, version, … */
	const val *labels; /* of its Secret, all of them */
	int64_t version;
	const char *status; /* info.status: "deployed", … */
	bool ssa;	    /* apply_method */
};

struct release_history {
	struct release_record *p; /* newest first */
	size_t n;
};

/* All revisions that can be read; none is no error. */
err *release_history(ctx *c, const struct release_of *r, struct release_history *ret);

/* One of them; ERR_NOT_FOUND. */
err *release_get(ctx *c, const struct release_of *r, int64_t version, struct release_record *ret);

/* "pending-install", "pending-upgrade", "pending-rollback": somebody is at it, or died at it. */
bool release_is_pending(const char *status);

/* ---- actions ----------------------------------------------------------------------------------- */

enum release_action {
	RELEASE_INSTALL,
	RELEASE_UPGRADE,
	RELEASE_ROLLBACK,
	RELEASE_UNINSTALL,
	RELEASE_TEST
};

enum release_wait {
	RELEASE_WAIT_READY, /* kstatus, with exprs: "poller" */
	RELEASE_WAIT_HELM3, /* Helm 3's rules: "legacy" */
	RELEASE_WAIT_HOOKS, /* for hooks only: disableWait */
};

enum release_crds { RELEASE_CRDS_CREATE, RELEASE_CRDS_REPLACE, RELEASE_CRDS_SKIP };
enum release_ssa { RELEASE_SSA_AUTO, RELEASE_SSA_ON, RELEASE_SSA_OFF };

/* Which documents go through the post-renderers, and together with which. */
enum release_rendering { RELEASE_COMBINED, RELEASE_SEPARATE, RELEASE_NO_HOOKS };

struct release_expr {			/* of spec.healthCheckExprs; texts */
	const char *api_version, *kind; /* kind "" for any of the group */
	const char *current, *in_progress, *failed;
};

struct release_filter { /* of spec.test.filters */
	const char *name;
	bool exclude;
};

/* What the caller makes of spec.install, spec.upgrade, …. Zeros are Helm's defaults but for
 * what is said. */
struct release_options {
	int64_t timeout; /* ns, of each single wait */
	enum release_wait wait;
	bool no_wait_jobs; /* disableWaitForJobs */
	bool no_hooks;
	const struct release_expr *exprs;
	size_t expr_n;

	/* install and upgrade */
	const struct chart *chart;
	const char *chart_digest; /* of its bytes: the key for parsed templates; may be NULL */
	const val *values;
	enum release_crds crds;
	bool skip_schema;
	bool no_validation;  /* disableOpenAPIValidation */
	bool take_ownership; /* not disableTakeOwnership */
	/* A stream of YAML documents in, one out; its err is the action's. Origin labels are the
	 * caller's too. NULL: none, and then the manifest is stored as it was rendered. */
	err *(*post_render)(ctx *c, void *arg, str in, str *ret_out);
	void *post_render_arg;
	enum release_rendering rendering;
	bool dns; /* getHostByName works */

	/* install */
	bool create_namespace; /* only when targetNamespace is set: the caller's to check */
	bool replace;

	/* upgrade, rollback; ssa of an install: RELEASE_SSA_OFF or ON (AUTO counts as ON) */
	enum release_ssa ssa;
	bool force; /* replace; without effect on server-side apply */
	bool cleanup_on_fail;
	int64_t max_history; /* 0: no limit */
	bool reuse_values;   /* preserveValues */
	int64_t to_version;  /* of a rollback */

	/* uninstall */
	bool keep_history;
	const char *propagation; /* "background" (NULL), "foreground", "orphan" */

	/* test */
	const struct release_filter *filters;
	size_t filter_n;
};

enum release_wrote { RELEASE_CREATED, RELEASE_UPDATED, RELEASE_DELETED };

/* A write to the storage that went well, as helm-controller observes it. */
struct release_write {
	enum release_wrote what;
	const val *release; /* as it was written; of a deletion, as it was */
};

struct release_outcome {
	bool parked; /* it is not over: release_park */
	/* what this call wrote, in order, also when it failed or is parked: for status.history */
	struct release_write *writes;
	size_t write_n;
	bool wrote;	  /* did the action write at all, in this call or before it was parked? */
	int64_t took;	  /* ns since the action began */
	const char *log;  /* Helm's last log lines, each with its time, for a failure's event; "" */
	const char *kept; /* of an uninstall: what a resource policy kept, Helm's text; "" */
	const val *release;	     /* the release that the action made or worked on; NULL: none */
	struct release_await *await; /* what is waited for; release_park's */
};

/* Begins an action (resumed NULL), or goes on with the one that resumed parked; a resumed wait that is
 * not of this action begins it, too. NULL: done or parked. The err has Helm's text: "failed
 * pre-install: …", "unable to continue with install: …"; ret is filled on failure too.
 *
 * Codes to act on, besides the client's: ERR_NOT_FOUND of an uninstall: "uninstall: Release not loaded:
 * x: release: not found"; ERR_EXISTS of an uninstall with keep_history: it is deleted already;
 * ERR_CANCELED: called off, nothing is to be concluded. */
err *release_run(ctx *c, const struct release_of *r, enum release_action action,
		 const struct release_options *o, const struct wait *resumed,
		 struct release_outcome *ret);

/* Parks the pass of an outcome that is parked, and returns what the stage then returns. mine (may be
 * NULL) is kept for release_parked. The status is the caller's to set before. */
err *release_park(struct reconcile *rec, const struct release_of *r,
		  const struct release_options *o, const struct release_outcome *out,
		  const val *mine);

/* What was given as mine; NULL for a wait that is not release_park's. And which action it is: -1 then. */
const val *release_parked(const struct wait *resumed);
int release_parked_action(const struct wait *resumed);

/* A pending revision that nobody works on becomes a failed one, with helm-controller's description.
 * ret->writes tells of it. */
err *release_unlock(ctx *c, const struct release_of *r, const struct release_record *pending,
		    struct release_outcome *ret);

/* ---- what a release owns ----------------------------------------------------------------------- */

/* Entries for status.inventory: of the manifest, hooks excluded, and of the chart's crds/ (chart may
 * be NULL). Kinds that the cluster does not have are left out. */
err *release_inventory(ctx *c, const struct release_of *r, const val *release,
		       const struct chart *chart, struct inventory *ret);

/* ---- drift ------------------------------------------------------------------------------------- */

struct release_drift_item {
	struct helm_drift drift; /* for helm_drift_brief, helm_drift_lines */
	struct resource resource;
	const val *desired; /* with Helm's marks and its namespace */
	const val *patch;   /* JSON patch for what changed; NULL otherwise */
};

struct release_drift {
	struct release_drift_item *p; /* all that is not DRIFT_NONE, in the manifest's order */
	size_t n;
};

/* Is the release's every object as it was last applied by this process, as far as the watches tell?
 * Then there is nothing to ask the API server. Sends no request. */
bool release_intact(ctx *c, const struct release_of *r, const val *release);

/* Compares by server-side dry runs. ignore: spec.driftDetection.ignore; overrides: managers to take
 * over first, ended by NULL, or NULL. On an error ret has what could be told all the same. */
err *release_drift(ctx *c, const struct release_of *r, const val *release, const val *ignore,
		   const char *const *overrides, struct release_drift *ret);

/* Creates and patches; goes on after a failure, the err names all. */
err *release_correct(ctx *c, const struct release_of *r, const val *release,
		     const struct release_drift *d, struct changes *ret);

#endif
