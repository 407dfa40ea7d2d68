#include "data/semver.h"

#include <string.h>

#include "base/buf.h"
#include "base/rune.h"

struct condition {
	const char *op;	     /* one of ops, as written */
	const char *text;    /* the version, as written */
	struct semver least; /* with 0 for what is a wildcard or absent */
	bool any;	     /* some number is a wildcard or absent: */
	bool any_minor;	     /* minor and patch are, but not major */
	bool any_patch;	     /* only patch is */
};

struct group {
	struct condition *p;
	size_t n, cap;
	bool pre; /* a condition names a prerelease */
};

struct semver_range {
	struct group *p;
	size_t n, cap;
};

/* A version with wildcards, in its pieces. */
struct pattern {
	str whole, numbers[3], pre; /* pre with its "-" */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static size_t skip_space(str s, size_t at)
{
	while (at < s.n && is_space(s.p[at]))
		at++;
	return at;
}

/* "|" is in the library's class by mistake: such a number is refused later with another text. */
static size_t skip_number(str s, size_t at)
{
	while (at < s.n && s.p[at] && strchr("0123456789xX*|", s.p[at]))
		at++;
	return at;
}

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '-';
}

/* "<mark>part.part…"; at itself when it is not there */
static size_t skip_parts(str s, size_t at, char mark)
{
	if (at >= s.n || s.p[at] != mark)
		return at;
	size_t end = at;
	do {
		size_t start = ++at;
		while (at < s.n && is_word(s.p[at]))
			at++;
		if (at == start)
			return end;
		end = at;
	} while (at < s.n && s.p[at] == '.');
	return end;
}

/* Reads as much of a pattern as there is at *at; false when there is none. */
static bool take_pattern(str s, size_t *at, struct pattern *ret)
{
	*ret = (struct pattern){0};
	size_t start = *at, i = start + (start < s.n && s.p[start] == 'v');
	size_t end = skip_number(s, i);
	if (end == i)
		return false;
	ret->numbers[0] = str_sub(s, i, end);
	for (int n = 1; n < 3 && end < s.n && s.p[end] == '.'; n++) {
		size_t next = skip_number(s, end + 1);
		if (next == end + 1)
			break;
		ret->numbers[n] = str_sub(s, end + 1, next);
		end = next;
	}
	size_t pre = end;
	end = skip_parts(s, end, '-');
	ret->pre = str_sub(s, pre, end);
	end = skip_parts(s, end, '+');
	ret->whole = str_sub(s, start, end);
	*at = end;
	return true;
}

/* "a - b" at `at`, with the blanks around it. */
static bool take_span(str s, size_t *at, struct pattern *low, struct pattern *high)
{
	size_t i = skip_space(s, *at);
	if (!take_pattern(s, &i, low))
		return false;
	size_t dash = skip_space(s, i);
	if (dash == i || dash >= s.n || s.p[dash] != '-')
		return false;
	i = skip_space(s, dash + 1);
	if (i == dash + 1 || !take_pattern(s, &i, high))
		return false;
	*at = skip_space(s, i);
	return true;
}

/* Writes each "a - b" as ">= a, <= b "; what is replaced is the first text of the same bytes. */
static str without_spans(arena *mem, str s)
{
	str out = s;
	for (size_t i = 0; i < s.n;) {
		size_t start = i;
		struct pattern low, high;
		if (!take_span(s, &i, &low, &high)) {
			i++;
			continue;
		}
		str found = str_sub(s, start, i);
		ptrdiff_t at = str_search(out, found);
		if (at < 0)
			continue;
		buf b = buf_init(mem);
		buf_add(&b, out.p, (size_t)at);
		buf_printf(&b, ">= %.*s, <= %.*s ", STR_ARG(low.whole), STR_ARG(high.whole));
		buf_str(&b, str_sub(out, (size_t)at + found.n, out.n));
		out = buf_view(&b);
	}
	return out;
}

static bool is_wildcard(str s)
{
	return !s.n || str_is(s, "x") || str_is(s, "X") || str_is(s, "*");
}

static err *condition(arena *mem, const char *op, const struct pattern *p, struct condition *ret)
{
	struct condition c = {.op = op, .text = str_text(mem, p->whole)};
	const char *version = c.text;
	if (is_wildcard(p->numbers[0])) {
		c.any = true;
		version = arena_printf(mem, "0.0.0%.*s", STR_ARG(p->pre));
	} else if (is_wildcard(p->numbers[1])) {
		c.any = c.any_minor = true;
		version =
			arena_printf(mem, "%.*s.0.0%.*s", STR_ARG(p->numbers[0]), STR_ARG(p->pre));
	} else if (is_wildcard(p->numbers[2])) {
		c.any = c.any_patch = true;
		version = arena_printf(mem, "%.*s.%.*s.0%.*s", STR_ARG(p->numbers[0]),
				       STR_ARG(p->numbers[1]), STR_ARG(p->pre));
	}
	if (semver_parse(mem, str_of(version), &c.least))
		return err_new(mem, ERR_INVALID, "constraint parser error");
	*ret = c;
	return NULL;
}

