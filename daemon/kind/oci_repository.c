/* The OCIRepository: a layer of an artifact in an OCI registry, stored as an artifact. */
#include "kind/oci_repository.h"

#include <string.h>

#include "base/regex.h"
#include "data/semver.h"
#include "kind/cloud.h"
#include "kind/oci_verify.h"
#include "kind/source_login.h"
#include "source/content_tar.h"
#include "source/oci.h"
#include "source/vouched.h"

#define PULL_FAILED "OCIArtifactPullFailed"
#define LAYER_FAILED "OCIArtifactLayerOperationFailed"
#define ORIGIN_SOURCE "org.opencontainers.image.source"
#define ORIGIN_REVISION "org.opencontainers.image.revision"
#define LINK "latest.tar.gz"
#define FILTER_STEPS_MAX ((size_t)2000000000) /* some seconds */

struct work {
	struct reconcile r;
	const struct oci_repository *spec;
	struct artifact *stored;	   /* storage: NULL for none */
	struct registry_settings settings; /* authenticate */
	struct oci *oci;		   /* resolve */
	const char *digest, *revision;
	const char *shown;	       /* "ghcr.io/org/app:1.0" */
	struct oci_manifest *manifest; /* pull */
	struct spool *layer;
	struct content *content; /* extract: NULL when the layer is copied */
};

/* What counts as a failure that a success recovers from. */
static const char *const failures[] = {SOURCE_FETCH_FAILED, SOURCE_STORAGE_FAILED, NULL};

static bool said(const char *text)
{
	return text && *text;
}

/* ---- decode ----------------------------------------------------------------------------------- */

static err *begin(struct reconcile *r)
{
	const struct oci_repository *o = r->spec;
	r->suspend = o->suspend;
	r->interval = o->interval;
	return NULL;
}

static err *decode(ctx *c, void *work)
{
	struct work *w = work;
	(void)c;
	w->spec = w->r.spec;
	source_doubt(&w->r);
	if (!w->spec->verify)
		stage_unset(&w->r, SOURCE_VERIFIED);
	return NULL;
}

/* ---- storage ---------------------------------------------------------------------------------- */

static err *storage(ctx *c, void *work)
{
	struct work *w = work;
	return source_storage(c, &w->r, &w->stored);
}

/* ---- authenticate ----------------------------------------------------------------------------- */

/* A cloud's own identity, which is only asked where no Secret says anything, and the registry wants to see a login. */
static err *use_provider(struct work *w, const struct oci_ref *ref)
{
	const struct oci_repository *o = w->spec;
	struct registry_settings *s = &w->settings;
	TRY(cloud_check_gate(&w->r, o->account, ""));
	const struct cloud *cloud = cloud_of(
		&w->r, o->account, w->r.house->options->default_service_account, &s->login);
	if (ref->registry)
		s->asked = cloud_asked(&w->r, cloud, o->provider, ref->registry);
	return NULL;
}

static err *authenticate(ctx *c, void *work)
{
	struct work *w = work;
	const struct oci_repository *o = w->spec;
	struct registry_settings *s = &w->settings;
	struct oci_ref ref = {NULL, NULL};
	struct oci_keys *keys;
	*s = (struct registry_settings){.insecure = o->insecure, .timeout = o->timeout};
	if (text_starts(o->url, OCI_SCHEME)) /* what is no name, the next stage tells */
		(void)oci_ref_parse(c->mem, o->url + strlen(OCI_SCHEME), &ref);
	TRY_AS(c->mem,
	       source_pull_secrets(c, &w->r, o->secret ? o->secret->name : NULL,
				   said(o->account) ? o->account : NULL, &keys),
	       "failed to get credential");
	if (o->proxy)
		TRY_AS(c->mem, source_proxy(c, &w->r, o->proxy->name, &s->login),
		       "failed to get proxy address");
	if (!keys && said(o->provider) && !text_eq(o->provider, "generic"))
		TRY(use_provider(w, &ref));
	if (o->cert && *o->cert->name)
		TRY_AS(c->mem, source_tls(c, &w->r, o->cert->name, &s->login.tls),
		       "failed to generate transport for '%s'", o->url);
	else
		s->login.tls.insecure = o->insecure;
	if (keys && ref.registry)
		oci_keys_find(keys, oci_ref_text(c->mem, &ref), &s->auth);
	return NULL;
}

