/*
 * artifact: what a source has stored, as status.artifact tells it to those who use it.
 */
#ifndef SLUICE_ARTIFACT_H
#define SLUICE_ARTIFACT_H

#include "data/fields.h"
#include "data/val.h"

struct artifact {
	const char *path;	 /* below the storage: "gitrepository/apps/web/<file>" */
	const char *url;	 /* where others in the cluster get it */
	const char *revision;	 /* "main@sha1:…" */
	const char *digest;	 /* "sha256:…" of the file */
	const char *last_update; /* RFC 3339 */
	int64_t size;
	const val *metadata; /* a map of texts; NULL: none */
};

/* Reads status.artifact; NULL when there is none or it has no path or revision. */
struct artifact *artifact_read(arena *mem, const val *v);

/* The value for a status. */
val *artifact_val(arena *mem, const struct artifact *a);

/* "http://<host>/<path>"; a host with a scheme is taken as it is. */
char *artifact_url(arena *mem, const char *host, const char *path);

/* The rows of status.artifact, for schemas. */
extern const struct field artifact_fields[];

#endif
