#include "kind/kustomization.h"

#include <string.h>

#include "apply/ignore.h"
#include "apply/prune.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/path.h"
#include "base/rune.h"
#include "ctl/conditions.h"
#include "kind/external_artifact.h"
#include "kind/health_exprs.h"
#include "kust/kust_cache.h"
#include "pack/depot.h"
#include "source/repo.h"

#define LEAST_TIMEOUT (30 * CLOCK_SECOND) /* of health checks, as Flux has it */
#define PARSED_BYTES ((size_t)4 << 20)	  /* of trees that the cache of parsed files keeps */
#define REVISION_ANNOTATION KUSTOMIZATION_GROUP "/revision"
#define ORIGIN_ANNOTATION KUSTOMIZATION_GROUP "/originRevision"
#define COMMIT_STATUS KUSTOMIZATION_GROUP "/commit_status"
#define ORIGIN_METADATA "org.opencontainers.image.revision"

/* ---- decode ----------------------------------------------------------------------------------- */

static err *begin(struct reconcile *r)
{
	const struct kustomization *k = r->spec;
	r->suspend = k->suspend;
	r->interval = k->interval;
	r->retry = k->retry ? k->retry : k->interval;
	return NULL;
}

/* A ServiceAccount for decryption is a gate's business. */
static err *may_use_account(struct work *w)
{
	static const char gate[] = "ObjectLevelWorkloadIdentity";
	const struct decryption *d = w->k->decryption;
	if (!d || !d->account || !*d->account || options_gate(w->r.house->options, gate))
		return NULL;
	err *e = err_new(w->r.mem, ERR_FORBIDDEN,
			 "to use spec.decryption.serviceAccountName for decryption authentication "
			 "please enable the %s feature gate in the controller",
			 gate);
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_STALL,
					  .reason = "FeatureGateDisabled",
					  .keep_generation = true});
}

static err *decode(ctx *c, void *work)
{
	struct work *w = work;
	const struct kustomization *k = w->k = w->r.spec;
	w->timeout = k->timeout ? k->timeout : k->interval - 30 * CLOCK_SECOND;
	if (w->timeout < LEAST_TIMEOUT)
		w->timeout = LEAST_TIMEOUT;
	w->revision = w->origin = w->digest = "";
	struct health_exprs exprs;
	err *bad = health_exprs_read(c->mem, &k->health_exprs, &exprs);
	if (bad)
		return kustomization_bad_expression(w, bad);
	return may_use_account(w);
}

/* ---- resolve ---------------------------------------------------------------------------------- */

const char *kustomization_source_ns(const struct work *w)
{
	const char *ns = w->k->source->ns;
	return ns && *ns ? ns : w->r.ns;
}

static err *may_read_source(struct work *w)
{
	const struct source_ref *s = w->k->source;
	const struct options *o = w->r.house->options;
	const char *why = NULL;
	if (o->no_cross_namespace && !text_eq(kustomization_source_ns(w), w->r.ns))
		why = "cross-namespace references have been blocked";
	else if (text_eq(s->kind, "ExternalArtifact") && !options_gate(o, "ExternalArtifact"))
		why = "ExternalArtifact feature gate is disabled";
	if (!why)
		return NULL;
	err *e = err_new(w->r.mem, ERR_FORBIDDEN, "can't access '%s/%s/%s', %s", s->kind,
			 kustomization_source_ns(w), s->name, why);
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_STALL,
					  .reason = "AccessDenied",
					  .keep_generation = true});
}

static err *not_yet(struct work *w, const char *what)
{
	int64_t after = w->r.house->options->requeue_dependency;
	err *e = err_new(w->r.mem, ERR_WAIT, "%s, retrying in %s", what,
			 duration_text(w->r.mem, after));
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_WAIT, .silent = true, .after = after});
}

static void annotate(struct work *w)
{
	w->r.annotations = val_map(w->r.mem);
	val_set_text(w->r.mem, w->r.annotations, REVISION_ANNOTATION, w->revision);
	if (*w->origin)
		val_set_text(w->r.mem, w->r.annotations, ORIGIN_ANNOTATION, w->origin);
}

static err *resolve(ctx *c, void *work)
{
	struct work *w = work;
	const struct source_ref *s = w->k->source;
	struct controllers *cs = w->r.house->controllers;
	TRY(may_read_source(w));
	const val *source =
		controllers_get(cs, c->mem, s->kind, kustomization_source_ns(w), s->name);
	const struct kind *kind = controllers_kind(cs, s->kind);
	if (!source && !kind)
		return err_new(c->mem, ERR_NOT_FOUND, "sources of kind %s are not served here",
			       s->kind);
	if (!source)
		return stage_fault(&w->r, kind_missing(c->mem, kind, s->name),
				   (struct fault){.silent = true});
	w->artifact = VAL_IN(source, "status", "artifact");
	if (!val_is(w->artifact, VAL_MAP))
		return not_yet(w, "Source artifact not found");
	w->revision = val_text_or(val_get(w->artifact, "revision"), "");
	w->origin = val_text_or(VAL_IN(w->artifact, "metadata", ORIGIN_METADATA), "");
	annotate(w);
	return NULL;
}

