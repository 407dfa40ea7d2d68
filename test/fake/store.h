/*
 * store: the objects of the API double: resources, versions, owners of fields (server-side apply), and
 * what happened, for watches. One thread's. Just enough of what a real API server does; where it
 * matters whether that is true, a test belongs on the real one.
 */
#ifndef SLUICE_FAKE_STORE_H
#define SLUICE_FAKE_STORE_H

#include "base/map.h"
#include "base/vec.h"
#include "data/val.h"

struct fake_kind {
	const char *group, *version, *kind, *plural;
	bool namespaced, has_status;
};

/* What a request meant for one object came to: a status and the object, or a Status. */
struct fake_outcome {
	int status;
	val *obj;
};

enum fake_write { FAKE_CREATE, FAKE_UPDATE, FAKE_MERGE, FAKE_JSON_PATCH, FAKE_APPLY };

struct fake_change {
	enum fake_write how;
	const struct fake_kind *kind;
	const char *ns, *name; /* name may be NULL for a creation */
	bool status;	       /* of the subresource */
	const char *manager;
	bool force, dry_run;
	const val *body;
};

struct fake_event {
	uint64_t version;
	const char *type; /* ADDED, MODIFIED, DELETED */
	const struct fake_kind *kind;
	val *obj;    /* with its identity in metadata */
	val *before; /* NULL for ADDED */
	arena *mem;
};

struct store;

/* With the usual built-in kinds and the namespaces default and kube-system. on_event is called for each change. */
struct store *fake_store_open(void (*on_event)(void *arg, const struct fake_event *e), void *arg);
void fake_store_close(struct store *s);

/* The kinds, which grow as CustomResourceDefinitions come. */
size_t fake_store_kinds(const struct store *s, const struct fake_kind *const **ret_kinds);
const struct fake_kind *fake_store_kind(const struct store *s, const char *group,
					const char *version, const char *plural);

uint64_t fake_store_version(const struct store *s);

/* An object, copied into mem; NULL when there is none. */
val *fake_store_get(struct store *s, arena *mem, const struct fake_kind *k, const char *ns,
		    const char *name);

/* All of a kind, of one namespace unless ns is "", in order of their names; they are the store's. */
void fake_store_list(struct store *s, arena *mem, const struct fake_kind *k, const char *ns,
		     val *list);

/* Writes and deletes as a client may. The answer lives in mem. */
struct fake_outcome fake_store_write(struct store *s, arena *mem, const struct fake_change *c);
struct fake_outcome fake_store_delete(struct store *s, arena *mem, const struct fake_kind *k,
				      const char *ns, const char *name, const char *uid,
				      const char *version);

/* Calls fn, if there is one, for each event after a version; false when that is compacted. */
bool fake_store_replay(struct store *s, uint64_t after,
		       void (*fn)(void *arg, const struct fake_event *e), void *arg);

/* Forgets what happened so far. */
void fake_store_compact(struct store *s);

/* A Status object. */
val *fake_store_status(arena *mem, int code, const char *reason, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
