/*
 * kust: what `kustomize build` 5.8.1 does, as a pure function: a tree and a path in, objects out; no
 * globals, no network, no exec. The printed bytes and the wording of the errors are kustomize's.
 *
 * Blocking on local files only. Any number of builds may run at once, each in its own arena; they
 * may share one struct kust_cache. A result belongs to the arena and to one thread at a time.
 *
 *	struct kust_options o = {.order = KUST_ORDER_FIFO, .any_path = true, .schema_adds = true};
 *	struct kust_flux_overlay f = {.namespace_ = "apps"};
 *	TRY(kust_flux(mem, tree, "deploy", &f, &o));
 *	TRY(kust_build(mem, tree, "deploy", &o, &built));
 *	for (size_t i = 0; i < built->n; i++) use(kust_value(mem, built->p[i]), …);
 */
#ifndef SLUICE_KUST_H
#define SLUICE_KUST_H

#include "base/buf.h"
#include "kust/kust_cache.h"
#include "kust/kust_flux.h"
#include "kust/kust_options.h"

struct kust_object;

struct kust_result {
	struct kust_object **p;
	size_t n;
	const char **warnings; /* what kustomize says on stderr, a line each, without a line feed */
	size_t warning_count;
};

/* Builds the kustomization in the folder path ("" or "." is the root of the tree). The root of the
 * tree is a wall: nothing outside of it is read. ERR_INVALID for wrong input, with kustomize's
 * text; ERR_FORBIDDEN, ERR_LIMIT, ERR_TIMEOUT; paths in texts are tree_root plus the path. */
err *kust_build(arena *mem, struct tree *t, const char *path, const struct kust_options *o,
		struct kust_result **ret_result);

/* An object's identity, as it stands now; "" for what is absent. Valid until it is replaced. */
const char *kust_api_version(const struct kust_object *o);
const char *kust_kind(const struct kust_object *o);
const char *kust_name(const struct kust_object *o);
const char *kust_namespace(const struct kust_object *o);

/* Its YAML text as kustomize prints it; ERR_INVALID when it cannot be printed (duplicate keys, a
 * key that is no text, a scalar that does not fit its tag). Kept until the object is replaced. */
err *kust_text(arena *mem, struct kust_object *o, str *ret_text);

/* Its value, as the printed text reads: made once, do not change it (val_copy). Errors as
 * kust_text. */
err *kust_value(arena *mem, struct kust_object *o, const val **ret_value);

/* The value of a label or annotation; NULL for none. */
const char *kust_label(const struct kust_object *o, const char *key);
const char *kust_annotation(const struct kust_object *o, const char *key);

/* Puts another text (after substitution) or value (after decryption) in the object's place, by the
 * way Flux takes: YAML 1.1 to JSON to a resource. ERR_INVALID, with the reader's text. */
err *kust_replace_text(arena *mem, struct kust_object *o, str text);
err *kust_replace_value(arena *mem, struct kust_object *o, const val *v);

/* The whole stream, documents parted by "---\n"; empty for no objects. Flux's history digest is the
 * sha256 of it. */
err *kust_print(arena *mem, const struct kust_result *r, buf *b);

#endif
