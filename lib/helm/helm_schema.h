/*
 * helm_schema: values checked against values.schema.json (JSON Schema drafts 4, 6, 7, 2019-09 and
 * 2020-12) of a chart and its subcharts, with the messages of Helm 4.2.4. Remote references are refused.
 * Private to helm/.
 */
#ifndef SLUICE_HELM_SCHEMA_H
#define SLUICE_HELM_SCHEMA_H

#include "helm/helm_chart.h"

/* ERR_INVALID: "values don't meet the specifications of the schema(s) in the following chart(s):" and
 * a tree of faults for each chart. */
err *schema_check(arena *mem, const struct chart *c, const val *values);

/* One schema text against one value; *ret_faults is the tree of faults, "" for none. ERR_INVALID when
 * the schema itself is broken. */
err *schema_validate(arena *mem, str schema, const val *v, const char **ret_faults);

#endif
