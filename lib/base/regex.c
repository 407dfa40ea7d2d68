#include "base/regex.h"

#include <string.h>

#include "base/buf.h"
#include "base/regex_prog.h"
#include "base/rune.h"

#define MAX_SLOTS ((size_t)4 << 20) /* instructions times groups */

struct regex {
	str pattern;
	struct regex_prog prog;
	const char *const *names;
	size_t groups;
	bool anchored;	/* can only match at the start of the text */
	int first_byte; /* with which every match begins; -1: several */
};

/* What holds at a place between two code points. */
struct place {
	uint32_t before, after; /* END at the ends of the text */
};
#define END UINT32_MAX

/* The threads that stand at one place, the preferred ones first. */
struct threads {
	uint32_t *pcs;
	size_t n;
	uint32_t *index;  /* of pc in pcs: valid where pcs[index[pc]] == pc */
	ptrdiff_t *saved; /* slots for each entry of pcs */
};

struct todo {
	uint32_t pc;
	int slot; /* 0 or more: a slot to be set back to old */
	ptrdiff_t old;
};

struct matcher {
	const struct regex *re;
	str text;
	size_t slots;
	struct threads now, next;
	struct todo *todo;
	ptrdiff_t *cap; /* of the thread that is being added */
	bool matched;
	ptrdiff_t *best;
	bool whole; /* only a match up to the end counts */
	uint64_t steps;
};

static bool is_word_rune(uint32_t r)
{
	return r == '_' || (r >= '0' && r <= '9') ||
	       (r < 0x80 && (r | 32) >= 'a' && (r | 32) <= 'z');
}

static bool holds(enum regex_op op, struct place at)
{
	switch (op) {
	case RE_BEGIN_LINE:
		return at.before == END || at.before == '\n';
	case RE_END_LINE:
		return at.after == END || at.after == '\n';
	case RE_BEGIN_TEXT:
		return at.before == END;
	case RE_END_TEXT:
		return at.after == END;
	case RE_WORD:
		return is_word_rune(at.before) != is_word_rune(at.after);
	default:
		return is_word_rune(at.before) == is_word_rune(at.after);
	}
}

static bool is_there(const struct threads *t, uint32_t pc)
{
	uint32_t i = t->index[pc];
	return i < t->n && t->pcs[i] == pc;
}

/* Adds pc and all that it leads to without reading; m->cap holds its slots. */
static void add(struct matcher *m, struct threads *t, uint32_t pc, size_t pos, struct place at)
{
	size_t n = 0;
	m->todo[n++] = (struct todo){pc, -1, 0};
	while (n) {
		struct todo job = m->todo[--n];
		if (job.slot >= 0) {
			m->cap[job.slot] = job.old;
			continue;
		}
		if (is_there(t, job.pc))
			continue;
		const struct regex_inst *inst = &m->re->prog.p[job.pc];
		uint32_t entry = (uint32_t)t->n++;
		t->pcs[entry] = job.pc;
		t->index[job.pc] = entry;
		switch (inst->code) {
		case CODE_SPLIT:
			m->todo[n++] = (struct todo){inst->other, -1, 0};
			m->todo[n++] = (struct todo){inst->next, -1, 0};
			break;
		case CODE_JUMP:
			m->todo[n++] = (struct todo){inst->next, -1, 0};
			break;
		case CODE_CHECK:
			if (holds((enum regex_op)inst->arg, at))
				m->todo[n++] = (struct todo){inst->next, -1, 0};
			break;
		case CODE_SAVE:
			if (inst->arg < m->slots) {
				m->todo[n++] = (struct todo){0, (int)inst->arg, m->cap[inst->arg]};
				m->cap[inst->arg] = (ptrdiff_t)pos;
			}
			m->todo[n++] = (struct todo){inst->next, -1, 0};
			break;
		default:
			if (m->slots)
				memcpy(t->saved + entry * m->slots, m->cap,
				       m->slots * sizeof(*m->cap));
		}
	}
}

static bool accepts(const struct regex_inst *inst, uint32_t r)
{
	switch (inst->code) {
	case CODE_RUNE:
		return inst->arg == r;
	case CODE_SET:
		return regex_set_has(inst->set, r);
	case CODE_ANY:
		return true;
	case CODE_ANY_IN_LINE:
		return r != '\n';
	default:
		return false;
	}
}

