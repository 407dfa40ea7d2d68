#include "kind/kustomization.h"

#include <string.h>

#include "apply/ignore.h"
#include "apply/prune.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/path.h"
#include "base/vec.h"
#include "ctl/conditions.h"
#include "ctl/depends.h"
#include "pack/depot.h"

#define LEAST_TIMEOUT (30 * CLOCK_SECOND) /* of health checks, as Flux has it */
#define DRIFT_SETTLES (2 * CLOCK_SECOND)
#define GONE_POLL CLOCK_SECOND
#define REVISION_ANNOTATION KUSTOMIZATION_GROUP "/revision"
#define ORIGIN_ANNOTATION KUSTOMIZATION_GROUP "/originRevision"
#define COMMIT_STATUS KUSTOMIZATION_GROUP "/commit_status"
#define ORIGIN_METADATA "org.opencontainers.image.revision"

static const char *go_duration(arena *mem, int64_t ns)
{
	return duration_text(mem, ns);
}

/* ---- decode ----------------------------------------------------------------------------------- */

static err *begin(struct reconcile *r)
{
	const struct kustomization *k = r->spec;
	r->suspend = k->suspend;
	r->interval = k->interval;
	r->retry = k->retry ? k->retry : k->interval;
	return NULL;
}

static err *unsupported(struct work *w, const char *field)
{
	err *e = err_new(w->r.mem, ERR_UNSUPPORTED, "%s is not supported", field);
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_STALL, .reason = "UnsupportedField"});
}

static err *decode(ctx *c, void *work)
{
	struct work *w = work;
	(void)c;
	const struct kustomization *k = w->k = w->r.spec;
	w->timeout = k->timeout ? k->timeout : k->interval - 30 * CLOCK_SECOND;
	if (w->timeout < LEAST_TIMEOUT)
		w->timeout = LEAST_TIMEOUT;
	w->revision = w->origin = w->digest = "";
	if (k->decryption)
		return unsupported(w, "spec.decryption");
	if (k->health_exprs.n)
		return unsupported(w, "spec.healthCheckExprs");
	return NULL;
}

/* ---- resolve ---------------------------------------------------------------------------------- */

static const char *source_ns(const struct work *w)
{
	const char *ns = w->k->source->ns;
	return ns && *ns ? ns : w->r.ns;
}

static err *may_read_source(struct work *w)
{
	const struct source_ref *s = w->k->source;
	const struct options *o = w->r.house->options;
	const char *why = NULL;
	if (o->no_cross_namespace && !text_eq(source_ns(w), w->r.ns))
		why = "cross-namespace references have been blocked";
	else if (text_eq(s->kind, "ExternalArtifact") && !options_gate(o, "ExternalArtifact"))
		why = "ExternalArtifact feature gate is disabled";
	if (!why)
		return NULL;
	err *e = err_new(w->r.mem, ERR_FORBIDDEN, "can't access '%s/%s/%s', %s", s->kind,
			 source_ns(w), s->name, why);
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_STALL,
					  .reason = "AccessDenied",
					  .keep_generation = true});
}

