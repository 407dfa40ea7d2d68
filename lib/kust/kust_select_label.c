/* Kubernetes label selectors: grammar, checks and texts of apimachinery's labels.Parse. */
#include "kust/kust_select.h"

#include <ctype.h>
#include <string.h>

#include "base/buf.h"
#include "base/rune.h"

enum token { END, IDENTIFIER, OPEN, CLOSE, COMMA, NOT, EQ, EQEQ, NEQ, GT, LT, IN, NOTIN, BAD };

struct item {
	enum token token;
	str text;
};

struct requirement {
	str key;
	enum token op; /* EQ for =, ==; IN, NOTIN, NEQ, GT, LT; IDENTIFIER: exists; NOT: does not */
	VEC(str) values;
};

struct kust_label_selector {
	VEC(struct requirement) all;
};

struct parser {
	arena *mem;
	VEC(struct item) items;
	size_t at;
};

/* --- words --------------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_symbol(char c)
{
	return c && strchr("=!(),><", c);
}

static struct item lex_symbol(struct parser *p, str text, size_t *at)
{
	static const struct {
		const char *text;
		enum token token;
	} symbols[] = {{"==", EQEQ}, {"!=", NEQ},  {"=", EQ}, {"!", NOT}, {"(", OPEN},
		       {")", CLOSE}, {",", COMMA}, {">", GT}, {"<", LT}};
	for (size_t i = 0; i < sizeof(symbols) / sizeof(*symbols); i++)
		if (str_starts(str_sub(text, *at, text.n), str_of(symbols[i].text))) {
			*at += strlen(symbols[i].text);
			return (struct item){symbols[i].token, str_of(symbols[i].text)};
		}
	return (struct item){BAD, str_of(arena_printf(p->mem, "error expected: keyword found"))};
}

static void lex(struct parser *p, str text)
{
	size_t i = 0;
	for (;;) {
		while (i < text.n && is_blank(text.p[i]))
			i++;
		if (i >= text.n || !text.p[i])
			break;
		struct item item;
		if (is_symbol(text.p[i])) {
			item = lex_symbol(p, text, &i);
		} else {
			size_t from = i;
			while (i < text.n && text.p[i] && !is_blank(text.p[i]) &&
			       !is_symbol(text.p[i]))
				i++;
			str word = str_sub(text, from, i);
			item = (struct item){str_is(word, "in")	     ? IN
					     : str_is(word, "notin") ? NOTIN
								     : IDENTIFIER,
					     word};
		}
		VEC_PUSH(p->mem, &p->items, item);
	}
	VEC_PUSH(p->mem, &p->items, ((struct item){END, {"", 0}}));
}

/* Where values or keys stand, "in" and "notin" are plain words. */
static struct item look(struct parser *p)
{
	struct item i = p->items.p[p->at < p->items.n ? p->at : p->items.n - 1];
	if (i.token == IN || i.token == NOTIN)
		i.token = IDENTIFIER;
	return i;
}

static struct item take(struct parser *p)
{
	struct item i = look(p);
	p->at++;
	return i;
}

static err *found(struct parser *p, str text, const char *instead)
{
	return err_new(p->mem, ERR_INVALID, "found '%.*s', expected: %s", STR_ARG(text), instead);
}

/* --- checks -------------------------------------------------------------------------------------- */

#define NAME_RULE "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
#define NAME_TEXT                                                                                  \
	"must consist of alphanumeric characters, '-', '_' or '.', and must start and end with "   \
	"an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for "  \
	"validation is '" NAME_RULE "')"
#define DNS_LABEL "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

static bool is_name(str s)
{
	for (size_t i = 0; i < s.n; i++) {
		bool inner = i && i + 1 < s.n && s.p[i] && strchr("-_.", s.p[i]);
		if (!inner && !(isalnum((unsigned char)s.p[i]) && (unsigned char)s.p[i] < 0x80))
			return false;
	}
	return s.n;
}

static bool is_dns_subdomain(str s)
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

