/* The GitRepository: a commit of a Git repository, stored as an artifact. */
#include "kind/git_repository.h"

#include <string.h>

#include "base/path.h"
#include "kind/git_repository_auth.h"
#include "kind/git_repository_verify.h"
#include "net/url.h"
#include "source/repo.h"
#include "source/revision.h"

struct work {
	struct reconcile r;
	const struct git_repository *git;
	struct artifact *stored;    /* storage: NULL for none */
	struct repo_source source;  /* authenticate */
	struct artifact **included; /* include: as many as spec.include */
	struct repo *repo;	    /* fetch */
	const struct repo_commit *commit;
	struct content *content; /* collect */
};

/* What counts as a failure that a success recovers from. */
static const char *const failures[] = {SOURCE_FETCH_FAILED, SOURCE_INCLUDE_UNAVAILABLE,
				       SOURCE_STORAGE_FAILED, NULL};

/* ---- decode ----------------------------------------------------------------------------------- */

static err *begin(struct reconcile *r)
{
	const struct git_repository *g = r->spec;
	r->suspend = g->suspend;
	r->interval = g->interval;
	return NULL;
}

static err *decode(ctx *c, void *work)
{
	struct work *w = work;
	const struct git_repository *g = w->git = w->r.spec;
	struct url *u;
	err *e = url_parse(c->mem, g->url, &u);
	if (e)
		return stage_fault(
			&w->r,
			err_wrap(c->mem, e, "failed to parse url '%s'", url_redact(c->mem, g->url)),
			(struct fault){.policy = POLICY_STALL, .reason = "URLInvalid"});
	return NULL;
}

/* ---- storage ---------------------------------------------------------------------------------- */

static err *storage(ctx *c, void *work)
{
	struct work *w = work;
	return source_storage(c, &w->r, &w->stored);
}

/* ---- authenticate ----------------------------------------------------------------------------- */

static err *authenticate(ctx *c, void *work)
{
	struct work *w = work;
	const struct git_repository *g = w->git;
	source_doubt(&w->r);
	w->source = (struct repo_source){.owner = arena_printf(c->mem, "%s/%s", w->r.ns, w->r.name),
					 .at = {.url = g->url, .timeout = g->timeout},
					 .tag = git_repository_verifies_tag(g),
					 /* a sparse checkout has none, as upstream */
					 .modules = g->submodules && !g->sparse.n};
	if (g->ref)
		w->source.ref = (struct repo_ref){.branch = g->ref->branch,
						  .tag = g->ref->tag,
						  .semver = g->ref->semver,
						  .name = g->ref->name,
						  .commit = g->ref->commit};
	return git_repository_auth(c, &w->r, g, &w->source.at);
}

/* ---- include ---------------------------------------------------------------------------------- */

static const struct git_include *include_at(const struct work *w, size_t i)
{
	return (const struct git_include *)w->git->include.p + i;
}

static err *unavailable(struct work *w, err *e, const char *reason)
{
	return stage_fault(
		&w->r, e,
		(struct fault){.policy = POLICY_WAIT, .reason = reason, .event = EVENT_INFO});
}

/* The artifacts of the other repositories, which must be there. */
static err *include(ctx *c, void *work)
{
	struct work *w = work;
	size_t n = w->git->include.n;
	w->included = NEW_N(c->mem, struct artifact *, n);
	for (size_t i = 0; i < n; i++) {
		const char *name = include_at(w, i)->repository->name;
		const val *other = controllers_get(w->r.house->controllers, c->mem, w->r.kind->name,
						   w->r.ns, name);
		if (!other)
			return unavailable(w,
					   err_wrap(c->mem, kind_missing(c->mem, w->r.kind, name),
						    "could not get resource for include '%s'",
						    name),
					   "NotFound");
		w->included[i] = artifact_read(c->mem, VAL_IN(other, "status", "artifact"));
		if (!w->included[i])
			return unavailable(w,
					   err_new(c->mem, ERR_WAIT,
						   "no artifact available for include '%s'", name),
					   "NoArtifact");
	}
	stage_unset(&w->r, SOURCE_INCLUDE_UNAVAILABLE);
	return NULL;
}

/* ---- fetch ------------------------------------------------------------------------------------ */

static bool same_list(const val *a, const val *b)
{
	return (!val_len(a) && !val_len(b)) || val_eq(a, b);
}

