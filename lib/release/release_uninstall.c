#include "release/release_uninstall.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "release/release_apply.h"
#include "release/release_hook.h"
#include "release/release_prepare.h"
#include "release/release_site.h"
#include "release/release_store.h"
#include "release/release_wait.h"

/* Not the order of installation backwards: Services go early. */
static const char *const order[] = {
	"ValidatingWebhookConfiguration",
	"MutatingWebhookConfiguration",
	"APIService",
	"Ingress",
	"IngressClass",
	"Service",
	"CronJob",
	"Job",
	"StatefulSet",
	"HorizontalPodAutoscaler",
	"Deployment",
	"ReplicaSet",
	"ReplicationController",
	"Pod",
	"DaemonSet",
	"RoleBindingList",
	"RoleBinding",
	"RoleList",
	"Role",
	"ClusterRoleBindingList",
	"ClusterRoleBinding",
	"ClusterRoleList",
	"ClusterRole",
	"CustomResourceDefinition",
	"PersistentVolumeClaim",
	"PersistentVolume",
	"StorageClass",
	"ConfigMap",
	"SecretList",
	"Secret",
	"ServiceAccount",
	"PodDisruptionBudget",
	"PodSecurityPolicy",
	"LimitRange",
	"ResourceQuota",
	"NetworkPolicy",
	"Namespace",
	"PriorityClass",
};

#define KNOWN (sizeof(order) / sizeof(*order))

static size_t place_of(const char *kind)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (text_eq(order[i], kind))
			return i;
	return KNOWN;
}

struct placed {
	struct release_item item;
	size_t at;
};

static int by_order(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	size_t p = place_of(x->item.gvk.kind), q = place_of(y->item.gvk.kind);
	int c = p < q ? -1 : p > q;
	if (!c && p == KNOWN)
		c = strcmp(x->item.gvk.kind, y->item.gvk.kind);
	return c ? c : x->at < y->at ? -1 : 1;
}

static void sort(struct release_work *w, struct release_items *items)
{
	struct placed *all = NEW_N(w->mem, struct placed, items->n);
	for (size_t i = 0; i < items->n; i++)
		all[i] = (struct placed){items->p[i], i};
	if (items->n)
		qsort(all, items->n, sizeof(*all), by_order);
	for (size_t i = 0; i < items->n; i++)
		items->p[i] = all[i].item;
}

/* ---- failures that do not end it --------------------------------------------------------------- */

static void note(struct release_work *w, const err *e)
{
	val *list = val_get(w->pos, "errors");
	if (!list) {
		list = val_list(w->mem);
		val_set(w->mem, w->pos, "errors", list);
	}
	val_push(w->mem, list, val_text(w->mem, err_text(w->mem, e)));
}

static err *noted(struct release_work *w)
{
	const val *list = val_get(w->pos, "errors");
	buf b = buf_init(w->mem);
	if (!val_len(list))
		return NULL;
	for (size_t i = 0; i < val_len(list); i++)
		buf_printf(&b, "%s%s", i ? "; " : "", val_as_text(val_at(list, i)));
	return err_new(w->mem, ERR_FAILED, "uninstallation completed with %zu error(s): %s",
		       val_len(list), buf_text(&b));
}

/* ---- the record -------------------------------------------------------------------------------- */

static err *purge(struct release_work *w)
{
	TRY(work_history(w));
	for (size_t i = w->history.n; i-- > 0;)
		TRY_AS(w->mem, work_delete(w, &w->history.p[i]),
		       "uninstall: Failed to purge the release");
	return NULL;
}

static err *begin(struct release_work *w)
{
	const char *name = w->of->name;
	if (helm_check_release_name(w->mem, name))
		return err_new(w->mem, ERR_INVALID, "uninstall: Release name is invalid: %s", name);
	TRY_AS(w->mem, work_history(w), "uninstall: Release not loaded: %s", name);
	if (!w->history.n)
		return err_new(w->mem, ERR_NOT_FOUND,
			       "uninstall: Release not loaded: %s: release: not found", name);
	struct release_record last = work_copy(w->mem, &w->history.p[0]);
	if (text_eq(last.status, "uninstalled")) {
		if (w->o->keep_history)
			return err_new(w->mem, ERR_EXISTS,
				       "the release named \"%s\" is already deleted", name);
		w->out->release = last.release;
		work_set_flag(w, "done", true);
		return purge(w);
	}
	work_log(w, "uninstall: deleting release: {\"name\":\"%s\"}", name);
	work_on(w, (val *)last.release, last.labels);
	work_set_flag(w, "stored", true);
	val_set_text(w->mem, val_make_map(w->mem, w->release, "info"), "deleted", work_now(w));
	work_status(w, "uninstalling", "Deletion in progress (or silently failed)");
	return NULL;
}

/* ---- the objects ------------------------------------------------------------------------------- */

static err *hooks_before(struct release_work *w)
{
	if (work_flag(w, "done") || w->o->no_hooks)
		return NULL;
	return hook_run(w, HOOK_PRE_DELETE, true);
}

