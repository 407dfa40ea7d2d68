#include "source/artifact.h"

#include <string.h>

struct artifact *artifact_read(arena *mem, const val *v)
{
	struct artifact a = {.path = val_as_text(val_get(v, "path")),
			     .url = val_as_text(val_get(v, "url")),
			     .revision = val_as_text(val_get(v, "revision")),
			     .digest = val_as_text(val_get(v, "digest")),
			     .last_update = val_as_text(val_get(v, "lastUpdateTime")),
			     .size = val_as_int(val_get(v, "size"), 0),
			     .metadata = val_get(v, "metadata")};
	if (!a.path || !a.revision)
		return NULL;
	struct artifact *made = NEW(mem, struct artifact);
	*made = a;
	return made;
}

val *artifact_val(arena *mem, const struct artifact *a)
{
	val *v = val_map(mem);
	val_set_text(mem, v, "digest", a->digest);
	val_set_text(mem, v, "lastUpdateTime", a->last_update);
	if (a->metadata)
		val_set(mem, v, "metadata", val_copy(mem, a->metadata));
	val_set_text(mem, v, "path", a->path);
	val_set_text(mem, v, "revision", a->revision);
	val_set(mem, v, "size", val_int(mem, a->size));
	val_set_text(mem, v, "url", a->url);
	return v;
}

char *artifact_url(arena *mem, const char *host, const char *path)
{
	bool scheme = text_starts(host, "http://") || text_starts(host, "https://");
	size_t n = strlen(host);
	while (n && host[n - 1] == '/')
		n--;
	return arena_printf(mem, "%s%.*s/%s", scheme ? "" : "http://", (int)n, host, path);
}

const struct field artifact_fields[] = {
	{.name = "digest",
	 .type = FIELD_TEXT,
	 .offset = offsetof(struct artifact, digest),
	 .pattern = "^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[a-zA-Z0-9=_-]+$",
	 .required = true,
	 .doc = "The digest of the file: <algorithm>:<checksum>."},
	{.name = "lastUpdateTime",
	 .type = FIELD_TIME,
	 .offset = offsetof(struct artifact, last_update),
	 .required = true,
	 .doc = "When the file was last written."},
	{.name = "metadata",
	 .type = FIELD_TEXT_MAP,
	 .offset = offsetof(struct artifact, metadata),
	 .doc = "What the source says about it, such as the annotations of an OCI manifest."},
	{.name = "path",
	 .type = FIELD_TEXT,
	 .offset = offsetof(struct artifact, path),
	 .required = true,
	 .doc = "Where the file lies below the root of the storage."},
	{.name = "revision",
	 .type = FIELD_TEXT,
	 .offset = offsetof(struct artifact, revision),
	 .required = true,
	 .doc = "Where it comes from, for people: a branch or tag with a commit, a digest, a "
		"version."},
	{.name = "size",
	 .type = FIELD_INT,
	 .offset = offsetof(struct artifact, size),
	 .doc = "The bytes of the file."},
	{.name = "url",
	 .type = FIELD_TEXT,
	 .offset = offsetof(struct artifact, url),
	 .required = true,
	 .doc = "The address of the file for those in the cluster."},
	{0},
};
