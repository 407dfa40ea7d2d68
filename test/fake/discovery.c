#include "fake/discovery.h"

#include <string.h>

static val *one_resource(arena *mem, const struct fake_kind *k)
{
	static const char *const all[] = {"create", "delete", "get",  "list",
					  "patch",  "update", "watch"};
	val *v = val_map(mem), *kind = val_map(mem), *verbs = val_list(mem), *below = val_list(mem);
	val_set_text(mem, kind, "group", k->group);
	val_set_text(mem, kind, "version", k->version);
	val_set_text(mem, kind, "kind", k->kind);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		val_push(mem, verbs, val_text(mem, all[i]));
	if (k->has_status) {
		val *status = val_map(mem);
		val_set_text(mem, status, "subresource", "status");
		val_push(mem, below, status);
	}
	val_set_text(mem, v, "resource", k->plural);
	val_set(mem, v, "responseKind", kind);
	val_set_text(mem, v, "scope", k->namespaced ? "Namespaced" : "Cluster");
	val_set(mem, v, "verbs", verbs);
	val_set(mem, v, "subresources", below);
	return v;
}

static val *named(arena *mem, val *list, const char *inner, const char *key, const char *name)
{
	for (size_t i = 0; i < val_len(list); i++) {
		val *v = val_at(list, i);
		if (text_eq(val_as_text(val_get(inner ? val_get(v, inner) : v, key)), name))
			return v;
	}
	val *v = val_map(mem);
	val_set_text(mem, inner ? val_make_map(mem, v, inner) : v, key, name);
	val_push(mem, list, v);
	return v;
}

static val *list_in(arena *mem, val *map, const char *key)
{
	val *list = val_get(map, key);
	if (!list)
		val_set(mem, map, key, list = val_list(mem));
	return list;
}

val *discovery_aggregated(struct store *s, arena *mem, bool core)
{
	const struct fake_kind *const *kinds;
	val *v = val_map(mem), *items = val_list(mem);
	size_t n = fake_store_kinds(s, &kinds);
	val_set_text(mem, v, "kind", "APIGroupDiscoveryList");
	val_set_text(mem, v, "apiVersion", "apidiscovery.k8s.io/v2");
	for (size_t i = 0; i < n; i++) {
		if (!*kinds[i]->group != core)
			continue;
		val *group = named(mem, items, "metadata", "name", kinds[i]->group);
		val *version = named(mem, list_in(mem, group, "versions"), NULL, "version",
				     kinds[i]->version);
		val_push(mem, list_in(mem, version, "resources"), one_resource(mem, kinds[i]));
	}
	val_set(mem, v, "items", items);
	return v;
}

val *discovery_groups(struct store *s, arena *mem)
{
	const struct fake_kind *const *kinds;
	val *v = val_map(mem), *groups = val_list(mem);
	size_t n = fake_store_kinds(s, &kinds);
	val_set_text(mem, v, "kind", "APIGroupList");
	for (size_t i = 0; i < n; i++) {
		if (!*kinds[i]->group)
			continue;
		val *group = named(mem, groups, NULL, "name", kinds[i]->group);
		named(mem, list_in(mem, group, "versions"), NULL, "version", kinds[i]->version);
		if (!val_get(group, "preferredVersion"))
			val_set_text(mem, val_make_map(mem, group, "preferredVersion"), "version",
				     kinds[i]->version);
	}
	val_set(mem, v, "groups", groups);
	return v;
}

val *discovery_resources(struct store *s, arena *mem, const char *group, const char *version)
{
	const struct fake_kind *const *kinds;
	val *v = val_map(mem), *list = val_list(mem);
	size_t n = fake_store_kinds(s, &kinds);
	val_set_text(mem, v, "kind", "APIResourceList");
	for (size_t i = 0; i < n; i++) {
		if (strcmp(kinds[i]->group, group) != 0 || strcmp(kinds[i]->version, version) != 0)
			continue;
		for (int status = 0; status <= kinds[i]->has_status; status++) {
			val *r = val_map(mem);
			val_set(mem, r, "name",
				val_printf(mem, "%s%s", kinds[i]->plural, status ? "/status" : ""));
			val_set_text(mem, r, "kind", kinds[i]->kind);
			val_set(mem, r, "namespaced", val_bool(mem, kinds[i]->namespaced));
			val_set(mem, r, "verbs", val_get(one_resource(mem, kinds[i]), "verbs"));
			val_push(mem, list, r);
		}
	}
	val_set(mem, v, "resources", list);
	return v;
}
