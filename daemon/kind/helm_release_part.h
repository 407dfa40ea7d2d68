/*
 * helm_release_part: the HelmRelease for the tables of kinds.c, which can't see two kinds' struct work at once.
 */
#ifndef SLUICE_HELM_RELEASE_PART_H
#define SLUICE_HELM_RELEASE_PART_H

#include "ctl/house.h"

extern const struct kind helm_release_kind;

/* The part of the house that keeps what the watches show of released objects, and what actions on
 * releases share (struct house_part). */
err *helm_release_open(arena *mem, struct house *h);
void helm_release_close(struct house *h);

#endif
