#include "kind/kustomization.h"

#include "base/clock.h"
#include "base/duration.h"

#define SNAPSHOTS 5

static val *metadata(struct work *w)
{
	val *m = val_map(w->r.mem);
	val_set_text(w->r.mem, m, "revision", w->revision);
	if (*w->origin)
		val_set_text(w->r.mem, m, "originRevision", w->origin);
	return m;
}

/* The snapshot with the same digest and outcome, taken out of the list; NULL for none. */
static val *take_same(struct work *w, val *list, const char *outcome)
{
	for (size_t i = 0; i < val_len(list); i++) {
		val *s = val_at(list, i);
		if (!text_eq(val_as_text(val_get(s, "digest")), w->digest) ||
		    !text_eq(val_as_text(val_get(s, "lastReconciledStatus")), outcome))
			continue;
		val_remove(list, i);
		return s;
	}
	return NULL;
}

void kustomization_history(struct work *w, const char *outcome)
{
	arena *mem = w->r.mem;
	val *list = val_get(w->r.status, "history");
	if (!val_is(list, VAL_LIST)) {
		list = val_list(mem);
		val_set(mem, w->r.status, "history", list);
	}
	const char *now = clock_rfc3339(mem, clock_wall());
	val *s = take_same(w, list, outcome);
	if (!s) {
		s = val_map(mem);
		val_set_text(mem, s, "digest", w->digest);
		val_set_text(mem, s, "firstReconciled", now);
		val_set_text(mem, s, "lastReconciledStatus", outcome);
	}
	int64_t took = duration_round(clock_now() - w->r.began, CLOCK_MS);
	val_set_text(mem, s, "lastReconciled", now);
	val_set_text(mem, s, "lastReconciledDuration", duration_text(mem, took));
	val_set(mem, s, "metadata", metadata(w));
	int64_t total = val_as_int(val_get(s, "totalReconciliations"), 0);
	val_set(mem, s, "totalReconciliations", val_int(mem, total + 1));
	val_insert(mem, list, 0, s);
	while (val_len(list) > SNAPSHOTS)
		val_remove(list, SNAPSHOTS);
}
