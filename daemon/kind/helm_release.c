#include "kind/helm_release.h"

#include "apply/cluster.h"
#include "base/clock.h"
#include "base/duration.h"
#include "base/log.h"
#include "kind/health_exprs.h"
#include "kind/helm_release_digest.h"
#include "kind/helm_release_history.h"
#include "kind/dependencies.h"
#include "kind/ready_expr.h"
#include "kind/kubeconfig.h"

/* ---- decode ----------------------------------------------------------------------------------- */

static err *begin(struct reconcile *r)
{
	const struct helm_release *s = r->spec;
	r->suspend = s->suspend;
	r->interval = s->interval;
	return NULL;
}

/* An expression that can't be used: only another one helps. A NULL e stays NULL. */
static err *bad_expression(struct work *w, err *e)
{
	if (!e)
		return NULL;
	const char *text = err_text(w->r.mem, e);
	return stage_fault(
		&w->r, e,
		(struct fault){
			.policy = POLICY_STALL,
			.reason = "InvalidCELExpression",
			.message = arena_printf(w->r.mem,
						"Reconciliation failed terminally due to "
						"configuration error: %s",
						text),
			.event_message = text,
		});
}

static err *read_spec(struct work *w)
{
	arena *mem = w->r.mem;
	const val *spec = val_get(w->r.obj, "spec");
	w->spec = w->r.spec;
	w->config_digest = "";
	w->facts = (struct chart_facts){"", "", "", "", "", ""};
	w->renderers_digest = helm_release_renderers_digest(mem, val_get(spec, "postRenderers"));
	w->common_digest = helm_release_common_digest(mem, val_get(spec, "commonMetadata"));
	return helm_names_of(mem, w->r.obj, &w->names);
}

static err *decode(ctx *c, void *work)
{
	struct work *w = work;
	struct health_exprs exprs;
	err *e = read_spec(w);
	if (e)
		return stage_fault(&w->r, e, (struct fault){.policy = POLICY_STALL});
	return bad_expression(w, health_exprs_read(c->mem, &w->spec->health_exprs, &exprs));
}

/* ---- what comes before the release ------------------------------------------------------------ */

static void fulfilling(struct work *w)
{
	stage_set(&w->r, CONDITION_RECONCILING, CONDITION_TRUE, "Progressing",
		  "Fulfilling prerequisites");
}

static err *make_chart(ctx *c, void *work)
{
	struct work *w = work;
	TRY(helm_release_make_chart(c, w));
	fulfilling(w);
	return NULL;
}

static err *dependencies(ctx *c, void *work)
{
	struct work *w = work;
	struct depends_calls calls = {
		.kind = "HelmRelease",
		.get = dependencies_get,
		.get_other = dependencies_get_other,
		.eval = ready_expr_eval,
		.additive = options_gate(w->r.house->options, "AdditiveCELDependencyCheck"),
		.resource = "helmreleases." HELM_RELEASE_GROUP,
		.bare = true,
		.arg = &w->r,
	};
	err *e = depends_ready(c->mem, &calls, w->r.obj, w->spec->depends.p, w->spec->depends.n);
	if (err_code(e) == ERR_INVALID)
		return bad_expression(w, err_wrap(c->mem, e, "terminal error"));
	if (err_code(e) == ERR_UNSUPPORTED)
		return dependencies_refused(&w->r, e);
	return stage_fault(&w->r, e,
			   (struct fault){
				   .policy = POLICY_WAIT,
				   .event = EVENT_INFO,
				   .after = w->r.house->options->requeue_dependency,
			   });
}

static err *resolve(ctx *c, void *work)
{
	struct work *w = work;
	if (w->r.resumed) { /* a pause for a new source writes no status */
		helm_release_note_chart(w);
		fulfilling(w);
	}
	return helm_release_resolve(c, work);
}

static err *values(ctx *c, void *work)
{
	return helm_release_values(c, work);
}

static err *load(ctx *c, void *work)
{
	return helm_release_load(c, work);
}

static const char *account_of(const struct work *w)
{
	const char *own = w->spec->account;
	return own && *own ? own : w->r.house->options->default_service_account;
}

static err *cant_reach(struct work *w, err *e)
{
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_BACK_OFF,
					  .reason = "RESTClientError",
					  .silent = true});
}

err *helm_release_identify(ctx *c, struct work *w, bool again)
{
	struct clusters *all = w->r.house->helm_clusters;
	const char *account = account_of(w);
	bool as = account && *account;
	struct cluster *at = again ? clusters_of(c->mem, all, w->r.ns, w->r.name) : NULL;
	err *e = NULL;
	if (!again)
		e = kubeconfig_cluster(c, &w->r, all, w->spec->kubeconfig, KUBECONFIG_OF_RELEASE,
				       &at);
	if (e)
		return e->code == ERR_CANCELED ? e : cant_reach(w, e);
	w->of = (struct release_of){
		.site = w->r.house->releases,
		.at = at,
		.client = at->client,
		.unsure = as || w->spec->kubeconfig,
		.account = as ? arena_printf(c->mem, "%s:%s", w->r.ns, account) : NULL,
		.name = w->names.short_release,
		.ns = w->names.release_namespace,
		.storage_ns = w->names.storage_namespace,
		.owner_ns = w->r.ns,
		.owner_name = w->r.name,
	};
	if (as)
		w->of.client = client_as(
			c->mem, at->client,
			arena_printf(c->mem, "system:serviceaccount:%s:%s", w->r.ns, account));
	return NULL;
}

