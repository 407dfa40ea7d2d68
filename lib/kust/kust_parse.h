/*
 * kust_parse: texts into resources: documents, lists unfolded, anchors copied out, each checked for
 * a kind and a name.
 */
#ifndef SLUICE_KUST_PARSE_H
#define SLUICE_KUST_PARSE_H

#include "kust/kust_cache.h"
#include "kust/kust_load.h"
#include "kust/kust_set.h"

/* The resources in a text, as trees; the text is copied. Error texts as kustomize's SliceFromBytes. */
kust_parser kust_parse;

/* The same as objects of a build. notes: the annotations that kustomize keeps notes in become
 * fields; a patch keeps them. */
err *kust_parse_objects(struct kust_work *w, str text, bool notes, struct kust_objects *ret);

/* The resources of a file of the loader, by way of the cache. */
err *kust_parse_file(const struct kust_loader *l, str path, bool notes, struct kust_objects *ret);

/* Is it go-yaml that did not like the text? */
bool kust_is_malformed(arena *mem, const err *e);

/* Has the tree a kind, and a name unless it is a list? */
err *kust_check_meta(arena *mem, const struct yaml_node *n);

#endif
