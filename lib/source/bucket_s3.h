/*
 * bucket_s3: buckets by the API of Amazon S3, as minio-go speaks it: signed by Signature Version 4 or without a signature,
 * the bucket in the host's name where Amazon's and Google's servers want it so, else in the path; the region that a server
 * asks for is learned. On workers.
 */
#ifndef SLUICE_BUCKET_S3_H
#define SLUICE_BUCKET_S3_H

#include "net/aws.h"
#include "source/bucket_wire.h"

struct bucket_s3_settings {
	struct bucket_wire wire;
	const char *endpoint; /* "host" or "host:port" */
	bool insecure;	      /* http */
	const char *region;   /* "": by the host, else us-east-1 */
	const char *bucket;
	struct aws_keys keys; /* id NULL or "": without a signature */
};

struct bucket_s3;

/* ERR_INVALID: an endpoint that cannot be one. Lives in mem. A bucket's name that cannot be one is found when it is asked. */
err *bucket_s3_open(arena *mem, const struct bucket_s3_settings *s, struct bucket_s3 **ret);

/* What bucket_service asks of it. */
extern const struct bucket_service bucket_s3_service;

/* A page of a listing, out of its XML. */
err *bucket_s3_read(arena *mem, str xml, struct bucket_page *ret_page);

/* The region in the name of a host of Amazon's: "eu-west-1" of s3.eu-west-1.amazonaws.com; "" when there is none. */
const char *bucket_s3_region(arena *mem, const char *host);

/* The URL of the bucket, or of an object in it; ends without a slash. */
char *bucket_s3_url(arena *mem, const struct bucket_s3 *b, const char *key);

#endif
