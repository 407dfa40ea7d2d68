#include "base/regex_parse.h"

#include <string.h>

#include "base/rune.h"

enum flag { FOLD = 1, ONE_LINE = 2, DOT_NL = 4, LAZY = 8 };

struct nodes {
	struct regex_node **p;
	size_t n, cap;
};

/* An open parenthesis (the first: the whole): the alternatives before, and the one being read. */
struct group {
	unsigned flags; /* of outside */
	int capture;	/* 0: none */
	struct nodes alternatives, items;
};

struct parser {
	arena *mem;
	str whole, rest;
	unsigned flags;
	VEC(struct group) groups;
	struct regex_tree *tree;
};

static err *fail(struct parser *p, const char *what, str where)
{
	return err_new(p->mem, ERR_INVALID, "error parsing regexp: %s: `%.*s`", what,
		       STR_ARG(where));
}

/* The text from begin up to where reading stands. */
static str since(const struct parser *p, str begin)
{
	return (str){begin.p, (size_t)(p->rest.p - begin.p)};
}

static err *next_rune(struct parser *p, uint32_t *ret)
{
	size_t len;
	*ret = rune_at(p->rest, &len);
	if (*ret == RUNE_BAD && len == 1)
		return fail(p, "invalid UTF-8", p->rest);
	p->rest = str_sub(p->rest, len, p->rest.n);
	return NULL;
}

static bool at(const struct parser *p, size_t i, char c)
{
	return i < p->rest.n && p->rest.p[i] == c;
}

static void skip(struct parser *p, size_t n)
{
	p->rest = str_sub(p->rest, n, p->rest.n);
}

static struct regex_node *make(struct parser *p, enum regex_op op)
{
	struct regex_node *node = NEW(p->mem, struct regex_node);
	node->op = op;
	node->height = 1;
	return node;
}

static struct group *top(struct parser *p)
{
	return &p->groups.p[p->groups.n - 1];
}

static void push(struct parser *p, struct regex_node *node)
{
	VEC_PUSH(p->mem, &top(p)->items, node);
}

static err *adopt(struct parser *p, struct regex_node *node, struct regex_node **subs, size_t n)
{
	node->subs = subs;
	node->sub_n = n;
	for (size_t i = 0; i < n; i++)
		if (node->height <= subs[i]->height)
			node->height = subs[i]->height + 1;
	if (node->height > REGEX_MAX_HEIGHT)
		return fail(p, "expression nests too deeply", p->whole);
	return NULL;
}

static void push_literal(struct parser *p, uint32_t r)
{
	struct regex_node *node = make(p, RE_RUNE);
	node->rune = r;
	if (p->flags & FOLD) {
		struct regex_set *set = NEW(p->mem, struct regex_set);
		regex_set_add(p->mem, set, r, r);
		regex_set_fold(p->mem, set);
		if (set->n > 1 || set->p[0].from != set->p[0].to) {
			regex_set_finish(set);
			node->op = RE_SET;
			node->set = set;
		}
	}
	push(p, node);
}

/* The items read since the last bar, as one node. */
static err *finish_items(struct parser *p)
{
	struct group *g = top(p);
	struct regex_node *node = make(p, RE_EMPTY);
	if (g->items.n == 1) {
		node = g->items.p[0];
	} else if (g->items.n) {
		node->op = RE_CAT;
		TRY(adopt(p, node, g->items.p, g->items.n));
	}
	VEC_PUSH(p->mem, &g->alternatives, node);
	g->items = (struct nodes){0};
	return NULL;
}

static err *finish_group(struct parser *p, struct regex_node **ret)
{
	TRY(finish_items(p));
	struct group *g = top(p);
	if (g->alternatives.n == 1) {
		*ret = g->alternatives.p[0];
		return NULL;
	}
	*ret = make(p, RE_ALT);
	return adopt(p, *ret, g->alternatives.p, g->alternatives.n);
}

static void open_group(struct parser *p, const char *name, bool capture)
{
	struct group g = {.flags = p->flags};
	if (capture) {
		g.capture = (int)p->tree->names.n;
		VEC_PUSH(p->mem, &p->tree->names, name);
	}
	VEC_PUSH(p->mem, &p->groups, g);
}

