#include "base/regex_class.h"

#include <string.h>

#define MAX_RANGES ((size_t)512 << 10) /* of all Unicode classes of an expression */

static const struct group_class {
	const char *name;
	struct regex_range ranges[4];
	size_t n;
} group_classes[] = {
	{"d", {{'0', '9'}}, 1},
	{"s", {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}}, 3},
	{"w", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, 4},
	{"alnum", {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, 3},
	{"alpha", {{'A', 'Z'}, {'a', 'z'}}, 2},
	{"ascii", {{0, 0x7f}}, 1},
	{"blank", {{'\t', '\t'}, {' ', ' '}}, 2},
	{"cntrl", {{0, 0x1f}, {0x7f, 0x7f}}, 2},
	{"digit", {{'0', '9'}}, 1},
	{"graph", {{'!', '~'}}, 1},
	{"lower", {{'a', 'z'}}, 1},
	{"print", {{' ', '~'}}, 1},
	{"punct", {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, 4},
	{"space", {{'\t', '\r'}, {' ', ' '}}, 2},
	{"upper", {{'A', 'Z'}}, 1},
	{"word", {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, 4},
	{"xdigit", {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, 3},
};

static bool add_group_class(struct regex_scan *p, struct regex_set *set, str name, bool negated)
{
	for (size_t i = 0; i < sizeof(group_classes) / sizeof(*group_classes); i++) {
		const struct group_class *g = &group_classes[i];
		if (!str_is(name, g->name))
			continue;
		struct regex_set own = {0};
		regex_set_add_all(p->mem, &own, g->ranges, g->n);
		if (p->flags & REGEX_FOLD)
			regex_set_fold(p->mem, &own);
		if (negated)
			regex_set_negate(p->mem, &own);
		regex_set_add_all(p->mem, set, own.p, own.n);
		return true;
	}
	return false;
}

bool regex_class_perl(struct regex_scan *p, struct regex_set *set)
{
	if (p->rest.n < 2 || p->rest.p[0] != '\\' || !strchr("dswDSW", p->rest.p[1]) ||
	    !p->rest.p[1])
		return false;
	char low = (char)(p->rest.p[1] | 32);
	add_group_class(p, set, (str){&low, 1}, low != p->rest.p[1]);
	regex_skip(p, 2);
	return true;
}

/* The ranges of \p{name}; false for an unknown name. */
static bool add_unicode(struct regex_scan *p, struct regex_set *set, str name, bool negated)
{
	struct regex_set own = {0};
	const struct regex_class *class = regex_set_class(name);
	if (class)
		regex_set_add_all(p->mem, &own, class->p, class->n);
	else if (str_eq_nocase(name, STR("any")))
		regex_set_add(p->mem, &own, 0, REGEX_MAX_RUNE);
	else if (str_eq_nocase(name, STR("ascii")))
		regex_set_add(p->mem, &own, 0, 0x7f);
	else if (str_eq_nocase(name, STR("assigned"))) {
		class = regex_set_class(STR("Cn"));
		regex_set_add_all(p->mem, &own, class->p, class->n);
		regex_set_negate(p->mem, &own);
	} else {
		return false;
	}
	if (p->flags & REGEX_FOLD)
		regex_set_fold(p->mem, &own);
	if (negated)
		regex_set_negate(p->mem, &own);
	regex_set_add_all(p->mem, set, own.p, own.n);
	p->ranges += own.n;
	return true;
}

err *regex_class_unicode(struct regex_scan *p, struct regex_set *set, bool *ret_found)
{
	*ret_found = regex_at(p, 0, '\\') && (regex_at(p, 1, 'p') || regex_at(p, 1, 'P'));
	if (!*ret_found)
		return NULL;
	str begin = p->rest, name;
	bool negated = regex_at(p, 1, 'P');
	uint32_t c;
	regex_skip(p, 2);
	if (!p->rest.n)
		return regex_fail(p, "invalid character class range", begin);
	str letter = p->rest;
	TRY(regex_next(p, &c));
	name = regex_since(p, letter);
	if (c == '{') {
		ptrdiff_t end = str_find(begin, '}');
		if (end < 0)
			return regex_fail(p, "invalid character class range", begin);
		name = str_sub(begin, 3, (size_t)end);
		p->rest = str_sub(begin, (size_t)end + 1, begin.n);
	}
	if (name.n && name.p[0] == '^') {
		negated = !negated;
		name = str_sub(name, 1, name.n);
	}
	if (!add_unicode(p, set, name, negated))
		return regex_fail(p, "invalid character class range", regex_since(p, begin));
	if (p->ranges > MAX_RANGES)
		return regex_fail(p, "expression too large", str_sub(p->whole, 0, 64));
	return NULL;
}

/* "[:alpha:]" within brackets. */
static err *posix_class(struct regex_scan *p, struct regex_set *set, bool *ret_found)
{
	*ret_found = false;
	if (!regex_at(p, 0, '[') || !regex_at(p, 1, ':'))
		return NULL;
	ptrdiff_t end = str_search(str_sub(p->rest, 2, p->rest.n), STR(":]"));
	if (end < 0)
		return NULL;
	str whole = str_sub(p->rest, 0, (size_t)end + 4);
	str name = str_sub(p->rest, 2, (size_t)end + 2);
	bool negated = name.n && name.p[0] == '^';
	str plain = str_sub(name, negated, name.n);
	if (plain.n < 2 || !add_group_class(p, set, plain, negated))
		return regex_fail(p, "invalid character class range", whole);
	regex_skip(p, whole.n);
	*ret_found = true;
	return NULL;
}

static err *class_rune(struct regex_scan *p, str whole, uint32_t *ret)
{
	if (!p->rest.n)
		return regex_fail(p, "missing closing ]", whole);
	return regex_at(p, 0, '\\') ? regex_escape(p, ret) : regex_next(p, ret);
}

static err *class_range(struct regex_scan *p, struct regex_set *set, str whole)
{
	str begin = p->rest;
	uint32_t low, high;
	TRY(class_rune(p, whole, &low));
	high = low;
	if (p->rest.n >= 2 && regex_at(p, 0, '-') && !regex_at(p, 1, ']')) {
		regex_skip(p, 1);
		TRY(class_rune(p, whole, &high));
		if (high < low)
			return regex_fail(p, "invalid character class range",
					  regex_since(p, begin));
	}
	struct regex_set own = {0};
	regex_set_add(p->mem, &own, low, high);
	if (p->flags & REGEX_FOLD)
		regex_set_fold(p->mem, &own);
	regex_set_add_all(p->mem, set, own.p, own.n);
	return NULL;
}

err *regex_class_bracket(struct regex_scan *p, struct regex_set *set)
{
	str whole = p->rest;
	regex_skip(p, 1);
	bool negated = regex_at(p, 0, '^'), first = true, found;
	regex_skip(p, negated);
	while (first || !regex_at(p, 0, ']')) {
		first = false;
		TRY(posix_class(p, set, &found));
		if (!found)
			TRY(regex_class_unicode(p, set, &found));
		if (!found && !regex_class_perl(p, set))
			TRY(class_range(p, set, whole));
	}
	regex_skip(p, 1);
	if (negated)
		regex_set_negate(p->mem, set);
	return NULL;
}
