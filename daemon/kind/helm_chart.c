/* The HelmChart: a chart, stored as an artifact. */
#include "kind/helm_chart.h"

#include "base/path.h"
#include "base/buf.h"
#include "data/json.h"
#include "data/semver.h"
#include "data/yaml.h"
#include "kind/helm_chart_work.h"

#define LINK "latest.tar.gz"
#define BUILD_FAILED "BuildFailed"

static const char *const failures[] = {BUILD_FAILED, SOURCE_FETCH_FAILED, SOURCE_STORAGE_FAILED,
				       NULL};

/* ---- faults ---- */

static const struct {
	const char *reason, *words, *condition, *other;
	bool stalls;
} faults[] = {
	[CHART_REFERENCE] = {"InvalidChartReference", "invalid chart reference",
			     SOURCE_FETCH_FAILED, BUILD_FAILED, true},
	[CHART_PULL] = {"ChartPullError", "chart pull error", SOURCE_FETCH_FAILED, BUILD_FAILED,
			false},
	[CHART_METADATA] = {"MetadataPatchError", "chart metadata patch error", BUILD_FAILED,
			    SOURCE_FETCH_FAILED, true},
	[CHART_VALUES] = {"ValuesFilesError", "values files merge error", BUILD_FAILED,
			  SOURCE_FETCH_FAILED, true},
	[CHART_DEPENDENCY] = {"DependencyBuildError", "dependency build error", BUILD_FAILED,
			      SOURCE_FETCH_FAILED, false},
	[CHART_PACKAGE] = {"ChartPackageError", "chart package error", BUILD_FAILED,
			   SOURCE_FETCH_FAILED, false},
	[CHART_VERIFICATION] = {"ChartVerificationError", "chart verification error", BUILD_FAILED,
				SOURCE_FETCH_FAILED, false},
};

err *helm_chart_fault(struct work *w, enum chart_fault fault, err *e)
{
	if (!e)
		return NULL;
	stage_unset(&w->r, faults[fault].other);
	return stage_fault(
		&w->r, err_wrap(w->r.mem, e, "%s", faults[fault].words),
		(struct fault){.policy = faults[fault].stalls ? POLICY_STALL : POLICY_DEFAULT,
			       .reason = faults[fault].reason,
			       .condition = faults[fault].condition});
}

err *helm_chart_odd_fault(struct work *w, enum policy policy, const char *reason, err *e)
{
	if (!e)
		return NULL;
	stage_unset(&w->r, BUILD_FAILED);
	stage_set(&w->r, SOURCE_FETCH_FAILED, CONDITION_TRUE, "Unknown", "unknown build error: %s",
		  err_text(w->r.mem, e));
	return stage_fault(
		&w->r, e, (struct fault){.policy = policy, .reason = reason, .no_condition = true});
}

/* ---- decode ---- */

static err *begin(struct reconcile *r)
{
	const struct helm_chart *s = r->spec;
	r->suspend = s->suspend;
	r->interval = s->interval;
	return NULL;
}

static err *storage(ctx *c, void *work)
{
	struct work *w = work;
	w->chart = w->r.spec;
	return source_storage(c, &w->r, &w->stored);
}

/* ---- resolve ---- */

static err *unavailable(struct work *w, err *e)
{
	return stage_fault(&w->r, err_wrap(w->r.mem, e, "failed to get source"),
			   (struct fault){.reason = "SourceUnavailable"});
}

/* A kind that is not there in this program; Flux stalls in the same way on one that it does not know. */
static err *unknown_kind(struct work *w, const char *kind)
{
	err *e = err_new(w->r.mem, ERR_UNSUPPORTED, "source kind '%s' is not supported", kind);
	return stage_fault(
		&w->r, err_wrap(w->r.mem, e, "failed to get source"),
		(struct fault){.policy = POLICY_STALL, .reason = "UnsupportedSourceKind"});
}

