#include "kind/helm_release_history.h"

#include <stdlib.h>

#include "base/vec.h"
#include "helm/helm_observe.h"

/* ---- reading ---------------------------------------------------------------------------------- */

static int64_t version_of(const val *v)
{
	return val_as_int(val_get(v, "version"), 0);
}

static const char *text_of(const val *v, const char *key)
{
	return val_text_or(val_get(v, key), "");
}

static int by_version(const void *a, const void *b)
{
	int64_t x = version_of(*(val *const *)a), y = version_of(*(val *const *)b);
	return x < y ? 1 : x > y ? -1 : 0;
}

static void sort(val *history)
{
	if (val_len(history) > 1)
		qsort(history->list.p, history->list.n, sizeof(*history->list.p), by_version);
}

const val *history_latest(const val *history)
{
	const val *best = NULL;
	for (size_t i = 0; i < val_len(history); i++)
		if (!best || version_of(val_at(history, i)) > version_of(best))
			best = val_at(history, i);
	return best;
}

static bool may_return_to(const val *snapshot, bool ignore_tests)
{
	const char *status = text_of(snapshot, "status");
	return (text_eq(status, "deployed") || text_eq(status, "superseded")) &&
	       (ignore_tests || !history_test_failed(snapshot));
}

const val *history_previous(const val *history, bool ignore_tests)
{
	const val *latest = history_latest(history), *best = NULL;
	for (size_t i = 0; i < val_len(history); i++) {
		const val *s = val_at(history, i);
		if (s != latest && may_return_to(s, ignore_tests) &&
		    (!best || version_of(s) > version_of(best)))
			best = s;
	}
	return best;
}

const char *history_name(arena *mem, const val *s)
{
	return !s ? ""
		  : arena_printf(mem, "%s/%s.v%lld", text_of(s, "namespace"), text_of(s, "name"),
				 (long long)version_of(s));
}

const char *history_chart(arena *mem, const val *s)
{
	return !s ? ""
		  : arena_printf(mem, "%s@%s", text_of(s, "chartName"), text_of(s, "chartVersion"));
}

static bool all_tests_are(const val *hooks, const char *phase)
{
	for (size_t i = 0; i < val_len(hooks); i++)
		if (!text_eq(text_of(hooks->map.p[i].value, "phase"), phase))
			return false;
	return true;
}

bool history_test_failed(const val *snapshot)
{
	const val *hooks = val_get(snapshot, "testHooks");
	if (!val_is(hooks, VAL_MAP))
		return false;
	for (size_t i = 0; i < val_len(hooks); i++)
		if (text_eq(text_of(hooks->map.p[i].value, "phase"), "Failed"))
			return true;
	return false;
}

bool history_tested(const val *snapshot)
{
	const val *hooks = val_get(snapshot, "testHooks");
	if (!val_is(hooks, VAL_MAP))
		return false;
	return history_test_failed(snapshot) || all_tests_are(hooks, "Succeeded");
}

bool history_observed(arena *mem, const val *snapshot, const val *release)
{
	if (!text_eq(text_of(snapshot, "apiVersion"), "v2"))
		return true;
	return text_eq(text_of(snapshot, "digest"),
		       helm_observed_digest(mem, release, text_of(snapshot, "ociDigest")));
}

/* ---- changing --------------------------------------------------------------------------------- */

void history_cap(val *history)
{
	sort(history);
	while (val_len(history) > HISTORY_MOST)
		val_remove(history, val_len(history) - 1);
}

void history_truncate(val *history, bool ignore_tests)
{
	if (val_len(history) < 2)
		return;
	sort(history);
	const val *previous = history_previous(history, ignore_tests);
	if (!previous) {
		history_cap(history);
		return;
	}
	while (val_at(history, val_len(history) - 1) != previous)
		val_remove(history, val_len(history) - 1);
}

static val *history_of(arena *mem, val *status)
{
	val *history = val_get(status, "history");
	if (!val_is(history, VAL_LIST)) {
		history = val_list(mem);
		val_set(mem, status, "history", history);
	}
	return history;
}

static bool same_release(const val *snapshot, const val *release)
{
	return text_eq(text_of(snapshot, "name"), text_of(release, "name")) &&
	       text_eq(text_of(snapshot, "namespace"), text_of(release, "namespace")) &&
	       version_of(snapshot) == version_of(release);
}

