/*
 * index_form: the fields of a Helm repository's index as Go's structs have them: what fits, what counts
 * as a version, and how it is written. Private to index. Source of the rules: Helm 4's repo and chart
 * packages, source-controller 1.9.
 */
#ifndef SLUICE_INDEX_FORM_H
#define SLUICE_INDEX_FORM_H

#include "base/err.h"
#include "data/val.h"

/* Does the value fit a field of the index, a list of versions, a version? strict: unknown fields are faults,
 * and scalars are texts where texts are wanted (as the reader of YAML has it). ERR_INVALID: json: cannot unmarshal
 * number into Go struct field … */
err *index_check_field(arena *mem, str name, const val *v, bool strict);
err *index_check_list(arena *mem, const val *v, bool strict);
err *index_check_version(arena *mem, const val *v, bool strict);

/* The error of a value that is no index at all. */
err *index_misfit_root(arena *mem, const val *v);

/* The field's proper name, NULL for an unknown one: case does not count, as in Go. */
const char *index_field_name(str name);

/* As Go prints it: fields in the struct's order, empty ones left out, texts tidied, times in their shortest
 * form. null stays null. */
val *index_normal_field(arena *mem, const char *name, const val *v);
val *index_normal_version(arena *mem, const val *v);

/* What Helm asks of a version in its normal form, but that its dependencies have different names. */
bool index_is_proper(arena *mem, const val *entry);

#endif
