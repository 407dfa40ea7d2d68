#include "kind/helm_release.h"

#include "base/vec.h"
#include "ctl/options.h"

#define HISTORY_KEPT 5 /* revisions, when maxHistory is not said */

static const struct action_spec nothing;

static const struct action_spec *spec_of(const struct work *w, enum helm_action a)
{
	const struct helm_release *s = w->spec;
	const struct action_spec *found = a == ACTION_INSTALL	  ? s->install
					  : a == ACTION_UPGRADE	  ? s->upgrade
					  : a == ACTION_ROLLBACK  ? s->rollback
					  : a == ACTION_UNINSTALL ? s->uninstall
								  : NULL;
	return found ? found : &nothing;
}

int64_t helm_release_timeout(const struct work *w, enum helm_action a)
{
	int64_t own = a == ACTION_TEST ? w->spec->test ? w->spec->test->timeout : 0
				       : spec_of(w, a)->timeout;
	return own ? own : w->names.timeout;
}

static bool gate(const struct work *w, const char *name)
{
	return options_gate(w->r.house->options, name);
}

static enum release_wait wait_of(const struct work *w, const struct action_spec *a)
{
	const struct wait_strategy *s = w->spec->wait;
	bool legacy = s ? text_eq(s->name, "legacy") : gate(w, "UseHelm3Defaults");
	return a->no_wait ? RELEASE_WAIT_HOOKS : legacy ? RELEASE_WAIT_HELM3 : RELEASE_WAIT_READY;
}

static enum release_crds crds_of(const struct action_spec *a)
{
	return text_eq(a->crds, "Skip")		   ? RELEASE_CRDS_SKIP
	       : text_eq(a->crds, "CreateReplace") ? RELEASE_CRDS_REPLACE
						   : RELEASE_CRDS_CREATE;
}

static enum release_ssa ssa_of(const struct work *w, enum helm_action a)
{
	const struct action_spec *s = spec_of(w, a);
	if (a == ACTION_INSTALL)
		return (s->ssa.said ? s->ssa.value : !gate(w, "UseHelm3Defaults"))
			       ? RELEASE_SSA_ON
			       : RELEASE_SSA_OFF;
	return text_eq(s->ssa_mode, "enabled")	  ? RELEASE_SSA_ON
	       : text_eq(s->ssa_mode, "disabled") ? RELEASE_SSA_OFF
						  : RELEASE_SSA_AUTO;
}

static enum release_rendering rendering_of(const struct work *w)
{
	const char *s = w->spec->post_render_strategy;
	if (!s || !*s)
		return gate(w, "UseHelm3Defaults") ? RELEASE_NO_HOOKS : RELEASE_COMBINED;
	return text_eq(s, "nohooks")	? RELEASE_NO_HOOKS
	       : text_eq(s, "separate") ? RELEASE_SEPARATE
					: RELEASE_COMBINED;
}

static const struct release_expr *exprs_of(const struct work *w)
{
	const struct health_expr *from = w->spec->health_exprs.p;
	size_t n = w->spec->health_exprs.n;
	struct release_expr *to = NEW_N(w->r.mem, struct release_expr, n);
	for (size_t i = 0; i < n; i++)
		to[i] = (struct release_expr){
			.api_version = from[i].api_version,
			.kind = from[i].kind ? from[i].kind : "",
			.current = from[i].current ? from[i].current : "",
			.in_progress = from[i].in_progress ? from[i].in_progress : "",
			.failed = from[i].failed ? from[i].failed : "",
		};
	return to;
}

static const struct release_filter *filters_of(const struct work *w, size_t *ret_n)
{
	const struct test_spec *t = w->spec->test;
	const struct test_filter *from = t ? t->filters.p : NULL;
	*ret_n = t ? t->filters.n : 0;
	struct release_filter *to = NEW_N(w->r.mem, struct release_filter, *ret_n);
	for (size_t i = 0; i < *ret_n; i++)
		to[i] = (struct release_filter){from[i].name, from[i].exclude};
	return to;
}

struct release_options helm_release_options(struct work *w, enum helm_action a)
{
	const struct action_spec *s = spec_of(w, a);
	struct release_options o = {
		.history = w->records,
		.timeout = helm_release_timeout(w, a),
		.wait = wait_of(w, s),
		.no_wait_jobs = s->no_wait_jobs,
		.no_hooks = s->no_hooks,
		.called_off = w->called_off,
		.exprs = exprs_of(w),
		.expr_n = w->spec->health_exprs.n,
		.chart = w->chart,
		.chart_digest = w->facts.digest,
		.values = w->values,
		.crds = crds_of(s),
		.skip_schema = s->no_schema,
		.no_validation = s->no_validation,
		.take_ownership = !s->no_ownership,
		.post_render = w->spec->post_renderers.n ? helm_release_render : NULL,
		.post_mark = helm_release_own,
		.post_render_arg = w,
		.rendering = rendering_of(w),
		.dns = gate(w, "AllowDNSLookups"),
		.create_namespace =
			s->create_namespace && w->spec->target_ns && *w->spec->target_ns,
		.replace = s->replace,
		.ssa = ssa_of(w, a),
		.force = s->force,
		.cleanup_on_fail = s->cleanup_on_fail,
		.max_history = w->spec->max_history.said ? w->spec->max_history.n : HISTORY_KEPT,
		.reuse_values = s->preserve_values,
		.to_version = val_as_int(val_get(w->target, "version"), 0),
		.keep_history = s->keep_history,
		.propagation = s->propagation && *s->propagation ? s->propagation : "background",
	};
	o.filters = filters_of(w, &o.filter_n);
	return o;
}
