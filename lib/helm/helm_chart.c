#include "helm/helm_chart.h"

val *chart_floats(val *v)
{
	if (val_is(v, VAL_INT)) {
		double f = (double)v->i;
		v->kind = VAL_FLOAT;
		v->f = f;
	}
	for (size_t i = 0; val_is(v, VAL_LIST) && i < v->list.n; i++)
		chart_floats(v->list.p[i]);
	for (uint32_t i = 0; val_is(v, VAL_MAP) && i < v->map.n; i++)
		chart_floats(v->map.p[i].value);
	return v;
}

static void link_below(arena *mem, struct chart *c)
{
	for (size_t i = 0; i < c->chart_count; i++) {
		c->charts[i]->parent = c;
		c->charts[i]->path = arena_printf(mem, "%s/charts/%s", c->path, c->charts[i]->name);
		link_below(mem, c->charts[i]);
	}
}

void chart_link(arena *mem, struct chart *root)
{
	root->parent = NULL;
	root->path = root->name;
	link_below(mem, root);
}

struct chart *chart_copy(arena *mem, const struct chart *c)
{
	struct chart *copy = NEW(mem, struct chart);
	*copy = *c;
	copy->charts = NEW_N(mem, struct chart *, c->chart_count);
	for (size_t i = 0; i < c->chart_count; i++)
		copy->charts[i] = chart_copy(mem, c->charts[i]);
	copy->dependencies = NEW_N(mem, struct chart_dependency *, c->dependency_count);
	for (size_t i = 0; i < c->dependency_count; i++) {
		copy->dependencies[i] = NEW(mem, struct chart_dependency);
		*copy->dependencies[i] = *c->dependencies[i];
	}
	return copy;
}
