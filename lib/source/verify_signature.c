#include "source/verify_signature.h"

#include <string.h>

#include "base/buf.h"

static const char *hash_of(uint32_t id)
{
	static const char *const names[] = {
		[2] = "SHA1", [8] = "SHA256", [9] = "SHA384", [10] = "SHA512", [11] = "SHA224"};
	return id < sizeof(names) / sizeof(*names) ? names[id] : NULL;
}

/* ---- subpackets ---- */

static bool take_length(str *rest, uint32_t *ret_n)
{
	uint32_t first, more;
	if (!pgp_number(rest, 1, &first))
		return false;
	*ret_n = first;
	if (first == 255)
		return pgp_number(rest, 4, ret_n);
	if (first >= 192) {
		if (!pgp_number(rest, 1, &more))
			return false;
		*ret_n = ((first - 192) << 8) + more + 192;
	}
	return true;
}

static bool read_issuer(str body, struct verify_signature *s)
{
	if (body.n != 8)
		return false;
	s->has_issuer = true;
	memcpy(s->issuer, body.p, 8);
	return true;
}

/* Of version 4; other versions do not sign in ways that are read here. */
static bool read_fingerprint(str body, struct verify_signature *s)
{
	uint32_t version;
	if (!pgp_number(&body, 1, &version) || body.n != (version < 5 ? 20 : 32))
		return false;
	if (version != 4)
		return true;
	memcpy(s->fingerprint, body.p, 20);
	memcpy(s->issuer, body.p + 12, 8);
	s->has_issuer = s->has_fingerprint = true;
	return true;
}

static bool read_time(str body, int64_t *ret_time)
{
	uint32_t n;
	if (body.n != 4 || !pgp_number(&body, 4, &n))
		return false;
	*ret_time = n;
	return true;
}

static bool read_hashed(int type, str body, bool critical, struct verify_signature *s)
{
	switch (type) {
	case 2:
		return read_time(body, &s->created);
	case 3:
		return read_time(body, &s->lifetime);
	case 4: /* not to be shown to others: neither to us */
		return body.n && body.p[0];
	case 9:
		return read_time(body, &s->key_lifetime);
	case 20:
		s->critical = s->critical || critical;
		return body.n >= 8;
	case 25:
		s->primary = body.n == 1 && body.p[0];
		return body.n == 1;
	case 27:
		s->has_flags = true;
		s->signs = body.n && (body.p[0] & 2);
		return true;
	case 29:
		s->compromised = body.n && body.p[0] == 2;
		return body.n > 0;
	case 5: /* trust, a pattern for it, preferences, where to look, a policy, who signs, features, for whom */
	case 6:
	case 11:
	case 21:
	case 22:
	case 23:
	case 24:
	case 26:
	case 28:
	case 30:
	case 35:
	case 39:
		return true;
	default:
		return !critical;
	}
}

static bool read_subpackets(str rest, bool hashed, struct verify_signature *s)
{
	while (rest.n) {
		uint32_t n, type;
		str body;
		if (!take_length(&rest, &n) || !pgp_take(&rest, n, &body) ||
		    !pgp_number(&body, 1, &type))
			return false;
		bool critical = type & 0x80, fine = true;
		type &= 0x7f;
		if (type == 16)
			fine = read_issuer(body, s);
		else if (type == 33)
			fine = read_fingerprint(body, s);
		else if (type == 32 && s->embedded.n)
			fine = false;
		else if (type == 32)
			s->embedded = body;
		else if (hashed)
			fine = read_hashed((int)type, body, critical, s);
		if (!fine)
			return false;
	}
	return true;
}

/* ---- signatures ---- */

static bool read_numbers(str rest, struct verify_signature *s)
{
	switch (s->algorithm) {
	case PGP_RSA:
	case PGP_RSA_SIGN:
		s->plain = true;
		return pgp_mpi(&rest, &s->numbers[0]);
	case PGP_DSA:
	case PGP_ECDSA:
	case PGP_EDDSA:
		return pgp_mpi(&rest, &s->numbers[0]) && pgp_mpi(&rest, &s->numbers[1]);
	case PGP_ED25519:
	case PGP_ED448:
		s->plain = true;
		return pgp_take(&rest, s->algorithm == PGP_ED448 ? 114 : 64, &s->numbers[0]);
	default:
		return false;
	}
}

