#include "fake/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "data/yaml.h"
#include "fake/discovery.h"
#include "fake/faults.h"
#include "net/server.h"
#include "net/url.h"
#include "fake/store.h"

#define JSON_TYPE ((struct http_header[]){{"Content-Type", "application/json"}, {NULL, NULL}})

/* Where a path leads. */
struct route {
	const struct fake_kind *kind;
	const char *ns, *name, *sub; /* "" when absent */
};

struct watcher {
	struct fake_api *api;
	struct server_call *call;
	const struct fake_kind *kind;
	char *ns, *selector, *fields;
	bool metadata_only;
	struct watcher *next, **link;
};

struct fake_api {
	loop *loop;
	struct server *server;
	struct store *store;
	struct faults *faults;
	struct watcher *watchers;
	arena *mem;
	val *log; /* of requests */
	bool old_discovery, old_lists;
};

static void answer(struct fake_api *f, struct server_call *c, int status, const val *v)
{
	fake_faults_log(f->mem, f->log, c, status);
	server_answer(c, status, JSON_TYPE, str_of(json_text(c->mem, v, JSON_PLAIN)));
}

static void refuse(struct fake_api *f, struct server_call *c, int status, const char *reason,
		   const char *text)
{
	answer(f, c, status, fake_store_status(c->mem, status, reason, "%s", text));
}

static const char *query(struct server_call *c, const char *name)
{
	const char *v = url_query_get(c->mem, c->query, name);
	return v ? v : "";
}

static bool accepts(struct server_call *c, const char *what)
{
	const char *accept = server_header(c, "accept");
	return accept && strstr(accept, what);
}

/* "a=b,c!=d,e,!f" against labels, or against metadata's name and namespace for fields. */
static bool selects(const char *selector, const val *labels)
{
	str rest = str_of(selector), one, key, value;
	while (str_next(&rest, ',', &one)) {
		one = str_trim(one);
		if (!one.n)
			continue;
		bool negative = one.p[0] == '!', equal = str_cut(one, '=', &key, &value);
		if (equal && key.n && key.p[key.n - 1] == '!') {
			negative = true;
			key.n--;
		} else if (equal && value.n && value.p[0] == '=') {
			value = str_sub(value, 1, value.n);
		}
		if (!equal)
			key = negative ? str_sub(one, 1, one.n) : one;
		const val *has = val_get_str(labels, str_trim(key));
		bool is = equal ? has && str_eq(val_as_str(has), str_trim(value)) : has != NULL;
		if (is == negative)
			return false;
	}
	return true;
}

static bool chosen(arena *mem, const char *selector, const char *fields, const val *obj)
{
	const val *metadata = val_get(obj, "metadata");
	if (*selector && !selects(selector, val_get(metadata, "labels")))
		return false;
	if (!*fields)
		return true;
	val *known = val_map(mem);
	val_set_text(mem, known, "metadata.name", val_as_text(val_get(metadata, "name")));
	val_set_text(mem, known, "metadata.namespace", val_as_text(val_get(metadata, "namespace")));
	return selects(fields, known);
}

static const val *shown(arena *mem, const val *obj, const struct fake_kind *k, bool metadata_only)
{
	val *v = val_map(mem);
	if (!metadata_only) {
		for (uint32_t i = 0; i < val_len(obj); i++)
			val_set_str(mem, v, obj->map.p[i].key, obj->map.p[i].value);
		val_set_text(mem, v, "apiVersion",
			     *k->group ? arena_printf(mem, "%s/%s", k->group, k->version)
				       : k->version);
		return v;
	}
	val_set_text(mem, v, "kind", "PartialObjectMetadata");
	val_set_text(mem, v, "apiVersion", "meta.k8s.io/v1");
	val_set(mem, v, "metadata", val_get(obj, "metadata"));
	return v;
}

/* Discovery. */

