#include "sops/sops_pgp.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "crypt/cipher.h"
#include "crypt/digest.h"
#include "pack/gzip.h"
#include "sops/sops_pgp_key.h"

#define MDC 22 /* bytes of the packet with the digest, at the end */
#define OCB_IV 15
#define OCB_TAG 16
#define MAX_NESTED 4
#define MAX_SESSIONS 1000
#define NO_DATA "gpg: no valid OpenPGP data found.\ngpg: Total number processed: 0"

enum {
	SESSION = 1, /* a session key for a public key */
	COMPRESSED = 8,
	UNPROTECTED = 9, /* encrypted without a digest */
	LITERAL = 11,
	PASSWORD = 3, /* a session key for a passphrase */
	MARKER = 10,
	PROTECTED = 18,
	OCB = 20, /* of GnuPG's own */
};

/* ---- ring ------------------------------------------------------------------------------------- */

static err *add_packets(arena *mem, struct sops_pgp_ring *ring, str bytes, size_t *packets)
{
	struct pgp_packet p;
	bool bad = false;
	while (pgp_next(mem, &bytes, &p, &bad)) {
		struct sops_pgp_key *k;
		++*packets;
		if (p.tag != PGP_SECRET_KEY && p.tag != PGP_SECRET_SUBKEY)
			continue;
		if (ring->n >= SOPS_PGP_MAX_KEYS)
			return err_new(mem, ERR_LIMIT, "more than %d keys", SOPS_PGP_MAX_KEYS);
		TRY(sops_pgp_key_read(mem, p.body, &k));
		if (k)
			VEC_PUSH(mem, ring, k);
	}
	return bad ? err_new(mem, ERR_INVALID, NO_DATA) : NULL;
}

static err *add_text(arena *mem, struct sops_pgp_ring *ring, str text, size_t *packets)
{
	static const str begin = {"-----BEGIN PGP ", 15};
	ptrdiff_t at = str_search(text, begin);
	if (at < 0 && text.n && (unsigned char)text.p[0] & 0x80)
		return add_packets(mem, ring, text, packets);
	while (at >= 0) {
		const char *type;
		str bytes;
		text = str_sub(text, (size_t)at, text.n);
		TRY(pgp_unarmor(mem, text, &type, &bytes));
		TRY(add_packets(mem, ring, bytes, packets));
		text = str_sub(text, begin.n, text.n);
		at = str_search(text, begin);
	}
	return NULL;
}

err *sops_pgp_add(arena *mem, struct sops_pgp_ring *ring, str text)
{
	size_t packets = 0;
	if (text.n > SOPS_PGP_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "more than %zu bytes", SOPS_PGP_MAX_BYTES);
	TRY(add_text(mem, ring, text, &packets));
	return packets ? NULL : err_new(mem, ERR_INVALID, NO_DATA);
}

/* ---- content ---------------------------------------------------------------------------------- */

static err *unsupported(arena *mem, const char *what)
{
	return err_new(mem, ERR_UNSUPPORTED, "%s is not supported", what);
}

static err *damaged(arena *mem)
{
	return err_new(mem, ERR_UNAUTHORIZED, "the message is damaged or was tampered with");
}

static err *inflate(arena *mem, str body, str *ret)
{
	uint32_t algorithm;
	if (!pgp_number(&body, 1, &algorithm))
		return damaged(mem);
	if (algorithm == 0) {
		*ret = body;
		return NULL;
	}
	if (algorithm > 2)
		return unsupported(mem, "this compression");
	return gzip_inflate(mem, body, algorithm == 2, SOPS_PGP_MAX_PLAIN, ret);
}

/* The literal data in what was decrypted, maybe compressed. */
static err *read_content(arena *mem, str bytes, int depth, str *ret)
{
	struct pgp_packet p;
	bool bad = false;
	while (pgp_next(mem, &bytes, &p, &bad)) {
		uint32_t format, n;
		str skipped, inner;
		if (p.tag == COMPRESSED) {
			if (depth >= MAX_NESTED)
				return err_new(mem, ERR_LIMIT, "the message is nested too deep");
			TRY(inflate(mem, p.body, &inner));
			return read_content(mem, inner, depth + 1, ret);
		}
		if (p.tag != LITERAL)
			continue;
		if (!pgp_number(&p.body, 1, &format) || !pgp_number(&p.body, 1, &n) ||
		    !pgp_take(&p.body, n + 4, &skipped))
			return damaged(mem);
		*ret = p.body;
		return NULL;
	}
	return damaged(mem);
}