static err *resolve(ctx *c, void *work)
{
	struct work *w = work;
	const struct helm_chart_source *ref = w->chart->source;
	const struct kind *kind = controllers_kind(w->r.house->controllers, ref->kind);
	source_doubt(&w->r);
	if (!kind)
		return unknown_kind(w, ref->kind);
	w->source = controllers_get(w->r.house->controllers, c->mem, ref->kind, w->r.ns, ref->name);
	if (!w->source)
		return unavailable(w, kind_missing(c->mem, kind, ref->name));
	struct artifact *a = artifact_read(c->mem, VAL_IN(w->source, "status", "artifact"));
	if (a && depot_verify(c->mem, w->r.house->depot, a->path, a->digest))
		a = NULL;
	bool oci = text_eq(ref->kind, "HelmRepository") && helm_repository_is_oci(w->source);
	if (!a && !oci)
		return stage_fault(
			&w->r,
			err_new(c->mem, ERR_WAIT, "no artifact available for %s source '%s'",
				ref->kind, ref->name),
			(struct fault){.reason = "NoSourceArtifact", .event = EVENT_TRACE});
	if (a)
		val_set_text(c->mem, w->r.status, "observedSourceArtifactRevision", a->revision);
	w->input = oci ? NULL : a;
	return NULL;
}

/* ---- build ---- */

const char *const *helm_chart_values_files(const struct work *w, size_t *ret_n)
{
	const struct field_texts *files = &w->chart->values_files;
	const char *old = w->chart->values_file;
	size_t n = 0;
	const char **all = NEW_N(w->r.mem, const char *, files->n + 1);
	for (size_t i = 0; i < files->n; i++)
		all[n++] = files->p[i];
	if (old && *old)
		all[n++] = old;
	if (n == 1 && text_eq(path_clean(w->r.mem, str_of(all[0])), "values.yaml"))
		n = 0;
	*ret_n = n;
	return all;
}

err *helm_chart_version(struct work *w, const char *version, const char *metadata,
			const char **ret_version)
{
	struct semver v;
	*ret_version = version;
	if (!*metadata)
		return NULL;
	TRY_AS(w->r.mem, semver_parse(w->r.mem, str_of(version), &v),
	       "failed to parse version from chart metadata as SemVer");
	v.build = metadata;
	*ret_version = semver_text(w->r.mem, &v);
	return NULL;
}

bool helm_chart_is_stored(struct work *w, const char *name, const char *version, bool packaged)
{
	int64_t seen = val_as_int(VAL_IN(w->r.obj, "status", "observedGeneration"), -1);
	const val *observed = val_get(w->r.status, "observedValuesFiles");
	if (!w->stored || seen != w->r.generation || !text_eq(w->stored->revision, version) ||
	    !text_eq(val_as_text(val_get(w->r.status, "observedChartName")), name))
		return false;
	w->build.cached = true;
	w->build.packaged = packaged;
	w->build.values_files = helm_chart_values_files(w, &w->build.n_values_files);
	if (observed) {
		size_t n = val_len(observed);
		const char **files = NEW_N(w->r.mem, const char *, n);
		for (size_t i = 0; i < n; i++)
			files[i] = val_text_or(val_at(observed, i), "");
		w->build.values_files = files;
		w->build.n_values_files = n;
	}
	return true;
}

