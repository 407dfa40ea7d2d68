#include "apply/plan.h"

#include "base/clock.h"
#include "base/map.h"

#define LOOK_TIMEOUT (3 * CLOCK_SECOND)

void plan_decide(struct plan_item *p, bool owned, const char *owner_ns, const char *owner_name)
{
	const struct bundle_item *want = p->item;
	const struct live_state *is = &p->state;
	bool there = is->view == LIVE_THERE;
	bool left_alone = want->marks.disabled || want->marks.mode == BUNDLE_IGNORE;
	if (there && (is->marks.disabled || is->marks.mode == BUNDLE_IGNORE))
		left_alone = true;
	if (there && want->marks.mode == BUNDLE_IF_NOT_PRESENT)
		left_alone = true;
	bool mine = text_eq(is->applied_ns, owner_ns) && text_eq(is->applied_name, owner_name);
	p->fresh = is->view == LIVE_ABSENT && !owned;
	if (left_alone)
		p->action = PLAN_SKIP;
	else if (is->intact && is->applied == want->hash && mine)
		p->action = PLAN_NOTHING;
	else
		p->action = PLAN_WRITE;
}

static bool same_kind(const struct bundle *b, size_t i)
{
	return i && text_eq(b->p[i].id.kind, b->p[i - 1].id.kind) &&
	       text_eq(b->p[i].id.group, b->p[i - 1].id.group);
}

err *plan_look(ctx *c, const struct bundle *b, struct mapper *m, struct live *l)
{
	int64_t end = clock_now() + LOOK_TIMEOUT, delay = 2 * CLOCK_MS;
	for (size_t i = 0; i < b->n; i++) {
		struct resource r;
		if (same_kind(b, i))
			continue;
		err *e = mapper_find(c, m, &b->p[i].gvk, &r);
		if (err_code(e) == ERR_CANCELED)
			return e;
		if (!e)
			live_watch(l, &r);
	}
	for (size_t i = 0; i < b->n && clock_now() < end;) {
		if (same_kind(b, i) || live_settled(l, b->p[i].id.group, b->p[i].id.kind)) {
			i++;
			continue;
		}
		TRY(ctx_sleep(c, delay));
		delay = delay < 20 * CLOCK_MS ? delay * 2 : delay;
	}
	return NULL;
}

struct plan *plan_make(arena *mem, struct bundle *b, const struct inventory *old, struct live *l,
		       const char *owner_ns, const char *owner_name)
{
	struct plan *plan = NEW(mem, struct plan);
	struct map owned = map_init(mem);
	for (size_t i = 0; i < old->n; i++)
		map_set(&owned, object_id_key(mem, &old->p[i].id), &old->p[i]);
	plan->p = NEW_N(mem, struct plan_item, b->n);
	plan->n = b->n;
	for (size_t i = 0; i < b->n; i++) {
		struct plan_item *p = &plan->p[i];
		p->item = &b->p[i];
		live_get(l, mem, &p->item->id, &p->state);
		plan_decide(p, map_get(&owned, object_id_key(mem, &p->item->id)) != NULL, owner_ns,
			    owner_name);
		plan->writes += p->action == PLAN_WRITE;
	}
	return plan;
}
