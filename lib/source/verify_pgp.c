#include "source/verify_pgp.h"

#include <string.h>

#include "base/buf.h"
#include "base/vec.h"
#include "source/verify_signature.h"

#define SIGNATURES_MAX 64 /* in one armored text */

/* A name of a key. */
struct name {
	str text;
	bool bound,
		signed_once; /* by a good signature; by any of the key's own, a revocation, too */
	struct verify_signature self;
	int revocations;
	bool revoked; /* one of them holds now */
};

struct subkey {
	struct pgp_key key;
	bool bound, revoked;
	struct verify_signature self, cross;
};

struct entity {
	struct pgp_key key;
	bool bad, revoked; /* bad: a part of it does not hold, so none of it counts */
	VEC(struct name) names;
	VEC(struct subkey) subkeys;
	struct name *name; /* what signatures that come now are about; both NULL: the key itself */
	struct subkey *subkey;
	bool skipping; /* a part that can't be read, and its signatures */
};

struct verify_ring {
	int64_t now;
	VEC(struct entity *) entities;
	const char *fault; /* of the last that was left out */
};

/* ---- reading a ring ---- */

static void spoil(struct verify_ring *ring, struct entity *e, const char *fault)
{
	if (!e->bad)
		ring->fault = fault;
	e->bad = true;
}

static bool holds(const struct verify_ring *ring, const struct verify_signature *s)
{
	return s->compromised || !verify_signature_expired(s, ring->now);
}

static void take_name_signature(arena *mem, struct verify_ring *ring, struct entity *e,
				const struct verify_signature *s)
{
	struct name *n = e->name;
	bool revokes = s->type == PGP_REVOKES_NAME;
	if (!revokes && (s->type < PGP_CERTIFIES || s->type > PGP_CERTIFIES + 3)) {
		spoil(ring, e, "user ID signature with wrong type");
		return;
	}
	if (!verify_signature_names(s, &e->key))
		return; /* by somebody else */
	buf b = buf_init(mem);
	buf_str(&b, e->key.hashed);
	buf_char(&b, (char)0xb4);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_char(&b, (char)(n->text.n >> shift));
	buf_str(&b, n->text);
	if (!verify_signature_of(mem, s, &e->key, buf_view(&b))) {
		spoil(ring, e, "user ID self-signature invalid");
		return;
	}
	n->signed_once = true;
	if (revokes) {
		n->revocations++;
		n->revoked = n->revoked || holds(ring, s);
	} else if (!n->bound || s->created > n->self.created) {
		n->bound = true;
		n->self = *s;
	}
}

/* A subkey that signs has signed its primary key in turn, or anybody could take it for theirs. */
static bool cross_signed(arena *mem, const struct verify_signature *s, struct subkey *k, str what)
{
	return s->embedded.n && verify_signature_read(s->embedded, &k->cross) &&
	       k->cross.type == PGP_BINDS_PRIMARY &&
	       verify_signature_of(mem, &k->cross, &k->key, what);
}

static void take_subkey_signature(arena *mem, struct verify_ring *ring, struct entity *e,
				  const struct verify_signature *s)
{
	struct subkey *k = e->subkey, made = *k;
	if (s->type != PGP_BINDS_SUBKEY && s->type != PGP_REVOKES_SUBKEY) {
		spoil(ring, e, "subkey signature with wrong type");
		return;
	}
	buf b = buf_init(mem);
	buf_str(&b, e->key.hashed);
	buf_str(&b, k->key.hashed);
	if (!verify_signature_of(mem, s, &e->key, buf_view(&b)) ||
	    (s->signs && !cross_signed(mem, s, &made, buf_view(&b)))) {
		spoil(ring, e, "subkey signature invalid");
		return;
	}
	if (s->type == PGP_REVOKES_SUBKEY) {
		k->revoked = k->revoked || holds(ring, s);
	} else if (!k->bound || s->created > k->self.created) {
		k->bound = true;
		k->self = *s;
		k->cross = made.cross;
	}
}

