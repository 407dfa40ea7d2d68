/*
 * release_site: what all actions on one cluster share: what the cluster is, parsed templates, and the
 * records that parked actions wrote last, in bounded memory. Private to release/; any thread.
 */
#ifndef SLUICE_RELEASE_SITE_H
#define SLUICE_RELEASE_SITE_H

#include "release/release_types.h"

#define SITE_KEEP ((size_t)16 << 20) /* bytes of records that are kept */

struct release_site {
	struct release_site_settings s;
	struct tmpl_cache *templates;
	struct helm_packer *packer;
	struct site_inside *in;
};

/* The caller owes site_close, after the last call. */
struct release_site *site_open(const struct release_site_settings *s);
void site_close(struct release_site *s);

/* The API server's version as it tells it, "v1.36.4"; the home's is asked once an hour. */
err *site_version(ctx *c, const struct release_of *of, const char **ret_version);

/* Keeps the encoded record of a parked action, and gives it back: {data, labels} copied into mem, NULL
 * when it is there no more. site_drop forgets it. key: "<namespace>/<Secret>". */
void site_keep(struct release_site *s, const char *key, str data, const val *labels);
bool site_take(struct release_site *s, arena *mem, const char *key, str *ret_data,
	       val **ret_labels);
void site_drop(struct release_site *s, const char *key);

/* Was this identity seen to read objects of this kind in this namespace within the last minutes? And: it was, just now. */
bool site_reads(const struct release_of *of, arena *mem, const struct resource *r, const char *ns);
void site_saw_read(const struct release_of *of, arena *mem, const struct resource *r,
		   const char *ns);

#endif