/* ---- resolve ---------------------------------------------------------------------------------- */

/* A registry that asks for patience gets it. */
static err *failed_as(struct work *w, err *e, const char *reason)
{
	return stage_fault(
		&w->r, e,
		(struct fault){.reason = reason,
			       .after = err_code(e) == ERR_BUSY ? oci_retry_after(w->oci) : 0});
}

static err *read_url(struct work *w)
{
	const char *url = w->spec->url;
	arena *mem = w->r.mem;
	err *e = text_starts(url, OCI_SCHEME)
			 ? oci_ref_parse(mem, url + strlen(OCI_SCHEME), &w->settings.ref)
			 : err_new(mem, ERR_INVALID,
				   "URL must be in format 'oci://<domain>/<org>/<repo>'");
	return stage_fault(&w->r,
			   e ? err_wrap(mem, e, "URL validation failed for '%s'", url) : NULL,
			   (struct fault){.policy = POLICY_STALL, .reason = "URLInvalid"});
}

/* The tag of a Helm chart has "_" where its version has "+", which no tag can have. */
static const char *swap(arena *mem, const char *text, char from, char to)
{
	char *copy = arena_text(mem, text);
	for (char *at = copy; (at = strchr(at, from));)
		*at++ = to;
	return copy;
}

static err *filter_tags(arena *mem, struct oci_tags *tags, const char *filter)
{
	struct regex *re;
	size_t n = 0, bytes = 0;
	if (!said(filter))
		return NULL;
	TRY(regex_compile(mem, str_of(filter), &re));
	for (size_t i = 0; i < tags->n; i++)
		bytes += strlen(tags->p[i]) + 1;
	if (bytes > FILTER_STEPS_MAX / regex_cost(re))
		return err_new(mem, ERR_LIMIT,
			       "semverFilter takes too many steps for %zu tags: make it simpler",
			       tags->n);
	for (size_t i = 0; i < tags->n; i++) {
		arena *scratch = arena_open();
		if (regex_match(scratch, re, str_of(tags->p[i])))
			tags->p[n++] = tags->p[i];
		arena_close(scratch);
	}
	tags->n = n;
	return NULL;
}

static err *pick_by_range(ctx *c, struct work *w, const char **ret_tag)
{
	const struct oci_repository_ref *ref = w->spec->ref;
	const struct oci_selector *selector = w->spec->selector;
	bool helm = selector && text_eq(selector->type, OCI_TYPE_HELM_LAYER);
	struct semver_range *range;
	struct oci_tags tags;
	size_t n;
	TRY(oci_tags(c, w->oci, &tags));
	TRY(filter_tags(c->mem, &tags, ref->filter));
	TRY_AS(c->mem, semver_range_parse(c->mem, str_of(ref->semver), &range),
	       "semver '%s' parse error", ref->semver);
	for (size_t i = 0; helm && i < tags.n; i++)
		tags.p[i] = swap(c->mem, tags.p[i], '_', '+');
	const char **best = semver_sort(c->mem, range, tags.p, tags.n, &n);
	if (!n)
		return err_new(c->mem, ERR_NOT_FOUND, "no match found for semver: %s", ref->semver);
	*ret_tag = helm ? swap(c->mem, best[0], '+', '_') : best[0];
	return NULL;
}

/* Which tag or digest the spec means right now. */
static err *reference_of(ctx *c, struct work *w, const char **ret_reference)
{
	const struct oci_repository_ref *ref = w->spec->ref;
	*ret_reference = OCI_TAG_DEFAULT;
	if (ref && said(ref->digest))
		*ret_reference = ref->digest;
	else if (ref && said(ref->semver))
		TRY_AS(c->mem, pick_by_range(c, w, ret_reference),
		       "failed to determine the artifact tag for '%s'", w->spec->url);
	else if (ref && said(ref->tag))
		*ret_reference = ref->tag;
	return NULL;
}

