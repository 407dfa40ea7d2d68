#include "sops/sops_age.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "crypt/agree.h"
#include "crypt/cipher.h"
#include "crypt/digest.h"
#include "sops/sops_age_file.h"
#include "sops/sops_age_hybrid.h"
#include "sops/sops_bech32.h"

#define FILE_KEY 16 /* bytes of a file's key */
#define TAG 16

struct sops_age_identity {
	bool hybrid;			    /* post-quantum: scalar is the seed of both its keys */
	unsigned char scalar[AGREE_X25519]; /* or seed: 32 bytes both */
	str point;			    /* the scalar's */
};

/* ---- identities ------------------------------------------------------------------------------- */

static err *read_identity(arena *mem, str text, struct sops_age_identity **ret)
{
	str type, bytes;
	if (str_starts(text, STR("AGE-PLUGIN-")))
		return err_new(mem, ERR_UNSUPPORTED, "identities of age plugins are not supported");
	bool hybrid = str_starts(text, STR("AGE-SECRET-KEY-PQ-1"));
	if (!hybrid && !str_starts(text, STR("AGE-SECRET-KEY-1")))
		return err_new(mem, ERR_INVALID, "unknown identity type");
	TRY_AS(mem, sops_bech32(mem, text, &type, &bytes), "malformed secret key");
	if (!str_is(type, hybrid ? "AGE-SECRET-KEY-PQ-" : "AGE-SECRET-KEY-"))
		return err_new(mem, ERR_INVALID, "malformed secret key: unknown type");
	if (bytes.n != AGREE_X25519)
		return err_new(mem, ERR_INVALID, "malformed secret key: invalid %s secret key",
			       hybrid ? "MLKEM768-X25519" : "X25519");
	struct sops_age_identity *id = NEW(mem, struct sops_age_identity);
	memcpy(id->scalar, bytes.p, AGREE_X25519);
	id->hybrid = hybrid;
	if (!hybrid)
		TRY(agree_x25519_point(mem, id->scalar, &id->point));
	*ret = id;
	return NULL;
}

static err *add_one(arena *mem, struct sops_age_identities *ids, str text)
{
	struct sops_age_identity *id;
	if (ids->n >= SOPS_AGE_MAX_IDENTITIES)
		return err_new(mem, ERR_LIMIT, "more than %d identities", SOPS_AGE_MAX_IDENTITIES);
	TRY(read_identity(mem, text, &id));
	VEC_PUSH(mem, ids, id);
	return NULL;
}

err *sops_age_add(arena *mem, struct sops_age_identities *ids, str text, bool words)
{
	str line;
	if (text.n > SOPS_AGE_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "more than %zu bytes", SOPS_AGE_MAX_BYTES);
	while (str_next(&text, '\n', &line)) {
		if (str_ends(line, STR("\r")))
			line.n--;
		if (!line.n || line.p[0] == '#')
			continue;
		str word = line;
		if (!words)
			TRY(add_one(mem, ids, line));
		while (words && str_next(&line, ' ', &word))
			if (str_trim(word).n)
				TRY(add_one(mem, ids, str_trim(word)));
	}
	return NULL;
}

/* ---- opening ---------------------------------------------------------------------------------- */

static err *open_stanza(arena *mem, const struct sops_age_identity *id,
			const struct sops_age_stanza *s, str *ret_key)
{
	static const unsigned char nonce[12];
	str point, secret, key;
	if (s->n != 1)
		return err_new(mem, ERR_INVALID, "invalid X25519 recipient block");
	if (!sops_age_unbase64(mem, s->args[0], &point))
		return err_new(mem, ERR_INVALID, "failed to parse X25519 recipient");
	if (point.n != AGREE_X25519)
		return err_new(mem, ERR_INVALID, "invalid X25519 recipient block");
	if (agree_x25519(mem, id->scalar, point, &secret))
		return err_new(mem, ERR_INVALID,
			       "invalid X25519 recipient: the shared secret is all zeros");
	if (s->body.n != FILE_KEY + TAG)
		return err_new(mem, ERR_INVALID,
			       "invalid X25519 recipient block: incorrect file key size");
	buf salt = buf_init(mem);
	buf_str(&salt, point);
	buf_str(&salt, id->point);
	key = cipher_hkdf(mem, secret, buf_view(&salt), STR("age-encryption.org/v1/X25519"), 32);
	return cipher_chacha_open(mem, (const unsigned char *)key.p, nonce, s->body, ret_key);
}

static err *open_hybrid(arena *mem, const struct sops_age_identity *id,
			const struct sops_age_stanza *s, str *ret_key)
{
	str sent;
	if (s->n != 1)
		return err_new(mem, ERR_INVALID, "invalid mlkem768x25519 recipient block");
	if (!sops_age_unbase64(mem, s->args[0], &sent))
		return err_new(mem, ERR_INVALID, "failed to parse mlkem768x25519 recipient");
	if (s->body.n != FILE_KEY + TAG)
		return err_new(mem, ERR_INVALID, "encrypted value has unexpected length");
	return sops_age_hybrid_open(mem, id->scalar, sent, s->body, ret_key);
}

/* The file key, by the first identity that one of the stanzas is for. */
static err *find_key(arena *mem, const struct sops_age_identities *ids,
		     const struct sops_age_file *f, str *ret_key)
{
	for (size_t i = 0; i < ids->n; i++) {
		for (size_t j = 0; j < f->n; j++) {
			err *e;
			const struct sops_age_stanza *s = &f->stanzas[j];
			const struct sops_age_identity *id = ids->p[i];
			if (!str_is(s->type, id->hybrid ? "mlkem768x25519" : "X25519"))
				continue;
			e = id->hybrid ? open_hybrid(mem, id, s, ret_key)
				       : open_stanza(mem, id, s, ret_key);
			if (err_code(e) != ERR_UNAUTHORIZED)
				return e;
		}
	}
	return err_new(mem, ERR_UNAUTHORIZED,
		       ids->n == 1 ? "identity did not match any of the recipients: incorrect "
				     "identity for recipient block"
				   : "no identity matched any of the recipients");
}

static err *open_header(arena *mem, const struct sops_age_identities *ids, str file,
			const err *broken, struct sops_age_file *f, str *ret_key)
{
	err *e = sops_age_parse(mem, file, f);
	if (e && broken)
		return err_wrap(mem, broken,
				"failed to read header: parsing age header: failed to read intro");
	TRY_AS(mem, e, "failed to read header");
	TRY(find_key(mem, ids, f, ret_key));
	str mac_key = cipher_hkdf(mem, *ret_key, (str){0}, STR("header"), 32);
	if (!digest_equal(digest_hmac(mem, DIGEST_SHA256, mac_key, f->signed_part), f->mac))
		return err_new(mem, ERR_UNAUTHORIZED, "bad header MAC");
	return NULL;
}

err *sops_age_open(arena *mem, const struct sops_age_identities *ids, str armored, str *ret)
{
	struct sops_age_file f;
	str file, key;
	if (armored.n > SOPS_AGE_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "more than %zu bytes", SOPS_AGE_MAX_BYTES);
	/* what is wrong with the armor behind the header comes up when that is read already */
	err *broken = sops_age_unarmor(mem, armored, &file);
	TRY_AS(mem, open_header(mem, ids, file, broken, &f, &key),
	       "failed to create reader for decrypting sops data key with age");
	TRY_AS(mem, broken ? broken : sops_age_payload(mem, key, f.payload, ret),
	       "failed to copy age decrypted data into bytes.Buffer");
	return NULL;
}
