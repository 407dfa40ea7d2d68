#include "kube/mapper.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/map.h"

#define AGGREGATED                                                                                 \
	"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
#define FRESH (2 * CLOCK_SECOND)
#define BETWEEN CLOCK_SECOND /* two looks because of an invalidation, when the kind is known */
#define SLICE (200 * CLOCK_MS)

/* What discovery said, whole; replaced, never changed. */
struct table {
	arena *mem;
	struct map resources; /* "group/version/kind" to struct resource */
	struct map
		preferred; /* "group/kind" to struct resource: of the first version that has it */
	/* "apps/v1", "apps/v1/Deployment", and "apps/v1/Scale", which only a subresource answers with: what charts
	 * see. A set: the values are the keys */
	struct map served;
};

struct mapper {
	struct client *client;
	pthread_mutex_t lock;
	pthread_cond_t looked;
	/* under lock */
	struct table *table; /* NULL before the first look */
	int64_t read;	     /* when its look began */
	bool old, looking;
};

err *mapper_open(arena *mem, struct client *cl, struct mapper **ret_mapper)
{
	struct mapper *m = NEW(mem, struct mapper);
	pthread_condattr_t attr;
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->looked, &attr);
	pthread_condattr_destroy(&attr);
	m->client = cl;
	*ret_mapper = m;
	return NULL;
}

static void close_table(struct table *t)
{
	if (t)
		arena_close(t->mem);
}

void mapper_close(struct mapper *m)
{
	if (!m)
		return;
	close_table(m->table);
	pthread_cond_destroy(&m->looked);
	pthread_mutex_destroy(&m->lock);
}

void mapper_invalidate(struct mapper *m)
{
	pthread_mutex_lock(&m->lock);
	m->old = true;
	pthread_mutex_unlock(&m->lock);
}

static void add_resource(struct table *t, const struct resource *found)
{
	arena *mem = t->mem;
	char *key = arena_printf(mem, "%s/%s/%s", found->gvk.group, found->gvk.version,
				 found->gvk.kind);
	char *kind_key = arena_printf(mem, "%s/%s", found->gvk.group, found->gvk.kind);
	if (map_has(&t->resources, key))
		return;
	struct resource *r = NEW(mem, struct resource);
	*r = client_copy_resource(mem, found);
	map_set(&t->resources, key, r);
	if (!map_has(&t->preferred, kind_key))
		map_set(&t->preferred, kind_key, r);
}

/* kind "": the version alone. */
static void add_served(struct table *t, const char *group, const char *version, const char *kind)
{
	struct gvk k = {group, version, kind};
	char *text =
		arena_printf(t->mem, "%s%s%s", gvk_api_version(t->mem, &k), *kind ? "/" : "", kind);
	if (!map_has(&t->served, text))
		map_set(&t->served, text, text);
}

static bool has_text(const val *list, const char *text)
{
	for (size_t i = 0; i < val_len(list); i++)
		if (text_eq(val_as_text(val_at(list, i)), text))
			return true;
	return false;
}

/* One resource of the aggregated form. */
static void read_found(struct table *t, const char *group, const char *version, const val *v)
{
	const val *kind = val_get(v, "responseKind"), *below = val_get(v, "subresources");
	struct resource r = {
		.gvk = {val_text_or(val_get(kind, "group"), ""),
			val_text_or(val_get(kind, "version"), ""),
			val_text_or(val_get(kind, "kind"), "")},
		.plural = val_as_text(val_get(v, "resource")),
		.namespaced = text_eq(val_as_text(val_get(v, "scope")), "Namespaced"),
		.can_watch = has_text(val_get(v, "verbs"), "watch"),
	};
	/* a kind that is served under the roof of another group, such as Scale, is no resource of its own;
	 * without group and version the kind is this one's */
	if (!*r.gvk.group)
		r.gvk.group = group;
	if (!*r.gvk.version)
		r.gvk.version = version;
	if (*r.gvk.kind)
		add_served(t, group, version, r.gvk.kind);
	for (size_t i = 0; i < val_len(below); i++) {
		const val *sub = val_at(below, i);
		const char *answers = val_text_or(VAL_IN(sub, "responseKind", "kind"), "");
		if (*answers)
			add_served(t, group, version, answers);
		if (text_eq(val_as_text(val_get(sub, "subresource")), "status"))
			r.has_status = true;
	}
	if (!r.plural || !*r.gvk.kind || strcmp(r.gvk.group, group) != 0 ||
	    strcmp(r.gvk.version, version) != 0)
		return;
	add_resource(t, &r);
}

