/*
 * shared_fields: parts of specs and statuses that several kinds have alike.
 */
#ifndef SLUICE_SHARED_FIELDS_H
#define SLUICE_SHARED_FIELDS_H

#include "ctl/depends.h"
#include "data/fields.h"

struct name_ref {
	const char *name;
};

struct health_expr {
	const char *api_version, *kind, *current, *in_progress, *failed;
};

struct common_metadata {
	const val *labels, *annotations;
};

/* The shapes are decoded to be checked; who uses them takes them from the object as they are. */
struct selector_shape {
	const char *annotations, *group, *kind, *labels, *name, *ns, *version;
};

struct patch_shape {
	const char *patch;
	struct selector_shape *target;
};

struct image_shape {
	const char *name, *new_name, *new_tag, *digest;
};

struct ignore_shape {
	struct field_texts paths;
	struct selector_shape *target;
};

struct entry_shape {
	const char *id, *version;
};

struct inventory_shape {
	struct field_list entries;
};

extern const struct field name_fields[];
extern const struct field depends_fields[]; /* a struct dependency */
extern const struct field common_fields[];
extern const struct field health_expr_fields[];
extern const struct field selector_fields[];
extern const struct field patch_fields[];
extern const struct field image_fields[];
extern const struct field ignore_fields[];
extern const struct field inventory_fields[];

#endif
