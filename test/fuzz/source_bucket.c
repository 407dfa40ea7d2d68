/* What servers of buckets answer: listings, errors, credentials. */
#include <stdlib.h>
#include <string.h>

#include "source/bucket.h"

static void check(arena *mem, const struct bucket_page *p)
{
	struct bucket_list l = {.mem = mem};
	for (size_t i = 0; i < p->objects.n; i++)
		if (bucket_list_add(&l, &p->objects.p[i]))
			return;
	if (bucket_list_settle(&l))
		return;
	for (size_t i = 0; i < l.objects.n; i++) {
		/* what is left is a path that does not lead out */
		const char *path = bucket_object_path(mem, &l.objects.p[i]);
		if (path[0] == '/' || text_starts(path, "../") || text_eq(path, "..") ||
		    text_eq(path, "."))
			abort();
		if (i && !(strcmp(l.objects.p[i - 1].key, l.objects.p[i].key) < 0))
			abort();
	}
	bucket_list_digest(mem, &l, DIGEST_SHA256);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static err *(*const readers[])(arena *, str, struct bucket_page *) = {
		bucket_s3_read, bucket_azure_read, bucket_gcs_read};
	arena *mem = arena_open();
	str text = {(const char *)data, size};
	struct http_answer a = {.status = 404, .body = text};
	struct bucket_fault f;
	struct aws_keys keys;
	int64_t expires;
	struct bucket_page page;
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (!readers[i](mem, text, &page))
			check(mem, &page);
	f = bucket_fault_read(mem, &a, true);
	if (!*f.message)
		abort();
	(void)aws_read_keys(mem, text, &keys, &expires);
	(void)aws_fault_xml(mem, text);
	(void)aws_fault_json(mem, text);
	(void)oauth_read(mem, text);
	arena_close(mem);
	return 0;
}
