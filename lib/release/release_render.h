/*
 * release_render: a chart rendered for a cluster: with what the API server serves, with its objects to
 * look up, and through the caller's post-renderers. Private to release/.
 */
#ifndef SLUICE_RELEASE_RENDER_H
#define SLUICE_RELEASE_RENDER_H

#include "release/release_types.h"

struct release_rendered {
	val *chart, *hooks; /* as the record has them */
	const char *manifest, *notes;
	val *docs; /* of the manifest, in its order */
};

/* Renders o->chart (or a copy of it with other defaults) with these values. The err has Helm's text. */
err *render_release(ctx *c, const struct release_of *of, const struct release_options *o,
		    const struct chart *chart, const val *values, int64_t revision, bool is_upgrade,
		    struct release_rendered *ret);

#endif