static err *dependencies(ctx *c, void *work)
{
	return kustomization_dependencies(c, work);
}

/* ---- fetch ------------------------------------------------------------------------------------ */

/* What the pass is at: kept in Reconciling, and written with the next write of the status. */
void kustomization_progress(struct work *w, const char *doing)
{
	stage_set(&w->r, CONDITION_RECONCILING, CONDITION_TRUE, "Progressing",
		  "%s for revision %s with a timeout of %s", doing, w->revision,
		  duration_text(w->r.mem, w->timeout));
}

static err *find_path(ctx *c, struct work *w)
{
	struct tree_entry found;
	const char *path = path_confine(c->mem, "/", w->k->path ? w->k->path : "");
	while (*path == '/')
		path++;
	w->path = path;
	TRY(tree_stat(c->mem, w->tree, w->path, &found));
	if (found.kind == TREE_NONE)
		return err_new(c->mem, ERR_NOT_FOUND,
			       "kustomization path not found: stat %s: no such file or directory",
			       path_join(c->mem, tree_root(w->tree), w->path));
	return NULL;
}

/* How the source's root is called in texts: /gitrepository-apps-1a2b3c4d5e6f. */
static const char *source_root(arena *mem, const struct work *w)
{
	const char *digest = strrchr(w->revision, ':');
	return arena_printf(mem, "/%s-%s-%.12s", rune_text_lower(mem, str_of(w->k->source->kind)),
			    w->k->source->name, digest ? digest + 1 : w->revision);
}

/* The artifact's folder; one that lies elsewhere is brought here first. */
static err *find_tree(ctx *c, struct work *w)
{
	struct house *h = w->r.house;
	const char *path = val_text_or(val_get(w->artifact, "path"), "");
	if (text_eq(w->k->source->kind, "ExternalArtifact"))
		TRY(external_artifact_bring(c, h, kustomization_source_ns(w), w->k->source->name,
					    w->artifact, &path));
	TRY(depot_tree(c->mem, h->depot, path, val_text_or(val_get(w->artifact, "digest"), ""),
		       &w->tree));
	tree_show_as(w->tree, source_root(c->mem, w));
	return NULL;
}

static err *fetch(ctx *c, void *work)
{
	struct work *w = work;
	stage_progress(&w->r, "Fetching manifests for revision %s with a timeout of %s",
		       w->revision, duration_text(c->mem, w->timeout));
	err *e = find_tree(c, w);
	if (err_code(e) == ERR_NOT_FOUND)
		return not_yet(w, "Source is not ready, artifact not found");
	TRY(e);
	return find_path(c, w);
}

/* ---- build ------------------------------------------------------------------------------------ */

const char *kustomization_account(const struct work *w)
{
	const char *own = w->k->account;
	return own && *own ? own : w->r.house->options->default_service_account;
}

static err *cant_reach(struct work *w, err *e)
{
	if (e->code == ERR_CANCELED)
		return e;
	const char *told =
		arena_printf(w->r.mem, "failed to build kube client: %s", err_text(w->r.mem, e));
	return stage_fault(&w->r, e,
			   (struct fault){.reason = "ReconciliationFailed", .event_message = told});
}

/* Where it is applied to and by whom: the identity of the cluster's client, or the service account that is named. */
err *kustomization_identify(ctx *c, struct work *w)
{
	err *e = kubeconfig_cluster(c, &w->r, w->r.house->clusters, w->k->kubeconfig,
				    KUBECONFIG_OF_KUSTOMIZATION, &w->at);
	if (e)
		return cant_reach(w, e);
	w->client = w->at->client;
	const char *name = kustomization_account(w);
	if (name && *name)
		w->client = client_as(
			c->mem, w->at->client,
			arena_printf(c->mem, "system:serviceaccount:%s:%s", w->r.ns, name));
	return NULL;
}

