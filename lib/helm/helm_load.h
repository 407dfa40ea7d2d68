/*
 * helm_load: charts read from a folder or from an archive. Source of the rules: Helm 4.2.4's loader.
 * Ceilings: 5 MiB a file, 100 MiB in all. Private to helm/.
 */
#ifndef SLUICE_HELM_LOAD_H
#define SLUICE_HELM_LOAD_H

#include "base/err.h"
#include "helm/helm_chart.h"
#include "pack/tree.h"

/* Reads the chart in folder dir of the tree ("" for its root); max: bytes of one file, 0: CHART_MAX_FILE. ERR_INVALID, ERR_LIMIT with
 * Helm's text. */
err *chart_read(arena *mem, const struct tree *t, const char *dir, size_t max,
		struct chart **ret_chart);

/* The metadata alone, of a folder or an archive: name, version, dependencies. The archive is read as a stream, under the
 * same ceilings; nothing else of it is held. */
err *chart_peek(arena *mem, const struct tree *t, const char *dir, size_t max,
		struct chart **ret_chart);
err *chart_peek_packed(arena *mem, str packed, size_t max, struct chart **ret_chart);

/* Does it begin as compressed archives do? ERR_INVALID: gzip: invalid header. */
err *chart_check_packed(arena *mem, str packed);

/* Reads the chart of a .tgz: the first element of each path is dropped. */
err *chart_unpack(arena *mem, str packed, struct chart **ret_chart);

#endif
