#include "net/sigv4.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/vec.h"
#include "crypt/digest.h"

#define ALGORITHM "AWS4-HMAC-SHA256"

typedef VEC(struct sigv4_header) header_list;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sigv4_header *)a)->name,
		      ((const struct sigv4_header *)b)->name);
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const str *)a, *(const str *)b);
}

/* "20060102T150405Z" */
static char *basic_time(arena *mem, int64_t seconds)
{
	buf b = buf_init(mem);
	for (const char *p = clock_rfc3339(mem, seconds * CLOCK_SECOND); *p; p++)
		if (*p != '-' && *p != ':')
			buf_char(&b, *p);
	return arena_text(mem, buf_text(&b));
}

/* The pairs sorted, a name alone with its "=". */
static void add_query(arena *mem, buf *b, const char *query)
{
	VEC(str) pairs = {0};
	str rest = str_of(query), pair;
	while (rest.n && str_next(&rest, '&', &pair))
		if (pair.n)
			VEC_PUSH(mem, &pairs, pair);
	if (pairs.n)
		qsort(pairs.p, pairs.n, sizeof(str), by_bytes);
	for (size_t i = 0; i < pairs.n; i++) {
		buf_text_add(b, i ? "&" : "");
		buf_str(b, pairs.p[i]);
		if (str_find(pairs.p[i], '=') < 0)
			buf_char(b, '=');
	}
}

/* Blanks at the ends go, several inside become one. */
static void add_value(buf *b, const char *value)
{
	str rest = str_trim(str_of(value));
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != ' ' || (i && rest.p[i - 1] != ' '))
			buf_char(b, rest.p[i]);
}

/* The request's own and, unless date is NULL, what says who signs when. */
static header_list sorted_headers(arena *mem, const struct sigv4 *who,
				  const struct sigv4_request *q, const char *date)
{
	header_list all = {0};
	struct sigv4_header h = {"x-amz-date", date};
	if (date)
		VEC_PUSH(mem, &all, h);
	if (date && who->token && *who->token) {
		h = (struct sigv4_header){"x-amz-security-token", who->token};
		VEC_PUSH(mem, &all, h);
	}
	for (const struct sigv4_header *p = q->headers; p && p->name; p++)
		VEC_PUSH(mem, &all, *p);
	qsort(all.p, all.n, sizeof(*all.p), by_name);
	return all;
}

/* The digest of the request in its canonical form. */
static char *canonical(arena *mem, const struct sigv4_request *q, const header_list *headers,
		       const char *names)
{
	buf b = buf_init(mem);
	buf_printf(&b, "%s\n%s\n", q->method, q->path && *q->path ? q->path : "/");
	add_query(mem, &b, q->query ? q->query : "");
	buf_char(&b, '\n');
	for (size_t i = 0; i < headers->n; i++) {
		buf_printf(&b, "%s:", headers->p[i].name);
		add_value(&b, headers->p[i].value);
		buf_char(&b, '\n');
	}
	buf_printf(&b, "\n%s\n%s", names, q->payload_hash);
	return digest_hex(mem, DIGEST_SHA256, buf_view(&b));
}

static str keyed(arena *mem, str key, const char *text)
{
	return digest_hmac(mem, DIGEST_SHA256, key, str_of(text));
}

static char *names_of(arena *mem, const header_list *headers)
{
	buf names = buf_init(mem);
	for (size_t i = 0; i < headers->n; i++)
		buf_printf(&names, "%s%s", i ? ";" : "", headers->p[i].name);
	return buf_text(&names);
}

static char *scope_of(arena *mem, const struct sigv4 *who, const char *date)
{
	return arena_printf(mem, "%.8s/%s/%s/aws4_request", date, who->region, who->service);
}

/* The signature of what canonical has made. */
static char *signature(arena *mem, const struct sigv4 *who, const char *date, const char *request)
{
	const char *to_sign = arena_printf(mem, ALGORITHM "\n%s\n%s\n%s", date,
					   scope_of(mem, who, date), request);
	str key = str_of(arena_printf(mem, "AWS4%s", who->secret));
	key = keyed(mem, key, arena_printf(mem, "%.8s", date));
	key = keyed(mem, key, who->region);
	key = keyed(mem, key, who->service);
	key = keyed(mem, key, "aws4_request");
	return digest_hmac_hex(mem, DIGEST_SHA256, key, str_of(to_sign));
}

void sigv4_sign(arena *mem, const struct sigv4 *who, const struct sigv4_request *q,
		const char **ret_authorization, const char **ret_date)
{
	const char *date = basic_time(mem, who->now);
	header_list headers = sorted_headers(mem, who, q, date);
	const char *names = names_of(mem, &headers);
	*ret_authorization =
		arena_printf(mem, ALGORITHM " Credential=%s/%s, SignedHeaders=%s, Signature=%s",
			     who->id, scope_of(mem, who, date), names,
			     signature(mem, who, date, canonical(mem, q, &headers, names)));
	*ret_date = date;
}

char *sigv4_presign(arena *mem, const struct sigv4 *who, const struct sigv4_request *q, int seconds)
{
	const char *date = basic_time(mem, who->now);
	header_list headers = sorted_headers(mem, who, q, NULL);
	const char *names = names_of(mem, &headers);
	buf query = buf_init(mem);
	struct sigv4_request signed_ = *q;
	if (q->query && *q->query)
		buf_printf(&query, "%s&", q->query);
	buf_printf(&query,
		   "X-Amz-Algorithm=" ALGORITHM "&X-Amz-Credential=%s&X-Amz-Date=%s&X-Amz-Expires="
		   "%d&X-Amz-SignedHeaders=%s",
		   enc_percent(mem, str_of(arena_printf(mem, "%s/%s", who->id,
							scope_of(mem, who, date)))),
		   date, seconds, enc_percent(mem, str_of(names)));
	if (who->token && *who->token)
		buf_printf(&query, "&X-Amz-Security-Token=%s",
			   enc_percent(mem, str_of(who->token)));
	signed_.query = buf_text(&query);
	return arena_printf(mem, "%s&X-Amz-Signature=%s", signed_.query,
			    signature(mem, who, date, canonical(mem, &signed_, &headers, names)));
}
