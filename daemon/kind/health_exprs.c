#include "kind/health_exprs.h"

#include "kube/gvk.h"

const struct health_expr_read *health_exprs_for(const struct health_exprs *all, const char *group,
						const char *kind)
{
	for (size_t i = 0; i < all->n; i++)
		if (text_eq(all->p[i].group, group) &&
		    (!*all->p[i].kind || text_eq(all->p[i].kind, kind)))
			return &all->p[i];
	return NULL;
}

static err *read_expr(arena *mem, const struct health_expr *from, struct health_exprs *all)
{
	struct gvk k;
	struct health_expr_read *to = &all->p[all->n];
	const char *kind = from->kind ? from->kind : "";
	if (!gvk_parse(mem, from->api_version, *kind ? kind : "Any", &k))
		return err_new(mem, ERR_INVALID, "'%s' is no apiVersion", from->api_version);
	*to = (struct health_expr_read){.group = k.group, .kind = arena_text(mem, kind)};
	TRY(expr_judge_compile(mem, from->current, from->failed, from->in_progress, &to->by));
	all->n++;
	return NULL;
}

/* Is the last one for the same objects as one before? */
static bool is_twice(const struct health_exprs *all)
{
	const struct health_expr_read *last = &all->p[all->n - 1];
	for (const struct health_expr_read *e = all->p; e < last; e++)
		if (text_eq(e->group, last->group) && text_eq(e->kind, last->kind))
			return true;
	return false;
}

err *health_exprs_read(arena *mem, const struct field_list *from, struct health_exprs *ret)
{
	const struct health_expr *p = from->p;
	*ret = (struct health_exprs){NEW_N(mem, struct health_expr_read, from->n), 0};
	for (size_t i = 0; i < from->n; i++) {
		TRY_AS(mem, read_expr(mem, &p[i], ret),
		       "failed to create custom status evaluator for healthchecks[%zu]", i);
		if (is_twice(ret))
			return err_new(mem, ERR_INVALID,
				       "duplicate custom health check for GroupKind %s%s%s at "
				       "healthchecks[%zu]",
				       ret->p[i].kind, *ret->p[i].group ? "." : "", ret->p[i].group,
				       i);
	}
	return NULL;
}
