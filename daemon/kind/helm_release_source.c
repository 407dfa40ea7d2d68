#include "kind/helm_release.h"

#include <string.h>

#include "base/clock.h"
#include "base/duration.h"
#include "base/rand.h"
#include "ctl/finalizer.h"
#include "data/semver.h"
#include "kind/external_artifact.h"
#include "pack/depot.h"

#define SOURCE_API "source.toolkit.fluxcd.io/v1"
#define SOURCE_SOON (1 * CLOCK_SECOND) /* in which a chart that was asked for is mostly there */
#define DIGEST_LETTERS 12 /* of an artifact's digest that become part of the chart's version */

static const char *text_of(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

/* ---- the HelmChart ---------------------------------------------------------------------------- */

static err *access_denied(struct work *w, const char *kind, const char *ns, const char *name,
			  const char *why)
{
	err *e = err_new(w->r.mem, ERR_FORBIDDEN, "can't access '%s/%s/%s', %s", kind, ns, name,
			 why);
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_STALL, .reason = "AccessDenied"});
}

static err *may_read(struct work *w, const char *kind, const char *ns, const char *name)
{
	const struct options *o = w->r.house->options;
	if (o->no_cross_namespace && !text_eq(ns, w->r.ns))
		return access_denied(w, kind, ns, name,
				     "cross-namespace references have been blocked");
	if (text_eq(kind, "ExternalArtifact") && !options_gate(o, "ExternalArtifact"))
		return access_denied(w, kind, ns, name,
				     "ExternalArtifact feature gate is disabled");
	return NULL;
}

static val *texts(arena *mem, const struct field_texts *t)
{
	val *list = val_list(mem);
	for (size_t i = 0; i < t->n; i++)
		val_push(mem, list, val_text(mem, t->p[i]));
	return list;
}

static val *chart_spec_of(arena *mem, const struct work *w)
{
	const struct chart_spec *t = w->spec->chart->spec;
	val *spec = val_map(mem), *source = val_map(mem);
	int64_t interval = t->interval ? t->interval : w->spec->interval;
	val_set_text(mem, spec, "chart", t->chart);
	val_set_text(mem, spec, "version", t->version && *t->version ? t->version : NULL);
	val_set_text(mem, source, "kind", t->source->kind);
	val_set_text(mem, source, "name", t->source->name);
	val_set(mem, spec, "sourceRef", source);
	val_set_text(mem, spec, "interval", duration_text(mem, interval));
	val_set_text(mem, spec, "reconcileStrategy",
		     t->strategy && *t->strategy ? t->strategy : NULL);
	if (t->values_files.n)
		val_set(mem, spec, "valuesFiles", texts(mem, &t->values_files));
	if (t->ignore_missing)
		val_set(mem, spec, "ignoreMissingValuesFiles", val_bool(mem, true));
	if (t->verify) {
		val *verify = val_map(mem);
		val_set_text(mem, verify, "provider", t->verify->provider);
		if (t->verify->secret)
			val_set_text(mem, val_make_map(mem, verify, "secretRef"), "name",
				     t->verify->secret->name);
		val_set(mem, spec, "verify", verify);
	}
	return spec;
}

static val *chart_object(arena *mem, const struct work *w)
{
	const struct common_metadata *m = w->spec->chart->metadata;
	val *obj = val_map(mem), *metadata = val_map(mem);
	val *labels = m && val_is(m->labels, VAL_MAP) ? val_copy(mem, m->labels) : val_map(mem);
	val_set_text(mem, labels, HELM_RELEASE_GROUP "/name", w->r.name);
	val_set_text(mem, labels, HELM_RELEASE_GROUP "/namespace", w->r.ns);
	val_set_text(mem, obj, "apiVersion", SOURCE_API);
	val_set_text(mem, obj, "kind", "HelmChart");
	val_set_text(mem, metadata, "name", w->names.chart);
	val_set_text(mem, metadata, "namespace", w->names.chart_namespace);
	val_set(mem, metadata, "labels", labels);
	if (m && val_len(m->annotations))
		val_set(mem, metadata, "annotations", val_copy(mem, m->annotations));
	val_set(mem, obj, "metadata", metadata);
	val_set(mem, obj, "spec", chart_spec_of(mem, w));
	return obj;
}

