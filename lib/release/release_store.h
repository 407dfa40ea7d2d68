/*
 * release_store: revisions of a release as Secrets, as Helm's Secrets driver and its storage keep them:
 * names, labels, texts of failures. Private to release/.
 */
#ifndef SLUICE_RELEASE_STORE_H
#define SLUICE_RELEASE_STORE_H

#include "release/release_types.h"

/* All that can be read, newest first. */
err *store_list(ctx *c, const struct release_of *of, struct release_history *ret);

/* ERR_NOT_FOUND: "release: not found". */
err *store_get(ctx *c, const struct release_of *of, int64_t version, struct release_record *ret);

/* The same, but as the last write of a parked action had it, when that is still known. */
err *store_resume(ctx *c, const struct release_of *of, int64_t version, struct release_record *ret);

/* Writes what record.release says. ERR_EXISTS: "release: already exists". keep: it will be resumed. */
err *store_create(ctx *c, const struct release_of *of, const struct release_record *record);
err *store_update(ctx *c, const struct release_of *of, const struct release_record *record);
void store_keep(ctx *c, const struct release_of *of, const struct release_record *record);
void store_drop(ctx *c, const struct release_of *of, int64_t version);

/* ERR_NOT_FOUND: "release: not found". */
err *store_delete(ctx *c, const struct release_of *of, int64_t version);

/* The revisions that go so that one more makes no more than max (0: no limit): the oldest, never the last
 * deployed one. */
size_t store_surplus(arena *mem, const struct release_history *h, int64_t max,
		     const struct release_record ***ret);

/* Parts of a record: the newest of a status, NULL for none; the record of a version. */
const struct release_record *store_last(const struct release_history *h, const char *status);
const struct release_record *store_version(const struct release_history *h, int64_t version);

/* Puts a write into a history that has room for one more. */
void store_write(struct release_history *h, const struct release_write *w);

/* The labels that are not Helm's own. */
val *store_labels(arena *mem, const val *labels);

/* The record's view of its own JSON, after that was changed. */
void store_look(struct release_record *r);

#endif
