/*
 * depends: dependsOn: is each dependency ready, and does the chain bite its tail. A dependency is an object of the
 * same kind, as Flux has it; beyond Flux it may be of another kind of ours, or any object with a Ready condition.
 * /
 */
#ifndef SLUICE_DEPENDS_H
#define SLUICE_DEPENDS_H

#include "base/err.h"
#include "data/val.h"

struct dependency {
	const char *ns, *name; /* ns NULL or "": the object's own */
	const char *ready_expr;
	const char *api_version, *kind; /* of another kind; NULL or "": the same */
};

/* The kind, as refs.h has it: its name for Flux's kinds, "Kind.group" for foreign ones. own: of the object that
 * depends. */
const char *depends_kind(arena *mem, const struct dependency *d, const char *own);

/* An object's dependsOn, undecoded, as references that wake it. */
struct ref_list;
void depends_refs(struct ref_list *list, const val *obj, const char *own);

/* How depends_ready looks things up and evaluates readyExpr. */
struct depends_calls {
	const char *kind; /* "Kustomization": of the object that depends */
	/* an object of a kind of Flux's, NULL when it is not there */
	const val *(*get)(void *arg, arena *mem, const char *kind, const char *ns,
			  const char *name);
	/* one of another kind than the own; NULL when it is not there. ERR_NOT_FOUND: nor is its kind;
	 * ERR_UNSUPPORTED: it may not be depended on */
	err *(*get_other)(void *arg, arena *mem, const struct dependency *d, const char *ns,
			  const val **ret_obj);
	/* readyExpr with self and dep; an err for a text that cannot be compiled is ERR_INVALID,
	 * one at run time another code */
	err *(*eval)(void *arg, arena *mem, const char *expr, const val *self, const val *dep,
		     bool *ret_ready);
	bool additive; /* AdditiveCELDependencyCheck: the built-in check counts beside readyExpr */
	/* does the dependency have self's source, and which revision is that at? NULL: no such
	 * check */
	const char *(*same_source_revision)(void *arg, arena *mem, const val *self, const val *dep);
	/* "kustomizations.kustomize.toolkit.fluxcd.io": how the API server would say that one is
	 * missing; NULL: not told */
	const char *resource;
	bool bare; /* the text of a missing one as helm-controller has it */
	void *arg;
};

/* NULL when all are ready. ERR_WAIT with upstream's text for the first one that is not, and the circle that it
 * stands in, if it does; ERR_INVALID for a readyExpr that cannot be used, else what get_other says. */
err *depends_ready(arena *mem, const struct depends_calls *calls, const val *self,
		   const struct dependency *deps, size_t n);

/* Is there a way from the object back to itself along dependsOn? *ret_path is "ns/a → ns/b → ns/a" then, with
 * the kinds of those that are of another. At most 1 000 objects are looked at. spec.dependsOn of each is read. */
bool depends_cycle(arena *mem, const struct depends_calls *calls, const val *self,
		   const char **ret_path);

#endif
