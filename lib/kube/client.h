/*
 * client: requests to one API server under one identity, from workers. Retries what may be retried
 * (429 with Retry-After, connections that never reached the server, 500/503/504 of reads) with jitter within the ctx's deadline; tells the
 * rest by code: ERR_NOT_FOUND, ERR_CONFLICT, ERR_EXISTS (409 of a create), ERR_INVALID (400, 422, 413), ERR_FORBIDDEN, ERR_UNAUTHORIZED, ERR_GONE (410), ERR_BUSY (429, 503), ERR_TIMEOUT, ERR_IO, ERR_FAILED.
 * The text of an API error is the Status message alone; the reason is asked with client_reason.
 */
#ifndef SLUICE_CLIENT_H
#define SLUICE_CLIENT_H

#include "data/val.h"
#include "kube/config.h"
#include "kube/gvk.h"
#include "net/http.h"

struct client;

/* A resource as the mapper finds it: where objects of a kind live on the API server. */
struct resource {
	struct gvk gvk;
	const char *plural;
	bool namespaced;
	bool has_status; /* a /status subresource is served */
	bool can_watch;
};

/* A client for the cluster of config; the caller owes client_close (on the loop). Impersonated
 * clients (client_as) share the connection of theirs and are cheap: user "system:serviceaccount:ns:name". */
err *client_open(arena *mem, loop *l, const struct config *config, struct client **ret_client);
void client_close(struct client *cl);
struct client *client_as(arena *mem, struct client *cl, const char *user);

/* What the API said of the last error on this err's chain: Status.reason ("Invalid", "Forbidden", …), "" when it was no API error. */
const char *client_reason(const err *e);

/* Reads. ns is "" for a cluster-scoped object. metadata_only asks for PartialObjectMetadata. */
err *client_get(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
		bool metadata_only, val **ret_obj);
/* All pages of a list (limit 500 a page); ns "" for all namespaces; selector NULL for none. The items come one after the other to
 * each(arg, item); an item lives in a scratch arena during the call. *ret_version is the list's resourceVersion. */
err *client_list(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *selector,
		 bool metadata_only, err *(*each)(void *arg, const val *item), void *arg, const char **ret_version);

struct apply_options {
	const char *manager; /* fieldManager */
	bool force, dry_run;
	bool metadata_only; /* answer with PartialObjectMetadata */
};
/* Server-side apply. *ret_created is set for 201. */
err *client_apply(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
		  const val *obj, const struct apply_options *o, val **ret_obj, bool *ret_created);

enum patch_type { PATCH_MERGE, PATCH_JSON };
/* subresource: "status" or NULL. manager may be NULL. */
err *client_patch(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
		  const char *subresource, enum patch_type type, const val *patch, const char *manager,
		  val **ret_obj);
err *client_create(ctx *c, struct client *cl, const struct resource *r, const char *ns, const val *obj,
		   const char *manager, val **ret_obj);
err *client_update(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
		   const val *obj, val **ret_obj);

/* Deletes with background propagation (or "Foreground", "Orphan"). uid: precondition, NULL for none. NOT_FOUND is an error here. */
err *client_delete(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
		   const char *uid, const char *propagation);

/* Any other request below the server's root: TokenRequest, SubjectAccessReview, /version, /openapi/v3/…. body may be NULL. */
err *client_raw(ctx *c, struct client *cl, const char *method, const char *path, const val *body, val **ret_obj);

#endif