static err *close_group(struct parser *p)
{
	if (p->groups.n == 1)
		return fail(p, "unexpected )", p->whole);
	struct regex_node *node;
	TRY(finish_group(p, &node));
	struct group g = *top(p);
	p->groups.n--;
	p->flags = g.flags;
	if (g.capture) {
		struct regex_node *capture = make(p, RE_CAPTURE);
		struct regex_node **sub = NEW(p->mem, struct regex_node *);
		*sub = node;
		capture->min = g.capture;
		TRY(adopt(p, capture, sub, 1));
		node = capture;
	}
	push(p, node);
	return NULL;
}

static bool is_name(str name)
{
	for (size_t i = 0; i < name.n; i++) {
		char c = name.p[i], low = (char)(c | 32);
		if (c != '_' && !(c >= '0' && c <= '9') && !(low >= 'a' && low <= 'z'))
			return false;
	}
	return name.n > 0;
}

/* "(?P<name>" or "(?<name>", whose length up to the name is given. */
static err *named_group(struct parser *p, size_t before)
{
	ptrdiff_t end = str_find(p->rest, '>');
	if (end < 0)
		return fail(p, "invalid named capture", p->rest);
	str name = str_sub(p->rest, before, (size_t)end);
	if (!is_name(name))
		return fail(p, "invalid named capture", str_sub(p->rest, 0, (size_t)end + 1));
	open_group(p, str_text(p->mem, name), true);
	skip(p, (size_t)end + 1);
	return NULL;
}

/* "(?flags)", "(?flags:" and the named groups. */
static err *perl_group(struct parser *p)
{
	if (p->rest.n > 4 && at(p, 2, 'P') && at(p, 3, '<'))
		return named_group(p, 4);
	if (p->rest.n > 3 && at(p, 2, '<'))
		return named_group(p, 3);
	str begin = p->rest;
	unsigned flags = p->flags;
	bool minus = false, seen = false;
	skip(p, 2);
	while (p->rest.n) {
		uint32_t c;
		TRY(next_rune(p, &c));
		unsigned bit = c == 'i'	  ? FOLD
			       : c == 'm' ? ONE_LINE
			       : c == 's' ? DOT_NL
			       : c == 'U' ? LAZY
					  : 0;
		if (bit) {
			/* m means not one line */
			if (minus == (bit == ONE_LINE))
				flags |= bit;
			else
				flags &= ~bit;
			seen = true;
		} else if (c == '-' && !minus) {
			minus = true;
			seen = false;
		} else if ((c == ':' || c == ')') && (!minus || seen)) {
			if (c == ':')
				open_group(p, NULL, false);
			p->flags = flags;
			return NULL;
		} else {
			break;
		}
	}
	return fail(p, "invalid or unsupported Perl syntax", since(p, begin));
}

/* The product of the repetitions on every way down must not exceed n. */
static bool repeat_is_valid(const struct regex_node *node, int n)
{
	if (node->op == RE_REPEAT) {
		int m = node->max == 0 ? 0 : node->max < 0 ? node->min : node->max;
		if (node->max == 0)
			return true;
		if (m > n)
			return false;
		if (m > 0)
			n /= m;
	}
	for (size_t i = 0; i < node->sub_n; i++)
		if (!repeat_is_valid(node->subs[i], n))
			return false;
	return true;
}

/* begin is the operator; last the repetition directly before it, empty for none. */
static err *repetition(struct parser *p, enum regex_op op, int min, int max, str begin, str last)
{
	bool lazy = p->flags & LAZY;
	if (at(p, 0, '?')) {
		skip(p, 1);
		lazy = !lazy;
	}
	if (last.n)
		return fail(p, "invalid nested repetition operator", since(p, last));
	struct nodes *items = &top(p)->items;
	if (!items->n)
		return fail(p, "missing argument to repetition operator", since(p, begin));
	struct regex_node *node = make(p, op), **sub = NEW(p->mem, struct regex_node *);
	*sub = items->p[items->n - 1];
	node->lazy = lazy;
	node->min = min;
	node->max = max;
	TRY(adopt(p, node, sub, 1));
	items->p[items->n - 1] = node;
	if (op == RE_REPEAT && (min >= 2 || max >= 2) && !repeat_is_valid(node, REGEX_MAX_REPEAT))
		return fail(p, "invalid repeat count", since(p, begin));
	return NULL;
}

/* A count; -1 when it is beyond all bounds. False when there is none. */
static bool read_count(str *s, int *ret)
{
	size_t n = 0;
	int value = 0;
	while (n < s->n && s->p[n] >= '0' && s->p[n] <= '9') {
		value = value < 0 || value >= 100000000 ? -1 : value * 10 + (s->p[n] - '0');
		n++;
	}
	if (!n || (n > 1 && s->p[0] == '0'))
		return false;
	*s = str_sub(*s, n, s->n);
	*ret = value;
	return true;
}

