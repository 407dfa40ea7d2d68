/* The Bucket: objects of a bucket, stored as an artifact. */
#include "kind/bucket.h"

#include <string.h>

#include "kind/bucket_auth.h"

#define FAILED "BucketOperationFailed"
#define LINK "latest.tar.gz"

struct work {
	struct reconcile r;
	const struct bucket_spec *spec;
	struct artifact *stored; /* storage: NULL for none */
	struct bucket bucket;	 /* authenticate */
	struct bucket_list list; /* look */
	const str *rules;	 /* the bucket's .sourceignore; NULL: none */
	struct content *content; /* fetch */
	const char *revision;
};

/* What counts as a failure that a success recovers from. */
static const char *const failures[] = {SOURCE_FETCH_FAILED, SOURCE_STORAGE_FAILED, NULL};

/* ---- decode, storage, authenticate ------------------------------------------------------------ */

static err *begin(struct reconcile *r)
{
	const struct bucket_spec *s = r->spec;
	r->suspend = s->suspend;
	r->interval = s->interval;
	return NULL;
}

static err *storage(ctx *c, void *work)
{
	struct work *w = work;
	w->spec = w->r.spec;
	return source_storage(c, &w->r, &w->stored);
}

static err *authenticate(ctx *c, void *work)
{
	struct work *w = work;
	return bucket_authenticate(c, &w->r, w->spec, &w->bucket);
}

/* ---- look ------------------------------------------------------------------------------------- */

static enum digest_kind wanted_kind(const struct work *w)
{
	enum digest_kind kind = DIGEST_SHA256;
	(void)digest_parse(str_of(w->r.house->options->digest_algo), &kind);
	return kind;
}

/* Is the stored artifact made of what is listed? It may have been told by another digest than is wanted now. */
static bool is_stored(ctx *c, const struct work *w)
{
	enum digest_kind kind;
	str hex;
	return w->stored && digest_split(str_of(w->stored->revision), &kind, &hex) &&
	       text_eq(bucket_list_digest(c->mem, &w->list, kind), w->stored->revision);
}

static void in_storage(struct work *w)
{
	stage_set(&w->r, SOURCE_IN_STORAGE, CONDITION_TRUE, "Succeeded",
		  "stored artifact: revision '%s'", w->revision);
}

/* The stored artifact is the one wanted: nothing more is to be done. Polls without news are not told: they would fill
 * the cluster with events. */
static void up_to_date(struct work *w)
{
	int64_t seen = val_as_int(VAL_IN(w->r.obj, "status", "observedGeneration"), -1);
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w);
	w->r.finished = true;
	if (w->r.requested || seen != w->r.generation || source_had(&w->r, failures))
		stage_event(&w->r, EVENT_TRACE, "ArtifactUpToDate",
			    "artifact up-to-date with remote revision: '%s'", w->revision);
}

static void revise(ctx *c, struct work *w)
{
	w->revision = bucket_list_digest(c->mem, &w->list, wanted_kind(w));
}

static err *look(ctx *c, void *work)
{
	struct work *w = work;
	TRY(bucket_index(c, &w->bucket, &w->list, &w->rules));
	revise(c, w);
	if (is_stored(c, w))
		up_to_date(w);
	return NULL;
}

/* ---- fetch ------------------------------------------------------------------------------------ */

static void new_revision(struct work *w)
{
	const char *text = arena_printf(w->r.mem, "new upstream revision '%s'", w->revision);
	if (w->stored)
		stage_set(&w->r, SOURCE_OUTDATED, CONDITION_TRUE, "NewRevision", "%s", text);
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing", "building artifact: %s",
		  text);
	stage_progress(&w->r, "building artifact: %s", text);
}

static err *read_rules(void *from, arena *mem, const void *id, size_t max, str *ret_bytes)
{
	const str *rules = id;
	(void)from;
	if (rules->n > max)
		return err_new(mem, ERR_LIMIT, "the file is larger than %zu bytes", max);
	*ret_bytes = *rules;
	return NULL;
}

static err *fetch(ctx *c, void *work)
{
	struct work *w = work;
	uint64_t most = (uint64_t)w->r.house->options->artifact_max;
	struct content_limits limits = {.bytes = most};
	w->content = content_new(c->mem, &limits);
	TRY(bucket_fetch(c, &w->bucket, &w->list, depot_dir(w->r.house->depot), most, w->content));
	if (w->rules) /* it belongs to no revision, but to the files */
		TRY(content_file(w->content, IGNORE_FILE, false, read_rules, NULL, w->rules));
	revise(c, w); /* what changed meanwhile was got as it is now */
	if (is_stored(c, w)) {
		up_to_date(w);
		return NULL;
	}
	new_revision(w);
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	return NULL;
}