/* Lets the threads read r, which ends at pos; the first that matches hides those behind it. */
static void step(struct matcher *m, uint32_t r, size_t pos, struct place after)
{
	m->next.n = 0;
	for (size_t i = 0; i < m->now.n; i++) {
		const struct regex_inst *inst = &m->re->prog.p[m->now.pcs[i]];
		if (inst->code == CODE_MATCH) {
			if (m->whole && r != END)
				continue;
			m->matched = true;
			if (m->slots)
				memcpy(m->best, m->now.saved + i * m->slots,
				       m->slots * sizeof(*m->best));
			break;
		}
		if (r == END || inst->code > CODE_ANY_IN_LINE || !accepts(inst, r))
			continue;
		if (m->slots)
			memcpy(m->cap, m->now.saved + i * m->slots, m->slots * sizeof(*m->cap));
		add(m, &m->next, inst->next, pos, after);
	}
	struct threads t = m->now;
	m->now = m->next;
	m->next = t;
}

static struct threads threads_for(arena *mem, size_t n, size_t slots)
{
	return (struct threads){
		.pcs = NEW_N(mem, uint32_t, n),
		.index = NEW_N(mem, uint32_t, n),
		.saved = slots ? NEW_N(mem, ptrdiff_t, arena_times(n, slots)) : NULL,
	};
}

static struct matcher matcher_open(arena *mem, const struct regex *re, str text, size_t slots)
{
	size_t n = re->prog.n;
	return (struct matcher){
		.re = re,
		.text = text,
		.slots = slots,
		.now = threads_for(mem, n, slots),
		.next = threads_for(mem, n, slots),
		.todo = NEW_N(mem, struct todo, n * 2 + 2),
		.cap = NEW_N(mem, ptrdiff_t, slots + 1),
		.best = NEW_N(mem, ptrdiff_t, slots + 1),
	};
}

static uint32_t rune_before(str text, size_t pos)
{
	for (size_t len = 1; len <= 4 && len <= pos; len++) {
		size_t got;
		uint32_t r = rune_at(str_sub(text, pos - len, pos), &got);
		if (got == len && (len > 1 || r != RUNE_BAD))
			return r;
	}
	return pos ? RUNE_BAD : END;
}

/* Where to go on looking when no thread lives: the next place where a match can begin. */
static size_t skip_ahead(const struct matcher *m, size_t pos)
{
	if (m->re->first_byte < 0 || pos >= m->text.n)
		return pos;
	const char *at = memchr(m->text.p + pos, m->re->first_byte, m->text.n - pos);
	return at ? (size_t)(at - m->text.p) : m->text.n;
}

static bool run(struct matcher *m, size_t pos)
{
	size_t len = 0, from = pos;
	m->matched = false;
	m->now.n = 0;
	struct place at = {rune_before(m->text, pos), 0};
	for (;; pos += len) {
		if (!m->now.n) {
			if (m->matched || ((m->re->anchored || m->whole) && pos > 0 && pos > from))
				break;
			size_t to = skip_ahead(m, pos);
			if (to != pos)
				at.before = rune_before(m->text, to);
			pos = to;
		}
		at.after = pos < m->text.n ? rune_at(str_sub(m->text, pos, m->text.n), &len) : END;
		if (!m->matched && !((m->re->anchored || m->whole) && pos > from)) {
			for (size_t i = 0; i < m->slots; i++)
				m->cap[i] = -1;
			add(m, &m->now, m->re->prog.start, pos, at);
		}
		m->steps += m->now.n + 1;
		size_t next_len = 0;
		struct place after = {at.after, END};
		if (at.after != END && pos + len < m->text.n)
			after.after = rune_at(str_sub(m->text, pos + len, m->text.n), &next_len);
		step(m, at.after, pos + len, after);
		if (at.after == END)
			break;
		at = after;
	}
	return m->matched;
}

/* Is ^ (of the text) what every match has to begin with? */
static bool begins_text(const struct regex_node *node)
{
	if (node->op == RE_BEGIN_TEXT)
		return true;
	return (node->op == RE_CAT || node->op == RE_CAPTURE) && begins_text(node->subs[0]);
}

static int first_byte(const struct regex_node *node)
{
	if (node->op == RE_RUNE)
		return node->rune < 0x80 ? (int)node->rune : -1;
	if (node->op == RE_CAT || node->op == RE_CAPTURE || node->op == RE_PLUS)
		return first_byte(node->subs[0]);
	return -1;
}

