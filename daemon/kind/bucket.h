/*
 * bucket: the kind Bucket: its definition and its controller.
 */
#ifndef SLUICE_KIND_BUCKET_H
#define SLUICE_KIND_BUCKET_H

#include "ctl/kind.h"

extern const struct kind bucket_kind;

#endif
