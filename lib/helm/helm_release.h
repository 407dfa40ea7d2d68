/*
 * helm_release: a release as Helm stores it: JSON with the fields and times of Helm's own structs,
 * compressed, in a Secret of type helm.sh/release.v1; and the parts of that JSON made of a chart and
 * of what it rendered to. Reads what Helm 3 and 4 wrote. Pure. Part of the face of helm/.
 */
#ifndef SLUICE_HELM_RELEASE_H
#define SLUICE_HELM_RELEASE_H

#include "base/err.h"
#include "helm/helm_chart.h"
#include "helm/helm_hooks.h"
#include "helm/helm_packer.h"

#define HELM_RELEASE_TYPE "helm.sh/release.v1"
#define HELM_RELEASE_MAX ((size_t)128 << 20) /* bytes of its JSON */

#define HELM_SECRET_MAX ((size_t)1 << 20) /* bytes that an API server takes as a Secret's data */

/* "sh.helm.release.v1.<name>.v<version>" */
char *helm_release_key(arena *mem, const char *name, int64_t version);

/* The text of data.release (without the API's own base64): base64 of gzip of JSON, or of plain JSON from
 * before releases were compressed. ERR_INVALID, ERR_LIMIT. packer may be NULL. */
err *helm_release_decode(arena *mem, str data, val **ret_release);
err *helm_release_encode(arena *mem, struct helm_packer *packer, const val *release, str *ret_data);

/* A Secret's release; ERR_INVALID when it holds none that can be read. */
err *helm_release_of(arena *mem, const val *secret, val **ret_release);

/* The whole Secret. labels: those that others put there are kept; Helm's own are set, stamp is
 * "createdAt" or "modifiedAt" with now (the wall clock, ns). ERR_LIMIT: it does not fit into one. */
err *helm_release_secret(arena *mem, struct helm_packer *packer, const char *ns, const val *release,
			 const val *labels, const char *stamp, int64_t now, val **ret_secret);

/* A label that is Helm's own: name, owner, status, version, createdAt, modifiedAt. */
bool helm_release_label(str key);

/* Times as Go prints time.Now(): UTC, nanoseconds without zeros at the end. */
char *helm_release_time(arena *mem, int64_t wall_ns);

/* The chart's part, of a chart whose dependencies were processed (helm_result.chart); subcharts are not
 * stored. */
val *helm_release_chart(arena *mem, const struct chart *c);

/* The hooks' part, and the manifest: documents with their sources, in the order of installation. */
val *helm_release_hooks(arena *mem, const struct helm_manifests *m);
char *helm_release_manifest(arena *mem, const struct helm_manifests *m);

#endif
