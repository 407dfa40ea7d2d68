#include "net/ssh_hosts.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/vec.h"
#include "crypt/digest.h"
#include "crypt/sshkey.h"

#define PORT "22"

enum mark { MARK_NONE, MARK_AUTHORITY, MARK_REVOKED };

struct known {
	enum mark mark;
	str names; /* as they are written */
	struct sshkey key;
};

struct ssh_hosts {
	VEC(struct known) lines;
};

/* ---- reading ---- */

static str next_word(str *line)
{
	size_t n = 0;
	while (n < line->n && line->p[n] != ' ' && line->p[n] != '\t')
		n++;
	str word = str_sub(*line, 0, n);
	*line = str_trim(str_sub(*line, n, line->n));
	return word;
}

/* Splits "[host]:port" and "host:port"; false for what is neither. */
static bool split(str text, str *ret_host, str *ret_port)
{
	if (text.n && text.p[0] == '[') {
		ptrdiff_t end = str_find(text, ']');
		if (end < 0 || (size_t)end + 1 >= text.n || text.p[end + 1] != ':')
			return false;
		*ret_host = str_sub(text, 1, (size_t)end);
		*ret_port = str_sub(text, (size_t)end + 2, text.n);
		return str_find(*ret_port, ':') < 0;
	}
	ptrdiff_t colon = str_find(text, ':');
	if (colon < 0 || colon != str_rfind(text, ':'))
		return false;
	*ret_host = str_sub(text, 0, (size_t)colon);
	*ret_port = str_sub(text, (size_t)colon + 1, text.n);
	return true;
}

static err *check_hashed(arena *mem, str names)
{
	str rest = names, part[4], more;
	int n = 0;
	while (n < 4 && str_next(&rest, '|', &part[n]))
		n++;
	if (n < 4 || str_next(&rest, '|', &more))
		return err_new(mem, ERR_INVALID, "knownhosts: got %d components, want 3",
			       n + (n == 4));
	if (!str_is(part[1], "1"))
		return err_new(mem, ERR_INVALID, "knownhosts: got hash type %.*s, must be '1'",
			       STR_ARG(str_sub(part[1], 0, 32)));
	for (int i = 2; i < 4; i++)
		if (!enc_unbase64(mem, part[i], &more))
			return err_new(mem, ERR_INVALID, "knownhosts: illegal base64 data");
	return NULL;
}

static err *check_names(arena *mem, str names)
{
	str name, host, port;
	if (names.n && names.p[0] == '|')
		return check_hashed(mem, names);
	while (str_next(&names, ',', &name)) {
		bool negated = name.n && name.p[0] == '!';
		if (negated && name.n == 1)
			return err_new(mem, ERR_INVALID,
				       "knownhosts: negation without following hostname");
		name = str_sub(name, negated, name.n);
		if (name.n && name.p[0] == '[' && !split(name, &host, &port))
			return err_new(mem, ERR_INVALID,
				       "knownhosts: address %.*s: missing port in address",
				       STR_ARG(str_sub(name, 0, 256)));
	}
	return NULL;
}

static err *read_line(arena *mem, str line, struct known *k)
{
	str before = line, word = next_word(&line), blob;
	*k = (struct known){.mark = str_is(word, "@cert-authority") ? MARK_AUTHORITY
				    : str_is(word, "@revoked")	    ? MARK_REVOKED
								    : MARK_NONE};
	if (!k->mark)
		line = before;
	k->names = next_word(&line);
	if (k->names.n && k->names.p[0] == '@')
		return err_new(mem, ERR_INVALID, "knownhosts: unexpected marker: \"%.*s\"",
			       STR_ARG(str_sub(k->names, 0, 64)));
	if (!line.n)
		return err_new(mem, ERR_INVALID, "knownhosts: missing host pattern");
	next_word(&line); /* the type stands in the key, too */
	if (!line.n)
		return err_new(mem, ERR_INVALID, "knownhosts: missing key type pattern");
	if (!enc_unbase64(mem, next_word(&line), &blob))
		return err_new(mem, ERR_INVALID, "knownhosts: illegal base64 data");
	TRY_AS(mem, sshkey_parse(mem, blob, &k->key), "knownhosts");
	return check_names(mem, k->names);
}

