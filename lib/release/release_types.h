/*
 * release_types: what the face of release/ takes and gives: releases, records, actions' options and
 * outcomes, drift. Part of the face (release.h).
 */
#ifndef SLUICE_RELEASE_TYPES_H
#define SLUICE_RELEASE_TYPES_H

#include "apply/cluster.h"
#include "helm/helm.h"
#include "helm/helm_names.h"

struct release_site;
struct release_await;
struct release_item;

#define RELEASE_GROUP "helm.toolkit.fluxcd.io" /* of the owner labels */
#define RELEASE_MANAGER "helm-controller"

struct release_site_settings {
	struct clusters *clusters; /* with RELEASE_GROUP and {RELEASE_MANAGER, plain} */
};

/* Which release it is, and on whose behalf. All texts outlive the call. */
struct release_of {
	struct release_site *site;
	struct cluster *at;    /* where it is installed */
	struct client *client; /* of the identity that acts there */
	bool unsure; /* that identity's rights may be few: objects are read before anything is stored,
			as Helm does, unless it was seen to be allowed to lately (an impersonated
			account, a kubeConfig) */
	const char *account; /* that is impersonated; NULL: none */
	const char *name;    /* Helm's: helm_names.short_release */
	const char *ns, *storage_ns;
	const char *owner_ns, *owner_name; /* the HelmRelease: origin labels, the owner in live */
};

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
	size_t unread; /* Secrets that were passed over: what is in them can't be read */
};

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
	bool called_off; /* what waits fails at once: an action that was parked comes to its end */
	/* what release_history gave in this pass; NULL: it is read again */
	const struct release_history *history;
	const struct release_expr *exprs;
	size_t expr_n;

	/* install and upgrade */
	const struct chart *chart;
	const char *chart_digest; /* of its bytes: the key for parsed templates; may be NULL */
	const val *values;
	enum release_crds crds;
	bool skip_schema;
	bool no_validation;  /* disableOpenAPIValidation: the API server checks all the same */
	bool take_ownership; /* not disableTakeOwnership */
	/* Post-renderers: a stream of YAML documents in, one out; then what is done to the documents themselves, origin
	 * labels among it: a list in, which may be changed, a list out. Their err is the action's. NULL: none; without
	 * both the manifest is stored as it was rendered. */
	err *(*post_render)(ctx *c, void *arg, str in, str *ret_out);
	err *(*post_mark)(ctx *c, void *arg, val *docs, val **ret_docs);
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
	const val *labels;  /* that its Secret has, or had */
};

struct release_outcome {
	enum release_action action;
	bool parked; /* it is not over: release_park */
	/* what this call wrote, in order, also when it failed or is parked: for status.history */
	struct release_write *writes;
	size_t write_n;
	bool wrote;	  /* did the action write at all, in this call or before it was parked? */
	int64_t took;	  /* ns since the action began */
	const char *log;  /* Helm's last log lines, each with its time, for a failure's event; "" */
	const char *kept; /* of an uninstall: what a resource policy kept, Helm's text; "" */
	const val *release; /* the release that the action made or worked on; NULL: none */
	const struct inventory *owned;	   /* its objects, if they were at hand; NULL otherwise */
	const struct release_await *await; /* what is waited for; release_park's */
	const val *position;		   /* where it goes on; likewise */
};

struct release_drift_item {
	struct helm_drift drift; /* for helm_drift_brief, helm_drift_lines */
	struct resource resource;
	const val *desired;		 /* with Helm's marks and its namespace */
	const val *patch;		 /* JSON patch for what changed; NULL otherwise */
	const struct release_item *item; /* release_correct's */
};

struct release_drift {
	struct release_drift_item *p; /* all that is not DRIFT_NONE, in the manifest's order */
	size_t n;
	const val *ignore; /* the rules; release_correct's */
};

#endif