static err *identify(ctx *c, void *work)
{
	return helm_release_identify(c, work, false);
}

/* ---- the release ------------------------------------------------------------------------------ */

/* A release that is now another one is uninstalled first. */
static err *leave_target(ctx *c, void *work)
{
	struct work *w = work;
	const char *what;
	struct state_view v = helm_release_view(w, NULL);
	bool resumed = w->r.resumed && release_parked_action(w->r.resumed) == RELEASE_UNINSTALL;
	if (!resumed &&
	    !state_target_changed(&v, w->names.storage_namespace, w->names.release_namespace,
				  w->names.short_release, &what))
		return NULL;
	if (!resumed)
		log_line(LOG_INFO, w->r.kind->component,
			 "the release is another one now: uninstalling the current one",
			 "controllerKind", w->r.kind->name, "name", w->r.name, "namespace", w->r.ns,
			 "changed", what, NULL);
	TRY(helm_release_uninstall(c, w));
	val_del(w->r.status, "history");
	val_del(w->r.status, "storageNamespace");
	state_clear_failures(w->r.status);
	return NULL;
}

static void set_or_del(struct work *w, const char *field, const char *text)
{
	if (*text)
		val_set_text(w->r.mem, w->r.status, field, text);
	else
		val_del(w->r.status, field);
}

static err *attempt(ctx *c, void *work)
{
	struct work *w = work;
	struct state_view v = helm_release_view(w, NULL);
	val *s = w->r.status;
	val_set_text(c->mem, s, "storageNamespace", w->names.storage_namespace);
	if (state_must_reset(c->mem, &v))
		state_clear_failures(s);
	val_set(c->mem, s, "lastAttemptedGeneration", val_int(c->mem, w->r.generation));
	val_set_text(c->mem, s, "lastAttemptedRevision", w->facts.version);
	set_or_del(w, "lastAttemptedRevisionDigest", w->facts.oci_digest);
	val_set_text(c->mem, s, "lastAttemptedConfigDigest", w->config_digest);
	val_del(s, "lastAttemptedValuesChecksum");
	val_del(s, "lastReleaseRevision");
	return NULL;
}

static err *release(ctx *c, void *work)
{
	return helm_release_run(c, work);
}

static err *resume(ctx *c, void *work)
{
	struct work *w = work;
	TRY(read_spec(w));
	TRY(helm_release_identify(c, w, true));
	return helm_release_take_up(c, w);
}

static err *call_off(ctx *c, void *work)
{
	struct work *w = work;
	TRY(read_spec(w));
	TRY(helm_release_identify(c, w, true));
	return helm_release_call_off(c, w);
}

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	if (!failed)
		w->r.success = conditions_message(w->r.status, CONDITION_READY);
}

/* ---- deletion --------------------------------------------------------------------------------- */

/* Is the service account gone, as those of a namespace that is being deleted are? */
static err *account_is_gone(ctx *c, struct work *w, bool *ret)
{
	struct resource r = {.gvk = {"", "v1", "ServiceAccount"},
			     .plural = "serviceaccounts",
			     .namespaced = true};
	const char *account = account_of(w);
	val *obj;
	*ret = false;
	if (w->spec->kubeconfig || !account || !*account)
		return NULL;
	err *e = client_get(c, w->r.client, &r, w->r.ns, account, true, &obj);
	*ret = err_code(e) == ERR_NOT_FOUND;
	return *ret ? NULL : e;
}

static err *remove_release(ctx *c, struct work *w)
{
	bool gone;
	if (!*val_text_or(val_get(w->r.status, "storageNamespace"), ""))
		return NULL;
	TRY(account_is_gone(c, w, &gone));
	if (gone)
		return NULL;
	err *e = helm_release_identify(c, w, w->r.resumed != NULL);
	if (err_code(e) == ERR_NOT_FOUND)
		return NULL; /* without the kubeconfig there is no way there */
	TRY(e);
	if (w->r.resumed)
		TRY(helm_release_take_up(c, w));
	TRY(helm_release_uninstall(c, w));
	val_del(w->r.status, "history");
	val_del(w->r.status, "storageNamespace");
	return NULL;
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	if (w->r.suspend)
		return NULL;
	err *e = read_spec(w);
	if (!e)
		e = remove_release(c, w);
	if (!e)
		e = helm_release_delete_chart(c, w);
	/* a failure is to be seen; that it could not be written is none of its own */
	if (e && !w->r.parked && e->code != ERR_CANCELED)
		(void)stage_publish(&w->r);
	return e;
}

