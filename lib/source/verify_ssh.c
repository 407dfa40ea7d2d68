#include "source/verify_ssh.h"

#include "base/buf.h"
#include "base/enc.h"
#include "crypt/sshkey.h"

#define ARMOR_MAX ((size_t)64 << 10)
#define BEGIN STR("-----BEGIN SSH SIGNATURE-----")
#define END STR("-----END SSH SIGNATURE-----")
#define MAGIC STR("SSHSIG")
#define NAMESPACE "git"

struct signature {
	struct sshkey key;
	str names, reserved, hash, numbers;
};

static err *unarmor(arena *mem, str text, str *ret_bytes)
{
	ptrdiff_t end = str_search(text, END);
	buf b = buf_init(mem);
	str line, rest;
	if (text.n > ARMOR_MAX)
		return err_new(mem, ERR_LIMIT, "a signature of more than %zu bytes", ARMOR_MAX);
	if (!str_starts(text, BEGIN) || end < 0)
		return err_new(mem, ERR_INVALID, "invalid PEM block");
	rest = str_sub(text, BEGIN.n, (size_t)end);
	while (str_next(&rest, '\n', &line))
		buf_str(&b, str_trim(line));
	return enc_unbase64(mem, buf_view(&b), ret_bytes)
		       ? NULL
		       : err_new(mem, ERR_INVALID, "invalid PEM block");
}

static err *parse(arena *mem, str bytes, struct signature *ret)
{
	struct signature s = {.names = {NULL, 0}};
	uint32_t version;
	str key;
	if (!str_starts(bytes, MAGIC))
		return err_new(mem, ERR_INVALID, "invalid magic preamble: expected \"SSHSIG\"");
	bytes = str_sub(bytes, MAGIC.n, bytes.n);
	if (!sshkey_number(&bytes, &version) || !sshkey_text(&bytes, &key) ||
	    !sshkey_text(&bytes, &s.names) || !sshkey_text(&bytes, &s.reserved) ||
	    !sshkey_text(&bytes, &s.hash) || !sshkey_text(&bytes, &s.numbers) || bytes.n)
		return err_new(mem, ERR_INVALID, "ssh: short read");
	if (version != 1)
		return err_new(mem, ERR_INVALID, "unsupported signature version %u: expected 1",
			       version);
	if (!str_is(s.hash, "sha256") && !str_is(s.hash, "sha512"))
		return err_new(
			mem, ERR_INVALID,
			"unsupported hash algorithm \"%.*s\": must be \"sha256\" or \"sha512\"",
			STR_ARG(str_sub(s.hash, 0, 32)));
	TRY(sshkey_parse(mem, key, &s.key));
	*ret = s;
	return NULL;
}

static void add(buf *b, str text)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_char(b, (char)(text.n >> shift));
	buf_str(b, text);
}

/* Why not; NULL when the key has made it. */
static const char *refused(arena *mem, const struct signature *s, const struct sshkey *key,
			   str payload)
{
	if (!str_eq(key->blob, s->key.blob))
		return "public key does not match";
	if (!str_is(s->names, NAMESPACE))
		return "namespace does not match";
	buf b = buf_init(mem);
	buf_str(&b, MAGIC);
	add(&b, STR(NAMESPACE));
	add(&b, (str){NULL, 0});
	add(&b, s->hash);
	add(&b, pubkey_digest(mem, str_is(s->hash, "sha256") ? "SHA256" : "SHA512", payload));
	return sshkey_verify(mem, key, buf_view(&b), s->numbers) ? NULL
								 : "ssh: signature did not verify";
}

struct search {
	const struct signature *s;
	str payload;
	buf reasons; /* each on a line of its own, once */
	bool tried;
	err *fault; /* of the first text that can't be read */
};

static void add_reason(struct search *q, const char *reason)
{
	str rest = buf_view(&q->reasons), line;
	while (str_next(&rest, '\n', &line))
		if (str_is(line, reason))
			return;
	buf_printf(&q->reasons, "\n%s", reason);
}

/* All of a text's lines have to be right before one of them counts. */
static err *read_keys(arena *mem, str text, struct sshkey *keys, size_t *n)
{
	str line;
	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (*n >= VERIFY_SSH_KEYS)
			return err_new(mem, ERR_LIMIT, "more than %d keys", VERIFY_SSH_KEYS);
		TRY_AS(mem, sshkey_line(mem, line, &keys[*n]), "unable to parse authorized key");
		++*n;
	}
	return NULL;
}

static size_t lines_of(str text)
{
	size_t n = 1;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	return n < VERIFY_SSH_KEYS ? n : VERIFY_SSH_KEYS;
}

static const struct sshkey *try_text(arena *mem, struct search *q, str text)
{
	struct sshkey *keys = NEW_N(mem, struct sshkey, lines_of(text));
	size_t n = 0;
	err *failed = read_keys(mem, text, keys, &n);
	if (failed) {
		q->fault = q->fault ? q->fault : failed;
		return NULL;
	}
	q->tried = true;
	for (size_t i = 0; i < n; i++) {
		const char *why = refused(mem, q->s, &keys[i], q->payload);
		if (!why)
			return &keys[i];
		add_reason(q, why);
	}
	return NULL;
}

err *verify_ssh_check(arena *mem, str armored, str payload, const str *keys, size_t n,
		      const char **ret_fingerprint)
{
	struct signature s;
	str bytes;
	err *failed = unarmor(mem, armored, &bytes);
	if (!failed)
		failed = parse(mem, bytes, &s);
	if (failed)
		return err_wrap(mem, failed, "unable to unarmor SSH signature");
	struct search q = {.s = &s, .payload = payload, .reasons = buf_init(mem)};
	for (size_t i = 0; i < n; i++) {
		const struct sshkey *key = try_text(mem, &q, keys[i]);
		if (key) {
			*ret_fingerprint = sshkey_fingerprint(mem, key);
			return NULL;
		}
	}
	if (!q.tried && q.fault)
		return err_wrap(mem, q.fault, "unable to parse authorized keys");
	return err_new(
		mem, ERR_FORBIDDEN,
		"unable to verify payload with any of the given authorized keys: no matching key%s",
		buf_text(&q.reasons));
}
