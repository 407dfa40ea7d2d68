/* The bytes of a YAML text before anything is cut out of them: encoding and forbidden characters. */
#include <string.h>

#include "data/yaml_node.h"
#include "data/yaml_node_scan.h"

#define CHUNK 512 /* go-yaml checks so many bytes at a time, when it comes to them */
#define PIECE ((size_t)512 << 10)

static bool is_allowed(uint32_t c)
{
	return c == 0x09 || c == 0x0A || c == 0x0D || (c >= 0x20 && c <= 0x7E) || c == 0x85 ||
	       (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) ||
	       (c >= 0x10000 && c <= 0x10FFFF);
}

/* The character of several bytes at p; NULL, or what is wrong with it. */
static const char *check_wide(const unsigned char *p, size_t n, size_t *ret_width)
{
	size_t width = (*p & 0xE0) == 0xC0   ? 2
		       : (*p & 0xF0) == 0xE0 ? 3
		       : (*p & 0xF8) == 0xF0 ? 4
					     : 0;
	if (!width)
		return "invalid leading UTF-8 octet";
	if (width > n)
		return "incomplete UTF-8 octet sequence";
	uint32_t c = *p & (0xFFu >> (width + 1));
	for (size_t i = 1; i < width; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return "invalid trailing UTF-8 octet";
		c = c << 6 | (p[i] & 0x3Fu);
	}
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	if (c < least[width])
		return "invalid length of a UTF-8 sequence";
	if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10FFFF)
		return "invalid Unicode character";
	*ret_width = width;
	return is_allowed(c) ? NULL : "control characters are not allowed";
}

/* Are the eight bytes at p all between 0x20 and 0x7E? */
static bool eight_plain(const unsigned char *p)
{
	const uint64_t ones = 0x0101010101010101, tops = ones << 7;
	uint64_t v;
	memcpy(&v, p, sizeof(v));
	return !((v | (v - ones * 0x20) | (v + ones)) & tops);
}

/* How many bytes are good, and what is wrong with the next. */
static size_t good_bytes(const char *text, size_t n, const char **ret_bad)
{
	const unsigned char *p = (const unsigned char *)text;
	for (size_t i = 0; i < n;) {
		if (i + 8 <= n && eight_plain(p + i)) {
			i += 8;
			continue;
		}
		if ((p[i] >= 0x20 && p[i] <= 0x7E) || p[i] == '\n') {
			i++;
			continue;
		}
		size_t width = 1;
		if (p[i] >= 0x80)
			*ret_bad = check_wide(p + i, n - i, &width);
		else if (!is_allowed(p[i]))
			*ret_bad = "control characters are not allowed";
		if (*ret_bad)
			return i;
		i += width;
	}
	return n;
}

static uint32_t unit(const unsigned char *p, bool big)
{
	return big ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[1] << 8 | p[0]);
}

/* UTF-16 as UTF-8. */
static const char *from_utf16(buf *out, const unsigned char *p, size_t n, bool big)
{
	for (size_t i = 0; i < n; i += 2) {
		if (n - i < 2)
			return "incomplete UTF-16 character";
		uint32_t c = unit(p + i, big);
		if ((c & 0xFC00) == 0xDC00)
			return "unexpected low surrogate area";
		if ((c & 0xFC00) == 0xD800) {
			if (n - i < 4)
				return "incomplete UTF-16 surrogate pair";
			uint32_t low = unit(p + i + 2, big);
			if ((low & 0xFC00) != 0xDC00)
				return "expected low surrogate area";
			c = 0x10000 + ((c & 0x3FF) << 10) + (low & 0x3FF);
			i += 2;
		}
		buf_utf8(out, c);
	}
	return NULL;
}

err *yaml_scan_init(struct yaml_scan *s, arena *mem, arena *work, str text)
{
	memset(s, 0, sizeof(*s));
	s->mem = mem;
	s->work = work;
	s->scratch = s->breaks = s->note = buf_init(work);
	if (text.n > YAML_NODE_MAX_BYTES)
		return err_new(mem, ERR_LIMIT,
			       "yaml: a text of %zu bytes is above the limit of %zu", text.n,
			       YAML_NODE_MAX_BYTES);
	const char *bad = NULL;
	if (text.n >= 2 && (!memcmp(text.p, "\xFF\xFE", 2) || !memcmp(text.p, "\xFE\xFF", 2))) {
		buf out = buf_init(mem);
		bad = from_utf16(&out, (const unsigned char *)text.p + 2, text.n - 2,
				 *text.p == '\xFE');
		text = buf_view(&out);
	} else if (str_starts(text, STR("\xEF\xBB\xBF"))) {
		text = str_sub(text, 3, text.n);
	}
	const char *worse = NULL;
	size_t n = good_bytes(text.p, text.n, &worse);
	if (worse)
		bad = worse;
	/* what is cut off at the end is noticed only when it is needed */
	if (bad && strncmp(bad, "incomplete", 10) != 0)
		n -= n % CHUNK;
	char *copy = arena_alloc(mem, n + 8);
	if (n)
		memcpy(copy, text.p, n);
	/* a second byte order mark is passed over too */
	if (n >= 3 && !memcmp(copy, "\xEF\xBB\xBF", 3)) {
		s->mark.at = 3;
		s->mark.column = 1;
	}
	s->text = copy;
	s->n = (uint32_t)n;
	s->bad = bad;
	return NULL;
}

/* As good_bytes, a piece at a time. */
static size_t good_pieces(const char *text, size_t n, const char **ret_bad,
			  void (*pass)(void *arg, size_t upto), void *arg)
{
	for (size_t at = 0; at < n;) {
		size_t end = n - at > PIECE ? at + PIECE : n;
		while (end < n && ((unsigned char)text[end] & 0xC0) == 0x80 && end > at + 4)
			end--;
		size_t good = good_bytes(text + at, end - at, ret_bad);
		if (*ret_bad)
			return at + good;
		at = end;
		if (pass)
			pass(arg, at);
	}
	return n;
}

err *yaml_scan_over(struct yaml_scan *s, arena *mem, arena *work, char *text, size_t n,
		    void (*pass)(void *arg, size_t upto), void *arg)
{
	memset(s, 0, sizeof(*s));
	s->mem = mem;
	s->work = work;
	s->scratch = s->breaks = s->note = buf_init(work);
	if (n > YAML_SCAN_MAX_BYTES)
		return err_new(mem, ERR_LIMIT,
			       "yaml: a text of %zu bytes is above the limit of %zu", n,
			       YAML_SCAN_MAX_BYTES);
	if (n >= 2 && (!memcmp(text, "\xFF\xFE", 2) || !memcmp(text, "\xFE\xFF", 2)))
		return err_new(mem, ERR_UNSUPPORTED,
			       "yaml: a text in UTF-16 is not supported here");
	size_t good = good_pieces(text, n, &s->bad, pass, arg);
	if (s->bad) {
		if (strncmp(s->bad, "incomplete", 10) != 0)
			good -= good % CHUNK;
		memset(text + good, 0, n - good < YAML_SCAN_SLACK ? n - good : YAML_SCAN_SLACK);
	}
	if (good >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3))
		s->mark.at = 3;
	s->text = text;
	s->n = (uint32_t)good;
	return NULL;
}