/* "{n}", "{n,}", "{n,m}" at the front of s; false for anything else, which is then plain text. */
static bool read_repeat(str *s, int *min, int *max)
{
	str t = str_sub(*s, 1, s->n);
	if (!read_count(&t, min) || !t.n)
		return false;
	*max = *min;
	if (t.p[0] == ',') {
		t = str_sub(t, 1, t.n);
		*max = -1;
		if (!t.n)
			return false;
		if (t.p[0] != '}') {
			if (!read_count(&t, max))
				return false;
			if (*max < 0)
				*min = -1;
		}
	}
	if (!t.n || t.p[0] != '}')
		return false;
	*s = str_sub(t, 1, t.n);
	return true;
}

static int hex_value(uint32_t c)
{
	if (c >= '0' && c <= '9')
		return (int)c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? (int)c - 'a' + 10 : -1;
}

/* Behind "\x": two digits or any number in braces; *ret_ok is false for a mistake. */
static err *hex_escape(struct parser *p, uint32_t *ret, bool *ret_ok)
{
	uint32_t c, r = 0;
	*ret_ok = false;
	if (!p->rest.n)
		return NULL;
	TRY(next_rune(p, &c));
	if (c != '{') {
		int x = hex_value(c);
		TRY(next_rune(p, &c));
		int y = hex_value(c);
		*ret_ok = x >= 0 && y >= 0;
		*ret = (uint32_t)(x * 16 + y);
		return NULL;
	}
	for (size_t n = 0; p->rest.n; n++) {
		TRY(next_rune(p, &c));
		if (c == '}') {
			*ret_ok = n > 0;
			*ret = r;
			return NULL;
		}
		int digit = hex_value(c);
		r = r * 16 + (uint32_t)digit;
		if (digit < 0 || r > REGEX_MAX_RUNE)
			return NULL;
	}
	return NULL;
}

static err *escape(struct parser *p, uint32_t *ret)
{
	static const char names[] = "afnrtv", codes[] = "\a\f\n\r\t\v";
	str begin = p->rest;
	uint32_t c;
	bool ok = false;
	skip(p, 1);
	if (!p->rest.n)
		return fail(p, "trailing backslash at end of expression", STR(""));
	TRY(next_rune(p, &c));
	const char *name = c && c < 0x80 ? strchr(names, (int)c) : NULL;
	bool octal = p->rest.n && p->rest.p[0] >= '0' && p->rest.p[0] <= '7';
	if (name) {
		*ret = (unsigned char)codes[name - names];
		return NULL;
	}
	if (c == '0' || (c >= '1' && c <= '7' && octal)) {
		*ret = c - '0';
		for (int i = 1; i < 3 && p->rest.n && p->rest.p[0] >= '0' && p->rest.p[0] <= '7';
		     i++) {
			*ret = *ret * 8 + (uint32_t)(p->rest.p[0] - '0');
			skip(p, 1);
		}
		return NULL;
	}
	if (c == 'x')
		TRY(hex_escape(p, ret, &ok));
	if (ok)
		return NULL;
	if (c < 0x80 && !is_name((str){&(char){(char)c}, 1})) {
		*ret = c;
		return NULL;
	}
	if (c == '_') {
		*ret = c;
		return NULL;
	}
	return fail(p, "invalid escape sequence", since(p, begin));
}

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

static bool add_group_class(struct parser *p, struct regex_set *set, str name, bool negated)
{
	for (size_t i = 0; i < sizeof(group_classes) / sizeof(*group_classes); i++) {
		const struct group_class *g = &group_classes[i];
		if (!str_is(name, g->name))
			continue;
		struct regex_set own = {0};
		regex_set_add_all(p->mem, &own, g->ranges, g->n);
		if (p->flags & FOLD)
			regex_set_fold(p->mem, &own);
		if (negated)
			regex_set_negate(p->mem, &own);
		regex_set_add_all(p->mem, set, own.p, own.n);
		return true;
	}
	return false;
}

/* "\d", "\S", …; false when no such class stands here. */
static bool perl_class(struct parser *p, struct regex_set *set)
{
	if (p->rest.n < 2 || p->rest.p[0] != '\\' || !strchr("dswDSW", p->rest.p[1]) ||
	    !p->rest.p[1])
		return false;
	char low = (char)(p->rest.p[1] | 32);
	add_group_class(p, set, (str){&low, 1}, low != p->rest.p[1]);
	skip(p, 2);
	return true;
}

