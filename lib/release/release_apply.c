#include "release/release_apply.h"

#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "release/release_apply_write.h"
#include "release/release_site.h"

#define OWNER_LABEL "app.kubernetes.io/managed-by"
#define OWNER_NAME "meta.helm.sh/release-name"
#define OWNER_NAMESPACE "meta.helm.sh/release-namespace"

/* ---- ownership --------------------------------------------------------------------------------- */

static void require(arena *mem, buf *faults, const val *map, const char *what, const char *key,
		    const char *want)
{
	const char *is = val_as_text(val_get(map, key));
	if (is && text_eq(is, want))
		return;
	buf_printf(faults, "%s%s validation error: ", faults->n ? "; " : "", what);
	if (is)
		buf_printf(faults, "key \"%s\" must equal \"%s\": current value is \"%s\"", key,
			   want, is);
	else
		buf_printf(faults, "missing key \"%s\": must be set to \"%s\"", key, want);
	(void)mem;
}

static err *check_owner(struct release_work *w, const struct release_item *it, const val *live)
{
	buf faults = buf_init(w->mem);
	const val *meta = val_get(live, "metadata"), *marks = val_get(meta, "annotations");
	require(w->mem, &faults, val_get(meta, "labels"), "label", OWNER_LABEL, "Helm");
	require(w->mem, &faults, marks, "annotation", OWNER_NAME, w->of->name);
	require(w->mem, &faults, marks, "annotation", OWNER_NAMESPACE, w->of->ns);
	if (!faults.n)
		return NULL;
	return err_new(w->mem, ERR_CONFLICT,
		       "%s exists and cannot be imported into the current release: invalid "
		       "ownership metadata; %s",
		       items_title(w->mem, it), buf_text(&faults));
}

static bool has_generate_name(const struct release_item *it)
{
	return val_len(VAL_IN(it->obj, "metadata", "generateName")) > 0;
}

bool apply_must_look(struct release_work *w, const struct release_items *items)
{
	if (!w->o->take_ownership)
		return true;
	for (size_t i = 0; w->of->unsure && i < items->n; i++)
		if (!site_reads(w->of, w->mem, &items->p[i].resource, items->p[i].ns))
			return true;
	return false;
}

err *apply_existing(struct release_work *w, const struct release_items *items,
		    struct release_items *ret)
{
	ret->p = NEW_N(w->mem, struct release_item, items->n);
	ret->n = 0;
	for (size_t i = 0; i < items->n; i++) {
		const struct release_item *it = &items->p[i];
		val *live;
		if (has_generate_name(it) && *it->name)
			return err_new(w->mem, ERR_INVALID,
				       "metadata.name and metadata.generateName cannot both be "
				       "set");
		if (has_generate_name(it))
			continue;
		err *e = client_get(w->c, w->of->client, &it->resource, it->ns, it->name, true,
				    &live);
		if (!e || e->code == ERR_NOT_FOUND)
			site_saw_read(w->of, w->mem, &it->resource, it->ns);
		if (err_code(e) == ERR_NOT_FOUND)
			continue;
		TRY_AS(w->mem, e, "could not get information about the resource %s",
		       items_title(w->mem, it));
		if (!w->o->take_ownership)
			TRY(check_owner(w, it, live));
		ret->p[ret->n++] = *it;
	}
	return NULL;
}

/* ---- creating ---------------------------------------------------------------------------------- */

err *apply_create(struct release_work *w, const struct release_items *items, bool ssa, bool force,
		  bool adopt)
{
	buf errors = buf_init(w->mem);
	struct release_apply how = {.ssa = ssa, .migrate = ssa && adopt, .three_way = !ssa};
	enum err_code code = ERR_FAILED;
	work_log(w, "creating resource(s): {\"resources\":%zu}", items->n);
	for (size_t i = 0; i < items->n; i++) {
		const struct release_item *it = &items->p[i];
		bool created;
		err *e = ssa ? write_applied(w, it, force, how.migrate, &created)
			     : write_created(w, it);
		if (!ssa && adopt && err_code(e) == ERR_EXISTS)
			e = write_patched(w, it, it, &how);
		if (e && work_is_off(w, e))
			return e;
		if (!e)
			continue;
		code = errors.n ? code : e->code;
		buf_printf(&errors, "%s%s", errors.n ? "\n" : "", err_text(w->mem, e));
	}
	return errors.n ? err_new(w->mem, code, "%s", buf_text(&errors)) : NULL;
}

/* ---- updating ---------------------------------------------------------------------------------- */

static void note_created(struct release_work *w, const struct release_item *it)
{
	val *list = val_get(w->pos, "created"), *one = val_map(w->mem);
	if (!list) {
		list = val_list(w->mem);
		val_set(w->mem, w->pos, "created", list);
	}
	val_set_text(w->mem, one, "version", gvk_api_version(w->mem, &it->gvk));
	val_set_text(w->mem, one, "kind", it->gvk.kind);
	val_set_text(w->mem, one, "ns", it->ns);
	val_set_text(w->mem, one, "name", it->name);
	val_push(w->mem, list, one);
}

/* Is it as we applied it, and wanted as it was? */
static bool is_untouched(struct release_work *w, const struct release_item *it)
{
	struct live_state s;
	live_get(w->of->at->live, w->mem, &it->as.id, &s);
	return s.view == LIVE_THERE && s.intact && s.applied == it->as.hash &&
	       text_eq(s.applied_ns, w->of->owner_ns) && text_eq(s.applied_name, w->of->owner_name);
}

/* Asked after a failure: an update ends at once when an object could not be created. */
static bool is_absent(struct release_work *w, const struct release_item *it)
{
	val *live;
	return *it->name && err_code(client_get(w->c, w->of->client, &it->resource, it->ns,
						it->name, true, &live)) == ERR_NOT_FOUND;
}

