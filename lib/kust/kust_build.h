/*
 * kust_build: a kustomization and all below it, accumulated.
 */
#ifndef SLUICE_KUST_BUILD_H
#define SLUICE_KUST_BUILD_H

#include "kust/kust_file.h"
#include "kust/kust_load.h"
#include "kust/kust_set.h"

/* The folder's kustomization file: its text and its name. */
err *kust_find_file(const struct kust_loader *l, str *ret_text, const char **ret_name);

/* Builds from the first loader on: everything but the order of the objects. *ret_file is the root's
 * file. */
err *kust_accumulate(const struct kust_loader *l, struct kust_set *ret_set,
		     struct kust_file **ret_file);

#endif
