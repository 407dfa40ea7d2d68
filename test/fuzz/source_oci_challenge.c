/* How a registry says it wants to be logged in to, and what its token server answers: a header in the first line, an answer
 * behind it. */
#include <stdlib.h>
#include <string.h>

#include "net/url.h"
#include "source/oci_challenge.h"

static void check_realm(arena *mem, const struct oci_challenge *ch)
{
	struct url *u;
	if (!ch->realm || oci_challenge_check_realm(mem, ch->realm, "ghcr.io", true))
		return;
	/* credentials for a registry in the open are never sent without TLS, nor to this machine or its network */
	if (url_parse_http(mem, ch->realm, &u) || !text_eq(u->scheme, "https") || u->user ||
	    oci_challenge_is_private(u->host))
		abort();
	char *url = oci_challenge_token_url(mem, ch, "repository:a/b:pull");
	struct url *asked;
	if (url_parse_http(mem, url, &asked) || !url_same_origin(u, asked))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	arena *mem = arena_open();
	str line, rest;
	struct oci_challenge ch;
	struct oci_token token;
	str_cut((str){(const char *)data, size}, '\n', &line, &rest);
	struct http_header headers[] = {{"www-authenticate", str_text(mem, line)}, {NULL, NULL}};
	oci_challenge_read(mem, headers, &ch);
	check_realm(mem, &ch);
	if (!oci_challenge_token(mem, rest, &token) &&
	    (!*token.token || strpbrk(token.token, "\r\n ") || token.lifetime <= 0))
		abort();
	arena_close(mem);
	return 0;
}