/* Has v everything that part has? */
static bool includes(const val *v, const val *part)
{
	if (!val_is(part, VAL_MAP))
		return val_eq(v, part);
	for (size_t i = 0; i < val_len(part); i++)
		if (!includes(val_get_str(v, part->map.p[i].key), part->map.p[i].value))
			return false;
	return true;
}

/* Is the HelmChart as it is wanted? What others have put on it does not matter; what may have been ours
 * once does, as long as this generation has not been dealt with. */
static bool in_sync(const struct work *w, const val *found, const val *wanted)
{
	static const char *const optional[] = {"valuesFiles", "ignoreMissingValuesFiles", "verify"};
	static const char *const maps[] = {"labels", "annotations"};
	const val *spec = val_get(found, "spec"), *want = val_get(wanted, "spec");
	const val *have = val_get(found, "metadata"), *meta = val_get(wanted, "metadata");
	int64_t seen = val_as_int(val_get(w->r.status, "observedGeneration"), -1);
	if (!found || !includes(found, wanted))
		return false;
	for (size_t i = 0; i < sizeof(optional) / sizeof(*optional); i++)
		if (val_get(spec, optional[i]) && !val_get(want, optional[i]))
			return false;
	for (size_t i = 0; seen != w->r.generation && i < sizeof(maps) / sizeof(*maps); i++)
		if (val_len(val_get(have, maps[i])) > val_len(val_get(meta, maps[i])))
			return false;
	return true;
}

static void tell_chart(struct work *w, bool created)
{
	const char *what = created ? "Created" : "Configured";
	stage_event(&w->r, EVENT_TRACE, arena_printf(w->r.mem, "HelmChart%s", what),
		    "%s HelmChart/%s/%s with SourceRef '%s/%s/%s'", what, w->names.chart_namespace,
		    w->names.chart, w->spec->chart->spec->source->kind, w->names.chart_namespace,
		    w->spec->chart->spec->source->name);
}

static err *apply_chart(ctx *c, struct work *w)
{
	struct controllers *cs = w->r.house->controllers;
	const struct kind *kind = controllers_kind(cs, "HelmChart");
	const char *ns = w->names.chart_namespace, *name = w->names.chart;
	val *wanted = chart_object(c->mem, w), *answer;
	const val *found = controllers_get(cs, c->mem, "HelmChart", ns, name);
	struct apply_options o = {.manager = HELM_RELEASE_MANAGER, .force = true};
	struct resource r;
	bool created = false;
	if (!kind)
		return err_new(c->mem, ERR_NOT_FOUND,
			       "sources of kind HelmChart are not served here");
	w->source = found;
	if (in_sync(w, found, wanted))
		return NULL;
	/* its controller would add it with a request of its own */
	val *finalizers = val_list(c->mem);
	val_push(c->mem, finalizers, val_text(c->mem, FINALIZER));
	val_set(c->mem, val_get(wanted, "metadata"), "finalizers", finalizers);
	kind_resource(kind, &r);
	err *e = client_apply(c, w->r.client, &r, ns, name, wanted, &o, &answer, &created);
	if (e) {
		e = err_wrap(c->mem, e, "failed to run server-side apply");
		return stage_fault(&w->r, e,
				   (struct fault){.policy = POLICY_BACK_OFF,
						  .no_condition = true,
						  .reason = "HelmChartSyncErr",
						  .event = EVENT_TRACE});
	}
	w->source = answer;
	bool changed =
		!found || !text_eq(val_as_text(VAL_IN(found, "metadata", "resourceVersion")),
				   val_as_text(VAL_IN(answer, "metadata", "resourceVersion")));
	if (created || changed)
		tell_chart(w, created);
	return NULL;
}

