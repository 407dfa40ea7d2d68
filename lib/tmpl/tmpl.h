/*
 * tmpl: Go's text/template with the sprig functions and Helm's own, byte for byte as Helm 4.2.4
 * renders (source of the rules: the behaviour of that release with Go 1.26). Pure: templates, data
 * and a clock in, text or an error out; the only way outside is the caller's lookup.
 *
 * A tmpl_set is parsed once, is never changed again and may be used by any number of threads at the
 * same time. A tmpl_run belongs to one thread and one arena; it holds what one render shares: the
 * budgets and the counts of nested includes.
 *
 * Values are struct tv (tmpl_value.h), Helm's objects .Files and .Capabilities are made in
 * tmpl_object.h, and tmpl_options.h tells what a caller decides; these are parts of this face. The
 * maps handed in as data are changed by templates that call set or merge, as in Helm; give each
 * render its own.
 */
#ifndef SLUICE_TMPL_H
#define SLUICE_TMPL_H

#include "base/err.h"
#include "tmpl/tmpl_object.h"
#include "tmpl/tmpl_options.h"
#include "tmpl/tmpl_value.h"

struct tmpl_set;
struct tmpl_cache;
struct tmpl_run;

/* Parses files in the order given: of two definitions of a name in two files the later one wins
 * (an empty one never does). The set lives in mem; names and texts must outlive it. Ceilings: 64 MiB of
 * text, 1000 nested parentheses or blocks. ERR_INVALID, "parse error at (FILE:LINE): …" as Helm
 * prints it. */
err *tmpl_parse(arena *mem, const struct tmpl_file *files, size_t n, struct tmpl_set **ret_set);

/* The same for who executes each file once: those that define nothing are parsed only then, and their trees go again, so
 * that never all of them are there. What is wrong with any file is told by tmpl_run_exec before an error of an
 * execution, as if all had been parsed first; who does not execute all of them may miss it. One thread, one run. */
err *tmpl_parse_late(arena *mem, const struct tmpl_file *files, size_t n,
		     struct tmpl_set **ret_set);

/* Parsed sets by the digest of their chart, for all threads; at most max_bytes of them are kept,
 * the least recently used go first. */
struct tmpl_cache *tmpl_cache_open(size_t max_bytes);
void tmpl_cache_close(struct tmpl_cache *cache); /* no run may be left */

/* The set of that digest, parsed now if it is not there. It stays valid until mem closes. A failure
 * is not kept. */
err *tmpl_cache_get(struct tmpl_cache *cache, arena *mem, const char *digest,
		    const struct tmpl_file *files, size_t n, const struct tmpl_set **ret_set);

/* A run over a set; both must outlive it. The options are copied. */
struct tmpl_run *tmpl_run_open(arena *mem, const struct tmpl_set *set,
			       const struct tmpl_options *options);

/* Executes the named template; the text is without "<no value>", as Helm has it. Errors have
 * Helm's form: "execution error at (…): …" for fail and required, frames of "place\n  executing …"
 * otherwise; ERR_INVALID. */
err *tmpl_run_exec(struct tmpl_run *run, const char *name, struct tv dot, str *ret_text);

#endif
