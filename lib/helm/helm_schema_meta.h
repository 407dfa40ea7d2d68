/*
 * helm_schema_meta: which draft a schema is written in, and whether it is a schema at all. Private to
 * helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_META_H
#define SLUICE_HELM_SCHEMA_META_H

#include "helm/helm_schema_check.h"

/* The draft that $schema names, 2020-12 without one. ERR_INVALID for an unknown one. */
err *schema_draft(arena *mem, const val *schema, enum draft *ret_draft);

/* ERR_INVALID: "…" is not valid against metaschema: … */
err *schema_check_meta(arena *mem, const val *schema, enum draft draft);

#endif
