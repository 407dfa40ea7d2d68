/*
 * kust_path: every node that a path of replacements leads to, with "*", "[field=regexp]" and texts
 * that hold YAML or JSON on the way: kyaml's PathMatcher.
 */
#ifndef SLUICE_KUST_PATH_H
#define SLUICE_KUST_PATH_H

#include "kust/kust_node.h"

struct kust_found {
	struct yaml_node **p;
	size_t n;
};

/* Finds them, and makes what is missing when create is not YN_NONE (the kind of the last). What is
 * found inside a text is a copy: changing it changes nothing. ERR_INVALID with kyaml's texts. */
err *kust_path_find(arena *mem, struct yaml_node *n, const struct kust_parts *path,
		    enum yaml_node_kind create, struct kust_found *ret_found);

#endif
