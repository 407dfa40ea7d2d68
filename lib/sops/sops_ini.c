#include "sops/sops_ini.h"

#include <string.h>

#include "base/map.h"
#include "base/rune.h"

#define DEFAULT "DEFAULT" /* the section of what stands before all sections */
#define DELIMITERS "=:"

/* ---- reading ---------------------------------------------------------------------------------- */

struct key {
	str name, value, comment;
};

struct section {
	str name, comment;
	VEC(struct key *) keys;
	struct map known; /* name to its struct key */
};

struct reader {
	arena *mem;
	str rest;
	size_t line; /* number of the line last read */
	size_t keys;
	buf comment; /* what was said before the next key or section */
	VEC(struct section *) sections;
};

static err *fault(struct reader *r, const char *what)
{
	return err_new(r->mem, ERR_INVALID, "%s in line %zu", what, r->line);
}

/* The next line with its line feed; false at the end. */
static bool next_line(struct reader *r, str *ret)
{
	if (!r->rest.n)
		return false;
	ptrdiff_t at = str_find(r->rest, '\n');
	size_t n = at < 0 ? r->rest.n : (size_t)at + 1;
	*ret = str_sub(r->rest, 0, n);
	r->rest = str_sub(r->rest, n, r->rest.n);
	r->line++;
	return true;
}

static ptrdiff_t find_any(str s, const char *chars)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] && strchr(chars, s.p[i]))
			return (ptrdiff_t)i;
	return -1;
}

/* As Go's libraries have it: any blank of Unicode's counts. */
static str trim_left(str s)
{
	size_t n;
	while (s.n && rune_is_space(rune_at(s, &n)))
		s = str_sub(s, n, s.n);
	return s;
}

static str trimmed(str s)
{
	s = trim_left(s);
	for (size_t from = s.n; from;) {
		size_t n;
		do
			from--;
		while (from && ((unsigned char)s.p[from] & 0xc0) == 0x80);
		if (!rune_is_space(rune_at(str_sub(s, from, s.n), &n)) || from + n != s.n)
			break;
		s.n = from;
	}
	return s;
}

static str from(str s, size_t at)
{
	return str_sub(s, at, s.n);
}

static ptrdiff_t search_last(str s, str what)
{
	for (size_t i = s.n; i-- > 0;)
		if (i + what.n <= s.n && !memcmp(s.p + i, what.p, what.n))
			return (ptrdiff_t)i;
	return -1;
}

static void note(struct reader *r, str text)
{
	ptrdiff_t at = find_any(text, "#;");
	if (at >= 0)
		buf_str(&r->comment, trimmed(from(text, (size_t)at)));
}

static str take_comment(struct reader *r)
{
	str s = trimmed(buf_view(&r->comment));
	s.p = arena_copy(r->mem, s.p, s.n);
	buf_clear(&r->comment);
	return s;
}

static struct section *add_section(struct reader *r, str name)
{
	struct section *s = NEW(r->mem, struct section);
	s->name = name;
	s->known = map_init(r->mem);
	VEC_PUSH(r->mem, &r->sections, s);
	return s;
}

static err *read_section(struct reader *r, str line)
{
	ptrdiff_t close = str_rfind(line, ']');
	if (close < 0)
		return fault(r, "unclosed section");
	if (close == 1)
		return fault(r, "empty section name");
	struct section *s = add_section(r, str_sub(line, 1, (size_t)close));
	str behind = from(line, (size_t)close + 1);
	ptrdiff_t at = find_any(behind, "#;");
	if (at >= 0)
		buf_str(&r->comment, from(behind, (size_t)at));
	s->comment = take_comment(r);
	return NULL;
}

static str quote_of(str line, bool key)
{
	if (line.n > (key ? 6u : 3u) && str_starts(line, STR("\"\"\"")))
		return STR("\"\"\"");
	if (line.p[0] == '`')
		return STR("`");
	return key && line.p[0] == '"' ? STR("\"") : (str){0};
}

/* A key's name, and what stands behind its delimiter. */
static err *read_key_name(struct reader *r, str line, str *ret_name, str *ret_rest)
{
	str quote = quote_of(line, true);
	size_t name_from = quote.n;
	ptrdiff_t end = -1, at;
	if (quote.n) {
		end = str_search(from(line, quote.n), quote);
		if (end < 0)
			return fault(r, "missing closing key quote");
		end += (ptrdiff_t)quote.n;
		at = find_any(from(line, (size_t)end + quote.n), DELIMITERS);
		at = at < 0 ? -1 : at + end + (ptrdiff_t)quote.n;
	} else {
		end = at = find_any(line, DELIMITERS);
	}
	if (at < 0)
		return fault(r, "key-value delimiter not found");
	if (at == 0)
		return fault(r, "empty key name");
	*ret_name = trimmed(str_sub(line, name_from, (size_t)end));
	*ret_rest = from(line, (size_t)at + 1);
	return NULL;
}

