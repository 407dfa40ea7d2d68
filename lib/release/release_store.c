#include "release/release_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/vec.h"
#include "release/release_site.h"

static const struct resource secrets = {
	.gvk = {"", "v1", "Secret"}, .plural = "secrets", .namespaced = true};

void store_look(struct release_record *r)
{
	r->version = val_as_int(val_get(r->release, "version"), 0);
	r->status = val_text_or(VAL_IN(r->release, "info", "status"), "");
	r->ssa = text_eq(val_as_text(val_get(r->release, "apply_method")), "ssa");
}

static err *read_secret(arena *mem, const val *secret, struct release_record *ret)
{
	val *release;
	TRY(helm_release_of(mem, secret, &release));
	*ret = (struct release_record){
		.release = release, .labels = val_copy(mem, VAL_IN(secret, "metadata", "labels"))};
	store_look(ret);
	return NULL;
}

/* ---- reading ----------------------------------------------------------------------------------- */

struct listing {
	arena *mem;
	VEC(struct release_record) found;
	size_t unread;
};

static err *each(void *arg, const val *item)
{
	struct listing *l = arg;
	struct release_record r;
	/* what cannot be read is passed over, as Helm does */
	if (!read_secret(l->mem, item, &r))
		VEC_PUSH(l->mem, &l->found, r);
	else
		l->unread++;
	return NULL;
}

static int newest_first(const void *a, const void *b)
{
	int64_t x = ((const struct release_record *)a)->version,
		y = ((const struct release_record *)b)->version;
	return x < y ? 1 : x > y ? -1 : 0;
}

err *store_list(ctx *c, const struct release_of *of, struct release_history *ret)
{
	struct listing l = {.mem = c->mem};
	const char *version;
	TRY_AS(c->mem,
	       client_list(c, of->client, &secrets, of->storage_ns,
			   arena_printf(c->mem, "name=%s,owner=helm", of->name), false, each, &l,
			   &version),
	       "query: failed to query with labels");
	if (l.found.n)
		qsort(l.found.p, l.found.n, sizeof(*l.found.p), newest_first);
	*ret = (struct release_history){l.found.p, l.found.n, l.unread};
	return NULL;
}

static err *not_found(arena *mem)
{
	return err_new(mem, ERR_NOT_FOUND, "release: not found");
}

err *store_get(ctx *c, const struct release_of *of, int64_t version, struct release_record *ret)
{
	val *secret;
	const char *key = helm_release_key(c->mem, of->name, version);
	err *e = client_get(c, of->client, &secrets, of->storage_ns, key, false, &secret);
	if (err_code(e) == ERR_NOT_FOUND)
		return not_found(c->mem);
	TRY_AS(c->mem, e, "get: failed to get \"%s\"", key);
	TRY_AS(c->mem, read_secret(c->mem, secret, ret), "get: failed to decode data \"%s\"", key);
	return NULL;
}

static const char *site_key(arena *mem, const struct release_of *of, int64_t version)
{
	return arena_printf(mem, "%s/%s", of->storage_ns, helm_release_key(mem, of->name, version));
}

err *store_resume(ctx *c, const struct release_of *of, int64_t version, struct release_record *ret)
{
	str data;
	val *labels, *release;
	if (!site_take(of->site, c->mem, site_key(c->mem, of, version), &data, &labels))
		return store_get(c, of, version, ret);
	TRY(helm_release_decode(c->mem, data, &release));
	*ret = (struct release_record){.release = release, .labels = labels};
	store_look(ret);
	return NULL;
}

void store_keep(ctx *c, const struct release_of *of, const struct release_record *record)
{
	str data;
	if (!helm_release_encode(c->mem, of->site->packer, record->release, &data))
		site_keep(of->site, site_key(c->mem, of, record->version), data, record->labels);
}

void store_drop(ctx *c, const struct release_of *of, int64_t version)
{
	site_drop(of->site, site_key(c->mem, of, version));
}

/* ---- writing ----------------------------------------------------------------------------------- */

err *store_create(ctx *c, const struct release_of *of, const struct release_record *record)
{
	val *secret;
	TRY_AS(c->mem,
	       helm_release_secret(c->mem, of->site->packer, of->storage_ns, record->release,
				   record->labels, "createdAt", clock_wall(), &secret),
	       "create");
	err *e = client_create(c, of->client, &secrets, of->storage_ns, secret, RELEASE_MANAGER,
			       NULL);
	if (err_code(e) == ERR_EXISTS)
		return err_new(c->mem, ERR_EXISTS, "release: already exists");
	TRY_AS(c->mem, e, "create: failed to create");
	return NULL;
}

err *store_update(ctx *c, const struct release_of *of, const struct release_record *record)
{
	val *secret;
	TRY_AS(c->mem,
	       helm_release_secret(c->mem, of->site->packer, of->storage_ns, record->release,
				   record->labels, "modifiedAt", clock_wall(), &secret),
	       "update");
	TRY_AS(c->mem,
	       client_update(c, of->client, &secrets, of->storage_ns,
			     helm_release_key(c->mem, of->name, record->version), secret, NULL),
	       "update: failed to update");
	return NULL;
}

err *store_delete(ctx *c, const struct release_of *of, int64_t version)
{
	err *e = client_delete(c, of->client, &secrets, of->storage_ns,
			       helm_release_key(c->mem, of->name, version), NULL, NULL);
	return err_code(e) == ERR_NOT_FOUND ? not_found(c->mem) : e;
}

/* ---- a history --------------------------------------------------------------------------------- */

const struct release_record *store_last(const struct release_history *h, const char *status)
{
	for (size_t i = 0; i < h->n; i++)
		if (text_eq(h->p[i].status, status))
			return &h->p[i];
	return NULL;
}

const struct release_record *store_version(const struct release_history *h, int64_t version)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->p[i].version == version)
			return &h->p[i];
	return NULL;
}

size_t store_surplus(arena *mem, const struct release_history *h, int64_t max,
		     const struct release_record ***ret)
{
	const struct release_record *deployed = store_last(h, "deployed");
	VEC(const struct release_record *) out = {0};
	for (size_t i = h->n; max > 0 && i-- > 0 && h->n - out.n > (size_t)max - 1;)
		if (&h->p[i] != deployed)
			VEC_PUSH(mem, &out, &h->p[i]);
	*ret = out.p;
	return out.n;
}

val *store_labels(arena *mem, const val *labels)
{
	val *out = val_map(mem);
	for (uint32_t i = 0; val_is(labels, VAL_MAP) && i < labels->map.n; i++)
		if (!helm_release_label(labels->map.p[i].key))
			val_set_str(mem, out, labels->map.p[i].key, labels->map.p[i].value);
	return out;
}

void store_write(struct release_history *h, const struct release_write *w)
{
	struct release_record r = {.release = w->release, .labels = w->labels};
	size_t at = 0;
	store_look(&r);
	while (at < h->n && h->p[at].version > r.version)
		at++;
	bool there = at < h->n && h->p[at].version == r.version;
	if (w->what == RELEASE_DELETED) {
		if (there)
			memmove(&h->p[at], &h->p[at + 1], (--h->n - at) * sizeof(r));
		return;
	}
	if (!there)
		memmove(&h->p[at + 1], &h->p[at], (h->n++ - at) * sizeof(r));
	h->p[at] = r;
}
