#include "cel/cel_stream.h"

#include <string.h>

static const char *const shown_kinds[] = {
	[CEL_END] = "<EOF>",	      [CEL_T_EQUALS] = "'=='",
	[CEL_T_NOT_EQUALS] = "'!='",  [CEL_T_IN] = "'in'",
	[CEL_T_LESS] = "'<'",	      [CEL_T_LESS_EQUALS] = "'<='",
	[CEL_T_GREATER] = "'>'",      [CEL_T_GREATER_EQUALS] = "'>='",
	[CEL_T_AND] = "'&&'",	      [CEL_T_OR] = "'||'",
	[CEL_T_BRACKET] = "'['",      [CEL_T_BRACKET_END] = "']'",
	[CEL_T_BRACE] = "'{'",	      [CEL_T_BRACE_END] = "'}'",
	[CEL_T_PAREN] = "'('",	      [CEL_T_PAREN_END] = "')'",
	[CEL_T_DOT] = "'.'",	      [CEL_T_COMMA] = "','",
	[CEL_T_MINUS] = "'-'",	      [CEL_T_NOT] = "'!'",
	[CEL_T_QUESTION] = "'?'",     [CEL_T_COLON] = "':'",
	[CEL_T_PLUS] = "'+'",	      [CEL_T_STAR] = "'*'",
	[CEL_T_SLASH] = "'/'",	      [CEL_T_PERCENT] = "'%'",
	[CEL_T_TRUE] = "'true'",      [CEL_T_FALSE] = "'false'",
	[CEL_T_NULL] = "'null'",      [CEL_T_FLOAT] = "NUM_FLOAT",
	[CEL_T_INT] = "NUM_INT",      [CEL_T_UINT] = "NUM_UINT",
	[CEL_T_STRING] = "STRING",    [CEL_T_BYTES] = "BYTES",
	[CEL_T_IDENT] = "IDENTIFIER", [CEL_T_ESCAPED] = "ESC_IDENTIFIER",
};
#define KINDS (sizeof(shown_kinds) / sizeof(*shown_kinds))

struct cel_stream cel_stream_of(arena *mem, struct cel_source *source)
{
	struct cel_stream s = {.mem = mem, .source = source, .last_at = -1};
	for (size_t i = 0; i < source->faults.n; i++)
		VEC_PUSH(mem, &s.faults, source->faults.p[i]);
	s.told = source->faults.n;
	source->faults.n = 0;
	return s;
}

const struct cel_token *cel_ahead(const struct cel_stream *s, size_t k)
{
	size_t last = s->source->tokens.n - 1, i = s->at + k - 1;
	return &s->source->tokens.p[s->dead || i > last ? last : i];
}

bool cel_next_in(const struct cel_stream *s, size_t k, uint64_t set)
{
	return set & CEL_BIT(cel_ahead(s, k)->kind);
}

bool cel_next_is(const struct cel_stream *s, size_t k, enum cel_token_kind kind)
{
	return cel_ahead(s, k)->kind == kind;
}

/* --- faults ----------------------------------------------------------------------------------- */

static void give_up(struct cel_stream *s)
{
	s->dead = true;
	s->recovering = true;
}

static void tell(struct cel_stream *s, int32_t offset, const char *text)
{
	if (s->dead)
		return;
	bool last = s->told++ >= CEL_MAX_FAULTS;
	if (last)
		text = arena_printf(s->mem, "More than %d syntax errors", CEL_MAX_FAULTS);
	struct cel_fault f = {offset, arena_printf(s->mem, "Syntax error: %s", text)};
	VEC_PUSH(s->mem, &s->faults, f);
	if (last)
		give_up(s);
}

/* A ceiling that is not one of the syntax. */
static void tell_limit(struct cel_stream *s, const char *what, int limit)
{
	if (s->dead)
		return;
	struct cel_fault f = {CEL_NO_SOURCE,
			      arena_printf(s->mem, "%s limit exceeded: %d", what, limit)};
	VEC_PUSH(s->mem, &s->faults, f);
	give_up(s);
}

