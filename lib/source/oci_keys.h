/*
 * oci_keys: whose credentials hold for which registry: Docker configurations as Secrets of the types
 * kubernetes.io/dockerconfigjson and kubernetes.io/dockercfg hold them. Pure.
 */
#ifndef SLUICE_OCI_KEYS_H
#define SLUICE_OCI_KEYS_H

#include "base/err.h"
#include "base/str.h"
#include "base/vec.h"

#define OCI_KEYS_MAX 1000		     /* entries in all configurations */
#define OCI_KEYS_MAX_BYTES ((size_t)1 << 20) /* of one configuration: what a Secret can hold */

/* How to log in to a registry; NULL: absent. */
struct oci_auth {
	const char *user, *password;
	const char *identity; /* a refresh token, exchanged at the registry's token server */
	const char *token;    /* a bearer token, sent as it is */
};

struct oci_key {
	const char *host; /* "*.example.com"; its labels may be shell patterns */
	const char *port; /* "" for none */
	const char *path; /* "/org", "" for none */
	const char *name; /* all three: decides which entry is tried first */
	struct oci_auth auth;
};

struct oci_keys {
	arena *mem;
	VEC(struct oci_key) list;
};

/* No credentials yet; lives in mem. */
struct oci_keys *oci_keys_new(arena *mem);

/* Adds the entries of a configuration, {"auths": {…}} or, legacy, the map alone. ERR_INVALID for what can't be read; it
 * names the entry, never what is in it. */
err *oci_keys_add(struct oci_keys *keys, str config, bool legacy);

/* The credentials for "<registry>/<repository>": of the entries that fit (host by labels, equal port,
 * path a prefix) the most specific, of equal ones the one that was added first. False: none. As the kubelet and
 * Flux's OCIRepository choose. */
bool oci_keys_find(const struct oci_keys *keys, const char *name, struct oci_auth *ret_auth);

/* The credentials for exactly this host, as Docker, Helm and Flux's HelmRepository choose. False: none. */
bool oci_keys_of_host(const struct oci_keys *keys, const char *host, struct oci_auth *ret_auth);

#endif