/* "namespace/name" of the HelmChart of spec.chart; "" without one. */
static const char *wanted_chart(const struct work *w)
{
	if (!w->spec->chart)
		return "";
	return arena_printf(w->r.mem, "%s/%s", w->names.chart_namespace, w->names.chart);
}

void helm_release_note_chart(struct work *w)
{
	if (w->spec->chart)
		val_set_text(w->r.mem, w->r.status, "helmChart", wanted_chart(w));
}

/* Which HelmChart is ours, "" for none: as the status has it, or else one that was made just before the daemon
 * was killed and bears our labels. */
static const char *own_chart(ctx *c, const struct work *w)
{
	const char *said = text_of(w->r.status, "helmChart"), *wanted = wanted_chart(w);
	if (*said || !*wanted)
		return said;
	const val *found = controllers_get(w->r.house->controllers, c->mem, "HelmChart",
					   w->names.chart_namespace, w->names.chart);
	const val *labels = VAL_IN(found, "metadata", "labels");
	bool ours = text_eq(val_as_text(val_get(labels, HELM_RELEASE_GROUP "/name")), w->r.name) &&
		    text_eq(val_as_text(val_get(labels, HELM_RELEASE_GROUP "/namespace")), w->r.ns);
	return ours ? wanted : "";
}

err *helm_release_delete_chart(ctx *c, struct work *w)
{
	const char *chart = own_chart(c, w);
	const struct kind *kind = controllers_kind(w->r.house->controllers, "HelmChart");
	str ns, name;
	struct resource r;
	if (!*chart)
		return NULL;
	str_cut(str_of(chart), '/', &ns, &name);
	const char *in = str_text(c->mem, ns), *called = str_text(c->mem, name);
	TRY(may_read(w, "HelmChart", in, called));
	if (kind && *called) {
		kind_resource(kind, &r);
		err *e = client_delete(c, w->r.client, &r, in, called, NULL, NULL);
		if (e && e->code != ERR_NOT_FOUND)
			return stage_fault(
				&w->r,
				err_wrap(c->mem, e, "failed to delete HelmChart '%s'", chart),
				(struct fault){.policy = POLICY_BACK_OFF,
					       .no_condition = true,
					       .silent = true});
		if (!e)
			stage_event(&w->r, EVENT_TRACE, "HelmChartDeleted",
				    "deleted HelmChart '%s'", chart);
	}
	val_del(w->r.status, "helmChart");
	return NULL;
}

err *helm_release_make_chart(ctx *c, struct work *w)
{
	const char *now = text_of(w->r.status, "helmChart"), *wanted = wanted_chart(w);
	if (*now && !text_eq(now, wanted))
		TRY(helm_release_delete_chart(c, w));
	if (!w->spec->chart)
		return NULL;
	TRY(may_read(w, "HelmChart", w->names.chart_namespace, w->names.chart));
	TRY(apply_chart(c, w));
	helm_release_note_chart(w);
	return NULL;
}

/* ---- the source ------------------------------------------------------------------------------- */

/* Why the source cannot be used; NULL when it can. */
static const char *not_ready(const char *kind, const val *source)
{
	const val *status = val_get(source, "status");
	int64_t generation = val_as_int(VAL_IN(source, "metadata", "generation"), 0);
	const char *why = NULL;
	if (text_eq(kind, "ExternalArtifact"))
		why = NULL;
	else if (val_as_int(val_get(status, "observedGeneration"), 0) != generation)
		why = conditions_is(status, CONDITION_READY, CONDITION_FALSE)
			      ? conditions_message(status, CONDITION_READY)
			      : "latest generation of object has not been reconciled";
	else if (conditions_is(status, CONDITION_STALLED, CONDITION_TRUE))
		why = conditions_message(status, CONDITION_STALLED);
	if (!why && !val_is(val_get(status, "artifact"), VAL_MAP))
		why = "does not have an artifact";
	return why;
}

/* A source that nobody has looked at yet, such as a HelmChart that is being made, is ready in a moment: nobody
 * needs to be told that it is not yet. Its definition may have put an observedGeneration of -1 there. */
