#include "rt/turns.h"

#include <stdlib.h>
#include <string.h>

struct group {
	struct group *next, **link;
	struct turn *first, **last;
	char name[];
};

static void append(struct turns *all, struct group *g)
{
	g->next = NULL;
	g->link = all->last;
	*all->last = g;
	all->last = &g->next;
}

static void unlink_group(struct turns *all, struct group *g)
{
	*g->link = g->next;
	if (g->next)
		g->next->link = g->link;
	else
		all->last = g->link;
}

static struct group *group_of(struct turns *all, str name)
{
	struct group *g = map_get_str(&all->groups, name);
	if (g)
		return g;
	g = calloc(1, sizeof(*g) + name.n + 1);
	if (!g)
		abort();
	memcpy(g->name, name.p, name.n);
	g->last = &g->first;
	map_set_str(&all->groups, name, g);
	append(all, g);
	return g;
}

void turns_init(struct turns *t)
{
	*t = (struct turns){.groups = map_init(NULL)};
	t->last = &t->first;
}

void turns_done(struct turns *t)
{
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&t->groups, &i));)
		free(e->value);
	map_done(&t->groups);
}

void turns_add(struct turns *all, str group, struct turn *t)
{
	struct group *g = group_of(all, group);
	*t = (struct turn){.link = g->last, .group = g};
	*g->last = t;
	g->last = &t->next;
}

void turns_remove(struct turns *all, struct turn *t)
{
	struct group *g = t->group;
	*t->link = t->next;
	if (t->next)
		t->next->link = t->link;
	else
		g->last = t->link;
	t->group = NULL;
	if (g->first)
		return;
	unlink_group(all, g);
	map_del(&all->groups, g->name);
	free(g);
}

struct turn *turns_take(struct turns *all)
{
	struct group *g = all->first;
	if (!g)
		return NULL;
	struct turn *t = g->first;
	unlink_group(all, g);
	append(all, g);
	turns_remove(all, t);
	return t;
}