/* ---- the house -------------------------------------------------------------------------------- */

static void on_drift(void *arg, const char *ns, const char *name)
{
	struct house *h = arg;
	arena *mem = arena_open();
	const val *obj = controllers_get(h->controllers, mem, "HelmRelease", ns, name);
	const char *mode = val_text_or(VAL_IN(obj, "spec", "driftDetection", "mode"), "disabled");
	if (*mode && !text_eq(mode, "disabled"))
		controllers_nudge(h->controllers, "HelmRelease", ns, name);
	arena_close(mem);
}

static void gone(struct house *h, const char *ns, const char *name)
{
	clusters_drop(h->helm_clusters, ns, name);
}

err *helm_release_open(arena *mem, struct house *h)
{
	(void)mem;
	h->helm_clusters = kubeconfig_clusters(
		h, HELM_RELEASE_GROUP,
		(struct managed_settings){.manager = HELM_RELEASE_MANAGER, .plain = true},
		on_drift);
	h->releases =
		release_site_open(&(struct release_site_settings){.clusters = h->helm_clusters});
	return NULL;
}

void helm_release_close(struct house *h)
{
	if (h->releases)
		release_site_close(h->releases);
	if (h->helm_clusters)
		clusters_close(h->helm_clusters);
	h->releases = NULL;
	h->helm_clusters = NULL;
}

/* ---- the kind --------------------------------------------------------------------------------- */

static const char *or_own(const char *ns, const char *own)
{
	return ns && *ns ? ns : own;
}

static void refs(const val *obj, struct ref_list *list)
{
	const val *spec = val_get(obj, "spec"), *ref = val_get(spec, "chartRef");
	const char *own = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *kind = "HelmChart", *name, *ns;
	struct helm_names names;
	if (ref) {
		kind = val_text_or(val_get(ref, "kind"), "");
		name = val_text_or(val_get(ref, "name"), "");
		ns = or_own(val_as_text(val_get(ref, "namespace")), own);
	} else if (helm_names_of(list->mem, obj, &names) || !names.chart_namespace) {
		name = ns = "";
	} else {
		name = names.chart;
		ns = names.chart_namespace;
	}
	/* its artifact, and while that is waited for whatever its status says */
	ref_add(list, REF_SOURCE, kind, ns, name);
	ref_add(list, REF_DEPENDS, kind, ns, name);
	const val *from = val_get(spec, "valuesFrom");
	depends_refs(list, obj, "HelmRelease");
	for (size_t i = 0; i < val_len(from); i++)
		ref_add(list, REF_LABELLED, val_as_text(val_get(val_at(from, i), "kind")), own,
			val_as_text(val_get(val_at(from, i), "name")));
	ref_add(list, REF_LABELLED, "Secret", own,
		val_as_text(VAL_IN(spec, "kubeConfig", "secretRef", "name")));
	ref_add(list, REF_LABELLED, "ConfigMap", own,
		val_as_text(VAL_IN(spec, "kubeConfig", "configMapRef", "name")));
}

static const struct stage stages[] = {
	{"reading the spec", decode, "InvalidSpec", NULL},
	{"keeping the HelmChart", make_chart, "ArtifactFailed", NULL},
	{"checking dependencies", dependencies, "DependencyNotReady", NULL},
	{"resolving the source", resolve, "ArtifactFailed", NULL},
	{"composing values", values, "ValuesError", NULL},
	{"loading the chart", load, "ArtifactFailed", NULL},
	{"choosing the identity", identify, "RESTClientError", NULL},
	{"leaving the old release", leave_target, "UninstallFailed", NULL},
	{"noting the attempt", attempt, "ReconcileError", NULL},
	{"releasing", release, "ReconcileError", NULL},
	{NULL, NULL, NULL, NULL},
};

static const struct kind_column columns[] = {
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind helm_release_kind = {
	.group = HELM_RELEASE_GROUP,
	.name = "HelmRelease",
	.plural = "helmreleases",
	.singular = "helmrelease",
	.short_names = "hr",
	.categories = "all,fluxcd,fluxcd-appliers",
	.versions = "v2beta1,v2beta2,v2",
	.spec = helm_release_spec_fields,
	.spec_size = sizeof(struct helm_release),
	.spec_rules = "(has(self.chart) && !has(self.chartRef)) || (!has(self.chart) && "
		      "has(self.chartRef)) # either chart or chartRef must be set",
	.status = helm_release_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "HelmRelease releases a Helm chart to a cluster.",
	.component = "helm-controller",
	.manager = "helm-controller",
	.work_size = sizeof(struct work),
	.stages = stages,
	.own_progress = true,
	.observes_suspended = true,
	.begin = begin,
	.resume = resume,
	.call_off = call_off,
	.finalize = finalize,
	.finish = finish,
	.refs = refs,
	.gone = gone,
};
