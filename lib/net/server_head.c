#include "net/server_head.h"

#include <ctype.h>
#include <string.h>

#include "base/vec.h"
#include "net/url.h"

#define MAX_CHUNK_LINE 256

static bool is_token_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static bool is_token(str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.p[i]))
			return false;
	return s.n > 0;
}

size_t server_head_length(str bytes)
{
	/* bare line feeds are taken, too, as most servers do */
	for (size_t i = 0; i + 1 < bytes.n; i++) {
		if (bytes.p[i] != '\n')
			continue;
		if (bytes.p[i + 1] == '\n')
			return i + 2;
		if (bytes.p[i + 1] == '\r' && i + 2 < bytes.n && bytes.p[i + 2] == '\n')
			return i + 3;
	}
	return 0;
}

const char *server_head_get(const struct server_head *h, const char *name)
{
	for (const struct http_header *i = h->headers; i && i->name; i++)
		if (strcmp(i->name, name) == 0)
			return i->value;
	return NULL;
}

static bool next_line(str *rest, str *ret_line)
{
	if (!str_next(rest, '\n', ret_line))
		return false;
	if (ret_line->n && ret_line->p[ret_line->n - 1] == '\r')
		ret_line->n--;
	return true;
}

static int read_target(arena *mem, str target, struct server_head *h)
{
	str path, query;
	char *decoded;
	for (size_t i = 0; i < target.n; i++)
		if ((unsigned char)target.p[i] <= 0x20 || target.p[i] == 0x7f)
			return 400;
	if (str_starts(target, STR("http://")) || str_starts(target, STR("https://"))) {
		/* the form that is meant for proxies */
		str rest = str_sub(target, (size_t)str_search(target, STR("://")) + 3, target.n);
		ptrdiff_t slash = str_find(rest, '/');
		target = slash < 0 ? STR("/") : str_sub(rest, (size_t)slash, rest.n);
	}
	if (!target.n || (target.p[0] != '/' && !str_is(target, "*")))
		return 400;
	h->target = str_text(mem, target);
	str_cut(target, '?', &path, &query);
	if (!url_decode(mem, path, false, &decoded))
		return 400;
	h->path = decoded;
	h->query = str_text(mem, query);
	return 0;
}

static int read_first_line(arena *mem, str line, struct server_head *h)
{
	str method, rest, target, version;
	if (!str_cut(line, ' ', &method, &rest) || !str_cut(rest, ' ', &target, &version) ||
	    !is_token(method) || method.n > 32)
		return 400;
	if (!str_starts(version, STR("HTTP/")))
		return 400;
	if (!str_is(version, "HTTP/1.1") && !str_is(version, "HTTP/1.0"))
		return 505;
	h->minor = version.p[7] - '0';
	h->method = str_text(mem, method);
	return read_target(mem, target, h);
}

static int read_header(arena *mem, str line, struct http_header *ret_header)
{
	str name, value;
	if (!str_cut(line, ':', &name, &value) || !is_token(name))
		return 400; /* also a folded line, and a blank before the colon */
	value = str_trim(value);
	for (size_t i = 0; i < value.n; i++)
		if (((unsigned char)value.p[i] < 0x20 && value.p[i] != '\t') || value.p[i] == 0x7f)
			return 400;
	char *lower = str_text(mem, name);
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	*ret_header = (struct http_header){lower, str_text(mem, value)};
	return 0;
}

static size_t count_of(const struct server_head *h, const char *name)
{
	size_t n = 0;
	for (const struct http_header *i = h->headers; i->name; i++)
		n += strcmp(i->name, name) == 0;
	return n;
}

static bool lists_word(const char *value, const char *word)
{
	str rest = str_of(value), part;
	while (value && str_next(&rest, ',', &part))
		if (str_eq_nocase(str_trim(part), str_of(word)))
			return true;
	return false;
}

