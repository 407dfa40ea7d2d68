/* The HelmRepository: the index of a chart repository, stored as an artifact. */
#include "kind/helm_repository.h"

#include <string.h>

#include "base/clock.h"
#include "base/spool.h"
#include "data/json.h"
#include "kind/chart_login.h"
#include "kind/source.h"
#include "source/address.h"
#include "source/chart_repo.h"
#include "source/index.h"

#define INTERVAL CLOCK_MINUTE
#define LINK "index.yaml"
#define NOTE ".index" /* what the server said of the index that is stored */

struct work {
	struct reconcile r;
	const struct helm_repository *repo;
	char *url;		 /* decode: as Flux writes it */
	struct artifact *stored; /* storage: NULL for none */
	struct login login;	 /* authenticate */
	struct spool *raw;	 /* fetch */
	struct fetched state;
	const char *revision; /* NULL: it is the stored one's */
	struct spool *index;  /* convert */
};

static const char *const failures[] = {SOURCE_FETCH_FAILED, SOURCE_STORAGE_FAILED, NULL};

/* ---- decode ---- */

static err *begin(struct reconcile *r)
{
	const struct helm_repository *s = r->spec;
	r->suspend = s->suspend;
	r->interval = s->interval ? s->interval : INTERVAL;
	return NULL;
}

static err *invalid_url(struct work *w, err *e)
{
	return stage_fault(&w->r, err_wrap(w->r.mem, e, "invalid Helm repository URL"),
			   (struct fault){.policy = POLICY_STALL, .reason = "URLInvalid"});
}

static err *decode(ctx *c, void *work)
{
	struct work *w = work;
	w->repo = w->r.spec;
	if (text_starts(w->repo->url, "oci://"))
		return invalid_url(w, err_new(c->mem, ERR_INVALID,
					      "'oci' URL scheme cannot be used with 'default' "
					      "HelmRepository type"));
	err *e = address_normalize(c->mem, w->repo->url, &w->url);
	return e ? invalid_url(w, e) : NULL;
}

static err *storage(ctx *c, void *work)
{
	struct work *w = work;
	return source_storage(c, &w->r, &w->stored);
}

static err *authenticate(ctx *c, void *work)
{
	struct work *w = work;
	return chart_login(c, &w->r, w->repo, &w->login);
}

/* ---- fetch ---- */

/* What is known of the stored index: the server is asked for a newer one only, if it is the same server. */
static void recall(ctx *c, struct work *w, struct fetch *f)
{
	str text;
	val *note;
	if (!w->stored || depot_noted(c->mem, w->r.house->depot, w->stored->path, NOTE, &text) ||
	    json_parse(c->mem, text, &note) ||
	    !text_eq(val_as_text(val_get(note, "url")), w->repo->url) ||
	    !text_eq(val_as_text(val_get(note, "revision")), w->stored->revision))
		return;
	f->etag = val_as_text(val_get(note, "etag"));
	f->modified = f->etag ? NULL : val_as_text(val_get(note, "modified"));
}

/* Not being able to does not matter: the next poll is only dearer. */
static void remember(ctx *c, struct work *w, const struct artifact *a)
{
	val *note = val_map(c->mem);
	val_set_text(c->mem, note, "url", w->repo->url);
	val_set_text(c->mem, note, "revision", a->revision);
	val_set_text(c->mem, note, "etag", w->state.etag);
	val_set_text(c->mem, note, "modified", w->state.modified);
	(void)depot_note(c->mem, w->r.house->depot, a->path, NOTE,
			 str_of(json_text(c->mem, note, JSON_PLAIN)));
}

static void in_storage(struct work *w, const char *revision)
{
	stage_set(&w->r, SOURCE_IN_STORAGE, CONDITION_TRUE, "Succeeded",
		  "stored artifact: revision '%s'", revision);
}

/* The stored artifact is the one wanted: nothing more is to be done. */
static void up_to_date(struct work *w)
{
	int64_t seen = val_as_int(VAL_IN(w->r.obj, "status", "observedGeneration"), -1);
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w, w->stored->revision);
	w->r.finished = true;
	if (w->r.requested || seen != w->r.generation || source_had(&w->r, failures))
		stage_event(&w->r, EVENT_TRACE, "ArtifactUpToDate",
			    "artifact up-to-date with remote revision: '%s'", w->stored->revision);
}

static enum digest_kind wanted_kind(const struct work *w)
{
	enum digest_kind kind = DIGEST_SHA256;
	(void)digest_parse(str_of(w->r.house->options->digest_algo), &kind);
	return kind;
}

static err *add_digest(void *arg, arena *mem, str bytes)
{
	(void)mem;
	digest_add(arg, bytes);
	return NULL;
}

/* The revision by the digest that is wanted now; the stored one may have another. */
static err *revise(ctx *c, struct work *w, enum digest_kind had, char *digest)
{
	if (w->stored && text_eq(digest, w->stored->revision)) {
		up_to_date(w);
		return NULL;
	}
	w->revision = digest;
	if (had == wanted_kind(w))
		return NULL;
	struct digest *d = digest_begin(c->mem, wanted_kind(w));
	TRY(spool_each(c->mem, w->raw, 0, spool_size(w->raw), add_digest, d));
	w->revision = digest_end(d);
	return NULL;
}

