/* Failures in the words of Go's client, which people and recordings know. */
#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "net/http.h"
#include "net/url.h"

#define RESOLVERS "/etc/resolv.conf"

/* " on 10.0.0.2:53": whom names are asked of. */
static const char *resolver(arena *mem)
{
	str text, line, word;
	if (file_read(mem, RESOLVERS, (size_t)1 << 16, &text))
		return "";
	while (str_next(&text, '\n', &line)) {
		word = str_trim(line);
		if (!str_starts(word, STR("nameserver")))
			continue;
		word = str_trim(str_sub(word, 10, word.n));
		if (word.n)
			return arena_printf(mem, " on %.*s:53", STR_ARG(word));
	}
	return "";
}

/* The address that was called: names other than that of this machine are as they were asked for. */
static const char *address(arena *mem, struct url *u)
{
	u->port = url_port(u);
	if (text_eq(u->host, "localhost"))
		return arena_printf(mem, "127.0.0.1:%d", u->port);
	return url_host(mem, u);
}

err *http_in_go(arena *mem, const char *asked, err *e)
{
	struct url *u;
	const char *text = err_text(mem, e), *why = strstr(text, ": ");
	if (http_untrusted(e))
		return err_wrap(mem, e, "tls: failed to verify certificate");
	if (!http_unsent(e) || !why || url_parse(mem, asked, &u))
		return e;
	char *low = arena_text(mem, why + 2);
	*low = (char)tolower((unsigned char)*low);
	err *told;
	if (text_starts(why + 2, HTTP_PROXY_FAILED))
		told = err_new(mem, e->code, "%s", why + 2);
	else if (text_eq(why, ": no such host"))
		told = err_new(mem, e->code, "dial tcp: lookup %s%s: no such host", u->host,
			       resolver(mem));
	else if (e->code == ERR_TIMEOUT)
		told = err_new(mem, e->code, "dial tcp %s: i/o timeout", address(mem, u));
	else
		told = err_new(mem, e->code, "dial tcp %s: connect: %s", address(mem, u), low);
	told->mark = HTTP_UNSENT;
	return told;
}

err *http_not_sent(arena *mem, const char *method, const char *asked, err *e)
{
	char *verb = arena_text(mem, method);
	if (!http_unsent(e))
		return e;
	for (char *at = verb + 1; *verb && *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return err_wrap(mem, http_in_go(mem, asked, e), "%s \"%s\"", verb, url_redact(mem, asked));
}
