/*
 * sops_value: one encrypted value, "ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]". A part of sops.
 */
#ifndef SLUICE_SOPS_VALUE_H
#define SLUICE_SOPS_VALUE_H

#include "sops/sops_tree.h"

/* The value under the data key; where says which path it stands at ("a:b:"). An empty text is itself.
 * *ret_comment (may be NULL): it was a comment, and is a text now.
 * ERR_INVALID for what has not this form, ERR_UNAUTHORIZED when it does not open. The texts of errors
 * are SOPS' and have nothing of the value. */
err *sops_value_open(arena *mem, str sealed, str key, str where, struct sops_value *ret,
		     bool *ret_comment);

#endif