/* Operators, each before those that it begins with. */
static const char *const ops[] = {"!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^", ""};

static const char *take_op(str s, size_t *at)
{
	size_t i = 0;
	while (!str_starts(str_sub(s, *at, s.n), str_of(ops[i])))
		i++;
	*at += strlen(ops[i]);
	return ops[i];
}

/* The conditions of one alternative, parted by blanks or one comma. */
static err *group(arena *mem, str s, struct group *ret)
{
	struct group g = {0};
	size_t at = skip_space(s, 0);
	for (;;) {
		const char *op = take_op(s, &at);
		struct pattern p;
		at = skip_space(s, at);
		if (!take_pattern(s, &at, &p))
			break;
		size_t end = at;
		at = skip_space(s, at);
		bool comma = at < s.n && s.p[at] == ',';
		if (comma)
			at = skip_space(s, at + 1);
		else if (at < s.n && at == end)
			break;
		struct condition c;
		TRY(condition(mem, op, &p, &c));
		VEC_PUSH(mem, &g, c);
		g.pre = g.pre || *c.least.pre;
		if (at >= s.n && !comma) {
			*ret = g;
			return NULL;
		}
	}
	return err_new(mem, ERR_INVALID, "improper constraint: %s", rune_quoted(mem, s));
}

err *semver_range_parse(arena *mem, str text, struct semver_range **ret_range)
{
	struct semver_range *range = NEW(mem, struct semver_range);
	if (text.n > SEMVER_MAX_RANGE)
		return err_new(mem, ERR_INVALID, "constraint string is too long (max %d bytes)",
			       SEMVER_MAX_RANGE);
	str s = without_spans(mem, text);
	size_t groups = 1;
	for (str rest = s; str_search(rest, STR("||")) >= 0; groups++)
		rest = str_sub(rest, (size_t)str_search(rest, STR("||")) + 2, rest.n);
	if (groups > SEMVER_MAX_GROUPS)
		return err_new(mem, ERR_INVALID, "too many constraint groups (max %d)",
			       SEMVER_MAX_GROUPS);
	while (groups--) {
		ptrdiff_t at = str_search(s, STR("||"));
		str part = at < 0 ? s : str_sub(s, 0, (size_t)at);
		struct group g;
		TRY(group(mem, part, &g));
		VEC_PUSH(mem, range, g);
		s = str_sub(s, part.n + 2, s.n);
	}
	*ret_range = range;
	return NULL;
}

char *semver_range_text(arena *mem, const struct semver_range *range)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < range->n; i++) {
		if (i)
			buf_text_add(&b, " || ");
		for (size_t j = 0; j < range->p[i].n; j++)
			buf_printf(&b, "%s%s%s", j ? " " : "", range->p[i].p[j].op,
				   range->p[i].p[j].text);
	}
	return buf_text(&b);
}

/* A reason against v, with v's and the condition's text for its two %s; NULL: it fits. */
#define EQUAL "%s is equal to %s"
#define BELOW "%s is less than %s"
#define BELOW_OR_EQUAL "%s is less than or equal to %s"
#define ABOVE "%s is greater than %s"
#define ABOVE_OR_EQUAL "%s is greater than or equal to %s"
#define OTHER_MAJOR "%s does not have same major version as %s"
#define OTHER_MINOR "%s does not have same minor version as %s"

static const char *not_equal(const struct semver *v, const struct condition *c)
{
	const struct semver *o = &c->least;
	if (c->any && o->major != v->major)
		return NULL;
	if (c->any && c->any_minor)
		return EQUAL;
	if (c->any && o->minor != v->minor)
		return NULL;
	if (c->any && c->any_patch)
		return strcmp(v->pre, o->pre) == 0 ? EQUAL : NULL;
	if (c->any && o->patch != v->patch)
		return NULL;
	return semver_compare(v, o) ? NULL : EQUAL;
}

static const char *above(const struct semver *v, const struct condition *c)
{
	const struct semver *o = &c->least;
	bool fits;
	if (c->any && v->major != o->major)
		fits = v->major > o->major;
	else if (c->any && c->any_minor)
		fits = false;
	else if (c->any && c->any_patch)
		fits = v->minor > o->minor;
	else
		fits = semver_compare(v, o) > 0;
	return fits ? NULL : BELOW_OR_EQUAL;
}

