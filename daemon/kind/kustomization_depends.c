#include "kind/kustomization.h"

#include "base/duration.h"
#include "kind/dependencies.h"
#include "kind/ready_expr.h"

err *kustomization_bad_expression(struct work *w, err *e)
{
	if (!e)
		return NULL;
	const char *text = arena_printf(
		w->r.mem, "Reconciliation failed terminally due to configuration error: %s",
		err_text(w->r.mem, e));
	return stage_fault(&w->r, e,
			   (struct fault){.policy = POLICY_STALL,
					  .reason = "InvalidCELExpression",
					  .message = text});
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
		    text_eq(ns, kustomization_source_ns(w));
	return same ? w->revision : NULL;
}

err *kustomization_dependencies(ctx *c, struct work *w)
{
	struct depends_calls calls = {
		.kind = "Kustomization",
		.get = dependencies_get,
		.get_other = dependencies_get_other,
		.eval = ready_expr_eval,
		.additive = options_gate(w->r.house->options, "AdditiveCELDependencyCheck"),
		.same_source_revision = same_source_revision,
		.resource = "kustomizations." KUSTOMIZATION_GROUP,
		.arg = w};
	err *e = depends_ready(c->mem, &calls, w->r.obj, w->k->depends.p, w->k->depends.n);
	if (err_code(e) == ERR_INVALID)
		return kustomization_bad_expression(w, err_wrap(c->mem, e, "terminal error"));
	if (err_code(e) == ERR_UNSUPPORTED)
		return dependencies_refused(&w->r, e);
	int64_t after = w->r.house->options->requeue_dependency;
	return stage_fault(
		&w->r, e,
		(struct fault){
			.policy = POLICY_WAIT,
			.event = EVENT_INFO,
			.event_message = arena_printf(
				c->mem, "Dependencies do not meet ready condition, retrying in %s",
				duration_text(c->mem, after)),
			.after = after,
		});
}