static bool discover(struct fake_api *f, struct server_call *c)
{
	arena *mem = c->mem;
	bool core = strcmp(c->path, "/api") == 0,
	     new = accepts(c, "apidiscovery.k8s.io") && !f->old_discovery;
	val *v = NULL;
	str group, version;
	if (new && (core || strcmp(c->path, "/apis") == 0))
		v = discovery_aggregated(f->store, mem, core);
	else if (core) {
		v = val_map(mem);
		val_set_text(mem, v, "kind", "APIVersions");
		val *versions = val_list(mem);
		val_push(mem, versions, val_text(mem, "v1"));
		val_set(mem, v, "versions", versions);
	} else if (strcmp(c->path, "/apis") == 0)
		v = discovery_groups(f->store, mem);
	else if (strcmp(c->path, "/api/v1") == 0)
		v = discovery_resources(f->store, mem, "", "v1");
	else if (text_starts(c->path, "/apis/") &&
		 str_cut(str_of(c->path + 6), '/', &group, &version) && str_find(version, '/') < 0)
		v = discovery_resources(f->store, mem, str_text(mem, group),
					str_text(mem, version));
	if (!v)
		return false;
	static const struct http_header type[] = {
		{"Content-Type",
		 "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"},
		{NULL, NULL}};
	fake_faults_log(f->mem, f->log, c, 200);
	server_answer(c, 200,
		      text_eq(val_as_text(val_get(v, "kind")), "APIGroupDiscoveryList") ? type
											: JSON_TYPE,
		      str_of(json_text(c->mem, v, JSON_PLAIN)));
	return true;
}

/* Watches. */

static bool send_event(struct server_call *c, arena *mem, const char *type, const val *obj)
{
	buf b = buf_init(mem);
	buf_printf(&b, "{\"type\":\"%s\",\"object\":", type);
	json_print(&b, obj, JSON_PLAIN);
	buf_text_add(&b, "}\n");
	return server_write(c, buf_view(&b));
}

static void end_watcher(struct watcher *w)
{
	struct server_call *c = w->call;
	*w->link = w->next;
	if (w->next)
		w->next->link = w->link;
	free(w->ns);
	free(w->selector);
	free(w->fields);
	free(w);
	server_end(c);
}

static void watcher_gone(void *arg)
{
	end_watcher(arg);
}

/* An event as a watcher with a selector sees it: what no longer matches is deleted for it. */
static void pass_on(void *arg, const struct fake_event *e)
{
	struct watcher *w = arg;
	arena *mem = arena_open();
	const char *ns = val_text_or(val_in(e->obj, "metadata", "namespace", NULL), ""),
		   *type = e->type;
	/* one kind in several versions is one resource */
	bool mine = strcmp(e->kind->plural, w->kind->plural) == 0 &&
		    strcmp(e->kind->group, w->kind->group) == 0 &&
		    (!*w->ns || strcmp(w->ns, ns) == 0);
	bool now = mine && chosen(mem, w->selector, w->fields, e->obj);
	bool was = mine && e->before && chosen(mem, w->selector, w->fields, e->before);
	if (strcmp(type, "MODIFIED") == 0)
		type = now && was ? "MODIFIED" : now ? "ADDED" : "DELETED";
	if (now || was)
		send_event(w->call, mem, type, shown(mem, e->obj, w->kind, w->metadata_only));
	arena_close(mem);
}

static void on_event(void *arg, const struct fake_event *e)
{
	struct fake_api *f = arg;
	for (struct watcher *w = f->watchers; w; w = w->next)
		pass_on(w, e);
}

static val *bookmark(arena *mem, const struct fake_kind *k, uint64_t version, bool end)
{
	val *v = val_map(mem), *metadata = val_map(mem);
	val_set_text(mem, v, "kind", k->kind);
	val_set_text(mem, v, "apiVersion",
		     *k->group ? arena_printf(mem, "%s/%s", k->group, k->version) : k->version);
	val_set(mem, metadata, "resourceVersion",
		val_printf(mem, "%llu", (unsigned long long)version));
	if (end)
		val_set_text(mem, val_make_map(mem, metadata, "annotations"),
			     "k8s.io/initial-events-end", "true");
	val_set(mem, v, "metadata", metadata);
	return v;
}

static val *gone_status(arena *mem)
{
	return fake_store_status(mem, 410, "Expired", "too old resource version");
}

static void begin_watch(struct fake_api *f, struct server_call *c, const struct route *r)
{
	arena *mem = c->mem;
	bool list = strcmp(query(c, "sendInitialEvents"), "true") == 0;
	uint64_t after = strtoull(query(c, "resourceVersion"), NULL, 10);
	if (list && f->old_lists) {
		refuse(f, c, 422, "Invalid",
		       "sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch");
		return;
	}
	struct watcher *w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	*w = (struct watcher){f,
			      c,
			      r->kind,
			      strdup(r->ns),
			      strdup(query(c, "labelSelector")),
			      strdup(query(c, "fieldSelector")),
			      accepts(c, "as=PartialObjectMetadata"),
			      NULL,
			      NULL};
	w->next = f->watchers;
	w->link = &f->watchers;
	if (w->next)
		w->next->link = &w->next;
	f->watchers = w;
	fake_faults_log(f->mem, f->log, c, 200);
	server_on_gone(c, watcher_gone, w);
	server_begin(c, 200, JSON_TYPE);
	if (list) {
		val *items = val_list(mem);
		fake_store_list(f->store, mem, r->kind, r->ns, items);
		for (size_t i = 0; i < val_len(items); i++)
			if (chosen(mem, w->selector, w->fields, val_at(items, i)))
				send_event(c, mem, "ADDED",
					   shown(mem, val_at(items, i), r->kind, w->metadata_only));
		send_event(c, mem, "BOOKMARK",
			   bookmark(mem, r->kind, fake_store_version(f->store), true));
	} else if (!fake_store_replay(f->store, after ? after : fake_store_version(f->store),
				      pass_on, w)) {
		send_event(c, mem, "ERROR", gone_status(mem));
		end_watcher(w);
	}
}

