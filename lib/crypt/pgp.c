#include "crypt/pgp.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "crypt/pubkey.h"

#define PACKETS_PIECES 4096 /* of one packet's body */
#define NAME_MAX_BYTES 64   /* of an armored block */

bool pgp_take(str *rest, size_t n, str *ret_bytes)
{
	if (rest->n < n)
		return false;
	*ret_bytes = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return true;
}

bool pgp_number(str *rest, size_t n, uint32_t *ret_number)
{
	str bytes;
	uint32_t number = 0;
	if (n > 4 || !pgp_take(rest, n, &bytes))
		return false;
	for (size_t i = 0; i < n; i++)
		number = number << 8 | (unsigned char)bytes.p[i];
	*ret_number = number;
	return true;
}

bool pgp_mpi(str *rest, str *ret_number)
{
	uint32_t bits;
	str after = *rest;
	if (!pgp_number(&after, 2, &bits) || !pgp_take(&after, (bits + 7) / 8, ret_number))
		return false;
	*rest = after;
	return true;
}

/* ---- armor ---- */

static err *damaged(arena *mem)
{
	return err_new(mem, ERR_INVALID, "openpgp: invalid data: the armor is damaged");
}

static uint32_t crc24(str bytes)
{
	uint32_t crc = 0xb704ce;
	for (size_t i = 0; i < bytes.n; i++) {
		crc ^= (uint32_t)(unsigned char)bytes.p[i] << 16;
		for (int bit = 0; bit < 8; bit++) {
			crc <<= 1;
			if (crc & 0x1000000)
				crc ^= 0x1864cfb;
		}
	}
	return crc & 0xffffff;
}

static bool checksum_is(arena *mem, str line, str bytes)
{
	str sum;
	uint32_t number;
	return enc_unbase64(mem, str_sub(line, 1, line.n), &sum) && sum.n == 3 &&
	       pgp_number(&sum, 3, &number) && number == crc24(bytes);
}

/* "-----BEGIN x-----": x. */
static bool is_mark(str line, str word, str *ret_name)
{
	line = str_trim(line);
	if (!str_starts(line, word) || !str_ends(line, STR("-----")) || line.n < word.n + 5)
		return false;
	*ret_name = str_sub(line, word.n, line.n - 5);
	return ret_name->n <= NAME_MAX_BYTES;
}

/* Lines of headers up to an empty one, which may be missing where none are. */
static void skip_headers(str *text)
{
	str rest = *text, line;
	while (str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		if (line.n && str_search(line, STR(": ")) < 0 && line.p[line.n - 1] != ':')
			return;
		*text = rest;
		if (!line.n)
			return;
	}
}

err *pgp_unarmor(arena *mem, str text, const char **ret_type, str *ret_bytes)
{
	str line, name, end, bytes, sum = {NULL, 0};
	bool begun = false, ended = false;
	if (text.n > PGP_ARMOR_MAX)
		return err_new(mem, ERR_LIMIT, "an armored text of more than %zu bytes",
			       PGP_ARMOR_MAX);
	while (!begun && str_next(&text, '\n', &line))
		begun = is_mark(line, STR("-----BEGIN "), &name);
	if (!begun)
		return err_new(mem, ERR_NOT_FOUND,
			       "openpgp: invalid argument: no armored data found");
	skip_headers(&text);
	buf b = buf_init(mem);
	while (!ended && str_next(&text, '\n', &line)) {
		line = str_trim(line);
		ended = is_mark(line, STR("-----END "), &end);
		if (!ended && line.n && line.p[0] == '=')
			sum = line;
		else if (!ended)
			buf_str(&b, line);
	}
	if (!ended || !str_eq(name, end) || !enc_unbase64(mem, buf_view(&b), &bytes))
		return damaged(mem);
	if (sum.n && !checksum_is(mem, sum, bytes))
		return damaged(mem);
	*ret_type = str_text(mem, name);
	*ret_bytes = bytes;
	return NULL;
}

/* ---- packets ---- */

/* The length of the new format; *ret_partial: more pieces follow. */
static bool new_length(str *rest, uint32_t *ret_n, bool *ret_partial)
{
	uint32_t first, more;
	*ret_partial = false;
	if (!pgp_number(rest, 1, &first))
		return false;
	if (first < 192) {
		*ret_n = first;
		return true;
	}
	if (first < 224) {
		if (!pgp_number(rest, 1, &more))
			return false;
		*ret_n = ((first - 192) << 8) + more + 192;
		return true;
	}
	if (first == 255)
		return pgp_number(rest, 4, ret_n);
	*ret_n = (uint32_t)1 << (first & 31);
	*ret_partial = true;
	return true;
}

static bool new_body(arena *mem, str *rest, str *ret_body)
{
	uint32_t n;
	bool partial;
	if (!new_length(rest, &n, &partial) || !pgp_take(rest, n, ret_body))
		return false;
	if (!partial)
		return true;
	buf b = buf_init(mem);
	buf_str(&b, *ret_body);
	for (int pieces = 0; partial; pieces++) {
		str piece;
		if (pieces > PACKETS_PIECES || !new_length(rest, &n, &partial) ||
		    !pgp_take(rest, n, &piece))
			return false;
		buf_str(&b, piece);
	}
	*ret_body = buf_view(&b);
	return true;
}

