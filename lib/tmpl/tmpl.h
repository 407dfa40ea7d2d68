/*
 * tmpl: Go's text/template with the sprig functions and Helm's own, byte for byte as Helm 4.2.4
 * renders (source of the rules: the behaviour of that release with Go 1.26). Pure: templates, data
 * and a clock in, text or an error out; the only way outside is the caller's lookup.
 *
 * A tmpl_set is parsed once, is never changed again and may be used by any number of threads at the
 * same time. A tmpl_run belongs to one thread and one arena; it holds what one render shares: the
 * budgets and the counts of nested includes.
 *
 * Values are struct tv (tmpl_value.h, part of this face). The maps handed in as data are changed by
 * templates that call set or merge, as in Helm; give each render its own.
 */
#ifndef SLUICE_TMPL_H
#define SLUICE_TMPL_H

#include "base/err.h"
#include "tmpl/tmpl_value.h"

struct tmpl_file {
	const char
		*name; /* "chart/templates/x.yaml": the template's name, and the place in errors */
	str text;
};

/* Parses files in the order given: of two definitions of a name in two files the later one wins
 * (an empty one never does). Ceilings: 64 MiB of text, 10000 nested parentheses. ERR_INVALID, "parse error at (FILE:LINE): …" as Helm prints. The set
 * lives in mem; names and texts are copied. */
err *tmpl_parse(arena *mem, const struct tmpl_file *files, size_t n, struct tmpl_set **ret_set);

/* Parsed sets by the digest of their chart, for all threads; at most max_bytes of them are kept,
 * the least recently used go first. */
struct tmpl_cache *tmpl_cache_open(size_t max_bytes);
void tmpl_cache_close(struct tmpl_cache *cache); /* no run may be left */

/* The set of that digest, parsed now if it is not there. It stays valid until mem closes. A failure
 * is not kept. */
err *tmpl_cache_get(struct tmpl_cache *cache, arena *mem, const char *digest,
		    const struct tmpl_file *files, size_t n, const struct tmpl_set **ret_set);

/* Ceilings of one run; 0 means the default in brackets. Beyond one: ERR_LIMIT, or ERR_TIMEOUT. */
struct tmpl_limits {
	uint64_t steps;	 /* nodes evaluated [100 million] */
	uint64_t output; /* bytes written by all templates, includes too [1 GiB] */
	uint64_t memory; /* bytes taken by the arena since the run began [1 GiB] */
	uint64_t depth;	 /* templates and expressions inside each other, in C stack frames [bounded
			    by  1 MiB of stack]: bytes of stack */
	int64_t time;	 /* nanoseconds, monotonic [60 s] */
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

/* A run over a set; both must outlive it. The options are copied. */
struct tmpl_run *tmpl_run_open(arena *mem, const struct tmpl_set *set,
			       const struct tmpl_options *options);

/* Executes the named template; the text is without "<no value>", as Helm has it. Errors have
 * Helm's form: "execution error at (…): …" for fail and required, frames of "place\n  executing …"
 * otherwise; ERR_INVALID. */
err *tmpl_run_exec(struct tmpl_run *run, const char *name, struct tv dot, str *ret_text);

/* Helm's built-in objects. */

/* .Files: path and contents; the bytes are not copied. */
struct tv tmpl_files(arena *mem, const struct tmpl_file *files, size_t n);

struct tmpl_capabilities {
	const char *kube_version;    /* "v1.34.0-gke.1": Version and GitVersion */
	const char *kube_normalized; /* "v1.34.0": String; empty: as kube_version */
	const char *kube_major, *kube_minor;
	const char *const *api_versions;
	size_t api_version_count;
	const char *helm_version, *helm_git_commit, *helm_git_tree_state, *helm_go_version,
		*helm_kube_client;
};

/* .Capabilities; the texts are not copied. */
struct tv tmpl_capabilities(arena *mem, const struct tmpl_capabilities *from);

#endif
