#include "source/bucket_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/map.h"
#include "base/path.h"

err *bucket_object_make(arena *mem, str key, str etag, int64_t size, struct bucket_object *ret)
{
	if (!key.n)
		return err_new(mem, ERR_INVALID, "an object in the listing has no key");
	if (key.n > BUCKET_MAX_KEY || etag.n > BUCKET_MAX_ETAG)
		return err_new(mem, ERR_LIMIT, "the key or ETag of object '%.*s…' is too long",
			       STR_ARG(str_sub(key, 0, 100)));
	if (memchr(key.p, 0, key.n) || !enc_is_utf8(key))
		return err_new(mem, ERR_INVALID,
			       "the key of an object holds bytes that no file's name can have: %s",
			       enc_percent(mem, key));
	if (etag.n && (memchr(etag.p, 0, etag.n) || str_find(etag, '\n') >= 0))
		return err_new(mem, ERR_INVALID, "the ETag of object '%.*s' is malformed",
			       STR_ARG(key));
	*ret = (struct bucket_object){
		.key = str_text(mem, key), .etag = str_text(mem, etag), .size = size};
	return NULL;
}

err *bucket_list_add(struct bucket_list *l, const struct bucket_object *o)
{
	if (text_ends(o->key, "/") || text_eq(o->key, IGNORE_FILE) ||
	    (l->ignore && ignore_match(l->ignore, o->key, false)))
		return NULL;
	l->bytes += strlen(o->key) + strlen(o->etag) + 2;
	if (l->objects.n == BUCKET_MAX_OBJECTS || l->bytes > BUCKET_MAX_KEYS)
		return err_new(l->mem, ERR_LIMIT,
			       "more than %zu objects: leave some out by spec.prefix, spec.ignore "
			       "or " IGNORE_FILE,
			       l->objects.n);
	struct bucket_object copy = *o;
	copy.key = arena_text(l->mem, o->key);
	copy.etag = arena_text(l->mem, o->etag);
	copy.version = arena_text(l->mem, o->version);
	VEC_PUSH(l->mem, &l->objects, copy);
	return NULL;
}

/* ---- order ---- */

struct placed {
	struct bucket_object object;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;
	int order = strcmp(x->object.key, y->object.key);
	return order ? order : x->at < y->at ? -1 : 1;
}

static void sort(struct bucket_list *l)
{
	size_t n = 0;
	arena *scratch = arena_open();
	struct placed *all = NEW_N(scratch, struct placed, l->objects.n);
	for (size_t i = 0; i < l->objects.n; i++)
		all[i] = (struct placed){l->objects.p[i], i};
	if (l->objects.n)
		qsort(all, l->objects.n, sizeof(*all), by_key);
	for (size_t i = 0; i < l->objects.n; i++) {
		if (n && text_eq(l->objects.p[n - 1].key, all[i].object.key))
			n--;
		l->objects.p[n++] = all[i].object;
	}
	l->objects.n = n;
	arena_close(scratch);
}

/* ---- paths ---- */

#define REMEDY "leave it out by spec.ignore or " IGNORE_FILE

static err *check_key(arena *mem, const char *key)
{
	str rest = str_of(key), part;
	if (*key == '/')
		return err_new(mem, ERR_INVALID,
			       "the key of object '%s' is an absolute path: " REMEDY, key);
	while (str_next(&rest, '/', &part)) {
		if (str_is(part, "..") || str_is(part, "."))
			return err_new(mem, ERR_INVALID,
				       "the key of object '%s' has '%.*s' in its path, which no "
				       "file can have: " REMEDY,
				       key, STR_ARG(part));
		if (part.n > 255)
			return err_new(
				mem, ERR_INVALID,
				"the key of object '%.300s…' has a name of more than 255 bytes "
				"in its path: " REMEDY,
				key);
	}
	return NULL;
}

char *bucket_object_path(arena *mem, const struct bucket_object *o)
{
	return path_clean(mem, str_of(o->key));
}

/* No file may be where another needs a folder, and no two may be the same. */
static err *check_places(arena *mem, arena *scratch, const struct bucket_list *l)
{
	struct map files = map_init(scratch);
	for (size_t i = 0; i < l->objects.n; i++) {
		struct bucket_object *o = &l->objects.p[i];
		const struct bucket_object *other =
			map_set(&files, bucket_object_path(scratch, o), o);
		if (other)
			return err_new(mem, ERR_INVALID,
				       "objects '%s' and '%s' are the same file: leave one out by "
				       "spec.ignore or " IGNORE_FILE,
				       other->key, o->key);
	}
	for (size_t i = 0; i < l->objects.n; i++) {
		const struct bucket_object *o = &l->objects.p[i];
		str path = str_of(bucket_object_path(scratch, o));
		for (ptrdiff_t at; (at = str_rfind(path, '/')) > 0;) {
			path = str_sub(path, 0, (size_t)at);
			const struct bucket_object *other = map_get_str(&files, path);
			if (other)
				return err_new(mem, ERR_INVALID,
					       "object '%s' cannot be a file and the folder of "
					       "object '%s': leave one out by spec.ignore "
					       "or " IGNORE_FILE,
					       other->key, o->key);
		}
	}
	return NULL;
}

err *bucket_list_settle(struct bucket_list *l)
{
	sort(l);
	for (size_t i = 0; i < l->objects.n; i++)
		TRY(check_key(l->mem, l->objects.p[i].key));
	arena *scratch = arena_open();
	err *e = check_places(l->mem, scratch, l);
	arena_close(scratch);
	return e;
}

/* ---- the revision ---- */

uint64_t bucket_list_size(const struct bucket_list *l)
{
	uint64_t all = 0;
	for (size_t i = 0; i < l->objects.n; i++) {
		int64_t size = l->objects.p[i].size;
		if (size > 0 && __builtin_add_overflow(all, (uint64_t)size, &all))
			return UINT64_MAX;
	}
	return all;
}

size_t bucket_list_count(const struct bucket_list *l)
{
	size_t n = 0;
	for (size_t i = 0; i < l->objects.n; i++)
		n += !l->objects.p[i].gone;
	return n;
}

char *bucket_list_digest(arena *mem, const struct bucket_list *l, enum digest_kind kind)
{
	struct digest *d = digest_begin(mem, kind);
	for (size_t i = 0; i < l->objects.n; i++) {
		const struct bucket_object *o = &l->objects.p[i];
		if (o->gone)
			continue;
		digest_add(d, str_of(o->key));
		digest_add(d, STR(" "));
		digest_add(d, str_of(o->etag));
		digest_add(d, STR("\n"));
	}
	return digest_end(d);
}