static err *build(ctx *c, void *work)
{
	struct work *w = work;
	struct tree_entry found;
	val_set_text(c->mem, w->r.status, "lastAttemptedRevision", w->revision);
	kustomization_progress(w, "Building manifests");
	TRY(kustomization_identify(c, w));
	TRY(tree_stat(c->mem, w->tree, w->path, &found));
	if (found.kind != TREE_DIR) {
		const char *file = path_join(c->mem, path_join(c->mem, tree_root(w->tree), w->path),
					     "kustomization.yaml");
		return err_new(c->mem, ERR_INVALID,
			       "open %s: not a directory remove %s: not a directory", file, file);
	}
	TRY(kustomization_build(c, w));
	return ignore_mark(c->mem, w->desired, VAL_IN(w->r.obj, "spec", "ignore"));
}

/* ---- compare, apply, prune -------------------------------------------------------------------- */

bool kustomization_checks_health(const struct work *w)
{
	return w->k->wait || w->k->health.n;
}

static err *compare(ctx *c, void *work)
{
	struct work *w = work;
	kustomization_progress(w, "Detecting drift");
	err *e = inventory_read(c->mem, val_get(w->r.status, "inventory"), &w->old);
	if (e)
		return stage_fault(&w->r, e, (struct fault){.policy = POLICY_STALL});
	for (size_t i = 0; i < w->desired->n; i++)
		inventory_add(c->mem, &w->now, &w->desired->p[i].id, w->desired->p[i].gvk.version);
	w->by_drift = live_told(w->at->live, w->r.ns, w->r.name);
	w->healthy = val_copy(c->mem, conditions_get(w->r.status, CONDITION_HEALTHY));
	TRY(kustomization_go_on(c, w));
	TRY(plan_look(c, w->desired, w->at->mapper, w->at->live));
	w->plan = plan_make(c->mem, w->desired, &w->old, w->at->live, w->r.ns, w->r.name);
	return NULL;
}

struct prune_settings kustomization_prune_settings(struct work *w)
{
	return (struct prune_settings){
		.client = w->client,
		.mapper = w->at->mapper,
		.live = w->at->live,
		.owner_group = KUSTOMIZATION_GROUP,
		.owner_ns = w->r.ns,
		.owner_name = w->r.name,
	};
}

static err *apply(ctx *c, void *work)
{
	return kustomization_apply(c, work);
}

static err *prune(ctx *c, void *work)
{
	struct work *w = work;
	struct inventory stale = inventory_minus(c->mem, &w->old, &w->now);
	struct prune_settings s = kustomization_prune_settings(w);
	struct prune_result got = {0};
	err *e = NULL;
	if (w->k->prune)
		e = prune_stale(c, &s, &stale, &got);
	else
		for (size_t i = 0; i < stale.n; i++)
			live_forget(s.live, &stale.p[i].id, s.owner_ns, s.owner_name);
	if (err_code(e) == ERR_CANCELED)
		return e; /* the inventory has them still */
	struct inventory all = inventory_union(c->mem, &w->now, &got.left);
	kustomization_set_inventory(w, &all);
	if (got.changes.n) {
		w->changed = true;
		stage_event(&w->r, EVENT_INFO, "Progressing", "%s",
			    change_text(c->mem, &got.changes));
	}
	if (!e)
		return NULL;
	kustomization_unchecked(w);
	kustomization_history(w, "PruneFailed");
	return err_wrap(c->mem, e, "delete failed, errors");
}

/* ---- health, finish, deletion ------------------------------------------------------------------ */

static err *await_health(ctx *c, void *work)
{
	return kustomization_await(c, work);
}

static err *resume(ctx *c, void *work)
{
	struct work *w = work;
	if (kustomization_was_applying(w))
		return NULL; /* all stages are run again */
	TRY(decode(c, w));
	TRY(kustomization_resume(c, w));
	w->at = clusters_of(c->mem, w->r.house->clusters, w->r.ns, w->r.name);
	annotate(w);
	return NULL;
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	w->k = w->r.spec;
	decode(c, w); /* what it refuses can be removed all the same */
	w->at = clusters_of(c->mem, w->r.house->clusters, w->r.ns, w->r.name);
	w->revision = val_text_or(val_get(w->r.status, "lastAppliedRevision"), "");
	annotate(w);
	w->client = w->r.client;
	TRY(kustomization_remove(c, w));
	return repos_forget(c->mem, w->r.house->repos, kustomization_bases(c->mem, w));
}

