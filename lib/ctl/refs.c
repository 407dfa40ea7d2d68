#include "ctl/refs.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/vec.h"

/* One arrow, in two lists: those of its origin and those of its target. */
struct arrow {
	enum ref_why why;
	struct arrow *next_from, *next_to, **link_to;
	struct target *to;
	const char *from; /* the key in origins */
};

struct target {
	struct arrow *first;
	size_t kind; /* length of the kind in key */
	char key[];
};

struct origin {
	struct arrow *first;
	char key[];
};

struct refs {
	struct map origins, targets;
};

static void *memory(size_t n)
{
	void *p = calloc(1, n);
	if (!p)
		abort();
	return p;
}

void ref_add(struct ref_list *l, enum ref_why why, const char *kind, const char *ns,
	     const char *name)
{
	if (!name || !*name)
		return;
	struct ref r = {why, kind, ns ? ns : "", name};
	VEC_PUSH(l->mem, l, r);
}

const char *refs_key(arena *mem, const char *kind, const char *ns, const char *name)
{
	return arena_printf(mem, "%s/%s/%s", kind, ns, name);
}

struct refs *refs_open(void)
{
	struct refs *r = memory(sizeof(*r));
	r->origins = map_init(NULL);
	r->targets = map_init(NULL);
	return r;
}

static void remove_arrow(struct refs *r, struct arrow *a)
{
	*a->link_to = a->next_to;
	if (a->next_to)
		a->next_to->link_to = a->link_to;
	if (!a->to->first) {
		map_del(&r->targets, a->to->key);
		free(a->to);
	}
	free(a);
}

static void forget(struct refs *r, const char *from)
{
	struct origin *o = map_del(&r->origins, from);
	if (!o)
		return;
	for (struct arrow *a = o->first, *next; a; a = next) {
		next = a->next_from;
		remove_arrow(r, a);
	}
	free(o);
}

void refs_close(struct refs *r)
{
	if (!r)
		return;
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&r->origins, &i));)
		forget(r, ((struct origin *)e->value)->key);
	map_done(&r->origins);
	map_done(&r->targets);
	free(r);
}

static struct target *target_of(struct refs *r, const struct ref *to)
{
	arena *mem = arena_open();
	const char *key = refs_key(mem, to->kind, to->ns, to->name);
	struct target *t = map_get(&r->targets, key);
	if (!t) {
		t = memory(sizeof(*t) + strlen(key) + 1);
		strcpy(t->key, key);
		t->kind = strlen(to->kind);
		map_set(&r->targets, key, t);
	}
	arena_close(mem);
	return t;
}

void refs_set(struct refs *r, const char *from, const struct ref *to, size_t n)
{
	forget(r, from);
	if (!n)
		return;
	struct origin *o = memory(sizeof(*o) + strlen(from) + 1);
	strcpy(o->key, from);
	map_set(&r->origins, from, o);
	for (size_t i = 0; i < n; i++) {
		struct arrow *a = memory(sizeof(*a));
		a->why = to[i].why;
		a->from = o->key;
		a->to = target_of(r, &to[i]);
		a->next_from = o->first;
		o->first = a;
		a->next_to = a->to->first;
		a->link_to = &a->to->first;
		if (a->next_to)
			a->next_to->link_to = &a->next_to;
		a->to->first = a;
	}
}

void refs_to(const struct refs *r, const char *kind, const char *ns, const char *name,
	     void (*each)(void *arg, enum ref_why why, const char *from), void *arg)
{
	arena *mem = arena_open();
	const struct target *t = map_get(&r->targets, refs_key(mem, kind, ns, name));
	for (const struct arrow *a = t ? t->first : NULL; a; a = a->next_to)
		each(arg, a->why, a->from);
	arena_close(mem);
}

bool refs_any(const struct refs *r, const char *kind)
{
	size_t n = strlen(kind);
	struct map_entry *e;
	for (size_t i = 0; (e = map_next(&r->targets, &i));) {
		const struct target *t = e->value;
		if (t->kind == n && !memcmp(t->key, kind, n))
			return true;
	}
	return false;
}