/* ---- keep ------------------------------------------------------------------------------------- */

struct filling {
	arena *mem;
	const struct work *w;
};

static err *fill(void *arg, struct sink out)
{
	struct filling *f = arg;
	return content_archive_all(f->mem, f->w->content, out);
}

static void observe_ignore(struct work *w)
{
	if (w->spec->ignore)
		val_set_text(w->r.mem, w->r.status, "observedIgnore", w->spec->ignore);
	else
		val_del(w->r.status, "observedIgnore");
}

static err *keep(ctx *c, void *work)
{
	struct work *w = work;
	const char *hex = strchr(w->revision, ':') + 1;
	struct artifact *a =
		source_artifact(&w->r, arena_printf(c->mem, "%s.tar.gz", hex), w->revision);
	struct filling filling = {c->mem, w};
	struct depot_file stored;
	err *e = depot_put(c->mem, w->r.house->depot, a->path, fill, &filling, &stored);
	if (err_code(e) == ERR_BUSY)
		return stage_fault(&w->r,
				   err_wrap(c->mem, e, "failed to acquire lock for artifact"),
				   (struct fault){.reason = "Failed"});
	if (e)
		return err_wrap(c->mem, e, "unable to archive artifact to storage");
	source_store(&w->r, a, &stored);
	observe_ignore(w);
	source_link(c, &w->r, a, LINK);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w);
	return NULL;
}

/* ---- the end ---------------------------------------------------------------------------------- */

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	if (failed || !w->revision)
		return;
	source_tell(&w->r, failures, "stored artifact with %zu fetched files from '%s' bucket",
		    bucket_list_count(&w->list), w->spec->name);
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	return source_finalize(c, &w->r);
}

static void refs(const val *obj, struct ref_list *list)
{
	static const char *const names[] = {"secretRef", "certSecretRef", "proxySecretRef", NULL};
	const val *spec = val_get(obj, "spec"), *sts = val_get(spec, "sts");
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	for (int i = 0; names[i]; i++) {
		ref_add(list, REF_CONFIG, "Secret", ns,
			val_as_text(VAL_IN(spec, names[i], "name")));
		ref_add(list, REF_CONFIG, "Secret", ns, val_as_text(VAL_IN(sts, names[i], "name")));
	}
}

static const struct stage stages[] = {
	{"checking the storage", storage, "StatOperationFailed", SOURCE_STORAGE_FAILED},
	{"authenticating", authenticate, "AuthenticationFailed", SOURCE_FETCH_FAILED},
	{"listing the objects", look, FAILED, SOURCE_FETCH_FAILED},
	{"fetching the objects", fetch, FAILED, SOURCE_FETCH_FAILED},
	{"storing the artifact", keep, "ArchiveOperationFailed", SOURCE_STORAGE_FAILED},
	{NULL, NULL, NULL, NULL},
};

static const char *const positive[] = {SOURCE_IN_STORAGE, NULL};
static const char *const negative[] = {SOURCE_STORAGE_FAILED, SOURCE_FETCH_FAILED, SOURCE_OUTDATED,
				       NULL};
static const struct conditions_polarity polarity = {positive, negative, NULL};

static const struct kind_column columns[] = {
	{"Endpoint", "string", ".spec.endpoint", NULL},
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind bucket_kind = {
	.group = SOURCE_GROUP,
	.name = "Bucket",
	.plural = "buckets",
	.singular = "bucket",
	.categories = "all,fluxcd,fluxcd-sources",
	.versions = "v1beta1,v1beta2,v1",
	.spec = bucket_spec_fields,
	.spec_size = sizeof(struct bucket_spec),
	.spec_rules = bucket_spec_rules,
	.status = bucket_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "Bucket makes the objects of a bucket available in the cluster as an artifact.",
	.component = "source-controller",
	.manager = "source-controller",
	.work_size = sizeof(struct work),
	.stages = stages,
	.polarity = &polarity,
	.begin = begin,
	.finalize = finalize,
	.finish = finish,
	.refs = refs,
};
