#include "sigstore/sigstore_log.h"

#include "base/enc.h"
#include "data/json.h"

static err *broken(arena *mem, const char *name)
{
	return err_new(mem, ERR_INVALID, "its %s is missing or can't be read", name);
}

/* Numbers come as such or as texts. */
static bool read_number(const val *v, int64_t *ret)
{
	if (val_is(v, VAL_INT))
		*ret = v->i;
	return val_is(v, VAL_INT) || (val_len(v) && str_int(val_as_str(v), ret));
}

/* ---- bundles ---- */

static err *read_proof(arena *mem, const val *v, struct sigstore_entry *entry)
{
	const val *list = val_get(v, "hashes");
	str *hashes = NEW_N(mem, str, SIGSTORE_HASHES_MAX);
	size_t n = val_len(list);
	if (n > SIGSTORE_HASHES_MAX)
		return broken(mem, "inclusion proof");
	for (size_t i = 0; i < n; i++)
		if (!enc_unbase64(mem, val_as_str(val_at(list, i)), &hashes[i]))
			return broken(mem, "inclusion proof");
	entry->place.hashes = hashes;
	entry->place.n_hashes = n;
	/* what is 0 is left out */
	if ((val_get(v, "logIndex") && !read_number(val_get(v, "logIndex"), &entry->place.index)) ||
	    !read_number(val_get(v, "treeSize"), &entry->place.size))
		return broken(mem, "inclusion proof");
	entry->checkpoint = val_as_str(VAL_IN(v, "checkpoint", "envelope"));
	entry->proved = true;
	return NULL;
}

err *sigstore_log_read(arena *mem, const val *v, struct sigstore_entry *ret)
{
	struct sigstore_entry e = {.kind = val_as_str(VAL_IN(v, "kindVersion", "kind")),
				   .version = val_as_str(VAL_IN(v, "kindVersion", "version"))};
	const val *promise = VAL_IN(v, "inclusionPromise", "signedEntryTimestamp");
	const val *proof = val_get(v, "inclusionProof");
	if (!e.kind.n || !e.version.n)
		return broken(mem, "kindVersion");
	if (!enc_unbase64(mem, val_as_str(VAL_IN(v, "logId", "keyId")), &e.log_id) || !e.log_id.n)
		return broken(mem, "logId");
	if (val_get(v, "logIndex") &&
	    (!read_number(val_get(v, "logIndex"), &e.index) || e.index < 0))
		return broken(mem, "logIndex");
	if (val_get(v, "integratedTime") &&
	    (!read_number(val_get(v, "integratedTime"), &e.at) || e.at < 0))
		return broken(mem, "integratedTime");
	if (!enc_unbase64(mem, val_as_str(val_get(v, "canonicalizedBody")), &e.body))
		return broken(mem, "canonicalizedBody");
	if (promise && !enc_unbase64(mem, val_as_str(promise), &e.promise))
		return broken(mem, "inclusion promise");
	if (proof)
		TRY(read_proof(mem, proof, &e));
	*ret = e;
	return NULL;
}

/* ---- annotations ---- */

err *sigstore_log_read_annotation(arena *mem, str json, struct sigstore_entry *ret)
{
	struct sigstore_entry e = {.proved = false};
	val *v;
	if (json.n > SIGSTORE_BODY_MAX)
		return broken(mem, "annotation");
	TRY(json_parse(mem, json, &v));
	const val *payload = val_get(v, "Payload");
	if (!enc_unbase64(mem, val_as_str(val_get(v, "SignedEntryTimestamp")), &e.promise) ||
	    !e.promise.n)
		return broken(mem, "SignedEntryTimestamp");
	if (!enc_unbase64(mem, val_as_str(val_get(payload, "body")), &e.body))
		return broken(mem, "body");
	if (!enc_unhex(mem, val_as_str(val_get(payload, "logID")), &e.log_id))
		return broken(mem, "logID");
	if (!read_number(val_get(payload, "integratedTime"), &e.at) || e.at <= 0)
		return broken(mem, "integratedTime");
	if (!read_number(val_get(payload, "logIndex"), &e.index) || e.index < 0)
		return broken(mem, "logIndex");
	*ret = e;
	return NULL;
}

/* ---- checks ---- */

static err *check_promise(arena *mem, const struct sigstore_log *log,
			  const struct sigstore_entry *entry)
{
	if (entry->at < log->from || entry->at > log->till)
		return err_new(mem, ERR_INVALID,
			       "the log's key was not in use when it was integrated");
	if (!sigstore_proof_promise(mem, log, entry->body, entry->at, entry->index, entry->promise))
		return err_new(mem, ERR_INVALID, "its signed entry timestamp is not the log's");
	return NULL;
}

err *sigstore_log_check(arena *mem, const struct sigstore_root *root,
			const struct sigstore_claim *claim, const struct sigstore_entry *entry,
			int64_t *ret_at)
{
	const struct sigstore_log *log = sigstore_root_log(root, entry->log_id);
	bool v2;
	if (!log)
		return err_new(mem, ERR_NOT_FOUND, "its log is not in the trusted root");
	TRY(sigstore_body_check(mem, claim, entry->body, entry->kind, entry->version, &v2));
	if (!entry->proved && (v2 || !entry->promise.n))
		return err_new(mem, ERR_INVALID, "it has no inclusion proof");
	if (entry->promise.n && v2)
		return err_new(mem, ERR_INVALID, "it has a promise, which such logs do not give");
	if (entry->promise.n)
		TRY(check_promise(mem, log, entry));
	if (entry->proved)
		TRY(sigstore_proof_inclusion(mem, log, entry->body, &entry->place,
					     entry->checkpoint, v2));
	*ret_at = entry->promise.n ? entry->at : 0;
	return NULL;
}
