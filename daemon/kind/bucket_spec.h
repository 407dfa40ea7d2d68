/*
 * bucket_spec: the Bucket's spec and status as tables of fields, and the structs that they fill.
 */
#ifndef SLUICE_BUCKET_SPEC_H
#define SLUICE_BUCKET_SPEC_H

#include "kind/shared_fields.h"

struct bucket_sts {
	const char *provider, *endpoint;
	struct name_ref *secret, *cert;
};

struct bucket_spec {
	const char *provider, *name, *endpoint, *region, *prefix, *account, *ignore;
	int64_t interval, timeout;
	struct bucket_sts *sts;
	struct name_ref *secret, *cert, *proxy;
	const val *access;
	bool insecure, suspend;
};

extern const struct field bucket_spec_fields[], bucket_status_fields[];
extern const char bucket_spec_rules[];

#endif
