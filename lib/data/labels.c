#include "data/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/rune.h"
#include "base/vec.h"

#define MAX_NAME 63
#define MAX_PREFIX 253

enum token {
	END,
	NAME,
	IN,
	NOT_IN,
	OPEN,
	CLOSE,
	COMMA,
	NOT,
	EQUALS,
	DOUBLE_EQUALS,
	NOT_EQUALS,
	GREATER,
	LESS,
	BAD
};

struct item {
	enum token token;
	str text;
};

struct term {
	enum token op; /* NAME: the label is there; NOT: it is not; EQUALS also for == */
	str key;
	VEC(str) values;
};

struct labels_selector {
	VEC(struct term) terms;
};

struct reader {
	arena *mem;
	str text;
	VEC(struct item) items;
	size_t at;
};

/* --- checks ----------------------------------------------------------------------------------- */

#define NAME_RULE "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define NAME_FAULT                                                                                 \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "   \
	"an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "  \
	"validation is '" NAME_RULE "')"
#define DNS_LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

static bool is_alphanumeric(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_name(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool inner = i && i + 1 < s.n && s.p[i] && strchr("-_.", s.p[i]);
		if (!inner && !is_alphanumeric(s.p[i]))
			return false;
	}
	return s.n;
}

static bool is_subdomain(str s)
{
	str part;
	while (str_next(&s, '.', &part)) {
		for (size_t i = 0; i < part.n; i++) {
			char c = part.p[i];
			bool edge = !i || i + 1 == part.n;
			if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
			    (edge || c != '-'))
				return false;
		}
		if (!part.n)
			return false;
	}
	return true;
}

static void add_fault(buf *b, const char *part, const char *text)
{
	buf_printf(b, "%s%s%s", b->n ? "; " : "", part, text);
}

static void check_prefix(buf *b, str prefix)
{
	if (!prefix.n) {
		add_fault(b, "prefix part ", "must be non-empty");
		return;
	}
	if (prefix.n > MAX_PREFIX)
		add_fault(b, "prefix part ", "must be no more than 253 bytes");
	if (!is_subdomain(prefix))
		add_fault(b, "prefix part ",
			  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
			  "characters, '-' or '.', and must start and end with an alphanumeric "
			  "character (e.g. 'example.com', regex used for validation is '" DNS_LABEL
			  "(\\." DNS_LABEL ")*')");
}

const char *labels_key_fault(arena *mem, str key)
{
	buf b = buf_init(mem);
	str prefix, name;
	bool cut = str_cut(key, '/', &prefix, &name);
	if (!cut)
		name = key;
	if (str_find(name, '/') >= 0)
		return "a valid label key " NAME_FAULT
		       " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
	if (cut)
		check_prefix(&b, prefix);
	if (!name.n)
		add_fault(&b, "name part ", "must be non-empty");
	else if (name.n > MAX_NAME)
		add_fault(&b, "name part ", "must be no more than 63 bytes");
	if (!is_name(name))
		add_fault(&b, "name part ", NAME_FAULT);
	return b.n ? buf_text(&b) : NULL;
}

const char *labels_value_fault(arena *mem, str value)
{
	buf b = buf_init(mem);
	if (value.n > MAX_NAME)
		add_fault(&b, "", "must be no more than 63 bytes");
	if (value.n && !is_name(value))
		add_fault(&b, "",
			  "a valid label must be an empty string or consist of alphanumeric "
			  "characters, '-', '_' or '.', and must start and end with an "
			  "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
			  "regex used for validation is '(" NAME_RULE ")?')");
	return b.n ? buf_text(&b) : NULL;
}

/* --- words ------------------------------------------------------------------------------------ */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_symbol(char c)
{
	return c && strchr("=!(),><", c);
}

static enum token symbol(str s)
{
	static const struct {
		const char *text;
		enum token token;
	} symbols[] = {
		{"==", DOUBLE_EQUALS}, {"!=", NOT_EQUALS}, {"=", EQUALS},  {"!", NOT}, {"(", OPEN},
		{")", CLOSE},	       {",", COMMA},	   {">", GREATER}, {"<", LESS}};
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
		if (str_is(s, symbols[i].text))
			return symbols[i].token;
	return BAD;
}