static void read_aggregated(struct table *t, const val *doc)
{
	const val *groups = val_get(doc, "items");
	for (size_t i = 0; i < val_len(groups); i++) {
		const val *g = val_at(groups, i), *versions = val_get(g, "versions");
		const char *group = val_text_or(VAL_IN(g, "metadata", "name"), "");
		for (size_t j = 0; j < val_len(versions); j++) {
			const val *v = val_at(versions, j), *list = val_get(v, "resources");
			const char *version = val_text_or(val_get(v, "version"), "");
			add_served(t, group, version, "");
			for (size_t k = 0; k < val_len(list); k++)
				read_found(t, group, version, val_at(list, k));
		}
	}
}

/* The old form: APIResourceList of one group and version. Subresources are entries "plural/name". */
static void read_list(struct table *t, const char *group, const char *version, const val *doc)
{
	const val *list = val_get(doc, "resources");
	add_served(t, group, version, "");
	for (size_t i = 0; i < val_len(list); i++) {
		const val *v = val_at(list, i);
		const char *name = val_text_or(val_get(v, "name"), "");
		const char *kind = val_text_or(val_get(v, "kind"), "");
		if (*kind)
			add_served(t, group, version, kind);
		if (strchr(name, '/'))
			continue;
		struct resource r = {
			.gvk = {group, version, kind},
			.plural = name,
			.namespaced = val_as_bool(val_get(v, "namespaced"), false),
			.can_watch = has_text(val_get(v, "verbs"), "watch"),
		};
		char *status = arena_printf(t->mem, "%s/status", name);
		for (size_t k = 0; k < val_len(list); k++)
			if (text_eq(val_as_text(val_get(val_at(list, k), "name")), status))
				r.has_status = true;
		add_resource(t, &r);
	}
}

static err *look_at_version(ctx *c, struct mapper *m, struct table *t, const char *group,
			    const char *version)
{
	const char *path = *group ? arena_printf(c->mem, "/apis/%s/%s", group, version)
				  : arena_printf(c->mem, "/api/%s", version);
	val *doc;
	err *e = client_raw(c, m->client, "GET", path, NULL, &doc);
	/* an extension server that is down hides its own kinds, not all others */
	if (e && (e->code == ERR_CANCELED || e->code == ERR_TIMEOUT))
		return e;
	if (!e)
		read_list(t, group, version, doc);
	return NULL;
}

static err *look_old(ctx *c, struct mapper *m, struct table *t, const val *core, const val *doc)
{
	const val *versions = val_get(core, "versions"), *groups = val_get(doc, "groups");
	for (size_t i = 0; i < val_len(versions); i++)
		TRY(look_at_version(c, m, t, "", val_text_or(val_at(versions, i), "")));
	for (size_t i = 0; i < val_len(groups); i++) {
		const val *g = val_at(groups, i);
		const char *name = val_text_or(val_get(g, "name"), "");
		const char *first = val_text_or(VAL_IN(g, "preferredVersion", "version"), "");
		versions = val_get(g, "versions");
		if (*first)
			TRY(look_at_version(c, m, t, name, first));
		for (size_t j = 0; j < val_len(versions); j++) {
			const char *version =
				val_text_or(val_get(val_at(versions, j), "version"), "");
			if (strcmp(version, first) != 0)
				TRY(look_at_version(c, m, t, name, version));
		}
	}
	return NULL;
}

static err *look_into(ctx *c, struct mapper *m, struct table *t)
{
	val *core, *groups;
	TRY(client_raw_as(c, m->client, "GET", "/api", AGGREGATED, NULL, &core));
	TRY(client_raw_as(c, m->client, "GET", "/apis", AGGREGATED, NULL, &groups));
	if (!text_eq(val_as_text(val_get(groups, "kind")), "APIGroupDiscoveryList"))
		return look_old(c, m, t, core, groups);
	read_aggregated(t, core);
	read_aggregated(t, groups);
	return NULL;
}

/* Asks the API server for everything, in memory that goes at the end, for it is a megabyte of values. */
static err *look(ctx *c, struct mapper *m, struct table **ret_table)
{
	arena *own = arena_open(), *scratch = arena_open(), *mem = c->mem;
	struct table *t = NEW(own, struct table);
	t->mem = own;
	t->resources = map_init(own);
	t->preferred = map_init(own);
	t->served = map_init(own);
	c->mem = scratch;
	err *e = look_into(c, m, t);
	c->mem = mem;
	e = err_copy(mem, e);
	arena_close(scratch);
	if (e) {
		arena_close(own);
		return err_wrap(mem, e, "asking the API server which kinds it serves");
	}
	*ret_table = t;
	return NULL;
}

