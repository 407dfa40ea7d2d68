#include "base/regex_parse.h"

#include <string.h>

#include "base/regex_class.h"

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
	struct regex_scan in;
	VEC(struct group) groups;
	struct regex_tree *tree;
};

static struct regex_node *make(struct parser *p, enum regex_op op)
{
	struct regex_node *node = NEW(p->in.mem, struct regex_node);
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
	VEC_PUSH(p->in.mem, &top(p)->items, node);
}

static err *adopt(struct parser *p, struct regex_node *node, struct regex_node **subs, size_t n)
{
	node->subs = subs;
	node->sub_n = n;
	for (size_t i = 0; i < n; i++)
		if (node->height <= subs[i]->height)
			node->height = subs[i]->height + 1;
	if (node->height > REGEX_MAX_HEIGHT)
		return regex_fail(&p->in, "expression nests too deeply", p->in.whole);
	return NULL;
}

static void push_literal(struct parser *p, uint32_t r)
{
	struct regex_node *node = make(p, RE_RUNE);
	node->rune = r;
	if (p->in.flags & REGEX_FOLD) {
		struct regex_set *set = NEW(p->in.mem, struct regex_set);
		regex_set_add(p->in.mem, set, r, r);
		regex_set_fold(p->in.mem, set);
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
	VEC_PUSH(p->in.mem, &g->alternatives, node);
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
	struct group g = {.flags = p->in.flags};
	if (capture) {
		g.capture = (int)p->tree->names.n;
		VEC_PUSH(p->in.mem, &p->tree->names, name);
	}
	VEC_PUSH(p->in.mem, &p->groups, g);
}

static err *close_group(struct parser *p)
{
	if (p->groups.n == 1)
		return regex_fail(&p->in, "unexpected )", p->in.whole);
	struct regex_node *node;
	TRY(finish_group(p, &node));
	struct group g = *top(p);
	p->groups.n--;
	p->in.flags = g.flags;
	if (g.capture) {
		struct regex_node *capture = make(p, RE_CAPTURE);
		struct regex_node **sub = NEW(p->in.mem, struct regex_node *);
		*sub = node;
		capture->min = g.capture;
		TRY(adopt(p, capture, sub, 1));
		node = capture;
	}
	push(p, node);
	return NULL;
}

/* "(?P<name>" or "(?<name>", whose length up to the name is given. */
static err *named_group(struct parser *p, size_t before)
{
	ptrdiff_t end = str_find(p->in.rest, '>');
	if (end < 0)
		return regex_fail(&p->in, "invalid named capture", p->in.rest);
	str name = str_sub(p->in.rest, before, (size_t)end);
	if (!regex_is_name(name))
		return regex_fail(&p->in, "invalid named capture",
				  str_sub(p->in.rest, 0, (size_t)end + 1));
	open_group(p, str_text(p->in.mem, name), true);
	regex_skip(&p->in, (size_t)end + 1);
	return NULL;
}

/* "(?flags)", "(?flags:" and the named groups. */
static err *perl_group(struct parser *p)
{
	if (p->in.rest.n > 4 && regex_at(&p->in, 2, 'P') && regex_at(&p->in, 3, '<'))
		return named_group(p, 4);
	if (p->in.rest.n > 3 && regex_at(&p->in, 2, '<'))
		return named_group(p, 3);
	str begin = p->in.rest;
	unsigned flags = p->in.flags;
	bool minus = false, seen = false;
	regex_skip(&p->in, 2);
	while (p->in.rest.n) {
		uint32_t c;
		TRY(regex_next(&p->in, &c));
		unsigned bit = c == 'i'	  ? REGEX_FOLD
			       : c == 'm' ? REGEX_ONE_LINE
			       : c == 's' ? REGEX_DOT_NL
			       : c == 'U' ? REGEX_LAZY
					  : 0;
		if (bit) {
			/* m means not one line */
			if (minus == (bit == REGEX_ONE_LINE))
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
			p->in.flags = flags;
			return NULL;
		} else {
			break;
		}
	}
	return regex_fail(&p->in, "invalid or unsupported Perl syntax", regex_since(&p->in, begin));
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
	bool lazy = p->in.flags & REGEX_LAZY;
	if (regex_at(&p->in, 0, '?')) {
		regex_skip(&p->in, 1);
		lazy = !lazy;
	}
	if (last.n)
		return regex_fail(&p->in, "invalid nested repetition operator",
				  regex_since(&p->in, last));
	struct nodes *items = &top(p)->items;
	if (!items->n)
		return regex_fail(&p->in, "missing argument to repetition operator",
				  regex_since(&p->in, begin));
	struct regex_node *node = make(p, op), **sub = NEW(p->in.mem, struct regex_node *);
	*sub = items->p[items->n - 1];
	node->lazy = lazy;
	node->min = min;
	node->max = max;
	TRY(adopt(p, node, sub, 1));
	items->p[items->n - 1] = node;
	if (op == RE_REPEAT && (min >= 2 || max >= 2) && !repeat_is_valid(node, REGEX_MAX_REPEAT))
		return regex_fail(&p->in, "invalid repeat count", regex_since(&p->in, begin));
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

static void push_set(struct parser *p, struct regex_set *set)
{
	struct regex_node *node = make(p, RE_SET);
	regex_set_finish(set);
	node->set = set;
	push(p, node);
}

/* "\Q…\E": everything literally. */
static err *quoted(struct parser *p)
{
	str rest = str_sub(p->in.rest, 2, p->in.rest.n);
	ptrdiff_t end = str_search(rest, STR("\\E"));
	p->in.rest = end < 0 ? rest : str_sub(rest, 0, (size_t)end);
	while (p->in.rest.n) {
		uint32_t r;
		TRY(regex_next(&p->in, &r));
		push_literal(p, r);
	}
	p->in.rest =
		end < 0 ? str_sub(rest, rest.n, rest.n) : str_sub(rest, (size_t)end + 2, rest.n);
	return NULL;
}

static err *backslash(struct parser *p)
{
	static const char letters[] = "AbBz";
	static const enum regex_op ops[] = {RE_BEGIN_TEXT, RE_WORD, RE_NOT_WORD, RE_END_TEXT};
	char c = p->in.rest.n > 1 ? p->in.rest.p[1] : 0;
	const char *letter = c ? strchr(letters, c) : NULL;
	if (letter) {
		push(p, make(p, ops[letter - letters]));
		regex_skip(&p->in, 2);
		return NULL;
	}
	if (c == 'C')
		return regex_fail(&p->in, "invalid escape sequence", str_sub(p->in.rest, 0, 2));
	if (c == 'Q')
		return quoted(p);
	struct regex_set *set = NEW(p->in.mem, struct regex_set);
	bool found;
	TRY(regex_class_unicode(&p->in, set, &found));
	if (found || regex_class_perl(&p->in, set)) {
		push_set(p, set);
		return NULL;
	}
	uint32_t r;
	TRY(regex_escape(&p->in, &r));
	push_literal(p, r);
	return NULL;
}

/* Pushes an assertion or the dot, of one byte. */
static void push_mark(struct parser *p, char c)
{
	bool one_line = p->in.flags & REGEX_ONE_LINE;
	enum regex_op op = c == '^'   ? (one_line ? RE_BEGIN_TEXT : RE_BEGIN_LINE)
			   : c == '$' ? (one_line ? RE_END_TEXT : RE_END_LINE)
				      : (p->in.flags & REGEX_DOT_NL ? RE_ANY : RE_ANY_IN_LINE);
	push(p, make(p, op));
	regex_skip(&p->in, 1);
}

static err *brace(struct parser *p, str last, bool *ret_repeat)
{
	str begin = p->in.rest;
	int min, max;
	*ret_repeat = read_repeat(&p->in.rest, &min, &max);
	if (!*ret_repeat) {
		push_literal(p, '{');
		regex_skip(&p->in, 1);
		return NULL;
	}
	if (min < 0 || min > REGEX_MAX_REPEAT || max > REGEX_MAX_REPEAT || (max >= 0 && min > max))
		return regex_fail(&p->in, "invalid repeat count", regex_since(&p->in, begin));
	return repetition(p, RE_REPEAT, min, max, begin, last);
}

/* One element; *last is the repetition that it is, empty for none. */
static err *element(struct parser *p, str *last)
{
	str begin = p->in.rest, before = *last;
	struct regex_set *set;
	uint32_t r;
	bool repeat;
	char c = p->in.rest.p[0];
	*last = STR("");
	switch (c) {
	case '(':
		if (regex_at(&p->in, 1, '?'))
			return perl_group(p);
		open_group(p, NULL, true);
		regex_skip(&p->in, 1);
		return NULL;
	case '|':
		regex_skip(&p->in, 1);
		return finish_items(p);
	case ')':
		TRY(close_group(p));
		regex_skip(&p->in, 1);
		return NULL;
	case '^':
	case '$':
	case '.':
		push_mark(p, c);
		return NULL;
	case '[':
		set = NEW(p->in.mem, struct regex_set);
		TRY(regex_class_bracket(&p->in, set));
		push_set(p, set);
		return NULL;
	case '*':
	case '+':
	case '?':
		regex_skip(&p->in, 1);
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
	TRY(regex_next(&p->in, &r));
	push_literal(p, r);
	return NULL;
}

err *regex_parse(arena *mem, str pattern, struct regex_tree *ret_tree)
{
	struct parser p = {.in = {mem, pattern, pattern, REGEX_ONE_LINE, 0}, .tree = ret_tree};
	*ret_tree = (struct regex_tree){0};
	if (pattern.n > REGEX_MAX_PATTERN)
		return regex_fail(&p.in, "expression too large", str_sub(pattern, 0, 64));
	open_group(&p, NULL, true); /* group 0: the whole */
	str last = STR("");
	while (p.in.rest.n)
		TRY(element(&p, &last));
	if (p.groups.n > 1)
		return regex_fail(&p.in, "missing closing )", pattern);
	return finish_group(&p, &ret_tree->root);
}