static bool is_new(const val *source)
{
	const val *status = val_get(source, "status");
	return val_as_int(val_get(status, "observedGeneration"), 0) <= 0 &&
	       !val_len(val_get(status, "conditions"));
}

static err *source_not_ready(struct work *w, const char *text)
{
	int64_t after = w->r.house->options->requeue_dependency;
	err *e = err_new(w->r.mem, ERR_WAIT, "%s", text);
	return stage_fault(
		&w->r, e,
		(struct fault){.policy = POLICY_WAIT,
			       .reason = "SourceNotReady",
			       .silent = true,
			       .after = rand_jitter(after, (int)w->r.house->options->jitter)});
}

/* Where the artifact is, and what conditions may tell of its chart. */
static void note_artifact(struct work *w, const char *kind)
{
	const val *artifact = VAL_IN(w->source, "status", "artifact");
	const char *revision = text_of(artifact, "revision");
	w->facts = (struct chart_facts){
		.name = "",
		.version = "",
		.app_version = "",
		.oci_digest = "",
		.path = text_of(artifact, "path"),
		.digest = text_of(artifact, "digest"),
	};
	bool external = text_eq(kind, "ExternalArtifact") && strchr(revision, ':');
	if (text_eq(kind, "OCIRepository") || external)
		w->facts.oci_digest = revision; /* load makes the digest of it */
}

err *helm_release_resolve(ctx *c, struct work *w)
{
	const struct chart_source_ref *ref = w->spec->chart_ref;
	struct controllers *cs = w->r.house->controllers;
	const char *kind = ref ? ref->kind : "HelmChart";
	const char *name = ref ? ref->name : w->names.chart;
	const char *ns = !ref ? w->names.chart_namespace : ref->ns && *ref->ns ? ref->ns : w->r.ns;
	const struct kind *served = controllers_kind(cs, kind);
	err *e = NULL;
	TRY(may_read(w, kind, ns, name));
	if (!w->source)
		w->source = controllers_get(cs, c->mem, kind, ns, name);
	if (!w->source)
		e = served ? kind_missing(c->mem, served, name)
			   : err_new(c->mem, ERR_NOT_FOUND,
				     "sources of kind %s are not served here", kind);
	if (e)
		return stage_fault(&w->r, err_wrap(c->mem, e, "could not get Source object"),
				   (struct fault){.policy = POLICY_BACK_OFF, .silent = true});
	const char *why = not_ready(kind, w->source);
	if (why && !w->r.resumed && is_new(w->source))
		return stage_pause(&w->r, SOURCE_SOON);
	if (why)
		return source_not_ready(w, arena_printf(c->mem, "%s '%s/%s' is not ready: %s", kind,
							ns, name, why));
	note_artifact(w, kind);
	w->r.saw = controllers_offer(cs, c->mem, kind, w->source);
	return NULL;
}

/* ---- the chart -------------------------------------------------------------------------------- */

/* The digest in "<tag>@<algorithm>:<hex>" or "<algorithm>:<hex>", and its first letters. */
static err *digest_of(arena *mem, const char *revision, const char **ret_digest,
		      const char **ret_short)
{
	str tag, digest, algorithm, hex;
	if (!str_cut(str_of(revision), '@', &tag, &digest))
		digest = str_of(revision);
	if (!str_cut(digest, ':', &algorithm, &hex) || memchr(hex.p, ':', hex.n) ||
	    hex.n < DIGEST_LETTERS)
		return err_new(mem, ERR_INVALID, "invalid artifact revision %.*s", STR_ARG(digest));
	*ret_digest = str_text(mem, digest);
	*ret_short = str_text(mem, (str){hex.p, DIGEST_LETTERS});
	return NULL;
}

static bool tag_version(arena *mem, const char *revision, struct semver *ret_version,
			const char **ret_tag)
{
	str tag, rest;
	if (!str_cut(str_of(revision), '@', &tag, &rest))
		return false;
	char *text = arena_text(mem, str_text(mem, tag));
	*ret_tag = str_text(mem, tag);
	for (char *p = text; *p; p++)
		if (*p == '_')
			*p = '+';
	return !semver_parse(mem, str_of(text), ret_version);
}

