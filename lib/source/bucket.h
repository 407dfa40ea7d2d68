/*
 * bucket: the objects of a bucket as files: listed, filtered, fetched. Whose bucket it is makes no difference here. Rules and
 * texts are those of source-controller 1.9. On workers.
 */
#ifndef SLUICE_BUCKET_H
#define SLUICE_BUCKET_H

#include "source/bucket_azure.h"
#include "source/bucket_gcs.h"
#include "source/bucket_s3.h"
#include "source/content.h"

struct bucket {
	const struct bucket_service *service;
	void *self;	    /* the service's */
	const char *name;   /* for messages */
	const char *prefix; /* NULL: none */
	const char *ignore; /* the object's own rules; NULL: none */
	int64_t timeout; /* ns for the index; the objects are given ten times that, and more by their size. 0: none */
};

/* What there is, settled; the rules of .sourceignore in the bucket's root, then the own ones, leave out. *ret_rules: the bytes
 * of that file; NULL when there is none. Failures: bucket 'x' not found; failed to confirm existence of 'x' bucket: …; indexation
 * of objects from bucket 'x' failed: …; … context deadline exceeded. */
err *bucket_index(ctx *c, const struct bucket *b, struct bucket_list *ret_list,
		  const str **ret_rules);

/* Fetches the objects, a few at a time, into spools in the folder scratch, and content reads them from there; max is the sum of their bytes, as listed and as they come (ERR_LIMIT). Of one
 * that has changed since, the ETag does too; one that has not, but comes in another size than the listing's, is ERR_INVALID; one
 * that has vanished is marked as gone. */
err *bucket_fetch(ctx *c, const struct bucket *b, struct bucket_list *l, const char *scratch,
		  uint64_t max, struct content *content);

#endif
