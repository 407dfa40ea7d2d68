#include "sigstore/sigstore_proof.h"

#include "base/buf.h"
#include "base/enc.h"
#include "crypt/digest.h"

#define HASH "SHA256"
#define HASH_BYTES 32
#define HINT_BYTES 4
#define DASH "\u2014 " /* begins the line of a signature */

bool sigstore_proof_promise(arena *mem, const struct sigstore_log *log, str body, int64_t at,
			    int64_t index, str promise)
{
	buf b = buf_init(mem);
	buf_printf(&b,
		   "{\"body\":\"%s\",\"integratedTime\":%lld,\"logID\":\"%s\",\"logIndex\":%lld}",
		   enc_base64(mem, body), (long long)at, enc_hex(mem, log->id), (long long)index);
	return pubkey_verify_message(log->key, HASH, buf_view(&b), promise);
}

/* ---- the tree ---- */

static str hash_pair(arena *mem, str left, str right)
{
	buf b = buf_init(mem);
	buf_char(&b, 1);
	buf_str(&b, left);
	buf_str(&b, right);
	return digest_raw(mem, DIGEST_SHA256, buf_view(&b));
}

static str hash_leaf(arena *mem, str body)
{
	buf b = buf_init(mem);
	buf_char(&b, 0);
	buf_str(&b, body);
	return digest_raw(mem, DIGEST_SHA256, buf_view(&b));
}

/* The hash at the top over a leaf (RFC 9162, 2.1.3.2); false when the path has the wrong length. */
static bool hash_top(arena *mem, const struct sigstore_place *place, str hash, str *ret)
{
	uint64_t at = (uint64_t)place->index, last = (uint64_t)place->size - 1;
	for (size_t i = 0; i < place->n_hashes; i++) {
		if (!last || place->hashes[i].n != HASH_BYTES)
			return false;
		if ((at & 1) || at == last) {
			hash = hash_pair(mem, place->hashes[i], hash);
			for (; !(at & 1) && at; at >>= 1)
				last >>= 1;
		} else {
			hash = hash_pair(mem, hash, place->hashes[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	*ret = hash;
	return !last;
}

/* ---- the checkpoint ---- */

/* The lines of a signed note: what is signed, an empty line, signatures. */
struct note {
	str text, origin, top, signatures;
	int64_t size;
};

static bool read_note(arena *mem, str checkpoint, struct note *ret)
{
	ptrdiff_t end = str_search(checkpoint, STR("\n\n"));
	struct note n = {.size = 0};
	str rest, size, top;
	if (end < 0)
		return false;
	n.text = rest = str_sub(checkpoint, 0, (size_t)end + 1);
	n.signatures = str_sub(checkpoint, (size_t)end + 2, checkpoint.n);
	if (!str_next(&rest, '\n', &n.origin) || !str_next(&rest, '\n', &size) ||
	    !str_next(&rest, '\n', &top) || !n.origin.n || !str_int(size, &n.size) || n.size < 1)
		return false;
	*ret = n;
	return enc_unbase64(mem, top, &ret->top) && ret->top.n == HASH_BYTES;
}

/* A line "— name base64", where the bytes begin with a hint to the key: the first ones of the log's id. */
static bool is_logs(arena *mem, const struct sigstore_log *log, const struct note *note, str line)
{
	str name, packed, bytes;
	if (!str_starts(line, STR(DASH)))
		return false;
	return str_cut(str_sub(line, sizeof(DASH) - 1, line.n), ' ', &name, &packed) &&
	       enc_unbase64(mem, packed, &bytes) && bytes.n > HINT_BYTES &&
	       str_eq(str_sub(bytes, 0, HINT_BYTES), str_sub(log->id, 0, HINT_BYTES)) &&
	       pubkey_verify_message(log->key, HASH, note->text,
				     str_sub(bytes, HINT_BYTES, bytes.n));
}

static bool signed_by(arena *mem, const struct sigstore_log *log, const struct note *note)
{
	str rest = note->signatures, line;
	while (str_next(&rest, '\n', &line))
		if (is_logs(mem, log, note, line))
			return true;
	return false;
}

static err *wrong(arena *mem, const char *why)
{
	return err_new(mem, ERR_INVALID, "%s", why);
}

err *sigstore_proof_inclusion(arena *mem, const struct sigstore_log *log, str body,
			      const struct sigstore_place *place, str checkpoint, bool v2)
{
	struct note note;
	str top;
	if (checkpoint.n > SIGSTORE_CHECKPOINT_MAX || !read_note(mem, checkpoint, &note))
		return wrong(mem, "its checkpoint is no signed note of a log");
	if (v2 && !str_is(note.origin, log->origin))
		return wrong(mem, "its checkpoint is another log's");
	if (!signed_by(mem, log, &note))
		return wrong(mem, "its checkpoint is not signed by the log");
	if (place->index < 0 || place->size != note.size || place->index >= place->size ||
	    place->n_hashes > SIGSTORE_HASHES_MAX ||
	    !hash_top(mem, place, hash_leaf(mem, body), &top) || !str_eq(top, note.top))
		return wrong(mem, "its inclusion proof does not lead to the checkpoint");
	return NULL;
}