/* The ranges of \p{name}; false for an unknown name. */
static bool add_unicode(struct parser *p, struct regex_set *set, str name, bool negated)
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
	if (p->flags & FOLD)
		regex_set_fold(p->mem, &own);
	if (negated)
		regex_set_negate(p->mem, &own);
	regex_set_add_all(p->mem, set, own.p, own.n);
	return true;
}

/* "\pL", "\p{Greek}", "\P{^Lu}"; *ret_found is false when none stands here. */
static err *unicode_class(struct parser *p, struct regex_set *set, bool *ret_found)
{
	*ret_found = at(p, 0, '\\') && (at(p, 1, 'p') || at(p, 1, 'P'));
	if (!*ret_found)
		return NULL;
	str begin = p->rest, name;
	bool negated = at(p, 1, 'P');
	uint32_t c;
	skip(p, 2);
	if (!p->rest.n)
		return fail(p, "invalid character class range", begin);
	str letter = p->rest;
	TRY(next_rune(p, &c));
	name = since(p, letter);
	if (c == '{') {
		ptrdiff_t end = str_find(begin, '}');
		if (end < 0)
			return fail(p, "invalid character class range", begin);
		name = str_sub(begin, 3, (size_t)end);
		p->rest = str_sub(begin, (size_t)end + 1, begin.n);
	}
	if (name.n && name.p[0] == '^') {
		negated = !negated;
		name = str_sub(name, 1, name.n);
	}
	if (!add_unicode(p, set, name, negated))
		return fail(p, "invalid character class range", since(p, begin));
	return NULL;
}

/* "[:alpha:]" within brackets. */
static err *posix_class(struct parser *p, struct regex_set *set, bool *ret_found)
{
	*ret_found = false;
	if (!at(p, 0, '[') || !at(p, 1, ':'))
		return NULL;
	ptrdiff_t end = str_search(str_sub(p->rest, 2, p->rest.n), STR(":]"));
	if (end < 0)
		return NULL;
	str whole = str_sub(p->rest, 0, (size_t)end + 4);
	str name = str_sub(p->rest, 2, (size_t)end + 2);
	bool negated = name.n && name.p[0] == '^';
	str plain = str_sub(name, negated, name.n);
	if (plain.n < 2 || !add_group_class(p, set, plain, negated))
		return fail(p, "invalid character class range", whole);
	skip(p, whole.n);
	*ret_found = true;
	return NULL;
}

static err *class_rune(struct parser *p, str whole, uint32_t *ret)
{
	if (!p->rest.n)
		return fail(p, "missing closing ]", whole);
	return at(p, 0, '\\') ? escape(p, ret) : next_rune(p, ret);
}

static err *class_range(struct parser *p, struct regex_set *set, str whole)
{
	str begin = p->rest;
	uint32_t low, high;
	TRY(class_rune(p, whole, &low));
	high = low;
	if (p->rest.n >= 2 && at(p, 0, '-') && !at(p, 1, ']')) {
		skip(p, 1);
		TRY(class_rune(p, whole, &high));
		if (high < low)
			return fail(p, "invalid character class range", since(p, begin));
	}
	struct regex_set own = {0};
	regex_set_add(p->mem, &own, low, high);
	if (p->flags & FOLD)
		regex_set_fold(p->mem, &own);
	regex_set_add_all(p->mem, set, own.p, own.n);
	return NULL;
}

static void push_set(struct parser *p, struct regex_set *set)
{
	struct regex_node *node = make(p, RE_SET);
	regex_set_finish(set);
	node->set = set;
	push(p, node);
}

static err *bracket(struct parser *p)
{
	str whole = p->rest;
	struct regex_set *set = NEW(p->mem, struct regex_set);
	skip(p, 1);
	bool negated = at(p, 0, '^'), first = true, found;
	skip(p, negated);
	while (first || !at(p, 0, ']')) {
		first = false;
		TRY(posix_class(p, set, &found));
		if (!found)
			TRY(unicode_class(p, set, &found));
		if (!found && !perl_class(p, set))
			TRY(class_range(p, set, whole));
	}
	skip(p, 1);
	if (negated)
		regex_set_negate(p->mem, set);
	push_set(p, set);
	return NULL;
}