static bool same_includes(const struct work *w)
{
	const val *before = val_get(w->r.status, "includedArtifacts");
	size_t n = w->git->include.n;
	if (val_len(before) != n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const struct artifact *a = artifact_read(w->r.mem, val_at(before, i));
		if (!a || !text_eq(a->revision, w->included[i]->revision) ||
		    !text_eq(a->digest, w->included[i]->digest))
			return false;
	}
	return true;
}

/* Would the same commit make another artifact than the stored one? */
static bool content_changed(const struct work *w)
{
	const val *spec = val_get(w->r.obj, "spec"), *seen = w->r.status;
	return !val_eq(val_get(spec, "ignore"), val_get(seen, "observedIgnore")) ||
	       val_as_bool(val_get(spec, "recurseSubmodules"), false) !=
		       val_as_bool(val_get(seen, "observedRecurseSubmodules"), false) ||
	       git_repository_unverified(&w->r, w->git) ||
	       !same_list(val_get(spec, "include"), val_get(seen, "observedInclude")) ||
	       !same_list(val_get(spec, "sparseCheckout"),
			  val_get(seen, "observedSparseCheckout")) ||
	       !same_includes(w);
}

static void in_storage(struct work *w, const char *revision)
{
	stage_set(&w->r, SOURCE_IN_STORAGE, CONDITION_TRUE, "Succeeded",
		  "stored artifact for revision '%s'", revision);
}

/* Polls without news are not told: they would fill the cluster with events. */
static bool worth_telling(const struct work *w)
{
	int64_t seen = val_as_int(VAL_IN(w->r.obj, "status", "observedGeneration"), -1);
	return w->r.requested || seen != w->r.generation || source_had(&w->r, failures);
}

/* The stored artifact is the one wanted: nothing more is to be done. */
static void up_to_date(struct work *w, bool polled)
{
	const char *revision = w->commit->revision;
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w, revision);
	w->r.finished = true;
	if (worth_telling(w) && polled)
		stage_event(&w->r, EVENT_TRACE, "GitOperationSucceeded",
			    "no changes since last reconciliation: observed revision '%s'",
			    revision);
	else if (worth_telling(w))
		stage_event(&w->r, EVENT_TRACE, "ArtifactUpToDate",
			    "artifact up-to-date with remote revision: '%s'", revision);
}

static const char *last_revision(const struct work *w)
{
	if (!w->stored || !conditions_is(w->r.status, SOURCE_IN_STORAGE, CONDITION_TRUE))
		return NULL;
	return revision_transform(w->r.mem, str_of(w->stored->revision));
}

static void new_revision(struct work *w)
{
	if (w->stored)
		stage_set(&w->r, SOURCE_OUTDATED, CONDITION_TRUE, "NewRevision",
			  "new upstream revision '%s'", w->commit->revision);
	stage_progress(&w->r, "building artifact: new upstream revision '%s'", w->commit->revision);
}

/* The same commit again; what vouches for it may have changed: keys come and go. */
static err *nothing_new(ctx *c, struct work *w)
{
	if (w->git->verify)
		TRY_AS(c->mem, repo_fetch(c, w->repo), "failed to checkout and determine revision");
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	TRY(git_repository_verify(c, &w->r, w->git, w->repo, true));
	up_to_date(w, w->commit->polled);
	return NULL;
}

static err *fetch(ctx *c, void *work)
{
	struct work *w = work;
	const char *last = last_revision(w);
	TRY_AS(c->mem, repo_resolve(c, w->r.house->repos, &w->source, last, &w->repo),
	       "failed to checkout and determine revision");
	w->commit = repo_commit(w->repo);
	if (!w->commit->id)
		return stage_fault(&w->r, err_new(c->mem, ERR_NOT_FOUND, "git repository is empty"),
				   (struct fault){.reason = "EmptyGitRepository"});
	if (w->commit->unchanged && !content_changed(w))
		return nothing_new(c, w);
	TRY_AS(c->mem, repo_fetch(c, w->repo), "failed to checkout and determine revision");
	return NULL;
}

/* ---- collect ---------------------------------------------------------------------------------- */

/* A path of the spec as one below the root: what leads out of it stops there. */
static const char *below(arena *mem, const char *path)
{
	return path_clean(mem, str_of(arena_printf(mem, "/%s", path))) + 1;
}

