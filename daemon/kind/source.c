#include "kind/source.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "kind/source_login.h"
#include "net/url.h"

#define PROXY_URL_MAX 2048

/* ---- the stored artifact ---- */

/* What others in the cluster reach the storage by. */
static const char *advertised(const struct reconcile *r)
{
	const struct options *o = r->house->options;
	if (*o->storage_adv_addr)
		return o->storage_adv_addr;
	const char *ns = *o->runtime_namespace ? o->runtime_namespace : "flux-system";
	return arena_printf(r->mem, "source-controller.%s.svc.cluster.local.", ns);
}

static void collect(ctx *c, struct reconcile *r, const struct artifact *a)
{
	int removed = 0;
	err *failed = depot_collect(c->mem, r->house->depot, a->path, &removed);
	if (failed)
		log_line(LOG_ERROR, r->kind->component, "garbage collection of artifacts failed",
			 "name", r->name, "namespace", r->ns, "error", err_text(c->mem, failed),
			 NULL);
	else if (removed)
		stage_event(r, EVENT_TRACE, "GarbageCollectionSucceeded",
			    "garbage collected %d artifacts", removed);
}

/* Is the file there and as it was stored? A false one is removed. */
static err *check(ctx *c, struct reconcile *r, const struct artifact *a, bool *ret_sound)
{
	err *failed = depot_verify(c->mem, r->house->depot, a->path, a->digest);
	*ret_sound = !failed;
	if (!failed || failed->code == ERR_NOT_FOUND)
		return NULL;
	if (failed->code != ERR_INVALID)
		return failed;
	stage_event(r, EVENT_ERROR, "ArtifactVerificationFailed",
		    "failed to verify integrity of artifact: %s", err_text(c->mem, failed));
	return depot_remove(c->mem, r->house->depot, a->path);
}

