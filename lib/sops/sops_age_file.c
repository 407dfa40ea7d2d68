#include "sops/sops_age_file.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/vec.h"
#include "crypt/cipher.h"
#include "sops/sops_age.h"

#define COLUMNS 64
#define TAG 16
#define CHUNK ((size_t)64 << 10)
#define BEGIN "-----BEGIN AGE ENCRYPTED FILE-----"
#define END "-----END AGE ENCRYPTED FILE-----"
#define INTRO "age-encryption.org/v1"
#define MOST_BLANKS 1024

bool sops_age_unbase64(arena *mem, str text, str *ret)
{
	str bytes;
	if (str_find(text, '=') >= 0 || str_find(text, '\r') >= 0 || str_find(text, '\n') >= 0 ||
	    str_find(text, '-') >= 0 || str_find(text, '_') >= 0 ||
	    !enc_unbase64(mem, text, &bytes))
		return false;
	/* bits that no byte takes are zeros: written again it is the same */
	str again = str_of(enc_base64(mem, bytes));
	if (!str_starts(again, text))
		return false;
	*ret = bytes;
	return true;
}

/* ---- armor ------------------------------------------------------------------------------------ */

static err *bad_armor(arena *mem, const char *what)
{
	return err_new(mem, ERR_INVALID, "invalid armor: %s", what);
}

/* A line of the file in quotes, cut: it is no secret. */
static const char *shown(arena *mem, const char *what, str line, const char *end)
{
	buf b = buf_init(mem);
	buf_printf(&b, "%s: \"", what);
	for (size_t i = 0; i < line.n && i < 80; i++) {
		if (line.p[i] >= ' ' && line.p[i] <= '~')
			buf_char(&b, line.p[i]);
		else
			buf_printf(&b, "\\x%02x", (unsigned char)line.p[i]);
	}
	buf_printf(&b, "%s\"", end);
	return arena_text(mem, buf_text(&b));
}

static bool armor_line(str *rest, str *ret)
{
	if (!rest->p || !rest->n || !str_next(rest, '\n', ret))
		return false;
	if (str_ends(*ret, STR("\r")))
		ret->n--;
	return true;
}

static err *after_armor(arena *mem, str rest)
{
	if (str_trim(str_sub(rest, 0, MOST_BLANKS)).n)
		return bad_armor(mem, "trailing data after armored file");
	if (rest.n >= MOST_BLANKS)
		return bad_armor(mem, "too much trailing whitespace");
	return NULL;
}

static bool strict_base64(arena *mem, str line, str *ret)
{
	while (str_ends(line, STR("=")))
		line.n--;
	return sops_age_unbase64(mem, line, ret);
}

static err *armor_lines(arena *mem, str *rest, buf *b)
{
	str line, bytes;
	bool last = false;
	for (;;) {
		if (!armor_line(rest, &line))
			return bad_armor(mem, "unexpected EOF");
		if (str_is(line, END))
			return after_armor(mem, *rest);
		if (last)
			return bad_armor(mem, shown(mem, "invalid closing line", line, ""));
		if (!line.n)
			return bad_armor(mem, "empty line in armored data");
		if (line.n > COLUMNS)
			return bad_armor(mem, "column limit exceeded");
		if (line.n % 4 || !strict_base64(mem, line, &bytes))
			return bad_armor(mem, "illegal base64 data");
		buf_str(b, bytes);
		last = bytes.n < COLUMNS / 4 * 3;
	}
}

err *sops_age_unarmor(arena *mem, str armored, str *ret_file)
{
	buf b = buf_init(mem);
	str rest = armored, line = {0};
	size_t blanks = 0;
	*ret_file = buf_view(&b);
	do {
		if (!armor_line(&rest, &line))
			return bad_armor(mem, "unexpected EOF");
		blanks += line.n + 1;
	} while (!str_trim(line).n && blanks <= MOST_BLANKS);
	if (!str_trim(line).n)
		return bad_armor(mem, "too much leading whitespace");
	if (!str_is(line, BEGIN))
		return bad_armor(mem, shown(mem, "invalid first line", line, ""));
	err *e = armor_lines(mem, &rest, &b);
	*ret_file = buf_view(&b);
	return e;
}

/* ---- header ----------------------------------------------------------------------------------- */

static err *bad(arena *mem, const char *what)
{
	return err_new(mem, ERR_INVALID, "parsing age header: %s", what);
}

static bool printable(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 33 || s.p[i] > 126)
			return false;
	return s.n > 0;
}

/* A line that ends in a line feed. */
static bool header_line(str *rest, str *ret)
{
	ptrdiff_t at = str_find(*rest, '\n');
	if (at < 0)
		return false;
	*ret = str_sub(*rest, 0, (size_t)at);
	*rest = str_sub(*rest, (size_t)at + 1, rest->n);
	return true;
}