static void add_fault(buf *b, const char *text)
{
	buf_printf(b, "%s%s", b->n ? "; " : "", text);
}

static err *check_key(arena *mem, str key)
{
	buf b = buf_init(mem);
	str prefix, name;
	if (!str_cut(key, '/', &prefix, &name))
		name = key, prefix = STR("x");
	else if (!prefix.n)
		add_fault(&b, "prefix part must be non-empty");
	else if (prefix.n > 253)
		add_fault(&b, "prefix part must be no more than 253 characters");
	if (str_find(name, '/') >= 0) {
		buf_clear(&b);
		add_fault(&b, "a qualified name " NAME_TEXT
			      " with an optional DNS subdomain prefix and '/' (e.g. "
			      "'example.com/MyName')");
	} else {
		if (prefix.n && !is_dns_subdomain(prefix))
			add_fault(&b, "prefix part a DNS-1123 subdomain must consist of lower case "
				      "alphanumeric characters, '-' or '.', and must start and end "
				      "with an alphanumeric character (e.g. 'example.com', regex "
				      "used for validation is '" DNS_LABEL "(\\." DNS_LABEL ")*')");
		if (!name.n)
			add_fault(&b, "name part must be non-empty");
		else if (name.n > 63)
			add_fault(&b, "name part must be no more than 63 characters");
		if (!is_name(name))
			add_fault(&b, "name part " NAME_TEXT);
	}
	return b.n ? err_new(mem, ERR_INVALID, "invalid label key %s: %s", rune_quoted(mem, key),
			     buf_text(&b))
		   : NULL;
}

static err *check_value(arena *mem, str key, str value)
{
	buf b = buf_init(mem);
	if (value.n > 63)
		add_fault(&b, "must be no more than 63 characters");
	if (value.n && !is_name(value))
		add_fault(&b,
			  "a valid label must be an empty string or consist of alphanumeric "
			  "characters, '-', '_' or '.', and must start and end with an "
			  "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
			  "regex used for validation is '(" NAME_RULE ")?')");
	return b.n ? err_new(mem, ERR_INVALID, "invalid label value: %s: at key: %s: %s",
			     rune_quoted(mem, value), rune_quoted(mem, key), buf_text(&b))
		   : NULL;
}

/* --- grammar ------------------------------------------------------------------------------------- */

static void add_value(struct parser *p, struct requirement *r, str value)
{
	for (size_t i = 0; i < r->values.n; i++)
		if (str_eq(r->values.p[i], value))
			return;
	VEC_PUSH(p->mem, &r->values, value);
}

static err *read_set(struct parser *p, struct requirement *r)
{
	for (;;) {
		struct item i = take(p), next = look(p);
		if (i.token == IDENTIFIER) {
			add_value(p, r, i.text);
			if (next.token == CLOSE)
				return NULL;
			if (next.token != COMMA)
				return found(p, next.text, "',' or ')'");
		} else if (i.token == COMMA) {
			if (!r->values.n || next.token == CLOSE || next.token == COMMA)
				add_value(p, r, STR(""));
			if (next.token == CLOSE)
				return NULL;
			if (next.token == COMMA)
				take(p);
		} else {
			return found(p, i.text, "',', or identifier");
		}
	}
}

static err *read_values(struct parser *p, struct requirement *r)
{
	struct item i = take(p);
	if (i.token != OPEN)
		return err_new(p->mem, ERR_INVALID, "found '%.*s' expected: '('", STR_ARG(i.text));
	i = look(p);
	if (i.token == CLOSE) {
		take(p);
		add_value(p, r, STR(""));
		return NULL;
	}
	if (i.token != IDENTIFIER && i.token != COMMA)
		return found(p, i.text, "',', ')' or identifier");
	TRY(read_set(p, r));
	return take(p).token == CLOSE ? NULL : found(p, i.text, "')'");
}

static err *read_value(struct parser *p, struct requirement *r)
{
	struct item i = look(p);
	if (i.token == END || i.token == COMMA) {
		add_value(p, r, STR(""));
		return NULL;
	}
	i = take(p);
	if (i.token != IDENTIFIER)
		return found(p, i.text, "identifier");
	add_value(p, r, i.text);
	return NULL;
}

