/*
 * remote_bases: what kustomizations of the command line name that lies elsewhere. Nothing is opened before the first such
 * entry; what came is kept in a temporary folder until the end.
 */
#ifndef SLUICE_REMOTE_BASES_H
#define SLUICE_REMOTE_BASES_H

#include "kust/kust_options.h"

/* Lets builds in mem fetch. */
void remote_bases_allow(arena *mem, struct kust_options *o);

#endif