static bool cipher_of(int number, enum cipher_kind *ret)
{
	static const struct {
		int number;
		enum cipher_kind kind;
	} known[] = {{2, CIPHER_3DES},	       {7, CIPHER_AES_128},	  {8, CIPHER_AES_192},
		     {9, CIPHER_AES_256},      {11, CIPHER_CAMELLIA_128}, {12, CIPHER_CAMELLIA_192},
		     {13, CIPHER_CAMELLIA_256}};
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (known[i].number == number) {
			*ret = known[i].kind;
			return true;
		}
	}
	return false;
}

/* The plain packets: a block of noise, its last two bytes again, the packets, the digest of it all. */
static err *open_protected(arena *mem, str body, int cipher, str session, str *ret)
{
	enum cipher_kind kind;
	uint32_t version;
	str all;
	if (!pgp_number(&body, 1, &version) || version != 1)
		return unsupported(mem, "this version of encrypted data");
	if (!cipher_of(cipher, &kind))
		return unsupported(mem, "this cipher");
	size_t block = cipher_block_size(kind);
	if (body.n < block + 2 + MDC || session.n != cipher_key_size(kind))
		return damaged(mem);
	TRY(cipher_cfb_decrypt(mem, kind, session, body, &all));
	str digest = digest_raw(mem, DIGEST_SHA1, str_sub(all, 0, all.n - MDC + 2));
	bool ok = all.p[block - 2] == all.p[block] && all.p[block - 1] == all.p[block + 1] &&
		  str_eq(str_sub(all, all.n - MDC, all.n - MDC + 2), STR("\xD3\x14")) &&
		  digest_equal(digest, str_sub(all, all.n - MDC + 2, all.n));
	if (!ok)
		return damaged(mem);
	return read_content(mem, str_sub(all, block + 2, all.n - MDC), 0, ret);
}

/* The additional data and the nonce of a chunk of GnuPG's packet; total: of the last tag, else below 0. */
struct chunk {
	str header; /* the packet's first four bytes, with its tag before them */
	str iv;
	uint64_t index;
	int64_t total;
};

static void put_number(buf *b, uint64_t n)
{
	for (int i = 56; i >= 0; i -= 8)
		buf_char(b, (char)(n >> i));
}

static err *open_chunk(arena *mem, const struct chunk *c, str key, str sealed, buf *plain)
{
	unsigned char nonce[OCB_IV];
	buf aad = buf_init(mem);
	str text;
	buf_str(&aad, c->header);
	put_number(&aad, c->index);
	if (c->total >= 0)
		put_number(&aad, (uint64_t)c->total);
	memcpy(nonce, c->iv.p, OCB_IV);
	for (int i = 0; i < 8; i++)
		nonce[OCB_IV - 1 - i] ^= (unsigned char)(c->index >> (8 * i));
	if (cipher_ocb_open(mem, key, nonce, buf_view(&aad), sealed, &text))
		return damaged(mem);
	buf_str(plain, text);
	return NULL;
}

/* GnuPG's own packet (LibrePGP): AES in OCB mode, chunk by chunk, and a tag over how much it was. */
static err *open_ocb(arena *mem, str body, str session, str *ret)
{
	uint32_t version, cipher, mode, size;
	buf header = buf_init(mem), plain = buf_init(mem);
	struct chunk c = {.total = -1};
	enum cipher_kind kind;
	buf_char(&header, (char)(0xC0 | OCB));
	buf_str(&header, str_sub(body, 0, 4));
	if (!pgp_number(&body, 1, &version) || !pgp_number(&body, 1, &cipher) ||
	    !pgp_number(&body, 1, &mode) || !pgp_number(&body, 1, &size) ||
	    !pgp_take(&body, OCB_IV, &c.iv))
		return damaged(mem);
	if (version != 1 || mode != 2 || size > 56 || !cipher_of((int)cipher, &kind) ||
	    cipher < 7 || cipher > 9)
		return unsupported(mem, "this way of encryption");
	if (session.n != cipher_key_size(kind) || body.n < OCB_TAG)
		return damaged(mem);
	c.header = buf_view(&header);
	uint64_t full = ((uint64_t)1 << (size + 6)) + OCB_TAG;
	for (; body.n > OCB_TAG; c.index++) {
		size_t n = body.n - OCB_TAG < full ? body.n - OCB_TAG : (size_t)full;
		str sealed;
		pgp_take(&body, n, &sealed);
		if (n < OCB_TAG)
			return damaged(mem);
		TRY(open_chunk(mem, &c, session, sealed, &plain));
	}
	c.total = (int64_t)plain.n;
	TRY(open_chunk(mem, &c, session, body, &plain));
	return read_content(mem, buf_view(&plain), 0, ret);
}

