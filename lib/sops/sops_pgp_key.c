#include "sops/sops_pgp_key.h"

#include <string.h>

#include "base/buf.h"
#include "crypt/cipher.h"
#include "crypt/pubkey.h"

#define OID(bytes) ((str){bytes, sizeof(bytes) - 1})

static const struct {
	str oid;
	const char *name; /* NULL: Curve25519 */
} curves[] = {
	{OID("\x2B\x06\x01\x04\x01\x97\x55\x01\x05\x01"), NULL},
	{OID("\x2A\x86\x48\xCE\x3D\x03\x01\x07"), "P-256"},
	{OID("\x2B\x81\x04\x00\x22"), "P-384"},
	{OID("\x2B\x81\x04\x00\x23"), "P-521"},
	{OID("\x2B\x24\x03\x03\x02\x08\x01\x01\x07"), "brainpoolP256r1"},
	{OID("\x2B\x24\x03\x03\x02\x08\x01\x01\x0B"), "brainpoolP384r1"},
	{OID("\x2B\x24\x03\x03\x02\x08\x01\x01\x0D"), "brainpoolP512r1"},
	{OID("\x2B\x81\x04\x00\x0A"), "secp256k1"},
};
#define CURVES (sizeof(curves) / sizeof(*curves))

static err *damaged(arena *mem)
{
	return err_new(mem, ERR_INVALID, "a secret key is damaged");
}

/* ---- reading ---------------------------------------------------------------------------------- */

static bool checksum_fits(str numbers, uint32_t sum)
{
	uint32_t mine = 0;
	for (size_t i = 0; i < numbers.n; i++)
		mine += (unsigned char)numbers.p[i];
	return (mine & 0xFFFF) == sum;
}

/* What stands behind the octet that says how it is protected. */
static bool read_secret(struct sops_pgp_key *k, str *rest)
{
	str d, p, q, u;
	switch (k->pub.algorithm) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
		if (!pgp_mpi(rest, &d) || !pgp_mpi(rest, &p) || !pgp_mpi(rest, &q) ||
		    !pgp_mpi(rest, &u))
			return false;
		k->rsa = (struct agree_rsa){k->pub.mpi[0], k->pub.mpi[1], d, p, q};
		return true;
	case PGP_ECDH:
		if (!pgp_mpi(rest, &d) || !d.n)
			return false;
		k->number = d;
		/* Curve25519's number is written the other way round */
		for (size_t i = 0; !k->curve && i < d.n && i < AGREE_X25519; i++)
			k->scalar[i] = (unsigned char)d.p[d.n - 1 - i];
		return k->curve || d.n <= AGREE_X25519;
	case PGP_X25519:
		if (!pgp_take(rest, AGREE_X25519, &d))
			return false;
		memcpy(k->scalar, d.p, AGREE_X25519);
		return true;
	default:
		return false;
	}
}

static bool can_decrypt(struct sops_pgp_key *k)
{
	if (k->pub.algorithm == PGP_RSA || k->pub.algorithm == PGP_RSA_ENCRYPT ||
	    k->pub.algorithm == PGP_X25519)
		return true;
	for (size_t i = 0; k->pub.algorithm == PGP_ECDH && i < CURVES; i++) {
		if (str_eq(curves[i].oid, k->pub.curve)) {
			k->curve = curves[i].name;
			return true;
		}
	}
	return false;
}

err *sops_pgp_key_read(arena *mem, str body, struct sops_pgp_key **ret_key)
{
	struct sops_pgp_key *k = NEW(mem, struct sops_pgp_key);
	uint32_t usage, sum;
	*ret_key = NULL;
	if (!pgp_read_key(mem, body, &k->pub) || !can_decrypt(k))
		return NULL;
	str rest = k->pub.rest;
	if (!pgp_number(&rest, 1, &usage))
		return damaged(mem);
	*ret_key = k;
	k->locked = usage != 0;
	if (k->locked)
		return NULL;
	str numbers = rest;
	if (!read_secret(k, &rest))
		return damaged(mem);
	numbers.n -= rest.n;
	if (k->pub.version == 4 && (!pgp_number(&rest, 2, &sum) || !checksum_fits(numbers, sum)))
		return damaged(mem);
	return NULL;
}

/* ---- session keys ----------------------------------------------------------------------------- */

static err *wrong(arena *mem)
{
	return err_new(mem, ERR_UNAUTHORIZED, "the session key does not open");
}

/* "cipher, key, checksum of the key", with something behind it. */
static err *split_session(arena *mem, str m, int *ret_cipher, str *ret_session)
{
	static const struct {
		int number;
		size_t size;
	} sizes[] = {{2, 24}, {7, 16}, {8, 24}, {9, 32}, {11, 16}, {12, 24}, {13, 32}};
	uint32_t cipher, sum;
	if (!pgp_number(&m, 1, &cipher))
		return wrong(mem);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		if (sizes[i].number != (int)cipher)
			continue;
		if (!pgp_take(&m, sizes[i].size, ret_session) || !pgp_number(&m, 2, &sum) ||
		    !checksum_fits(*ret_session, sum))
			return wrong(mem);
		*ret_cipher = (int)cipher;
		return NULL;
	}
	return wrong(mem);
}

