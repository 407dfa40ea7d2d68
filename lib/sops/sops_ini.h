/*
 * sops_ini: INI files to trees and back, read and printed as go-ini does with its defaults. A part of
 * sops. A document is its sections, each a branch; the first, DEFAULT, has what stands above all others.
 */
#ifndef SLUICE_SOPS_INI_H
#define SLUICE_SOPS_INI_H

#include "sops/sops_tree.h"

/* ERR_INVALID with a line's number, never its text, which may be a secret. */
err *sops_ini_load(arena *mem, str text, struct sops_docs *ret_docs);

/* All documents' sections, values aligned. ERR_INVALID for an item that is no section. */
err *sops_ini_emit(arena *mem, const struct sops_docs *docs, buf *b);

#endif
