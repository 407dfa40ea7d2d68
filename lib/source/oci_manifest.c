#include "source/oci_manifest.h"

#include <string.h>
#include <strings.h>

#include "base/enc.h"
#include "crypt/digest.h"
#include "data/json.h"
#include "source/oci_ref.h"

#define PLATFORM_OS "linux"
#define PLATFORM_ARCHITECTURE "amd64"

/* ---- descriptors ---- */

static err *bad(arena *mem, const char *what, const char *why)
{
	return err_new(mem, ERR_INVALID, "%s: %s", what, why);
}

/* A text of a document, "" when it is absent; NULL for one that holds a NUL or is no text. */
static const char *text_of(const val *v, const char *name)
{
	const val *t = val_get(v, name);
	if (!t || t->kind == VAL_NULL)
		return "";
	const char *text = val_as_text(t);
	return text && strlen(text) == val_len(t) ? text : NULL;
}

static err *read_annotations(arena *mem, const val *v, const char *what, const val **ret)
{
	const val *a = val_get(v, "annotations");
	*ret = NULL;
	if (!a || a->kind == VAL_NULL)
		return NULL;
	if (!val_is(a, VAL_MAP))
		return bad(mem, what, "annotations are no map");
	if (val_len(a) > OCI_ANNOTATIONS_MAX)
		return err_new(mem, ERR_LIMIT, "%s: more than %d annotations", what,
			       OCI_ANNOTATIONS_MAX);
	size_t bytes = 0;
	for (size_t i = 0; i < val_len(a); i++) {
		if (!val_is(a->map.p[i].value, VAL_TEXT))
			return bad(mem, what, "an annotation is no text");
		bytes += a->map.p[i].key.n + val_len(a->map.p[i].value);
	}
	if (bytes > OCI_ANNOTATIONS_BYTES)
		return err_new(mem, ERR_LIMIT,
			       "%s: annotations of more than %zu bytes: an object's status could "
			       "not hold them",
			       what, OCI_ANNOTATIONS_BYTES);
	if (val_len(a))
		*ret = a;
	return NULL;
}

/* The bytes that a descriptor brings along must be what it names, as if they had come by themselves. */
static err *read_data(arena *mem, const val *v, const char *what, struct oci_descriptor *d)
{
	str packed = val_as_str(val_get(v, "data"));
	if (!packed.n)
		return NULL;
	if (!enc_unbase64(mem, packed, &d->data))
		return bad(mem, what, "data is not base64");
	if (d->data.n != d->size || !text_eq(digest_text(mem, DIGEST_SHA256, d->data), d->digest))
		return bad(mem, what, "data is not what its digest and size say");
	return NULL;
}

static err *read_descriptor(arena *mem, const val *v, const char *what, struct oci_descriptor *ret)
{
	struct oci_descriptor d = {0};
	if (!val_is(v, VAL_MAP))
		return bad(mem, what, "it is no descriptor");
	d.type = text_of(v, "mediaType");
	d.digest = text_of(v, "digest");
	int64_t size = val_as_int(val_get(v, "size"), -1);
	if (!d.type || !d.digest)
		return bad(mem, what, "mediaType and digest are texts");
	TRY_AS(mem, oci_ref_check_digest(mem, d.digest), "%s", what);
	if (size < 0)
		return bad(mem, what, "size is no number of bytes");
	d.size = (uint64_t)size;
	TRY(read_annotations(mem, v, what, &d.annotations));
	TRY(read_data(mem, v, what, &d));
	*ret = d;
	return NULL;
}

static err *read_list(arena *mem, const val *list, const char *what, struct oci_descriptor **ret,
		      size_t *ret_n)
{
	size_t n = val_len(list);
	*ret_n = 0;
	if (list && list->kind != VAL_NULL && !val_is(list, VAL_LIST))
		return bad(mem, what, "they are no list");
	if (n > OCI_LAYERS_MAX)
		return err_new(mem, ERR_LIMIT, "%s: more than %d", what, OCI_LAYERS_MAX);
	struct oci_descriptor *d = NEW_N(mem, struct oci_descriptor, n);
	for (size_t i = 0; i < n; i++)
		TRY(read_descriptor(mem, val_at(list, i), arena_printf(mem, "%s[%zu]", what, i),
				    &d[i]));
	*ret = d;
	*ret_n = n;
	return NULL;
}

static err *read_document(arena *mem, str bytes, val **ret)
{
	if (bytes.n > OCI_MANIFEST_MAX)
		return err_new(mem, ERR_LIMIT, "the manifest is larger than %zu bytes",
			       OCI_MANIFEST_MAX);
	TRY(json_parse(mem, bytes, ret));
	if (!val_is(*ret, VAL_MAP))
		return err_new(mem, ERR_INVALID, "the manifest is no JSON object");
	return NULL;
}

/* ---- manifests ---- */

