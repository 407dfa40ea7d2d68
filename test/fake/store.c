#include "fake/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/rand.h"
#include "data/patch.h"
#include "fake/owners.h"

/* An object as it is now; replaced as a whole, and kept while an event shows it. */
struct stored {
	arena *mem;
	const struct fake_kind *kind;
	val *obj;
};

struct store {
	arena *mem;
	void (*on_event)(void *, const struct fake_event *);
	void *arg;
	VEC(const struct fake_kind *) kinds;
	struct map objects; /* "plural.group/ns/name" to struct stored */
	VEC(struct fake_event) events;
	uint64_t version, compacted;
};

static const struct fake_kind usual[] = {
	{"", "v1", "Namespace", "namespaces", false, true},
	{"", "v1", "Node", "nodes", false, true},
	{"", "v1", "ConfigMap", "configmaps", true, false},
	{"", "v1", "Secret", "secrets", true, false},
	{"", "v1", "Service", "services", true, true},
	{"", "v1", "ServiceAccount", "serviceaccounts", true, false},
	{"", "v1", "Pod", "pods", true, true},
	{"", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true, true},
	{"", "v1", "Event", "events", true, false},
	{"apps", "v1", "Deployment", "deployments", true, true},
	{"apps", "v1", "StatefulSet", "statefulsets", true, true},
	{"apps", "v1", "DaemonSet", "daemonsets", true, true},
	{"apps", "v1", "ReplicaSet", "replicasets", true, true},
	{"batch", "v1", "Job", "jobs", true, true},
	{"batch", "v1", "CronJob", "cronjobs", true, true},
	{"networking.k8s.io", "v1", "Ingress", "ingresses", true, true},
	{"rbac.authorization.k8s.io", "v1", "Role", "roles", true, false},
	{"rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true, false},
	{"rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false, false},
	{"rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false,
	 false},
	{"coordination.k8s.io", "v1", "Lease", "leases", true, false},
	{"apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions",
	 false, true},
};

val *fake_store_status(arena *mem, int code, const char *reason, const char *fmt, ...)
{
	va_list ap;
	val *v = val_map(mem);
	va_start(ap, fmt);
	val_set_text(mem, v, "kind", "Status");
	val_set_text(mem, v, "apiVersion", "v1");
	val_set(mem, v, "metadata", val_map(mem));
	val_set_text(mem, v, "status", code / 100 == 2 ? "Success" : "Failure");
	val_set_text(mem, v, "message", arena_vprintf(mem, fmt, ap));
	val_set_text(mem, v, "reason", reason);
	val_set(mem, v, "code", val_int(mem, code));
	va_end(ap);
	return v;
}

static struct fake_outcome fault(arena *mem, int code, const char *reason, const char *text)
{
	return (struct fake_outcome){code, fake_store_status(mem, code, reason, "%s", text)};
}

/* "deployments.apps", "configmaps": as messages name a resource. */
static const char *resource_text(arena *mem, const struct fake_kind *k)
{
	return *k->group ? arena_printf(mem, "%s.%s", k->plural, k->group) : k->plural;
}

static char *key_of(arena *mem, const struct fake_kind *k, const char *ns, const char *name)
{
	return arena_printf(mem, "%s.%s/%s/%s", k->plural, k->group, k->namespaced && ns ? ns : "",
			    name);
}

size_t fake_store_kinds(const struct store *s, const struct fake_kind *const **ret_kinds)
{
	*ret_kinds = s->kinds.p;
	return s->kinds.n;
}

const struct fake_kind *fake_store_kind(const struct store *s, const char *group,
					const char *version, const char *plural)
{
	for (size_t i = 0; i < s->kinds.n; i++) {
		const struct fake_kind *k = s->kinds.p[i];
		if (strcmp(k->group, group) == 0 && strcmp(k->version, version) == 0 &&
		    strcmp(k->plural, plural) == 0)
			return k;
	}
	return NULL;
}

uint64_t fake_store_version(const struct store *s)
{
	return s->version;
}

/* The kinds that a CustomResourceDefinition brings; it is established at once. */
static void add_definition(struct store *s, val *obj, arena *mem)
{
	const val *spec = val_get(obj, "spec"), *versions = val_get(spec, "versions"),
		  *names = val_get(spec, "names");
	for (size_t i = 0; i < val_len(versions); i++) {
		const val *v = val_at(versions, i);
		struct fake_kind k = {
			.group = arena_text(s->mem, val_text_or(val_get(spec, "group"), "")),
			.version = arena_text(s->mem, val_text_or(val_get(v, "name"), "")),
			.kind = arena_text(s->mem, val_text_or(val_get(names, "kind"), "")),
			.plural = arena_text(s->mem, val_text_or(val_get(names, "plural"), "")),
			.namespaced = text_eq(val_as_text(val_get(spec, "scope")), "Namespaced"),
			.has_status = val_in(v, "subresources", "status", NULL) != NULL,
		};
		if (!val_as_bool(val_get(v, "served"), true) ||
		    fake_store_kind(s, k.group, k.version, k.plural))
			continue;
		struct fake_kind *kept = NEW(s->mem, struct fake_kind);
		*kept = k;
		VEC_PUSH(s->mem, &s->kinds, kept);
	}
	val *conditions = val_list(mem), *one = val_map(mem);
	val_set_text(mem, one, "type", "Established");
	val_set_text(mem, one, "status", "True");
	val_push(mem, conditions, one);
	val_set(mem, val_make_map(mem, obj, "status"), "conditions", conditions);
}

static void record(struct store *s, const char *type, struct stored *now, struct stored *before)
{
	struct fake_event e = {
		.version = s->version,
		.type = type,
		.kind = now->kind,
		.mem = arena_open(),
	};
	e.obj = val_copy(e.mem, now->obj);
	e.before = before ? val_copy(e.mem, before->obj) : NULL;
	VEC_PUSH(s->mem, &s->events, e);
	if (s->on_event)
		s->on_event(s->arg, &e);
}

static void free_stored(struct stored *o)
{
	if (o)
		arena_close(o->mem);
}

static val *metadata_of(val *obj)
{
	return val_get(obj, "metadata");
}

static void set_version(struct store *s, arena *mem, val *obj)
{
	val_set_text(mem, metadata_of(obj), "resourceVersion",
		     arena_printf(mem, "%llu", (unsigned long long)++s->version));
}

/* Puts a finished object in its place, and tells. The object is moved to memory of its own. */
static val *put(struct store *s, arena *mem, const struct fake_kind *k, val *obj)
{
	arena *own = arena_open();
	struct stored *o = NEW(own, struct stored);
	set_version(s, mem, obj);
	*o = (struct stored){own, k, val_copy(own, obj)};
	const char *name = val_as_text(val_get(metadata_of(obj), "name"));
	char *key = key_of(mem, k, val_as_text(val_get(metadata_of(obj), "namespace")), name);
	struct stored *before = map_set(&s->objects, key, o);
	record(s, before ? "MODIFIED" : "ADDED", o, before);
	free_stored(before);
	return obj;
}

static void take_away(struct store *s, arena *mem, struct stored *o)
{
	val *obj = val_copy(o->mem, o->obj);
	const char *ns = val_as_text(val_get(metadata_of(obj), "namespace"));
	map_del(&s->objects,
		key_of(mem, o->kind, ns, val_as_text(val_get(metadata_of(obj), "name"))));
	set_version(s, o->mem, obj);
	o->obj = obj;
	record(s, "DELETED", o, o);
	free_stored(o);
}

static struct stored *find(struct store *s, arena *mem, const struct fake_kind *k, const char *ns,
			   const char *name)
{
	return map_get(&s->objects, key_of(mem, k, ns, name));
}

val *fake_store_get(struct store *s, arena *mem, const struct fake_kind *k, const char *ns,
		    const char *name)
{
	struct stored *o = find(s, mem, k, ns, name);
	if (!o)
		return NULL;
	val *v = val_copy(mem, o->obj);
	val_set_text(mem, v, "apiVersion",
		     *k->group ? arena_printf(mem, "%s/%s", k->group, k->version) : k->version);
	return v;
}

static int by_name(const void *a, const void *b)
{
	const struct map_entry *const *x = a, *const *y = b;
	return str_cmp((*x)->key, (*y)->key);
}

void fake_store_list(struct store *s, arena *mem, const struct fake_kind *k, const char *ns,
		     val *list)
{
	VEC(struct map_entry *) found = {0};
	struct map_entry *e;
	str prefix =
		str_of(arena_printf(mem, *ns ? "%s.%s/%s/" : "%s.%s/%s", k->plural, k->group, ns));
	for (size_t i = 0; (e = map_next(&s->objects, &i));)
		if (str_starts(e->key, prefix))
			VEC_PUSH(mem, &found, e);
	if (found.n)
		qsort(found.p, found.n, sizeof(*found.p), by_name);
	for (size_t i = 0; i < found.n; i++)
		val_push(mem, list, ((struct stored *)found.p[i]->value)->obj);
}

/* What the server fills in itself, and what a client cannot change. */
static void fill_in(arena *mem, const struct fake_change *c, const val *before, val *obj)
{
	val *metadata = val_make_map(mem, obj, "metadata");
	const val *was = val_get(before, "metadata");
	static const char *const kept[] = {"uid",
					   "creationTimestamp",
					   "generation",
					   "resourceVersion",
					   "deletionTimestamp",
					   "deletionGracePeriodSeconds"};
	val_set_text(mem, obj, "apiVersion",
		     *c->kind->group ? arena_printf(mem, "%s/%s", c->kind->group, c->kind->version)
				     : c->kind->version);
	val_set_text(mem, obj, "kind", c->kind->kind);
	val_set_text(mem, metadata, "name", c->name);
	if (c->kind->namespaced)
		val_set_text(mem, metadata, "namespace", c->ns);
	else
		val_del(metadata, "namespace");
	for (size_t i = 0; before && i < sizeof(kept) / sizeof(kept[0]); i++) {
		val_del(metadata, kept[i]);
		if (val_get(was, kept[i]))
			val_set(mem, metadata, kept[i], val_copy(mem, val_get(was, kept[i])));
	}
	if (before && !val_get(metadata, "managedFields") && val_get(was, "managedFields"))
		val_set(mem, metadata, "managedFields",
			val_copy(mem, val_get(was, "managedFields")));
	if (before)
		return;
	unsigned char id[16];
	rand_bytes(id, sizeof(id));
	val_set_text(
		mem, metadata, "uid",
		arena_printf(mem,
			     "%02x%02x%02x%02x-%02x%02x-4%x%02x-8%x%02x-%02x%02x%02x%02x%02x%02x",
			     id[0], id[1], id[2], id[3], id[4], id[5], id[6] & 15, id[7],
			     id[8] & 15, id[9], id[10], id[11], id[12], id[13], id[14], id[15]));
	val_set_text(mem, metadata, "creationTimestamp", clock_rfc3339(mem, clock_wall()));
	val_set(mem, metadata, "generation", val_int(mem, 1));
	val_del(metadata, "deletionTimestamp");
}

/* Only the status comes from a write to it, everything but the status from another. */
static void confine(arena *mem, const struct fake_change *c, const val *before, val *obj)
{
	if (!c->kind->has_status)
		return;
	if (!c->status) {
		val_del(obj, "status");
		if (val_get(before, "status"))
			val_set(mem, obj, "status", val_copy(mem, val_get(before, "status")));
		return;
	}
	val *status = val_get(obj, "status"),
	    *managed = val_in(obj, "metadata", "managedFields", NULL);
	*obj = *val_copy(mem, before);
	val_del(obj, "status");
	if (status)
		val_set(mem, obj, "status", status);
	if (managed)
		val_set(mem, metadata_of(obj), "managedFields", managed);
}

/* Are they equal but for what changes with every write? */
static bool same_but(arena *mem, const val *a, const val *b, bool spec_only)
{
	val *x = val_copy(mem, a), *y = val_copy(mem, b);
	val *both[] = {x, y};
	for (int i = 0; i < 2; i++) {
		if (spec_only) {
			val_del(both[i], "metadata");
			val_del(both[i], "status");
			continue;
		}
		val_del(metadata_of(both[i]), "resourceVersion");
		const val *managed = val_get(metadata_of(both[i]), "managedFields");
		for (size_t j = 0; j < val_len(managed); j++)
			val_del(val_at(managed, j), "time");
	}
	return val_eq(x, y);
}

static struct fake_outcome conflict(arena *mem, const struct fake_change *c, const char *text)
{
	return (struct fake_outcome){
		409, fake_store_status(mem, 409, "Conflict",
				       "Operation cannot be fulfilled on %s \"%s\": %s",
				       resource_text(mem, c->kind), c->name, text)};
}

/* obj as the change makes it. A status of 0 goes on. */
static struct fake_outcome change(arena *mem, const struct fake_change *c, const val *before,
				  val **obj)
{
	struct fake_outcome fine = {0};
	err *e = NULL;
	if (c->how == FAKE_CREATE || c->how == FAKE_UPDATE) {
		*obj = val_copy(mem, c->body);
	} else if (c->how == FAKE_MERGE) {
		*obj = patch_merge(mem, *obj, c->body);
	} else if (c->how == FAKE_JSON_PATCH) {
		e = patch_apply(mem, *obj, c->body, PATCH_STRICT, obj);
	} else {
		val *conflicts = val_list(mem);
		val *desired = val_copy(mem, c->body);
		val_del(val_get(desired, "metadata"), "resourceVersion");
		if (!c->status && c->kind->has_status)
			val_del(desired, "status");
		if (!owners_apply(mem, *obj, desired, c->manager, c->force, conflicts))
			return (struct fake_outcome){
				409, fake_store_status(mem, 409, "Conflict",
						       "Apply failed with %zu conflict%s: %s",
						       val_len(conflicts),
						       val_len(conflicts) == 1 ? "" : "s",
						       val_text_or(val_at(conflicts, 0), ""))};
	}
	if (e)
		return fault(mem, 422, "Invalid", err_text(mem, e));
	const char *wanted = val_as_text(val_in(c->how == FAKE_JSON_PATCH ? *obj : c->body,
						"metadata", "resourceVersion", NULL));
	const char *is = val_as_text(val_in(before, "metadata", "resourceVersion", NULL));
	if (before && wanted && *wanted && strcmp(wanted, is) != 0)
		return conflict(mem, c,
				"the object has been modified; please apply your changes to the "
				"latest version and try "
				"again");
	return fine;
}

static struct fake_outcome check(struct store *s, arena *mem, const struct fake_change *c,
				 const struct stored *o)
{
	struct fake_outcome fine = {0};
	const char *named = val_as_text(val_in(c->body, "metadata", "name", NULL));
	if (c->how == FAKE_CREATE && o)
		return (struct fake_outcome){409, fake_store_status(mem, 409, "AlreadyExists",
								    "%s \"%s\" already exists",
								    resource_text(mem, c->kind),
								    c->name)};
	if (!o && c->how != FAKE_CREATE && (c->how != FAKE_APPLY || c->status))
		return (struct fake_outcome){
			404, fake_store_status(mem, 404, "NotFound", "%s \"%s\" not found",
					       resource_text(mem, c->kind), c->name)};
	if (c->how != FAKE_JSON_PATCH && !val_is(c->body, VAL_MAP))
		return fault(mem, 400, "BadRequest", "the body is no object");
	if (named && strcmp(named, c->name) != 0)
		return fault(mem, 400, "BadRequest",
			     "the name of the object does not match the name on the URL");
	if (!o && c->kind->namespaced &&
	    !map_has(&s->objects, arena_printf(mem, "namespaces.//%s", c->ns)))
		return (struct fake_outcome){404, fake_store_status(mem, 404, "NotFound",
								    "namespaces \"%s\" not found",
								    c->ns)};
	return fine;
}

static struct fake_outcome finish(struct store *s, arena *mem, const struct fake_change *c,
				  struct stored *o, val *obj)
{
	const val *before = o ? o->obj : NULL;
	val *metadata = metadata_of(obj);
	int status = o ? 200 : 201;
	if (c->how != FAKE_APPLY)
		owners_update(mem, before, obj, c->manager, c->status ? "status" : NULL);
	if (o && same_but(mem, before, obj, false))
		return (struct fake_outcome){status, val_copy(mem, before)};
	if (o && !c->status && !same_but(mem, before, obj, true))
		val_set(mem, metadata, "generation",
			val_int(mem, val_as_int(val_get(metadata, "generation"), 0) + 1));
	if (c->dry_run)
		return (struct fake_outcome){status, obj};
	if (strcmp(c->kind->kind, "CustomResourceDefinition") == 0)
		add_definition(s, obj, mem);
	if (strcmp(c->kind->kind, "Namespace") == 0)
		val_set_text(mem, val_make_map(mem, obj, "status"), "phase",
			     val_get(metadata, "deletionTimestamp") ? "Terminating" : "Active");
	put(s, mem, c->kind, obj);
	if (val_get(metadata, "deletionTimestamp") && !val_len(val_get(metadata, "finalizers")))
		take_away(s, mem, find(s, mem, c->kind, c->ns, c->name));
	return (struct fake_outcome){status, obj};
}

struct fake_outcome fake_store_write(struct store *s, arena *mem, const struct fake_change *asked)
{
	struct fake_change c = *asked;
	if (!c.name)
		c.name = val_as_text(val_in(c.body, "metadata", "name", NULL));
	if (!c.name) {
		const char *prefix = val_as_text(val_in(c.body, "metadata", "generateName", NULL));
		if (!prefix)
			return fault(mem, 422, "Invalid", "name or generateName is required");
		c.name = arena_printf(mem, "%s%05llx", prefix,
				      (unsigned long long)rand_below(0x100000));
	}
	struct stored *o = find(s, mem, c.kind, c.ns, c.name);
	const val *before = o ? o->obj : NULL;
	struct fake_outcome out = check(s, mem, &c, o);
	if (out.status)
		return out;
	val *obj = before ? val_copy(mem, before) : val_map(mem);
	if (!before)
		val_make_map(mem, obj, "metadata");
	out = change(mem, &c, before, &obj);
	if (out.status)
		return out;
	fill_in(mem, &c, before, obj);
	confine(mem, &c, before, obj);
	return finish(s, mem, &c, o, obj);
}

/* What is in a namespace goes with it. */
static void empty_namespace(struct store *s, arena *mem, const char *ns)
{
	for (bool again = true; again;) {
		struct map_entry *e;
		again = false;
		for (size_t i = 0; (e = map_next(&s->objects, &i));) {
			struct stored *o = e->value;
			if (!o->kind->namespaced ||
			    !text_eq(val_as_text(val_in(o->obj, "metadata", "namespace", NULL)),
				     ns))
				continue;
			take_away(s, mem, o);
			again = true;
			break;
		}
	}
}

struct fake_outcome fake_store_delete(struct store *s, arena *mem, const struct fake_kind *k,
				      const char *ns, const char *name, const char *uid,
				      const char *version)
{
	struct stored *o = find(s, mem, k, ns, name);
	struct fake_change c = {.kind = k, .ns = ns, .name = name};
	if (!o)
		return (struct fake_outcome){404, fake_store_status(mem, 404, "NotFound",
								    "%s \"%s\" not found",
								    resource_text(mem, k), name)};
	val *obj = val_copy(mem, o->obj), *metadata = metadata_of(obj);
	if (uid && !text_eq(uid, val_as_text(val_get(metadata, "uid"))))
		return conflict(mem, &c, "Precondition failed: UID in precondition does not match");
	if (version && !text_eq(version, val_as_text(val_get(metadata, "resourceVersion"))))
		return conflict(
			mem, &c,
			"Precondition failed: ResourceVersion in precondition does not match");
	if (val_len(val_get(metadata, "finalizers"))) {
		if (!val_get(metadata, "deletionTimestamp")) {
			val_set_text(mem, metadata, "deletionTimestamp",
				     clock_rfc3339(mem, clock_wall()));
			val_set(mem, metadata, "deletionGracePeriodSeconds", val_int(mem, 0));
			val_set(mem, metadata, "generation",
				val_int(mem, val_as_int(val_get(metadata, "generation"), 0) + 1));
			put(s, mem, k, obj);
		}
		return (struct fake_outcome){200, obj};
	}
	if (strcmp(k->kind, "Namespace") == 0)
		empty_namespace(s, mem, name);
	take_away(s, mem, o);
	return (struct fake_outcome){200, fake_store_status(mem, 200, NULL, "deleted")};
}

bool fake_store_replay(struct store *s, uint64_t after,
		       void (*fn)(void *, const struct fake_event *), void *arg)
{
	if (after < s->compacted)
		return false;
	for (size_t i = 0; fn && i < s->events.n; i++)
		if (s->events.p[i].version > after)
			fn(arg, &s->events.p[i]);
	return true;
}

void fake_store_compact(struct store *s)
{
	for (size_t i = 0; i < s->events.n; i++)
		arena_close(s->events.p[i].mem);
	s->events.n = 0;
	s->compacted = s->version;
}

struct store *fake_store_open(void (*on_event)(void *, const struct fake_event *), void *arg)
{
	static const char *const namespaces[] = {"default", "kube-system"};
	arena *own = arena_open(), *mem = arena_open();
	struct store *s = NEW(own, struct store);
	s->mem = own;
	s->objects = map_init(NULL);
	s->version = 100;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		VEC_PUSH(own, &s->kinds, &usual[i]);
	for (size_t i = 0; i < sizeof(namespaces) / sizeof(namespaces[0]); i++) {
		struct fake_change c = {.how = FAKE_CREATE,
					.kind = &usual[0],
					.ns = "",
					.name = namespaces[i],
					.manager = "fake",
					.body = val_map(mem)};
		fake_store_write(s, mem, &c);
	}
	s->on_event = on_event;
	s->arg = arg;
	arena_close(mem);
	return s;
}

void fake_store_close(struct store *s)
{
	struct map_entry *e;
	fake_store_compact(s);
	for (size_t i = 0; (e = map_next(&s->objects, &i));)
		free_stored(e->value);
	map_done(&s->objects);
	arena_close(s->mem);
}
