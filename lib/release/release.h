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
#include "ctl/stage.h"
#include "release/release_types.h"

/* ---- one cluster, for as long as the program runs ---------------------------------------------- */

/* Keeps what actions share: capabilities, parsed templates, the records last seen. The caller owes
 * release_site_close, after the last call. */
struct release_site *release_site_open(const struct release_site_settings *s);
void release_site_close(struct release_site *s);

/* ---- records ----------------------------------------------------------------------------------- */

/* All revisions that can be read; none is no error, but when there are some and none can be read, there is
 * something that must not be written over: "no revision for release …", ERR_INVALID, as Helm's storage. */
err *release_history(ctx *c, const struct release_of *r, struct release_history *ret);

/* The same without a request: what a history has become by the writes of an outcome. before: what
 * release_history gave in this pass. */
struct release_history release_history_after(arena *mem, const struct release_history *before,
					     const struct release_outcome *out);

/* "pending-install", "pending-upgrade", "pending-rollback": somebody is at it, or died at it. */
bool release_is_pending(const char *status);

/* ---- actions ----------------------------------------------------------------------------------- */

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

/* To end what a wait that is called off has begun, without going on: release_run with resumed and
 * options.called_off. It fails with "context canceled", is not parked again, and leaves the record that
 * Helm leaves of an action whose context was canceled. */

/* What was given as mine; NULL for a wait that is not release_park's. And which action it is: -1 then. */
const val *release_parked(const struct wait *resumed);
int release_parked_action(const struct wait *resumed);

/* A pending revision that nobody works on becomes a failed one, with helm-controller's description.
 * ret->writes tells of it. */
err *release_unlock(ctx *c, const struct release_of *r, const struct release_record *pending,
		    struct release_outcome *ret);

/* ---- what a release owns ----------------------------------------------------------------------- */

/* Entries for status.inventory, of an outcome's release: of the manifest, hooks excluded, and of the chart's
 * crds/ (chart may be NULL). Kinds that the cluster does not have are left out. */
err *release_inventory(ctx *c, const struct release_of *r, const struct release_outcome *out,
		       const struct chart *chart, struct inventory *ret);

/* ---- drift ------------------------------------------------------------------------------------- */

/* Is the release's every object as it was last applied by this process, or found right but for what ignore leaves out, as far as
 * the watches tell? Then there is nothing to ask the API server. Sends no request. ignore: spec.driftDetection.ignore. */
bool release_intact(ctx *c, const struct release_of *r, const val *release, const val *ignore);

/* Compares by server-side dry runs. ignore: as above; overrides: managers to take
 * over first, ended by NULL, or NULL. On an error ret has what could be told all the same. */
err *release_drift(ctx *c, const struct release_of *r, const val *release, const val *ignore,
		   const char *const *overrides, struct release_drift *ret);

/* Creates and patches; goes on after a failure, the err names all. */
err *release_correct(ctx *c, const struct release_of *r, const struct release_drift *d,
		     struct changes *ret);

#endif
