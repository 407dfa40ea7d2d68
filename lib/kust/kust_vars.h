/*
 * kust_vars: vars, the old way of carrying a value from one object into others: $(NAME).
 */
#ifndef SLUICE_KUST_VARS_H
#define SLUICE_KUST_VARS_H

#include "kust/kust_field.h"
#include "kust/kust_set.h"

/* The vars known so far, each by name. */
struct kust_var_set {
	VEC(struct kust_var) list;
};

/* Binds a kustomization's vars to the objects they mean. */
err *kust_vars_declare(struct kust_set *s, struct kust_var_set *vars, const struct kust_list *more);

/* How Go's %v shows them. */
const char *kust_vars_shown(arena *mem, const struct kust_list *vars);

/* Adds a base's vars. ERR_INVALID for a name that is there. */
err *kust_vars_merge(struct kust_work *w, struct kust_var_set *vars,
		     const struct kust_var_set *more);

/* Puts the values where $(NAME) stands in the fields of the specs. */
err *kust_vars_resolve(struct kust_set *s, const struct kust_var_set *vars,
		       const struct kust_specs *specs);

#endif