static err *read_operator(struct parser *p, struct requirement *r)
{
	struct item i = p->items.p[p->at < p->items.n ? p->at : p->items.n - 1];
	p->at++;
	switch (i.token) {
	case IN:
	case NOTIN:
		r->op = i.token;
		return read_values(p, r);
	case EQ:
	case EQEQ:
		r->op = EQ;
		return read_value(p, r);
	case NEQ:
	case GT:
	case LT:
		r->op = i.token;
		return read_value(p, r);
	default:
		return found(p, i.text, "'=', '!=', '==', 'in', notin'");
	}
}

static err *read_requirement(struct parser *p, struct requirement *r)
{
	struct item i = take(p);
	r->op = IDENTIFIER;
	if (i.token == NOT) {
		r->op = NOT;
		i = take(p);
	}
	if (i.token != IDENTIFIER)
		return found(p, i.text, "identifier");
	r->key = i.text;
	TRY(check_key(p->mem, r->key));
	struct item next = look(p);
	bool ends = next.token == END || next.token == COMMA;
	if (r->op != NOT && !ends)
		TRY(read_operator(p, r));
	for (size_t k = 0; (r->op == GT || r->op == LT) && k < r->values.n; k++) {
		int64_t number;
		if (!str_int(r->values.p[k], &number))
			return err_new(p->mem, ERR_INVALID,
				       "for 'Gt', 'Lt' operators, the value must be an integer");
	}
	for (size_t k = 0; k < r->values.n; k++)
		TRY(check_value(p->mem, r->key, r->values.p[k]));
	return NULL;
}

err *kust_label_selector_read(arena *mem, str text, struct kust_label_selector **ret_selector)
{
	struct kust_label_selector *s = NEW(mem, struct kust_label_selector);
	struct parser p = {.mem = mem};
	lex(&p, text);
	for (;;) {
		struct item i = look(&p);
		if (i.token == END)
			break;
		if (i.token != IDENTIFIER && i.token != NOT)
			return found(&p, i.text, "!, identifier, or 'end of string'");
		struct requirement r = {0};
		TRY_AS(mem, read_requirement(&p, &r), "unable to parse requirement");
		VEC_PUSH(mem, &s->all, r);
		i = take(&p);
		if (i.token == END)
			break;
		if (i.token != COMMA)
			return found(&p, i.text, "',' or 'end of string'");
		i = look(&p);
		if (i.token != IDENTIFIER && i.token != NOT)
			return found(&p, i.text, "identifier after ','");
	}
	*ret_selector = s;
	return NULL;
}

/* --- matching ------------------------------------------------------------------------------------ */

static bool has_value(const struct requirement *r, str value)
{
	for (size_t i = 0; i < r->values.n; i++)
		if (str_eq(r->values.p[i], value))
			return true;
	return false;
}

static bool requirement_matches(const struct requirement *r, const struct kust_pairs *labels)
{
	const struct kust_pair *has = NULL;
	int64_t a = 0, b = 0;
	for (size_t i = 0; i < labels->n; i++)
		if (str_eq(labels->p[i].key, r->key))
			has = &labels->p[i];
	switch (r->op) {
	case IDENTIFIER:
		return has;
	case NOT:
		return !has;
	case EQ:
	case IN:
		return has && has_value(r, has->value);
	case NEQ:
	case NOTIN:
		return !has || !has_value(r, has->value);
	default:
		if (!has || !str_int(has->value, &a) || !r->values.n ||
		    !str_int(r->values.p[0], &b))
			return false;
		return r->op == GT ? a > b : a < b;
	}
}

bool kust_label_selector_matches(const struct kust_label_selector *s,
				 const struct kust_pairs *labels)
{
	for (size_t i = 0; i < s->all.n; i++)
		if (!requirement_matches(&s->all.p[i], labels))
			return false;
	return true;
}