static bool old_body(str *rest, int type, str *ret_body)
{
	uint32_t n = (uint32_t)rest->n;
	return (type == 3 || pgp_number(rest, (size_t)1 << type, &n)) &&
	       pgp_take(rest, n, ret_body);
}

bool pgp_next(arena *mem, str *rest, struct pgp_packet *ret_packet, bool *ret_bad)
{
	*ret_bad = false;
	if (!rest->n)
		return false;
	str after = *rest, body;
	uint32_t head = 0;
	bool fine = pgp_number(&after, 1, &head) && (head & 0x80);
	bool young = head & 0x40;
	if (fine)
		fine = young ? new_body(mem, &after, &body) : old_body(&after, head & 3, &body);
	if (!fine) {
		*ret_bad = true;
		return false;
	}
	*ret_packet =
		(struct pgp_packet){young ? (int)(head & 0x3f) : (int)(head >> 2 & 0xf), body};
	*rest = after;
	return true;
}

/* ---- keys ---- */

static bool read_numbers(str *rest, size_t n, struct pgp_key *k)
{
	for (k->n_mpi = 0; k->n_mpi < n; k->n_mpi++)
		if (!pgp_mpi(rest, &k->mpi[k->n_mpi]))
			return false;
	return true;
}

static bool read_bytes(str *rest, size_t n, struct pgp_key *k)
{
	k->n_mpi = 1;
	return pgp_take(rest, n, &k->mpi[0]);
}

static bool read_curve(str *rest, struct pgp_key *k)
{
	uint32_t n;
	if (!pgp_number(rest, 1, &n) || n == 0 || n == 255 || !pgp_take(rest, n, &k->curve) ||
	    !read_numbers(rest, 1, k))
		return false;
	return k->algorithm != PGP_ECDH ||
	       (pgp_number(rest, 1, &n) && n >= 3 && pgp_take(rest, n, &k->kdf));
}

static bool read_material(str *rest, struct pgp_key *k)
{
	switch (k->algorithm) {
	case PGP_RSA:
	case PGP_RSA_ENCRYPT:
	case PGP_RSA_SIGN:
		return read_numbers(rest, 2, k);
	case PGP_ELGAMAL:
		return read_numbers(rest, 3, k);
	case PGP_DSA:
		return read_numbers(rest, 4, k);
	case PGP_ECDH:
	case PGP_ECDSA:
	case PGP_EDDSA:
		return read_curve(rest, k);
	case PGP_X25519:
	case PGP_ED25519:
		return read_bytes(rest, 32, k);
	case PGP_X448:
		return read_bytes(rest, 56, k);
	case PGP_ED448:
		return read_bytes(rest, 57, k);
	default:
		return false;
	}
}

/* What is hashed of a key: a mark, its length, its public part. */
static void fingerprint(arena *mem, str public, struct pgp_key *k)
{
	buf b = buf_init(mem);
	if (k->version == 6) {
		buf_char(&b, (char)0x9b);
		buf_char(&b, (char)(public.n >> 24));
		buf_char(&b, (char)(public.n >> 16));
	} else {
		buf_char(&b, (char)0x99);
	}
	buf_char(&b, (char)(public.n >> 8));
	buf_char(&b, (char)public.n);
	buf_str(&b, public);
	k->hashed = buf_view(&b);
	str sum = pubkey_digest(mem, k->version == 6 ? "SHA256" : "SHA1", k->hashed);
	memcpy(k->fingerprint, sum.p, sum.n);
	k->n_fingerprint = sum.n;
	memcpy(k->id, k->fingerprint + (k->version == 6 ? 0 : 12), 8);
}

bool pgp_read_key(arena *mem, str body, struct pgp_key *ret_key)
{
	struct pgp_key k = {0};
	str rest = body;
	uint32_t version, created, algorithm, n;
	if (!pgp_number(&rest, 1, &version) || (version != 4 && version != 6) ||
	    !pgp_number(&rest, 4, &created) || !pgp_number(&rest, 1, &algorithm) ||
	    (version == 6 && !pgp_number(&rest, 4, &n)))
		return false;
	k.version = (int)version;
	k.created = created;
	k.algorithm = (int)algorithm;
	if (!read_material(&rest, &k))
		return false;
	str public = str_sub(body, 0, body.n - rest.n);
	if (public.n > 0xffff)
		return false;
	k.rest = rest;
	fingerprint(mem, public, &k);
	*ret_key = k;
	return true;
}

char *pgp_id_text(arena *mem, const unsigned char id[8])
{
	buf b = buf_init(mem);
	for (int i = 0; i < 8; i++)
		buf_printf(&b, "%02X", id[i]);
	return buf_text(&b);
}