static err *without_artifact(struct reconcile *r, bool vanished)
{
	const char *text =
		vanished ? "building artifact: disappeared from storage" : "building artifact";
	stage_set(r, CONDITION_RECONCILING, CONDITION_TRUE, "Progressing", "%s", text);
	stage_set(r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing", "%s", text);
	stage_unset(r, SOURCE_IN_STORAGE);
	if (!vanished)
		return NULL;
	val_del(r->status, "artifact");
	val_del(r->status, "url");
	return stage_publish(r);
}

/* Where a file beside an artifact is got. */
static const char *url_beside(const struct reconcile *r, const struct artifact *a, const char *name)
{
	return artifact_url(r->mem, advertised(r),
			    path_join(r->mem, path_dir(r->mem, a->path), name));
}

/* status.url, of kinds that have one, follows the address that the storage is reached by. */
static void keep_url(struct reconcile *r, const struct artifact *a)
{
	const char *had = val_as_text(val_get(r->status, "url"));
	if (had)
		val_set_text(r->mem, r->status, "url", url_beside(r, a, path_base(r->mem, had)));
}

err *source_storage(ctx *c, struct reconcile *r, struct artifact **ret_artifact)
{
	struct artifact *a = artifact_read(c->mem, val_get(r->status, "artifact"));
	bool sound = false;
	*ret_artifact = NULL;
	stage_unset(r, SOURCE_STORAGE_FAILED);
	if (a) {
		collect(c, r, a);
		TRY(check(c, r, a, &sound));
	}
	if (!sound)
		return without_artifact(r, a != NULL);
	const char *url = artifact_url(c->mem, advertised(r), a->path);
	if (!text_eq(url, a->url)) {
		a->url = url;
		val_set(c->mem, r->status, "artifact", artifact_val(c->mem, a));
	}
	keep_url(r, a);
	*ret_artifact = a;
	return NULL;
}

void source_link(ctx *c, struct reconcile *r, const struct artifact *a, const char *link)
{
	err *failed = depot_link(c->mem, r->house->depot, a->path, link);
	if (failed)
		stage_event(r, EVENT_TRACE, "SymlinkUpdateFailed",
			    "failed to update status URL symlink: %s", err_text(c->mem, failed));
	else
		val_set_text(c->mem, r->status, "url", url_beside(r, a, link));
}

void source_doubt(struct reconcile *r)
{
	if (conditions_is(r->status, SOURCE_VERIFIED, CONDITION_FALSE))
		stage_unset(r, SOURCE_VERIFIED);
}

struct artifact *source_artifact(struct reconcile *r, const char *file, const char *revision)
{
	struct artifact *a = NEW(r->mem, struct artifact);
	a->path = depot_path(r->mem, r->kind->name, r->ns, r->name, file);
	a->url = artifact_url(r->mem, advertised(r), a->path);
	a->revision = revision;
	return a;
}

void source_store(struct reconcile *r, struct artifact *a, const struct depot_file *file)
{
	a->digest = file->digest;
	a->size = (int64_t)file->size;
	a->last_update = clock_rfc3339(r->mem, clock_wall());
	val_set(r->mem, r->status, "artifact", artifact_val(r->mem, a));
}

/* ---- telling ---- */

static bool any_of(const val *status, const char *const *conditions)
{
	for (; *conditions; conditions++)
		if (conditions_get(status, *conditions))
			return true;
	return false;
}

bool source_had(const struct reconcile *r, const char *const *conditions)
{
	return any_of(val_get(r->obj, "status"), conditions);
}

void source_event(struct reconcile *r, const char *reason, const char *message)
{
	const val *a = val_get(r->status, "artifact");
	r->annotations = val_map(r->mem);
	val_set_text(r->mem, r->annotations, SOURCE_ANNOTATION_REVISION,
		     val_as_text(val_get(a, "revision")));
	val_set_text(r->mem, r->annotations, SOURCE_ANNOTATION_DIGEST,
		     val_as_text(val_get(a, "digest")));
	stage_event(r, EVENT_INFO, reason, "%s", message);
	r->annotations = NULL;
}

void source_tell(struct reconcile *r, const char *const *failures, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *message = arena_vprintf(r->mem, fmt, ap);
	va_end(ap);
	const char *before = val_as_text(VAL_IN(r->obj, "status", "artifact", "digest"));
	const char *now = val_as_text(VAL_IN(r->status, "artifact", "digest"));
	if (!now)
		return;
	r->success = message;
	if (!text_eq(before, now))
		source_event(r, "NewArtifact", message);
	else if (source_had(r, failures) && !any_of(r->status, failures))
		source_event(r, "Succeeded", message);
}

/* ---- deletion ---- */

err *source_finalize(ctx *c, struct reconcile *r)
{
	char *object = path_dir(c->mem, depot_path(c->mem, r->kind->name, r->ns, r->name, "x"));
	bool any;
	err *failed = depot_forget(c->mem, r->house->depot, object, &any);
	if (failed)
		return stage_fault(
			r,
			err_wrap(c->mem, failed, "garbage collection for deleted resource failed"),
			(struct fault){.reason = "GarbageCollectionFailed"});
	if (any)
		stage_event(r, EVENT_TRACE, "GarbageCollectionSucceeded",
			    "garbage collected artifacts for deleted resource");
	return NULL;
}

/* ---- Secrets ---- */

err *source_secret(ctx *c, struct reconcile *r, const char *name, val **ret_data)
{
	struct source_secret s;
	TRY(source_read_secret(c, r, name, &s));
	*ret_data = s.data;
	return NULL;
}

const char *source_secret_text(const val *data, const char *key)
{
	return val_as_text(val_get(data, key));
}

static err *check_proxy(arena *mem, const char *address)
{
	struct url *u;
	if (!*address)
		return err_new(mem, ERR_INVALID, "proxy address is empty");
	if (strlen(address) > PROXY_URL_MAX)
		return err_new(mem, ERR_INVALID,
			       "proxy URL exceeds maximum length of %d characters", PROXY_URL_MAX);
	TRY_AS(mem, url_parse(mem, address, &u), "failed to parse proxy address");
	if (!text_eq(u->scheme, "http") && !text_eq(u->scheme, "https") &&
	    !text_eq(u->scheme, "socks5"))
		return err_new(mem, ERR_INVALID,
			       "proxy URL has scheme '%s': http, https and socks5 are supported",
			       u->scheme);
	if (!*u->host)
		return err_new(mem, ERR_INVALID, "proxy URL names no host");
	return NULL;
}

err *source_proxy(ctx *c, struct reconcile *r, const char *secret, struct login *login)
{
	val *data;
	err *failed = source_secret(c, r, secret, &data);
	if (err_code(failed) == ERR_NOT_FOUND)
		return err_new(c->mem, ERR_NOT_FOUND, "secret '%s/%s' not found", r->ns, secret);
	if (failed)
		return err_wrap(c->mem, failed, "failed to get secret '%s/%s'", r->ns, secret);
	const char *address = source_secret_text(data, "address");
	if (!address)
		return err_new(c->mem, ERR_INVALID, "secret '%s/%s': key 'address' not found",
			       r->ns, secret);
	TRY_AS(c->mem, check_proxy(c->mem, address), "secret '%s/%s'", r->ns, secret);
	login->proxy = address;
	login->proxy_user = source_secret_text(data, "username");
	login->proxy_password = login->proxy_user ? source_secret_text(data, "password") : NULL;
	return NULL;
}
