/*
 * source_login: what Secrets say about logging in to servers of sources: certificates, registries. Keys
 * and texts are those of fluxcd/pkg/runtime/secrets and source-controller 1.9. No text holds what is in a Secret.
 */
#ifndef SLUICE_KIND_SOURCE_LOGIN_H
#define SLUICE_KIND_SOURCE_LOGIN_H

#include "kind/source.h"
#include "source/clients.h"
#include "source/oci_keys.h"

struct source_secret {
	const char *ns, *name, *type;
	val *data; /* a map of decoded texts, which may hold any bytes */
};

/* A Secret in the object's namespace; the error is the API server's alone: secrets "x" not found. */
err *source_read_secret(ctx *c, struct reconcile *r, const char *name,
			struct source_secret *ret_secret);

/* ca.crt, tls.crt and tls.key of a Secret (or caFile, certFile, keyFile of old ones), the CA beside the system's. Both of the
 * pair or neither, and something of it all. ERR_INVALID: secret 'ns/x' must contain either 'ca.crt' or both 'tls.crt' and 'tls.key'. */
err *source_tls_of(arena *mem, const struct source_secret *s, struct http_tls *ret_tls);

/* The same for spec.certSecretRef. ERR_NOT_FOUND: secret 'ns/x' not found. */
err *source_tls(ctx *c, struct reconcile *r, const char *secret, struct http_tls *ret_tls);

/* The Docker configurations of spec.secretRef and of the ServiceAccount's imagePullSecrets; either may be NULL.
 * *ret_keys stays NULL when there is no Secret at all. As OCIRepository reads them. */
err *source_pull_secrets(ctx *c, struct reconcile *r, const char *secret, const char *account,
			 struct oci_keys **ret_keys);

/* The login to a registry's host by one Secret, as HelmRepository of type oci reads it: of type
 * kubernetes.io/dockerconfigjson an entry for exactly this host, of any other username and password (both or neither). */
err *source_registry_login(arena *mem, const struct source_secret *s, const char *host,
			   struct oci_auth *ret_auth);

#endif
