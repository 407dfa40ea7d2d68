#include "source/oci_challenge.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "data/json.h"
#include "net/url.h"

#define LIFETIME CLOCK_MINUTE
#define LIFETIME_MAX CLOCK_HOUR

/* ---- WWW-Authenticate ---- */

/* token of RFC 9110, 5.6.2 */
static bool is_token(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static void skip_blanks(str *s)
{
	while (s->n && (*s->p == ' ' || *s->p == '\t'))
		*s = str_sub(*s, 1, s->n);
}

static str take_token(str *s)
{
	size_t n = 0;
	while (n < s->n && is_token(s->p[n]))
		n++;
	str token = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return token;
}

/* The inside of a quoted string, its escapes undone; false when it does not end. */
static bool take_quoted(arena *mem, str *s, str *ret)
{
	buf b = buf_init(mem);
	for (size_t i = 1; i < s->n; i++) {
		char c = s->p[i];
		if (c == '"') {
			*s = str_sub(*s, i + 1, s->n);
			buf_text(&b);
			*ret = buf_view(&b);
			return true;
		}
		if (c == '\\' && i + 1 < s->n)
			c = s->p[++i];
		buf_char(&b, c);
	}
	return false;
}

/* One "name=value"; false, with nothing taken, where none stands. */
static bool take_param(arena *mem, str *s, str *ret_name, str *ret_value)
{
	str rest = *s;
	*ret_name = take_token(&rest);
	skip_blanks(&rest);
	if (!ret_name->n || !rest.n || *rest.p != '=')
		return false;
	rest = str_sub(rest, 1, rest.n);
	skip_blanks(&rest);
	if (rest.n && *rest.p == '"') {
		if (!take_quoted(mem, &rest, ret_value))
			return false;
	} else {
		*ret_value = take_token(&rest);
	}
	*s = rest;
	return true;
}

static void set_param(arena *mem, struct oci_challenge *ch, str name, str value)
{
	const char **to = str_eq_nocase(name, STR("realm"))	? &ch->realm
			  : str_eq_nocase(name, STR("service")) ? &ch->service
			  : str_eq_nocase(name, STR("scope"))	? &ch->scope
								: NULL;
	if (to && value.n && !memchr(value.p, 0, value.n))
		*to = str_text(mem, value);
}

static void skip_commas(str *s)
{
	for (skip_blanks(s); s->n && *s->p == ','; skip_blanks(s))
		*s = str_sub(*s, 1, s->n);
}

/* One challenge: a scheme and what belongs to it. False at the end or at what can't be read. */
static bool take_challenge(arena *mem, str *s, struct oci_challenge *ch)
{
	str name, value;
	skip_commas(s);
	str scheme = take_token(s);
	if (!scheme.n)
		return false;
	*ch = (struct oci_challenge){.scheme = OCI_OTHER};
	if (str_eq_nocase(scheme, STR("basic")))
		ch->scheme = OCI_BASIC;
	else if (str_eq_nocase(scheme, STR("bearer")))
		ch->scheme = OCI_BEARER;
	skip_blanks(s);
	for (int n = 0; n < OCI_CHALLENGES_MAX && take_param(mem, s, &name, &value); n++) {
		set_param(mem, ch, name, value);
		skip_commas(s);
	}
	return true;
}

void oci_challenge_read(arena *mem, const struct http_header *headers,
			struct oci_challenge *ret_challenge)
{
	int seen = 0;
	*ret_challenge = (struct oci_challenge){.scheme = OCI_OTHER};
	for (const struct http_header *h = headers; h && h->name; h++) {
		if (!text_eq(h->name, "www-authenticate"))
			continue;
		str rest = str_of(h->value);
		struct oci_challenge ch;
		while (seen++ < OCI_CHALLENGES_MAX && take_challenge(mem, &rest, &ch)) {
			if (ch.scheme == OCI_OTHER)
				continue;
			*ret_challenge = ch;
			return;
		}
	}
}

/* ---- realms ---- */

static bool is_private_ipv4(uint32_t a)
{
	return a >> 24 == 0 || a >> 24 == 10 || a >> 24 == 127 || a >> 20 == (172 << 4 | 1) ||
	       a >> 16 == (192 << 8 | 168) || a >> 16 == (169 << 8 | 254) ||
	       a >> 22 == (100 << 2 | 1);
}

static bool is_private_ipv6(const unsigned char a[16])
{
	static const unsigned char zero[16], mapped[12] = {[10] = 0xff, [11] = 0xff};
	if (memcmp(a, mapped, sizeof(mapped)) == 0)
		return is_private_ipv4((uint32_t)a[12] << 24 | (uint32_t)a[13] << 16 |
				       (uint32_t)a[14] << 8 | a[15]);
	return (memcmp(a, zero, 15) == 0 && a[15] <= 1) || (a[0] & 0xfe) == 0xfc ||
	       (a[0] == 0xfe && (a[1] & 0xc0) == 0x80) || a[0] == 0xff;
}

/* The host alone, without brackets, port and the dot at the end of a full name. */
static char *bare_host(arena *mem, const char *host)
{
	str h = str_of(host);
	if (h.n && *h.p == '[') {
		ptrdiff_t end = str_find(h, ']');
		return str_text(mem, str_sub(h, 1, end < 0 ? h.n : (size_t)end));
	}
	if (str_find(h, ':') == str_rfind(h, ':'))
		str_cut(h, ':', &h, &(str){0});
	if (h.n && h.p[h.n - 1] == '.')
		h.n--;
	return str_text(mem, h);
}

bool oci_challenge_is_private(const char *host)
{
	arena *scratch = arena_open();
	char *bare = bare_host(scratch, host);
	struct in_addr v4;
	unsigned char v6[16];
	bool is = strcasecmp(bare, "localhost") == 0 || text_ends(bare, ".localhost");
	/* inet_aton also knows 127.1 and 0x7f000001, as libcurl does */
	if (inet_aton(bare, &v4))
		is = is_private_ipv4(ntohl(v4.s_addr));
	else if (inet_pton(AF_INET6, bare, v6) == 1)
		is = is_private_ipv6(v6);
	arena_close(scratch);
	return is;
}

err *oci_challenge_check_realm(arena *mem, const char *realm, const char *registry, bool tls)
{
	struct url *u;
	if (url_parse_http(mem, realm, &u))
		return err_new(mem, ERR_INVALID,
			       "invalid realm in www-authenticate: it must be an https URL");
	if (u->user || u->password)
		return err_new(mem, ERR_FORBIDDEN,
			       "invalid realm in www-authenticate: it holds a user");
	if (tls && !text_eq(u->scheme, "https"))
		return err_new(mem, ERR_FORBIDDEN,
			       "invalid realm in www-authenticate: realm scheme \"%s\" not allowed "
			       "for a secure registry; use https",
			       u->scheme);
	char *host = url_host(mem, u);
	if (!str_eq_nocase(str_of(host), str_of(registry)) && oci_challenge_is_private(host) &&
	    !oci_challenge_is_private(registry))
		return err_new(mem, ERR_FORBIDDEN,
			       "invalid realm in www-authenticate: realm host \"%s\" is a private "
			       "or link-local address",
			       host);
	return NULL;
}

/* For a query, where a blank is a plus. */
static char *escaped(arena *mem, str text)
{
	buf b = buf_init(mem);
	str part;
	while (str_next(&text, ' ', &part))
		buf_printf(&b, "%s%s", enc_percent(mem, part), text.p ? "+" : "");
	return buf_text(&b);
}

char *oci_challenge_token_url(arena *mem, const struct oci_challenge *ch, const char *scope)
{
	buf b = buf_init(mem);
	buf_str(&b, str_sub(str_of(ch->realm), 0, strcspn(ch->realm, "#")));
	char next = str_find(buf_view(&b), '?') >= 0 ? '&' : '?';
	str rest = str_of(scope), one;
	while (str_next(&rest, ' ', &one)) {
		if (!one.n)
			continue;
		buf_printf(&b, "%cscope=%s", next, enc_percent(mem, one));
		next = '&';
	}
	if (ch->service)
		buf_printf(&b, "%cservice=%s", next, escaped(mem, str_of(ch->service)));
	return buf_text(&b);
}

/* ---- tokens ---- */

/* A token is sent in a header: nothing else than printable characters is one. */
static const char *token_of(const val *answer, const char *name)
{
	str s = val_as_str(val_get(answer, name));
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] > '~')
			return NULL;
	return s.n ? s.p : NULL;
}

err *oci_challenge_token(arena *mem, str body, struct oci_token *ret_token)
{
	val *v;
	if (body.n > OCI_TOKEN_MAX_BYTES)
		return err_new(mem, ERR_LIMIT, "the token server's answer is over %zu bytes",
			       OCI_TOKEN_MAX_BYTES);
	if (json_parse(mem, body, &v))
		return err_new(mem, ERR_INVALID, "the token server's answer is not JSON");
	const char *token = token_of(v, "access_token");
	if (!token)
		token = token_of(v, "token");
	if (!token)
		return err_new(mem, ERR_INVALID, "no token in bearer response");
	int64_t seconds = val_as_int(val_get(v, "expires_in"), 0);
	ret_token->token = token;
	ret_token->lifetime = seconds <= 0			      ? LIFETIME
			      : seconds > LIFETIME_MAX / CLOCK_SECOND ? LIFETIME_MAX
								      : seconds * CLOCK_SECOND;
	return NULL;
}
