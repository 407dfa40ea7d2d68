/*
 * sops_unlock: a file's data key, by whatever of its groups of master keys can be opened. A part of sops.
 */
#ifndef SLUICE_SOPS_UNLOCK_H
#define SLUICE_SOPS_UNLOCK_H

#include "sops/sops_keys.h"

/* The data key. The failure's text is SOPS' own of many lines: each group, each key, and why not. */
err *sops_unlock(arena *mem, struct sops_keys *keys, const struct sops_meta *m, str *ret_key);

#endif