static void lex(struct reader *r)
{
	str s = r->text;
	for (size_t i = 0; i < s.n && s.p[i];) {
		if (is_blank(s.p[i])) {
			i++;
			continue;
		}
		size_t from = i;
		struct item item;
		if (is_symbol(s.p[i])) {
			bool two = symbol(str_sub(s, i, i + 2)) != BAD && i + 1 < s.n;
			i += two ? 2 : 1;
			item.text = str_sub(s, from, i);
			item.token = symbol(item.text);
		} else {
			while (i < s.n && s.p[i] && !is_blank(s.p[i]) && !is_symbol(s.p[i]))
				i++;
			item.text = str_sub(s, from, i);
			item.token = str_is(item.text, "in")	  ? IN
				     : str_is(item.text, "notin") ? NOT_IN
								  : NAME;
		}
		VEC_PUSH(r->mem, &r->items, item);
	}
	struct item end = {END, {"", 0}};
	VEC_PUSH(r->mem, &r->items, end);
}

static struct item plain(const struct reader *r)
{
	return r->items.p[r->at < r->items.n ? r->at : r->items.n - 1];
}

/* Where keys and values stand, "in" and "notin" are words like others. */
static struct item look(const struct reader *r)
{
	struct item i = plain(r);
	if (i.token == IN || i.token == NOT_IN)
		i.token = NAME;
	return i;
}

static struct item take(struct reader *r)
{
	struct item i = look(r);
	r->at++;
	return i;
}

static err *found(struct reader *r, str text, const char *instead)
{
	return err_new(r->mem, ERR_INVALID, "found '%.*s', expected: %s", STR_ARG(text), instead);
}

/* --- terms ------------------------------------------------------------------------------------ */

static void add_value(struct reader *r, struct term *t, str value)
{
	size_t i = 0;
	while (i < t->values.n && str_cmp(t->values.p[i], value) < 0)
		i++;
	if (i < t->values.n && str_eq(t->values.p[i], value))
		return;
	VEC_PUSH(r->mem, &t->values, value);
	for (size_t k = t->values.n - 1; k > i; k--)
		t->values.p[k] = t->values.p[k - 1];
	t->values.p[i] = value;
}

static err *read_set(struct reader *r, struct term *t)
{
	for (;;) {
		struct item i = take(r), next = look(r);
		if (i.token == NAME) {
			add_value(r, t, i.text);
			if (next.token == CLOSE)
				return NULL;
			if (next.token != COMMA)
				return found(r, next.text, "',' or ')'");
		} else if (i.token == COMMA) {
			if (!t->values.n || next.token == CLOSE || next.token == COMMA)
				add_value(r, t, STR(""));
			if (next.token == CLOSE)
				return NULL;
		} else {
			return found(r, i.text, "',', or identifier");
		}
	}
}

static err *read_values(struct reader *r, struct term *t)
{
	struct item i = take(r), first = look(r);
	if (i.token != OPEN)
		return err_new(r->mem, ERR_INVALID, "found '%.*s' expected: '('", STR_ARG(i.text));
	if (first.token == CLOSE) {
		take(r);
		add_value(r, t, STR(""));
		return NULL;
	}
	if (first.token != NAME && first.token != COMMA)
		return found(r, first.text, "',', ')' or identifier");
	TRY(read_set(r, t));
	return take(r).token == CLOSE ? NULL : found(r, first.text, "')'");
}

static err *read_value(struct reader *r, struct term *t)
{
	struct item i = look(r);
	if (i.token == END || i.token == COMMA) {
		add_value(r, t, STR(""));
		return NULL;
	}
	r->at++;
	if (i.token != NAME)
		return found(r, i.text, "identifier");
	add_value(r, t, i.text);
	return NULL;
}

static err *read_operator(struct reader *r, struct term *t)
{
	struct item i = plain(r);
	r->at++;
	t->op = i.token == DOUBLE_EQUALS ? EQUALS : i.token;
	switch (i.token) {
	case IN:
	case NOT_IN:
		return read_values(r, t);
	case EQUALS:
	case DOUBLE_EQUALS:
	case NOT_EQUALS:
	case GREATER:
	case LESS:
		return read_value(r, t);
	default:
		return found(r, i.text, "in, notin, =, ==, !=, gt, lt");
	}
}

