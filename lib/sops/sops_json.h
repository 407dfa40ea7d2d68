/*
 * sops_json: JSON files to trees and back, and the binary format, which wraps any bytes in JSON. A
 * part of sops.
 */
#ifndef SLUICE_SOPS_JSON_H
#define SLUICE_SOPS_JSON_H

#include "sops/sops_tree.h"

/* One object, as one document. ERR_INVALID with SOPS' text; ERR_LIMIT. */
err *sops_json_load(arena *mem, str text, struct sops_docs *ret_docs);

/* The first document as indented JSON. ERR_INVALID for a value that JSON has no word for. */
err *sops_json_emit(arena *mem, const struct sops_docs *docs, buf *b);

/* The bytes that the binary format has wrapped. ERR_INVALID for a tree that is none of it. */
err *sops_binary_emit(arena *mem, const struct sops_docs *docs, buf *b);

/* Is the document the binary format's: one item, named data? */
bool sops_is_binary(const struct sops_docs *docs);

#endif