/* Is there nothing new but what somebody did to the objects? */
static bool nothing_new(const struct work *w)
{
	const val *status = val_get(w->r.obj, "status");
	return !w->r.requested && !w->r.resumed &&
	       text_eq(val_as_text(val_get(status, "lastAppliedRevision")), w->revision) &&
	       conditions_is(status, CONDITION_READY, CONDITION_TRUE) &&
	       val_as_int(val_get(status, "observedGeneration"), -1) == w->r.generation;
}

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	arena *mem = w->r.mem;
	if (failed)
		return;
	bool tell = w->changed || !nothing_new(w);
	val_set_text(mem, w->r.status, "lastAppliedRevision", w->revision);
	if (*w->origin)
		val_set_text(mem, w->r.status, "lastAppliedOriginRevision", w->origin);
	else
		val_del(w->r.status, "lastAppliedOriginRevision");
	/* the history counts revisions, requests and intervals, not corrections in between */
	if (!w->by_drift || !nothing_new(w))
		kustomization_history(w, "ReconciliationSucceeded");
	w->r.success = arena_printf(mem, "Applied revision: %s", w->revision);
	if (!tell)
		return;
	int64_t took = clock_now() - w->r.began;
	val_set_text(mem, w->r.annotations, COMMIT_STATUS, "update");
	stage_event(&w->r, EVENT_INFO, "ReconciliationSucceeded",
		    "Reconciliation finished in %s, next run in %s", duration_text(mem, took),
		    duration_text(mem, w->r.interval));
}

/* ---- the kind --------------------------------------------------------------------------------- */

static void refs(const val *obj, struct ref_list *list)
{
	const val *spec = val_get(obj, "spec"), *source = val_get(spec, "sourceRef");
	const char *own = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *ns = val_text_or(val_get(source, "namespace"), "");
	ref_add(list, REF_SOURCE, val_as_text(val_get(source, "kind")), *ns ? ns : own,
		val_as_text(val_get(source, "name")));
	depends_refs(list, obj, "Kustomization");
	const val *from = VAL_IN(spec, "postBuild", "substituteFrom");
	for (size_t i = 0; i < val_len(from); i++)
		ref_add(list, REF_MENDING, val_as_text(val_get(val_at(from, i), "kind")), own,
			val_as_text(val_get(val_at(from, i), "name")));
	ref_add(list, REF_MENDING, "Secret", own,
		val_as_text(VAL_IN(spec, "decryption", "secretRef", "name")));
	ref_add(list, REF_MENDING, "Secret", own,
		val_as_text(VAL_IN(spec, "kubeConfig", "secretRef", "name")));
	ref_add(list, REF_MENDING, "ConfigMap", own,
		val_as_text(VAL_IN(spec, "kubeConfig", "configMapRef", "name")));
}

static void on_drift(void *arg, const char *ns, const char *name)
{
	struct house *h = arg;
	controllers_poke(h->controllers, "Kustomization", ns, name);
}

static void gone(struct house *h, const char *ns, const char *name)
{
	clusters_drop(h->clusters, ns, name);
}

err *kustomization_open(arena *mem, struct house *h)
{
	(void)mem;
	h->parsed = kust_cache_open(PARSED_BYTES);
	h->clusters = kubeconfig_clusters(
		h, KUSTOMIZATION_GROUP, (struct managed_settings){.manager = KUSTOMIZATION_MANAGER},
		on_drift);
	return NULL;
}

void kustomization_close(struct house *h)
{
	if (h->clusters)
		clusters_close(h->clusters);
	if (h->parsed)
		kust_cache_close(h->parsed);
	h->clusters = NULL;
	h->parsed = NULL;
}

static const struct stage stages[] = {
	{"reading the spec", decode, "InvalidSpec", NULL},
	{"resolving the source", resolve, "ArtifactFailed", NULL},
	{"checking dependencies", dependencies, "DependencyNotReady", NULL},
	{"fetching the artifact", fetch, "ArtifactFailed", NULL},
	{"building manifests", build, "BuildFailed", NULL},
	{"detecting drift", compare, "ReconciliationFailed", NULL},
	{"applying", apply, "ReconciliationFailed", NULL},
	{"pruning", prune, "PruneFailed", NULL},
	{"running health checks", await_health, "HealthCheckFailed", NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct kind_column columns[] = {
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind kustomization_kind = {
	.group = KUSTOMIZATION_GROUP,
	.name = "Kustomization",
	.plural = "kustomizations",
	.singular = "kustomization",
	.short_names = "ks",
	.categories = "all,fluxcd,fluxcd-appliers",
	.versions = "v1beta1,v1beta2,v1",
	.spec = kustomization_spec_fields,
	.spec_size = sizeof(struct kustomization),
	.status = kustomization_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "Kustomization applies the manifests of a source to a cluster.",
	.component = "kustomize-controller",
	.manager = "gotk-kustomize-controller",
	.work_size = sizeof(struct work),
	.stages = stages,
	.ready_reason = "ReconciliationSucceeded",
	.begin = begin,
	.resume = resume,
	.finalize = finalize,
	.finish = finish,
	.refs = refs,
	.gone = gone,
};
