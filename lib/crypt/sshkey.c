#include "crypt/sshkey.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"

#define RSA_LEAST 128 /* bytes of a modulus */

bool sshkey_number(str *rest, uint32_t *ret_number)
{
	const unsigned char *p = (const unsigned char *)rest->p;
	if (rest->n < 4)
		return false;
	*ret_number = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
	*rest = str_sub(*rest, 4, rest->n);
	return true;
}

bool sshkey_text(str *rest, str *ret_text)
{
	uint32_t n;
	str after = *rest;
	if (!sshkey_number(&after, &n) || n > after.n)
		return false;
	*ret_text = str_sub(after, 0, n);
	*rest = str_sub(after, n, after.n);
	return true;
}

/* ---- keys, a function for each kind ---- */

static bool read_rsa(arena *mem, str *rest, struct sshkey *k)
{
	str e, n;
	if (!sshkey_text(rest, &e) || !sshkey_text(rest, &n))
		return false;
	while (n.n && !n.p[0])
		n = str_sub(n, 1, n.n);
	k->key = n.n >= RSA_LEAST ? pubkey_rsa(mem, n, e) : NULL;
	return k->key != NULL;
}

static bool read_ec(arena *mem, str *rest, struct sshkey *k)
{
	static const struct {
		const char *name, *curve;
	} curves[] = {
		{"nistp256", "P-256"}, {"nistp384", "P-384"}, {"nistp521", "P-521"}, {NULL, NULL}};
	str name, point;
	if (!sshkey_text(rest, &name) || !sshkey_text(rest, &point))
		return false;
	for (int i = 0; curves[i].name; i++)
		if (str_is(name, curves[i].name) && strstr(k->type, curves[i].name))
			k->key = pubkey_ec(mem, curves[i].curve, point);
	return k->key != NULL;
}

static bool read_ed25519(arena *mem, str *rest, struct sshkey *k)
{
	str point;
	if (!sshkey_text(rest, &point) || point.n != 32)
		return false;
	k->key = pubkey_ed(mem, point);
	return k->key != NULL;
}

static bool read_dsa(arena *mem, str *rest, struct sshkey *k)
{
	str part;
	(void)mem;
	(void)k;
	for (int i = 0; i < 4; i++)
		if (!sshkey_text(rest, &part))
			return false;
	return true;
}

static const struct {
	const char *type;
	bool (*read)(arena *mem, str *rest, struct sshkey *k);
	const char *hash; /* of signatures; RSA's algorithm says */
	bool hardware;
} kinds[] = {
	{"ssh-ed25519", read_ed25519, NULL, false},
	{"ssh-rsa", read_rsa, NULL, false},
	{"ecdsa-sha2-nistp256", read_ec, "SHA256", false},
	{"ecdsa-sha2-nistp384", read_ec, "SHA384", false},
	{"ecdsa-sha2-nistp521", read_ec, "SHA512", false},
	{"sk-ssh-ed25519@openssh.com", read_ed25519, NULL, true},
	{"sk-ecdsa-sha2-nistp256@openssh.com", read_ec, "SHA256", true},
	{"ssh-dss", read_dsa, NULL, false},
	{NULL, NULL, NULL, false},
};

static int kind_of(str type)
{
	for (int i = 0; kinds[i].type; i++)
		if (str_is(type, kinds[i].type))
			return i;
	return -1;
}

err *sshkey_parse(arena *mem, str blob, struct sshkey *ret_key)
{
	struct sshkey k = {.blob = {arena_copy(mem, blob.p, blob.n), blob.n}};
	str rest = k.blob, type;
	if (!sshkey_text(&rest, &type))
		return err_new(mem, ERR_INVALID, "ssh: short read");
	if (blob.n > SSHKEY_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "ssh: a key of more than %zu bytes",
			       SSHKEY_MAX_BYTES);
	int kind = kind_of(type);
	if (kind < 0)
		return err_new(mem, ERR_INVALID, "ssh: unknown key algorithm: %.*s",
			       (int)(type.n < 64 ? type.n : 64), type.p);
	k.type = kinds[kind].type;
	bool fine = kinds[kind].read(mem, &rest, &k) &&
		    (!kinds[kind].hardware || sshkey_text(&rest, &k.application));
	if (!fine || rest.n)
		return err_new(mem, ERR_INVALID, "ssh: %s",
			       fine ? "trailing junk in public key" : "short read");
	*ret_key = k;
	return NULL;
}

