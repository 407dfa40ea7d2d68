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

/* A copy that lives in mem. */
struct resource client_copy_resource(arena *mem, const struct resource *r);

/* A client for the cluster of config, which is copied; any thread. The caller owes client_close, before
 * loop_close and after the last call; what client_as gave is gone then, too. Impersonated clients share
 * the connection of theirs and are cheap: user "system:serviceaccount:ns:name" (the API server adds the
 * account's groups). */
err *client_open(arena *mem, loop *l, const struct config *config, struct client **ret_client);
void client_close(struct client *cl);
struct client *client_as(arena *mem, struct client *cl, const char *user);

/* Called for every answer with the request's method and the HTTP status (0: none came), from any
 * thread: rest_client_requests_total. Set it before the first request. */
void client_on_request(struct client *cl, void (*fn)(void *arg, const char *method, int status),
		       void *arg);

/* Requests of this client, and of those that client_as gave, that have not been answered: what is less urgent may wait while
 * there are many. Watches do not count. Any thread. */
int client_under_way(const struct client *cl);

/* Asked before each request but a GET, of this client and those that client_as gave, on the thread that
 * is about to send: when it says no the request ends with ERR_CANCELED, unsent. So a program that has
 * lost its lease writes nothing, however late it learns of it. Set it before the first request. */
void client_fence(struct client *cl, bool (*may_write)(void *arg), void *arg);

/* What the API said of the last error on this err's chain: Status.reason ("Invalid", "Forbidden", …), "" when it was no API error. */
const char *client_reason(const err *e);

/* Reads. ns is "" for a cluster-scoped object. metadata_only asks for PartialObjectMetadata; the object
 * has its own apiVersion and kind all the same, here and in lists and watches. */
err *client_get(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		const char *name, bool metadata_only, val **ret_obj);
/* All pages of a list (limit 500 a page; when the server has compacted in between the rest is read at a newer version); ns "" for all namespaces; selector NULL for none. The items come one after the other to
 * each(arg, item); an item lives in a scratch arena during the call. *ret_version is the list's resourceVersion. */
err *client_list(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		 const char *selector, bool metadata_only, err *(*each)(void *arg, const val *item),
		 void *arg, const char **ret_version);

struct apply_options {
	const char *manager; /* fieldManager */
	bool force, dry_run;
	bool metadata_only; /* answer with PartialObjectMetadata */
	bool strict;	    /* fieldValidation=Strict: unknown and double fields are refused */
};
/* Server-side apply. *ret_created is set for 201. */
err *client_apply(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		  const char *name, const val *obj, const struct apply_options *o, val **ret_obj,
		  bool *ret_created);

enum patch_type { PATCH_MERGE, PATCH_JSON };
/* subresource: "status" or NULL. manager may be NULL. */
err *client_patch(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		  const char *name, const char *subresource, enum patch_type type, const val *patch,
		  const char *manager, val **ret_obj);
/* create, update: ret_obj NULL: the answer does not matter, and is kept short. */
err *client_create(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		   const val *obj, const char *manager, val **ret_obj);
err *client_update(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		   const char *name, const val *obj, val **ret_obj);

/* Deletes with background propagation (or "Foreground", "Orphan"). uid: precondition, NULL for none. NOT_FOUND is an error here. */
err *client_delete(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		   const char *name, const char *uid, const char *propagation);

/* The same, only as long as it is as it was seen: version is its resourceVersion; NULL or "" for any. ERR_CONFLICT. */
err *client_delete_seen(ctx *c, struct client *cl, const struct resource *r, const char *ns,
			const char *name, const char *uid, const char *version,
			const char *propagation);

/* Any other request below the server's root: TokenRequest, SubjectAccessReview, /version, /openapi/v3/…. body may be NULL. */
err *client_raw(ctx *c, struct client *cl, const char *method, const char *path, const val *body,
		val **ret_obj);

/* The same with an Accept header of the caller's. */
err *client_raw_as(ctx *c, struct client *cl, const char *method, const char *path,
		   const char *accept, const val *body, val **ret_obj);

/* For watch, on the loop: a streamed GET below the server's root; path has its query. client_read_failure
 * makes the err of an answer that is no 2xx (body: as much of it as came). */
struct http_stream *client_stream(struct client *cl, const char *path, const char *accept,
				  int64_t stall_timeout, const struct http_stream_calls *calls,
				  void *arg);
err *client_read_failure(arena *mem, const char *method, const char *path, int status, str body);

/* Another token from the next request on, for this client and those that client_as gave; copied. Any thread. */
void client_set_token(struct client *cl, const char *token);

/* A stream was answered by 401: the token is read again, or asked for as the config says. On the loop. */
void client_token_refused(struct client *cl);

/* The metrics hook, for streams. Any thread. */
void client_count(struct client *cl, const char *method, int status);

/* "/apis/apps/v1/namespaces/x/deployments/y/status"; ns, name, subresource may be "" or NULL. */
char *client_path(arena *mem, const struct resource *r, const char *ns, const char *name,
		  const char *subresource);

/* Puts the resource's own apiVersion and kind first: items of a list have none, metadata has others. */
void client_name_kind(arena *mem, const struct resource *r, val *obj);

#endif
