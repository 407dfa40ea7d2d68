/*
 * kust_order: the order of the printed objects.
 */
#ifndef SLUICE_KUST_ORDER_H
#define SLUICE_KUST_ORDER_H

#include "kust/kust_set.h"

/* As the file's sortOptions say, or without them legacy or not at all. ERR_INVALID for options that
 * do not fit. */
err *kust_order(struct kust_set *s, const struct kust_sort *options, bool legacy);

#endif