/* A digest needs no question: it is what it is. */
static err *revision_of(ctx *c, struct work *w, const char *reference)
{
	char *digest;
	w->shown = oci_name(c->mem, w->oci, reference);
	if (w->spec->ref && said(w->spec->ref->digest)) {
		TRY(oci_ref_check_digest(c->mem, reference));
		w->digest = w->revision = reference;
		return NULL;
	}
	TRY(oci_digest(c, w->oci, reference, &digest));
	w->digest = digest;
	w->revision = arena_printf(c->mem, "%s@%s", reference, digest);
	return NULL;
}

static bool is_stored(const struct work *w)
{
	return w->stored && text_eq(w->stored->revision, w->revision);
}

/* Would the same manifest make another artifact than the stored one? */
static bool content_changed(const struct work *w)
{
	const val *spec = val_get(w->r.obj, "spec"), *seen = w->r.status;
	return !val_eq(val_get(spec, "ignore"), val_get(seen, "observedIgnore")) ||
	       !val_eq(val_get(spec, "layerSelector"), val_get(seen, "observedLayerSelector"));
}

static void new_revision(struct work *w)
{
	const char *text =
		arena_printf(w->r.mem, "new revision '%s' for '%s'", w->revision, w->shown);
	if (w->stored)
		stage_set(&w->r, SOURCE_OUTDATED, CONDITION_TRUE, "NewRevision", "%s", text);
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing", "building artifact: %s",
		  text);
	stage_progress(&w->r, "building artifact: %s", text);
}

static void in_storage(struct work *w)
{
	stage_set(&w->r, SOURCE_IN_STORAGE, CONDITION_TRUE, "Succeeded",
		  "stored artifact for digest '%s'", w->revision);
}

/* Polls without news are not told: they would fill the cluster with events. */
static bool worth_telling(const struct work *w)
{
	int64_t seen = val_as_int(VAL_IN(w->r.obj, "status", "observedGeneration"), -1);
	return w->r.requested || seen != w->r.generation || source_had(&w->r, failures);
}

/* The stored artifact is the one wanted: nothing more is to be done. */
static void up_to_date(struct work *w)
{
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w);
	w->r.finished = true;
	if (worth_telling(w))
		stage_event(&w->r, EVENT_TRACE, "ArtifactUpToDate",
			    "artifact up-to-date with remote revision: '%s'", w->revision);
}

static err *resolve(ctx *c, void *work)
{
	struct work *w = work;
	const char *reference;
	TRY(read_url(w));
	w->oci = oci_open(c->mem, w->r.house->registries, &w->settings);
	err *e = reference_of(c, w, &reference);
	if (e)
		return failed_as(w, e, "ReadOperationFailed");
	e = revision_of(c, w, reference);
	if (e)
		return failed_as(w, err_wrap(c->mem, e, "failed to determine artifact digest"),
				 PULL_FAILED);
	if (!is_stored(w))
		new_revision(w);
	return NULL;
}

/* ---- verify ----------------------------------------------------------------------------------- */

/* What was looked at, by what, and whether it is told as verified. */
static const char *vouch_of(struct work *w, const struct oci_trust *trust, bool told)
{
	return arena_printf(w->r.mem, "%s/%s %s %s %d", w->r.ns, w->r.name, w->revision,
			    trust->print, told);
}

static bool was_verified(struct work *w, const struct oci_trust *trust, bool told)
{
	return is_stored(w) && vouched_has(w->r.house->vouched, vouch_of(w, trust, told));
}

/* A revision is verified once, and again when the spec or a Secret changes. */
static err *check_signature(ctx *c, struct work *w)
{
	struct oci_trust trust;
	TRY(oci_verify_trust(c, &w->r, w->spec->verify, &trust));
	const char *none = arena_printf(c->mem, "no matching signatures were found for '%s'",
					oci_name(c->mem, w->oci, w->digest));
	struct oci_verify_texts texts = {none, none};
	bool told = was_verified(w, &trust, true);
	if (!told && !was_verified(w, &trust, false))
		TRY(oci_verify_check(c, &trust, w->oci, w->digest, &texts, &told));
	vouched_add(w->r.house->vouched, vouch_of(w, &trust, told));
	if (told)
		stage_set(&w->r, SOURCE_VERIFIED, CONDITION_TRUE, "Succeeded",
			  "verified signature of revision %s", w->revision);
	else
		stage_unset(&w->r, SOURCE_VERIFIED);
	return NULL;
}

