#include "cli/kube_access.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "base/rune.h"
#include "data/json.h"
#include "data/yaml.h"

#define NOWHERE "http://localhost:8080" /* where client-go looks when nothing says where */
#define POD_NAMESPACE "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

/* The kubeconfigs put together, and the context in them that counts. */
struct kubeconfig {
	val *all;
	const char *context; /* its name; "": none */
	const val *chosen;   /* NULL: none */
};

/* A flag's text, or else that of helm's variable; "" for neither. */
static const char *given(const char *flag, const char *variable)
{
	const char *text = flag ? flag : getenv(variable);
	return text ? text : "";
}

/* ---- kubeconfigs ---- */

/* Paths begin at the file they stand in. */
static void anchor(arena *mem, val *entry, const char *dir)
{
	static const char *const keys[] = {"certificate-authority", "client-certificate",
					   "client-key", "tokenFile"};
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *path = val_as_text(val_get(entry, keys[i]));
		if (path && *path && *path != '/')
			val_set_text(mem, entry, keys[i], path_join(mem, dir, path));
	}
}

/* What is not there yet: the first file that has a name wins. */
static void merge(arena *mem, val *all, const val *doc, const char *dir)
{
	static const char *const lists[][2] = {
		{"clusters", "cluster"}, {"contexts", "context"}, {"users", "user"}};
	const char *current = val_text_or(val_get(doc, "current-context"), "");
	for (size_t i = 0; i < 3; i++) {
		const val *from = val_get(doc, lists[i][0]);
		val *into = val_get(all, lists[i][0]);
		for (size_t k = 0; k < val_len(from); k++) {
			val *entry = val_copy(mem, val_at(from, k));
			if (val_named(into, val_text_or(val_get(entry, "name"), "")))
				continue;
			anchor(mem, val_get(entry, lists[i][1]), dir);
			val_push(mem, into, entry);
		}
	}
	if (*current && !val_get(all, "current-context"))
		val_set_text(mem, all, "current-context", current);
}

static err *add_file(arena *mem, val *all, const char *path)
{
	char here[4096] = "/";
	str text;
	val *doc;
	err *e = file_read(mem, path, CONFIG_MAX_BYTES, &text);
	if (!e)
		e = yaml_parse(mem, text, &doc);
	if (e)
		return err_wrap(mem, e, "error loading config file \"%s\"", path);
	if (*path != '/' && getcwd(here, sizeof(here)))
		path = path_join(mem, here, path);
	merge(mem, all, doc, path_dir(mem, path));
	return NULL;
}

static err *add_files(arena *mem, const struct kube_access *a, val *all)
{
	const char *home = getenv("HOME"), *variable = getenv("KUBECONFIG"), *path;
	if (a->kubeconfig && *a->kubeconfig) {
		if (!file_exists(a->kubeconfig))
			return err_new(mem, ERR_NOT_FOUND, "stat %s: no such file or directory",
				       a->kubeconfig);
		return add_file(mem, all, a->kubeconfig);
	}
	if (!variable || !*variable)
		variable = path_join(mem, home ? home : "/", ".kube/config");
	str rest = str_of(variable), one;
	while (str_next(&rest, ':', &one))
		if (one.n && file_exists(path = str_text(mem, one)))
			TRY(add_file(mem, all, path));
	return NULL;
}

static err *read_all(arena *mem, const struct kube_access *a, struct kubeconfig *ret)
{
	ret->all = val_map(mem);
	val_set(mem, ret->all, "clusters", val_list(mem));
	val_set(mem, ret->all, "contexts", val_list(mem));
	val_set(mem, ret->all, "users", val_list(mem));
	TRY(add_files(mem, a, ret->all));
	const char *asked = given(a->context, "HELM_KUBECONTEXT");
	ret->context = *asked ? asked : val_text_or(val_get(ret->all, "current-context"), "");
	ret->chosen = val_get(val_named(val_get(ret->all, "contexts"), ret->context), "context");
	if (*asked && !ret->chosen)
		return err_new(mem, ERR_NOT_FOUND, "context \"%s\" does not exist", asked);
	return NULL;
}

const char *kube_access_namespace(arena *mem, const struct kube_access *a)
{
	struct kubeconfig k;
	const char *ns = given(a->ns, "HELM_NAMESPACE");
	str pods;
	if (*ns)
		return ns;
	if (read_all(mem, a, &k))
		return "default";
	ns = val_text_or(val_get(k.chosen, "namespace"), "");
	if (*ns)
		return ns;
	if (!k.chosen && getenv("KUBERNETES_SERVICE_HOST") &&
	    !file_read(mem, POD_NAMESPACE, CONFIG_MAX_BYTES, &pods) && str_trim(pods).n)
		return str_text(mem, str_trim(pods));
	return "default";
}

/* ---- flags over them ---- */