static void send_list(struct fake_api *f, struct server_call *c, const struct route *r)
{
	arena *mem = c->mem;
	bool metadata_only = accepts(c, "as=PartialObjectMetadataList");
	size_t limit = strtoul(query(c, "limit"), NULL, 10), from = 0;
	val *all = val_list(mem), *v = val_map(mem), *metadata = val_map(mem),
	    *items = val_list(mem);
	const char *more = query(c, "continue");
	unsigned long long version = fake_store_version(f->store);
	if (*more && sscanf(more, "%zu-%llu", &from, &version) != 2) {
		refuse(f, c, 400, "BadRequest", "continue key is not valid");
		return;
	}
	if (*more && !fake_store_replay(f->store, version, NULL, NULL)) {
		answer(f, c, 410, gone_status(mem));
		return;
	}
	fake_store_list(f->store, mem, r->kind, r->ns, all);
	size_t i = from;
	for (; i < val_len(all) && (!limit || val_len(items) < limit); i++)
		if (chosen(mem, query(c, "labelSelector"), query(c, "fieldSelector"),
			   val_at(all, i)))
			val_push(mem, items,
				 val_copy(mem, shown(mem, val_at(all, i), r->kind, metadata_only)));
	val_set(mem, v, "kind",
		val_printf(mem, "%sList", metadata_only ? "PartialObjectMetadata" : r->kind->kind));
	val_set_text(mem, v, "apiVersion", metadata_only ? "meta.k8s.io/v1" : r->kind->version);
	val_set(mem, metadata, "resourceVersion", val_printf(mem, "%llu", version));
	if (i < val_len(all))
		val_set(mem, metadata, "continue", val_printf(mem, "%zu-%llu", i, version));
	val_set(mem, v, "metadata", metadata);
	val_set(mem, v, "items", items);
	answer(f, c, 200, v);
}

/* Objects. */

static const char *manager_of(struct server_call *c)
{
	const char *manager = query(c, "fieldManager"), *agent = server_header(c, "user-agent");
	if (*manager)
		return manager;
	return agent ? str_text(c->mem, str_sub(str_of(agent), 0, strcspn(agent, "/"))) : "unknown";
}

static void write_object(struct fake_api *f, struct server_call *c, const struct route *r)
{
	const char *type = server_header(c, "content-type");
	struct fake_change change = {
		.kind = r->kind,
		.ns = r->ns,
		.name = *r->name ? r->name : NULL,
		.status = strcmp(r->sub, "status") == 0,
		.manager = manager_of(c),
		.force = strcmp(query(c, "force"), "true") == 0,
		.dry_run = strcmp(query(c, "dryRun"), "All") == 0,
	};
	val *body;
	err *e = yaml_parse(c->mem, c->body, &body);
	if (e) {
		refuse(f, c, 400, "BadRequest", err_text(c->mem, e));
		return;
	}
	change.body = body;
	if (strcmp(c->method, "POST") == 0)
		change.how = FAKE_CREATE;
	else if (strcmp(c->method, "PUT") == 0)
		change.how = FAKE_UPDATE;
	else if (type && strstr(type, "apply-patch"))
		change.how = FAKE_APPLY;
	else if (type && strstr(type, "json-patch"))
		change.how = FAKE_JSON_PATCH;
	else if (type && strstr(type, "merge-patch"))
		change.how = FAKE_MERGE;
	else {
		refuse(f, c, 415, "UnsupportedMediaType",
		       "the body of the request was in an unknown format");
		return;
	}
	struct fake_outcome o = fake_store_write(f->store, c->mem, &change);
	bool metadata_only = o.status / 100 == 2 && accepts(c, "as=PartialObjectMetadata;");
	answer(f, c, o.status, metadata_only ? shown(c->mem, o.obj, r->kind, true) : o.obj);
}