static err *check_sparse(ctx *c, struct work *w)
{
	const struct field_texts *dirs = &w->git->sparse;
	for (size_t i = 0; i < dirs->n; i++) {
		const char *path = below(c->mem, dirs->p[i]);
		if (!content_has(w->content, path))
			return err_new(
				c->mem, ERR_NOT_FOUND,
				"failed to sparse checkout directories : sparse checkout dir "
				"'%s' does not exist in repository: lstat %s: no such file or "
				"directory",
				dirs->p[i], path_join(c->mem, repo_dir(w->repo), path));
	}
	return NULL;
}

/* What the commit holds. */
static err *collect(ctx *c, void *work)
{
	struct work *w = work;
	const struct field_texts *sparse = &w->git->sparse;
	struct content_limits limits = {.bytes = (uint64_t)w->r.house->options->artifact_max};
	const char **dirs = NEW_N(c->mem, const char *, sparse->n);
	for (size_t i = 0; i < sparse->n; i++)
		dirs[i] = sparse->p[i] + (text_starts(sparse->p[i], "./") ? 2 : 0);
	TRY_AS(c->mem, repo_content(c, w->repo, dirs, sparse->n, &limits, &w->content),
	       "failed to checkout and determine revision");
	TRY(check_sparse(c, w));
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	return NULL;
}

/* ---- verify ----------------------------------------------------------------------------------- */

static err *verify(ctx *c, void *work)
{
	struct work *w = work;
	TRY(git_repository_verify(c, &w->r, w->git, w->repo, false));
	if (w->commit->unchanged && !content_changed(w))
		up_to_date(w, false); /* nothing but that was missing */
	else if (!w->stored || !text_eq(revision_transform(c->mem, str_of(w->stored->revision)),
					w->commit->revision))
		new_revision(w);
	return NULL;
}

/* ---- keep ------------------------------------------------------------------------------------- */

static err *copy_include(ctx *c, struct work *w, size_t i)
{
	const struct git_include *in = include_at(w, i);
	const char *name = in->repository->name, *from = in->from ? in->from : "";
	const char *to = in->to && *in->to ? in->to : name;
	struct tree *tree;
	err *e = depot_tree(c->mem, w->r.house->depot, w->included[i]->path, w->included[i]->digest,
			    &tree);
	if (!e)
		e = content_include(w->content, tree, below(c->mem, from), below(c->mem, to));
	return stage_fault(
		&w->r,
		e ? err_wrap(c->mem, e, "failed to copy '%s' include from %s to %s", name, from, to)
		  : NULL,
		(struct fault){.reason = "CopyFailure"});
}

struct filling {
	arena *mem;
	const struct work *w;
};

static err *fill(void *arg, struct sink out)
{
	struct filling *f = arg;
	return content_archive(f->mem, f->w->content, f->w->git->ignore, out);
}

static void observe(struct work *w, const char *spec, const char *status)
{
	const val *v = VAL_IN(w->r.obj, "spec", spec);
	if (v && (!val_is(v, VAL_LIST) || val_len(v)))
		val_set(w->r.mem, w->r.status, status, val_copy(w->r.mem, v));
	else
		val_del(w->r.status, status);
}

static void observe_all(struct work *w)
{
	arena *mem = w->r.mem;
	val *included = val_list(mem);
	for (size_t i = 0; i < w->git->include.n; i++)
		val_push(mem, included, artifact_val(mem, w->included[i]));
	if (val_len(included))
		val_set(mem, w->r.status, "includedArtifacts", included);
	else
		val_del(w->r.status, "includedArtifacts");
	observe(w, "ignore", "observedIgnore");
	observe(w, "include", "observedInclude");
	observe(w, "sparseCheckout", "observedSparseCheckout");
	if (w->git->submodules)
		val_set(mem, w->r.status, "observedRecurseSubmodules", val_bool(mem, true));
	else
		val_del(w->r.status, "observedRecurseSubmodules");
	val_del(w->r.status, "contentConfigChecksum");
	val_del(w->r.status, "url");
}

