/*
 * helm_release_history: status.history, the revisions of a release as they were observed to be written to
 * Helm's storage: a list of snapshots (see helm_observe.h), the newest first. Pure. Source of the rules:
 * helm-controller 1.6.
 */
#ifndef SLUICE_HELM_RELEASE_HISTORY_H
#define SLUICE_HELM_RELEASE_HISTORY_H

#include "data/val.h"

#define HISTORY_MOST 5 /* snapshots, when none is worth to be kept for longer */

/* The highest version; NULL for none. history may be NULL. */
const val *history_latest(const val *history);

/* What a rollback goes to: the newest one below the latest that was deployed once and, unless tests are
 * ignored, has no failed test; NULL for none. */
const val *history_previous(const val *history, bool ignore_tests);

/* Drops what is older than the previous one, and if there is none what is over HISTORY_MOST. */
void history_truncate(val *history, bool ignore_tests);

/* Drops what is over HISTORY_MOST. */
void history_cap(val *history);

/* Texts of a snapshot: "ns/name.v3", "chart@1.0.0"; "" for NULL. */
const char *history_name(arena *mem, const val *snapshot);
const char *history_chart(arena *mem, const val *snapshot);

/* Have its tests been run? Has one of them failed? */
bool history_tested(const val *snapshot);
bool history_test_failed(const val *snapshot);

/* Does the snapshot have the digest of this release? One of an older form is taken as it is. */
bool history_observed(arena *mem, const val *snapshot, const val *release);

/* How a write to the storage becomes part of the history. */
enum history_mode {
	HISTORY_RELEASE, /* install, upgrade: the newest is put first, of the others one is updated */
	HISTORY_ROLLBACK,  /* each is updated or put first */
	HISTORY_UNINSTALL, /* what is there is updated */
	/* likewise, its action stays; one that is not known comes first when others are: what can be rolled
	 * back to stays known */
	HISTORY_UNLOCK,
	HISTORY_TEST, /* the latest alone, with its tests */
};

struct history_note {
	enum history_mode mode;
	const char *action;	/* of the snapshots that are made; NULL: none */
	const char *oci_digest; /* of the chart's artifact; "" for none */
	bool (*counts)(const void *arg,
		       const char *test); /* is the test one of those that are run? */
	const void *arg;
};

/* Puts releases, in the order in which they were written, into the history of status. */
void history_record(arena *mem, val *status, const struct history_note *note,
		    const val *const *releases, size_t n);

#endif