static err *read_args(arena *mem, str line, struct sops_age_stanza *s)
{
	VEC(str) args = {0};
	str arg;
	str_next(&line, ' ', &arg);
	bool ok = str_is(arg, "->");
	while (ok && str_next(&line, ' ', &arg)) {
		ok = printable(arg);
		VEC_PUSH(mem, &args, arg);
	}
	if (!ok || !args.n)
		return err_new(mem, ERR_INVALID, "failed to parse header: malformed stanza");
	s->type = args.p[0];
	s->args = args.p + 1;
	s->n = args.n - 1;
	return NULL;
}

static err *read_stanza(arena *mem, str *rest, struct sops_age_stanza *s)
{
	buf body = buf_init(mem);
	str line, bytes;
	if (!header_line(rest, &line))
		return err_new(mem, ERR_INVALID,
			       "failed to parse header: failed to read line: EOF");
	TRY(read_args(mem, line, s));
	do {
		if (!header_line(rest, &line))
			return err_new(mem, ERR_INVALID,
				       "failed to parse header: failed to read line: EOF");
		if (line.n > COLUMNS || !sops_age_unbase64(mem, line, &bytes))
			return err_new(mem, ERR_INVALID,
				       "failed to parse header: parsing age header: malformed body "
				       "line");
		buf_str(&body, bytes);
	} while (bytes.n == COLUMNS / 4 * 3);
	s->body = buf_view(&body);
	return NULL;
}

err *sops_age_parse(arena *mem, str file, struct sops_age_file *ret)
{
	struct sops_age_file f = {0};
	str rest = file, line;
	if (!file.n)
		return bad(mem, "file is empty");
	if (!header_line(&rest, &line))
		return bad(mem, "file is empty");
	if (!str_is(line, INTRO))
		return bad(mem, shown(mem, "unexpected intro", line, "\\n"));
	while (!str_starts(rest, STR("---"))) {
		struct sops_age_stanza s = {0};
		if (rest.n < 3)
			return bad(mem, "failed to read header: EOF");
		if (f.n >= SOPS_AGE_MAX_STANZAS)
			return err_new(mem, ERR_LIMIT, "more than %d recipients", (int)f.n);
		TRY(read_stanza(mem, &rest, &s));
		struct sops_age_file *v = &f;
		if (v->n == v->cap) {
			v->stanzas = arena_grow(mem, v->stanzas, v->cap * sizeof(s),
						(v->cap * 2 + 4) * sizeof(s));
			v->cap = v->cap * 2 + 4;
		}
		v->stanzas[v->n++] = s;
	}
	f.signed_part = (str){file.p, (size_t)(rest.p - file.p) + 3};
	if (!header_line(&rest, &line))
		return bad(mem, "failed to read header: EOF");
	if (!str_starts(line, STR("--- ")) ||
	    !sops_age_unbase64(mem, str_sub(line, 4, line.n), &f.mac) || f.mac.n != 32)
		return bad(mem, "malformed closing line");
	if (rest.n < SOPS_AGE_NONCE)
		return err_new(mem, ERR_INVALID, "failed to read nonce: unexpected EOF");
	f.payload = rest;
	*ret = f;
	return NULL;
}

/* ---- payload ---------------------------------------------------------------------------------- */

/* A nonce is a number that counts the chunks, and a last byte that marks the last. */
static void set_nonce(unsigned char nonce[12], uint64_t number, bool last)
{
	memset(nonce, 0, 12);
	for (int i = 0; i < 8; i++)
		nonce[10 - i] = (unsigned char)(number >> (8 * i));
	nonce[11] = last;
}

err *sops_age_payload(arena *mem, str file_key, str payload, str *ret)
{
	buf b = buf_init(mem);
	unsigned char nonce[12];
	str key =
		cipher_hkdf(mem, file_key, str_sub(payload, 0, SOPS_AGE_NONCE), STR("payload"), 32);
	str rest = str_sub(payload, SOPS_AGE_NONCE, payload.n), text;
	uint64_t number = 0;
	do {
		size_t n = rest.n < CHUNK + TAG ? rest.n : CHUNK + TAG;
		bool last = n == rest.n;
		if (n < TAG)
			return err_new(mem, ERR_INVALID, "unexpected EOF");
		if (n == TAG && number)
			return err_new(mem, ERR_INVALID, "last chunk is empty");
		set_nonce(nonce, number++, last);
		if (cipher_chacha_open(mem, (const unsigned char *)key.p, nonce,
				       str_sub(rest, 0, n), &text))
			return err_new(mem, ERR_UNAUTHORIZED,
				       "failed to decrypt and authenticate payload chunk, file "
				       "may be corrupted or tampered with");
		buf_str(&b, text);
		rest = str_sub(rest, n, rest.n);
	} while (rest.n);
	*ret = buf_view(&b);
	return NULL;
}