static const char *escaped(arena *mem, str s)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			buf_text_add(&b, "\\n");
		else if (s.p[i] == '\r')
			buf_text_add(&b, "\\r");
		else if (s.p[i] == '\t')
			buf_text_add(&b, "\\t");
		else
			buf_char(&b, s.p[i]);
	}
	return buf_text(&b);
}

static const char *shown_next(struct cel_stream *s)
{
	const struct cel_token *t = cel_ahead(s, 1);
	return t->kind == CEL_END ? "<EOF>" : escaped(s->mem, t->text);
}

/* Everything that could come here: what the rule has, and if it may end what those around it have. */
static uint64_t expected(const struct cel_stream *s, uint64_t set)
{
	uint64_t all = set;
	for (size_t i = s->frames.n; i && set & CEL_MAY_END; i--) {
		set = s->frames.p[i - 1].follow;
		all |= set;
	}
	if (set & CEL_MAY_END)
		all |= CEL_BIT(CEL_END);
	return all & ~CEL_MAY_END;
}

static const char *shown_set(struct cel_stream *s, uint64_t set)
{
	buf b = buf_init(s->mem);
	size_t n = 0;
	for (size_t k = 0; k < KINDS; k++) {
		if (!(set & CEL_BIT(k)))
			continue;
		buf_text_add(&b, n++ ? ", " : "");
		buf_text_add(&b, shown_kinds[k]);
	}
	return n == 1 ? buf_text(&b) : arena_printf(s->mem, "{%s}", buf_text(&b));
}

static void tell_unwanted(struct cel_stream *s, uint64_t wanted)
{
	if (s->recovering)
		return;
	s->recovering = true;
	tell(s, cel_ahead(s, 1)->from,
	     arena_printf(s->mem, "extraneous input '%s' expecting %s", shown_next(s),
			  shown_set(s, wanted)));
}

static bool throw(struct cel_stream * s, int site, int32_t offset, const char *text)
{
	s->thrown = true;
	s->site = site;
	if (s->recovering)
		return false;
	s->recovering = true;
	tell(s, offset, text);
	return false;
}

static bool throw_mismatch(struct cel_stream *s, uint64_t wanted, int site)
{
	return throw(s, site, cel_ahead(s, 1)->from,
		     arena_printf(s->mem, "mismatched input '%s' expecting %s", shown_next(s),
				  shown_set(s, wanted)));
}

/* The source from one place to another, without what is in no token. */
static str text_between(const struct cel_stream *s, int32_t from, int32_t to)
{
	buf b = buf_init(s->mem);
	for (size_t i = 0; i < s->source->garbage.n; i++) {
		const struct cel_garbage *g = &s->source->garbage.p[i];
		if (g->from < from || g->to > to)
			continue;
		buf_str(&b, cel_part(s->source, from, g->from));
		from = g->to;
	}
	buf_str(&b, cel_part(s->source, from, to));
	return buf_view(&b);
}

void cel_no_way(struct cel_stream *s, size_t k, int site)
{
	const struct cel_token *from = cel_ahead(s, 1), *bad = cel_ahead(s, k);
	str text = text_between(s, from->from, bad->to);
	const char *shown = from->kind == CEL_END ? "<EOF>" : escaped(s->mem, text);
	bool word = text.n > 1 && text.p[0] == '.' &&
		    CEL_BIT(bad->kind) &
			    (CEL_BIT(CEL_T_TRUE) | CEL_BIT(CEL_T_FALSE) | CEL_BIT(CEL_T_NULL));
	if (word && from->to == bad->from)
		throw(s, site, bad->from,
		      arena_printf(s->mem, "mismatched input '%s' expecting IDENTIFIER",
				   shown + 1));
	else
		throw(s, site, bad->from,
		      arena_printf(s->mem, "no viable alternative at input '%s'", shown));
}

/* --- steps ------------------------------------------------------------------------------------ */

static void fits(struct cel_stream *s)
{
	s->recovering = s->dead;
	s->last_at = -1;
	s->last_sites = 0;
}

static void pass(struct cel_stream *s)
{
	if (cel_ahead(s, 1)->kind != CEL_END)
		s->at++;
}

