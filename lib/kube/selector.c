#include "kube/selector.h"

#include <ctype.h>

#include "base/vec.h"

enum op { OP_EQ, OP_NE, OP_IN, OP_NOT_IN, OP_EXISTS, OP_ABSENT, OP_GREATER, OP_LESS };

struct term {
	enum op op;
	str key;
	VEC(str) values;
};

struct selector {
	VEC(struct term) terms;
};

struct reader {
	arena *mem;
	str text;
	size_t at;
};

static void blanks(struct reader *r)
{
	while (r->at < r->text.n && isspace((unsigned char)r->text.p[r->at]))
		r->at++;
}

static char peek(struct reader *r)
{
	blanks(r);
	return r->at < r->text.n ? r->text.p[r->at] : 0;
}

static bool take(struct reader *r, const char *word)
{
	blanks(r);
	str rest = str_sub(r->text, r->at, r->text.n);
	if (!str_starts(rest, str_of(word)))
		return false;
	r->at += str_of(word).n;
	return true;
}

/* A key, a value or a word; empty when there is none. */
static str word(struct reader *r)
{
	blanks(r);
	size_t from = r->at;
	while (r->at < r->text.n) {
		unsigned char c = (unsigned char)r->text.p[r->at];
		if (!isalnum(c) && c != '-' && c != '_' && c != '.' && c != '/')
			break;
		r->at++;
	}
	return str_sub(r->text, from, r->at);
}

static err *bad(struct reader *r, const char *what)
{
	return err_new(r->mem, ERR_INVALID, "unable to parse the selector '%.*s': %s at byte %zu",
		       STR_ARG(r->text), what, r->at);
}

static err *set_of(struct reader *r, struct term *t)
{
	if (!take(r, "("))
		return bad(r, "expected '('");
	do {
		str value = word(r);
		VEC_PUSH(r->mem, &t->values, value);
	} while (take(r, ","));
	return take(r, ")") ? NULL : bad(r, "expected ')'");
}

static err *one_value(struct reader *r, struct term *t, enum op op)
{
	str value = word(r);
	int64_t number;
	t->op = op;
	if ((op == OP_GREATER || op == OP_LESS) && !str_int(value, &number))
		return bad(r, "expected a number");
	VEC_PUSH(r->mem, &t->values, value);
	return NULL;
}

static err *operator(struct reader *r, struct term *t)
{
	if (take(r, "!="))
		return one_value(r, t, OP_NE);
	if (take(r, "==") || take(r, "="))
		return one_value(r, t, OP_EQ);
	if (take(r, ">"))
		return one_value(r, t, OP_GREATER);
	if (take(r, "<"))
		return one_value(r, t, OP_LESS);
	if (!peek(r) || peek(r) == ',') {
		t->op = OP_EXISTS;
		return NULL;
	}
	str name = word(r);
	if (!str_is(name, "in") && !str_is(name, "notin"))
		return bad(r, "expected an operator");
	t->op = str_is(name, "in") ? OP_IN : OP_NOT_IN;
	return set_of(r, t);
}

static err *term(struct reader *r, struct term *t)
{
	*t = (struct term){0};
	bool absent = take(r, "!");
	t->key = word(r);
	if (!t->key.n)
		return bad(r, "expected a key");
	if (!absent)
		return operator(r, t);
	t->op = OP_ABSENT;
	return NULL;
}

err *selector_parse(arena *mem, str text, struct selector **ret_selector)
{
	struct selector *s = NEW(mem, struct selector);
	struct reader r = {mem, {str_text(mem, text), text.n}, 0};
	while (peek(&r)) {
		struct term t;
		if (s->terms.n == SELECTOR_MAX_TERMS)
			return err_new(mem, ERR_LIMIT, "a selector of more than %d terms",
				       SELECTOR_MAX_TERMS);
		TRY(term(&r, &t));
		VEC_PUSH(mem, &s->terms, t);
		if (!take(&r, ",") && peek(&r))
			return bad(&r, "expected ','");
	}
	*ret_selector = s;
	return NULL;
}

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
	return t->op == OP_GREATER ? is > than : is < than;
}

static bool fits(const struct term *t, const val *labels)
{
	const val *label = val_get_str(labels, t->key);
	switch (t->op) {
	case OP_EXISTS:
		return label;
	case OP_ABSENT:
		return !label;
	case OP_NE:
	case OP_NOT_IN:
		return !label || !among(t, val_as_str(label));
	case OP_EQ:
	case OP_IN:
		return label && among(t, val_as_str(label));
	case OP_GREATER:
	case OP_LESS:
		return label && compares(t, val_as_str(label));
	}
	return false;
}

bool selector_match(const struct selector *s, const val *labels)
{
	for (size_t i = 0; i < s->terms.n; i++)
		if (!fits(&s->terms.p[i], labels))
			return false;
	return true;
}
