#include "data/labels_check.h"

#include <string.h>

#include "base/buf.h"
#include "base/rune.h"

#define MAX_NAME 63
#define MAX_PREFIX 253
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

/* The words in which the two parsers differ. */
static const struct words {
	const char *unit, *key, *subdomain;
} kubernetes = {"bytes", "a valid label key", "a lowercase RFC 1123"},
  kustomize = {"characters", "a qualified name", "a DNS-1123"};

static const char *too_long(buf *b, const struct words *w, unsigned most)
{
	return arena_printf(b->mem, "must be no more than %u %s", most, w->unit);
}

static void check_prefix(buf *b, const struct words *w, str prefix)
{
	if (!prefix.n) {
		add_fault(b, "prefix part ", "must be non-empty");
		return;
	}
	if (prefix.n > MAX_PREFIX)
		add_fault(b, "prefix part ", too_long(b, w, MAX_PREFIX));
	if (!is_subdomain(prefix))
		add_fault(b, "prefix part ",
			  arena_printf(b->mem,
				       "%s subdomain must consist of lower case alphanumeric "
				       "characters, '-' or '.', and must start and end with an "
				       "alphanumeric character (e.g. 'example.com', regex used for "
				       "validation is '" DNS_LABEL "(\\." DNS_LABEL ")*')",
				       w->subdomain));
}

static const char *key_fault(arena *mem, const struct words *w, str key)
{
	buf b = buf_init(mem);
	str prefix, name;
	bool cut = str_cut(key, '/', &prefix, &name);
	if (!cut)
		name = key;
	if (str_find(name, '/') >= 0)
		return arena_printf(mem,
				    "%s " NAME_FAULT " with an optional DNS subdomain prefix and "
				    "'/' (e.g. 'example.com/MyName')",
				    w->key);
	if (cut)
		check_prefix(&b, w, prefix);
	if (!name.n)
		add_fault(&b, "name part ", "must be non-empty");
	else if (name.n > MAX_NAME)
		add_fault(&b, "name part ", too_long(&b, w, MAX_NAME));
	if (!is_name(name))
		add_fault(&b, "name part ", NAME_FAULT);
	return b.n ? buf_text(&b) : NULL;
}

static const char *value_fault(arena *mem, const struct words *w, str value)
{
	buf b = buf_init(mem);
	if (value.n > MAX_NAME)
		add_fault(&b, "", too_long(&b, w, MAX_NAME));
	if (value.n && !is_name(value))
		add_fault(&b, "",
			  "a valid label must be an empty string or consist of alphanumeric "
			  "characters, '-', '_' or '.', and must start and end with an "
			  "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', "
			  "regex used for validation is '(" NAME_RULE ")?')");
	return b.n ? buf_text(&b) : NULL;
}

/* --- in a selector ---------------------------------------------------------------------------- */

err *labels_check_key(arena *mem, enum labels_texts texts, str key)
{
	bool older = texts == LABELS_OF_KUSTOMIZE;
	const char *fault = key_fault(mem, older ? &kustomize : &kubernetes, key);
	if (!fault)
		return NULL;
	return err_new(mem, ERR_INVALID,
		       older ? "invalid label key %s: %s" : "<nil>: Invalid value: %s: %s",
		       rune_quoted(mem, key), fault);
}

#define NO_NUMBER "for 'Gt', 'Lt' operators, the value must be an integer"

static bool is_number(str s)
{
	int64_t number;
	return str_int(s, &number);
}

static err *first_fault(arena *mem, str key, const str *values, size_t n, bool numbers)
{
	for (size_t i = 0; numbers && i < n; i++)
		if (!is_number(values[i]))
			return err_new(mem, ERR_INVALID, NO_NUMBER);
	for (size_t i = 0; i < n; i++) {
		const char *fault = value_fault(mem, &kustomize, values[i]);
		if (fault)
			return err_new(mem, ERR_INVALID, "invalid label value: %s: at key: %s: %s",
				       rune_quoted(mem, values[i]), rune_quoted(mem, key), fault);
	}
	return NULL;
}

err *labels_check_values(arena *mem, enum labels_texts texts, str key, const str *values, size_t n,
			 bool numbers)
{
	if (texts == LABELS_OF_KUSTOMIZE)
		return first_fault(mem, key, values, n, numbers);
	buf b = buf_init(mem);
	size_t faults = 0;
	for (size_t i = 0; numbers && i < n; i++)
		if (!is_number(values[i]))
			buf_printf(&b, "%svalues[%zu]: Invalid value: %s: " NO_NUMBER,
				   faults++ ? ", " : "", i, rune_quoted(mem, values[i]));
	for (size_t i = 0; i < n; i++) {
		const char *fault = value_fault(mem, &kubernetes, values[i]);
		if (fault)
			buf_printf(&b, "%svalues[%zu][%.*s]: Invalid value: %s: %s",
				   faults++ ? ", " : "", i, STR_ARG(key),
				   rune_quoted(mem, values[i]), fault);
	}
	if (!faults)
		return NULL;
	return err_new(mem, ERR_INVALID, faults > 1 ? "[%s]" : "%s", buf_text(&b));
}

const char *labels_operators(enum labels_texts texts)
{
	return texts == LABELS_OF_KUSTOMIZE ? "'=', '!=', '==', 'in', notin'"
					    : "in, notin, =, ==, !=, gt, lt";
}