static err *fetch(ctx *c, void *work)
{
	struct work *w = work;
	enum digest_kind kind = wanted_kind(w);
	str hex;
	struct fetch f;
	if (w->stored)
		(void)digest_split(str_of(w->stored->revision), &kind, &hex);
	struct chart_repo repo = {.clients = w->r.house->clients,
				  .url = w->repo->url,
				  .login = w->login,
				  .pass_credentials = w->repo->pass_credentials,
				  .timeout = helm_repository_timeout(w->repo),
				  .index_max = (uint64_t)w->r.house->options->index_max};
	struct digest *d = digest_begin(c->mem, kind);
	TRY_AS(c->mem, spool_open(c->mem, depot_dir(w->r.house->depot), &w->raw),
	       "failed to create temp file to cache index to");
	err *e = chart_repo_index(c->mem, &repo, &f);
	if (!e) {
		recall(c, w, &f);
		e = fetch_spool(c, &f, w->raw, d, &w->state);
	}
	if (e)
		return err_wrap(c->mem, e,
				"failed to fetch Helm repository index: failed to cache index to "
				"temporary file");
	if (w->state.unchanged) {
		up_to_date(w);
		return NULL;
	}
	return revise(c, w, kind, digest_end(d));
}

/* ---- convert ---- */

static err *into_spool(void *arg, arena *mem, str bytes)
{
	return spool_add(mem, arg, bytes);
}

static err *convert(ctx *c, void *work)
{
	struct work *w = work;
	const char *scratch = depot_dir(w->r.house->depot);
	struct mapped *raw;
	TRY(spool_open(c->mem, scratch, &w->index));
	TRY(spool_map(c->mem, w->raw, &raw));
	TRY_AS(c->mem, index_convert(c->mem, raw, scratch, (struct sink){into_spool, w->index}),
	       "failed to load Helm repository from index YAML: failed to load index");
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	if (w->stored)
		stage_set(&w->r, SOURCE_OUTDATED, CONDITION_TRUE, "NewRevision",
			  "new index revision '%s'", w->revision);
	stage_progress(&w->r, "building artifact: new index revision '%s'", w->revision);
	return NULL;
}

/* ---- keep ---- */

static err *fill(void *arg, struct sink out)
{
	struct work *w = arg;
	return spool_each(w->r.mem, w->index, 0, spool_size(w->index), out.put, out.arg);
}

static err *keep(ctx *c, void *work)
{
	struct work *w = work;
	const char *hex = strchr(w->revision, ':') + 1;
	struct artifact *a =
		source_artifact(&w->r, arena_printf(c->mem, "index-%s.yaml", hex), w->revision);
	struct depot_file stored;
	err *e = depot_put(c->mem, w->r.house->depot, a->path, fill, w, &stored);
	if (err_code(e) == ERR_BUSY)
		return stage_fault(&w->r,
				   err_wrap(c->mem, e, "failed to acquire lock for artifact"),
				   (struct fault){.reason = "Failed"});
	if (e)
		return err_wrap(c->mem, e, "unable to save artifact to storage");
	source_store(&w->r, a, &stored);
	source_link(c, &w->r, a, LINK);
	remember(c, w, a);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w, a->revision);
	return NULL;
}

/* ---- the end ---- */

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	int64_t size = val_as_int(VAL_IN(w->r.status, "artifact", "size"), -1);
	if (failed)
		return;
	source_tell(&w->r, failures, "stored fetched index of %s%s from '%s'",
		    size < 0 ? "unknown size" : "size ",
		    size < 0 ? "" : index_size_text(w->r.mem, (uint64_t)size), w->repo->url);
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	return source_finalize(c, &w->r);
}

static void refs(const val *obj, struct ref_list *list)
{
	const val *spec = val_get(obj, "spec");
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	ref_add(list, REF_CONFIG, "Secret", ns, val_as_text(VAL_IN(spec, "secretRef", "name")));
	ref_add(list, REF_CONFIG, "Secret", ns, val_as_text(VAL_IN(spec, "certSecretRef", "name")));
}

static const struct stage stages[] = {
	{"reading the spec", decode, "URLInvalid", SOURCE_FETCH_FAILED},
	{"checking the storage", storage, "StatOperationFailed", SOURCE_STORAGE_FAILED},
	{"authenticating", authenticate, "AuthenticationFailed", SOURCE_FETCH_FAILED},
	{"fetching the index", fetch, "Failed", SOURCE_FETCH_FAILED},
	{"reading the index", convert, "IndexationFailed", SOURCE_FETCH_FAILED},
	{"storing the artifact", keep, "ArchiveOperationFailed", SOURCE_STORAGE_FAILED},
	{NULL, NULL, NULL, NULL},
};

static const char *const positive[] = {SOURCE_IN_STORAGE, NULL};
static const char *const negative[] = {SOURCE_STORAGE_FAILED, SOURCE_FETCH_FAILED, SOURCE_OUTDATED,
				       NULL};
static const struct conditions_polarity polarity = {positive, negative, NULL};

static const struct kind_column columns[] = {
	{"URL", "string", ".spec.url", NULL},
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind helm_repository_kind = {
	.group = SOURCE_GROUP,
	.name = "HelmRepository",
	.plural = "helmrepositories",
	.singular = "helmrepository",
	.short_names = "helmrepo",
	.categories = "all,fluxcd,fluxcd-sources",
	.versions = "v1beta1,v1beta2,v1",
	.spec = helm_repository_spec_fields,
	.spec_size = sizeof(struct helm_repository),
	.status = helm_repository_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "HelmRepository makes the charts of a repository available to HelmCharts.",
	.component = "source-controller",
	.manager = "source-controller",
	.work_size = sizeof(struct work),
	.stages = stages,
	.polarity = &polarity,
	.is_static = helm_repository_is_oci,
	.begin = begin,
	.finalize = finalize,
	.finish = finish,
	.refs = refs,
};
