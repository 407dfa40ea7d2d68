#include "tmpl/tmpl_text.h"

#include <string.h>

#include "base/rand.h"
#include "base/rune.h"
#include "tmpl/tmpl_fmt.h"

static err *text_hello(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)args, (void)n;
	*ret = tv_text("Hello!");
	return NULL;
}

/* The code point that ends s, and its length. */
static uint32_t rune_before(str s, size_t *ret_len)
{
	for (size_t len = 1; len <= 4 && len <= s.n; len++) {
		size_t got;
		uint32_t r = rune_at(str_sub(s, s.n - len, s.n), &got);
		if (got == len && (len > 1 || r != RUNE_BAD)) {
			*ret_len = len;
			return r;
		}
	}
	*ret_len = s.n ? 1 : 0;
	return RUNE_BAD;
}

static bool in_set(uint32_t r, str set)
{
	size_t len;
	for (size_t i = 0; i < set.n; i += len)
		if (rune_at(str_sub(set, i, set.n), &len) == r)
			return true;
	return false;
}

/* Cuts code points of the set off both ends; a set without pointer stands for white space. */
static str trim(str s, str set)
{
	size_t len;
	while (s.n) {
		uint32_t r = rune_at(s, &len);
		if (set.p ? !in_set(r, set) : !rune_is_space(r))
			break;
		s = str_sub(s, len, s.n);
	}
	while (s.n) {
		uint32_t r = rune_before(s, &len);
		if (set.p ? !in_set(r, set) : !rune_is_space(r))
			break;
		s.n -= len;
	}
	return s;
}

static err *text_trim(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_str(trim(tv_as_str(args[0]), (str){NULL, 0}));
	return NULL;
}

static err *text_trim_all(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_str(trim(tv_as_str(args[1]), tv_as_str(args[0])));
	return NULL;
}

static err *text_trim_prefix(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	str cut = tv_as_str(args[0]), s = tv_as_str(args[1]);
	*ret = tv_str(str_starts(s, cut) ? str_sub(s, cut.n, s.n) : s);
	return NULL;
}

static err *text_trim_suffix(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	str cut = tv_as_str(args[0]), s = tv_as_str(args[1]);
	*ret = tv_str(str_ends(s, cut) ? str_sub(s, 0, s.n - cut.n) : s);
	return NULL;
}

static err *text_upper(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_str(rune_str_upper(c->mem, tv_as_str(args[0])));
	return NULL;
}

static err *text_lower(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_str(rune_str_lower(c->mem, tv_as_str(args[0])));
	return NULL;
}

static bool is_separator(uint32_t r)
{
	if (rune_is_letter(r) || rune_is_digit(r) || r == '_')
		return false;
	return r < 0x80 || rune_is_space(r);
}

