/*
 * sops_yaml: YAML files to trees and back, every document, with comments. A part of sops. What comes
 * out is what go-yaml v3 prints for SOPS: four columns a level.
 */
#ifndef SLUICE_SOPS_YAML_H
#define SLUICE_SOPS_YAML_H

#include "sops/sops_tree.h"

/* ERR_INVALID with SOPS' text; ERR_LIMIT. */
err *sops_yaml_load(arena *mem, str text, struct sops_docs *ret_docs);

/* All documents, parted by "---". */
err *sops_yaml_emit(arena *mem, const struct sops_docs *docs, buf *b);

#endif