/* "keep" keeps; an object with another policy is neither kept nor deleted. */
static const char *policy_of(arena *mem, const struct release_item *it)
{
	const val *v = VAL_IN(it->obj, "metadata", "annotations", "helm.sh/resource-policy");
	return v ? str_text(mem, str_trim(val_as_str(v))) : NULL;
}

static err *items(struct release_work *w, struct release_items *ret, buf *kept)
{
	size_t n = 0;
	TRY(prepare_items(w, w->release, false, ret));
	sort(w, ret);
	for (size_t i = 0; i < ret->n; i++) {
		const char *policy = policy_of(w->mem, &ret->p[i]);
		if (policy && str_eq_nocase(str_of(policy), STR("keep")))
			buf_printf(kept, "[%s] %s\n", ret->p[i].gvk.kind, ret->p[i].name);
		if (!policy)
			ret->p[n++] = ret->p[i];
		else
			live_forget(w->of->at->live, &ret->p[i].as.id, w->of->owner_ns,
				    w->of->owner_name);
	}
	ret->n = n;
	return NULL;
}

static const char *propagation(const struct release_work *w)
{
	const char *p = w->o->propagation;
	return p && text_eq(p, "foreground") ? "Foreground"
	       : p && text_eq(p, "orphan")   ? "Orphan"
					     : "Background";
}

static void keep_left(struct release_work *w, const struct release_item *it)
{
	val *list = val_get(w->pos, "left");
	if (!list) {
		list = val_list(w->mem);
		val_set(w->mem, w->pos, "left", list);
	}
	val_push(w->mem, list, val_text(w->mem, object_id_key(w->mem, &it->as.id)));
}

static err *delete (struct release_work *w)
{
	struct release_items all;
	buf kept = buf_init(w->mem);
	size_t failed = 0;
	if (work_flag(w, "done"))
		return NULL;
	work_record(w);
	err *e = items(w, &all, &kept);
	for (size_t i = 0; !e && i < all.n; i++) {
		bool gone = false;
		err *bad = apply_delete(w, &all.p[i], propagation(w), &gone);
		if (bad && work_is_off(w, bad))
			return bad;
		failed += bad != NULL;
		if (!bad && !gone)
			keep_left(w, &all.p[i]);
	}
	if (e && work_is_off(w, e))
		return e;
	if (e || failed)
		return err_new(w->mem, ERR_FAILED, "failed to delete release: %s", w->of->name);
	if (kept.n)
		work_set_text(w, "kept",
			      arena_printf(w->mem,
					   "These resources were kept due to the resource "
					   "policy:\n%s",
					   buf_text(&kept)));
	return NULL;
}

static bool is_left(struct release_work *w, const struct release_item *it)
{
	const val *list = val_get(w->pos, "left");
	const char *key = object_id_key(w->mem, &it->as.id);
	for (size_t i = 0; i < val_len(list); i++)
		if (text_eq(val_as_text(val_at(list, i)), key))
			return true;
	return false;
}

static err *await(struct release_work *w)
{
	struct release_items all, *left = NEW(w->mem, struct release_items);
	if (w->o->wait == RELEASE_WAIT_HOOKS || !val_len(val_get(w->pos, "left")))
		return NULL;
	TRY(prepare_items(w, w->release, false, &all));
	left->p = NEW_N(w->mem, struct release_item, all.n);
	for (size_t i = 0; i < all.n; i++)
		if (is_left(w, &all.p[i]))
			left->p[left->n++] = all.p[i];
	err *e = wait_gone(w, "gone", left, w->o->timeout);
	if (e && work_is_off(w, e))
		return e;
	if (e)
		note(w, e);
	return NULL;
}

static err *hooks_behind(struct release_work *w)
{
	if (work_flag(w, "done") || w->o->no_hooks)
		return NULL;
	err *e = hook_run(w, HOOK_POST_DELETE, true);
	if (e && work_is_off(w, e))
		return e;
	if (e)
		note(w, e);
	return NULL;
}

/* ---- the end ----------------------------------------------------------------------------------- */

static err *keep(struct release_work *w)
{
	TRY(work_history(w));
	work_record(w);
	for (size_t i = w->history.n; i-- > 0;) {
		struct release_record r = work_copy(w->mem, &w->history.p[i]);
		if (!text_eq(r.status, "deployed") || r.version == w->rec.version)
			continue;
		work_set_status(w->mem, &r, "superseded", NULL);
		(void)!work_update(w, &r);
	}
	return NULL;
}

static err *finish(struct release_work *w)
{
	if (work_flag(w, "done"))
		return NULL;
	w->out->kept = work_text(w, "kept");
	work_status(w, "uninstalled", "Uninstallation complete");
	err *e = w->o->keep_history ? keep(w) : purge(w);
	if (e && work_is_off(w, e))
		return e;
	if (e)
		note(w, e);
	return noted(w);
}

static const struct release_step steps[] = {
	{begin}, {hooks_before}, {delete}, {await}, {hooks_behind}, {finish}, {NULL},
};

const struct release_plan uninstall_plan = {steps, NULL};