/* All faults of the values in one. */
static err *check_values(struct reader *r, const struct term *t)
{
	buf b = buf_init(r->mem);
	size_t n = 0;
	int64_t number;
	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < t->values.n; i++) {
			bool wants_number = t->op == GREATER || t->op == LESS;
			const char *value = rune_quoted(r->mem, t->values.p[i]);
			const char *fault =
				pass ? labels_value_fault(r->mem, t->values.p[i]) : NULL;
			if (!pass && wants_number && !str_int(t->values.p[i], &number))
				fault = "for 'Gt', 'Lt' operators, the value must be an integer";
			if (!fault)
				continue;
			str key = pass ? t->key : (str){"", 0};
			buf_printf(&b, "%svalues[%zu]%s%.*s%s: Invalid value: %s: %s",
				   n++ ? ", " : "", i, pass ? "[" : "", STR_ARG(key),
				   pass ? "]" : "", value, fault);
		}
	}
	if (!n)
		return NULL;
	return err_new(r->mem, ERR_INVALID, n > 1 ? "[%s]" : "%s", buf_text(&b));
}

static err *read_term(struct reader *r, struct term *t)
{
	struct item i = take(r);
	*t = (struct term){.op = NAME};
	if (i.token == NOT) {
		t->op = NOT;
		i = take(r);
	}
	if (i.token != NAME)
		return found(r, i.text, "identifier");
	t->key = i.text;
	const char *fault = labels_key_fault(r->mem, t->key);
	if (fault)
		return err_new(r->mem, ERR_INVALID, "<nil>: Invalid value: %s: %s",
			       rune_quoted(r->mem, t->key), fault);
	struct item next = look(r);
	if (t->op == NOT || next.token == END || next.token == COMMA)
		return NULL;
	TRY(read_operator(r, t));
	return check_values(r, t);
}

err *labels_parse(arena *mem, str text, struct labels_selector **ret_selector)
{
	struct labels_selector *s = NEW(mem, struct labels_selector);
	struct reader r = {.mem = mem, .text = {str_text(mem, text), text.n}};
	lex(&r);
	*ret_selector = s;
	for (;;) {
		struct item i = look(&r);
		struct term t;
		if (i.token == END)
			return NULL;
		if (i.token != NAME && i.token != NOT)
			return found(&r, i.text, "!, identifier, or 'end of string'");
		if (s->terms.n == LABELS_MAX_TERMS)
			return err_new(mem, ERR_LIMIT, "a selector of more than %d terms",
				       LABELS_MAX_TERMS);
		TRY_AS(mem, read_term(&r, &t), "unable to parse requirement");
		VEC_PUSH(mem, &s->terms, t);
		i = take(&r);
		if (i.token == END)
			return NULL;
		if (i.token != COMMA)
			return found(&r, i.text, "',' or 'end of string'");
		i = look(&r);
		if (i.token != NAME && i.token != NOT)
			return found(&r, i.text, "identifier after ','");
	}
}

/* --- matching --------------------------------------------------------------------------------- */

static bool among(const struct term *t, str value)
{
	for (size_t i = 0; i < t->values.n; i++)
		if (str_eq(t->values.p[i], value))
			return true;
	return false;
}

static bool compares(const struct term *t, str value)
{
	int64_t is, than;
	if (!str_int(value, &is) || !str_int(t->values.p[0], &than))
		return false;
	return t->op == GREATER ? is > than : is < than;
}

static bool term_fits(const struct term *t, const val *labels)
{
	const val *label = val_get_str(labels, t->key);
	switch (t->op) {
	case NAME:
		return label;
	case NOT:
		return !label;
	case EQUALS:
	case IN:
		return label && among(t, val_as_str(label));
	case NOT_EQUALS:
	case NOT_IN:
		return !label || !among(t, val_as_str(label));
	default:
		return label && compares(t, val_as_str(label));
	}
}

bool labels_fit(const struct labels_selector *s, const val *labels)
{
	for (size_t i = 0; i < s->terms.n; i++)
		if (!term_fits(&s->terms.p[i], labels))
			return false;
	return true;
}