/* A quoted value that goes on over lines. */
static err *read_lines(struct reader *r, str start, str quote, str *ret)
{
	buf b = buf_init(r->mem);
	str line;
	buf_str(&b, start);
	while (next_line(r, &line)) {
		ptrdiff_t at = search_last(line, quote);
		if (at < 0) {
			buf_str(&b, line);
			continue;
		}
		str behind = trimmed(from(line, (size_t)at + quote.n));
		if (str_ends(behind, STR("\\"))) {
			buf_str(&b, line);
			continue;
		}
		buf_str(&b, str_sub(line, 0, (size_t)at));
		note(r, from(line, (size_t)at));
		*ret = buf_view(&b);
		return NULL;
	}
	return fault(r, "missing closing key quote");
}

/* A value whose lines end in a backslash. */
static str read_continued(struct reader *r, str start)
{
	buf b = buf_init(r->mem);
	str line;
	buf_str(&b, start);
	while (next_line(r, &line)) {
		str next = trimmed(line);
		if (!next.n)
			break;
		buf_str(&b, next);
		if (b.p[b.n - 1] != '\\')
			break;
		b.n--;
	}
	return buf_view(&b);
}

static bool quoted(str s, char quote)
{
	return s.n >= 2 && s.p[0] == quote && s.p[s.n - 1] == quote &&
	       str_find(from(s, 1), quote) == (ptrdiff_t)s.n - 2;
}

static err *read_value(struct reader *r, str in, str *ret)
{
	str line = trim_left(in);
	if (!line.n) {
		*ret = (str){"", 0};
		return NULL;
	}
	str quote = quote_of(line, false);
	if (quote.n) {
		str inside = from(line, quote.n);
		ptrdiff_t end = search_last(inside, quote);
		if (end < 0)
			return read_lines(r, inside, quote, ret);
		*ret = str_sub(inside, 0, (size_t)end);
		return NULL;
	}
	line = trimmed(line);
	if (line.p[line.n - 1] == '\\') {
		*ret = read_continued(r, str_sub(line, 0, line.n - 1));
		return NULL;
	}
	ptrdiff_t at = find_any(line, "#;");
	if (at >= 0) {
		buf_str(&r->comment, from(line, (size_t)at));
		line = trimmed(str_sub(line, 0, (size_t)at));
	}
	*ret = quoted(line, '\'') || quoted(line, '"') ? str_sub(line, 1, line.n - 1) : line;
	return NULL;
}

static err *read_key(struct reader *r, struct section *s, str line, size_t *counter)
{
	str name, rest, value;
	TRY(read_key_name(r, line, &name, &rest));
	if (str_is(name, "-"))
		name = str_of(arena_printf(r->mem, "#%zu", ++*counter));
	TRY(read_value(r, rest, &value));
	if (!name.n)
		return fault(r, "empty key name");
	struct key *k = map_get_str(&s->known, name);
	if (!k) {
		if (++r->keys > SOPS_MAX_ITEMS)
			return err_new(r->mem, ERR_LIMIT, "the file is too large");
		k = NEW(r->mem, struct key);
		k->name = name;
		map_set_str(&s->known, name, k);
		VEC_PUSH(r->mem, &s->keys, k);
	}
	k->value = value;
	k->comment = take_comment(r);
	return NULL;
}

static err *read_all(struct reader *r)
{
	struct section *s = add_section(r, STR(DEFAULT));
	size_t counter = 0;
	str line;
	if (str_starts(r->rest, STR("\xEF\xBB\xBF")))
		r->rest = from(r->rest, 3);
	while (next_line(r, &line)) {
		line = trim_left(line);
		if (!line.n)
			continue;
		if (line.p[0] == '#' || line.p[0] == ';') {
			buf_str(&r->comment, line);
		} else if (line.p[0] == '[') {
			TRY(read_section(r, line));
			s = r->sections.p[r->sections.n - 1];
			counter = 0;
		} else {
			TRY(read_key(r, s, line, &counter));
		}
	}
	return NULL;
}

/* A comment without the sign it begins with. */
static void add_comment(arena *mem, struct sops_items *items, str text)
{
	char sign = text.n ? text.p[0] : 0;
	if (!text.n)
		return;
	if (sign == ';' || sign == '#')
		while (text.n && (text.p[0] == sign || text.p[0] == ' '))
			text = from(text, 1);
	sops_add(mem, items, (struct sops_item){.comment = true, .text = text});
}

err *sops_ini_load(arena *mem, str text, struct sops_docs *ret_docs)
{
	struct reader r = {.mem = mem, .rest = text, .comment = buf_init(mem)};
	struct sops_docs docs = {0};
	struct sops_items sections = {0};
	TRY_AS(mem, read_all(&r), "Could not unmarshal input data");
	for (size_t i = 0; i < r.sections.n; i++) {
		const struct section *s = r.sections.p[i];
		struct sops_items items = {0};
		add_comment(mem, &items, s->comment);
		for (size_t j = 0; j < s->keys.n; j++) {
			const struct key *k = s->keys.p[j];
			sops_add(mem, &items,
				 (struct sops_item){.text = k->name, .value = sops_text(k->value)});
			add_comment(mem, &items, k->comment);
		}
		sops_add(mem, &sections,
			 (struct sops_item){.text = s->name,
					    .value = {.kind = SOPS_BRANCH, .items = items}});
	}
	VEC_PUSH(mem, &docs, sections);
	*ret_docs = docs;
	return NULL;
}