static err *keep(ctx *c, void *work)
{
	struct work *w = work;
	const char *file = arena_printf(c->mem, "%s.tar.gz", w->commit->id);
	struct artifact *a = source_artifact(&w->r, file, w->commit->revision);
	struct filling filling = {c->mem, w};
	struct depot_file stored;
	for (size_t i = 0; i < w->git->include.n; i++)
		TRY(copy_include(c, w, i));
	err *e = depot_put(c->mem, w->r.house->depot, a->path, fill, &filling, &stored);
	if (err_code(e) == ERR_BUSY)
		return stage_fault(&w->r,
				   err_wrap(c->mem, e, "failed to acquire lock for artifact"),
				   (struct fault){.reason = "Failed"});
	if (e)
		return err_wrap(c->mem, e, "unable to archive artifact to storage");
	source_store(&w->r, a, &stored);
	observe_all(w);
	stage_unset(&w->r, SOURCE_OUTDATED);
	in_storage(w, a->revision);
	return NULL;
}

/* ---- the end ---------------------------------------------------------------------------------- */

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	if (failed || !w->commit)
		return;
	const char *said = w->commit->message
				   ? revision_short_message(w->r.mem, str_of(w->commit->message))
				   : w->commit->revision;
	source_tell(&w->r, failures, "stored artifact for commit '%s'", said);
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	TRY(source_finalize(c, &w->r));
	return repos_forget(c->mem, w->r.house->repos,
			    arena_printf(c->mem, "%s/%s", w->r.ns, w->r.name));
}

static void refs(const val *obj, struct ref_list *list)
{
	const val *spec = val_get(obj, "spec"), *other = val_get(spec, "include");
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	ref_add(list, REF_CONFIG, "Secret", ns, val_as_text(VAL_IN(spec, "secretRef", "name")));
	ref_add(list, REF_CONFIG, "Secret", ns,
		val_as_text(VAL_IN(spec, "proxySecretRef", "name")));
	ref_add(list, REF_CONFIG, "Secret", ns,
		val_as_text(VAL_IN(spec, "verify", "secretRef", "name")));
	for (size_t i = 0; i < val_len(other); i++) {
		const char *name = val_as_text(VAL_IN(val_at(other, i), "repository", "name"));
		/* one that includes itself would wake itself without end */
		if (!text_eq(name, val_as_text(VAL_IN(obj, "metadata", "name"))))
			ref_add(list, REF_SOURCE, "GitRepository", ns, name);
	}
}

static const struct stage stages[] = {
	{"reading the spec", decode, "InvalidSpec", SOURCE_FETCH_FAILED},
	{"checking the storage", storage, "StatOperationFailed", SOURCE_STORAGE_FAILED},
	{"authenticating", authenticate, "AuthenticationFailed", SOURCE_FETCH_FAILED},
	{"looking up includes", include, "NotFound", SOURCE_INCLUDE_UNAVAILABLE},
	{"fetching", fetch, "GitOperationFailed", SOURCE_FETCH_FAILED},
	{"collecting files", collect, "GitOperationFailed", SOURCE_FETCH_FAILED},
	{"verifying signatures", verify, "VerificationError", NULL},
	{"storing the artifact", keep, "ArchiveOperationFailed", SOURCE_STORAGE_FAILED},
	{NULL, NULL, NULL, NULL},
};

static const char *const positive[] = {SOURCE_IN_STORAGE, SOURCE_VERIFIED, NULL};
static const char *const negative[] = {SOURCE_STORAGE_FAILED, SOURCE_FETCH_FAILED,
				       SOURCE_INCLUDE_UNAVAILABLE, SOURCE_OUTDATED, NULL};
static const char *const bipolar[] = {SOURCE_VERIFIED, NULL};
static const struct conditions_polarity polarity = {positive, negative, bipolar};

static const struct kind_column columns[] = {
	{"URL", "string", ".spec.url", NULL},
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind git_repository_kind = {
	.group = SOURCE_GROUP,
	.name = "GitRepository",
	.plural = "gitrepositories",
	.singular = "gitrepository",
	.short_names = "gitrepo",
	.categories = "all,fluxcd,fluxcd-sources",
	.versions = "v1beta1,v1beta2,v1",
	.spec = git_repository_spec_fields,
	.spec_size = sizeof(struct git_repository),
	.spec_rules = git_repository_rules,
	.status = git_repository_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "GitRepository makes a commit of a Git repository available in the cluster.",
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
