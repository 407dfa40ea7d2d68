/*
 * helm_observe: what helm-controller 1.6 keeps of a release in a HelmRelease's history, and the digests
 * by which it sees that somebody else changed the release or its values. The texts that are hashed are
 * those of Go's encoding/json and of go-yaml, to the byte.
 */
#ifndef SLUICE_HELM_OBSERVE_H
#define SLUICE_HELM_OBSERVE_H

#include "base/err.h"
#include "data/val.h"

/* The values of a release as YAML, keys by bytes, and the digest of it ("sha256:…"), which is that of an
 * empty text when there are none. */
char *helm_config_text(arena *mem, const val *values);
char *helm_config_digest(arena *mem, const val *values);

/* A release, as Helm stores it in JSON, as JSON without its chart's files and its test hooks; its digest
 * counts a newline behind it. oci_digest is the chart's artifact's, or NULL. */
char *helm_observed_text(arena *mem, const val *release, const char *oci_digest);
char *helm_observed_digest(arena *mem, const val *release, const char *oci_digest);

/* The entry for status.history. */
val *helm_snapshot(arena *mem, const val *release, const char *oci_digest);

/* Its test hooks by name, for an entry's testHooks: {lastStarted, lastCompleted, phase}. */
val *helm_test_hooks(arena *mem, const val *release);

#endif