err *regex_compile(arena *mem, str pattern, struct regex **ret_re)
{
	struct regex *re = NEW(mem, struct regex);
	struct regex_tree tree;
	re->pattern = (str){str_text(mem, pattern), pattern.n};
	TRY(regex_parse(mem, re->pattern, &tree));
	TRY(regex_prog_make(mem, &tree, re->pattern, &re->prog));
	re->names = tree.names.p;
	re->groups = tree.names.n;
	if (re->groups * re->prog.n > MAX_SLOTS)
		return err_new(mem, ERR_INVALID,
			       "error parsing regexp: expression too large: `%.*s`",
			       (int)(pattern.n < 64 ? pattern.n : 64), pattern.p);
	re->anchored = begins_text(tree.root);
	re->first_byte = first_byte(tree.root);
	*ret_re = re;
	return NULL;
}

str regex_pattern(const struct regex *re)
{
	return re->pattern;
}

size_t regex_groups(const struct regex *re)
{
	return re->groups;
}

const char *regex_group_name(const struct regex *re, size_t group)
{
	return group < re->groups ? re->names[group] : NULL;
}

size_t regex_cost(const struct regex *re)
{
	return re->prog.n;
}

bool regex_match(arena *scratch, const struct regex *re, str text)
{
	struct matcher m = matcher_open(scratch, re, text, 0);
	return run(&m, 0);
}

bool regex_match_whole(arena *scratch, const struct regex *re, str text)
{
	struct matcher m = matcher_open(scratch, re, text, 0);
	m.whole = true;
	return run(&m, 0);
}

static bool find(struct matcher *m, size_t from, struct regex_span *spans)
{
	if (!run(m, from))
		return false;
	for (size_t i = 0; i < m->re->groups; i++) {
		struct regex_span s = {m->best[i * 2], m->best[i * 2 + 1]};
		spans[i] = s.from < 0 || s.to < 0 ? (struct regex_span){-1, -1} : s;
	}
	return true;
}

bool regex_find(arena *scratch, const struct regex *re, str text, size_t from,
		struct regex_span *spans)
{
	struct matcher m = matcher_open(scratch, re, text, re->groups * 2);
	return from <= text.n && find(&m, from, spans);
}

/* Takes what the last search cost, and bytes, from the budget; false when it does not suffice. */
static bool pay(struct matcher *m, struct regex_budget *budget, size_t bytes)
{
	if (!budget)
		return true;
	budget->over = budget->over || m->steps > budget->steps || bytes > budget->bytes;
	if (!budget->over) {
		budget->steps -= m->steps;
		budget->bytes -= bytes;
	}
	m->steps = 0;
	return !budget->over;
}

static size_t rune_len(str text, size_t pos)
{
	size_t len;
	rune_at(str_sub(text, pos, text.n), &len);
	return len;
}

size_t regex_find_all(arena *mem, const struct regex *re, str text, int64_t limit,
		      struct regex_budget *budget, struct regex_span **ret_spans)
{
	struct matcher m = matcher_open(mem, re, text, re->groups * 2);
	struct regex_span *all = NULL;
	size_t n = 0, cap = 0, pos = 0, groups = re->groups;
	ptrdiff_t last_end = -1;
	while (pos <= text.n && (limit < 0 || (int64_t)n < limit)) {
		if (n == cap) {
			size_t bigger = cap ? cap * 2 : 4, size = groups * sizeof(*all);
			all = arena_grow(mem, all, cap * size, arena_times(bigger, size));
			cap = bigger;
		}
		struct regex_span *spans = all + n * groups;
		if (!find(&m, pos, spans) || !pay(&m, budget, groups * sizeof(*spans)))
			break;
		bool empty = spans->to == (ptrdiff_t)pos;
		/* an empty match directly behind another one does not count */
		bool counts = !(empty && spans->from == last_end);
		last_end = spans->to;
		if (!empty)
			pos = (size_t)spans->to;
		else
			pos += pos < text.n ? rune_len(text, pos) : 1;
		n += counts;
	}
	pay(&m, budget, 0);
	*ret_spans = all;
	return n;
}

/* The name behind a $: its end, and its number (-1: it is a name). False when none stands there. */
static bool read_reference(str with, str *ret_name, int64_t *ret_number, size_t *ret_used)
{
	bool brace = with.n && with.p[0] == '{';
	size_t begin = brace, i = begin, len;
	for (; i < with.n; i += len) {
		uint32_t r = rune_at(str_sub(with, i, with.n), &len);
		if (r != '_' && !rune_is_letter(r) && !rune_is_digit(r))
			break;
	}
	*ret_name = str_sub(with, begin, i);
	if (!ret_name->n || (brace && (i >= with.n || with.p[i] != '}')))
		return false;
	*ret_used = i + brace;
	*ret_number = 0;
	for (size_t k = 0; k < ret_name->n && *ret_number >= 0; k++) {
		char c = ret_name->p[k];
		bool bad = c < '0' || c > '9' || *ret_number >= 100000000;
		*ret_number = bad ? -1 : *ret_number * 10 + (c - '0');
	}
	if (ret_name->p[0] == '0' && ret_name->n > 1)
		*ret_number = -1;
	return true;
}

