/*
 * helm_render: the templates of a chart and its subcharts executed with its values, in Helm 4.2.4's
 * order. Private to helm/; the types are part of the face.
 */
#ifndef SLUICE_HELM_RENDER_H
#define SLUICE_HELM_RENDER_H

#include "helm/helm_chart.h"
#include "helm/helm_hooks.h"
#include "tmpl/tmpl.h"

struct helm_release_info {
	const char *name, *ns;
	int64_t revision;
	bool is_upgrade; /* otherwise an install */
	bool is_neither; /* lint */
};

struct helm_rendered {
	VEC(struct helm_output) files; /* in the order of rendering, NOTES.txt not among them */
	VEC(struct helm_output) notes; /* of the root first, then of the subcharts */
};

/* Renders the linked chart with coalesced values. digest (of chart and its subcharts as they are now) and cache may be
 * NULL: then templates are parsed anew. ERR_INVALID with Helm's text. */
err *render_chart(arena *mem, const struct chart *c, const val *values,
		  const struct helm_release_info *release,
		  const struct tmpl_capabilities *capabilities, const struct tmpl_options *options,
		  struct tmpl_cache *cache, const char *digest, struct helm_rendered *ret);

#endif
