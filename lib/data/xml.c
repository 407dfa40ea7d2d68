#include "data/xml.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"

#define ENTITY_MAX 10 /* bytes between & and ; */

struct reader {
	arena *mem;
	str all, rest;
	str names[XML_MAX_DEPTH];
	buf texts[XML_MAX_DEPTH];
	size_t open, elements;
	bool had_root;
	err *(*each)(void *arg, arena *mem, const struct xml_element *e);
	void *arg;
};

static err *wrong(const struct reader *r, const char *what)
{
	return err_new(r->mem, ERR_INVALID, "XML: byte %zu: %s", r->all.n - r->rest.n, what);
}

static err *too_much(const struct reader *r, const char *what)
{
	return err_new(r->mem, ERR_LIMIT, "XML: byte %zu: %s", r->all.n - r->rest.n, what);
}

static void skip(struct reader *r, size_t n)
{
	r->rest = str_sub(r->rest, n, r->rest.n);
}

/* Passes over everything up to and with the end mark. */
static bool skip_to(struct reader *r, str mark, str *ret_between)
{
	ptrdiff_t at = str_search(r->rest, mark);
	if (at < 0)
		return false;
	if (ret_between)
		*ret_between = str_sub(r->rest, 0, (size_t)at);
	skip(r, (size_t)at + mark.n);
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip_blanks(struct reader *r)
{
	while (r->rest.n && is_blank(*r->rest.p))
		skip(r, 1);
}

static bool is_name(char c, bool first)
{
	unsigned char u = (unsigned char)c;
	if ((u | 32) >= 'a' && (u | 32) <= 'z')
		return true;
	if (u >= 0x80 || u == '_' || u == ':')
		return true;
	return !first && ((u >= '0' && u <= '9') || u == '-' || u == '.');
}

static err *read_name(struct reader *r, str *ret_name)
{
	size_t n = 0;
	while (n < r->rest.n && is_name(r->rest.p[n], n == 0))
		n++;
	if (!n)
		return wrong(r, "a name is expected");
	if (n > XML_MAX_NAME)
		return too_much(r, "a name is too long");
	*ret_name = str_sub(r->rest, 0, n);
	skip(r, n);
	return NULL;
}

/* ---- text ---- */

static err *add_text(struct reader *r, str s)
{
	buf *b = &r->texts[r->open - 1];
	if (s.n > XML_MAX_TEXT || b->n > XML_MAX_TEXT - s.n)
		return too_much(r, "an element's text is too long");
	buf_str(b, s);
	return NULL;
}

/* What may stand in a document at all. */
static bool is_char(uint32_t c)
{
	return c == 9 || c == 10 || c == 13 || (c >= 0x20 && c < 0xD800) ||
	       (c >= 0xE000 && c < 0xFFFE) || (c >= 0x10000 && c < 0x110000);
}

static bool read_code(str digits, uint32_t base, uint32_t *ret)
{
	uint32_t code = 0;
	for (size_t i = 0; i < digits.n; i++) {
		char c = digits.p[i];
		uint32_t d = c >= '0' && c <= '9'		  ? (uint32_t)(c - '0')
			     : (c | 32) >= 'a' && (c | 32) <= 'f' ? (uint32_t)((c | 32) - 'a') + 10
								  : 16;
		if (d >= base)
			return false;
		code = code * base + d;
		if (code > 0x10FFFF)
			return false;
	}
	*ret = code;
	return digits.n > 0;
}

static err *read_entity(struct reader *r)
{
	static const struct {
		const char *name, *text;
	} known[] = {{"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}, {"apos", "'"}};
	ptrdiff_t end = str_find(str_sub(r->rest, 0, ENTITY_MAX + 2), ';');
	uint32_t code;
	if (end < 0)
		return wrong(r, "an & is not the beginning of an entity");
	str name = str_sub(r->rest, 1, (size_t)end);
	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (str_is(name, known[i].name)) {
			skip(r, (size_t)end + 1);
			return add_text(r, str_of(known[i].text));
		}
	if (!str_starts(name, STR("#")))
		return wrong(r, "an entity is not known");
	bool hex = str_starts(name, STR("#x"));
	if (!read_code(str_sub(name, hex ? 2 : 1, name.n), hex ? 16 : 10, &code) || !is_char(code))
		return wrong(r, "a reference to a character is wrong");
	buf b = buf_init(r->mem);
	buf_utf8(&b, code);
	skip(r, (size_t)end + 1);
	return add_text(r, buf_view(&b));
}

static err *read_text(struct reader *r)
{
	size_t n = 0;
	if (*r->rest.p == '&' && r->open)
		return read_entity(r);
	while (n < r->rest.n && r->rest.p[n] != '<' && r->rest.p[n] != '&') {
		unsigned char c = (unsigned char)r->rest.p[n++];
		if (!is_char(c))
			return wrong(r, "a control character");
		if (!r->open && !is_blank((char)c))
			return wrong(r, "text outside the document's element");
	}
	if (!r->open && !n)
		return wrong(r, "text outside the document's element");
	str s = str_sub(r->rest, 0, n);
	if (r->open)
		TRY(add_text(r, s));
	skip(r, n);
	return NULL;
}

/* ---- elements ---- */

static err *end_element(struct reader *r)
{
	size_t at = --r->open;
	struct xml_element e = {r->names, at, buf_view(&r->texts[at])};
	return r->each ? r->each(r->arg, r->mem, &e) : NULL;
}

static str local(str name)
{
	ptrdiff_t at = str_rfind(name, ':');
	return at < 0 ? name : str_sub(name, (size_t)at + 1, name.n);
}

static err *skip_attributes(struct reader *r)
{
	str name, value;
	for (;;) {
		skip_blanks(r);
		if (!r->rest.n || *r->rest.p == '>' || *r->rest.p == '/')
			return NULL;
		TRY(read_name(r, &name));
		skip_blanks(r);
		if (!r->rest.n || *r->rest.p != '=')
			return wrong(r, "an attribute has no value");
		skip(r, 1);
		skip_blanks(r);
		if (!r->rest.n || (*r->rest.p != '"' && *r->rest.p != '\''))
			return wrong(r, "an attribute's value has no quotes");
		str quote = str_sub(r->rest, 0, 1);
		skip(r, 1);
		if (!skip_to(r, quote, &value) || str_find(value, '<') >= 0)
			return wrong(r, "an attribute's value does not end");
	}
}

static err *begin_element(struct reader *r)
{
	str name;
	skip(r, 1);
	TRY(read_name(r, &name));
	if (!r->open && r->had_root)
		return wrong(r, "a second element");
	if (r->open == XML_MAX_DEPTH)
		return too_much(r, "elements lie too deep");
	if (++r->elements > XML_MAX_ELEMENTS)
		return too_much(r, "too many elements");
	TRY(skip_attributes(r));
	bool empty = str_starts(r->rest, STR("/>"));
	if (!empty && !str_starts(r->rest, STR(">")))
		return wrong(r, "an element's beginning has no end");
	skip(r, empty ? 2 : 1);
	r->had_root = true;
	buf_clear(&r->texts[r->open]);
	r->names[r->open++] = name;
	return empty ? end_element(r) : NULL;
}

static err *close_element(struct reader *r)
{
	str name;
	skip(r, 2);
	TRY(read_name(r, &name));
	skip_blanks(r);
	if (!r->open || !str_eq(name, r->names[r->open - 1]) || !str_starts(r->rest, STR(">")))
		return wrong(r, "an element's end that does not fit");
	skip(r, 1);
	return end_element(r);
}

static err *read_marked(struct reader *r)
{
	str s;
	if (str_starts(r->rest, STR("<!--")))
		return skip_to(r, STR("-->"), NULL) ? NULL : wrong(r, "a comment does not end");
	if (str_starts(r->rest, STR("<?")))
		return skip_to(r, STR("?>"), NULL) ? NULL : wrong(r, "an instruction does not end");
	if (str_starts(r->rest, STR("<![CDATA[")) && r->open) {
		skip(r, 9);
		return skip_to(r, STR("]]>"), &s) ? add_text(r, s) : wrong(r, "CDATA does not end");
	}
	if (str_starts(r->rest, STR("<!")))
		return wrong(r, "declarations are not allowed");
	return str_starts(r->rest, STR("</")) ? close_element(r) : begin_element(r);
}

err *xml_read(arena *mem, str bytes,
	      err *(*each)(void *arg, arena *mem, const struct xml_element *e), void *arg)
{
	struct reader r = {.mem = mem, .all = bytes, .rest = bytes, .each = each, .arg = arg};
	if (!enc_is_utf8(bytes))
		return err_new(mem, ERR_INVALID, "XML: it is not UTF-8");
	for (size_t i = 0; i < XML_MAX_DEPTH; i++)
		r.texts[i] = buf_init(mem);
	if (str_starts(r.rest, STR("\xEF\xBB\xBF")))
		skip(&r, 3);
	while (r.rest.n)
		TRY(*r.rest.p == '<' ? read_marked(&r) : read_text(&r));
	if (r.open || !r.had_root)
		return wrong(&r, "it ends too early");
	return NULL;
}

bool xml_is(const struct xml_element *e, const char *const *names)
{
	size_t n = 0;
	for (; names[n]; n++)
		if (n > e->depth || !str_is(local(e->names[n]), names[n]))
			return false;
	return n == e->depth + 1;
}
