/*
 * config: how to reach a cluster: from a kubeconfig, or from inside a pod.
 */
#ifndef SLUICE_CONFIG_H
#define SLUICE_CONFIG_H

#include "base/err.h"
#include "data/val.h"
#include "net/http.h"
#include "rt/pool.h"

/* Where another token comes from when the API server takes the last one no longer. */
struct config_renewal {
	/* on a worker; the token lives in the ctx's arena */
	err *(*ask)(ctx *c, void *arg, const char *how, const char **ret_token);
	void *arg;	 /* outlives all that is opened with the config */
	const char *how; /* no secret */
	pool *pool;	 /* for what can't wait itself */
};

struct config {
	const char *server; /* "https://host:port", no final slash */
	struct http_tls tls;
	const char *proxy;
	const char *token;	       /* fixed; NULL: none */
	struct config_renewal renewal; /* of the token; ask NULL: there is none */
	const char *token_file;	       /* read again as it rotates; NULL: none */
	const char *user, *password;
	const char *ns;		      /* of the context or the pod; "default" otherwise */
	const char *as;		      /* the user to act as (a kubeconfig's "as"); NULL: none */
	const char *const *as_groups; /* and its groups; never without a user */
	size_t as_group_n;
	bool impatient; /* a connection that fails is told at once, not tried again */
	const char
		*user_agent; /* "sluice/<version>", set by who opens the client; NULL: "sluice" */
};

enum config_flags {
	CONFIG_FILES =
		1, /* paths in it may be read: certificate-authority, client-certificate, tokenFile (a local user's own file; never a Secret's) */
	CONFIG_INSECURE = 2, /* insecure-skip-tls-verify counts */
};

#define CONFIG_MAX_BYTES                                                                           \
	((size_t)1 << 20) /* of a kubeconfig and of each file it names: ERR_LIMIT beyond */

/* A kubeconfig's text; context NULL: its current one. base is the folder that relative paths begin at. exec and auth-provider are refused with a clear text. */
err *config_parse(arena *mem, str text, const char *base, const char *context,
		  enum config_flags flags, struct config **ret_config);
/* A kubeconfig file, all of CONFIG_FILES|CONFIG_INSECURE. */
err *config_file(arena *mem, const char *path, const char *context, struct config **ret_config);
/* Inside a pod: KUBERNETES_SERVICE_HOST and the service account's folder. ERR_NOT_FOUND outside. */
err *config_in_cluster(arena *mem, struct config **ret_config);
/* The same with the service account's folder (token, ca.crt, namespace) given. */
err *config_in_folder(arena *mem, const char *folder, struct config **ret_config);

#endif
