/*
 * storage: the part of the house where sources keep their artifacts and caches, and from which the one
 * who leads serves them.
 */
#ifndef SLUICE_STORAGE_H
#define SLUICE_STORAGE_H

#include "ctl/house.h"

/* Opens h->depot and h->repos below --storage-path. */
err *storage_open(arena *mem, struct house *h);

/* Serves the artifacts at --storage-addr. */
err *storage_lead(arena *mem, struct house *h);

/* Closes what was opened. */
void storage_close(struct house *h);

#endif
