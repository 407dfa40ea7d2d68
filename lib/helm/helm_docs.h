/*
 * helm_docs: texts of several YAML documents cut as Kubernetes' YAML reader cuts them, which Helm uses for values and in
 * lint: at lines of --- and nothing more than a comment. (Rendered manifests are cut in another manner, in helm_hooks.)
 * Private to helm/.
 */
#ifndef SLUICE_HELM_DOCS_H
#define SLUICE_HELM_DOCS_H

#include "base/err.h"
#include "data/val.h"

/* Takes the next document off *rest; *ret_found false at the end. ERR_INVALID: invalid Yaml document separator: x; *rest
 * then stands behind that line. */
err *docs_next(arena *mem, str *rest, str *ret_doc, bool *ret_found);

/* The documents of a values file merged in order, numbers as floats. ERR_INVALID: cannot unmarshal yaml document: … */
err *docs_values(arena *mem, str text, val **ret_values);

#endif
