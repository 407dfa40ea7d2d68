#include "apply/takeover.h"

#define TRIES 5

static err *once(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		 const char *name, const struct managed_settings *s, const val *live,
		 bool *ret_changed)
{
	val *now, *after;
	if (!live) {
		TRY(client_get(c, cl, r, ns, name, true, &now));
		live = now;
	}
	val *patch = managed_takeover(c->mem, live, s);
	if (!patch)
		return NULL;
	TRY(client_patch(c, cl, r, ns, name, NULL, PATCH_JSON, patch, s->manager, &after));
	*ret_changed = true;
	return NULL;
}

err *takeover(ctx *c, struct client *cl, const struct resource *r, const char *ns, const char *name,
	      const struct managed_settings *s, const val *live, bool *ret_changed)
{
	bool changed = false;
	err *e = once(c, cl, r, ns, name, s, live, &changed);
	for (int i = 1; err_code(e) == ERR_CONFLICT && i < TRIES; i++)
		e = once(c, cl, r, ns, name, s, NULL, &changed);
	if (ret_changed)
		*ret_changed = changed;
	return e;
}
