/*
 * subst: ${variable} substitution after a build, as Flux's kustomize-controller does it
 * (fluxcd/pkg/envsubst and SubstituteVariables of fluxcd/pkg/kustomize).
 *
 *	${v}                        the value
 *	${#v}                       its length in bytes
 *	${v^} ${v^^} ${v,} ${v,,}   the first letter or all in the other case
 *	${v:n} ${v:n:l}             a part, in bytes; a negative n counts from the end
 *	${v#g} ${v##g} ${v%g} ${v%%g}  without what a glob matches at the front or the end
 *	${v=d} ${v:=d} ${v:-d} ${v:+d} ${v:?d}  d when v is empty or unset; d may hold ${…} itself
 *	${v/a/b} ${v//a/b} ${v/#a/b} ${v/%a/b}  literal replacement: first, all, prefix, suffix
 *	$${v}                       a plain ${v}; a lone $ is no syntax
 *
 * Variables are a val map of texts; what is no text counts as unset.
 */
#ifndef SLUICE_SUBST_H
#define SLUICE_SUBST_H

#include "base/err.h"
#include "data/val.h"

#define SUBST_MAX_DEPTH 200		   /* of ${…} within ${…} */
#define SUBST_MAX_BYTES ((size_t)64 << 20) /* of a result */
#define SUBST_MAX_GLOB ((size_t)16 << 10)  /* of a value that a glob is matched against */

/* The text with all variables put in. strict: an unset variable is an error unless an operator
 * gives a default; otherwise it is empty. ERR_INVALID with upstream's text ("missing closing
 * brace", …), ERR_LIMIT for a ceiling above. The text ends at a NUL byte. */
err *subst_text(arena *mem, str text, const val *vars, bool strict, str *ret_text);

/* Are all names in vars letters, digits and "_", with no digit first? ERR_INVALID otherwise. */
err *subst_check_names(arena *mem, const val *vars);

enum subst_flags {
	SUBST_PLAIN = 0,
	SUBST_STRICT = 1, /* unset variables are errors */
	SUBST_ALWAYS = 2, /* also without a single variable, for the sake of the defaults */
};

/* Substitutes in an object: it is printed as YAML, the text substituted and read again, so that
 * values may change their type. Newlines in values are dropped. *ret_object is NULL when the
 * object is opted out (label or annotation kustomize.toolkit.fluxcd.io/substitute: disabled), and
 * a copy when there is nothing to do. Error texts are those behind "post build failed for …: ". */
err *subst_object(arena *mem, const val *object, const val *vars, enum subst_flags flags,
		  val **ret_object);

#endif