/* How long the body is, and whether the connection stays. */
static int read_framing(struct server_head *h)
{
	const char *length = server_head_get(h, "content-length"),
		   *coding = server_head_get(h, "transfer-encoding");
	const char *connection = server_head_get(h, "connection"),
		   *expect = server_head_get(h, "expect");
	if (count_of(h, "content-length") > 1 || count_of(h, "transfer-encoding") > 1 ||
	    (length && coding) || count_of(h, "host") > 1 ||
	    (h->minor == 1 && !count_of(h, "host")))
		return 400;
	if (coding && (strcasecmp(coding, "chunked") != 0 || h->minor == 0))
		return 501;
	h->chunked = coding != NULL;
	if (length) {
		if (!*length || strlen(length) > 18 ||
		    strspn(length, "0123456789") != strlen(length) ||
		    !str_int(str_of(length), &h->length))
			return 400;
	}
	h->keep_alive = h->minor == 1 ? !lists_word(connection, "close")
				      : lists_word(connection, "keep-alive");
	if (expect && strcasecmp(expect, "100-continue") != 0)
		return 417;
	h->expects_continue = expect != NULL && h->minor == 1;
	return 0;
}

int server_head_parse(arena *mem, str head, struct server_head *ret_head)
{
	struct server_head h = {0};
	VEC(struct http_header) headers = {0};
	struct http_header one;
	str line;
	int bad = 0;
	if (!next_line(&head, &line) || memchr(line.p, 0, line.n))
		return 400;
	bad = read_first_line(mem, line, &h);
	while (!bad && next_line(&head, &line) && line.n) {
		if (headers.n == SERVER_MAX_HEADERS)
			return 431;
		bad = read_header(mem, line, &one);
		if (!bad)
			VEC_PUSH(mem, &headers, one);
	}
	if (bad)
		return bad;
	VEC_PUSH(mem, &headers, ((struct http_header){NULL, NULL}));
	h.headers = headers.p;
	bad = read_framing(&h);
	if (!bad)
		*ret_head = h;
	return bad;
}

enum chunk_state { SIZE, EXTENSION, SIZE_END, DATA, DATA_END, DATA_LF, TRAILER };

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A byte of a line with a chunk's size. */
static bool take_size(struct server_chunks *k, char c)
{
	if (++k->line > MAX_CHUNK_LINE)
		return false;
	int digit = hex_digit(c);
	if (k->state == SIZE && digit >= 0) {
		if (k->left >> 48)
			return false;
		k->left = k->left << 4 | (uint64_t)digit;
		k->digits = true;
	} else if (k->state == SIZE && k->digits && (c == ';' || c == ' ' || c == '\t')) {
		k->state = EXTENSION;
	} else if ((k->state == SIZE && k->digits && c == '\r') ||
		   (k->state == EXTENSION && c == '\r')) {
		k->state = SIZE_END;
	} else if (k->state == SIZE_END && c == '\n') {
		k->state = k->left ? DATA : TRAILER;
		k->line = 0;
	} else if (k->state != EXTENSION || c == '\n' || !c) {
		return false;
	}
	return true;
}

static bool take_end(struct server_chunks *k, char c)
{
	if (c != (k->state == DATA_END ? '\r' : '\n'))
		return false;
	bool over = k->state == DATA_LF;
	k->state = over ? SIZE : DATA_LF;
	if (over) {
		k->left = 0;
		k->line = 0;
		k->digits = false;
	}
	return true;
}

enum chunk_outcome server_chunks_take(struct server_chunks *k, str *rest, buf *body, size_t max)
{
	while (rest->n) {
		char c = rest->p[0];
		if (k->state == DATA) {
			size_t n = k->left < rest->n ? (size_t)k->left : rest->n;
			buf_add(body, rest->p, n);
			*rest = str_sub(*rest, n, rest->n);
			k->left -= n;
			if (!k->left)
				k->state = DATA_END;
			continue;
		}
		*rest = str_sub(*rest, 1, rest->n);
		if (k->state == TRAILER) {
			/* lines that nobody reads, up to an empty one; left counts the bytes of all */
			if (c == '\n' && k->line == 0)
				return CHUNKS_DONE;
			k->line = c == '\n' ? 0 : k->line + (c != '\r');
			if (++k->left > MAX_CHUNK_LINE * 16)
				return CHUNKS_BAD;
		} else if (!(k->state == DATA_END || k->state == DATA_LF ? take_end(k, c)
									 : take_size(k, c))) {
			return CHUNKS_BAD;
		} else if (k->state == DATA && k->left > max - body->n) {
			return CHUNKS_TOO_LONG;
		}
	}
	return CHUNKS_MORE;
}