static err *text_title(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	uint32_t before = ' ';
	size_t len;
	for (size_t i = 0; i < s.n; i += len) {
		uint32_t r = rune_at(str_sub(s, i, s.n), &len);
		buf_utf8(&b, is_separator(before) ? rune_title(r) : r);
		before = r;
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *text_trunc(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	int64_t count = args[0].i, len = args[1].n;
	str s = tv_as_str(args[1]);
	if (count < 0 && count > -len)
		s = str_sub(s, (size_t)(len + count), s.n);
	else if (count >= 0 && len > count)
		s = str_sub(s, 0, (size_t)count);
	*ret = tv_str(s);
	return NULL;
}

static err *out_of_bounds(struct tmpl_call *c, const char *what)
{
	return tmpl_panic(c->mem, "runtime error: slice bounds out of range [%s", what);
}

static err *text_substr(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t from = args[0].i, to = args[1].i, len = args[2].n;
	str s = tv_as_str(args[2]);
	if (from < 0) {
		if (to < 0)
			return out_of_bounds(c, arena_printf(c->mem, ":%lld]", (long long)to));
		if (to > len)
			return out_of_bounds(c, arena_printf(c->mem, ":%lld] with length %lld",
							     (long long)to, (long long)len));
		from = 0;
	} else {
		if (to < 0 || to > len)
			to = len;
		if (from > to)
			return out_of_bounds(c, arena_printf(c->mem, "%lld:%lld]", (long long)from,
							     (long long)to));
	}
	*ret = tv_str(str_sub(s, (size_t)from, (size_t)to));
	return NULL;
}

static err *repeat(struct tmpl_call *c, int64_t count, str s, buf *b)
{
	if (count < 0)
		return tmpl_panic(c->mem, "strings: negative Repeat count");
	if (s.n && (uint64_t)count > INT64_MAX / s.n)
		return tmpl_panic(c->mem, "strings: Repeat output length overflow");
	if (!s.n)
		return NULL;
	TRY(tmpl_charge(c, (uint64_t)count * s.n));
	for (int64_t i = 0; i < count; i++)
		buf_str(b, s);
	return NULL;
}

static err *text_repeat(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	buf b = buf_init(c->mem);
	TRY(repeat(c, args[0].i, tv_as_str(args[1]), &b));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *text_contains(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(str_search(tv_as_str(args[1]), tv_as_str(args[0])) >= 0);
	return NULL;
}

static err *text_has_prefix(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(str_starts(tv_as_str(args[1]), tv_as_str(args[0])));
	return NULL;
}

static err *text_has_suffix(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = tv_bool(str_ends(tv_as_str(args[1]), tv_as_str(args[0])));
	return NULL;
}

static err *text_quote(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < n; i++) {
		str s;
		if (args[i].type == TV_NIL)
			continue;
		if (b.n)
			buf_char(&b, ' ');
		TRY(tmpl_string_of(c, args[i], &s));
		rune_quote(&b, s);
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *text_squote(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < n; i++) {
		if (args[i].type == TV_NIL)
			continue;
		buf_text_add(&b, b.n ? " '" : "'");
		TRY(tmpl_print_value(c, &b, args[i]));
		buf_char(&b, '\'');
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *text_cat(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	buf b = buf_init(c->mem);
	bool first = true;
	for (size_t i = 0; i < n; i++) {
		if (args[i].type == TV_NIL)
			continue;
		if (!first)
			buf_char(&b, ' ');
		first = false;
		TRY(tmpl_print_value(c, &b, args[i]));
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *indent(struct tmpl_call *c, int64_t blanks, str s, buf *b)
{
	if (blanks < 0)
		return tmpl_panic(c->mem, "strings: negative Repeat count");
	uint64_t lines = 1;
	for (size_t i = 0; i < s.n; i++)
		lines += s.p[i] == '\n';
	uint64_t size;
	if (__builtin_mul_overflow(lines, (uint64_t)blanks, &size))
		size = UINT64_MAX / 2;
	TRY(tmpl_charge(c, size + s.n));
	buf_room(b, (size_t)size + s.n + 1);
	buf_fill(b, ' ', (size_t)blanks);
	while (s.n) {
		const char *end = memchr(s.p, '\n', s.n);
		size_t len = end ? (size_t)(end - s.p) + 1 : s.n;
		buf_add(b, s.p, len);
		if (end)
			buf_fill(b, ' ', (size_t)blanks);
		s = str_sub(s, len, s.n);
	}
	return NULL;
}

static err *text_indent(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	buf b = buf_init(c->mem);
	TRY(indent(c, args[0].i, tv_as_str(args[1]), &b));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *text_nindent(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	buf b = buf_init(c->mem);
	buf_char(&b, '\n');
	TRY(indent(c, args[0].i, tv_as_str(args[1]), &b));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

/* Between all code points and at both ends. */
static err *replace_nothing(struct tmpl_call *c, str with, str s, buf *b)
{
	TRY(tmpl_charge(c, (uint64_t)(s.n + 1) * with.n));
	size_t len;
	for (size_t i = 0; i < s.n; i += len) {
		rune_at(str_sub(s, i, s.n), &len);
		buf_str(b, with);
		buf_add(b, s.p + i, len);
	}
	buf_str(b, with);
	return NULL;
}

static err *text_replace(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str old = tv_as_str(args[0]), with = tv_as_str(args[1]), s = tv_as_str(args[2]);
	buf b = buf_init(c->mem);
	if (!old.n) {
		TRY(replace_nothing(c, with, s, &b));
		*ret = tmpl_buf_text(&b);
		return NULL;
	}
	if (with.n > old.n)
		TRY(tmpl_charge(c, s.n / old.n * (uint64_t)with.n));
	ptrdiff_t at;
	while ((at = str_search(s, old)) >= 0) {
		buf_add(&b, s.p, (size_t)at);
		buf_str(&b, with);
		s = str_sub(s, (size_t)at + old.n, s.n);
	}
	if (!b.n) {
		*ret = tv_str(s); /* nothing before it, or nothing found */
		return NULL;
	}
	buf_str(&b, s);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *text_plural(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)c, (void)n;
	*ret = args[args[2].i == 1 ? 0 : 1];
	return NULL;
}

/* strings.SplitN: at most limit parts when limit > 0, all when it is below 0, none for 0. An empty
 * separator gives the code points. */
static err *split_text(struct tmpl_call *c, str s, str sep, int64_t limit, struct tv *ret)
{
	*ret = (struct tv){.type = TV_TEXTS};
	if (limit == 0)
		return NULL;
	size_t parts = 0, cap = 0;
	struct tv *p = NULL;
	bool more = sep.n || s.n;
	while (more) {
		ptrdiff_t at = sep.n ? str_search(s, sep) : -1;
		size_t len = at >= 0 ? (size_t)at : s.n;
		if (!sep.n)
			rune_at(s, &len);
		more = (sep.n ? at >= 0 : s.n > len) && (limit < 0 || (int64_t)parts + 1 < limit);
		if (!more)
			len = s.n;
		if (parts == cap) {
			size_t bigger = cap ? cap * 2 : 8;
			TRY(tmpl_charge(c, bigger * sizeof(*p)));
			p = arena_grow(c->mem, p, cap * sizeof(*p), bigger * sizeof(*p));
			cap = bigger;
		}
		p[parts++] = tv_str(str_sub(s, 0, len));
		s = str_sub(s, len + (more ? sep.n : 0), s.n);
	}
	*ret = tv_list(c->mem, TV_TEXTS, 0);
	*ret->list = (struct tv_list){p, parts};
	return NULL;
}

static err *text_split_list(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return split_text(c, tv_as_str(args[1]), tv_as_str(args[0]), -1, ret);
}

static err *split_map(struct tmpl_call *c, str s, str sep, int64_t limit, struct tv *ret)
{
	struct tv parts;
	TRY(split_text(c, s, sep, limit, &parts));
	*ret = tv_map(c->mem, TV_TEXT_MAP);
	TRY(tmpl_charge(c, tv_len(parts) * sizeof(struct tv_entry)));
	for (size_t i = 0; i < tv_len(parts); i++)
		tv_map_set(c->mem, ret->map, str_of(arena_printf(c->mem, "_%zu", i)),
			   parts.list->p[i]);
	return NULL;
}

static err *text_split(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return split_map(c, tv_as_str(args[1]), tv_as_str(args[0]), -1, ret);
}

static err *text_splitn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return split_map(c, tv_as_str(args[2]), tv_as_str(args[0]), args[1].i, ret);
}

/* length code points from the alphabet, drawn without bias. */
static err *random_text(struct tmpl_call *c, int64_t length, const char *alphabet, struct tv *ret)
{
	buf b = buf_init(c->mem);
	unsigned letters = (unsigned)strlen(alphabet), fair = 256 - 256 % letters;
	if (length > 0)
		TRY(tmpl_charge(c, (uint64_t)length));
	while ((int64_t)b.n < length) {
		unsigned char bytes[64];
		rand_bytes(bytes, sizeof(bytes));
		for (size_t i = 0; i < sizeof(bytes) && (int64_t)b.n < length; i++)
			if (bytes[i] < fair)
				buf_char(&b, alphabet[bytes[i] % letters]);
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define MARKS " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

static err *text_rand_alnum(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return random_text(c, args[0].i, LETTERS DIGITS, ret);
}

static err *text_rand_alpha(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return random_text(c, args[0].i, LETTERS, ret);
}

static err *text_rand_ascii(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return random_text(c, args[0].i, MARKS DIGITS LETTERS, ret);
}

static err *text_rand_numeric(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return random_text(c, args[0].i, DIGITS, ret);
}

const struct tmpl_func tmpl_text_funcs[] = {
	{"cat", "a*>s", text_cat},
	{"contains", "ss>b", text_contains},
	{"hasPrefix", "ss>b", text_has_prefix},
	{"hasSuffix", "ss>b", text_has_suffix},
	{"hello", ">s", text_hello},
	{"indent", "is>s", text_indent},
	{"lower", "s>s", text_lower},
	{"nindent", "is>s", text_nindent},
	{"plural", "ssi>s", text_plural},
	{"quote", "a*>s", text_quote},
	{"randAlpha", "i>s", text_rand_alpha},
	{"randAlphaNum", "i>s", text_rand_alnum},
	{"randAscii", "i>s", text_rand_ascii},
	{"randNumeric", "i>s", text_rand_numeric},
	{"repeat", "is>s", text_repeat},
	{"replace", "sss>s", text_replace},
	{"split", "ss>M", text_split},
	{"splitList", "ss>S", text_split_list},
	{"splitn", "sis>M", text_splitn},
	{"squote", "a*>s", text_squote},
	{"substr", "iis>s", text_substr},
	{"title", "s>s", text_title},
	{"trim", "s>s", text_trim},
	{"trimAll", "ss>s", text_trim_all},
	{"trimPrefix", "ss>s", text_trim_prefix},
	{"trimSuffix", "ss>s", text_trim_suffix},
	{"trimall", "ss>s", text_trim_all},
	{"trunc", "is>s", text_trunc},
	{"upper", "s>s", text_upper},
	{0},
};
