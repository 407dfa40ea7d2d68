/*
 * ignore: fields of applied objects that are left to others (spec.ignore): which paths of which
 * objects, and what an apply then sends in their place. Pure.
 */
#ifndef SLUICE_IGNORE_H
#define SLUICE_IGNORE_H

#include "apply/bundle.h"
#include "apply/managed.h"

/* Reads a list of {paths: [pointer], target: selector} and gives every item of the bundle the paths
 * that are for it (bundle_item.ignore). group, version, kind, name and namespace of a target are
 * regular expressions for the whole; labelSelector and annotationSelector are label selectors; no
 * target means all objects. ERR_INVALID names the rule that can't be read. */
err *ignore_mark(arena *mem, struct bundle *b, const val *rules);

/* What to send although fields are ignored: obj, a copy of the item's object, with each ignored field
 * taken out if another applier owns it in live, or else made equal to live. */
err *ignore_adopt(arena *mem, const struct bundle_item *item, const val *live,
		  const struct managed_settings *s, val **ret_obj);

#endif