/* The chart's version tells which bytes it was made of: the digest's first letters become its build. */
static err *track_digest(struct work *w, struct chart *chart)
{
	arena *mem = w->r.mem;
	const char *revision = w->facts.oci_digest, *digest, *letters, *tag;
	struct semver v, tagged;
	if (!*revision)
		return NULL;
	if (semver_parse(mem, str_of(chart->version), &v))
		return err_new(mem, ERR_INVALID, "invalid chart version %s", chart->version);
	if (tag_version(mem, revision, &tagged, &tag) && semver_compare(&tagged, &v) != 0)
		return err_new(mem, ERR_INVALID,
			       "artifact revision %s does not match chart version %s", tag,
			       chart->version);
	TRY(digest_of(mem, revision, &digest, &letters));
	w->facts.oci_digest = digest;
	if (options_gate(w->r.house->options, "DisableChartDigestTracking"))
		return NULL;
	v.build = letters;
	val *metadata = val_copy(mem, chart->metadata);
	chart->version = semver_text(mem, &v);
	val_set_text(mem, metadata, "Version", chart->version);
	chart->metadata = metadata;
	return NULL;
}

/* A chart that lies elsewhere is brought here first. */
static err *bring_chart(ctx *c, struct work *w)
{
	const struct chart_source_ref *ref = w->spec->chart_ref;
	if (!ref || !text_eq(ref->kind, "ExternalArtifact"))
		return NULL;
	return external_artifact_bring(c, w->r.house, ref->ns && *ref->ns ? ref->ns : w->r.ns,
				       ref->name, VAL_IN(w->source, "status", "artifact"),
				       &w->facts.path);
}

static err *read_chart(ctx *c, struct work *w, struct chart **ret_chart)
{
	str packed;
	TRY(bring_chart(c, w));
	TRY(depot_verify(c->mem, w->r.house->depot, w->facts.path, w->facts.digest));
	TRY(depot_read(c->mem, w->r.house->depot, w->facts.path, CHART_MAX_TOTAL, &packed));
	return helm_unpack(c->mem, packed, ret_chart);
}

static err *not_found(struct work *w)
{
	int64_t after = w->r.house->options->requeue_dependency;
	err *e = err_new(w->r.mem, ERR_WAIT, "Source not ready: artifact not found. Retrying in %s",
			 duration_text(w->r.mem, after));
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_WAIT, .silent = true, .after = after});
}

err *helm_release_load(ctx *c, struct work *w)
{
	struct chart *chart = NULL;
	err *e = read_chart(c, w, &chart);
	if (err_code(e) == ERR_NOT_FOUND)
		return not_found(w);
	if (e)
		return stage_fault(
			&w->r, e,
			(struct fault){.policy = POLICY_BACK_OFF,
				       .message = arena_printf(c->mem, "Could not load chart: %s",
							       err_text(c->mem, e)),
				       .event_message = err_text(c->mem, e)});
	e = track_digest(w, chart);
	if (e)
		return stage_fault(&w->r, e,
				   (struct fault){.policy = POLICY_BACK_OFF,
						  .reason = "ChartMutateError",
						  .silent = true});
	w->chart = chart;
	w->facts.name = chart->name;
	w->facts.version = chart->version;
	w->facts.app_version = chart->app_version ? chart->app_version : "";
	return NULL;
}

err *helm_release_load_again(ctx *c, struct work *w)
{
	struct chart *chart = NULL;
	TRY_AS(c->mem, read_chart(c, w, &chart), "Could not load chart");
	if (!text_eq(chart->version, w->facts.version)) {
		val *metadata = val_copy(c->mem, chart->metadata);
		val_set_text(c->mem, metadata, "version", w->facts.version);
		chart->version = w->facts.version;
		chart->metadata = metadata;
	}
	w->chart = chart;
	return NULL;
}
