#include "apply/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

void record_set(char **into, const char *text)
{
	if (*into && text && !strcmp(*into, text))
		return;
	free(*into);
	*into = text && *text ? strdup(text) : NULL;
}

const char *record_text(const char *own)
{
	return own ? own : "";
}

struct record *record_of(struct map *records, const char *key)
{
	struct record *r = map_get(records, key);
	if (!r) {
		r = calloc(1, sizeof(*r));
		if (!r)
			abort();
		map_set(records, key, r);
	}
	return r;
}

void record_free(struct record *r)
{
	if (!r)
		return;
	free(r->uid);
	free(r->owner_ns);
	free(r->owner_name);
	free(r->entry_time);
	free(r->message);
	free(r->applied_ns);
	free(r->applied_name);
	free(r);
}

/* Has what we applied been touched, so that the owner should look at it? */
bool record_drifted(const struct record *r)
{
	if (!r->applied)
		return false;
	if (!r->there)
		return true;
	if (r->marks.disabled || r->marks.mode == BUNDLE_IGNORE ||
	    r->applied_marks.mode == BUNDLE_IF_NOT_PRESENT)
		return false;
	return r->entry != r->applied_entry ||
	       (r->foreign && r->applied_marks.mode != BUNDLE_MERGE);
}

uint64_t record_version(const val *obj)
{
	int64_t n;
	return str_int(val_as_str(VAL_IN(obj, "metadata", "resourceVersion")), &n) ? (uint64_t)n
										   : 0;
}

static void take_health(struct record *r, arena *mem, const val *obj, const struct object_id *id,
			bool whole)
{
	struct health_result h = {.status = HEALTH_CURRENT, .message = ""};
	if (whole)
		health_of_managed(mem, obj, clock_wall(), &h);
	else if (val_len(VAL_IN(obj, "metadata", "deletionTimestamp")))
		h.status = HEALTH_TERMINATING;
	else if (!health_needs_no_status(id->group, id->kind))
		h.status = HEALTH_IN_PROGRESS; /* nobody has looked yet */
	r->health = h.status;
	record_set(&r->message, h.status == HEALTH_CURRENT ? NULL : h.message);
}

/* Takes a newer view of an object. */
void record_take(struct record *r, arena *mem, const val *obj, const struct object_id *id,
		 bool whole, const struct managed_settings *managed, const char *owner_group)
{
	const val *meta = val_get(obj, "metadata"), *labels = val_get(meta, "labels");
	struct managed_entry e = managed_ours(mem, obj, managed);
	r->version = record_version(obj);
	r->there = true;
	r->entry = e.hash;
	record_set(&r->entry_time, e.time);
	r->foreign = managed_has_foreign(obj, managed);
	r->marks = bundle_marks_of(obj);
	record_set(&r->uid, val_as_text(val_get(meta, "uid")));
	record_set(&r->owner_name,
		   val_as_text(val_get(labels, arena_printf(mem, "%s/name", owner_group))));
	record_set(&r->owner_ns,
		   val_as_text(val_get(labels, arena_printf(mem, "%s/namespace", owner_group))));
	take_health(r, mem, obj, id, whole);
}
