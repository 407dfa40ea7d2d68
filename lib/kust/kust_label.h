/*
 * kust_label: labels, annotations, images and replica counts.
 */
#ifndef SLUICE_KUST_LABEL_H
#define SLUICE_KUST_LABEL_H

#include "kust/kust_field.h"
#include "kust/kust_set.h"

/* Sets each pair in each of the fields, which are made where the specs say so. */
err *kust_set_pairs(struct kust_set *s, const struct kust_pairs *pairs,
		    const struct kust_specs *specs);

/* Renames images: in every list called containers or initContainers, then in the specs' fields. */
err *kust_set_image(struct kust_set *s, const struct kust_image *image,
		    const struct kust_specs *specs);

/* ERR_INVALID when no object of the name fits a spec. */
err *kust_set_replicas(struct kust_set *s, const struct kust_replica *replica,
		       const struct kust_specs *specs);

#endif