/* *ret_stop: it does not exist and could not be created, which ends the update at once. */
static err *update_one(struct release_work *w, const struct release_item *old,
		       const struct release_item *it, const struct release_apply *how,
		       bool *ret_stop)
{
	bool created = false;
	err *e;
	*ret_stop = false;
	if (!how->force && !how->migrate && is_untouched(w, it))
		return NULL;
	if (how->ssa) {
		e = write_applied(w, it, true, how->migrate, &created);
		*ret_stop = e && !work_is_off(w, e) && is_absent(w, it);
		if (*ret_stop || (!e && created))
			note_created(w, it);
		return *ret_stop ? err_wrap(w->mem, e, "failed to create resource") : e;
	}
	e = how->force ? write_replaced(w, it) : write_patched(w, it, old ? old : it, how);
	if (err_code(e) != ERR_NOT_FOUND)
		return e;
	note_created(w, it);
	e = write_created(w, it);
	*ret_stop = e != NULL;
	return e ? err_wrap(w->mem, e, "failed to create resource") : NULL;
}

static void add_error(struct release_work *w, buf *all, const char *between, const err *e)
{
	buf_printf(all, "%s%s", all->n ? between : "", err_text(w->mem, e));
}

/* Deletes what is no longer wanted, unless the live object says that it is to be kept. */
static err *delete_stale(struct release_work *w, const struct release_items *current,
			 const struct release_items *wanted, buf *errors)
{
	for (size_t i = 0; i < current->n; i++) {
		const struct release_item *it = &current->p[i];
		val *live;
		bool gone;
		if (items_find(wanted, it))
			continue;
		err *e = client_get(w->c, w->of->client, &it->resource, it->ns, it->name, true,
				    &live);
		if (e && work_is_off(w, e))
			return e;
		if (e || text_eq(val_as_text(VAL_IN(live, "metadata", "annotations",
						    "helm.sh/resource-policy")),
				 "keep")) {
			live_forget(w->of->at->live, &it->as.id, w->of->owner_ns,
				    w->of->owner_name);
			continue;
		}
		e = apply_delete(w, it, "Background", &gone);
		if (e && work_is_off(w, e))
			return e;
		if (e)
			add_error(w, errors, " && ",
				  err_wrap(w->mem, e,
					   "failed to delete resource namespace=%s, name=%s, "
					   "kind=%s",
					   it->ns, it->name, it->gvk.kind));
	}
	return NULL;
}

err *apply_update(struct release_work *w, const struct release_items *current,
		  const struct release_items *wanted, const struct release_apply *how)
{
	buf errors = buf_init(w->mem);
	work_log(w, "checking resources for changes: {\"resources\":%zu}", wanted->n);
	for (size_t i = 0; i < wanted->n; i++) {
		const struct release_item *it = &wanted->p[i];
		bool stop;
		err *e = update_one(w, items_find(current, it), it, how, &stop);
		if (e && (stop || work_is_off(w, e)))
			return e;
		if (e)
			add_error(w, &errors, " && ", e);
	}
	if (!errors.n)
		TRY(delete_stale(w, current, wanted, &errors));
	return errors.n ? err_new(w->mem, ERR_FAILED, "%s", buf_text(&errors)) : NULL;
}

/* ---- deleting ---------------------------------------------------------------------------------- */

err *apply_delete(struct release_work *w, const struct release_item *it, const char *propagation,
		  bool *ret_gone)
{
	val *body = val_map(w->mem), *answer = NULL;
	work_log(w,
		 "starting delete resource: {\"kind\":\"%s\",\"name\":\"%s\",\"namespace\":\"%s\"}",
		 it->gvk.kind, it->name, it->ns);
	live_forget(w->of->at->live, &it->as.id, w->of->owner_ns, w->of->owner_name);
	val_set_text(w->mem, body, "kind", "DeleteOptions");
	val_set_text(w->mem, body, "apiVersion", "v1");
	val_set_text(w->mem, body, "propagationPolicy", propagation);
	*ret_gone = false;
	err *e = client_raw(w->c, w->of->client, "DELETE",
			    client_path(w->mem, &it->resource, it->ns, it->name, NULL), body,
			    &answer);
	if (err_code(e) == ERR_NOT_FOUND) {
		*ret_gone = true;
		return NULL;
	}
	TRY(e);
	/* an object that is still there is what it answers with */
	*ret_gone = text_eq(val_as_text(val_get(answer, "kind")), "Status");
	return NULL;
}

err *apply_clean_up(struct release_work *w)
{
	const val *list = val_get(w->pos, "created");
	buf errors = buf_init(w->mem);
	for (size_t i = 0; i < val_len(list); i++) {
		const val *one = val_at(list, i);
		struct release_item it = {.ns = val_text_or(val_get(one, "ns"), ""),
					  .name = val_text_or(val_get(one, "name"), "")};
		bool gone;
		gvk_parse(w->mem, val_text_or(val_get(one, "version"), ""),
			  val_text_or(val_get(one, "kind"), ""), &it.gvk);
		err *e = mapper_find(w->c, w->of->at->mapper, &it.gvk, &it.resource);
		it.as.id = (struct object_id){it.gvk.group, it.gvk.kind, it.ns, it.name};
		if (!e)
			e = apply_delete(w, &it, "Background", &gone);
		if (e && work_is_off(w, e))
			return e;
		if (e)
			add_error(w, &errors, ", ", e);
	}
	return errors.n ? err_new(w->mem, ERR_FAILED, "%s", buf_text(&errors)) : NULL;
}
