/*
 * labels: selectors of labels and annotations, "a=b, c!=d, e in (f,g), h notin (i), j, !k, m>5", with
 * the grammar, the checks and the texts of Kubernetes 1.36 (labels.Parse).
 */
#ifndef SLUICE_LABELS_H
#define SLUICE_LABELS_H

#include "base/err.h"
#include "data/val.h"

#define LABELS_MAX_TERMS 1000

struct labels_selector;

/* Whose words a complaint has: kustomize 5.8 carries an older copy of Kubernetes' parser. */
enum labels_texts { LABELS_OF_KUBERNETES, LABELS_OF_KUSTOMIZE };

/* ERR_INVALID with the parser's own text; the text is copied. An empty one selects everything. */
err *labels_parse(arena *mem, str text, enum labels_texts texts,
		  struct labels_selector **ret_selector);

/* Do these labels (a map of texts, NULL for none) fit? */
bool labels_fit(const struct labels_selector *s, const val *labels);

#endif
