/*
 * tmpl_options: what the caller of a run decides: the clock, the ways outside, the ceilings. Part of
 * the face (tmpl.h).
 */
#ifndef SLUICE_TMPL_OPTIONS_H
#define SLUICE_TMPL_OPTIONS_H

#include "base/err.h"
#include "data/val.h"

/* Ceilings of one run; 0 means the default in brackets. Beyond one: ERR_LIMIT, or ERR_TIMEOUT. */
struct tmpl_limits {
	uint64_t steps;	 /* nodes evaluated and the like [200 million] */
	uint64_t output; /* bytes written by all templates, included ones too [1 GiB] */
	uint64_t memory; /* bytes taken by the arena since the run began [1 GiB] */
	uint64_t
		depth; /* templates inside each other [100000, Go's]; include: 1000 a name; tpl: 1000 */
	int64_t time; /* nanoseconds, monotonic [60 s] */
};
struct tmpl_options {
	struct tmpl_limits limits;
	int64_t now;	  /* the wall clock, nanoseconds since 1970, for now, ago, certificates */
	const char *zone; /* the local zone's name; NULL: UTC */
	bool strict;	  /* missingkey=error */
	bool lint;	  /* fail and required do not fail */
	/* lookup: the object, a list object when name is empty, or NULL when there is none. NULL:
	 * lookup always gives an empty map, as helm template does. */
	err *(*lookup)(void *arg, arena *mem, const char *api_version, const char *kind,
		       const char *ns, const char *name, val **ret_object);
	/* true: stop with ERR_CANCELED; asked now and then. May be NULL. */
	bool (*canceled)(void *arg);
	/* getHostByName; NULL: an empty text, as in Helm without --enable-dns. */
	const char *(*resolve)(void *arg, arena *mem, const char *host);
	void *arg; /* of the three */
};

#endif
