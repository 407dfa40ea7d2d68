/*
 * depends: dependsOn between objects, of one kind or of those that apply: is each dependency ready, and does
 * the chain bite its tail. /
 */
#ifndef SLUICE_DEPENDS_H
#define SLUICE_DEPENDS_H

#include "base/err.h"
#include "data/val.h"

struct dependency {
	const char *ns, *name; /* ns NULL or "": the object's own */
	const char *ready_expr;
	const char *kind; /* NULL or "": the object's own */
};

/* How depends_ready looks things up and evaluates readyExpr. */
struct depends_calls {
	const char *kind; /* the object's own */
	/* the dependency's object, NULL when it is not there */
	const val *(*get)(void *arg, arena *mem, const char *kind, const char *ns,
			  const char *name);
	/* readyExpr with self and dep; an err for a text that cannot be compiled is ERR_INVALID,
	 * one at run time another code */
	err *(*eval)(void *arg, arena *mem, const char *expr, const val *self, const val *dep,
		     bool *ret_ready);
	bool additive; /* AdditiveCELDependencyCheck: the built-in check counts beside readyExpr */
	/* does the dependency have self's source, and which revision is that at? NULL: no such
	 * check */
	const char *(*same_source_revision)(void *arg, arena *mem, const val *self, const val *dep);
	/* "kustomizations.kustomize.toolkit.fluxcd.io": how the API server would say that one of a kind is
	 * missing; NULL: not told */
	const char *(*resource)(void *arg, arena *mem, const char *kind);
	bool bare; /* texts as helm-controller has them: of a missing one, and of one whose readyExpr fails */
	void *arg;
};

/* NULL when all are ready. ERR_WAIT with upstream's text for the first one that is not; ERR_INVALID
 * for a readyExpr that cannot be used. */
err *depends_ready(arena *mem, const struct depends_calls *calls, const val *self,
		   const struct dependency *deps, size_t n);

/* Is there a way from the object back to itself along dependsOn? *ret_path is "a → b → a" then. At
 * most 10 000 objects are looked at. spec.dependsOn of each is read. */
bool depends_cycle(arena *mem, const struct depends_calls *calls, const val *self,
		   const char **ret_path);

#endif