/* The entry of that name, which is made when there is none. */
static val *entry_of(arena *mem, val *all, const char *list, const char *name, const char *inner)
{
	val *into = val_get(all, list), *entry = val_named(into, name);
	if (!entry) {
		entry = val_map(mem);
		val_set_text(mem, entry, "name", name);
		val_push(mem, into, entry);
	}
	return val_make_map(mem, entry, inner);
}

static void override(arena *mem, val *map, const char *key, const char *text)
{
	if (map && *text)
		val_set_text(mem, map, key, text);
}

static bool truth(const char *variable)
{
	const char *text = getenv(variable);
	return text && (text_eq(text, "1") || text_eq(text, "true") || text_eq(text, "t") ||
			text_eq(text, "T") || text_eq(text, "TRUE") || text_eq(text, "True"));
}

static err *set_cluster(arena *mem, const struct kube_access *a, val *cluster, const char *name)
{
	const char *ca = given(a->ca_file, "HELM_KUBECAFILE");
	bool insecure = a->insecure || truth("HELM_KUBEINSECURE_SKIP_TLS_VERIFY");
	if (*ca || insecure) {
		val_del(cluster, "certificate-authority");
		val_del(cluster, "certificate-authority-data");
		val_set(mem, cluster, "insecure-skip-tls-verify", val_bool(mem, insecure));
	}
	override(mem, cluster, "certificate-authority", ca);
	override(mem, cluster, "server", given(a->server, "HELM_KUBEAPISERVER"));
	override(mem, cluster, "tls-server-name", given(a->tls_name, "HELM_KUBETLS_SERVER_NAME"));
	const char *file = val_text_or(val_get(cluster, "certificate-authority"), "");
	if (*file && !file_exists(file))
		return err_new(mem, ERR_INVALID,
			       "invalid configuration: unable to read certificate-authority %s for "
			       "%s due to open %s: no such file or directory",
			       file, name, file);
	if (!*val_text_or(val_get(cluster, "server"), ""))
		val_set_text(mem, cluster, "server", NOWHERE);
	return NULL;
}

static err *set_user(arena *mem, const struct kube_access *a, val *user, const char *name)
{
	const char *token = given(a->token, "HELM_KUBETOKEN");
	override(mem, user, "token", token);
	override(mem, user, "as", given(a->as_user, "HELM_KUBEASUSER"));
	if (*token)
		val_del(user, "tokenFile");
	if (a->as_groups.n && !*val_text_or(val_get(user, "as"), ""))
		return err_new(mem, ERR_INVALID,
			       "invalid configuration: requesting uid, groups or user-extra for %s "
			       "without impersonating a user",
			       name);
	return NULL;
}

/* client-go's way to name what the configuration lacks. */
static err *reworded(arena *mem, err *e)
{
	static const char ours[] = "invalid kubeconfig: ";
	const char *text = err_text(mem, e);
	if (strstr(text, "has both insecure-skip-tls-verify"))
		return err_new(mem, ERR_INVALID,
			       "specifying a root certificates file with the insecure flag is not "
			       "allowed");
	if (text_starts(text, ours))
		text += sizeof(ours) - 1;
	return err_new(mem, err_code(e), "invalid configuration: %s", text);
}

static err *check_names(arena *mem, const struct kubeconfig *k)
{
	if (*k->context && !k->chosen)
		return err_new(mem, ERR_INVALID,
			       "invalid configuration: context was not found for specified "
			       "context: %s",
			       k->context);
	return NULL;
}

err *kube_access_config(arena *mem, const struct kube_access *a, struct config **ret_config)
{
	struct kubeconfig k;
	struct config *c;
	TRY(read_all(mem, a, &k));
	TRY(check_names(mem, &k));
	if (!k.chosen && !*given(a->server, "HELM_KUBEAPISERVER") &&
	    !config_in_cluster(mem, ret_config))
		return NULL;
	const char *cluster = val_text_or(val_get(k.chosen, "cluster"), "");
	const char *user = val_text_or(val_get(k.chosen, "user"), "");
	if (!k.chosen) {
		k.context = "-";
		k.chosen = entry_of(mem, k.all, "contexts", k.context, "context");
	}
	TRY(set_cluster(mem, a, entry_of(mem, k.all, "clusters", cluster, "cluster"), cluster));
	/* a user without a name is what the flags make of it */
	const char *named = *user ? user : "-";
	TRY(set_user(mem, a, entry_of(mem, k.all, "users", named, "user"), user));
	val_set_text(mem, (val *)k.chosen, "user", named);
	err *e = config_parse(mem, str_of(json_text(mem, k.all, JSON_PLAIN)), NULL, k.context,
			      CONFIG_FILES | CONFIG_INSECURE, &c);
	if (e)
		return reworded(mem, e);
	c->as_groups = a->as_groups.p;
	c->as_group_n = a->as_groups.n;
	c->impatient = true;
	*ret_config = c;
	return NULL;
}
