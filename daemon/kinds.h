/*
 * kinds: the table of kinds, in the order in which they are started.
 */
#ifndef SLUICE_KINDS_H
#define SLUICE_KINDS_H

#include "ctl/controller.h"

/* Ended by NULL. */
extern const struct kind *const kinds[];

#endif