static void take_signature(arena *mem, struct verify_ring *ring, struct entity *e, str body)
{
	struct verify_signature s;
	if (e->skipping || !verify_signature_read(body, &s))
		return;
	if (e->name) {
		take_name_signature(mem, ring, e, &s);
	} else if (e->subkey) {
		take_subkey_signature(mem, ring, e, &s);
	} else if (s.type == PGP_REVOKES_KEY) {
		if (!verify_signature_of(mem, &s, &e->key, e->key.hashed))
			spoil(ring, e, "revocation signature signed by alternate key");
		e->revoked = e->revoked || holds(ring, &s);
	}
}

static bool can_sign(const struct pgp_key *k)
{
	return k->algorithm != PGP_ELGAMAL && k->algorithm != PGP_RSA_ENCRYPT &&
	       k->algorithm != PGP_ECDH && k->algorithm != PGP_X25519 && k->algorithm != PGP_X448;
}

static struct entity *begin(arena *mem, struct verify_ring *ring, str body)
{
	struct entity *e = NEW(mem, struct entity);
	VEC_PUSH(mem, &ring->entities, e);
	if (!pgp_read_key(mem, body, &e->key) || e->key.version != 4)
		spoil(ring, e, "unsupported public key");
	else if (!can_sign(&e->key))
		spoil(ring, e, "primary key cannot be used for signatures");
	return e;
}

static void finish(struct verify_ring *ring, struct entity *e)
{
	bool named = false;
	for (size_t i = 0; i < e->names.n; i++)
		named = named || e->names.p[i].signed_once;
	if (!named)
		spoil(ring, e, "v4 entity without any identities");
	for (size_t i = 0; i < e->subkeys.n; i++)
		if (!e->subkeys.p[i].bound)
			spoil(ring, e, "subkey packet not followed by signature");
}

static void take_packet(arena *mem, struct verify_ring *ring, struct entity *e,
			const struct pgp_packet *p)
{
	struct name name = {.text = p->body};
	struct subkey subkey = {.bound = false};
	if (p->tag == PGP_SIGNATURE) {
		take_signature(mem, ring, e, p->body);
		return;
	}
	e->name = NULL;
	e->subkey = NULL;
	e->skipping = true;
	if (p->tag == PGP_USER_ID) {
		VEC_PUSH(mem, &e->names, name);
		e->name = &e->names.p[e->names.n - 1];
		e->skipping = false;
	} else if ((p->tag == PGP_PUBLIC_SUBKEY || p->tag == PGP_SECRET_SUBKEY) &&
		   pgp_read_key(mem, p->body, &subkey.key)) {
		VEC_PUSH(mem, &e->subkeys, subkey);
		e->subkey = &e->subkeys.p[e->subkeys.n - 1];
		e->skipping = false;
	}
}

static err *read_packets(arena *mem, struct verify_ring *ring, str bytes)
{
	struct entity *e = NULL;
	struct pgp_packet p;
	bool bad;
	for (int n = 0; pgp_next(mem, &bytes, &p, &bad); n++) {
		if (n >= VERIFY_PGP_PACKETS)
			return err_new(mem, ERR_LIMIT, "openpgp: more than %d packets",
				       VERIFY_PGP_PACKETS);
		if (p.tag == PGP_PUBLIC_KEY || p.tag == PGP_SECRET_KEY) {
			if (e)
				finish(ring, e);
			e = begin(mem, ring, p.body);
		} else if (!e) {
			ring->fault = "first packet was not a public/private key";
		} else if (!e->bad) {
			take_packet(mem, ring, e, &p);
		}
	}
	if (e)
		finish(ring, e);
	return bad ? err_new(mem, ERR_INVALID,
			     "openpgp: invalid data: tag byte does not have MSB set")
		   : NULL;
}

err *verify_ring_read(arena *mem, str text, int64_t now, struct verify_ring **ret_ring)
{
	struct verify_ring *ring = NEW(mem, struct verify_ring);
	const char *type;
	str bytes;
	size_t good = 0;
	ring->now = now;
	TRY(pgp_unarmor(mem, text, &type, &bytes));
	if (!text_eq(type, "PGP PUBLIC KEY BLOCK") && !text_eq(type, "PGP PRIVATE KEY BLOCK"))
		return err_new(mem, ERR_INVALID,
			       "openpgp: invalid argument: expected public or private key block, "
			       "got: %s",
			       type);
	TRY(read_packets(mem, ring, bytes));
	for (size_t i = 0; i < ring->entities.n; i++)
		good += !ring->entities.p[i]->bad;
	if (!good && ring->fault)
		return err_new(mem, ERR_INVALID, "openpgp: invalid data: %s", ring->fault);
	*ret_ring = ring;
	return NULL;
}

