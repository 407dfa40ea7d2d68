/*
 * sops_dotenv: dotenv files to trees and back. A part of sops.
 */
#ifndef SLUICE_SOPS_DOTENV_H
#define SLUICE_SOPS_DOTENV_H

#include "sops/sops_tree.h"

/* Lines of KEY=value and comments; "\n" in a value is a line feed. ERR_INVALID names the line's
 * number, never its text, which may be a secret. */
err *sops_dotenv_load(arena *mem, str text, struct sops_docs *ret_docs);

/* The first document. ERR_INVALID for a list or a branch in it. */
err *sops_dotenv_emit(arena *mem, const struct sops_docs *docs, buf *b);

#endif
