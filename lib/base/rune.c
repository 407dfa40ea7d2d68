#include "base/rune.h"

#include "base/rune_table.h"

uint32_t rune_at(str s, size_t *ret_len)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	const unsigned char *p = (const unsigned char *)s.p;
	*ret_len = s.n ? 1 : 0;
	if (!s.n || p[0] < 0x80)
		return s.n ? p[0] : 0;
	size_t len = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || len > s.n)
		return RUNE_BAD;
	uint32_t r = p[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return RUNE_BAD;
		r = r << 6 | (p[i] & 0x3f);
	}
	if (r < least[len] || r > 0x10ffff || (r >= 0xd800 && r < 0xe000))
		return RUNE_BAD;
	*ret_len = len;
	return r;
}

static bool within(const struct rune_range *table, size_t n, uint32_t r)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (r > table[mid].to)
			low = mid + 1;
		else if (r < table[mid].from)
			high = mid;
		else
			return true;
	}
	return false;
}

static bool ascii_upper(uint32_t r)
{
	return r >= 'A' && r <= 'Z';
}

static bool ascii_lower(uint32_t r)
{
	return r >= 'a' && r <= 'z';
}

bool rune_is_letter(uint32_t r)
{
	return r < 0x80 ? ascii_upper(r) || ascii_lower(r)
			: within(rune_letters, rune_letters_n, r);
}

bool rune_is_digit(uint32_t r)
{
	return r < 0x80 ? r >= '0' && r <= '9' : within(rune_digits, rune_digits_n, r);
}

bool rune_is_upper(uint32_t r)
{
	return r < 0x80 ? ascii_upper(r) : within(rune_uppers, rune_uppers_n, r);
}

bool rune_is_lower(uint32_t r)
{
	return r < 0x80 ? ascii_lower(r) : within(rune_lowers, rune_lowers_n, r);
}

bool rune_is_space(uint32_t r)
{
	return (r >= '\t' && r <= '\r') || r == ' ' || r == 0x85 || r == 0xa0 || r == 0x1680 ||
	       (r >= 0x2000 && r <= 0x200a) || r == 0x2028 || r == 0x2029 || r == 0x202f ||
	       r == 0x205f || r == 0x3000;
}

bool rune_is_print(uint32_t r)
{
	return r < 0x80 ? r >= ' ' && r < 0x7f : within(rune_prints, rune_prints_n, r);
}

enum to_case { UPPER, LOWER, TITLE };

static uint32_t other_case(uint32_t r, enum to_case to)
{
	if (r < 0x80)
		return to != LOWER && ascii_lower(r)   ? r - 32
		       : to == LOWER && ascii_upper(r) ? r + 32
						       : r;
	size_t low = 0, high = rune_cases_n;
	while (low < high) {
		size_t mid = (low + high) / 2;
		const struct rune_case *c = &rune_cases[mid];
		if (r > c->to) {
			low = mid + 1;
		} else if (r < c->from) {
			high = mid;
		} else {
			int32_t add = to == UPPER ? c->upper : to == LOWER ? c->lower : c->title;
			if (add != ALTERNATE)
				return (uint32_t)((int32_t)r + add);
			return c->from + (((r - c->from) & ~1u) | (to == LOWER));
		}
	}
	return r;
}

uint32_t rune_upper(uint32_t r)
{
	return other_case(r, UPPER);
}

uint32_t rune_lower(uint32_t r)
{
	return other_case(r, LOWER);
}

uint32_t rune_title(uint32_t r)
{
	return other_case(r, TITLE);
}

size_t rune_count(str s)
{
	size_t n = 0, len;
	for (; s.n; s = str_sub(s, len, s.n), n++)
		rune_at(s, &len);
	return n;
}

static str in_case(arena *mem, str s, enum to_case to)
{
	buf b = buf_init(mem);
	size_t len;
	for (; s.n; s = str_sub(s, len, s.n))
		buf_utf8(&b, other_case(rune_at(s, &len), to));
	buf_text(&b);
	return buf_view(&b);
}

str rune_str_upper(arena *mem, str s)
{
	return in_case(mem, s, UPPER);
}

str rune_str_lower(arena *mem, str s)
{
	return in_case(mem, s, LOWER);
}

char *rune_text_upper(arena *mem, str s)
{
	return (char *)in_case(mem, s, UPPER).p;
}

char *rune_text_lower(arena *mem, str s)
{
	return (char *)in_case(mem, s, LOWER).p;
}

static void quote_rune(buf *b, uint32_t r, str bytes)
{
	static const char names[] = "abtnvfr"; /* 7 to 13 */
	if (r == '"' || r == '\\')
		buf_printf(b, "\\%c", (int)r);
	else if (r == RUNE_BAD && bytes.n == 1)
		buf_printf(b, "\\x%02x", (unsigned char)bytes.p[0]);
	else if (rune_is_print(r))
		buf_str(b, bytes);
	else if (r >= 7 && r <= 13)
		buf_printf(b, "\\%c", names[r - 7]);
	else if (r < ' ' || r == 0x7f)
		buf_printf(b, "\\x%02x", (unsigned)r);
	else
		buf_printf(b, r > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)r);
}

void rune_quote(buf *b, str s)
{
	size_t len;
	buf_char(b, '"');
	for (; s.n; s = str_sub(s, len, s.n)) {
		uint32_t r = rune_at(s, &len);
		quote_rune(b, r, (str){s.p, len});
	}
	buf_char(b, '"');
}

char *rune_quoted(arena *mem, str s)
{
	buf b = buf_init(mem);
	rune_quote(&b, s);
	return buf_text(&b);
}