/* ---- message ---------------------------------------------------------------------------------- */

struct session {
	str id, material; /* of the key; all zeros: for anybody */
	int algorithm;
};

struct message {
	VEC(struct session) sessions;
	int tag; /* of the encrypted data; 0: none */
	str body;
	bool password;
};

static err *read_message(arena *mem, str bytes, struct message *m)
{
	struct pgp_packet p;
	bool bad = false;
	while (!m->tag && pgp_next(mem, &bytes, &p, &bad)) {
		struct session s;
		uint32_t version, algorithm;
		if (p.tag == UNPROTECTED || p.tag == PROTECTED || p.tag == OCB) {
			m->tag = p.tag;
			m->body = p.body;
		}
		m->password |= p.tag == PASSWORD;
		if (p.tag != SESSION || m->sessions.n >= MAX_SESSIONS)
			continue;
		if (!pgp_number(&p.body, 1, &version) || version != 3 ||
		    !pgp_take(&p.body, 8, &s.id) || !pgp_number(&p.body, 1, &algorithm))
			continue;
		s.algorithm = (int)algorithm;
		s.material = p.body;
		VEC_PUSH(mem, &m->sessions, s);
	}
	if (bad || !m->tag)
		return err_new(mem, ERR_INVALID, "it is no encrypted OpenPGP message");
	return NULL;
}

static bool meant(const struct session *s, const struct sops_pgp_key *k)
{
	static const char anybody[8];
	bool rsa = s->algorithm == PGP_RSA || s->algorithm == PGP_RSA_ENCRYPT;
	bool fits = rsa ? k->pub.algorithm == PGP_RSA || k->pub.algorithm == PGP_RSA_ENCRYPT
			: k->pub.algorithm == s->algorithm;
	return fits && (!memcmp(s->id.p, k->pub.id, 8) || !memcmp(s->id.p, anybody, 8));
}

static err *no_key(arena *mem, const struct message *m, bool locked)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < m->sessions.n && i < 20; i++)
		buf_printf(&b, "%s0x%s", i ? ", " : "",
			   pgp_id_text(mem, (const unsigned char *)m->sessions.p[i].id.p));
	if (locked)
		return err_new(mem, ERR_UNAUTHORIZED,
			       "the secret key for %s is protected by a passphrase, which is not "
			       "supported",
			       buf_text(&b));
	if (!m->sessions.n)
		return err_new(mem, ERR_UNSUPPORTED,
			       m->password ? "it is encrypted with a passphrase, which is not "
					     "supported"
					   : "it is encrypted for no public key");
	return err_new(mem, ERR_UNAUTHORIZED, "No secret key for %s", buf_text(&b));
}

static err *open_message(arena *mem, const struct sops_pgp_ring *ring, str armored, str *ret)
{
	struct message m = {0};
	const char *type;
	str bytes, key;
	bool locked = false;
	int cipher;
	err *last = NULL;
	TRY(pgp_unarmor(mem, armored, &type, &bytes));
	TRY(read_message(mem, bytes, &m));
	for (size_t i = 0; i < m.sessions.n; i++) {
		for (size_t j = 0; j < ring->n; j++) {
			const struct sops_pgp_key *k = ring->p[j];
			if (!meant(&m.sessions.p[i], k))
				continue;
			locked |= k->locked;
			if (k->locked)
				continue;
			last = sops_pgp_key_session(mem, k, m.sessions.p[i].material, &cipher,
						    &key);
			if (last)
				continue;
			if (m.tag == UNPROTECTED)
				return unsupported(mem, "encryption without integrity protection");
			if (m.tag == OCB)
				return open_ocb(mem, m.body, key, ret);
			return open_protected(mem, m.body, cipher, key, ret);
		}
	}
	return last ? last : no_key(mem, &m, locked);
}

err *sops_pgp_open(arena *mem, const struct sops_pgp_ring *ring, str armored, str *ret)
{
	if (armored.n > SOPS_PGP_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "more than %zu bytes", SOPS_PGP_MAX_BYTES);
	TRY_AS(mem, open_message(mem, ring, armored, ret),
	       "could not decrypt data key with PGP key: failed to decrypt sops data key with pgp");
	if (!ret->n)
		return err_new(mem, ERR_INVALID,
			       "could not decrypt data key with PGP key: failed to decrypt sops "
			       "data key with pgp: zero bytes returned");
	return NULL;
}