static void delete_object(struct fake_api *f, struct server_call *c, const struct route *r)
{
	val *body = NULL;
	if (c->body.n && json_parse(c->mem, c->body, &body)) {
		refuse(f, c, 400, "BadRequest", "the body is no JSON");
		return;
	}
	struct fake_outcome o = fake_store_delete(
		f->store, c->mem, r->kind, r->ns, r->name,
		val_as_text(val_in(body, "preconditions", "uid", NULL)),
		val_as_text(val_in(body, "preconditions", "resourceVersion", NULL)));
	answer(f, c, o.status, o.obj);
}

static void get_object(struct fake_api *f, struct server_call *c, const struct route *r)
{
	val *v = fake_store_get(f->store, c->mem, r->kind, r->ns, r->name);
	if (v) {
		answer(f, c, 200,
		       shown(c->mem, v, r->kind, accepts(c, "as=PartialObjectMetadata;")));
		return;
	}
	const char *dot = *r->kind->group ? "." : "";
	refuse(f, c, 404, "NotFound",
	       arena_printf(c->mem, "%s%s%s \"%s\" not found", r->kind->plural, dot, r->kind->group,
			    r->name));
}

/* A token for the ServiceAccount of a path …/namespaces/<ns>/serviceaccounts/<name>/token: unsigned, but it tells whose it is and for whom. */
static char *account_token(struct server_call *c)
{
	val *asked, *claims = val_map(c->mem);
	str rest = str_of(c->path), part, ns = STR(""), name = STR("");
	while (str_next(&rest, '/', &part)) {
		if (str_is(part, "namespaces"))
			(void)str_next(&rest, '/', &ns);
		if (str_is(part, "serviceaccounts"))
			(void)str_next(&rest, '/', &name);
	}
	if (json_parse(c->mem, c->body, &asked))
		asked = val_null(c->mem);
	val_set(c->mem, claims, "aud", val_copy(c->mem, VAL_IN(asked, "spec", "audiences")));
	val_set_text(c->mem, claims, "sub",
		     arena_printf(c->mem, "system:serviceaccount:%.*s:%.*s", STR_ARG(ns),
				  STR_ARG(name)));
	return arena_printf(c->mem, "e30.%s.fake",
			    enc_base64_url(c->mem, str_of(json_text(c->mem, claims, JSON_PLAIN))));
}

/* A token for a ServiceAccount, and yes to every question about rights. */
static bool answer_review(struct fake_api *f, struct server_call *c)
{
	val *v = val_map(c->mem), *status = val_map(c->mem);
	if (text_ends(c->path, "/token") && strstr(c->path, "/serviceaccounts/")) {
		val_set_text(c->mem, status, "token", account_token(c));
		val_set_text(c->mem, status, "expirationTimestamp",
			     clock_rfc3339(c->mem, clock_wall() + CLOCK_HOUR));
	} else if (text_ends(c->path, "accessreviews")) {
		val_set(c->mem, status, "allowed", val_bool(c->mem, true));
	} else {
		return false;
	}
	val_set(c->mem, v, "status", status);
	answer(f, c, 201, v);
	return true;
}

/* Reads "/apis/<group>/<version>[/namespaces/<ns>]/<plural>[/<name>[/<sub>]]". */
static bool read_route(struct fake_api *f, struct server_call *c, struct route *ret_route)
{
	arena *mem = c->mem;
	str rest = str_of(c->path + 1), part;
	const char *parts[8];
	size_t n = 0, i = 0;
	while (n < 8 && str_next(&rest, '/', &part))
		parts[n++] = str_text(mem, part);
	bool core = n && strcmp(parts[0], "api") == 0;
	if (n < (core ? 3u : 4u) || (!core && strcmp(parts[0], "apis") != 0))
		return false;
	const char *group = core ? "" : parts[1], *version = core ? parts[1] : parts[2];
	struct route r = {NULL, "", "", ""};
	i = core ? 2 : 3;
	if (n - i >= 3 && strcmp(parts[i], "namespaces") == 0 &&
	    strcmp(parts[i + 2], "status") != 0) {
		r.ns = parts[i + 1];
		i += 2;
	}
	r.kind = fake_store_kind(f->store, group, version, parts[i]);
	if (i + 1 < n)
		r.name = parts[i + 1];
	if (i + 2 < n)
		r.sub = parts[i + 2];
	*ret_route = r;
	return r.kind != NULL;
}

