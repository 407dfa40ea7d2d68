#include "tmpl/tmpl_words.h"

#include "base/rand.h"
#include "base/regex.h"
#include "base/rune.h"

/* Each byte as the code point of its number, as goutils reads texts. */
static err *words_nospace(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	bool found = false;
	for (size_t i = 0; i < s.n; i++)
		if (rune_is_space((unsigned char)s.p[i]))
			found = true;
		else
			buf_utf8(&b, (unsigned char)s.p[i]);
	*ret = found ? tmpl_buf_text(&b) : args[0];
	return NULL;
}

static err *words_initials(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	bool gap = true;
	for (size_t i = 0; i < s.n; i++) {
		bool space = rune_is_space((unsigned char)s.p[i]);
		if (!space && gap)
			buf_utf8(&b, (unsigned char)s.p[i]);
		gap = space;
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *words_untitle(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	bool next = true;
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t r = rune_at(str_sub(s, i, s.n), &len);
		bool space = rune_is_space(r);
		buf_utf8(&b, next && !space ? rune_lower(r) : r);
		next = space;
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *words_swapcase(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	bool blank = true;
	for (size_t i = 0, len; i < s.n; i += len) {
		uint32_t r = rune_at(str_sub(s, i, s.n), &len), to = r;
		if (rune_is_upper(r) || regex_in_class("Lt", r)) {
			to = rune_lower(r);
			blank = false;
		} else if (rune_is_lower(r)) {
			to = blank ? rune_title(r) : rune_upper(r);
			blank = false;
		} else {
			blank = rune_is_space(r);
		}
		buf_utf8(&b, to);
	}
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static str abbreviate(arena *mem, str s, int64_t offset, int64_t width)
{
	int64_t len = (int64_t)s.n;
	if (len <= width)
		return s;
	if (offset > len)
		offset = len;
	if (len - offset < width - 3)
		offset = len - (width - 3);
	buf b = buf_init(mem);
	if (offset <= 4) {
		buf_str(&b, str_sub(s, 0, (size_t)(width - 3)));
		buf_text_add(&b, "...");
		return buf_view(&b);
	}
	if (width < 7)
		return STR("");
	buf_text_add(&b, "...");
	if (offset + width - 3 < len)
		buf_str(&b, abbreviate(mem, str_sub(s, (size_t)offset, s.n), 0, width - 3));
	else
		buf_str(&b, str_sub(s, (size_t)(len - (width - 3)), s.n));
	return buf_view(&b);
}

static err *words_abbrev(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = args[1];
	if (args[0].i >= 4)
		*ret = tv_str(abbreviate(c->mem, tv_as_str(args[1]), 0, args[0].i));
	return NULL;
}

static err *words_abbrevboth(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	int64_t left = args[0].i, right = args[1].i;
	*ret = args[2];
	if (right >= 4 && (left <= 0 || right >= 7))
		*ret = tv_str(abbreviate(c->mem, tv_as_str(args[2]), left, right));
	return NULL;
}

static ptrdiff_t last_space(str s)
{
	return str_rfind(s, ' ');
}

/* Breaks lines at spaces; words that are too long are cut when long_words is set. */
static err *wrap(struct tmpl_call *c, str s, int64_t width, str newline, bool long_words,
		 struct tv *ret)
{
	size_t at = 0, room = width < 1 ? 1 : (size_t)width;
	buf b = buf_init(c->mem);
	TRY(tmpl_charge(c, s.n + (s.n / room + 1) * (uint64_t)newline.n));
	while (s.n - at > room) {
		if (s.p[at] == ' ') {
			at++;
			continue;
		}
		ptrdiff_t space = last_space(str_sub(s, at, at + room + 1));
		size_t end = space >= 0 ? at + (size_t)space : at + room, skip = space >= 0;
		if (space < 0 && !long_words) {
			space = str_find(str_sub(s, end, s.n), ' ');
			end = space < 0 ? s.n : end + (size_t)space;
			skip = space >= 0;
			if (space < 0) {
				buf_str(&b, str_sub(s, at, s.n));
				at = s.n;
				break;
			}
		}
		buf_str(&b, str_sub(s, at, end));
		buf_str(&b, newline);
		at = end + skip;
	}
	buf_str(&b, str_sub(s, at, s.n));
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *words_wrap(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return wrap(c, tv_as_str(args[1]), args[0].i, STR("\n"), false, ret);
}

static err *words_wrap_with(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str newline = tv_as_str(args[1]);
	return wrap(c, tv_as_str(args[2]), args[0].i, newline.n ? newline : STR("\n"), true, ret);
}

static bool is_connector(uint32_t r)
{
	return r == '-' || r == '_' || rune_is_space(r);
}

static uint32_t take_rune(str *s)
{
	size_t len;
	uint32_t r = rune_at(*s, &len);
	*s = str_sub(*s, len, s->n);
	return r;
}

/* PascalCase: connectors go, what follows one becomes upper case; connectors at the front stay. */
static err *words_camelcase(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	buf b = buf_init(c->mem);
	uint32_t r0 = 0, r1;
	bool upper = false, any = s.n > 0;
	while (s.n) {
		r0 = take_rune(&s);
		if (!is_connector(r0)) {
			upper = rune_is_upper(r0);
			r0 = rune_upper(r0);
			break;
		}
		buf_utf8(&b, r0);
	}
	while (s.n) {
		r1 = r0;
		r0 = take_rune(&s);
		if (is_connector(r0) && is_connector(r1)) {
			buf_utf8(&b, r1);
			continue;
		}
		if (is_connector(r1)) {
			upper = rune_is_upper(r0);
			r0 = rune_upper(r0);
			continue;
		}
		if (upper && rune_is_upper(r0))
			r0 = rune_lower(r0);
		else
			upper = false;
		buf_utf8(&b, r1);
	}
	if (any)
		buf_utf8(&b, r0);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

/* Kinds of words that snakecase and kebabcase cut a text into. */
enum word {
	WORD_NONE,
	WORD_NUMBER,
	WORD_UPPER,
	WORD_LETTERS,
	WORD_CONNECTOR,
	WORD_PUNCT,
	WORD_OTHER
};

static bool is_alphabet(uint32_t r)
{
	if (!rune_is_letter(r))
		return false;
	return !((r >= 0x4e00 && r <= 0x9fcc) || (r >= 0x3400 && r <= 0x4d85) ||
		 (r >= 0x20000 && r <= 0x2b81d));
}

static bool is_number(uint32_t r)
{
	return regex_in_class("N", r);
}

static bool is_punct(uint32_t r)
{
	return regex_in_class("P", r);
}

/* The first code point that is none of the broken ones, with all bytes before it; before without. */
static uint32_t valid_rune(str s, uint32_t before, size_t *ret_len)
{
	*ret_len = 0;
	while (s.n) {
		size_t len;
		uint32_t r = rune_at(s, &len);
		*ret_len += len;
		if (r != RUNE_BAD)
			return r;
		s = str_sub(s, len, s.n);
	}
	return before;
}

static bool belongs(enum word kind, uint32_t r, size_t len)
{
	switch (kind) {
	case WORD_NUMBER:
		return is_number(r);
	case WORD_LETTERS:
		return is_alphabet(r) && !rune_is_upper(r);
	case WORD_CONNECTOR:
		return is_connector(r);
	case WORD_PUNCT:
		return is_punct(r);
	case WORD_UPPER:
		return rune_is_upper(r);
	default:
		return len && !is_connector(r) && !is_alphabet(r) && !is_number(r) && !is_punct(r);
	}
}

/* How far a run of that kind goes on from at; *ret_r is the code point that ends it, *ret_last the
 * length of its last one. */
static size_t run_of(str s, size_t at, enum word kind, uint32_t *ret_r, size_t *ret_last)
{
	size_t len;
	*ret_last = 0;
	while (at < s.n) {
		*ret_r = valid_rune(str_sub(s, at, s.n), *ret_r, &len);
		if (!belongs(kind, *ret_r, len))
			break;
		*ret_last = len;
		at += len;
	}
	return at;
}

static enum word next_word(str *rest, str *ret_word)
{
	str s = *rest;
	size_t at, last;
	*ret_word = STR("");
	if (!s.n)
		return WORD_NONE;
	uint32_t r = valid_rune(s, RUNE_BAD, &at);
	enum word kind = r == RUNE_BAD	    ? WORD_NONE
			 : is_connector(r)  ? WORD_CONNECTOR
			 : is_punct(r)	    ? WORD_PUNCT
			 : rune_is_upper(r) ? WORD_UPPER
			 : is_alphabet(r)   ? WORD_LETTERS
			 : is_number(r)	    ? WORD_NUMBER
					    : WORD_OTHER;
	if (kind == WORD_UPPER) {
		/* "HTTPServer": the last capital begins the next word */
		size_t end = run_of(s, at, WORD_UPPER, &r, &last);
		if (end > at)
			at = end < s.n && is_alphabet(r) ? end - last : end;
		else
			at = run_of(s, at, WORD_LETTERS, &r, &last);
	} else if (kind != WORD_NONE) {
		at = run_of(s, at, kind, &r, &last);
	}
	*ret_word = str_sub(s, 0, at);
	*rest = str_sub(s, at, s.n);
	return kind;
}

static void add_word(buf *b, enum word kind, str word, char connector)
{
	if (kind != WORD_UPPER && kind != WORD_CONNECTOR) {
		buf_str(b, word);
		return;
	}
	while (word.n) {
		uint32_t r = take_rune(&word);
		buf_utf8(b, is_connector(r)    ? (uint32_t)connector
			    : rune_is_upper(r) ? rune_lower(r)
					       : r);
	}
}

struct caser {
	buf *b;
	str rest, word;
	enum word kind;
	char connector;
};

static void step(struct caser *w)
{
	w->kind = next_word(&w->rest, &w->word);
}

static void put(struct caser *w)
{
	add_word(w->b, w->kind, w->word, w->connector);
}

static bool parts_words(enum word kind)
{
	return kind != WORD_CONNECTOR && kind != WORD_PUNCT;
}

/* Numbers and the letters behind them stay together. */
static void put_numbers(struct caser *w)
{
	while (w->kind == WORD_LETTERS || w->kind == WORD_NUMBER) {
		put(w);
		step(w);
	}
	if (w->kind != WORD_NONE && parts_words(w->kind))
		buf_char(w->b, w->connector);
}

/* A number behind letters: "v2" stays together, "v2beta" becomes v_2beta. */
static void put_number_behind(struct caser *w)
{
	str number = w->word;
	step(w);
	if (w->kind != WORD_LETTERS) {
		buf_str(w->b, number);
		if (parts_words(w->kind))
			buf_char(w->b, w->connector);
		return;
	}
	buf_char(w->b, w->connector);
	buf_str(w->b, number);
	put_numbers(w);
}

static err *lower_words(struct tmpl_call *c, str s, char connector, struct tv *ret)
{
	buf b = buf_init(c->mem);
	struct caser w = {&b, s, {NULL, 0}, WORD_NONE, connector};
	step(&w);
	while (w.rest.n) {
		if (w.kind != WORD_CONNECTOR)
			put(&w);
		enum word before = w.kind;
		str last = w.word;
		step(&w);
		if (before == WORD_NUMBER)
			put_numbers(&w);
		else if (before == WORD_CONNECTOR)
			add_word(&b, before, last, connector);
		else if (before != WORD_PUNCT && w.kind != WORD_NUMBER && parts_words(w.kind))
			buf_char(&b, connector);
		else if (before != WORD_PUNCT && w.kind == WORD_NUMBER && w.rest.n)
			put_number_behind(&w);
	}
	if (s.n)
		put(&w);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

static err *words_snakecase(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return lower_words(c, tv_as_str(args[0]), '_', ret);
}

static err *words_kebabcase(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return lower_words(c, tv_as_str(args[0]), '-', ret);
}

static err *words_shuffle(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	str s = tv_as_str(args[0]);
	size_t count = 0, len;
	TRY(tmpl_charge(c, s.n * sizeof(uint32_t)));
	uint32_t *runes = NEW_N(c->mem, uint32_t, s.n + 1);
	for (size_t i = 0; i < s.n; i += len)
		runes[count++] = rune_at(str_sub(s, i, s.n), &len);
	for (size_t i = count; i > 1; i--) {
		size_t k = (size_t)rand_below(i);
		uint32_t r = runes[i - 1];
		runes[i - 1] = runes[k];
		runes[k] = r;
	}
	buf b = buf_init(c->mem);
	for (size_t i = 0; i < count; i++)
		buf_utf8(&b, runes[i]);
	*ret = tmpl_buf_text(&b);
	return NULL;
}

const struct tmpl_func tmpl_words_funcs[] = {
	{"abbrev", "is>s", words_abbrev},
	{"abbrevboth", "iis>s", words_abbrevboth},
	{"camelcase", "s>s", words_camelcase},
	{"initials", "s>s", words_initials},
	{"kebabcase", "s>s", words_kebabcase},
	{"nospace", "s>s", words_nospace},
	{"shuffle", "s>s", words_shuffle},
	{"snakecase", "s>s", words_snakecase},
	{"swapcase", "s>s", words_swapcase},
	{"untitle", "s>s", words_untitle},
	{"wrap", "is>s", words_wrap},
	{"wrapWith", "iss>s", words_wrap_with},
	{0},
};
