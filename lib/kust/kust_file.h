/*
 * kust_file: a kustomization.yaml read and checked.
 */
#ifndef SLUICE_KUST_FILE_H
#define SLUICE_KUST_FILE_H

#include "kust/kust_types.h"

/* The recognised names, in the order in which they are tried; ended by NULL. */
extern const char *const kust_file_names[];

/* Reads the text of a kustomization file: unknown fields are refused, old fields moved into the new
 * ones, an empty file refused. root stands in texts. *ret_warnings is an array of *ret_n lines for
 * the user about deprecated fields. ERR_INVALID with kustomize's texts. */
err *kust_file_read(arena *mem, str text, const char *root, struct kust_file **ret_file,
		    const char *const **ret_warnings, size_t *ret_n);

/* Has buildMetadata this word? */
bool kust_file_has_metadata(const struct kust_file *f, const char *option);

/* Is the word in the list? */
bool kust_texts_have(const struct kust_texts *list, const char *text);

#endif