static str next_word(str *line)
{
	str s = *line;
	size_t n = 0, quoted = 0;
	/* options may hold blanks between quotation marks */
	while (n < s.n && (quoted || (s.p[n] != ' ' && s.p[n] != '\t'))) {
		if (s.p[n] == '"' && (n == 0 || s.p[n - 1] != '\\'))
			quoted = !quoted;
		n++;
	}
	*line = str_trim(str_sub(s, n, s.n));
	return str_sub(s, 0, n);
}

static err *from_words(arena *mem, str line, struct sshkey *ret_key)
{
	str type = next_word(&line), blob;
	if (!line.n || !enc_unbase64(mem, next_word(&line), &blob))
		return err_new(mem, ERR_INVALID, "ssh: no key found");
	TRY(sshkey_parse(mem, blob, ret_key));
	if (!str_is(type, ret_key->type))
		return err_new(mem, ERR_INVALID, "ssh: no key found");
	return NULL;
}

err *sshkey_line(arena *mem, str line, struct sshkey *ret_key)
{
	str words = str_trim(line);
	if (!from_words(mem, words, ret_key))
		return NULL;
	next_word(&words); /* options */
	return from_words(mem, words, ret_key) ? err_new(mem, ERR_INVALID, "ssh: no key found")
					       : NULL;
}

char *sshkey_fingerprint(arena *mem, const struct sshkey *k)
{
	char *text = enc_base64(mem, pubkey_digest(mem, "SHA256", k->blob));
	for (size_t n = strlen(text); n && text[n - 1] == '='; n--)
		text[n - 1] = 0;
	return arena_printf(mem, "SHA256:%s", text);
}

/* What a security key signs: hashes of its application and the message, and what it says of its user. */
static bool hardware_message(arena *mem, const struct sshkey *k, str *message, str after)
{
	if (after.n != 5)
		return false;
	buf b = buf_init(mem);
	buf_str(&b, pubkey_digest(mem, "SHA256", k->application));
	buf_str(&b, after);
	buf_str(&b, pubkey_digest(mem, "SHA256", *message));
	*message = buf_view(&b);
	return (after.p[0] & 1) != 0; /* the user was there */
}

static bool verify_pair(arena *mem, const struct sshkey *k, const char *hash, str message,
			str numbers)
{
	str r, s;
	if (!sshkey_text(&numbers, &r) || !sshkey_text(&numbers, &s) || numbers.n)
		return false;
	return pubkey_verify(k->key, hash, pubkey_digest(mem, hash, message),
			     pubkey_pair(mem, r, s));
}

bool sshkey_verify(arena *mem, const struct sshkey *k, str message, str signature)
{
	str algorithm, numbers;
	int kind = kind_of(str_of(k->type));
	if (!k->key || !sshkey_text(&signature, &algorithm) || !sshkey_text(&signature, &numbers))
		return false;
	if (kinds[kind].hardware ? !hardware_message(mem, k, &message, signature) : signature.n > 0)
		return false;
	if (text_eq(k->type, "ssh-rsa")) {
		const char *hash = str_is(algorithm, "rsa-sha2-512")   ? "SHA512"
				   : str_is(algorithm, "rsa-sha2-256") ? "SHA256"
								       : NULL;
		return hash &&
		       pubkey_verify(k->key, hash, pubkey_digest(mem, hash, message), numbers);
	}
	if (!str_is(algorithm, k->type))
		return false;
	return kinds[kind].hash ? verify_pair(mem, k, kinds[kind].hash, message, numbers)
				: pubkey_verify(k->key, NULL, message, numbers);
}