static void serve(void *arg, struct server_call *c)
{
	struct fake_api *f = arg;
	struct route r;
	bool get = strcmp(c->method, "GET") == 0;
	if (get && discover(f, c))
		return;
	if (get && strcmp(c->path, "/version") == 0) {
		val *v = val_map(c->mem);
		val_set_text(c->mem, v, "major", "1");
		val_set_text(c->mem, v, "minor", "34");
		val_set_text(c->mem, v, "gitVersion", "v1.34.0");
		answer(f, c, 200, v);
	} else if (strcmp(c->method, "POST") == 0 && answer_review(f, c)) {
		return;
	} else if (!read_route(f, c, &r)) {
		refuse(f, c, 404, "NotFound", "the server could not find the requested resource");
	} else if (get && *r.name) {
		get_object(f, c, &r);
	} else if (get && (strcmp(query(c, "watch"), "true") == 0 ||
			   strcmp(query(c, "watch"), "1") == 0)) {
		begin_watch(f, c, &r);
	} else if (get) {
		send_list(f, c, &r);
	} else if (strcmp(c->method, "DELETE") == 0) {
		delete_object(f, c, &r);
	} else {
		write_object(f, c, &r);
	}
}

static void end_watches(struct fake_api *f, bool expired)
{
	while (f->watchers) {
		struct watcher *w = f->watchers;
		struct server_call *c = w->call;
		if (expired)
			send_event(c, c->mem, "ERROR", gone_status(c->mem));
		end_watcher(w);
	}
}

/* What steers the double. */
static void steer(struct fake_api *f, struct server_call *c)
{
	const char *what = c->path + 5;
	val *body = NULL;
	if (c->body.n && json_parse(c->mem, c->body, &body)) {
		server_answer_text(c, 400, "the body is no JSON");
		return;
	}
	if (strcmp(what, "/requests") == 0) {
		server_answer(c, 200, JSON_TYPE, str_of(json_text(c->mem, f->log, JSON_PLAIN)));
		return;
	}
	if (strcmp(what, "/fault") == 0) {
		fake_faults_add(f->faults, body);
	} else if (strcmp(what, "/clear") == 0) {
		fake_faults_clear(f->faults);
	} else if (strcmp(what, "/compact") == 0) {
		fake_store_compact(f->store);
	} else if (strcmp(what, "/drop") == 0 || strcmp(what, "/expire") == 0) {
		end_watches(f, what[1] == 'e');
	} else if (strcmp(what, "/old") == 0) {
		f->old_discovery = val_as_bool(val_get(body, "discovery"), f->old_discovery);
		f->old_lists = val_as_bool(val_get(body, "lists"), f->old_lists);
	} else {
		server_answer_text(c, 404, "no %s", c->path);
		return;
	}
	server_answer_text(c, 200, "ok");
}

static void handle(void *arg, struct server_call *c)
{
	struct fake_api *f = arg;
	if (text_starts(c->path, "/fake/"))
		steer(f, c);
	else if (!fake_faults_meet(f->faults, c, f->mem, f->log))
		serve(f, c);
}

err *fake_api_open(arena *mem, loop *l, int port, struct fake_api **ret_api)
{
	arena *own = arena_open();
	struct fake_api *f = NEW(own, struct fake_api);
	f->mem = own;
	f->loop = l;
	f->log = val_list(own);
	struct server_settings s = {
		.address = arena_printf(own, "127.0.0.1:%d", port),
		.handle = handle,
		.arg = f,
		.max_body = 4 << 20,
	};
	err *e = server_open(mem, l, &s, &f->server);
	if (e) {
		arena_close(own);
		return e;
	}
	f->store = fake_store_open(on_event, f);
	f->faults = fake_faults_open(l, serve, f);
	*ret_api = f;
	return NULL;
}

void fake_api_close(struct fake_api *f)
{
	if (!f)
		return;
	end_watches(f, false);
	fake_faults_close(f->faults);
	server_close(f->server);
	fake_store_close(f->store);
	arena_close(f->mem);
}

int fake_api_port(const struct fake_api *f)
{
	return server_port(f->server);
}

char *fake_api_kubeconfig(arena *mem, const struct fake_api *f)
{
	return arena_printf(mem,
			    "apiVersion: v1\nkind: Config\ncurrent-context: fake\n"
			    "contexts: [{name: fake, context: {cluster: fake, user: fake}}]\n"
			    "clusters: [{name: fake, cluster: {server: 'http://127.0.0.1:%d'}}]\n"
			    "users: [{name: fake, user: {token: fake}}]\n",
			    fake_api_port(f));
}