/* ---- printing --------------------------------------------------------------------------------- */

static err *write_comment(buf *b, str text, bool trim)
{
	str line;
	while (text.n && str_next(&text, '\n', &line)) {
		if (!line.n)
			return err_new(b->mem, ERR_INVALID, "an empty line in a comment");
		bool sign = line.p[0] == '#' || line.p[0] == ';';
		buf_char(b, sign ? line.p[0] : ';');
		buf_char(b, ' ');
		buf_str(b, sign ? trimmed(from(line, 1)) : trim ? trimmed(line) : line);
		buf_char(b, '\n');
	}
	return NULL;
}

static bool has_any(str s, const char *chars)
{
	return find_any(s, chars) >= 0;
}

static str written_name(arena *mem, str name)
{
	buf b = buf_init(mem);
	if (has_any(name, "\"" DELIMITERS))
		buf_printf(&b, "`%.*s`", STR_ARG(name));
	else if (has_any(name, "`"))
		buf_printf(&b, "\"\"\"%.*s\"\"\"", STR_ARG(name));
	else
		return name;
	return buf_view(&b);
}

static void write_value(buf *b, str v)
{
	const char *quote = has_any(v, "\n`")	  ? "\"\"\""
			    : has_any(v, "#;")	  ? "`"
			    : trimmed(v).n != v.n ? "\""
						  : "";
	buf_text_add(b, quote);
	buf_str(b, v);
	buf_text_add(b, quote);
	buf_char(b, '\n');
}

/* The keys of a section: the last value of a name counts, the comment behind a key is its own. */
static err *gather(arena *mem, const struct sops_items *items, struct section *s)
{
	struct key *last = NULL;
	s->known = map_init(mem);
	for (size_t i = 0; i < items->n; i++) {
		const struct sops_item *item = &items->p[i];
		if (item->comment) {
			if (!i)
				s->comment = item->text;
			else if (last)
				last->comment = item->text;
			continue;
		}
		if (!item->text.n)
			return err_new(
				mem, ERR_INVALID,
				"Error encoding key: error creating new key: empty key name");
		last = map_get_str(&s->known, item->text);
		if (!last) {
			last = NEW(mem, struct key);
			last->name = item->text;
			map_set_str(&s->known, item->text, last);
			VEC_PUSH(mem, &s->keys, last);
		}
		last->value = item->value.kind == SOPS_LIST || item->value.kind == SOPS_BRANCH
				      ? STR("[]")
				      : sops_plain(mem, &item->value);
	}
	return NULL;
}

static err *write_section(arena *mem, const struct sops_item *item, bool first, bool last, buf *b)
{
	struct section s = {0};
	size_t width = 0;
	if (item->value.kind != SOPS_BRANCH)
		return err_new(mem, ERR_INVALID,
			       "Error encoding section: Section values should "
			       "always be TreeBranches");
	TRY(gather(mem, &item->value.items, &s));
	TRY(write_comment(b, s.comment, false));
	if (!first || !str_eq_nocase(item->text, STR(DEFAULT))) {
		buf_printf(b, "[%.*s]\n", STR_ARG(item->text));
	} else if (!s.keys.n) {
		return NULL;
	}
	for (size_t i = 0; i < s.keys.n; i++) {
		size_t n = written_name(mem, s.keys.p[i]->name).n;
		width = n > width ? n : width;
	}
	for (size_t i = 0; i < s.keys.n; i++) {
		const struct key *k = s.keys.p[i];
		str name = written_name(mem, k->name);
		TRY(write_comment(b, k->comment, true));
		buf_str(b, name);
		buf_fill(b, ' ', width - name.n);
		buf_text_add(b, " = ");
		write_value(b, k->value);
	}
	if (!last)
		buf_char(b, '\n');
	return NULL;
}

err *sops_ini_emit(arena *mem, const struct sops_docs *docs, buf *b)
{
	size_t count = 0, done = 0;
	for (size_t i = 0; i < docs->n; i++)
		for (size_t j = 0; j < docs->p[i].n; j++)
			count += !docs->p[i].p[j].comment;
	for (size_t i = 0; i < docs->n; i++) {
		for (size_t j = 0; j < docs->p[i].n; j++) {
			const struct sops_item *item = &docs->p[i].p[j];
			if (item->comment)
				continue;
			done++;
			TRY_AS(mem, write_section(mem, item, done == 1, done == count, b),
			       "Error marshaling to INI");
		}
	}
	return NULL;
}
