#include "tmpl/tmpl_regex.h"

#include "base/regex.h"
#include "base/rune.h"
#include "tmpl/tmpl_run.h"
#include "tmpl/tmpl_verb.h"

#define A_STEP 8 /* steps of an expression count as one of the templates */

/* Compiled expressions are kept for the run: templates ask for the same few again and again. */
static err *compile(struct tmpl_call *c, str pattern, struct regex **ret)
{
	struct map *kept = c->run ? &c->run->regexes : NULL;
	struct regex *re = kept ? map_get_str(kept, pattern) : NULL;
	if (!re) {
		TRY(tmpl_charge(c, pattern.n * 64));
		TRY(regex_compile(c->mem, pattern, &re));
		if (kept)
			map_set_str(kept, pattern, re);
	}
	*ret = re;
	return NULL;
}

/* The same for one search, whose cost is known before. */
static err *compile_for(struct tmpl_call *c, str pattern, str text, struct regex **ret)
{
	TRY(compile(c, pattern, ret));
	TRY(tmpl_charge(c, 0));
	return tmpl_spend(c, regex_cost(*ret) * (uint64_t)(text.n + 1) / A_STEP);
}

static struct regex_budget budget_of(struct tmpl_call *c)
{
	struct regex_budget b = {UINT64_MAX, UINT64_MAX, false};
	if (c->run)
		tmpl_run_left(c->run, &b.steps, &b.bytes);
	if (c->run)
		b.steps *= A_STEP;
	return b;
}

/* Pays for what was taken from the budget. */
static err *pay(struct tmpl_call *c, const struct regex_budget *b)
{
	if (b->over)
		return err_new(c->mem, ERR_LIMIT,
			       "a regular expression needs more steps or memory than the templates "
			       "may take");
	uint64_t steps, bytes;
	if (!c->run)
		return NULL;
	tmpl_run_left(c->run, &steps, &bytes);
	return tmpl_spend(c, steps - b->steps / A_STEP);
}

/* The functions without must panic when the expression is wrong. */
static err *compile_as(struct tmpl_call *c, const struct tv *args, struct regex **ret)
{
	str pattern = tv_as_str(args[0]);
	err *e = compile(c, pattern, ret);
	if (!e || err_code(e) != ERR_INVALID || text_starts(c->name, "must"))
		return e;
	return err_wrap(c->mem, e, "regexp: Compile(%s)",
			tmpl_can_backquote(pattern)
				? arena_printf(c->mem, "`%.*s`", STR_ARG(pattern))
				: rune_quoted(c->mem, pattern));
}

static err *regex_match_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct regex *re;
	err *e = compile_for(c, tv_as_str(args[0]), tv_as_str(args[1]), &re);
	*ret = tv_bool(false);
	if (e) /* regexMatch takes a wrong expression for one that does not match */
		return err_code(e) == ERR_INVALID && c->name[0] != 'm' ? NULL : e;
	ret->b = regex_match(c->mem, re, tv_as_str(args[1]));
	return NULL;
}

static err *regex_find_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct regex *re;
	str text = tv_as_str(args[1]);
	TRY(compile_as(c, args, &re));
	TRY(tmpl_charge(c, 0));
	TRY(tmpl_spend(c, regex_cost(re) * (uint64_t)(text.n + 1) / A_STEP));
	struct regex_span *spans = NEW_N(c->mem, struct regex_span, regex_groups(re));
	*ret = tv_text("");
	if (regex_find(c->mem, re, text, 0, spans))
		*ret = tv_str(str_sub(text, (size_t)spans->from, (size_t)spans->to));
	return NULL;
}

static err *regex_find_all_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct regex *re;
	str text = tv_as_str(args[1]);
	TRY(compile_as(c, args, &re));
	struct regex_span *spans;
	struct regex_budget budget = budget_of(c);
	size_t found = regex_find_all(c->mem, re, text, args[2].i, &budget, &spans);
	TRY(pay(c, &budget));
	*ret = (struct tv){.type = TV_TEXTS};
	if (!found)
		return NULL;
	*ret = tv_list(c->mem, TV_TEXTS, found);
	for (size_t i = 0; i < found; i++) {
		struct regex_span s = spans[i * regex_groups(re)];
		ret->list->p[i] = tv_str(str_sub(text, (size_t)s.from, (size_t)s.to));
	}
	return NULL;
}

static err *replace_all(struct tmpl_call *c, const struct tv *args, bool literal, struct tv *ret)
{
	struct regex *re;
	str text = tv_as_str(args[1]), with = tv_as_str(args[2]);
	TRY(compile_as(c, args, &re));
	struct regex_budget budget = budget_of(c);
	*ret = tv_str(regex_replace(c->mem, re, text, with, literal, &budget));
	return pay(c, &budget);
}

static err *regex_replace_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return replace_all(c, args, false, ret);
}

static err *regex_literal_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	return replace_all(c, args, true, ret);
}

static err *regex_split_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	struct regex *re;
	str *parts;
	TRY(compile_as(c, args, &re));
	struct regex_budget budget = budget_of(c);
	size_t found = regex_split(c->mem, re, tv_as_str(args[1]), args[2].i, &budget, &parts);
	TRY(pay(c, &budget));
	*ret = (struct tv){.type = TV_TEXTS};
	if (args[2].i == 0)
		return NULL;
	*ret = tv_list(c->mem, TV_TEXTS, found);
	for (size_t i = 0; i < found; i++)
		ret->list->p[i] = tv_str(parts[i]);
	return NULL;
}

static err *regex_quote_fn(struct tmpl_call *c, const struct tv *args, size_t n, struct tv *ret)
{
	(void)n;
	*ret = tv_text(regex_quote(c->mem, tv_as_str(args[0])));
	return NULL;
}

const struct tmpl_func tmpl_regex_funcs[] = {
	{"mustRegexFind", "ss>s", regex_find_fn},
	{"mustRegexFindAll", "ssi>S", regex_find_all_fn},
	{"mustRegexMatch", "ss>b", regex_match_fn},
	{"mustRegexReplaceAll", "sss>s", regex_replace_fn},
	{"mustRegexReplaceAllLiteral", "sss>s", regex_literal_fn},
	{"mustRegexSplit", "ssi>S", regex_split_fn},
	{"regexFind", "ss>s", regex_find_fn},
	{"regexFindAll", "ssi>S", regex_find_all_fn},
	{"regexMatch", "ss>b", regex_match_fn},
	{"regexQuoteMeta", "s>s", regex_quote_fn},
	{"regexReplaceAll", "sss>s", regex_replace_fn},
	{"regexReplaceAllLiteral", "sss>s", regex_literal_fn},
	{"regexSplit", "ssi>S", regex_split_fn},
	{0},
};
