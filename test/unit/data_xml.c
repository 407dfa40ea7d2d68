/* XML of servers: what is read, what is refused, and the ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/buf.h"
#include "data/xml.h"

static err *print(void *arg, arena *mem, const struct xml_element *e)
{
	buf *b = arg;
	(void)mem;
	for (size_t i = 0; i <= e->depth; i++)
		buf_printf(b, "%s%.*s", i ? "/" : "", STR_ARG(e->names[i]));
	buf_printf(b, "=%.*s;", STR_ARG(e->text));
	return NULL;
}

/* What the elements come to, or the text of the failure. */
static const char *read_text(arena *mem, const char *xml)
{
	buf b = buf_init(mem);
	err *e = xml_read(mem, str_of(xml), print, &b);
	return e ? err_text(mem, e) : buf_text(&b);
}

static void reads(void **state)
{
	static const struct {
		const char *xml, *want;
	} rows[] = {
		{"<a/>", "a=;"},
		{"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- x --><a>\n<b>1</b><c x='<' /></a> ",
		 "XML: byte 55: an attribute's value does not end"},
		{"\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!-- x --><a>\n<b>1</b><c x='>' /></a> \n",
		 "a/b=1;a/c=;a=\n;"},
		{"<a>x<b>y</b>z</a>", "a/b=y;a=xz;"},
		{"<a>&lt;&gt;&amp;&quot;&apos;&#228;&#xE4;&#x1F600;</a>",
		 "a=<>&\"'\xC3\xA4\xC3\xA4\xF0\x9F\x98\x80;"},
		{"<a><![CDATA[<b>&amp;]]]></a>", "a=<b>&amp;];"},
		{"<n:a xmlns:n=\"u\"><n:b>1</n:b></n:a>", "n:a/n:b=1;n:a=;"},
		{"", "XML: byte 0: it ends too early"},
		{"<a>", "XML: byte 3: it ends too early"},
		{"<a></b>", "XML: byte 6: an element's end that does not fit"},
		{"<a/><b/>", "XML: byte 6: a second element"},
		{"x<a/>", "XML: byte 0: text outside the document's element"},
		{"<a/>&amp;", "XML: byte 4: text outside the document's element"},
		{"<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>",
		 "XML: byte 0: declarations are not allowed"},
		{"<a>&x;</a>", "XML: byte 3: an entity is not known"},
		{"<a>&</a>", "XML: byte 3: an & is not the beginning of an entity"},
		{"<a>&#0;</a>", "XML: byte 3: a reference to a character is wrong"},
		{"<a>&#xD800;</a>", "XML: byte 3: a reference to a character is wrong"},
		{"<a>&#99999999;</a>", "XML: byte 3: a reference to a character is wrong"},
		{"<a>\x01</a>", "XML: byte 3: a control character"},
		{"<a>\xFF</a>", "XML: it is not UTF-8"},
		{"<a", "XML: byte 2: an element's beginning has no end"},
		{"<a b>", "XML: byte 4: an attribute has no value"},
		{"<a b=1>", "XML: byte 5: an attribute's value has no quotes"},
		{"<1/>", "XML: byte 1: a name is expected"},
		{"<a><!-- ", "XML: byte 3: a comment does not end"},
		{"<a><![CDATA[", "XML: byte 12: CDATA does not end"},
		{"<?x", "XML: byte 0: an instruction does not end"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		arena *mem = arena_open();
		assert_string_equal(read_text(mem, rows[i].xml), rows[i].want);
		arena_close(mem);
	}
}

static char *nested(arena *mem, size_t depth)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < depth; i++)
		buf_text_add(&b, "<a>");
	for (size_t i = 0; i < depth; i++)
		buf_text_add(&b, "</a>");
	return buf_text(&b);
}

static void limits(void **state)
{
	arena *mem = arena_open();
	buf b = buf_init(mem);
	(void)state;
	assert_null(xml_read(mem, str_of(nested(mem, XML_MAX_DEPTH)), NULL, NULL));
	assert_int_equal(
		err_code(xml_read(mem, str_of(nested(mem, XML_MAX_DEPTH + 1)), NULL, NULL)),
		ERR_LIMIT);
	buf_text_add(&b, "<a>");
	buf_fill(&b, 'x', XML_MAX_TEXT);
	buf_text_add(&b, "<b/></a>");
	assert_null(xml_read(mem, buf_view(&b), NULL, NULL));
	b.n -= strlen("<b/></a>");
	buf_text_add(&b, "&lt;</a>");
	assert_int_equal(err_code(xml_read(mem, buf_view(&b), NULL, NULL)), ERR_LIMIT);
	buf_clear(&b);
	buf_char(&b, '<');
	buf_fill(&b, 'x', XML_MAX_NAME + 1);
	buf_text_add(&b, "/>");
	assert_int_equal(err_code(xml_read(mem, buf_view(&b), NULL, NULL)), ERR_LIMIT);
	buf_clear(&b);
	buf_text_add(&b, "<a>");
	for (size_t i = 0; i < XML_MAX_ELEMENTS; i++)
		buf_text_add(&b, "<b/>");
	buf_text_add(&b, "</a>");
	assert_int_equal(err_code(xml_read(mem, buf_view(&b), NULL, NULL)), ERR_LIMIT);
	arena_close(mem);
}

static err *stop(void *arg, arena *mem, const struct xml_element *e)
{
	static const char *const wanted[] = {"Error", "Code", NULL};
	(void)arg;
	return xml_is(e, wanted) ? err_new(mem, ERR_EXISTS, "found") : NULL;
}

static void names(void **state)
{
	arena *mem = arena_open();
	(void)state;
	err *e = xml_read(mem, STR("<s:Error xmlns:s='u'><Code>x</Code></s:Error>"), stop, NULL);
	assert_int_equal(err_code(e), ERR_EXISTS);
	assert_null(xml_read(mem, STR("<Error><a><Code/></a></Error>"), stop, NULL));
	arena_close(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads),
		cmocka_unit_test(limits),
		cmocka_unit_test(names),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
