#include "sigstore/sigstore_root.h"

#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"

#define TYPE "application/vnd.dev.sigstore.trustedroot"

static err *read_bytes(arena *mem, const val *v, const char *name, str *ret)
{
	if (!val_len(v) || !enc_unbase64(mem, val_as_str(v), ret))
		return err_new(mem, ERR_INVALID, "%s is missing or not base64", name);
	return NULL;
}

static err *read_time(arena *mem, const val *v, int64_t otherwise, int64_t *ret)
{
	int ns;
	*ret = otherwise;
	return val_len(v) ? clock_read(mem, val_as_str(v), ret, &ns) : NULL;
}

static err *read_times(arena *mem, const val *range, int64_t *ret_from, int64_t *ret_till)
{
	TRY_AS(mem, read_time(mem, val_get(range, "start"), INT64_MIN, ret_from), "validFor.start");
	TRY_AS(mem, read_time(mem, val_get(range, "end"), INT64_MAX, ret_till), "validFor.end");
	return NULL;
}

/* ---- logs ---- */

/* "https://rekor.sigstore.dev/x" → "rekor.sigstore.dev" */
static const char *host_of(arena *mem, const char *url)
{
	const char *start = strstr(url, "://");
	start = start ? start + 3 : url;
	return str_text(mem, (str){start, strcspn(start, ":/")});
}

static err *read_log(arena *mem, const val *v, struct sigstore_log *ret)
{
	const val *key = val_get(v, "publicKey");
	struct sigstore_log log = {.origin = host_of(mem, val_text_or(val_get(v, "baseUrl"), ""))};
	str der;
	if (!str_is(val_as_str(val_get(v, "hashAlgorithm")), "SHA2_256"))
		return err_new(mem, ERR_UNSUPPORTED, "hashAlgorithm is not SHA2_256");
	TRY(read_bytes(mem, val_get(key, "rawBytes"), "publicKey.rawBytes", &der));
	TRY(read_bytes(mem, VAL_IN(v, "logId", "keyId"), "logId.keyId", &log.id));
	TRY_AS(mem, pubkey_der(mem, der, &log.key), "publicKey.rawBytes");
	TRY_AS(mem, read_times(mem, val_get(key, "validFor"), &log.from, &log.till), "publicKey");
	if (log.from == INT64_MIN)
		return err_new(mem, ERR_INVALID, "publicKey.validFor.start is missing");
	*ret = log;
	return NULL;
}

static err *add_log(arena *mem, const val *v, struct sigstore_root *root)
{
	struct sigstore_log log;
	TRY(read_log(mem, v, &log));
	VEC_PUSH(mem, &root->logs, log);
	return NULL;
}

static err *add_certificate_log(arena *mem, const val *v, struct sigstore_root *root)
{
	struct sigstore_log log;
	TRY(read_log(mem, v, &log));
	struct sct_log of = {log.id, log.key, log.from, log.till};
	VEC_PUSH(mem, &root->certificate_logs, of);
	return NULL;
}

/* ---- authorities ---- */

static err *read_authority(arena *mem, const val *v, struct sigstore_authority *ret)
{
	const val *list = VAL_IN(v, "certChain", "certificates");
	struct sigstore_authority a = {.url = val_text_or(val_get(v, "uri"), "")};
	size_t n = val_len(list);
	if (!n || n > X509_DEPTH_MAX)
		return err_new(mem, ERR_INVALID, "certChain has %zu certificates, not 1 to %d", n,
			       X509_DEPTH_MAX);
	for (size_t i = 0; i < n; i++) {
		struct x509 *cert;
		str der;
		TRY(read_bytes(mem, val_get(val_at(list, i), "rawBytes"), "certChain", &der));
		TRY_AS(mem, x509_read(mem, der, &cert), "certChain");
		VEC_PUSH(mem, i + 1 == n ? &a.roots : &a.others, cert);
	}
	TRY(read_times(mem, val_get(v, "validFor"), &a.from, &a.till));
	*ret = a;
	return NULL;
}

static err *add_authority(arena *mem, const val *v, struct sigstore_root *root)
{
	struct sigstore_authority a;
	TRY(read_authority(mem, v, &a));
	VEC_PUSH(mem, &root->authorities, a);
	return NULL;
}

static err *add_clock(arena *mem, const val *v, struct sigstore_root *root)
{
	struct sigstore_authority a;
	TRY(read_authority(mem, v, &a));
	VEC_PUSH(mem, &root->clocks, a);
	return NULL;
}

/* ---- the file ---- */

static err *read_each(arena *mem, const val *v, const char *name,
		      err *(*add)(arena *mem, const val *v, struct sigstore_root *root),
		      struct sigstore_root *root)
{
	const val *list = val_get(v, name);
	if (list && !val_is(list, VAL_LIST))
		return err_new(mem, ERR_INVALID, "%s is no list", name);
	if (val_len(list) > SIGSTORE_ROOT_EACH)
		return err_new(mem, ERR_LIMIT, "%s has more than %d entries", name,
			       SIGSTORE_ROOT_EACH);
	for (size_t i = 0; i < val_len(list); i++)
		TRY_AS(mem, add(mem, val_at(list, i), root), "%s[%zu]", name, i);
	return NULL;
}

err *sigstore_root_read(arena *mem, str json, struct sigstore_root **ret_root)
{
	struct sigstore_root *root = NEW(mem, struct sigstore_root);
	val *v;
	if (json.n > SIGSTORE_ROOT_MAX)
		return err_new(mem, ERR_LIMIT, "it is larger than %zu bytes", SIGSTORE_ROOT_MAX);
	TRY(json_parse(mem, json, &v));
	if (!text_starts(val_text_or(val_get(v, "mediaType"), ""), TYPE))
		return err_new(mem, ERR_INVALID, "its mediaType is not %s+json", TYPE);
	TRY(read_each(mem, v, "tlogs", add_log, root));
	TRY(read_each(mem, v, "ctlogs", add_certificate_log, root));
	TRY(read_each(mem, v, "certificateAuthorities", add_authority, root));
	TRY(read_each(mem, v, "timestampAuthorities", add_clock, root));
	*ret_root = root;
	return NULL;
}

const struct sigstore_log *sigstore_root_log(const struct sigstore_root *root, str id)
{
	for (size_t i = 0; i < root->logs.n; i++)
		if (str_eq(root->logs.p[i].id, id))
			return &root->logs.p[i];
	return NULL;
}
