#include "kube/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/path.h"
#include "data/yaml.h"
#include "net/url.h"

#define POD_FOLDER "/var/run/secrets/kubernetes.io/serviceaccount"

struct reader {
	arena *mem;
	const char *base;
	enum config_flags flags;
	struct config *config;
};

/* The value under inner of the entry called name in one of the lists of a kubeconfig. */
static const val *named(const val *doc, const char *list, const char *name, const char *inner)
{
	return val_get(val_named(val_get(doc, list), name), inner);
}

static const char *text_in(const val *v, const char *key)
{
	const char *text = val_as_text(val_get(v, key));
	return text && *text ? text : NULL;
}

static err *check_file(struct reader *r, const char *key, const char *path, const char **ret_path)
{
	if (!(r->flags & CONFIG_FILES))
		return err_new(
			r->mem, ERR_INVALID,
			"the kubeconfig names a file in '%s', which is not allowed here: put the "
			"content itself into the kubeconfig",
			key);
	*ret_path = *path == '/' ? arena_text(r->mem, path)
				 : path_join(r->mem, r->base ? r->base : ".", path);
	return NULL;
}

/* "<key>-data" in base64, or the content of the file that key names; empty for neither. */
static err *read_content(struct reader *r, const val *v, const char *key, str *ret_content)
{
	arena *mem = r->mem;
	const char *data_key = arena_printf(mem, "%s-data", key), *path;
	str data = val_as_str(val_get(v, data_key));
	if (data.n) {
		if (!enc_unbase64(mem, data, ret_content))
			return err_new(mem, ERR_INVALID, "the kubeconfig's '%s' is not base64",
				       data_key);
		return NULL;
	}
	path = text_in(v, key);
	if (!path)
		return NULL;
	TRY(check_file(r, key, path, &path));
	TRY_AS(mem, file_read(mem, path, CONFIG_MAX_BYTES, ret_content),
	       "reading the kubeconfig's '%s'", key);
	return NULL;
}

static err *read_cluster(struct reader *r, const val *cluster, const char *name)
{
	struct config *c = r->config;
	arena *mem = r->mem;
	struct url *u;
	if (!cluster)
		return err_new(mem, ERR_INVALID, "cluster \"%s\" does not exist", name);
	const char *server = text_in(cluster, "server");
	if (!server)
		return err_new(mem, ERR_INVALID, "invalid kubeconfig: cluster \"%s\" has no server",
			       name);
	TRY_AS(mem, url_parse_http(mem, server, &u), "invalid kubeconfig: server of cluster \"%s\"",
	       name);
	if (u->user || u->has_query || u->has_fragment)
		return err_new(
			mem, ERR_INVALID,
			"invalid kubeconfig: the server of cluster \"%s\" must be a plain URL",
			name);
	char *text = url_text(mem, u);
	size_t n = strlen(text);
	while (n && text[n - 1] == '/')
		text[--n] = 0;
	c->server = text;
	TRY(read_content(r, cluster, "certificate-authority", &c->tls.ca));
	c->tls.server_name = arena_text(mem, text_in(cluster, "tls-server-name"));
	c->tls.insecure = (r->flags & CONFIG_INSECURE) &&
			  val_as_bool(val_get(cluster, "insecure-skip-tls-verify"), false);
	if (c->tls.insecure && c->tls.ca.n)
		return err_new(mem, ERR_INVALID,
			       "invalid kubeconfig: cluster \"%s\" has both "
			       "insecure-skip-tls-verify and a "
			       "certificate-authority: remove one",
			       name);
	c->proxy = arena_text(mem, text_in(cluster, "proxy-url"));
	return NULL;
}

/* What would run a program or needs a plugin is refused by name. */
static err *refuse_plugins(arena *mem, const val *user, const char *name)
{
	if (val_is(val_get(user, "exec"), VAL_MAP))
		return err_new(mem, ERR_UNSUPPORTED,
			       "invalid kubeconfig: user \"%s\" authenticates with an exec plugin, "
			       "which is not "
			       "run here: use a token or a client certificate",
			       name);
	if (val_is(val_get(user, "auth-provider"), VAL_MAP))
		return err_new(mem, ERR_UNSUPPORTED,
			       "invalid kubeconfig: user \"%s\" authenticates with an "
			       "auth-provider, which "
			       "Kubernetes removed in 1.26: use a token or a client certificate",
			       name);
	if (val_len(val_get(user, "as-groups")) || val_len(val_get(user, "as-user-extra")))
		return err_new(mem, ERR_UNSUPPORTED,
			       "invalid kubeconfig: user \"%s\" impersonates groups or extras: "
			       "only \"as\" is known",
			       name);
	return NULL;
}