/* "\Q…\E": everything literally. */
static err *quoted(struct parser *p)
{
	str rest = str_sub(p->rest, 2, p->rest.n);
	ptrdiff_t end = str_search(rest, STR("\\E"));
	p->rest = end < 0 ? rest : str_sub(rest, 0, (size_t)end);
	while (p->rest.n) {
		uint32_t r;
		TRY(next_rune(p, &r));
		push_literal(p, r);
	}
	p->rest = end < 0 ? str_sub(rest, rest.n, rest.n) : str_sub(rest, (size_t)end + 2, rest.n);
	return NULL;
}

static err *backslash(struct parser *p)
{
	static const char letters[] = "AbBz";
	static const enum regex_op ops[] = {RE_BEGIN_TEXT, RE_WORD, RE_NOT_WORD, RE_END_TEXT};
	char c = p->rest.n > 1 ? p->rest.p[1] : 0;
	const char *letter = c ? strchr(letters, c) : NULL;
	if (letter) {
		push(p, make(p, ops[letter - letters]));
		skip(p, 2);
		return NULL;
	}
	if (c == 'C')
		return fail(p, "invalid escape sequence", str_sub(p->rest, 0, 2));
	if (c == 'Q')
		return quoted(p);
	struct regex_set *set = NEW(p->mem, struct regex_set);
	bool found;
	TRY(unicode_class(p, set, &found));
	if (found || perl_class(p, set)) {
		push_set(p, set);
		return NULL;
	}
	uint32_t r;
	TRY(escape(p, &r));
	push_literal(p, r);
	return NULL;
}

/* Pushes an assertion or the dot, of one byte. */
static void push_mark(struct parser *p, char c)
{
	bool one_line = p->flags & ONE_LINE;
	enum regex_op op = c == '^'   ? (one_line ? RE_BEGIN_TEXT : RE_BEGIN_LINE)
			   : c == '$' ? (one_line ? RE_END_TEXT : RE_END_LINE)
				      : (p->flags & DOT_NL ? RE_ANY : RE_ANY_IN_LINE);
	push(p, make(p, op));
	skip(p, 1);
}

static err *brace(struct parser *p, str last, bool *ret_repeat)
{
	str begin = p->rest;
	int min, max;
	*ret_repeat = read_repeat(&p->rest, &min, &max);
	if (!*ret_repeat) {
		push_literal(p, '{');
		skip(p, 1);
		return NULL;
	}
	if (min < 0 || min > REGEX_MAX_REPEAT || max > REGEX_MAX_REPEAT || (max >= 0 && min > max))
		return fail(p, "invalid repeat count", since(p, begin));
	return repetition(p, RE_REPEAT, min, max, begin, last);
}

/* One element; *last is the repetition that it is, empty for none. */
static err *element(struct parser *p, str *last)
{
	str begin = p->rest, before = *last;
	uint32_t r;
	bool repeat;
	char c = p->rest.p[0];
	*last = STR("");
	switch (c) {
	case '(':
		if (at(p, 1, '?'))
			return perl_group(p);
		open_group(p, NULL, true);
		skip(p, 1);
		return NULL;
	case '|':
		skip(p, 1);
		return finish_items(p);
	case ')':
		TRY(close_group(p));
		skip(p, 1);
		return NULL;
	case '^':
	case '$':
	case '.':
		push_mark(p, c);
		return NULL;
	case '[':
		return bracket(p);
	case '*':
	case '+':
	case '?':
		skip(p, 1);
		*last = begin;
		return repetition(p,
				  c == '*'   ? RE_STAR
				  : c == '+' ? RE_PLUS
					     : RE_QUEST,
				  0, 0, begin, before);
	case '{':
		TRY(brace(p, before, &repeat));
		if (repeat)
			*last = begin;
		return NULL;
	case '\\':
		return backslash(p);
	}
	TRY(next_rune(p, &r));
	push_literal(p, r);
	return NULL;
}

err *regex_parse(arena *mem, str pattern, struct regex_tree *ret_tree)
{
	struct parser p = {
		.mem = mem, .whole = pattern, .rest = pattern, .flags = ONE_LINE, .tree = ret_tree};
	*ret_tree = (struct regex_tree){0};
	if (pattern.n > REGEX_MAX_PATTERN)
		return fail(&p, "expression too large", str_sub(pattern, 0, 64));
	open_group(&p, NULL, true); /* group 0: the whole */
	str last = STR("");
	while (p.rest.n)
		TRY(element(&p, &last));
	if (p.groups.n > 1)
		return fail(&p, "missing closing )", pattern);
	return finish_group(&p, &ret_tree->root);
}
