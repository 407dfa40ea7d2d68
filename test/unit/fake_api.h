/*
 * fake_api: a small API server in memory, on the test's own loop: get, watch with its initial list,
 * merge patches (status apart), create, update, delete with finalizers, resource versions and 409. It
 * tells each change with on_change, so that tests are told and never sleep.
 */
#ifndef SLUICE_FAKE_API_H
#define SLUICE_FAKE_API_H

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "data/json.h"
#include "data/patch.h"
#include "kube/client.h"
#include "net/server.h"

struct fake_stream {
	struct server_call *call; /* NULL: gone */
	const char *plural;
};

struct fake_api {
	arena *mem;
	loop *loop;
	struct server *server;
	struct client *client;
	struct map objects; /* "plural/ns/name" → val */
	struct fake_stream streams[64];
	int stream_count;
	int64_t version;
	int requests, patches, status_patches, fail_next; /* fail_next: so many writes end in 500 */
	void (*on_change)(void *arg);
	void *arg;
};

static struct fake_api api;

static const char *fake_key(const char *plural, const char *ns, const char *name)
{
	return arena_printf(api.mem, "%s/%s/%s", plural, ns, name);
}

static void fake_send(struct fake_stream *s, const char *type, const val *obj)
{
	if (!s->call)
		return;
	arena *mem = arena_open();
	const char *line = arena_printf(mem, "{\"type\":\"%s\",\"object\":%s}\n", type,
					json_text(mem, obj, JSON_PLAIN));
	server_write(s->call, str_of(line));
	arena_close(mem);
}

static void fake_tell(const char *plural, const char *type, const val *obj)
{
	for (int i = 0; i < api.stream_count; i++)
		if (text_eq(api.streams[i].plural, plural))
			fake_send(&api.streams[i], type, obj);
	if (api.on_change)
		api.on_change(api.arg);
}

static val *fake_get(const char *plural, const char *ns, const char *name)
{
	return map_get(&api.objects, fake_key(plural, ns, name));
}

static void fake_stamp(val *obj)
{
	val *metadata = val_make_map(api.mem, obj, "metadata");
	val_set(api.mem, metadata, "resourceVersion",
		val_printf(api.mem, "%lld", (long long)++api.version));
}

/* Puts an object there as if a user had; its spec makes a new generation when it differs. */
__attribute__((unused)) static void fake_put(const char *plural, const char *json)
{
	val *obj;
	if (json_parse(api.mem, str_of(json), &obj))
		abort();
	val *metadata = val_get(obj, "metadata");
	const char *ns = val_text_or(val_get(metadata, "namespace"), "");
	const char *key = fake_key(plural, ns, val_as_text(val_get(metadata, "name")));
	val *old = map_get(&api.objects, key);
	int64_t generation = val_as_int(VAL_IN(old, "metadata", "generation"), 0);
	if (!old || !val_eq(val_get(old, "spec"), val_get(obj, "spec")))
		generation++;
	val_set(api.mem, metadata, "generation", val_int(api.mem, generation));
	val_set(api.mem, metadata, "uid",
		old ? VAL_IN(old, "metadata", "uid")
		    : val_printf(api.mem, "uid-%lld", (long long)api.version));
	if (old && VAL_IN(old, "metadata", "finalizers"))
		val_set(api.mem, metadata, "finalizers", VAL_IN(old, "metadata", "finalizers"));
	if (old && val_get(old, "status"))
		val_set(api.mem, obj, "status", val_get(old, "status"));
	fake_stamp(obj);
	map_set(&api.objects, key, obj);
	fake_tell(plural, old ? "MODIFIED" : "ADDED", obj);
}

static void fake_changed(const char *plural, const char *key, val *obj)
{
	val *metadata = val_get(obj, "metadata");
	if (val_get(metadata, "deletionTimestamp") && !val_len(val_get(metadata, "finalizers"))) {
		map_del(&api.objects, key);
		fake_tell(plural, "DELETED", obj);
	} else {
		map_set(&api.objects, key, obj);
		fake_tell(plural, "MODIFIED", obj);
	}
}

__attribute__((unused)) static void fake_delete(const char *plural, const char *ns,
						const char *name)
{
	const char *key = fake_key(plural, ns, name);
	val *obj = val_copy(api.mem, map_get(&api.objects, key));
	val_set_text(api.mem, val_get(obj, "metadata"), "deletionTimestamp",
		     "2026-01-01T00:00:00Z");
	fake_stamp(obj);
	fake_changed(plural, key, obj);
}

static void fake_answer(struct server_call *c, int status, const val *obj)
{
	static const struct http_header json[] = {{"Content-Type", "application/json"},
						  {NULL, NULL}};
	server_answer(c, status, json, str_of(json_text(c->mem, obj, JSON_PLAIN)));
}

static void fake_refuse(struct server_call *c, int status, const char *reason, const char *text)
{
	val *s = val_map(c->mem);
	val_set_text(c->mem, s, "kind", "Status");
	val_set_text(c->mem, s, "apiVersion", "v1");
	val_set_text(c->mem, s, "status", "Failure");
	val_set_text(c->mem, s, "reason", reason);
	val_set_text(c->mem, s, "message", text);
	val_set(c->mem, s, "code", val_int(c->mem, status));
	fake_answer(c, status, s);
}

static void fake_gone(void *arg)
{
	struct fake_stream *s = arg;
	server_end(s->call);
	s->call = NULL;
}