static void add_group(buf *b, str text, const struct regex_span *span)
{
	if (span->from >= 0)
		buf_add(b, text.p + span->from, (size_t)(span->to - span->from));
}

static void expand(buf *b, const struct regex *re, str text, str with,
		   const struct regex_span *spans)
{
	ptrdiff_t dollar;
	while ((dollar = str_find(with, '$')) >= 0) {
		str name;
		int64_t number;
		size_t used;
		buf_add(b, with.p, (size_t)dollar);
		with = str_sub(with, (size_t)dollar + 1, with.n);
		if (with.n && with.p[0] == '$') {
			buf_char(b, '$');
			with = str_sub(with, 1, with.n);
			continue;
		}
		if (!read_reference(with, &name, &number, &used)) {
			buf_char(b, '$');
			continue;
		}
		with = str_sub(with, used, with.n);
		if (number >= 0) {
			if ((size_t)number < re->groups)
				add_group(b, text, &spans[number]);
			continue;
		}
		for (size_t i = 0; i < re->groups; i++)
			if (re->names[i] && str_is(name, re->names[i]) && spans[i].from >= 0) {
				add_group(b, text, &spans[i]);
				break;
			}
	}
	buf_str(b, with);
}

str regex_replace(arena *mem, const struct regex *re, str text, str with, bool literal,
		  struct regex_budget *budget)
{
	struct matcher m = matcher_open(mem, re, text, re->groups * 2);
	struct regex_span *spans = NEW_N(mem, struct regex_span, re->groups);
	buf b = buf_init(mem);
	size_t pos = 0, last_end = 0;
	bool any = false;
	while (pos <= text.n && find(&m, pos, spans)) {
		size_t before = b.n;
		any = true;
		buf_add(&b, text.p + last_end, (size_t)spans->from - last_end);
		/* not for an empty match directly behind another one */
		if ((size_t)spans->to > last_end || spans->from == 0) {
			if (literal)
				buf_str(&b, with);
			else
				expand(&b, re, text, with, spans);
		}
		last_end = (size_t)spans->to;
		size_t width = pos < text.n ? rune_len(text, pos) : 1;
		pos = pos + width > last_end ? pos + width : last_end;
		if (!pay(&m, budget, b.n - before))
			break;
	}
	pay(&m, budget, 0);
	if (!any)
		return text;
	buf_add(&b, text.p + last_end, text.n - last_end);
	buf_text(&b);
	return buf_view(&b);
}

size_t regex_split(arena *mem, const struct regex *re, str text, int64_t limit,
		   struct regex_budget *budget, str **ret_parts)
{
	*ret_parts = NULL;
	if (limit == 0)
		return 0;
	if (re->pattern.n && !text.n) {
		*ret_parts = NEW(mem, str);
		**ret_parts = text;
		return 1;
	}
	struct regex_span *spans;
	size_t matches = regex_find_all(mem, re, text, limit, budget, &spans), n = 0, begin = 0,
	       end = 0;
	str *parts = NEW_N(mem, str, matches + 1);
	for (size_t i = 0; i < matches && !(limit > 0 && (int64_t)n == limit - 1); i++) {
		struct regex_span whole = spans[i * re->groups];
		end = (size_t)whole.from;
		if (whole.to != 0)
			parts[n++] = str_sub(text, begin, end);
		begin = (size_t)whole.to;
	}
	if (end != text.n)
		parts[n++] = str_sub(text, begin, text.n);
	*ret_parts = parts;
	return n;
}

char *regex_quote(arena *mem, str text)
{
	buf b = buf_init(mem);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] && strchr("\\.+*?()|[]{}^$", text.p[i]))
			buf_char(&b, '\\');
		buf_char(&b, text.p[i]);
	}
	return buf_text(&b);
}

bool regex_in_class(const char *class, uint32_t r)
{
	const struct regex_class *c = regex_set_class(str_of(class));
	size_t low = 0, high = c ? c->n : 0;
	while (low < high) {
		size_t mid = (low + high) / 2;
		if (r > c->p[mid].to)
			low = mid + 1;
		else if (r < c->p[mid].from)
			high = mid;
		else
			return true;
	}
	return false;
}