/* The place of the release's snapshot; the length of the history for none. */
static size_t place_of(const val *history, const val *release)
{
	size_t i = 0;
	while (i < val_len(history) && !same_release(val_at(history, i), release))
		i++;
	return i;
}

static void drop_nulls(val *map)
{
	for (uint32_t i = map->map.n; i > 0; i--)
		if (map->map.p[i - 1].value->kind == VAL_NULL)
			val_del_str(map, map->map.p[i - 1].key);
}

static val *snapshot_of(arena *mem, const val *release, const char *oci_digest, const char *action)
{
	val *s = helm_snapshot(mem, release, oci_digest);
	drop_nulls(s);
	val_set_text(mem, s, "action", action && *action ? action : NULL);
	return s;
}

/* The snapshot of a newer view of the release in the place of an older one. */
static void update(arena *mem, val *history, size_t at, const val *release, const char *action,
		   bool keep_tests)
{
	const val *old = val_at(history, at), *tests = val_get(old, "testHooks");
	val *s = snapshot_of(mem, release, text_of(old, "ociDigest"), action);
	if (keep_tests && val_is(tests, VAL_MAP))
		val_set(mem, s, "testHooks", val_copy(mem, tests));
	history->list.p[at] = s;
}

/* The newest release comes first; of the older ones the first that is known is updated. What was
 * recorded of the newest while its action was put down is replaced. */
static void record_release(arena *mem, val *history, const struct history_note *note,
			   const val *const *releases, size_t n)
{
	VEC(const val *) last = {0}; /* the last view of each version, the newest version first */
	for (size_t i = 0; i < n; i++) {
		size_t at = 0;
		while (at < last.n && version_of(last.p[at]) > version_of(releases[i]))
			at++;
		if (at < last.n && version_of(last.p[at]) == version_of(releases[i])) {
			last.p[at] = releases[i];
			continue;
		}
		VEC_PUSH(mem, &last, releases[i]);
		for (size_t k = last.n - 1; k > at; k--)
			last.p[k] = last.p[k - 1];
		last.p[at] = releases[i];
	}
	size_t at = place_of(history, last.p[0]);
	val *s = snapshot_of(mem, last.p[0], note->oci_digest, note->action);
	if (at < val_len(history))
		history->list.p[at] = s;
	else
		val_insert(mem, history, 0, s);
	for (size_t i = 1; i < last.n; i++) {
		at = place_of(history, last.p[i]);
		if (at == val_len(history))
			continue;
		update(mem, history, at, last.p[i], NULL, true);
		return;
	}
}

static void record_test(arena *mem, val *history, const struct history_note *note,
			const val *release)
{
	size_t at = place_of(history, release);
	if (at == val_len(history) || val_at(history, at) != history_latest(history))
		return;
	const char *action = text_of(val_at(history, at), "action");
	update(mem, history, at, release, action, false);
	val *hooks = helm_test_hooks(mem, release);
	for (uint32_t i = hooks->map.n; i > 0; i--) {
		struct val_pair *hook = &hooks->map.p[i - 1];
		drop_nulls(hook->value);
		if (note->counts && !note->counts(note->arg, str_text(mem, hook->key)))
			val_del_str(hooks, hook->key);
	}
	val_set(mem, val_at(history, at), "testHooks", hooks);
}

static void record_one(arena *mem, val *history, const struct history_note *note,
		       const val *release)
{
	size_t at = place_of(history, release);
	if (note->mode == HISTORY_TEST)
		record_test(mem, history, note, release);
	else if (at < val_len(history) && note->mode == HISTORY_UNLOCK)
		update(mem, history, at, release, text_of(val_at(history, at), "action"), false);
	else if (at < val_len(history))
		update(mem, history, at, release, note->action, true);
	else if (note->mode == HISTORY_ROLLBACK ||
		 (note->mode == HISTORY_UNLOCK && val_len(history)))
		val_insert(mem, history, 0, snapshot_of(mem, release, NULL, NULL));
}

void history_record(arena *mem, val *status, const struct history_note *note,
		    const val *const *releases, size_t n)
{
	if (!n)
		return;
	val *history = history_of(mem, status);
	if (note->mode == HISTORY_RELEASE)
		record_release(mem, history, note, releases, n);
	else
		for (size_t i = 0; i < n; i++)
			record_one(mem, history, note, releases[i]);
	sort(history);
	if (!val_len(history))
		val_del(status, "history");
}
