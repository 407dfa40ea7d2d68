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
	for (size_t i = 0; i < all->n; i++)
		if (text_eq(all->p[i].group, k.group) && text_eq(all->p[i].kind, kind))
			return err_new(mem, ERR_INVALID, "duplicate custom health check for %s/%s",
				       k.group, kind);
	*to = (struct health_expr_read){.group = k.group, .kind = arena_text(mem, kind)};
	TRY(expr_judge_compile(mem, from->current, from->failed, from->in_progress, &to->by));
	all->n++;
	return NULL;
}

err *health_exprs_read(arena *mem, const struct field_list *from, struct health_exprs *ret)
{
	const struct health_expr *p = from->p;
	*ret = (struct health_exprs){NEW_N(mem, struct health_expr_read, from->n), 0};
	for (size_t i = 0; i < from->n; i++)
		TRY_AS(mem, read_expr(mem, &p[i], ret),
		       "failed to create custom status evaluator for healthchecks[%zu]", i);
	return NULL;
}
