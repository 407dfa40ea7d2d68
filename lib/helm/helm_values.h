/*
 * helm_values: which values a template sees: the user's over the charts' defaults, globals pushed
 * down, dependencies switched on and off, values imported. Source of the rules: Helm 4.2.4's
 * coalesce and dependencies. Private to helm/.
 */
#ifndef SLUICE_HELM_VALUES_H
#define SLUICE_HELM_VALUES_H

#include "helm/helm_chart.h"

/* The user's values (not changed, may be NULL) over the defaults of the chart and its subcharts. A null of the user's
 * removes a default. ERR_INVALID: type mismatch on child: … */
err *values_coalesce(arena *mem, const struct chart *c, const val *user, val **ret_values);

/* The same, but nulls stay, so that the result can be coalesced once more. */
err *values_merge(arena *mem, const struct chart *c, const val *user, val **ret_values);

/* Drops disabled subcharts, renames aliased ones and imports values of children into c's defaults;
 * changes c. */
err *values_process_dependencies(arena *mem, struct chart *c, const val *user);

/* What values has and user has not is added to user (changed); of the user's a null removes the key. */
void values_under(arena *mem, val *user, const val *values);

/* b over a: a new map; maps merge deeply, all else replaces. What only one side has is shared, not
 * copied (Flux's merge of value sources, and Helm's of values files). */
val *values_merge_maps(arena *mem, const val *a, const val *b);

#endif