/* ---- checking ---- */

/* The name whose signature speaks for the key: one that is not revoked, marked as the first, the newest. */
static const struct name *primary_name(const struct entity *e)
{
	const struct name *best = NULL;
	for (size_t i = 0; i < e->names.n; i++) {
		const struct name *n = &e->names.p[i];
		if (!n->signed_once)
			continue;
		bool better = !best || n->revocations < best->revocations;
		if (best && n->revocations == best->revocations)
			better = !best->bound ||
				 (n->bound && n->self.primary && !best->self.primary) ||
				 (n->bound && n->self.primary == best->self.primary &&
				  n->self.created > best->self.created);
		best = better ? n : best;
	}
	return best;
}

static bool key_expired(const struct pgp_key *k, const struct verify_signature *self, int64_t now)
{
	return k->created > now || (self->key_lifetime && now > k->created + self->key_lifetime);
}

/* May the key sign, and does everything that vouches for it hold now? */
static bool stands(const struct verify_ring *ring, const struct entity *e, const struct subkey *k)
{
	const struct name *n = primary_name(e);
	if (!n || !n->bound || n->revoked || e->revoked ||
	    key_expired(&e->key, &n->self, ring->now) ||
	    verify_signature_expired(&n->self, ring->now) || n->self.critical)
		return false;
	if (!k)
		return n->self.has_flags && n->self.signs;
	return k->bound && k->self.has_flags && k->self.signs && !k->revoked &&
	       !key_expired(&k->key, &k->self, ring->now) &&
	       !verify_signature_expired(&k->self, ring->now) && !k->self.critical &&
	       !verify_signature_expired(&k->cross, ring->now) && !k->cross.critical;
}

/* Lines end with CR and LF in what is signed as a text. */
static str canonical(arena *mem, str text)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\n' && (i == 0 || text.p[i - 1] != '\r'))
			buf_char(&b, '\r');
		buf_char(&b, text.p[i]);
	}
	return buf_view(&b);
}

static bool made_by(arena *mem, const struct verify_ring *ring, const struct verify_signature *s,
		    const struct entity *e, str what)
{
	if (!memcmp(s->issuer, e->key.id, 8) && stands(ring, e, NULL) &&
	    verify_signature_of(mem, s, &e->key, what))
		return true;
	for (size_t i = 0; i < e->subkeys.n; i++) {
		const struct subkey *k = &e->subkeys.p[i];
		if (!memcmp(s->issuer, k->key.id, 8) && stands(ring, e, k) &&
		    verify_signature_of(mem, s, &k->key, what))
			return true;
	}
	return false;
}

bool verify_ring_check(arena *mem, const struct verify_ring *ring, str armored, str payload,
		       const char **ret_id)
{
	const char *type;
	str bytes;
	struct pgp_packet p;
	bool bad;
	if (pgp_unarmor(mem, armored, &type, &bytes) || !text_eq(type, "PGP SIGNATURE"))
		return false;
	for (int n = 0; n < SIGNATURES_MAX && pgp_next(mem, &bytes, &p, &bad); n++) {
		struct verify_signature s;
		if (p.tag != PGP_SIGNATURE || !verify_signature_read(p.body, &s))
			continue;
		if (!s.has_issuer || (s.type != PGP_OVER_BINARY && s.type != PGP_OVER_TEXT) ||
		    text_eq(s.hash, "SHA1") || verify_signature_expired(&s, ring->now) ||
		    s.critical)
			continue;
		str what = s.type == PGP_OVER_TEXT ? canonical(mem, payload) : payload;
		for (size_t i = 0; i < ring->entities.n; i++) {
			const struct entity *e = ring->entities.p[i];
			if (!e->bad && made_by(mem, ring, &s, e, what)) {
				*ret_id = pgp_id_text(mem, e->key.id);
				return true;
			}
		}
	}
	return false;
}
