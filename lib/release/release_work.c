#include "release/release_work.h"

#include <stdarg.h>

#include "base/clock.h"
#include "release/release_store.h"

#define LOG_LINES 10

/* ---- the position ------------------------------------------------------------------------------ */

int64_t work_int(const struct release_work *w, const char *key, int64_t otherwise)
{
	return val_as_int(val_get(w->pos, key), otherwise);
}

void work_set_int(struct release_work *w, const char *key, int64_t n)
{
	val_set(w->mem, w->pos, key, val_int(w->mem, n));
}

bool work_flag(const struct release_work *w, const char *key)
{
	return val_as_bool(val_get(w->pos, key), false);
}

void work_set_flag(struct release_work *w, const char *key, bool on)
{
	val_set(w->mem, w->pos, key, val_bool(w->mem, on));
}

const char *work_text(const struct release_work *w, const char *key)
{
	return val_text_or(val_get(w->pos, key), "");
}

void work_set_text(struct release_work *w, const char *key, const char *text)
{
	val_set_text(w->mem, w->pos, key, text);
}

void work_log(struct release_work *w, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	const char *text = arena_vprintf(w->mem, fmt, ap);
	va_end(ap);
	val *lines = val_get(w->pos, "log");
	if (!lines) {
		lines = val_list(w->mem);
		val_set(w->mem, w->pos, "log", lines);
	}
	if (val_len(lines) == LOG_LINES)
		val_remove(lines, 0);
	val_push(w->mem, lines, val_printf(w->mem, "%s: %s", work_now(w), text));
}

/* ---- records ----------------------------------------------------------------------------------- */

err *work_history(struct release_work *w)
{
	if (w->has_history)
		return NULL;
	if (w->o->history)
		w->history = *w->o->history;
	else
		TRY(store_list(w->c, w->of, &w->history));
	w->has_history = true;
	return NULL;
}

/* The maps that are changed are its own, the rest is shared. */
struct release_record work_copy(arena *mem, const struct release_record *r)
{
	struct release_record copy = *r;
	val *out = val_map(mem);
	for (uint32_t i = 0; val_is(r->release, VAL_MAP) && i < r->release->map.n; i++) {
		const struct val_pair *p = &r->release->map.p[i];
		bool own = str_is(p->key, "info") || str_is(p->key, "hooks");
		val_set_str(mem, out, p->key, own ? val_copy(mem, p->value) : p->value);
	}
	copy.release = out;
	return copy;
}

void work_on(struct release_work *w, val *release, const val *labels)
{
	w->rec = (struct release_record){.release = release, .labels = labels};
	w->release = release;
	store_look(&w->rec);
	work_set_int(w, "version", w->rec.version);
	w->out->release = release;
}

void work_set_status(arena *mem, struct release_record *r, const char *status,
		     const char *description)
{
	val *info = val_make_map(mem, (val *)r->release, "info");
	val_set_text(mem, info, "status", status);
	val_set_text(mem, info, "description", description);
	store_look(r);
}

void work_status(struct release_work *w, const char *status, const char *description)
{
	work_set_status(w->mem, &w->rec, status, description);
}

const char *work_now(const struct release_work *w)
{
	return helm_release_time(w->mem, clock_wall());
}

static void tell(struct release_work *w, enum release_wrote what, const struct release_record *r)
{
	struct release_record copy = work_copy(w->mem, r);
	VEC_PUSH(w->mem, &w->writes, ((struct release_write){what, copy.release, copy.labels}));
	w->out->writes = w->writes.p;
	w->out->write_n = w->writes.n;
	work_set_flag(w, "wrote", true);
	w->out->wrote = true;
}

err *work_create(struct release_work *w)
{
	TRY(store_create(w->c, w->of, &w->rec));
	work_set_flag(w, "stored", true);
	tell(w, RELEASE_CREATED, &w->rec);
	return NULL;
}

err *work_update(struct release_work *w, struct release_record *r)
{
	store_look(r);
	TRY(store_update(w->c, w->of, r));
	tell(w, RELEASE_UPDATED, r);
	return NULL;
}

void work_record(struct release_work *w)
{
	(void)!work_update(w, &w->rec);
}

err *work_delete(struct release_work *w, const struct release_record *r)
{
	TRY(store_delete(w->c, w->of, r->version));
	tell(w, RELEASE_DELETED, r);
	return NULL;
}

err *work_old(struct release_work *w, int64_t version)
{
	if (w->old.version == version && w->old.release)
		return NULL;
	const struct release_record *r =
		w->has_history ? store_version(&w->history, version) : NULL;
	struct release_record found;
	if (!r) {
		TRY(store_resume(w->c, w->of, version, &found));
		r = &found;
	}
	w->old = work_copy(w->mem, r);
	return NULL;
}

void work_keep(struct release_work *w)
{
	if (w->rec.version)
		store_keep(w->c, w->of, &w->rec);
	if (w->old.version)
		store_keep(w->c, w->of, &w->old);
}

void work_drop(struct release_work *w)
{
	if (w->rec.version)
		store_drop(w->c, w->of, w->rec.version);
	int64_t old = work_int(w, "old", 0);
	if (old)
		store_drop(w->c, w->of, old);
}

/* What was in memory only when the work was put down. */
static void remember(struct release_work *w)
{
	const val *info = val_get(w->pos, "info"), *runs = val_get(w->pos, "runs");
	val *hooks = val_get(w->release, "hooks");
	for (uint32_t i = 0; val_is(info, VAL_MAP) && i < info->map.n; i++)
		val_set_str(w->mem, val_make_map(w->mem, w->release, "info"), info->map.p[i].key,
			    val_copy(w->mem, info->map.p[i].value));
	for (size_t i = 0; i < val_len(hooks); i++) {
		const val *run = val_get(runs, arena_printf(w->mem, "%zu", i));
		if (run)
			val_set(w->mem, val_at(hooks, i), "last_run", val_copy(w->mem, run));
	}
}

err *work_resume(struct release_work *w)
{
	struct release_record r;
	int64_t version = work_int(w, "version", 0);
	if (!version || !work_flag(w, "stored"))
		return NULL;
	TRY(store_resume(w->c, w->of, version, &r));
	r = work_copy(w->mem, &r);
	work_on(w, (val *)r.release, r.labels);
	remember(w);
	store_look(&w->rec);
	return NULL;
}

bool work_is_off(const struct release_work *w, const err *e)
{
	return err_code(e) == ERR_CANCELED || ctx_check(w->c);
}