err *oci_manifest_parse(arena *mem, str bytes, const char *type, const char *digest,
			struct oci_manifest **ret_manifest)
{
	struct oci_manifest *m = NEW(mem, struct oci_manifest);
	struct oci_descriptor *layers;
	val *v;
	TRY(read_document(mem, bytes, &v));
	const char *own = text_of(v, "mediaType"), *artifact = text_of(v, "artifactType");
	if (!own || !artifact)
		return err_new(mem, ERR_INVALID, "mediaType and artifactType are texts");
	*m = (struct oci_manifest){.type = *type ? type : own,
				   .artifact_type = artifact,
				   .digest = digest,
				   .bytes = bytes,
				   .config = {.type = "", .digest = ""}};
	const val *config = val_get(v, "config");
	if (config && config->kind != VAL_NULL)
		TRY(read_descriptor(mem, config, "config", &m->config));
	TRY(read_list(mem, val_get(v, "layers"), "layers", &layers, &m->n_layers));
	m->layers = layers;
	TRY(read_annotations(mem, v, "manifest", &m->annotations));
	*ret_manifest = m;
	return NULL;
}

const struct oci_descriptor *oci_manifest_layer(const struct oci_manifest *m, const char *type)
{
	for (size_t i = 0; i < m->n_layers; i++)
		if (text_eq(m->layers[i].type, type))
			return &m->layers[i];
	return NULL;
}

/* ---- indexes ---- */

bool oci_manifest_is_index(const char *type)
{
	size_t n = strcspn(type, " ;");
	return (n == strlen(OCI_TYPE_INDEX) && strncasecmp(type, OCI_TYPE_INDEX, n) == 0) ||
	       (n == strlen(OCI_TYPE_DOCKER_INDEX) &&
		strncasecmp(type, OCI_TYPE_DOCKER_INDEX, n) == 0);
}

/* A manifest without a platform is taken for linux/amd64. */
static bool is_ours(const val *manifest)
{
	const val *p = val_get(manifest, "platform");
	if (!val_is(p, VAL_MAP))
		return true;
	return text_eq(text_of(p, "os"), PLATFORM_OS) &&
	       text_eq(text_of(p, "architecture"), PLATFORM_ARCHITECTURE);
}

err *oci_manifest_of_index(arena *mem, str bytes, const char *name,
			   struct oci_descriptor *ret_child)
{
	struct oci_descriptor *all;
	size_t n;
	val *v;
	TRY(read_document(mem, bytes, &v));
	TRY(read_list(mem, val_get(v, "manifests"), "manifests", &all, &n));
	for (size_t i = 0; i < n; i++) {
		if (!is_ours(val_at(val_get(v, "manifests"), i)))
			continue;
		*ret_child = all[i];
		return NULL;
	}
	return err_new(mem, ERR_NOT_FOUND,
		       "no child with platform " PLATFORM_OS "/" PLATFORM_ARCHITECTURE
		       " in index %s",
		       name);
}

err *oci_index_parse(arena *mem, str bytes, struct oci_index *ret_index)
{
	struct oci_descriptor *all;
	size_t n;
	val *v;
	TRY(read_document(mem, bytes, &v));
	TRY(read_list(mem, val_get(v, "manifests"), "manifests", &all, &n));
	const char **types = NEW_N(mem, const char *, n);
	for (size_t i = 0; i < n; i++) {
		types[i] = text_of(val_at(val_get(v, "manifests"), i), "artifactType");
		if (!types[i])
			types[i] = "";
	}
	*ret_index = (struct oci_index){all, types, n};
	return NULL;
}

/* ---- tags ---- */

static err *add_tags(arena *mem, const val *list, struct oci_tags *tags)
{
	for (size_t i = 0; i < val_len(list); i++) {
		const val *t = val_at(list, i);
		const char *text = val_as_text(t);
		if (!text || strlen(text) != val_len(t) || !oci_ref_is_tag(text))
			continue;
		if (tags->n == OCI_TAGS_MAX)
			return err_new(mem, ERR_LIMIT, "the repository has more than %zu tags",
				       OCI_TAGS_MAX);
		VEC_PUSH(mem, tags, arena_text(mem, text));
	}
	return NULL;
}

err *oci_tags_read(arena *mem, str bytes, struct oci_tags *tags)
{
	arena *scratch = arena_open();
	val *v;
	err *failed = json_parse(scratch, bytes, &v);
	if (failed) {
		failed = err_wrap(mem, err_copy(mem, failed), "the list of tags");
	} else {
		const val *list = val_get(v, "tags");
		bool good = val_is(v, VAL_MAP) &&
			    (!list || list->kind == VAL_NULL || val_is(list, VAL_LIST));
		failed = good ? add_tags(mem, list, tags)
			      : err_new(mem, ERR_INVALID, "the list of tags is none");
	}
	arena_close(scratch);
	return failed;
}
