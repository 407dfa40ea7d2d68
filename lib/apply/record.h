/*
 * record: what live keeps of one object: who it is, which fields of it are ours, how healthy it is,
 * and how it was when it was last applied. Private to live, which guards it.
 */
#ifndef SLUICE_RECORD_H
#define SLUICE_RECORD_H

#include "apply/bundle.h"
#include "apply/health.h"
#include "apply/managed.h"
#include "base/map.h"

/* Texts are its own; NULL is "". */
struct record {
	char *uid, *owner_ns, *owner_name, *entry_time, *message;
	char *applied_ns, *applied_name;
	uint64_t version; /* resourceVersion */
	uint64_t entry, applied_entry, applied;
	struct bundle_marks marks, applied_marks;
	enum health health;
	bool there, foreign;
};

/* The record under a key, made when there is none. */
struct record *record_of(struct map *records, const char *key);

/* NULL is allowed. */
void record_free(struct record *r);

/* Replaces a text of its own, and reads one. */
void record_set(char **into, const char *text);
const char *record_text(const char *own);

/* An object's resourceVersion as a number. */
uint64_t record_version(const val *obj);

/* Takes a newer view of the object; whole: more than metadata. */
void record_take(struct record *r, arena *mem, const val *obj, const struct object_id *id,
		 bool whole, const struct managed_settings *managed, const char *owner_group);

/* Has what we applied been touched, so that the owner should look at it? */
bool record_drifted(const struct record *r);

#endif