err *ssh_hosts_read(arena *mem, str text, struct ssh_hosts **ret_hosts)
{
	struct ssh_hosts *h = NEW(mem, struct ssh_hosts);
	str line;
	while (str_next(&text, '\n', &line)) {
		struct known k;
		line = str_trim(line);
		if (!line.n || line.p[0] == '#')
			continue;
		if (h->lines.n >= SSH_HOSTS_LINES)
			return err_new(mem, ERR_LIMIT, "knownhosts: more than %d lines",
				       SSH_HOSTS_LINES);
		TRY(read_line(mem, line, &k));
		VEC_PUSH(mem, &h->lines, k);
	}
	*ret_hosts = h;
	return NULL;
}

/* ---- asking ---- */

/* "*" is any text, "?" any character, also dots. */
static bool wildcard(str pattern, str text)
{
	size_t p = 0, t = 0, star = pattern.n, mark = 0;
	while (t < text.n) {
		if (p < pattern.n && pattern.p[p] == '*') {
			star = p++;
			mark = t;
		} else if (p < pattern.n && (pattern.p[p] == '?' || pattern.p[p] == text.p[t])) {
			p++;
			t++;
		} else if (star < pattern.n) {
			p = star + 1;
			t = ++mark;
		} else {
			return false;
		}
	}
	while (p < pattern.n && pattern.p[p] == '*')
		p++;
	return p == pattern.n;
}

static bool plain_match(str names, const char *host, const char *port)
{
	bool found = false;
	str name, h, p;
	while (str_next(&names, ',', &name)) {
		bool negated = name.n && name.p[0] == '!';
		name = str_sub(name, negated, name.n);
		if (!name.n)
			continue;
		if (!split(name, &h, &p)) {
			h = name;
			p = STR(PORT);
		}
		if (!wildcard(h, str_of(host)) || !str_is(p, port))
			continue;
		if (negated)
			return false;
		found = true;
	}
	return found;
}

static bool hashed_match(arena *mem, str names, const char *host, const char *port)
{
	str part[4], salt, hash;
	for (int i = 0; i < 4; i++)
		str_next(&names, '|', &part[i]);
	if (!enc_unbase64(mem, part[2], &salt) || !enc_unbase64(mem, part[3], &hash))
		return false;
	const char *name = text_eq(port, PORT) ? host : arena_printf(mem, "[%s]:%s", host, port);
	return str_eq(digest_hmac(mem, DIGEST_SHA1, salt, str_of(name)), hash);
}

static bool matches(arena *mem, const struct known *k, const char *host, int port)
{
	const char *p = arena_printf(mem, "%d", port);
	return k->names.n && k->names.p[0] == '|' ? hashed_match(mem, k->names, host, p)
						  : plain_match(k->names, host, p);
}

err *ssh_hosts_check(arena *mem, const struct ssh_hosts *h, const char *host, int port, str key)
{
	bool any = false, same = false, vouched = false;
	for (size_t i = 0; i < h->lines.n; i++) {
		const struct known *k = &h->lines.p[i];
		bool it = str_eq(k->key.blob, key);
		if (k->mark == MARK_REVOKED && it)
			return err_new(mem, ERR_FORBIDDEN, "knownhosts: key is revoked");
		if (k->mark == MARK_REVOKED || !matches(mem, k, host, port))
			continue;
		vouched = vouched || k->mark == MARK_AUTHORITY;
		any = any || k->mark == MARK_NONE;
		same = same || (it && k->mark == MARK_NONE);
	}
	if (same)
		return NULL;
	if (vouched && !any)
		return err_new(
			mem, ERR_FORBIDDEN,
			"knownhosts: only a @cert-authority line knows %s, and certificates of "
			"hosts "
			"are not supported: add the host's own key, as ssh-keyscan prints it",
			host);
	return err_new(mem, ERR_FORBIDDEN, "knownhosts: key %s", any ? "mismatch" : "is unknown");
}

char *ssh_hosts_algorithms(arena *mem, const struct ssh_hosts *h, const char *host, int port)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < h->lines.n; i++) {
		const struct known *k = &h->lines.p[i];
		if (k->mark != MARK_NONE || !matches(mem, k, host, port))
			continue;
		const char *name =
			text_eq(k->key.type, "ssh-rsa") ? "rsa-sha2-512,rsa-sha2-256" : k->key.type;
		if (b.n && strstr(buf_text(&b), name))
			continue;
		buf_printf(&b, "%s%s", b.n ? "," : "", name);
	}
	return b.n ? buf_text(&b) : NULL;
}
