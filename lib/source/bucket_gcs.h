/*
 * bucket_gcs: buckets of Google Cloud Storage, by its JSON API: with a service account's key, or open ones without. On
 * workers.
 */
#ifndef SLUICE_BUCKET_GCS_H
#define SLUICE_BUCKET_GCS_H

#include "source/bucket_token.h"

struct bucket_gcs_settings {
	struct bucket_wire wire;
	const char *
		endpoint; /* Google's own hosts all mean storage.googleapis.com; another one is asked itself */
	bool insecure; /* http, to another one */
	const char *bucket;
	const val *credentials;	   /* by oauth_google_read; NULL: none */
	struct bucket_asked asked; /* instead of them */
};

struct bucket_gcs;

/* ERR_INVALID: an endpoint that cannot be one. Lives in mem. */
err *bucket_gcs_open(arena *mem, const struct bucket_gcs_settings *s, struct bucket_gcs **ret);

/* What bucket_service asks of it. */
extern const struct bucket_service bucket_gcs_service;

/* A page of a listing, out of its JSON. */
err *bucket_gcs_read(arena *mem, str json, struct bucket_page *ret_page);

#endif