static void fake_watch(struct server_call *c, const char *plural)
{
	static const struct http_header json[] = {{"Content-Type", "application/json"},
						  {NULL, NULL}};
	struct fake_stream *s = &api.streams[api.stream_count++];
	*s = (struct fake_stream){c, plural};
	server_begin(c, 200, json);
	server_on_gone(c, fake_gone, s);
	if (!strstr(c->query, "sendInitialEvents"))
		return;
	struct map_entry *e;
	size_t n = strlen(plural);
	for (size_t i = 0; (e = map_next(&api.objects, &i));)
		if (e->key.n > n && !memcmp(e->key.p, plural, n) && e->key.p[n] == '/')
			fake_send(s, "ADDED", e->value);
	val *mark;
	if (json_parse(api.mem,
		       str_of(arena_printf(api.mem,
					   "{\"kind\":\"X\",\"apiVersion\":\"v1\",\"metadata\":{"
					   "\"resourceVersion\":\"%lld\",\"annotations\":{\"k8s.io/"
					   "initial-events-end\":\"true\"}}}",
					   (long long)api.version)),
		       &mark))
		abort();
	fake_send(s, "BOOKMARK", mark);
}

static void fake_patch(struct server_call *c, const char *plural, const char *key, val *old,
		       bool status)
{
	val *patch, *obj = val_copy(api.mem, old);
	api.patches++;
	api.status_patches += status;
	if (json_parse(api.mem, str_of(arena_printf(api.mem, "%.*s", STR_ARG(c->body))), &patch))
		abort();
	const char *version = val_as_text(VAL_IN(patch, "metadata", "resourceVersion"));
	if (version && !text_eq(version, val_as_text(VAL_IN(old, "metadata", "resourceVersion")))) {
		fake_refuse(c, 409, "Conflict", "the object has been modified");
		return;
	}
	if (!status)
		val_del(patch, "status");
	obj = patch_merge(api.mem, obj, patch);
	fake_stamp(obj);
	fake_answer(c, 200, obj);
	fake_changed(plural, key, obj);
}

static void fake_create(struct server_call *c, const char *plural, const char *ns)
{
	val *obj;
	if (json_parse(api.mem, str_of(arena_printf(api.mem, "%.*s", STR_ARG(c->body))), &obj))
		abort();
	fake_stamp(obj);
	const char *name = val_as_text(VAL_IN(obj, "metadata", "name"));
	if (fake_get(plural, ns, name)) {
		fake_refuse(c, 409, "AlreadyExists", "already exists");
		return;
	}
	map_set(&api.objects, fake_key(plural, ns, name), obj);
	fake_answer(c, 201, obj);
	fake_tell(plural, "ADDED", obj);
}

static void fake_update(struct server_call *c, const char *plural, const char *key, val *old)
{
	val *obj;
	if (json_parse(api.mem, str_of(arena_printf(api.mem, "%.*s", STR_ARG(c->body))), &obj))
		abort();
	if (!text_eq(val_as_text(VAL_IN(obj, "metadata", "resourceVersion")),
		     val_as_text(VAL_IN(old, "metadata", "resourceVersion")))) {
		fake_refuse(c, 409, "Conflict", "the object has been modified");
		return;
	}
	fake_stamp(obj);
	fake_answer(c, 200, obj);
	fake_changed(plural, key, obj);
}

/* /api/v1/… and /apis/group/version/…: namespaces/NS/PLURAL/NAME/SUB or PLURAL. */
static void fake_handle(void *arg, struct server_call *c)
{
	(void)arg;
	str rest = str_of(c->path), part;
	const char *parts[10] = {0};
	int n = 0;
	while (n < 10 && str_next(&rest, '/', &part))
		if (part.n)
			parts[n++] = str_text(api.mem, part);
	int at = n && text_eq(parts[0], "api") ? 2 : 3;
	bool in_ns = n > at + 2 && text_eq(parts[at], "namespaces");
	const char *ns = in_ns ? parts[at + 1] : "";
	at += in_ns ? 2 : 0;
	const char *plural = parts[at], *name = parts[at + 1], *sub = parts[at + 2];
	api.requests++;
	if (!text_eq(c->method, "GET") && api.fail_next && api.fail_next--) {
		fake_refuse(c, 500, "InternalError", "no luck");
		return;
	}
	if (!name && text_eq(c->method, "GET")) {
		fake_watch(c, plural);
		return;
	}
	if (!name) {
		fake_create(c, plural, ns);
		return;
	}
	const char *key = fake_key(plural, ns, name);
	val *obj = map_get(&api.objects, key);
	if (!obj)
		fake_refuse(c, 404, "NotFound", "not found");
	else if (text_eq(c->method, "PATCH"))
		fake_patch(c, plural, key, obj, text_eq(sub, "status"));
	else if (text_eq(c->method, "PUT"))
		fake_update(c, plural, key, obj);
	else
		fake_answer(c, 200, obj);
}

static void fake_open(loop *l)
{
	api = (struct fake_api){.mem = arena_open(), .loop = l, .version = 100};
	api.objects = map_init(api.mem);
	struct server_settings s = {.address = "127.0.0.1:0", .handle = fake_handle};
	if (server_open(api.mem, l, &s, &api.server))
		abort();
	struct config *config = NEW(api.mem, struct config);
	config->server = arena_printf(api.mem, "http://127.0.0.1:%d", server_port(api.server));
	config->ns = "default";
	if (client_open(api.mem, l, config, &api.client))
		abort();
}

/* After the loop has run. */
static void fake_close(void)
{
	for (int i = 0; i < api.stream_count; i++)
		if (api.streams[i].call)
			fake_gone(&api.streams[i]);
	server_close(api.server);
	client_close(api.client);
}

#endif