static err *not_yet(struct work *w, const char *what)
{
	int64_t after = w->r.house->options->requeue_dependency;
	err *e = err_new(w->r.mem, ERR_WAIT, "%s, retrying in %s", what,
			 go_duration(w->r.mem, after));
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
	const val *source = controllers_get(cs, c->mem, s->kind, source_ns(w), s->name);
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

/* ---- dependencies ----------------------------------------------------------------------------- */

static const val *get_dependency(void *arg, arena *mem, const char *ns, const char *name)
{
	struct work *w = arg;
	return controllers_get(w->r.house->controllers, mem, "Kustomization", ns, name);
}

static const char *same_source_revision(void *arg, arena *mem, const val *self, const val *dep)
{
	struct work *w = arg;
	(void)mem;
	(void)self;
	const val *ref = VAL_IN(dep, "spec", "sourceRef");
	const char *ns = val_text_or(val_get(ref, "namespace"), "");
	if (!*ns)
		ns = val_text_or(VAL_IN(dep, "metadata", "namespace"), "");
	bool same = text_eq(val_as_text(val_get(ref, "kind")), w->k->source->kind) &&
		    text_eq(val_as_text(val_get(ref, "name")), w->k->source->name) &&
		    text_eq(ns, source_ns(w));
	return same ? w->revision : NULL;
}

static err *dependencies(ctx *c, void *work)
{
	struct work *w = work;
	const struct depends_ref *refs = w->k->depends.p;
	size_t n = w->k->depends.n;
	struct dependency *deps = NEW_N(c->mem, struct dependency, n);
	for (size_t i = 0; i < n; i++) {
		if (refs[i].ready_expr && *refs[i].ready_expr)
			return unsupported(w, "spec.dependsOn[].readyExpr");
		deps[i] = (struct dependency){refs[i].ns, refs[i].name, NULL};
	}
	struct depends_calls calls = {.get = get_dependency,
				      .same_source_revision = same_source_revision,
				      .resource = "kustomizations." KUSTOMIZATION_GROUP,
				      .arg = w};
	err *e = depends_ready(c->mem, &calls, w->r.obj, deps, n);
	int64_t after = w->r.house->options->requeue_dependency;
	return stage_fault(
		&w->r, e,
		(struct fault){
			.policy = POLICY_WAIT,
			.event = EVENT_INFO,
			.event_message = arena_printf(
				c->mem, "Dependencies do not meet ready condition, retrying in %s",
				go_duration(c->mem, after)),
			.after = after,
		});
}

/* ---- fetch ------------------------------------------------------------------------------------ */

/* What the pass is at: kept in Reconciling, and written with the next write of the status. */
static void progress(struct work *w, const char *doing)
{
	stage_set(&w->r, CONDITION_RECONCILING, CONDITION_TRUE, "Progressing",
		  "%s for revision %s with a timeout of %s", doing, w->revision,
		  go_duration(w->r.mem, w->timeout));
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

static err *fetch(ctx *c, void *work)
{
	struct work *w = work;
	stage_progress(&w->r, "Fetching manifests for revision %s with a timeout of %s",
		       w->revision, go_duration(c->mem, w->timeout));
	err *e =
		depot_tree(c->mem, w->r.house->depot, val_text_or(val_get(w->artifact, "path"), ""),
			   val_text_or(val_get(w->artifact, "digest"), ""), &w->tree);
	if (err_code(e) == ERR_NOT_FOUND)
		return not_yet(w, "Source is not ready, artifact not found");
	TRY(e);
	return find_path(c, w);
}

/* ---- build ------------------------------------------------------------------------------------ */

/* The kubeconfig's text; the texts of errors are Flux's. */
static err *read_kubeconfig(ctx *c, struct work *w, str *ret)
{
	const struct kubeconfig_secret *s = w->k->kubeconfig->secret;
	struct resource r = {.gvk = {"", "v1", "Secret"}, .plural = "secrets", .namespaced = true};
	val *obj;
	TRY_AS(c->mem, client_get(c, w->r.client, &r, w->r.ns, s->name, false, &obj),
	       "unable to read KubeConfig secret '%s/%s' error", w->r.ns, s->name);
	const val *data = val_get(obj, "data");
	const char *key = s->key && *s->key ? s->key : "value";
	const val *text = val_get(data, key);
	if (!text && !(s->key && *s->key))
		text = val_get(data, "value.yaml");
	if (!val_len(text))
		return err_new(
			c->mem, ERR_INVALID,
			"KubeConfig secret '%s/%s' does not contain a '%s' key with a kubeconfig",
			w->r.ns, s->name, key);
	*ret = val_as_str(text);
	return NULL;
}

static const char *account(const struct work *w)
{
	const char *own = w->k->account;
	return own && *own ? own : w->r.house->options->default_service_account;
}

/* Who applies: the daemon itself, or the service account that is named. */
static err *identify(ctx *c, struct work *w)
{
	w->client = w->r.client;
	if (w->k->kubeconfig) {
		str text;
		err *e = w->k->kubeconfig->secret ? read_kubeconfig(c, w, &text) : NULL;
		if (!e)
			return unsupported(w, "spec.kubeConfig");
		return stage_fault(&w->r, e,
				   (struct fault){.reason = "ReconciliationFailed",
						  .event_message = arena_printf(
							  c->mem, "failed to build kube client: %s",
							  err_text(c->mem, e))});
	}
	const char *name = account(w);
	if (name && *name)
		w->client = client_as(
			c->mem, w->r.client,
			arena_printf(c->mem, "system:serviceaccount:%s:%s", w->r.ns, name));
	return NULL;
}

static err *build(ctx *c, void *work)
{
	struct work *w = work;
	struct tree_entry found;
	val_set_text(c->mem, w->r.status, "lastAttemptedRevision", w->revision);
	progress(w, "Building manifests");
	TRY(identify(c, w));
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

static bool checks_health(const struct work *w)
{
	return w->k->wait || w->k->health.n;
}

static err *compare(ctx *c, void *work)
{
	struct work *w = work;
	progress(w, "Detecting drift");
	err *e = inventory_read(c->mem, val_get(w->r.status, "inventory"), &w->old);
	if (e)
		return stage_fault(&w->r, e, (struct fault){.policy = POLICY_STALL});
	for (size_t i = 0; i < w->desired->n; i++)
		inventory_add(c->mem, &w->now, &w->desired->p[i].id, w->desired->p[i].gvk.version);
	TRY(plan_look(c, w->desired, w->r.house->mapper, w->r.house->live));
	w->plan = plan_make(c->mem, w->desired, &w->old, w->r.house->live, w->r.ns, w->r.name);
	return NULL;
}

static void set_inventory(struct work *w, const struct inventory *i)
{
	val_set(w->r.mem, w->r.status, "inventory", inventory_val(w->r.mem, i));
}

/* The status ahead of the first write: all that may exist from now on is in the inventory, so that not
 * even a crash leaves anything behind that nobody knows. */
static err *before_write(void *arg)
{
	struct work *w = arg;
	struct inventory all = inventory_union(w->r.mem, &w->now, &w->old);
	set_inventory(w, &all);
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing",
		  "Reconciliation in progress");
	if (checks_health(w)) {
		/* what comes next, so that it takes no write of its own */
		progress(w, "Running health checks");
		stage_set(&w->r, CONDITION_HEALTHY, CONDITION_UNKNOWN, "Progressing", "%s",
			  conditions_message(w->r.status, CONDITION_RECONCILING));
	}
	return stage_publish(&w->r);
}

/* What an apply that failed leaves: the inventory names what was there and what may have been made. */
static void after_failed_apply(struct work *w, const val *healthy)
{
	if (!w->applied.started)
		return;
	struct inventory all = inventory_union(w->r.mem, &w->old, &w->applied.written);
	if (all.n || val_get(VAL_IN(w->r.obj, "status"), "inventory"))
		set_inventory(w, &all);
	else
		val_del(w->r.status, "inventory");
	progress(w, "Detecting drift");
	stage_unset(&w->r, CONDITION_HEALTHY);
	if (healthy)
		stage_set(&w->r, CONDITION_HEALTHY, val_text_or(val_get(healthy, "status"), ""),
			  val_text_or(val_get(healthy, "reason"), ""), "%s",
			  val_text_or(val_get(healthy, "message"), ""));
}

static const char *const *overrides(arena *mem, const struct options *o)
{
	const char **names = NEW_N(mem, const char *, o->override_managers.n + 1);
	for (size_t i = 0; i < o->override_managers.n; i++)
		names[i] = o->override_managers.p[i];
	return names;
}

static err *apply(ctx *c, void *work)
{
	struct work *w = work;
	struct house *h = w->r.house;
	const val *healthy = val_copy(c->mem, conditions_get(w->r.status, CONDITION_HEALTHY));
	struct apply_settings s = {
		.client = w->client,
		.mapper = h->mapper,
		.live = h->live,
		.managed = {KUSTOMIZATION_MANAGER, overrides(c->mem, h->options)},
		.owner_ns = w->r.ns,
		.owner_name = w->r.name,
		.force = w->k->force,
		.cautious = conditions_is(w->r.status, CONDITION_READY, CONDITION_FALSE),
		.whole = checks_health(w),
		.before_write = before_write,
		.arg = w,
	};
	err *e = apply_run(c, &s, w->plan, &w->applied);
	const char *lines = change_text(c->mem, &w->applied.changes);
	if (e && e->code != ERR_CANCELED) {
		after_failed_apply(w, healthy);
		kustomization_history(w, "ReconciliationFailed");
		return stage_fault(
			&w->r, e,
			(struct fault){.message = arena_printf(c->mem, "%s\n%s",
							       err_text(c->mem, e), lines)});
	}
	TRY(e);
	w->changed = w->applied.changes.n > 0;
	if (w->changed)
		stage_event(&w->r, EVENT_INFO, "Progressing", "%s", lines);
	return NULL;
}

static struct prune_settings prune_settings(struct work *w)
{
	return (struct prune_settings){
		.client = w->client,
		.mapper = w->r.house->mapper,
		.live = w->r.house->live,
		.owner_group = KUSTOMIZATION_GROUP,
		.owner_ns = w->r.ns,
		.owner_name = w->r.name,
	};
}

static err *prune(ctx *c, void *work)
{
	struct work *w = work;
	struct inventory stale = inventory_minus(c->mem, &w->old, &w->now);
	struct prune_settings s = prune_settings(w);
	struct prune_result got = {0};
	err *e = NULL;
	if (w->k->prune)
		e = prune_stale(c, &s, &stale, &got);
	else
		for (size_t i = 0; i < stale.n; i++)
			live_forget(s.live, &stale.p[i].id);
	if (err_code(e) == ERR_CANCELED)
		return e; /* the inventory has them still */
	struct inventory all = inventory_union(c->mem, &w->now, &got.left);
	set_inventory(w, &all);
	if (got.changes.n) {
		w->changed = true;
		stage_event(&w->r, EVENT_INFO, "Progressing", "%s",
			    change_text(c->mem, &got.changes));
	}
	return e ? err_wrap(c->mem, e, "delete failed, errors") : NULL;
}

/* ---- health ----------------------------------------------------------------------------------- */

static void add_target(struct work *w, const struct object_id *id, const char *version,
		       bool may_vanish)
{
	bool self = text_eq(id->kind, "Kustomization") && text_eq(id->group, KUSTOMIZATION_GROUP) &&
		    text_eq(id->ns, w->r.ns) && text_eq(id->name, w->r.name);
	if (self)
		return;
	w->health_versions[w->health_n] = version;
	w->health[w->health_n++] = (struct live_target){.id = *id, .may_vanish = may_vanish};
}

static bool may_vanish(const struct bundle_item *item)
{
	return text_eq(item->id.kind, "Job") &&
	       VAL_IN(item->obj, "spec", "ttlSecondsAfterFinished");
}

/* What is checked: everything applied with wait, or else what healthChecks names. */
static err *health_targets(ctx *c, struct work *w)
{
	const struct health_ref *refs = w->k->health.p;
	size_t n = w->k->wait ? w->plan->n : w->k->health.n;
	w->health = NEW_N(c->mem, struct live_target, n);
	w->health_versions = NEW_N(c->mem, const char *, n);
	for (size_t i = 0; w->k->wait && i < n; i++)
		if (w->plan->p[i].action != PLAN_SKIP)
			add_target(w, &w->plan->p[i].item->id, w->plan->p[i].item->gvk.version,
				   may_vanish(w->plan->p[i].item));
	for (size_t i = 0; !w->k->wait && i < n; i++) {
		struct gvk k = {"", "", refs[i].kind};
		if (refs[i].api_version && *refs[i].api_version &&
		    !gvk_parse(c->mem, refs[i].api_version, refs[i].kind, &k))
			return err_new(c->mem, ERR_INVALID,
				       "spec.healthChecks[%zu]: '%s' is no apiVersion", i,
				       refs[i].api_version);
		struct object_id id = {k.group, refs[i].kind, refs[i].ns ? refs[i].ns : "",
				       refs[i].name};
		add_target(w, &id, k.version, false);
	}
	return NULL;
}

/* The kinds of the targets that are not in our own bundle, and so must be watched by name. */
static err *health_resources(ctx *c, struct work *w)
{
	for (size_t i = 0; i < w->health_n; i++) {
		struct live_target *t = &w->health[i];
		struct gvk k = {t->id.group, w->health_versions[i], t->id.kind};
		if (inventory_has(&w->now, &t->id) && !t->judge)
			continue;
		struct resource *r = NEW(c->mem, struct resource);
		if (*k.version)
			TRY(mapper_find(c, w->r.house->mapper, &k, r));
		else
			TRY(mapper_find_kind(c, w->r.house->mapper, k.group, k.kind, r));
		t->resource = r;
	}
	return NULL;
}

static val *resume_val(struct work *w, uint64_t serial)
{
	arena *mem = w->r.mem;
	val *v = val_map(mem), *targets = val_list(mem);
	val_set_text(mem, v, "revision", w->revision);
	val_set_text(mem, v, "origin", w->origin);
	val_set_text(mem, v, "digest", w->digest);
	val_set(mem, v, "changed", val_bool(mem, w->changed));
	val_set(mem, v, "healthy", val_bool(mem, w->was_healthy));
	val_set(mem, v, "began", val_int(mem, w->r.began));
	val_set(mem, v, "serial", val_int(mem, (int64_t)serial));
	val_set(mem, v, "inventory", inventory_val(mem, &w->now));
	for (size_t i = 0; i < w->health_n; i++) {
		val *t = val_map(mem);
		val_set_text(mem, t, "group", w->health[i].id.group);
		val_set_text(mem, t, "kind", w->health[i].id.kind);
		val_set_text(mem, t, "ns", w->health[i].id.ns);
		val_set_text(mem, t, "name", w->health[i].id.name);
		val_set_text(mem, t, "version", w->health_versions[i]);
		val_set(mem, t, "vanish", val_bool(mem, w->health[i].may_vanish));
		val_push(mem, targets, t);
	}
	val_set(mem, v, "targets", targets);
	return v;
}

static err *resume(ctx *c, void *work)
{
	struct work *w = work;
	const val *v = wait_resume(w->r.resumed), *targets = val_get(v, "targets");
	TRY(decode(c, w));
	w->revision = val_text_or(val_get(v, "revision"), "");
	w->origin = val_text_or(val_get(v, "origin"), "");
	w->digest = val_text_or(val_get(v, "digest"), "");
	w->changed = val_as_bool(val_get(v, "changed"), false);
	w->was_healthy = val_as_bool(val_get(v, "healthy"), false);
	w->r.began = val_as_int(val_get(v, "began"), w->r.began);
	annotate(w);
	TRY(inventory_read(c->mem, val_get(v, "inventory"), &w->now));
	w->health = NEW_N(c->mem, struct live_target, val_len(targets));
	w->health_versions = NEW_N(c->mem, const char *, val_len(targets));
	for (size_t i = 0; i < val_len(targets); i++) {
		const val *t = val_at(targets, i);
		struct object_id id = {
			val_text_or(val_get(t, "group"), ""), val_text_or(val_get(t, "kind"), ""),
			val_text_or(val_get(t, "ns"), ""), val_text_or(val_get(t, "name"), "")};
		add_target(w, &id, val_text_or(val_get(t, "version"), ""),
			   val_as_bool(val_get(t, "vanish"), false));
	}
	return NULL;
}

static void on_settled(void *arg)
{
	wait_settle(arg, NULL);
}

static err *park(ctx *c, struct work *w)
{
	TRY(health_resources(c, w));
	progress(w, "Running health checks");
	stage_set(&w->r, CONDITION_READY, CONDITION_UNKNOWN, "Progressing",
		  "Reconciliation in progress");
	stage_set(&w->r, CONDITION_HEALTHY, CONDITION_UNKNOWN, "Progressing", "%s",
		  conditions_message(w->r.status, CONDITION_RECONCILING));
	int64_t end = w->r.resumed ? wait_deadline(w->r.resumed) : clock_now() + w->timeout;
	struct live *l = w->r.house->live;
	uint64_t serial = live_serial(l);
	struct wait *wait = stage_wait(&w->r, end, resume_val(w, serial));
	struct live_wait *settles =
		live_wait_open(l, serial, w->health, w->health_n, on_settled, wait);
	wait_attach(wait, settles, live_wait_close);
	return stage_park(&w->r);
}

/* How the targets are now: as the wait sees them that this pass goes on after, or as is known. */
static void look_at_health(ctx *c, struct work *w, struct live_verdict *ret)
{
	struct live *l = w->r.house->live;
	const val *serial = w->r.resumed ? val_get(wait_resume(w->r.resumed), "serial") : NULL;
	if (serial && live_wait_check(l, (uint64_t)val_as_int(serial, 0), c->mem, ret))
		return;
	live_check(l, c->mem, w->health, w->health_n, ret);
}

static int64_t checked_for(const struct work *w)
{
	return duration_round(clock_now() - (w->r.resumed ? wait_began(w->r.resumed) : w->r.began),
			      CLOCK_MS);
}

static void healthy(struct work *w)
{
	bool was = w->was_healthy;
	bool news = !text_eq(val_as_text(val_get(w->r.status, "lastAppliedRevision")), w->revision);
	const char *message = arena_printf(w->r.mem, "Health check passed in %s",
					   go_duration(w->r.mem, checked_for(w)));
	bool shown = conditions_is(w->r.status, CONDITION_HEALTHY, CONDITION_TRUE);
	if (!shown || w->changed || news)
		stage_set(&w->r, CONDITION_HEALTHY, CONDITION_TRUE, "Succeeded", "%s", message);
	if (!was || (news && w->changed))
		stage_event(&w->r, EVENT_INFO, "Progressing", "%s", message);
}

static err *unhealthy(struct work *w, const struct live_verdict *v)
{
	arena *mem = w->r.mem;
	err *e =
		err_new(mem, v->failed ? ERR_FAILED : ERR_TIMEOUT, "%s: [%s]",
			v->failed ? "failed early due to stalled resources" : "timeout waiting for",
			v->list);
	progress(w, "Running health checks");
	stage_set(&w->r, CONDITION_HEALTHY, CONDITION_FALSE, "HealthCheckFailed", "%s",
		  err_text(mem, e));
	kustomization_history(w, "HealthCheckFailed");
	return err_wrap(mem, e, "health check failed after %s", go_duration(mem, checked_for(w)));
}

static err *await_health(ctx *c, void *work)
{
	struct work *w = work;
	struct live_verdict v;
	if (!w->r.resumed) {
		w->was_healthy = conditions_is(VAL_IN(w->r.obj, "status"), CONDITION_HEALTHY,
					       CONDITION_TRUE);
		if (checks_health(w))
			TRY(health_targets(c, w));
	}
	if (!w->health_n) {
		stage_unset(&w->r, CONDITION_HEALTHY);
		return NULL;
	}
	look_at_health(c, w, &v);
	if (v.ready) {
		healthy(w);
		return NULL;
	}
	if (!v.failed && !w->r.resumed)
		return park(c, w);
	if (!v.failed && !wait_timed_out(w->r.resumed))
		return park(c, w); /* it has turned again since it settled */
	return unhealthy(w, &v);
}

/* ---- finish ----------------------------------------------------------------------------------- */

static bool worth_telling(const struct work *w)
{
	const val *status = val_get(w->r.obj, "status");
	return w->changed || w->r.requested || w->r.resumed ||
	       !text_eq(val_as_text(val_get(status, "lastAppliedRevision")), w->revision) ||
	       !conditions_is(status, CONDITION_READY, CONDITION_TRUE) ||
	       val_as_int(val_get(status, "observedGeneration"), -1) != w->r.generation;
}

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	arena *mem = w->r.mem;
	if (failed)
		return;
	bool tell = worth_telling(w);
	val_set_text(mem, w->r.status, "lastAppliedRevision", w->revision);
	if (*w->origin)
		val_set_text(mem, w->r.status, "lastAppliedOriginRevision", w->origin);
	else
		val_del(w->r.status, "lastAppliedOriginRevision");
	kustomization_history(w, "ReconciliationSucceeded");
	w->r.success = arena_printf(mem, "Applied revision: %s", w->revision);
	if (!tell)
		return;
	int64_t took = duration_round(clock_now() - w->r.began, CLOCK_MS);
	val_set_text(mem, w->r.annotations, COMMIT_STATUS, "update");
	stage_event(&w->r, EVENT_INFO, "ReconciliationSucceeded",
		    "Reconciliation finished in %s, next run in %s", go_duration(mem, took),
		    go_duration(mem, w->r.interval));
}

/* ---- deletion --------------------------------------------------------------------------------- */

static bool removes_objects(const struct work *w, const struct inventory *i)
{
	const char *policy = w->k->deletion && *w->k->deletion ? w->k->deletion : "MirrorPrune";
	if (w->r.suspend || !i->n || text_eq(policy, "Orphan"))
		return false;
	return !text_eq(policy, "MirrorPrune") || w->k->prune;
}

/* The reason that events of a deletion carry: what Ready last said. */
static const char *last_reason(const struct work *w)
{
	const char *reason = conditions_reason(w->r.status, CONDITION_READY);
	return *reason ? reason : "Progressing";
}

static err *account_is_gone(ctx *c, struct work *w, bool *ret)
{
	struct resource r = {.gvk = {"", "v1", "ServiceAccount"},
			     .plural = "serviceaccounts",
			     .namespaced = true};
	val *obj;
	*ret = false;
	if (!account(w) || !*account(w))
		return NULL;
	err *e = client_get(c, w->r.client, &r, w->r.ns, account(w), true, &obj);
	*ret = err_code(e) == ERR_NOT_FOUND;
	return *ret ? NULL : e;
}

static const char *inventory_lines(arena *mem, const struct inventory *i)
{
	const char *lines = "";
	for (size_t k = 0; k < i->n; k++)
		lines = arena_printf(mem, "%s%s%s", lines, k ? "\n" : "",
				     object_id_text(mem, &i->p[k].id));
	return lines;
}

/* Waits, parked, until what was removed has gone, but no longer than the timeout. */
static err *await_removed(ctx *c, struct work *w, const struct inventory *removed, int64_t end)
{
	struct prune_settings s = prune_settings(w);
	err *e = prune_await(c, &s, removed, 0);
	if (!e)
		return NULL;
	if (e->code != ERR_TIMEOUT)
		return e;
	int64_t now = clock_now();
	if (now >= end) {
		stage_event(&w->r, EVENT_ERROR, last_reason(w),
			    "failed to wait for resources termination");
		return NULL;
	}
	val *resume_with = inventory_val(c->mem, removed);
	val_set(c->mem, resume_with, "end", val_int(c->mem, end));
	stage_wait(&w->r, now + GONE_POLL < end ? now + GONE_POLL : end, resume_with);
	return stage_park(&w->r);
}

static err *remove_objects(ctx *c, struct work *w, const struct inventory *all)
{
	bool orphaned;
	struct prune_settings s = prune_settings(w);
	struct prune_result got = {0};
	TRY(account_is_gone(c, w, &orphaned));
	if (orphaned) {
		stage_event(&w->r, EVENT_ERROR, last_reason(w), "unable to prune objects: \n%s",
			    inventory_lines(c->mem, all));
		return NULL;
	}
	err *e = prune_stale(c, &s, all, &got);
	if (err_code(e) == ERR_CANCELED)
		return e;
	if (e)
		return stage_fault(
			&w->r, e,
			(struct fault){.reason = last_reason(w),
				       .event_message = "pruning for deleted resource failed"});
	if (got.changes.n)
		stage_event(&w->r, EVENT_INFO, last_reason(w), "%s",
			    change_text(c->mem, &got.changes));
	if (!text_eq(w->k->deletion, "WaitForTermination"))
		return NULL;
	return await_removed(c, w, &got.removed, clock_now() + w->timeout);
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	struct inventory all = {0};
	decode(c, w);
	w->revision = val_text_or(val_get(w->r.status, "lastAppliedRevision"), "");
	annotate(w);
	w->client = w->r.client;
	TRY(inventory_read(c->mem,
			   w->r.resumed ? wait_resume(w->r.resumed)
					: val_get(w->r.status, "inventory"),
			   &all));
	if (w->r.resumed) {
		TRY(identify(c, w));
		return await_removed(c, w, &all,
				     val_as_int(val_get(wait_resume(w->r.resumed), "end"), 0));
	}
	if (removes_objects(w, &all)) {
		TRY(identify(c, w));
		return remove_objects(c, w, &all);
	}
	for (size_t i = 0; i < all.n; i++)
		live_forget(w->r.house->live, &all.p[i].id);
	return NULL;
}

/* ---- the kind --------------------------------------------------------------------------------- */

static void refs(const val *obj, struct ref_list *list)
{
	const val *spec = val_get(obj, "spec"), *source = val_get(spec, "sourceRef");
	const char *own = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *ns = val_text_or(val_get(source, "namespace"), "");
	ref_add(list, REF_SOURCE, val_as_text(val_get(source, "kind")), *ns ? ns : own,
		val_as_text(val_get(source, "name")));
	const val *depends = val_get(spec, "dependsOn");
	for (size_t i = 0; i < val_len(depends); i++) {
		ns = val_text_or(val_get(val_at(depends, i), "namespace"), "");
		ref_add(list, REF_DEPENDS, "Kustomization", *ns ? ns : own,
			val_as_text(val_get(val_at(depends, i), "name")));
	}
	const val *from = VAL_IN(spec, "postBuild", "substituteFrom");
	for (size_t i = 0; i < val_len(from); i++)
		ref_add(list, REF_CONFIG, val_as_text(val_get(val_at(from, i), "kind")), own,
			val_as_text(val_get(val_at(from, i), "name")));
	ref_add(list, REF_CONFIG, "Secret", own,
		val_as_text(VAL_IN(spec, "decryption", "secretRef", "name")));
	ref_add(list, REF_CONFIG, "Secret", own,
		val_as_text(VAL_IN(spec, "kubeConfig", "secretRef", "name")));
	ref_add(list, REF_CONFIG, "ConfigMap", own,
		val_as_text(VAL_IN(spec, "kubeConfig", "configMapRef", "name")));
}

static void on_drift(void *arg, const char *ns, const char *name)
{
	struct house *h = arg;
	controllers_poke(h->controllers, "Kustomization", ns, name);
}

err *kustomization_open(arena *mem, struct house *h)
{
	(void)mem;
	h->live = live_open(&(struct live_settings){
		.loop = h->loop,
		.client = h->client,
		.owner_group = KUSTOMIZATION_GROUP,
		.managed = {.manager = KUSTOMIZATION_MANAGER},
		.settle = DRIFT_SETTLES,
		.drifted = on_drift,
		.arg = h,
	});
	return NULL;
}

void kustomization_close(struct house *h)
{
	if (h->live)
		live_close(h->live);
	h->live = NULL;
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
};