static err *unverified(ctx *c, struct work *w, const err *e)
{
	err *told = err_wrap(c->mem, e, "failed to verify the signature using provider '%s'",
			     oci_verify_provider(c->mem, w->spec->verify));
	if (!ctx_check(c))
		stage_set(&w->r, SOURCE_VERIFIED, CONDITION_FALSE, "VerificationError", "%s",
			  err_text(c->mem, told));
	return stage_fault(
		&w->r, told,
		(struct fault){.reason = "VerificationError",
			       .no_condition = true,
			       .after = err_code(e) == ERR_BUSY ? oci_retry_after(w->oci) : 0});
}

static err *verify(ctx *c, void *work)
{
	struct work *w = work;
	err *e = w->spec->verify ? check_signature(c, w) : NULL;
	if (e)
		return unverified(c, w, e);
	if (is_stored(w) && !content_changed(w))
		up_to_date(w);
	return NULL;
}

/* ---- pull ------------------------------------------------------------------------------------- */

static err *read_manifest(ctx *c, struct work *w)
{
	struct oci_document d;
	err *e = oci_fetch(c, w->oci, w->digest, &d);
	if (e)
		return failed_as(
			w, err_wrap(c->mem, e, "failed to pull artifact from '%s'", w->spec->url),
			PULL_FAILED);
	TRY_AS(c->mem, oci_manifest_parse(c->mem, d.bytes, d.type, d.digest, &w->manifest),
	       "failed to parse artifact manifest");
	return NULL;
}

static err *select_layer(ctx *c, const struct work *w, const struct oci_descriptor **ret_layer)
{
	const char *type = w->spec->selector ? w->spec->selector->type : NULL;
	if (!w->manifest->n_layers)
		return err_new(c->mem, ERR_INVALID, "no layers found in artifact");
	*ret_layer = said(type) ? oci_manifest_layer(w->manifest, type) : &w->manifest->layers[0];
	if (!*ret_layer)
		return err_new(c->mem, ERR_NOT_FOUND,
			       "failed to find layer with media type '%s' in artifact", type);
	return NULL;
}

static bool copies(const struct work *w)
{
	return w->spec->selector && text_eq(w->spec->selector->operation, "copy");
}

static err *extract(ctx *c, struct work *w)
{
	uint64_t most = (uint64_t)w->r.house->options->artifact_max;
	struct content_limits limits = {.bytes = most};
	struct tar_limits archive = {.bytes = most};
	struct spool *files;
	TRY(spool_open(c->mem, depot_dir(w->r.house->depot), &files));
	w->content = content_new(c->mem, &limits);
	return content_archived(c->mem, w->content, w->layer, files, &archive);
}

static err *pull(ctx *c, void *work)
{
	struct work *w = work;
	const struct oci_descriptor *layer;
	TRY(read_manifest(c, w));
	TRY(select_layer(c, w, &layer));
	TRY(spool_open(c->mem, depot_dir(w->r.house->depot), &w->layer));
	err *e = oci_blob_spool(c, w->oci, layer, (uint64_t)w->r.house->options->artifact_max,
				w->layer);
	if (e)
		return failed_as(
			w, err_wrap(c->mem, e, "failed to extract the first layer from artifact"),
			LAYER_FAILED);
	if (!copies(w))
		TRY_AS(c->mem, extract(c, w), "failed to extract layer contents from artifact");
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	return NULL;
}

/* ---- keep ------------------------------------------------------------------------------------- */

struct filling {
	arena *mem;
	struct work *w;
};

static err *fill(void *arg, struct sink out)
{
	struct filling *f = arg;
	struct spool *layer = f->w->layer;
	if (f->w->content)
		return content_archive(f->mem, f->w->content, f->w->spec->ignore, out);
	return spool_each(f->mem, layer, 0, spool_size(layer), out.put, out.arg);
}

static void observe(struct work *w, const char *spec, const char *status)
{
	const val *v = VAL_IN(w->r.obj, "spec", spec);
	if (v)
		val_set(w->r.mem, w->r.status, status, val_copy(w->r.mem, v));
	else
		val_del(w->r.status, status);
}