static err *read_user(struct reader *r, const val *user, const char *name)
{
	struct config *c = r->config;
	arena *mem = r->mem;
	if (!user)
		return err_new(mem, ERR_INVALID, "auth info \"%s\" does not exist", name);
	TRY(refuse_plugins(mem, user, name));
	TRY(read_content(r, user, "client-certificate", &c->tls.cert));
	TRY(read_content(r, user, "client-key", &c->tls.key));
	if (!c->tls.cert.n != !c->tls.key.n)
		return err_new(
			mem, ERR_INVALID,
			"invalid kubeconfig: user \"%s\" needs both client-certificate-data and "
			"client-key-data, or neither",
			name);
	c->token = arena_text(mem, text_in(user, "token"));
	c->user = arena_text(mem, text_in(user, "username"));
	c->password = arena_text(mem, text_in(user, "password"));
	c->as = arena_text(mem, text_in(user, "as"));
	const char *path = text_in(user, "tokenFile");
	/* as client-go has it, the file wins over the token */
	if (path)
		TRY(check_file(r, "tokenFile", path, &c->token_file));
	if ((c->token || c->token_file) && c->user)
		return err_new(mem, ERR_INVALID,
			       "invalid kubeconfig: user \"%s\" has both a token and a username: "
			       "remove one",
			       name);
	return NULL;
}

err *config_parse(arena *mem, str text, const char *base, const char *context,
		  enum config_flags flags, struct config **ret_config)
{
	struct config *c = NEW(mem, struct config);
	struct reader r = {mem, base, flags, c};
	val *doc;
	if (text.n > CONFIG_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "a kubeconfig of %zu bytes is over the limit of %zu",
			       text.n, CONFIG_MAX_BYTES);
	TRY(yaml_parse(mem, text, &doc));
	if (!val_is(doc, VAL_MAP) && !val_is(doc, VAL_NULL))
		return err_new(mem, ERR_INVALID, "invalid kubeconfig: it is no map");
	if (!context)
		context = text_in(doc, "current-context");
	if (!context)
		return err_new(mem, ERR_INVALID,
			       "invalid configuration: no configuration has been provided, try "
			       "setting KUBERNETES_MASTER environment variable");
	const val *chosen = named(doc, "contexts", context, "context");
	if (!chosen)
		return err_new(mem, ERR_INVALID, "context \"%s\" does not exist", context);
	const char *cluster = val_text_or(val_get(chosen, "cluster"), "");
	const char *user = text_in(chosen, "user"), *ns = text_in(chosen, "namespace");
	TRY(read_cluster(&r, named(doc, "clusters", cluster, "cluster"), cluster));
	if (user)
		TRY(read_user(&r, named(doc, "users", user, "user"), user));
	c->ns = ns ? arena_text(mem, ns) : "default";
	*ret_config = c;
	return NULL;
}

err *config_file(arena *mem, const char *path, const char *context, struct config **ret_config)
{
	str text;
	TRY_AS(mem, file_read(mem, path, CONFIG_MAX_BYTES, &text), "reading the kubeconfig");
	TRY_AS(mem,
	       config_parse(mem, text, path_dir(mem, path), context, CONFIG_FILES | CONFIG_INSECURE,
			    ret_config),
	       "%s", path);
	return NULL;
}

err *config_in_folder(arena *mem, const char *folder, struct config **ret_config)
{
	const char *host = getenv("KUBERNETES_SERVICE_HOST"),
		   *port = getenv("KUBERNETES_SERVICE_PORT");
	if (!host || !*host || !port || !*port)
		return err_new(mem, ERR_NOT_FOUND,
			       "not inside a pod: KUBERNETES_SERVICE_HOST and "
			       "KUBERNETES_SERVICE_PORT are not set");
	struct config *c = NEW(mem, struct config);
	str ns, token;
	c->server = arena_printf(mem, strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host,
				 port);
	c->token_file = path_join(mem, folder, "token");
	TRY_AS(mem, file_read(mem, c->token_file, CONFIG_MAX_BYTES, &token),
	       "the pod's service account");
	TRY_AS(mem, file_read(mem, path_join(mem, folder, "ca.crt"), CONFIG_MAX_BYTES, &c->tls.ca),
	       "the pod's service account");
	err *e = file_read(mem, path_join(mem, folder, "namespace"), CONFIG_MAX_BYTES, &ns);
	c->ns = e || !str_trim(ns).n ? "default" : str_text(mem, str_trim(ns));
	c->proxy = "";
	*ret_config = c;
	return NULL;
}

err *config_in_cluster(arena *mem, struct config **ret_config)
{
	return config_in_folder(mem, POD_FOLDER, ret_config);
}
