/*
 * kust_patch: patches, patchesStrategicMerge and patchesJson6902: read first, all of a kustomization,
 * then run.
 */
#ifndef SLUICE_KUST_PATCH_H
#define SLUICE_KUST_PATCH_H

#include "kust/kust_parse.h"
#include "kust/kust_select.h"

struct kust_patcher;

/* An entry of `patches`. config is its text for errors. */
err *kust_patcher_new(const struct kust_loader *l, const struct kust_patch *p, const char *config,
		      struct kust_patcher **ret_patcher);

/* An entry of `patchesJson6902`; its patch may be called jsonOp. */
err *kust_patcher_json(const struct kust_loader *l, const struct kust_patch *p,
		       struct kust_patcher **ret_patcher);

/* `patchesStrategicMerge`: each a patch or the path of one; more patches in one text (may be empty). */
err *kust_patcher_merge(const struct kust_loader *l, const struct kust_texts *paths, str more,
			struct kust_patcher **ret_patcher);

/* Patches the objects that it targets; those that come out empty leave the set. */
err *kust_patcher_run(struct kust_set *s, const struct kust_patcher *p);

#endif