static err *keep(ctx *c, void *work)
{
	struct work *w = work;
	const char *file = arena_printf(c->mem, "%s.tar.gz", w->digest);
	struct artifact *a = source_artifact(&w->r, file, w->revision);
	struct filling filling = {c->mem, w};
	struct depot_file stored;
	err *e = depot_put(c->mem, w->r.house->depot, a->path, fill, &filling, &stored);
	if (err_code(e) == ERR_BUSY)
		return stage_fault(&w->r,
				   err_wrap(c->mem, e, "failed to acquire lock for artifact"),
				   (struct fault){.reason = "Failed"});
	if (e)
		return err_wrap(c->mem, e, "unable to %s artifact to storage",
				copies(w) ? "copy" : "archive");
	a->metadata = w->manifest->annotations;
	source_store(&w->r, a, &stored);
	observe(w, "ignore", "observedIgnore");
	observe(w, "layerSelector", "observedLayerSelector");
	val_del(w->r.status, "contentConfigChecksum");
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
	const val *said_of = VAL_IN(w->r.status, "artifact", "metadata");
	const char *source = val_as_text(val_get(said_of, ORIGIN_SOURCE));
	const char *revision = val_as_text(val_get(said_of, ORIGIN_REVISION));
	char *text = arena_printf(w->r.mem, "stored artifact with revision '%s' from '%s'",
				  w->revision, w->spec->url);
	if (said(source) && said(revision))
		text = arena_printf(w->r.mem, "%s, origin source '%s', origin revision '%s'", text,
				    source, revision);
	source_tell(&w->r, failures, "%s", text);
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	return source_finalize(c, &w->r);
}

static void refs(const val *obj, struct ref_list *list)
{
	static const char *const names[] = {"secretRef", "certSecretRef", "proxySecretRef", NULL};
	static const char *const of_verify[] = {"secretRef", "trustedRootSecretRef", NULL};
	const val *spec = val_get(obj, "spec");
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	for (int i = 0; names[i]; i++)
		ref_add(list, REF_CONFIG, "Secret", ns,
			val_as_text(VAL_IN(spec, names[i], "name")));
	for (int i = 0; of_verify[i]; i++)
		ref_add(list, REF_CONFIG, "Secret", ns,
			val_as_text(VAL_IN(spec, "verify", of_verify[i], "name")));
}

static const struct stage stages[] = {
	{"reading the spec", decode, "InvalidSpec", SOURCE_FETCH_FAILED},
	{"checking the storage", storage, "StatOperationFailed", SOURCE_STORAGE_FAILED},
	{"authenticating", authenticate, "AuthenticationFailed", SOURCE_FETCH_FAILED},
	{"resolving the reference", resolve, "ReadOperationFailed", SOURCE_FETCH_FAILED},
	{"verifying the signature", verify, "VerificationError", NULL},
	{"pulling the artifact", pull, LAYER_FAILED, SOURCE_FETCH_FAILED},
	{"storing the artifact", keep, "ArchiveOperationFailed", SOURCE_STORAGE_FAILED},
	{NULL, NULL, NULL, NULL},
};

static const char *const positive[] = {SOURCE_IN_STORAGE, SOURCE_VERIFIED, NULL};
static const char *const negative[] = {SOURCE_STORAGE_FAILED, SOURCE_FETCH_FAILED, SOURCE_OUTDATED,
				       NULL};
static const char *const bipolar[] = {SOURCE_VERIFIED, NULL};
static const struct conditions_polarity polarity = {positive, negative, bipolar};

static const struct kind_column columns[] = {
	{"URL", "string", ".spec.url", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind oci_repository_kind = {
	.group = SOURCE_GROUP,
	.name = "OCIRepository",
	.plural = "ocirepositories",
	.singular = "ocirepository",
	.short_names = "ocirepo",
	.categories = "all,fluxcd,fluxcd-sources",
	.versions = "v1beta2,v1",
	.spec = oci_repository_spec_fields,
	.spec_size = sizeof(struct oci_repository),
	.status = oci_repository_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "OCIRepository makes an artifact of an OCI registry available in the cluster.",
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
