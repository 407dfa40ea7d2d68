#include "notation/notation_name.h"

#include <string.h>

#include "base/buf.h"
#include "base/enc.h"

static const str *find(const struct x509_parts *parts, const char *name)
{
	for (size_t i = 0; i < parts->n; i++)
		if (text_eq(parts->p[i].name, name))
			return &parts->p[i].value;
	return NULL;
}

static err *check(arena *mem, const char *name, const struct x509_parts *parts)
{
	static const char *const must[] = {"C", "ST", "O"};
	for (size_t i = 0; i < parts->n; i++) {
		const struct x509_part *p = &parts->p[i];
		if (p->joined)
			return err_new(mem, ERR_INVALID,
				       "distinguished name (DN) \"%s\" has multi-valued RDN "
				       "attributes, remove multi-valued RDN attributes as they are "
				       "not supported",
				       name);
		if (find(parts, p->name) != &p->value)
			return err_new(mem, ERR_INVALID,
				       "distinguished name (DN) \"%s\" has duplicate RDN attribute "
				       "for \"%s\", DN can only have unique RDN attributes",
				       name, p->name);
	}
	for (size_t i = 0; i < sizeof(must) / sizeof(*must); i++)
		if (!find(parts, must[i]) || !find(parts, must[i])->n)
			return err_new(mem, ERR_INVALID,
				       "distinguished name (DN) \"%s\" has no mandatory RDN "
				       "attribute for \"%s\", it must contain 'C', 'ST' or 'S', "
				       "and 'O' RDN attributes at a minimum",
				       name, must[i]);
	return NULL;
}

/* ---- texts ---- */

/* One character of a value behind a backslash: itself, or a byte in two hexadecimal digits. */
static size_t unescape(arena *mem, str rest, buf *b)
{
	str byte;
	if (rest.n >= 2 && enc_unhex(mem, str_sub(rest, 0, 2), &byte)) {
		buf_str(b, byte);
		return 2;
	}
	if (rest.n)
		buf_char(b, rest.p[0]);
	return rest.n ? 1 : 0;
}

/* A value up to a separator, without the blanks around it unless they are escaped. */
static size_t read_value(arena *mem, str text, str *ret_value)
{
	buf b = buf_init(mem);
	size_t i = 0, kept = 0;
	while (i < text.n && text.p[i] == ' ')
		i++;
	for (; i < text.n && !strchr(",;+", text.p[i]); i++) {
		bool blank = text.p[i] == ' ';
		if (text.p[i] == '\\')
			i += unescape(mem, str_sub(text, i + 1, text.n), &b);
		else
			buf_char(&b, text.p[i]);
		kept = blank ? kept : b.n;
	}
	*ret_value = str_sub(buf_view(&b), 0, kept);
	return i;
}

err *notation_name_read(arena *mem, str text, struct x509_parts *ret_parts)
{
	const char *whole = str_text(mem, text);
	struct x509_parts parts = {0};
	bool joined = false;
	if (text.n > NOTATION_NAME_MAX || memchr(text.p, 0, text.n) || strstr(whole, "=#"))
		return err_new(mem, ERR_INVALID,
			       "unsupported distinguished name (DN) \"%s\": notation does not "
			       "support x509.subject identities containing \"=#\"",
			       whole);
	for (size_t at = 0; at < text.n;) {
		str name, rest = str_sub(text, at, text.n), value;
		ptrdiff_t equals = str_find(rest, '=');
		if (equals <= 0)
			return err_new(mem, ERR_INVALID,
				       "parsing distinguished name (DN) \"%s\" failed. A valid DN "
				       "must contain 'C', 'ST' or 'S', and 'O' RDN attributes at a "
				       "minimum, and follow RFC 4514 standard",
				       whole);
		name = str_trim(str_sub(rest, 0, (size_t)equals));
		at += (size_t)equals + 1;
		at += read_value(mem, str_sub(text, at, text.n), &value);
		struct x509_part part = {str_is(name, "S") ? "ST" : str_text(mem, name), value,
					 joined};
		VEC_PUSH(mem, &parts, part);
		joined = at < text.n && text.p[at] == '+';
		at++;
	}
	TRY(check(mem, whole, &parts));
	*ret_parts = parts;
	return NULL;
}

/* ---- certificates ---- */

err *notation_name_of(arena *mem, const struct x509 *cert, struct x509_parts *ret_parts)
{
	struct x509_parts parts = {0};
	x509_parts(mem, cert, &parts);
	TRY(check(mem, x509_subject(mem, cert), &parts));
	*ret_parts = parts;
	return NULL;
}

bool notation_name_within(const struct x509_parts *some, const struct x509_parts *all)
{
	for (size_t i = 0; i < some->n; i++) {
		const str *value = find(all, some->p[i].name);
		if (!value || !str_eq(*value, some->p[i].value))
			return false;
	}
	return true;
}
