#include "source/pktline.h"

#include <ctype.h>
#include <string.h>

#define ID_LEN 40
#define SAID_MAX 1000 /* bytes of a server's text that are quoted */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool pkt_next(str *rest, struct pkt *ret_pkt, bool *ret_bad)
{
	int n = 0;
	*ret_bad = false;
	if (rest->n < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(rest->p[i]);
		if (digit < 0) {
			*ret_bad = true;
			return false;
		}
		n = n << 4 | digit;
	}
	if (n == 3 || n > PKT_MAX) {
		*ret_bad = true;
		return false;
	}
	size_t whole = n < 4 ? 4 : (size_t)n;
	if (rest->n < whole)
		return false;
	enum pkt_kind kind = n == 0 ? PKT_FLUSH : n == 1 ? PKT_DELIM : n == 2 ? PKT_END : PKT_DATA;
	*ret_pkt = (struct pkt){kind, {rest->p + 4, whole - 4}};
	*rest = str_sub(*rest, whole, rest->n);
	return true;
}

str pkt_line(const struct pkt *p)
{
	str s = p->data;
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	return s;
}

void pkt_add(buf *b, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *text = arena_vprintf(b->mem, fmt, ap);
	va_end(ap);
	buf_printf(b, "%04zx%s", strlen(text) + 4, text);
}

void pkt_flush(buf *b)
{
	buf_text_add(b, "0000");
}

void pkt_delim(buf *b)
{
	buf_text_add(b, "0001");
}

bool pkt_is_id(str text)
{
	if (text.n != ID_LEN)
		return false;
	for (size_t i = 0; i < ID_LEN; i++)
		if (hex_digit(text.p[i]) < 0)
			return false;
	return true;
}

static err *not_git(arena *mem)
{
	return err_new(mem, ERR_INVALID, "the server's answer is not of the Git protocol");
}

static err *said(arena *mem, str text)
{
	return err_new(mem, ERR_FAILED, "remote: %.*s",
		       (int)(text.n < SAID_MAX ? text.n : SAID_MAX), text.p);
}

/* The next packet of an answer that must be whole. */
static err *next(arena *mem, str *rest, struct pkt *ret_pkt)
{
	bool bad;
	if (!pkt_next(rest, ret_pkt, &bad))
		return bad ? not_git(mem)
			   : err_new(mem, ERR_INVALID, "the server's answer ends too early");
	str line = pkt_line(ret_pkt);
	if (ret_pkt->kind == PKT_DATA && str_starts(line, STR("ERR ")))
		return said(mem, str_sub(line, 4, line.n));
	return NULL;
}

static err *add_ref(arena *mem, struct pkt_refs *refs, str id, str name, str peeled)
{
	if (!pkt_is_id(id) || (peeled.n && !pkt_is_id(peeled)))
		return id.n == 64
			       ? err_new(mem, ERR_UNSUPPORTED,
					 "repositories with SHA-256 object ids are not supported")
			       : not_git(mem);
	if (!name.n || str_find(name, '\0') >= 0)
		return not_git(mem);
	if (refs->n >= PKT_REFS_MAX)
		return err_new(mem, ERR_LIMIT, "the repository has more than %d references",
			       PKT_REFS_MAX);
	struct pkt_ref r = {str_text(mem, name), str_text(mem, id),
			    peeled.n ? str_text(mem, peeled) : NULL};
	VEC_PUSH(mem, refs, r);
	return NULL;
}

/* "id name"; "name^{}" tells what the reference before it points to. */
static err *add_advertised(arena *mem, struct pkt_refs *refs, str line)
{
	str id, name;
	if (!str_cut(line, ' ', &id, &name))
		return not_git(mem);
	if (str_starts(name, STR("capabilities^{}")))
		return NULL;
	if (!str_ends(name, STR("^{}")))
		return add_ref(mem, refs, id, name, (str){NULL, 0});
	if (refs->n && pkt_is_id(id) &&
	    str_is(str_sub(name, 0, name.n - 3), refs->p[refs->n - 1].name))
		refs->p[refs->n - 1].peeled = str_text(mem, id);
	return NULL;
}

static err *read_capabilities(arena *mem, str rest, struct pkt_advert *a)
{
	buf b = buf_init(mem);
	for (struct pkt p;;) {
		TRY(next(mem, &rest, &p));
		if (p.kind != PKT_DATA)
			break;
		buf_str(&b, pkt_line(&p));
		buf_char(&b, '\n');
	}
	a->capabilities = buf_text(&b);
	return NULL;
}

/* From the first reference on, which has the capabilities behind a NUL. */
static err *read_references(arena *mem, str rest, struct pkt p, struct pkt_advert *a)
{
	a->capabilities = "";
	for (bool first = true; p.kind == PKT_DATA; first = false) {
		str line = pkt_line(&p), ref = line, capabilities;
		if (first && str_cut(line, '\0', &ref, &capabilities))
			a->capabilities = str_text(mem, capabilities);
		if (!str_starts(ref, STR("shallow ")))
			TRY(add_advertised(mem, &a->refs, ref));
		TRY(next(mem, &rest, &p));
	}
	return NULL;
}

err *pkt_read_advert(arena *mem, str body, struct pkt_advert *ret_advert)
{
	struct pkt_advert a = {0};
	struct pkt p;
	TRY(next(mem, &body, &p));
	if (p.kind == PKT_DATA && str_starts(p.data, STR("# service="))) {
		TRY(next(mem, &body, &p));
		if (p.kind != PKT_FLUSH)
			return not_git(mem);
		TRY(next(mem, &body, &p));
	}
	if (p.kind == PKT_DATA && str_is(pkt_line(&p), "version 2")) {
		a.version = 2;
		TRY(read_capabilities(mem, body, &a));
	} else {
		if (p.kind == PKT_DATA && str_is(pkt_line(&p), "version 1")) {
			a.version = 1;
			TRY(next(mem, &body, &p));
		}
		TRY(read_references(mem, body, p, &a));
	}
	*ret_advert = a;
	return NULL;
}

/* Finds the capability; its value if there is one. */
static bool find(const struct pkt_advert *a, const char *capability, str *ret_value)
{
	char sep = a->version == 2 ? '\n' : ' ';
	str rest = str_of(a->capabilities), part, key, value;
	while (str_next(&rest, sep, &part)) {
		str_cut(part, '=', &key, &value);
		if (str_is(key, capability)) {
			*ret_value = value;
			return true;
		}
	}
	return false;
}

bool pkt_has(const struct pkt_advert *a, const char *capability)
{
	str value;
	return find(a, capability, &value);
}

const char *pkt_value(arena *mem, const struct pkt_advert *a, const char *capability)
{
	str value;
	return find(a, capability, &value) ? str_text(mem, value) : NULL;
}

err *pkt_read_refs(arena *mem, str body, struct pkt_refs *ret_refs)
{
	struct pkt_refs refs = {0};
	for (struct pkt p;;) {
		TRY(next(mem, &body, &p));
		if (p.kind != PKT_DATA)
			break;
		str rest = pkt_line(&p), id, name, part, peeled = {NULL, 0};
		str_next(&rest, ' ', &id);
		if (!rest.p || !str_next(&rest, ' ', &name))
			return not_git(mem);
		while (str_next(&rest, ' ', &part))
			if (str_starts(part, STR("peeled:")))
				peeled = str_sub(part, 7, part.n);
		if (str_is(id, "unborn"))
			continue;
		TRY(add_ref(mem, &refs, id, name, peeled));
	}
	*ret_refs = refs;
	return NULL;
}
