/*
 * helm_release_digest: checksums of parts of a HelmRelease's spec, by which helm-controller 1.6 sees that they
 * changed: of the JSON that Go writes of them, with a line feed behind it. Pure.
 */
#ifndef SLUICE_HELM_RELEASE_DIGEST_H
#define SLUICE_HELM_RELEASE_DIGEST_H

#include "data/val.h"

/* Of spec.postRenderers and spec.commonMetadata, as they are; "" when they are not there. */
const char *helm_release_renderers_digest(arena *mem, const val *post_renderers);
const char *helm_release_common_digest(arena *mem, const val *common);

#endif
