/*
 * source: what the kinds of sources have in common: the state of the stored artifact, what is told of
 * it, Secrets.
 */
#ifndef SLUICE_KIND_SOURCE_H
#define SLUICE_KIND_SOURCE_H

#include "ctl/house.h"
#include "pack/depot.h"
#include "source/artifact.h"
#include "source/clients.h"

#define SOURCE_GROUP "source.toolkit.fluxcd.io"
#define SOURCE_ANNOTATION_REVISION SOURCE_GROUP "/revision"
#define SOURCE_ANNOTATION_DIGEST SOURCE_GROUP "/digest"

#define SOURCE_IN_STORAGE "ArtifactInStorage"
#define SOURCE_OUTDATED "ArtifactOutdated"
#define SOURCE_FETCH_FAILED "FetchFailed"
#define SOURCE_STORAGE_FAILED "StorageOperationFailed"
#define SOURCE_INCLUDE_UNAVAILABLE "IncludeUnavailable"
#define SOURCE_VERIFIED "SourceVerified"

/* The storage step of a pass: old artifacts go; *ret_artifact is the one that is stored and sound, its URL up to date, NULL when there
 * is none. One that has vanished or was changed is taken out of the status at once, before it is fetched
 * again, so that those who use it wait. */
err *source_storage(ctx *c, struct reconcile *r, struct artifact **ret_artifact);

/* A failed verification is found out again, even when the pass does not come so far; one that succeeded holds for the revision
 * that is stored. For the first step that asks something of others. */
void source_doubt(struct reconcile *r);

/* An artifact for a new file of the object. */
struct artifact *source_artifact(struct reconcile *r, const char *file, const char *revision);

/* Puts a stored artifact into the status. */
void source_store(struct reconcile *r, struct artifact *a, const struct depot_file *file);

/* Points a link beside the artifact ("latest.tar.gz") to it, and status.url to the link. It is a convenience: a failure is told by an
 * event only. */
void source_link(ctx *c, struct reconcile *r, const struct artifact *a, const char *link);

/* A Normal event that bears the artifact's revision and digest; the other events of a source do not. */
void source_event(struct reconcile *r, const char *reason, const char *message);

/* Tells of a success: NewArtifact when the digest is another one than before the pass; Succeeded when one of these
 * conditions (ended by NULL) was there and none is now. */
void source_tell(struct reconcile *r, const char *const *failures, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Was one of the conditions there when the pass began? */
bool source_had(const struct reconcile *r, const char *const *conditions);

/* Removes all that is stored of an object that is being deleted. */
err *source_finalize(ctx *c, struct reconcile *r);

/* The data of a Secret in the object's namespace: a map of decoded texts, which may hold any bytes. The error is the API
 * server's alone: secrets "x" not found. */
err *source_secret(ctx *c, struct reconcile *r, const char *name, val **ret_data);

/* The value of a key, NULL when it is absent. */
const char *source_secret_text(const val *data, const char *key);

/* The proxy that a Secret (address, username, password) names, put into the login; ERR_INVALID. */
err *source_proxy(ctx *c, struct reconcile *r, const char *secret, struct login *login);

#endif
