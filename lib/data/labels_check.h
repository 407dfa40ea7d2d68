/*
 * labels_check: what a key and a value of a selector may be, for labels.c alone. Kubernetes 1.36 and the older copy
 * of its parser that kustomize 5.8 carries allow the same and say it in different words.
 */
#ifndef SLUICE_LABELS_CHECK_H
#define SLUICE_LABELS_CHECK_H

#include "data/labels.h"

/* ERR_INVALID when it can be no label's key. */
err *labels_check_key(arena *mem, enum labels_texts texts, str key);

/* ERR_INVALID when one of the values, which are sorted, can be no label's, or should be a number and is none.
 * Kubernetes tells all faults at once, kustomize the first. */
err *labels_check_values(arena *mem, enum labels_texts texts, str key, const str *values, size_t n,
			 bool numbers);

/* The operators as the complaint about another word lists them. */
const char *labels_operators(enum labels_texts texts);

#endif
