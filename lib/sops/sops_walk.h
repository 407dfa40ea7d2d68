/*
 * sops_walk: decrypts a tree in place: which values are encrypted, in which order, and the MAC over
 * them. A part of sops.
 */
#ifndef SLUICE_SOPS_WALK_H
#define SLUICE_SOPS_WALK_H

#include "sops/sops_meta.h"

/* Decrypts all documents. *ret_mac is what the file's MAC should be: 128 hexadecimal digits. Errors
 * have SOPS' texts, and nothing of a value. */
err *sops_walk(arena *mem, const struct sops_meta *m, struct sops_docs *docs, str key,
	       str *ret_mac);

#endif
