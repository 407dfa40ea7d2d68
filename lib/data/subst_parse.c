#include "data/subst_parse.h"

#include "base/buf.h"
#include "base/rune.h"
#include "data/subst.h"

/* Which code points a token may hold. */
enum accept {
	ANY,
	NAME,	  /* letters, digits, _ */
	NO_BRACE, /* all but } */
	NO_SLASH, /* all but / */
	NO_COLON, /* all but : and } */
	COLONS,	  /* any number of : */
	SLASHES,  /* any number of / */
	ONE_COLON,
	ONE_HASH,
	ONE_EQUAL,
	HASHES,	    /* # or ## */
	PERCENTS,   /* % or %% */
	CASE_OP,    /* one or two of , and ^ */
	DEFAULT_OP, /* := :- :? :+ */
	REPLACE_OP, /* / // /# /% */
};

enum { TEXT = 1, OPEN = 2, CLOSE = 4, ESCAPE = 8 }; /* what a scan looks for */
enum token { END, GOT_TEXT, GOT_OPEN, GOT_CLOSE, NOTHING };

struct parser {
	arena *mem;
	str text;
	size_t pos;
	bool inside; /* of ${…}: there a backslash escapes too */
	int depth;
	str token;
};

/* i counts the token's bytes up to and with r. */
static bool accepts(enum accept a, uint32_t r, size_t i)
{
	switch (a) {
	case ANY:
		return true;
	case NAME:
		return rune_is_letter(r) || rune_is_digit(r) || r == '_';
	case NO_BRACE:
		return r != '}';
	case NO_SLASH:
		return r != '/';
	case NO_COLON:
		return r != ':' && r != '}';
	case COLONS:
		return r == ':';
	case SLASHES:
		return r == '/';
	case ONE_COLON:
		return r == ':' && i == 1;
	case ONE_HASH:
		return r == '#' && i == 1;
	case ONE_EQUAL:
		return r == '=' && i == 1;
	case HASHES:
		return r == '#' && i <= 2;
	case PERCENTS:
		return r == '%' && i <= 2;
	case CASE_OP:
		return (r == ',' || r == '^') && i <= 2;
	case DEFAULT_OP:
		return i == 1 ? r == ':' : i == 2 && (r == '=' || r == '-' || r == '?' || r == '+');
	case REPLACE_OP:
		return i == 1 ? r == '/' : i == 2 && (r == '/' || r == '#' || r == '%');
	}
	return false;
}

/* The next code point; 0 at the end of the text and at a NUL byte. */
static uint32_t peek(const struct parser *p, size_t *ret_len)
{
	return rune_at(str_sub(p->text, p->pos, p->text.n), ret_len);
}

static char byte_at(const struct parser *p, size_t at)
{
	return at < p->text.n ? p->text.p[at] : 0;
}

static bool at_open(const struct parser *p)
{
	return byte_at(p, p->pos) == '$' && byte_at(p, p->pos + 1) == '{';
}

/* "$$", and within ${…} also "\/" and "\\": the first byte is dropped, the second taken as it is. */
static bool at_escape(const struct parser *p)
{
	char c = byte_at(p, p->pos), next = byte_at(p, p->pos + 1);
	if (c == '$')
		return next == '$';
	return c == '\\' && p->inside && (next == '/' || next == '\\');
}

/* Takes as many code points as are accepted; the first one need not be checked for "${". */
static bool take_text(struct parser *p, enum accept a, int mode)
{
	buf b = buf_init(p->mem);
	size_t len, start = p->pos;
	bool escaped = false;
	for (uint32_t r; (r = peek(p, &len)); p->pos += len) {
		if (p->pos > start && (mode & OPEN) && at_open(p))
			break;
		if ((mode & ESCAPE) && at_escape(p)) {
			if (!escaped)
				buf_add(&b, p->text.p + start, p->pos - start);
			escaped = true;
			p->pos++;
			len = 1;
		} else if (!accepts(a, r, p->pos - start + len)) {
			break;
		}
		if (escaped)
			buf_add(&b, p->text.p + p->pos, len);
	}
	p->token = escaped ? buf_view(&b) : str_sub(p->text, start, p->pos);
	return p->pos > start;
}

static enum token scan(struct parser *p, enum accept a, int mode)
{
	size_t len;
	uint32_t r = peek(p, &len);
	p->token = (str){"", 0};
	if (!r)
		return END;
	if ((mode & OPEN) && at_open(p)) {
		p->pos += 2;
		return GOT_OPEN;
	}
	if ((mode & CLOSE) && r == '}') {
		p->pos++;
		return GOT_CLOSE;
	}
	return (mode & TEXT) && take_text(p, a, mode) ? GOT_TEXT : NOTHING;
}

static err *bad(struct parser *p)
{
	return err_new(p->mem, ERR_INVALID, "bad substitution");
}

static err *close_brace(struct parser *p)
{
	return scan(p, ANY, CLOSE) == GOT_CLOSE ? NULL : bad(p);
}

static err *op(struct parser *p, struct subst_piece *v, enum accept a)
{
	if (scan(p, a, TEXT) != GOT_TEXT)
		return bad(p);
	v->op = p->token;
	return NULL;
}