static err *open_rsa(arena *mem, const struct sops_pgp_key *k, str material, int *ret_cipher,
		     str *ret_session)
{
	str sealed, m;
	if (!pgp_mpi(&material, &sealed))
		return wrong(mem);
	if (agree_rsa_decrypt(mem, &k->rsa, sealed, &m))
		return wrong(mem);
	return split_session(mem, m, ret_cipher, ret_session);
}

/* The key that wraps the session key (RFC 6637, 7 and 8). */
static err *wrapping_key(arena *mem, const struct sops_pgp_key *k, str secret, str *ret)
{
	static const char *const hashes[] = {[8] = "SHA256", [9] = "SHA384", [10] = "SHA512"};
	static const size_t sizes[] = {[7] = 16, [8] = 24, [9] = 32};
	const unsigned char *kdf = (const unsigned char *)k->pub.kdf.p;
	if (k->pub.kdf.n < 2)
		return wrong(mem);
	size_t at = k->pub.kdf.n - 2; /* hash and cipher stand last */
	if (kdf[at] < 8 || kdf[at] > 10 || kdf[at + 1] < 7 || kdf[at + 1] > 9)
		return err_new(mem, ERR_UNSUPPORTED, "an unknown way of wrapping keys");
	buf b = buf_init(mem);
	buf_add(&b, "\0\0\0\1", 4);
	buf_str(&b, secret);
	buf_char(&b, (char)k->pub.curve.n);
	buf_str(&b, k->pub.curve);
	buf_char(&b, PGP_ECDH);
	buf_add(&b, "\3\1", 2);
	buf_add(&b, kdf + at, 2);
	buf_text_add(&b, "Anonymous Sender    ");
	buf_add(&b, k->pub.fingerprint, k->pub.version == 4 ? 20 : k->pub.n_fingerprint);
	str hashed = pubkey_digest(mem, hashes[kdf[at]], buf_view(&b));
	*ret = str_sub(hashed, 0, sizes[kdf[at + 1]]);
	return NULL;
}

static err *open_ecdh(arena *mem, const struct sops_pgp_key *k, str material, int *ret_cipher,
		      str *ret_session)
{
	str point, wrapped, secret, key, m;
	uint32_t n;
	if (!pgp_mpi(&material, &point) || !pgp_number(&material, 1, &n) ||
	    !pgp_take(&material, n, &wrapped))
		return wrong(mem);
	if (!k->curve) {
		if (point.n != AGREE_X25519 + 1 || point.p[0] != 0x40 ||
		    agree_x25519(mem, k->scalar, str_sub(point, 1, point.n), &secret))
			return wrong(mem);
	} else if (agree_ecdh(mem, k->curve, k->number, point, &secret)) {
		return wrong(mem);
	}
	TRY(wrapping_key(mem, k, secret, &key));
	if (cipher_unwrap(mem, key, wrapped, &m))
		return wrong(mem);
	return split_session(mem, m, ret_cipher, ret_session);
}

static err *open_x25519(arena *mem, const struct sops_pgp_key *k, str material, int *ret_cipher,
			str *ret_session)
{
	str point, wrapped, secret;
	uint32_t n, cipher;
	if (!pgp_take(&material, AGREE_X25519, &point) || !pgp_number(&material, 1, &n) ||
	    !pgp_number(&material, 1, &cipher) || n < 2 || !pgp_take(&material, n - 1, &wrapped))
		return wrong(mem);
	if (agree_x25519(mem, k->scalar, point, &secret))
		return wrong(mem);
	buf b = buf_init(mem);
	buf_str(&b, point);
	buf_str(&b, k->pub.mpi[0]);
	buf_str(&b, secret);
	str key = cipher_hkdf(mem, buf_view(&b), (str){0}, STR("OpenPGP X25519"), 16);
	if (cipher_unwrap(mem, key, wrapped, ret_session))
		return wrong(mem);
	*ret_cipher = (int)cipher;
	return NULL;
}

err *sops_pgp_key_session(arena *mem, const struct sops_pgp_key *key, str material, int *ret_cipher,
			  str *ret_session)
{
	switch (key->pub.algorithm) {
	case PGP_ECDH:
		return open_ecdh(mem, key, material, ret_cipher, ret_session);
	case PGP_X25519:
		return open_x25519(mem, key, material, ret_cipher, ret_session);
	default:
		return open_rsa(mem, key, material, ret_cipher, ret_session);
	}
}
