/*
 * sealed: Secrets that SOPS has encrypted and that nobody has decrypted.
 */
#ifndef SLUICE_SEALED_H
#define SLUICE_SEALED_H

#include "apply/bundle.h"

/* Is it one that must not be applied so? As in Flux one whose data is base64 all the same loses the mark of
 * SOPS and passes, and so does one that is annotated decrypt: disabled, as it is. */
bool sealed_check(arena *mem, struct bundle_item *item);

#endif