static err *variable(struct parser *p, struct subst_piece **ret);

/* One argument: a text or a ${…}. */
static err *argument(struct parser *p, struct subst_piece *v, enum accept a, int mode)
{
	struct subst_piece *arg;
	switch (scan(p, a, mode | OPEN)) {
	case GOT_OPEN:
		TRY(variable(p, &arg));
		break;
	case GOT_TEXT:
		arg = NEW(p->mem, struct subst_piece);
		arg->text = p->token;
		break;
	default:
		return err_new(p->mem, ERR_INVALID, "unable to parse substitution within function");
	}
	VEC_PUSH(p->mem, &v->args, arg);
	return NULL;
}

/* ${v:n} and ${v:n:l} */
static err *part(struct parser *p, struct subst_piece *v)
{
	TRY(op(p, v, ONE_COLON));
	TRY(argument(p, v, NO_COLON, TEXT));
	enum token t = scan(p, COLONS, TEXT | CLOSE);
	if (t == GOT_CLOSE)
		return NULL;
	if (t != GOT_TEXT)
		return bad(p);
	TRY(argument(p, v, NO_BRACE, TEXT));
	return close_brace(p);
}

/* ${v=d} and ${v:-d}: any number of arguments, one behind the other */
static err *otherwise(struct parser *p, struct subst_piece *v)
{
	if (scan(p, byte_at(p, p->pos) == '=' ? ONE_EQUAL : DEFAULT_OP, TEXT) != GOT_TEXT)
		return err_new(p->mem, ERR_INVALID, "unable to parse default function");
	v->op = p->token;
	while (byte_at(p, p->pos) != '}')
		TRY(argument(p, v, NO_BRACE, TEXT));
	return close_brace(p);
}

/* ${v:…}: a part or a default. Behind the colon of a part stands an ASCII character. */
static err *colon(struct parser *p, struct subst_piece *v)
{
	char next = byte_at(p, p->pos + 1);
	if (next == '=' || next == '-' || next == '?' || next == '+')
		return otherwise(p, v);
	if (p->pos + 1 >= p->text.n)
		return bad(p);
	p->pos++;
	size_t len;
	peek(p, &len);
	p->pos--;
	return len > 1 ? bad(p) : part(p, v);
}

/* ${v/a/b}; of "/#" and "/%" the replacement may be left out */
static err *replace(struct parser *p, struct subst_piece *v)
{
	TRY(op(p, v, REPLACE_OP));
	TRY(argument(p, v, NO_SLASH, TEXT | ESCAPE));
	if (scan(p, SLASHES, TEXT) != GOT_TEXT)
		return bad(p);
	if (byte_at(p, p->pos) != '}')
		TRY(argument(p, v, NO_BRACE, TEXT | ESCAPE));
	return close_brace(p);
}

static err *trim(struct parser *p, struct subst_piece *v, enum accept a)
{
	TRY(op(p, v, a));
	TRY(argument(p, v, NO_BRACE, TEXT));
	return close_brace(p);
}

static err *length(struct parser *p, struct subst_piece *v)
{
	TRY(op(p, v, ONE_HASH));
	if (scan(p, NAME, TEXT) != GOT_TEXT)
		return bad(p);
	v->text = p->token;
	return close_brace(p);
}

static err *named(struct parser *p, struct subst_piece *v)
{
	if (scan(p, NAME, TEXT) != GOT_TEXT)
		return err_new(p->mem, ERR_INVALID, "unable to parse variable name");
	v->text = p->token;
	switch (byte_at(p, p->pos)) {
	case ':':
		return colon(p, v);
	case '=':
		return otherwise(p, v);
	case ',':
	case '^':
		TRY(op(p, v, CASE_OP));
		return close_brace(p);
	case '/':
		return replace(p, v);
	case '#':
		return trim(p, v, HASHES);
	case '%':
		return trim(p, v, PERCENTS);
	}
	if (scan(p, NAME, CLOSE) != GOT_CLOSE)
		return err_new(p->mem, ERR_INVALID, "missing closing brace");
	return NULL;
}

/* What stands behind "${". */
static err *variable(struct parser *p, struct subst_piece **ret)
{
	struct subst_piece *v = NEW(p->mem, struct subst_piece);
	v->variable = true;
	p->inside = true;
	if (++p->depth > SUBST_MAX_DEPTH)
		return err_new(p->mem, ERR_LIMIT, "substitution is nested deeper than %d",
			       SUBST_MAX_DEPTH);
	TRY(byte_at(p, p->pos) == '#' ? length(p, v) : named(p, v));
	p->depth--;
	*ret = v;
	return NULL;
}

err *subst_parse(arena *mem, str text, struct subst_piece **ret_first)
{
	struct parser p = {.mem = mem, .text = text};
	struct subst_piece *first = NULL, **tail = &first;
	for (;;) {
		p.inside = false;
		enum token t = scan(&p, ANY, TEXT | OPEN | ESCAPE);
		if (t == END)
			break;
		if (t == GOT_OPEN) {
			TRY(variable(&p, tail));
		} else {
			*tail = NEW(mem, struct subst_piece);
			(*tail)->text = p.token;
		}
		tail = &(*tail)->next;
	}
	*ret_first = first;
	return NULL;
}
