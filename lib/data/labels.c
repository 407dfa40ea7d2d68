#include "data/labels.h"

#include <string.h>

#include "base/vec.h"
#include "data/labels_check.h"

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
	enum labels_texts texts;
	VEC(struct item) items;
	size_t at;
};

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
			if (next.token == COMMA)
				take(r);
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
		return found(r, i.text, labels_operators(r->texts));
	}
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
	TRY(labels_check_key(r->mem, r->texts, t->key));
	struct item next = look(r);
	if (t->op == NOT || next.token == END || next.token == COMMA)
		return NULL;
	TRY(read_operator(r, t));
	return labels_check_values(r->mem, r->texts, t->key, t->values.p, t->values.n,
				   t->op == GREATER || t->op == LESS);
}

err *labels_parse(arena *mem, str text, enum labels_texts texts,
		  struct labels_selector **ret_selector)
{
	struct labels_selector *s = NEW(mem, struct labels_selector);
	struct reader r = {.mem = mem, .text = {str_text(mem, text), text.n}, .texts = texts};
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