bool verify_signature_read(str body, struct verify_signature *ret_signature)
{
	struct verify_signature s = {0};
	str rest = body, hashed, loose;
	uint32_t version, type, algorithm, hash, n;
	if (!pgp_number(&rest, 1, &version) || version != 4 || !pgp_number(&rest, 1, &type) ||
	    !pgp_number(&rest, 1, &algorithm) || !pgp_number(&rest, 1, &hash) ||
	    !pgp_number(&rest, 2, &n) || !pgp_take(&rest, n, &hashed))
		return false;
	s.hashed = str_sub(body, 0, body.n - rest.n);
	s.type = (int)type;
	s.algorithm = (int)algorithm;
	s.hash = hash_of(hash);
	if (!s.hash || !pgp_number(&rest, 2, &n) || !pgp_take(&rest, n, &loose) ||
	    !read_subpackets(hashed, true, &s) || !read_subpackets(loose, false, &s) ||
	    !pgp_number(&rest, 2, &n) || !read_numbers(rest, &s))
		return false;
	*ret_signature = s;
	return true;
}

static const struct pubkey *key_of(arena *mem, const struct pgp_key *k)
{
	static const struct {
		const char *oid;
		size_t n;
		const char *name;
	} curves[] = {{"\x2a\x86\x48\xce\x3d\x03\x01\x07", 8, "P-256"},
		      {"\x2b\x81\x04\x00\x22", 5, "P-384"},
		      {"\x2b\x81\x04\x00\x23", 5, "P-521"},
		      {NULL, 0, NULL}};
	static const str ed25519 = {"\x2b\x06\x01\x04\x01\xda\x47\x0f\x01", 9};
	str point = k->mpi[0];
	switch (k->algorithm) {
	case PGP_RSA:
	case PGP_RSA_SIGN:
		return pubkey_rsa(mem, k->mpi[0], k->mpi[1]);
	case PGP_DSA:
		return pubkey_dsa(mem, k->mpi[0], k->mpi[1], k->mpi[2], k->mpi[3]);
	case PGP_EDDSA: /* with a mark before the point */
		return str_eq(k->curve, ed25519) && point.n == 33 && point.p[0] == 0x40
			       ? pubkey_ed(mem, str_sub(point, 1, 33))
			       : NULL;
	case PGP_ED25519:
	case PGP_ED448:
		return pubkey_ed(mem, point);
	case PGP_ECDSA:
		for (int i = 0; curves[i].oid; i++)
			if (str_eq(k->curve, (str){curves[i].oid, curves[i].n}))
				return pubkey_ec(mem, curves[i].name, point);
		return NULL;
	default:
		return NULL;
	}
}

/* Two numbers of 32 bytes, whose leading zeros may be missing. */
static str joined(arena *mem, str r, str s)
{
	char *both = arena_alloc(mem, 64);
	if (r.n > 32 || s.n > 32)
		return (str){NULL, 0};
	memcpy(both + 32 - r.n, r.p, r.n);
	memcpy(both + 64 - s.n, s.p, s.n);
	return (str){both, 64};
}

bool verify_signature_of(arena *mem, const struct verify_signature *s, const struct pgp_key *key,
			 str what)
{
	const struct pubkey *k = s->algorithm == key->algorithm ? key_of(mem, key) : NULL;
	buf b = buf_init(mem);
	if (!k)
		return false;
	buf_str(&b, what);
	buf_str(&b, s->hashed);
	buf_add(&b, "\x04\xff", 2);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_char(&b, (char)(s->hashed.n >> shift));
	str digest = pubkey_digest(mem, s->hash, buf_view(&b));
	str numbers = s->plain			  ? s->numbers[0]
		      : s->algorithm == PGP_EDDSA ? joined(mem, s->numbers[0], s->numbers[1])
						  : pubkey_pair(mem, s->numbers[0], s->numbers[1]);
	return pubkey_verify(k, s->hash, digest, numbers);
}

bool verify_signature_names(const struct verify_signature *s, const struct pgp_key *key)
{
	if (s->has_fingerprint)
		return key->n_fingerprint == 20 && !memcmp(s->fingerprint, key->fingerprint, 20);
	return s->has_issuer && !memcmp(s->issuer, key->id, 8);
}

bool verify_signature_expired(const struct verify_signature *s, int64_t now)
{
	return s->created > now || (s->lifetime && now > s->created + s->lifetime);
}
