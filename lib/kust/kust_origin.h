/*
 * kust_origin: where an object comes from and what has changed it, as buildMetadata writes it into
 * annotations.
 */
#ifndef SLUICE_KUST_ORIGIN_H
#define SLUICE_KUST_ORIGIN_H

#include "kust/kust_set.h"

struct kust_origin_by {
	str api_version, kind, name, namespace_;
};

struct kust_origin {
	str path, repo, ref;
	str configured_in;
	struct kust_origin_by configured_by;
};

/* One step further: a file or folder below, or a repository. */
struct kust_origin kust_origin_join(arena *mem, const struct kust_origin *from, str path);

/* By which built-in transformer or generator of the file at the origin. */
struct kust_origin kust_origin_builtin(arena *mem, const struct kust_origin *at, const char *file,
				       const char *kind);

/* By a plug-in's configuration, if that has an origin. */
err *kust_origin_plugin(struct kust_work *w, struct kust_object *config,
			struct kust_origin **ret_origin);

/* Writes the annotation of a resource read from a file, or of a configuration. */
err *kust_origin_set(struct kust_work *w, struct kust_object *o, const struct kust_origin *origin);

/* Of a generated object: written unless there is one. */
err *kust_origin_generated(struct kust_work *w, struct kust_object *o,
			   const struct kust_origin *origin);

/* After a transformer: those without an origin have come of it, the others were changed by it. */
err *kust_origin_transformed(struct kust_set *s, const struct kust_origin *origin);

#endif