static const char *below(const struct semver *v, const struct condition *c)
{
	return semver_compare(v, &c->least) < 0 ? NULL : ABOVE_OR_EQUAL;
}

static const char *above_or_equal(const struct semver *v, const struct condition *c)
{
	return semver_compare(v, &c->least) >= 0 ? NULL : BELOW;
}

static const char *below_or_equal(const struct semver *v, const struct condition *c)
{
	const struct semver *o = &c->least;
	if (!c->any)
		return semver_compare(v, o) <= 0 ? NULL : ABOVE;
	if (v->major > o->major || (v->major == o->major && v->minor > o->minor && !c->any_minor))
		return ABOVE;
	return NULL;
}

static const char *tilde(const struct semver *v, const struct condition *c)
{
	const struct semver *o = &c->least;
	if (semver_compare(v, o) < 0)
		return BELOW;
	if (!o->major && !o->minor && !o->patch && !c->any_minor && !c->any_patch)
		return NULL; /* ~0.0.0 is everything, as ~* */
	if (v->major != o->major)
		return OTHER_MAJOR;
	if (v->minor != o->minor && !c->any_minor)
		return "%s does not have same major and minor version as %s";
	return NULL;
}

static const char *equal(const struct semver *v, const struct condition *c)
{
	if (c->any)
		return tilde(v, c);
	return semver_compare(v, &c->least) ? "%s is not equal to %s" : NULL;
}

/* No change of the leftmost number that is not zero. */
static const char *caret(const struct semver *v, const struct condition *c)
{
	const struct semver *o = &c->least;
	if (semver_compare(v, o) < 0)
		return BELOW;
	if (o->major || c->any_minor || v->major)
		return v->major == o->major ? NULL : OTHER_MAJOR;
	if (o->minor || c->any_patch)
		return v->minor == o->minor ? NULL
					    : OTHER_MINOR
			       ". Expected minor versions to match when constraint "
			       "major version is 0";
	if (v->minor)
		return OTHER_MINOR;
	return v->patch == o->patch
		       ? NULL
		       : "%s does not equal %s. Expect version and constraint to equal "
			 "when major and minor versions are 0";
}

static const struct {
	const char *op;
	const char *(*against)(const struct semver *v, const struct condition *c);
} rules[] = {
	{"", equal},
	{"=", equal},
	{"!=", not_equal},
	{">", above},
	{"<", below},
	{">=", above_or_equal},
	{"=>", above_or_equal},
	{"<=", below_or_equal},
	{"=<", below_or_equal},
	{"~", tilde},
	{"~>", tilde},
	{"^", caret},
};

static const char *against(const struct condition *c, const struct semver *v)
{
	size_t i = 0;
	while (strcmp(rules[i].op, c->op) != 0)
		i++;
	return rules[i].against(v, c);
}

bool semver_range_has(const struct semver_range *range, const struct semver *v)
{
	for (size_t i = 0; i < range->n; i++) {
		const struct group *g = &range->p[i];
		bool fits = !*v->pre || g->pre;
		for (size_t j = 0; j < g->n && fits; j++)
			fits = !against(&g->p[j], v);
		if (fits)
			return true;
	}
	return false;
}

static const char *reason(arena *mem, const char *fmt, const struct semver *v, const char *text)
{
	const char *second = strstr(fmt, "%s") + 2, *rest = strstr(second, "%s");
	buf b = buf_init(mem);
	rune_quote(&b, str_of(semver_text(mem, v)));
	buf_add(&b, second, (size_t)(rest - second));
	rune_quote(&b, str_of(text));
	buf_text_add(&b, rest + 2);
	return buf_text(&b);
}

bool semver_range_why(arena *mem, const struct semver_range *range, const struct semver *v,
		      struct semver_reasons *ret_reasons)
{
	struct semver_reasons found = {0};
	bool said = false;
	*ret_reasons = found;
	for (size_t i = 0; i < range->n; i++) {
		const struct group *g = &range->p[i];
		bool fits = !*v->pre || g->pre;
		if (!fits && !said) {
			said = true;
			VEC_PUSH(mem, &found,
				 arena_printf(mem,
					      "%s is a prerelease version and the constraint is "
					      "only looking for release versions",
					      rune_quoted(mem, str_of(semver_text(mem, v)))));
		}
		bool passed = fits;
		for (size_t j = 0; j < g->n && fits; j++) {
			const char *fmt = against(&g->p[j], v);
			if (fmt)
				VEC_PUSH(mem, &found, reason(mem, fmt, v, g->p[j].text));
			passed = passed && !fmt;
		}
		if (passed)
			return true;
	}
	*ret_reasons = found;
	return false;
}
