/*
 * kust_replace: replacements: a value copied from a field of one object, or given, into fields of
 * others.
 */
#ifndef SLUICE_KUST_REPLACE_H
#define SLUICE_KUST_REPLACE_H

#include "kust/kust_load.h"
#include "kust/kust_select.h"

/* Reads the list: what stands in it, and in the files that it names. *ret_all is a list of struct
 * kust_replacement. */
err *kust_replacements_read(const struct kust_loader *l, const struct kust_list *list,
			    struct kust_list *ret_all);

/* Carries each replacement out, in order. ERR_INVALID names the source or the target that is missing. */
err *kust_replace(struct kust_set *s, const struct kust_list *replacements);

#endif