/* Under lock, which it gives up meanwhile: makes the look, or waits for the one that another makes. */
static err *look_again(ctx *c, struct mapper *m)
{
	if (m->looking) {
		while (m->looking) {
			int64_t until = clock_now() + SLICE;
			struct timespec at = {until / CLOCK_SECOND, until % CLOCK_SECOND};
			pthread_cond_timedwait(&m->looked, &m->lock, &at);
			TRY(ctx_check(c));
		}
		return NULL;
	}
	struct table *t = NULL;
	int64_t began = clock_now();
	m->looking = true;
	m->old = false;
	pthread_mutex_unlock(&m->lock);
	err *e = look(c, m, &t);
	pthread_mutex_lock(&m->lock);
	m->looking = false;
	pthread_cond_broadcast(&m->looked);
	if (e) {
		m->old = true;
		return e;
	}
	close_table(m->table);
	m->table = t;
	m->read = began;
	return NULL;
}

/* Under lock: the entry under key, with another look when it may have come, changed or gone. */
static err *find(ctx *c, struct mapper *m, bool by_kind, const char *key,
		 struct resource **ret_found)
{
	struct resource *r = NULL;
	for (int looks = 0; looks < 2; looks++) {
		if (m->table)
			r = map_get(by_kind ? &m->table->preferred : &m->table->resources, key);
		int64_t age = clock_now() - m->read;
		bool due = !m->table || (m->old && (!r || age > BETWEEN)) || (!r && age > FRESH);
		if (!due || (looks && m->table))
			break;
		err *e = look_again(c, m);
		/* what is known stays good enough while the server cannot be asked */
		if (e && (!r || e->code == ERR_CANCELED))
			return e;
		if (m->table)
			r = map_get(by_kind ? &m->table->preferred : &m->table->resources, key);
	}
	*ret_found = r;
	return NULL;
}

static err *find_copy(ctx *c, struct mapper *m, bool by_kind, const char *key, struct resource *ret,
		      bool *ret_is)
{
	struct resource *r = NULL;
	pthread_mutex_lock(&m->lock);
	err *e = find(c, m, by_kind, key, &r);
	*ret_is = !e && r;
	if (*ret_is)
		*ret = client_copy_resource(c->mem, r);
	pthread_mutex_unlock(&m->lock);
	return e;
}

err *mapper_find(ctx *c, struct mapper *m, const struct gvk *k, struct resource *ret_resource)
{
	bool is;
	char *key = arena_printf(c->mem, "%s/%s/%s", k->group, k->version, k->kind);
	TRY(find_copy(c, m, false, key, ret_resource, &is));
	if (is)
		return NULL;
	return err_new(c->mem, ERR_NOT_FOUND, "no matches for kind \"%s\" in version \"%s\"",
		       k->kind, gvk_api_version(c->mem, k));
}

err *mapper_find_kind(ctx *c, struct mapper *m, const char *group, const char *kind,
		      struct resource *ret_resource)
{
	bool is;
	TRY(find_copy(c, m, true, arena_printf(c->mem, "%s/%s", group, kind), ret_resource, &is));
	if (is)
		return NULL;
	return err_new(c->mem, ERR_NOT_FOUND, "no matches for kind \"%s\" in group \"%s\"", kind,
		       group);
}

/* Under lock: another look when the last is old, as long as one can be made. */
static err *refresh(ctx *c, struct mapper *m)
{
	err *e = NULL;
	if (!m->table || (m->old && clock_now() - m->read > BETWEEN))
		e = look_again(c, m);
	return m->table && (!e || e->code != ERR_CANCELED) ? NULL : e;
}

err *mapper_api_versions(ctx *c, struct mapper *m, const char ***ret_all, size_t *ret_n)
{
	const struct map_entry *at;
	size_t n = 0;
	pthread_mutex_lock(&m->lock);
	err *e = refresh(c, m);
	const char **all = NEW_N(c->mem, const char *, m->table ? m->table->served.n : 0);
	for (size_t i = 0; m->table && (at = map_next(&m->table->served, &i));)
		all[n++] = arena_text(c->mem, at->value);
	pthread_mutex_unlock(&m->lock);
	TRY(e);
	*ret_all = all;
	*ret_n = n;
	return NULL;
}