void cel_take(struct cel_stream *s)
{
	fits(s);
	pass(s);
}

/* A recovery begins; after too many the parser gives up. */
static void count_attempt(struct cel_stream *s)
{
	if (s->attempts++ < CEL_MAX_RECOVERIES)
		return;
	tell(s, cel_ahead(s, 1)->from,
	     arena_printf(s->mem, "error recovery attempt limit exceeded: %d", CEL_MAX_RECOVERIES));
	give_up(s);
}

/* Leaves a token out when the one behind it would do. */
static bool leave_out(struct cel_stream *s, uint64_t wanted)
{
	if (!cel_next_in(s, 2, wanted))
		return false;
	tell_unwanted(s, wanted);
	pass(s);
	fits(s);
	return true;
}

bool cel_match(struct cel_stream *s, enum cel_token_kind kind, uint64_t after, int site)
{
	if (s->dead)
		return false;
	if (cel_next_is(s, 1, kind)) {
		cel_take(s);
		return true;
	}
	count_attempt(s);
	if (leave_out(s, CEL_BIT(kind))) {
		pass(s);
		return true;
	}
	if (!cel_next_in(s, 1, expected(s, after)))
		return throw_mismatch(s, CEL_BIT(kind), site);
	if (!s->recovering)
		tell(s, cel_ahead(s, 1)->from,
		     arena_printf(s->mem, "missing %s at '%s'", shown_set(s, CEL_BIT(kind)),
				  shown_next(s)));
	s->recovering = true;
	return true;
}

bool cel_expect(struct cel_stream *s, uint64_t set, int site)
{
	if (s->recovering || cel_next_in(s, 1, set) || set & CEL_MAY_END)
		return true;
	uint64_t wanted = expected(s, set);
	return leave_out(s, wanted) || throw_mismatch(s, wanted, site);
}

/* What anybody further out could go on with. */
static uint64_t recovery_set(const struct cel_stream *s)
{
	uint64_t all = 0;
	for (size_t i = 0; i < s->frames.n; i++)
		all |= s->frames.p[i].follow;
	return all & ~CEL_MAY_END;
}

static void pass_until(struct cel_stream *s, uint64_t set, int limit)
{
	for (int n = 0; !cel_next_is(s, 1, CEL_END) && !cel_next_in(s, 1, set); n++) {
		if (n == limit)
			tell_limit(s, "error recovery token lookahead", limit);
		pass(s);
	}
}

void cel_expect_round(struct cel_stream *s, uint64_t set)
{
	if (s->recovering || cel_next_in(s, 1, set))
		return;
	tell_unwanted(s, expected(s, set));
	pass_until(s, expected(s, set) | recovery_set(s), INT32_MAX);
}

static void recover(struct cel_stream *s)
{
	s->thrown = false;
	if (s->dead)
		return;
	count_attempt(s);
	if (s->last_at == (ptrdiff_t)s->at && s->last_sites & CEL_BIT(s->site))
		pass(s);
	s->last_at = (ptrdiff_t)s->at;
	s->last_sites |= CEL_BIT(s->site);
	pass_until(s, recovery_set(s), CEL_MAX_PASSED_OVER);
}

/* --- rules ------------------------------------------------------------------------------------ */

static void go_deeper(struct cel_stream *s, struct cel_frame *f)
{
	f->depth++;
	if (++s->depth[f->rule] > CEL_MAX_DEPTH)
		tell_limit(s, "expression recursion", CEL_MAX_DEPTH);
}

void cel_enter(struct cel_stream *s, enum cel_rule rule, uint64_t follow)
{
	struct cel_frame f = {rule, 0, follow};
	go_deeper(s, &f);
	VEC_PUSH(s->mem, &s->frames, f);
}

void cel_round(struct cel_stream *s)
{
	go_deeper(s, &s->frames.p[s->frames.n - 1]);
}

void cel_leave(struct cel_stream *s)
{
	if (s->thrown)
		recover(s);
	struct cel_frame *f = &s->frames.p[--s->frames.n];
	s->depth[f->rule] -= f->depth;
}
