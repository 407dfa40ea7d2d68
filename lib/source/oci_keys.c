#include "source/oci_keys.h"

#include <string.h>

#include "base/enc.h"
#include "base/path.h"
#include "data/json.h"
#include "net/url.h"

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

struct oci_keys *oci_keys_new(arena *mem)
{
	struct oci_keys *k = NEW(mem, struct oci_keys);
	k->mem = mem;
	return k;
}

/* ---- reading ---- */

static err *bad_entry(const struct oci_keys *keys, str registry, const char *why)
{
	return err_new(keys->mem, ERR_INVALID, "Entry \"%.*s\" in dockercfg invalid (%s)",
		       STR_ARG(registry), why);
}

static const char *said(const val *entry, const char *name)
{
	const char *text = val_as_text(val_get(entry, name));
	return text && *text && strlen(text) == val_len(val_get(entry, name)) ? text : NULL;
}

/* auth is base64 of user:password and, when it is there, wins over the two. */
static err *read_auth(const struct oci_keys *keys, const val *entry, struct oci_auth *ret)
{
	const char *packed = said(entry, "auth");
	str plain, user, password;
	*ret = (struct oci_auth){said(entry, "username"), said(entry, "password"),
				 said(entry, "identitytoken"), said(entry, "registrytoken")};
	if (!packed)
		return NULL;
	if (!enc_unbase64(keys->mem, str_of(packed), &plain))
		return err_new(keys->mem, ERR_INVALID,
			       "unable to decode auth field: illegal base64 data at input byte %zu",
			       strspn(packed, BASE64));
	if (memchr(plain.p, 0, plain.n) || !str_cut(plain, ':', &user, &password))
		return err_new(keys->mem, ERR_INVALID,
			       "unable to decode auth field: must be formatted as "
			       "base64(username:password)");
	ret->user = user.n ? str_text(keys->mem, user) : NULL;
	ret->password = password.n ? str_text(keys->mem, password) : NULL;
	return NULL;
}

/* "/v1/" and "/v2/" are the same as no path: Docker's own configurations say https://index.docker.io/v1/. */
static const char *path_of(const char *path)
{
	if (text_starts(path, "/v1/") || text_starts(path, "/v2/"))
		path += 3;
	return text_eq(path, "/") ? "" : path;
}

static err *add_entry(struct oci_keys *keys, str registry, const val *entry)
{
	arena *mem = keys->mem;
	struct url *u;
	struct oci_key key = {0};
	if (!val_is(entry, VAL_MAP))
		return bad_entry(keys, registry, "it is no object");
	if (keys->list.n == OCI_KEYS_MAX)
		return err_new(mem, ERR_LIMIT, "more than %d registries in dockercfg",
			       OCI_KEYS_MAX);
	bool scheme = str_starts(registry, STR("https://")) || str_starts(registry, STR("http://"));
	char *url = arena_printf(mem, "%s%.*s", scheme ? "" : "https://", STR_ARG(registry));
	if (url_parse(mem, url, &u))
		return bad_entry(keys, registry, "it is no address");
	TRY(read_auth(keys, entry, &key.auth));
	key.host = u->host;
	key.port = u->port ? arena_printf(mem, "%d", u->port) : "";
	key.path = path_of(u->path);
	key.name = arena_printf(mem, "%s%s", url_host(mem, u), key.path);
	VEC_PUSH(mem, &keys->list, key);
	return NULL;
}

err *oci_keys_add(struct oci_keys *keys, str config, bool legacy)
{
	arena *mem = keys->mem;
	val *v;
	if (config.n > OCI_KEYS_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "the docker config is larger than %zu bytes",
			       OCI_KEYS_MAX_BYTES);
	/* the parser's text would quote what is in it */
	if (json_parse(mem, config, &v))
		return err_new(mem, ERR_INVALID, "the docker config is not JSON");
	const val *auths = legacy ? v : val_get(v, "auths");
	if (!val_is(v, VAL_MAP) || (auths && auths->kind != VAL_NULL && !val_is(auths, VAL_MAP)))
		return err_new(mem, ERR_INVALID, "the docker config is no map of registries");
	for (size_t i = 0; i < val_len(auths); i++)
		TRY(add_entry(keys, auths->map.p[i].key, auths->map.p[i].value));
	return NULL;
}

/* ---- choosing ---- */

/* Do the labels of a host fit a pattern of as many labels? */
static bool host_fits(str pattern, str host)
{
	str p, h;
	for (;;) {
		bool more = str_next(&pattern, '.', &p), as_many = str_next(&host, '.', &h);
		if (more != as_many)
			return false;
		if (!more)
			return true;
		if (!path_match(p, h, NULL))
			return false;
	}
}

static bool key_fits(const struct oci_key *k, const struct url *u, const char *port)
{
	return text_eq(k->port, port) && text_starts(u->path, k->path) &&
	       host_fits(str_of(k->host), str_of(u->host));
}

bool oci_keys_find(const struct oci_keys *keys, const char *name, struct oci_auth *ret_auth)
{
	const struct oci_key *best = NULL;
	struct url *u;
	if (!keys || url_parse(keys->mem, arena_printf(keys->mem, "https://%s", name), &u))
		return false;
	const char *port = u->port ? arena_printf(keys->mem, "%d", u->port) : "";
	for (size_t i = 0; i < keys->list.n; i++) {
		const struct oci_key *k = &keys->list.p[i];
		if (key_fits(k, u, port) && (!best || strcmp(k->name, best->name) > 0))
			best = k;
	}
	if (best)
		*ret_auth = best->auth;
	return best != NULL;
}

bool oci_keys_of_host(const struct oci_keys *keys, const char *host, struct oci_auth *ret_auth)
{
	/* an entry that is the host alone is the exact one, others ("https://host/v1/") come after */
	for (size_t i = 0; i < keys->list.n; i++) {
		const struct oci_key *k = &keys->list.p[i];
		if (text_eq(k->name, host)) {
			*ret_auth = k->auth;
			return true;
		}
	}
	for (size_t i = 0; i < keys->list.n; i++) {
		const struct oci_key *k = &keys->list.p[i];
		size_t n = strlen(host);
		if (strncmp(k->name, host, n) == 0 && k->name[n] == '/') {
			*ret_auth = k->auth;
			return true;
		}
	}
	return false;
}