static err *gather(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

err *helm_chart_pack(struct work *w, const struct chart *c)
{
	buf b = buf_init(w->r.mem);
	TRY_AS(w->r.mem, package_write(w->r.mem, c, (struct sink){gather, &b}),
	       "failed to package chart");
	w->build.packed = buf_view(&b);
	w->build.packaged = true;
	return NULL;
}

err *helm_chart_merge(arena *mem, const char *name, str text, val **values)
{
	val *v;
	err *e = yaml_parse(mem, text, &v);
	if (e)
		e = err_wrap(mem, e, "error converting YAML to JSON");
	if (!e && v->kind != VAL_NULL && v->kind != VAL_MAP)
		e = err_new(mem, ERR_INVALID,
			    "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal "
			    "%s into Go value of type map[string]interface {}",
			    json_go_kind(v));
	if (e)
		return err_wrap(mem, e, "unmarshaling values from '%s' failed", name);
	if (v->kind == VAL_MAP)
		*values = helm_merge_values(mem, *values, chart_floats(v));
	return NULL;
}

err *helm_chart_read_dir(struct work *w, const struct tree *t, const char *dir,
			 struct chart **ret_chart)
{
	size_t max = (size_t)w->r.house->options->chart_file_max;
	err *e = helm_read_max(w->r.mem, t, dir, max, ret_chart);
	if (!e)
		return NULL;
	/* what is told before anything was made of the files */
	const char *text = err_text(w->r.mem, e);
	bool walking = text_starts(text, "cannot load file ") ||
		       text_starts(text, "cannot load irregular file ");
	return err_wrap(w->r.mem, e, "failed to load %s from /%s%s", walking ? "files" : "chart",
			dir, *dir ? "/" : "");
}

static const char *summary(const struct work *w)
{
	struct index_build b = {.name = w->build.name,
				.version = w->build.version,
				.path = "there",
				.packaged = w->build.packaged,
				.values_files = w->build.values_files,
				.n_values_files = w->build.n_values_files};
	return index_build_text(w->r.mem, &b);
}

static const char *success_reason(const struct work *w)
{
	return w->build.packaged ? "ChartPackageSucceeded" : "ChartPullSucceeded";
}

/* Is the stored artifact the chart that was built? */
static bool is_current(const struct work *w)
{
	return text_eq(val_as_text(val_get(w->r.status, "observedChartName")), w->build.name) &&
	       text_eq(val_as_text(VAL_IN(w->r.status, "artifact", "revision")), w->build.version);
}

static err *build(ctx *c, void *work)
{
	struct work *w = work;
	if (!w->chart->verify)
		stage_unset(&w->r, SOURCE_VERIFIED);
	TRY(text_eq(w->chart->source->kind, "HelmRepository") ? helm_chart_remote(c, w)
							      : helm_chart_local(c, w));
	w->built = true;
	if (w->build.verified)
		stage_set(&w->r, SOURCE_VERIFIED, CONDITION_TRUE, "Succeeded",
			  "verified signature of version %s", w->build.version);
	stage_unset(&w->r, SOURCE_FETCH_FAILED);
	stage_unset(&w->r, BUILD_FAILED);
	if (w->build.resolved)
		stage_event(&w->r, EVENT_TRACE, "ResolvedDependencies",
			    "resolved %zu chart dependencies", w->build.resolved);
	if (is_current(w))
		return NULL;
	if (w->stored)
		stage_set(&w->r, SOURCE_OUTDATED, CONDITION_TRUE, "NewChart", "%s", summary(w));
	stage_progress(&w->r, "building artifact: %s", summary(w));
	return NULL;
}

/* ---- keep ---- */

static void in_storage(struct work *w)
{
	stage_unset(&w->r, SOURCE_OUTDATED);
	stage_set(&w->r, SOURCE_IN_STORAGE, CONDITION_TRUE, success_reason(w), "%s", summary(w));
}

/* The stored artifact is the one wanted: nothing more is to be done. Polls without news are not told. */
static void up_to_date(struct work *w)
{
	in_storage(w);
	if (w->r.requested || source_had(&w->r, failures))
		stage_event(&w->r, EVENT_TRACE, "ArtifactUpToDate",
			    "artifact up-to-date with remote revision: '%s'", w->build.version);
}

static err *fill(void *arg, struct sink out)
{
	struct work *w = arg;
	return out.put(out.arg, w->r.mem, w->build.packed);
}

static void observe(struct work *w)
{
	val *files = val_list(w->r.mem);
	val_set_text(w->r.mem, w->r.status, "observedChartName", w->build.name);
	for (size_t i = 0; i < w->build.n_values_files; i++)
		val_push(w->r.mem, files, val_text(w->r.mem, w->build.values_files[i]));
	if (w->chart->ignore_missing && val_len(files))
		val_set(w->r.mem, w->r.status, "observedValuesFiles", files);
	else
		val_del(w->r.status, "observedValuesFiles");
}

static err *keep(ctx *c, void *work)
{
	struct work *w = work;
	if (w->build.cached) {
		up_to_date(w);
		return NULL;
	}
	/* a chart in a registry may have a name of several elements */
	const char *file = arena_printf(c->mem, "%s-%s.tgz", path_base(c->mem, w->build.name),
					w->build.version);
	struct artifact *a = source_artifact(&w->r, file, w->build.version);
	struct depot_file stored;
	err *e = depot_put(c->mem, w->r.house->depot, a->path, fill, w, &stored);
	if (err_code(e) == ERR_BUSY)
		return stage_fault(&w->r,
				   err_wrap(c->mem, e, "failed to acquire lock for artifact"),
				   (struct fault){.reason = "AcquireLockFailed"});
	if (e)
		return err_wrap(c->mem, e, "unable to copy Helm chart to storage");
	source_store(&w->r, a, &stored);
	observe(w);
	source_link(c, &w->r, a, LINK);
	in_storage(w);
	return NULL;
}

/* ---- the end ---- */

static void finish(void *work, const err *failed)
{
	struct work *w = work;
	const char *before = val_as_text(VAL_IN(w->r.obj, "status", "artifact", "digest"));
	const char *now = val_as_text(VAL_IN(w->r.status, "artifact", "digest"));
	if (failed || !w->built || !now)
		return;
	w->r.success = summary(w);
	if (!text_eq(before, now) || source_had(&w->r, failures))
		source_event(&w->r, success_reason(w), summary(w));
}

static err *finalize(ctx *c, void *work)
{
	struct work *w = work;
	return source_finalize(c, &w->r);
}

static void refs(const val *obj, struct ref_list *list)
{
	const val *spec = val_get(obj, "spec"), *source = val_get(spec, "sourceRef");
	const char *ns = val_text_or(VAL_IN(obj, "metadata", "namespace"), "");
	const char *kind = val_as_text(val_get(source, "kind"));
	if (kind)
		ref_add(list, REF_SOURCE, kind, ns, val_as_text(val_get(source, "name")));
	ref_add(list, REF_CONFIG, "Secret", ns,
		val_as_text(VAL_IN(spec, "verify", "secretRef", "name")));
}

static const struct stage stages[] = {
	{"checking the storage", storage, "StatOperationFailed", SOURCE_STORAGE_FAILED},
	{"looking up the source", resolve, "SourceUnavailable", SOURCE_FETCH_FAILED},
	{"building the chart", build, "Failed", SOURCE_FETCH_FAILED},
	{"storing the artifact", keep, "ArchiveOperationFailed", SOURCE_STORAGE_FAILED},
	{NULL, NULL, NULL, NULL},
};

static const char *const positive[] = {SOURCE_IN_STORAGE, SOURCE_VERIFIED, NULL};
static const char *const negative[] = {SOURCE_STORAGE_FAILED, SOURCE_FETCH_FAILED, BUILD_FAILED,
				       SOURCE_OUTDATED, NULL};
static const char *const bipolar[] = {SOURCE_VERIFIED, NULL};
static const struct conditions_polarity polarity = {positive, negative, bipolar};

static const struct kind_column columns[] = {
	{"Chart", "string", ".spec.chart", NULL},
	{"Version", "string", ".spec.version", NULL},
	{"Source Kind", "string", ".spec.sourceRef.kind", NULL},
	{"Source Name", "string", ".spec.sourceRef.name", NULL},
	{"Age", "date", ".metadata.creationTimestamp", NULL},
	{"Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status", NULL},
	{"Status", "string", ".status.conditions[?(@.type==\"Ready\")].message", NULL},
	{NULL, NULL, NULL, NULL},
};

const struct kind helm_chart_kind = {
	.group = SOURCE_GROUP,
	.name = "HelmChart",
	.plural = "helmcharts",
	.singular = "helmchart",
	.short_names = "hc",
	.categories = "all,fluxcd,fluxcd-sources",
	.versions = "v1beta1,v1beta2,v1",
	.spec = helm_chart_spec_fields,
	.spec_size = sizeof(struct helm_chart),
	.spec_rules = helm_chart_rules,
	.status = helm_chart_status_fields,
	.status_default = true,
	.columns = columns,
	.doc = "HelmChart makes a chart of a source available in the cluster.",
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
