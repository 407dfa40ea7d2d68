/*
 * url: absolute and relative URLs as RFC 3986 has them, with the checks and error texts of Go's
 * net/url, so that a bad URL is refused in the words that users of Kubernetes tools know.
 */
#ifndef SLUICE_URL_H
#define SLUICE_URL_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

#define URL_MAX_BYTES ((size_t)16 << 10) /* a text that is longer is refused: ERR_LIMIT */

/* All texts are "" when absent, except user and password: NULL. host is in lower case and without
 * the brackets of an IPv6 address. path and query stay as they were written (percent-encoded). */
struct url {
	const char *scheme;	     /* in lower case; "" for a relative reference */
	const char *user, *password; /* decoded */
	const char *host;
	int port;	/* 0: none given */
	bool authority; /* "//" was there */
	const char *path, *query, *fragment;
	bool has_query, has_fragment; /* "?" and "#" were there, even if nothing followed */
};

/* Reads an absolute URL or a relative reference. ERR_INVALID with Go's text
 * (parse "x": first path segment in URL cannot contain colon), the password in it hidden. */
err *url_parse(arena *mem, const char *text, struct url **ret_url);

/* An absolute http or https URL with a host; anything else is ERR_INVALID. */
err *url_parse_http(arena *mem, const char *text, struct url **ret_url);

/* The URL as a text again. */
char *url_text(arena *mem, const struct url *u);

/* ref as seen from base (RFC 3986, 5.2): dot segments go. base is absolute. */
err *url_join(arena *mem, const char *base, const char *ref, char **ret_text);

/* "host" or "host:port", IPv6 in brackets: what a Host header says. */
char *url_host(arena *mem, const struct url *u);

/* The port that is meant: given, or the scheme's (80, 443, 22); 0 for another scheme. */
int url_port(const struct url *u);

/* Do both name the same scheme, host and port? */
bool url_same_origin(const struct url *a, const struct url *b);

/* The text without its user and password ("https://user:pw@host/x" gives "https://host/x"), for
 * messages; what is no URL comes back with everything before an "@" gone. */
char *url_redact(arena *mem, const char *text);

/* A percent-decoded copy; false for a broken escape or an encoded NUL. plus: "+" is a blank. */
bool url_decode(arena *mem, str text, bool plus, char **ret_text);

/* The first value of a name in a query, decoded; NULL when absent. */
char *url_query_get(arena *mem, const char *query, const char *name);

#endif
