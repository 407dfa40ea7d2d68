#include "data/yaml_node_scan.h"

#include <string.h>

#include "data/yaml_node.h"

#define MAX_SIMPLE_KEY 1024 /* characters from a key's first to its ':' */
#define LOOK_AHEAD 2	    /* tokens behind the one handed out: comments are settled by them */

err *yaml_scan_error(const struct yaml_scan *s, const struct yaml_mark *context,
		     const struct yaml_mark *place, bool scanner, const char *problem)
{
	int32_t line = context->line ? context->line : place->line;
	if (s->bare && place->line)
		line = place->line;
	else if (s->bare)
		scanner = false;
	if (!line)
		return err_new(s->mem, ERR_INVALID, "yaml: %s", problem);
	return err_new(s->mem, ERR_INVALID, "yaml: line %d: %s", line + scanner, problem);
}

err *yaml_scan_fail(const struct yaml_scan *s, struct yaml_mark context, const char *problem)
{
	return yaml_scan_error(s, &context, &s->mark, true, problem);
}

/* The queue's newest token, or the one before it; NULL when there is none. */
static const struct yaml_token *newest(const struct yaml_scan *s, size_t back)
{
	return s->tail > back ? &s->queue[s->tail - 1 - back] : NULL;
}

/* Puts a token behind the others, or (at >= 0) so many tokens behind the head. */
static struct yaml_token *insert(struct yaml_scan *s, ptrdiff_t at, uint8_t kind,
				 struct yaml_mark start, struct yaml_mark end)
{
	if (s->tail == s->cap) {
		/* keep two used ones, since comments look back at them */
		size_t from = s->head > 2 ? s->head - 2 : 0;
		if (from > s->cap / 2) {
			memmove(s->queue, s->queue + from, (s->tail - from) * sizeof(*s->queue));
			s->head -= from;
			s->tail -= from;
		} else {
			size_t cap = s->cap ? s->cap * 2 : 64;
			s->queue = arena_grow(s->work, s->queue, s->cap * sizeof(*s->queue),
					      cap * sizeof(*s->queue));
			s->cap = cap;
		}
	}
	struct yaml_token *t = &s->queue[s->tail++];
	if (at >= 0) {
		struct yaml_token *to = &s->queue[s->head + (size_t)at];
		memmove(to + 1, to, (size_t)(t - to) * sizeof(*t));
		t = to;
	}
	*t = (struct yaml_token){.kind = kind, .start = start, .end = end};
	return t;
}

/* --- simple keys: what may turn out to be a key once a ':' follows -------------------------- */

static struct yaml_simple_key *last_key(struct yaml_scan *s)
{
	return &s->keys.p[s->keys.n - 1];
}

static err *key_is_valid(struct yaml_scan *s, struct yaml_simple_key *k, bool *ret_valid)
{
	*ret_valid = false;
	if (!k->possible)
		return NULL;
	if (k->mark.line < s->mark.line || k->mark.column + MAX_SIMPLE_KEY < s->mark.column) {
		if (k->required)
			return yaml_scan_fail(s, k->mark, "could not find expected ':'");
		k->possible = false;
		return NULL;
	}
	*ret_valid = true;
	return NULL;
}

static err *remove_key(struct yaml_scan *s)
{
	struct yaml_simple_key *k = last_key(s);
	if (k->possible && k->required)
		return yaml_scan_fail(s, k->mark, "could not find expected ':'");
	k->possible = false;
	return NULL;
}

/* go-yaml forgets keys by their token's number when a flow collection ends. An empty one has the
 * number of its own opening mark, so that a collection is rarely held back to become a key. */
static void forget_number(struct yaml_scan *s, size_t number)
{
	for (size_t i = s->keys.n; i > 0; i--)
		if (s->keys.p[i - 1].number == number)
			s->keys.p[i - 1].awaited = false;
}

static err *save_key(struct yaml_scan *s)
{
	if (!s->simple_allowed)
		return NULL;
	bool required = !s->flow_level && s->indent == s->mark.column;
	TRY(remove_key(s));
	*last_key(s) = (struct yaml_simple_key){true, required, true,
						s->taken + (s->tail - s->head), s->mark};
	return NULL;
}

/* --- indentation ----------------------------------------------------------------------------- */

static err *roll_indent(struct yaml_scan *s, int32_t column, ptrdiff_t number, uint8_t kind,
			struct yaml_mark mark)
{
	if (s->flow_level || s->indent >= column)
		return NULL;
	if (s->indents.n >= YAML_NODE_MAX_DEPTH)
		return err_new(s->mem, ERR_LIMIT, "yaml: line %d: nested deeper than %d levels",
			       s->mark.line + 1, YAML_NODE_MAX_DEPTH);
	VEC_PUSH(s->work, &s->indents, s->indent);
	s->indent = column;
	insert(s, number < 0 ? -1 : number - (ptrdiff_t)s->taken, kind, mark, mark);
	return NULL;
}

/* Ends the blocks that are indented deeper than column. The end is put before comments that stood
 * at the block's own indentation, so that they become its foot. */
static void unroll_indent(struct yaml_scan *s, int32_t column, struct yaml_mark scan_mark)
{
	if (s->flow_level)
		return;
	struct yaml_mark mark = scan_mark;
	int64_t at = (int64_t)mark.at - 1;
	while (s->indent > column) {
		int64_t stop = at;
		for (size_t i = s->comments.n; i > 0; i--) {
			const struct yaml_comment *c = &s->comments.p[i - 1];
			if ((int64_t)c->end.at < stop)
				break;
			if (c->start.column == s->indent + 1) {
				mark = c->start;
				at = mark.at;
			}
			stop = c->scan.at;
		}
		struct yaml_token *t = insert(s, -1, TOK_BLOCK_END, mark, mark);
		t->start.at = t->end.at = at < 0 ? 0 : (uint32_t)at;
		s->indent = s->indents.p[--s->indents.n];
	}
}

/* --- one kind of token each ------------------------------------------------------------------ */

static err *fetch_stream_end(struct yaml_scan *s)
{
	if (s->mark.column) {
		s->mark.column = 0;
		s->mark.line++;
	}
	unroll_indent(s, -1, s->mark);
	TRY(remove_key(s));
	s->simple_allowed = false;
	insert(s, -1, TOK_STREAM_END, s->mark, s->mark);
	return NULL;
}

static err *fetch_directive(struct yaml_scan *s)
{
	unroll_indent(s, -1, s->mark);
	TRY(remove_key(s));
	s->simple_allowed = false;
	struct yaml_token t = {0};
	TRY(yaml_scan_directive(s, &t));
	*insert(s, -1, t.kind, t.start, t.end) = t;
	return NULL;
}

/* Steps over n characters that are a token of their own. */
static void take(struct yaml_scan *s, uint8_t kind, int n)
{
	struct yaml_mark start = s->mark;
	while (n--)
		scan_skip(s);
	insert(s, -1, kind, start, s->mark);
}

static err *fetch_document_mark(struct yaml_scan *s, uint8_t kind)
{
	unroll_indent(s, -1, s->mark);
	TRY(remove_key(s));
	s->simple_allowed = false;
	take(s, kind, 3);
	return NULL;
}

static err *fetch_flow_start(struct yaml_scan *s, uint8_t kind)
{
	TRY(save_key(s));
	struct yaml_simple_key none = {.mark = s->mark};
	none.number = s->taken + (s->tail - s->head);
	VEC_PUSH(s->work, &s->keys, none);
	if (++s->flow_level > YAML_NODE_MAX_DEPTH)
		return err_new(s->mem, ERR_LIMIT, "yaml: line %d: nested deeper than %d levels",
			       s->mark.line + 1, YAML_NODE_MAX_DEPTH);
	s->simple_allowed = true;
	take(s, kind, 1);
	return NULL;
}

static err *fetch_flow_end(struct yaml_scan *s, uint8_t kind)
{
	TRY(remove_key(s));
	if (s->flow_level) {
		s->flow_level--;
		forget_number(s, s->keys.p[--s->keys.n].number);
	}
	s->simple_allowed = false;
	take(s, kind, 1);
	return NULL;
}

static err *fetch_flow_entry(struct yaml_scan *s)
{
	TRY(remove_key(s));
	s->simple_allowed = true;
	take(s, TOK_FLOW_ENTRY, 1);
	return NULL;
}

static err *fetch_entry(struct yaml_scan *s)
{
	if (!s->flow_level) {
		if (!s->simple_allowed)
			return yaml_scan_fail(
				s, s->mark,
				"block sequence entries are not allowed in this context");
		TRY(roll_indent(s, s->mark.column, -1, TOK_BLOCK_LIST, s->mark));
	}
	TRY(remove_key(s));
	s->simple_allowed = true;
	take(s, TOK_ENTRY, 1);
	return NULL;
}

static err *fetch_key(struct yaml_scan *s)
{
	if (!s->flow_level) {
		if (!s->simple_allowed)
			return yaml_scan_fail(s, s->mark,
					      "mapping keys are not allowed in this context");
		TRY(roll_indent(s, s->mark.column, -1, TOK_BLOCK_MAP, s->mark));
	}
	TRY(remove_key(s));
	s->simple_allowed = !s->flow_level;
	take(s, TOK_KEY, 1);
	return NULL;
}

static err *fetch_value(struct yaml_scan *s)
{
	struct yaml_simple_key *k = last_key(s);
	bool valid;
	TRY(key_is_valid(s, k, &valid));
	if (valid) {
		/* the key was read before it was known to be one */
		insert(s, (ptrdiff_t)(k->number - s->taken), TOK_KEY, k->mark, k->mark);
		TRY(roll_indent(s, k->mark.column, (ptrdiff_t)k->number, TOK_BLOCK_MAP, k->mark));
		k->possible = false;
		s->simple_allowed = false;
	} else {
		if (!s->flow_level) {
			if (!s->simple_allowed)
				return yaml_scan_fail(
					s, s->mark,
					"mapping values are not allowed in this context");
			TRY(roll_indent(s, s->mark.column, -1, TOK_BLOCK_MAP, s->mark));
		}
		s->simple_allowed = !s->flow_level;
	}
	take(s, TOK_VALUE, 1);
	return NULL;
}

static err *fetch_anchor(struct yaml_scan *s, uint8_t kind)
{
	TRY(save_key(s));
	s->simple_allowed = false;
	struct yaml_token t = {0};
	TRY(yaml_scan_anchor(s, &t, kind));
	*insert(s, -1, t.kind, t.start, t.end) = t;
	return NULL;
}

static err *fetch_tag(struct yaml_scan *s)
{
	TRY(save_key(s));
	s->simple_allowed = false;
	struct yaml_token t = {0};
	TRY(yaml_scan_tag(s, &t));
	*insert(s, -1, t.kind, t.start, t.end) = t;
	return NULL;
}

static err *fetch_block(struct yaml_scan *s, bool literal)
{
	TRY(remove_key(s));
	s->simple_allowed = true;
	struct yaml_token t = {0};
	TRY(yaml_scan_scalar_block(s, &t, literal));
	*insert(s, -1, t.kind, t.start, t.end) = t;
	return NULL;
}

static err *fetch_quoted(struct yaml_scan *s, bool single)
{
	TRY(save_key(s));
	s->simple_allowed = false;
	struct yaml_token t = {0};
	TRY(yaml_scan_scalar_quoted(s, &t, single));
	*insert(s, -1, t.kind, t.start, t.end) = t;
	return NULL;
}

static err *fetch_plain(struct yaml_scan *s)
{
	TRY(save_key(s));
	s->simple_allowed = false;
	struct yaml_token t = {0};
	TRY(yaml_scan_scalar_plain(s, &t));
	*insert(s, -1, t.kind, t.start, t.end) = t;
	return NULL;
}

/* --- choosing -------------------------------------------------------------------------------- */

/* A line comment behind a list's '-' that content follows one line below heads that content. */
static void comment_to_head(struct yaml_scan *s)
{
	if (!s->comments.n || s->tail < 2)
		return;
	struct yaml_comment *c = &s->comments.p[s->comments.n - 1];
	if (!c->line.n || newest(s, 1)->kind != TOK_BLOCK_LIST || newest(s, 0)->kind != TOK_ENTRY ||
	    is_break(scan_at(s)))
		return;
	c->head = c->line;
	c->line = (str){0};
	if (c->start.line == s->mark.line - 1)
		c->token = s->mark;
}

/* Passes blanks, comments and line breaks. */
static void scan_to_next_token(struct yaml_scan *s)
{
	struct yaml_mark scan_mark = s->mark;
	for (;;) {
		/* tabs count as blanks where they cannot be taken for indentation */
		for (char c; (c = *scan_at(s)) == ' ' ||
			     (c == '\t' && (s->flow_level || !s->simple_allowed));)
			scan_skip(s);
		comment_to_head(s);
		if (*scan_at(s) == '#' && s->bare)
			while (!is_breakz(scan_at(s)))
				scan_skip(s);
		else if (*scan_at(s) == '#')
			yaml_scan_comments(s, scan_mark);
		if (!is_break(scan_at(s)))
			return;
		scan_skip_line(s);
		if (!s->flow_level)
			s->simple_allowed = true;
	}
}

static bool starts_plain(const struct yaml_scan *s, const char *p)
{
	if (*p == '-')
		return !is_blank(p[1]);
	if (*p == '?' || *p == ':')
		return !s->flow_level && !is_blankz(p + 1);
	return !is_blankz(p) && !strchr(",[]{}#&*!|>'\"%@`", *p);
}

/* Any token but those that end a document. */
static err *fetch_content(struct yaml_scan *s)
{
	const char *p = scan_at(s);
	switch (*p) {
	case '[':
		return fetch_flow_start(s, TOK_FLOW_LIST);
	case '{':
		return fetch_flow_start(s, TOK_FLOW_MAP);
	case ']':
		return fetch_flow_end(s, TOK_FLOW_LIST_END);
	case '}':
		return fetch_flow_end(s, TOK_FLOW_MAP_END);
	case ',':
		return fetch_flow_entry(s);
	case '*':
		return fetch_anchor(s, TOK_ALIAS);
	case '&':
		return fetch_anchor(s, TOK_ANCHOR);
	case '!':
		return fetch_tag(s);
	case '\'':
		return fetch_quoted(s, true);
	case '"':
		return fetch_quoted(s, false);
	case '-':
		if (is_blankz(p + 1))
			return fetch_entry(s);
		break;
	case '?':
		if (s->flow_level || is_blankz(p + 1))
			return fetch_key(s);
		break;
	case ':':
		if (s->flow_level || is_blankz(p + 1))
			return fetch_value(s);
		break;
	case '|':
	case '>':
		if (!s->flow_level)
			return fetch_block(s, *p == '|');
		break;
	}
	if (starts_plain(s, p))
		return fetch_plain(s);
	return yaml_scan_fail(s, s->mark, "found character that cannot start any token");
}

static bool is_document_mark(const struct yaml_scan *s, const char *mark)
{
	const char *p = scan_at(s);
	return !s->mark.column && !strncmp(p, mark, 3) && is_blankz(p + 3);
}

static err *fetch_next(struct yaml_scan *s)
{
	if (!s->started) {
		struct yaml_simple_key none = {0};
		s->indent = -1;
		VEC_PUSH(s->work, &s->keys, none);
		s->simple_allowed = s->started = true;
		insert(s, -1, TOK_STREAM_START, s->mark, s->mark);
		return NULL;
	}
	struct yaml_mark scan_mark = s->mark;
	scan_to_next_token(s);
	unroll_indent(s, s->mark.column, s->bare ? s->mark : scan_mark);
	char c = *scan_at(s);
	if (!c)
		return fetch_stream_end(s);
	if (!s->mark.column && c == '%')
		return fetch_directive(s);
	if (c == '-' && is_document_mark(s, "---"))
		return fetch_document_mark(s, TOK_DOC_START);
	if (c == '.' && is_document_mark(s, "..."))
		return fetch_document_mark(s, TOK_DOC_END);
	/* a comment behind ':' or ',' belongs to what stands before it */
	struct yaml_mark comment_mark = s->mark;
	if (s->tail && c == (s->flow_level ? ',' : ':'))
		comment_mark = newest(s, 0)->start;
	TRY(fetch_content(s));
	if (newest(s, 0)->kind != TOK_ENTRY)
		yaml_scan_line_comment(s, comment_mark);
	return NULL;
}

/* Reads on until the head token is settled: what follows cannot make it a key any more. */
static err *fetch_more(struct yaml_scan *s)
{
	for (;;) {
		if (s->head + (s->bare ? 0 : LOOK_AHEAD) < s->tail) {
			struct yaml_simple_key *k = NULL;
			for (size_t i = s->keys.n; i > 0 && !k; i--)
				if (s->keys.p[i - 1].possible && s->keys.p[i - 1].awaited &&
				    s->keys.p[i - 1].number == s->taken)
					k = &s->keys.p[i - 1];
			bool valid = false;
			if (k)
				TRY(key_is_valid(s, k, &valid));
			if (!valid)
				break;
		}
		TRY(fetch_next(s));
		if (s->bad && s->mark.at + 4 > s->n)
			break;
	}
	s->available = true;
	return NULL;
}

/* --- for the reader -------------------------------------------------------------------------- */

static void join(struct yaml_scan *s, str *to, str more)
{
	if (!more.n)
		return;
	if (!to->n) {
		*to = more;
		return;
	}
	char *p = arena_alloc(s->mem, to->n + 1 + more.n);
	memcpy(p, to->p, to->n);
	p[to->n] = '\n';
	memcpy(p + to->n + 1, more.p, more.n);
	*to = (str){p, to->n + 1 + more.n};
}

/* Gathers the comments up to the token. */
static void unfold_comments(struct yaml_scan *s, const struct yaml_token *t)
{
	while (s->comments_head < s->comments.n) {
		struct yaml_comment *c = &s->comments.p[s->comments_head];
		if (t->start.at < c->token.at)
			return;
		/* an end has no head: that is for what follows */
		if (c->head.n && t->kind == TOK_BLOCK_END)
			return;
		join(s, &s->head_comment, c->head);
		join(s, &s->foot_comment, c->foot);
		join(s, &s->line_comment, c->line);
		*c = (struct yaml_comment){0};
		s->comments_head++;
	}
}

err *yaml_scan_peek(struct yaml_scan *s, struct yaml_token **ret_token)
{
	if (!s->available) {
		err *failure = fetch_more(s);
		if (s->bad && s->mark.at + 4 > s->n)
			return err_new(s->mem, ERR_INVALID, "yaml: %s", s->bad);
		TRY(failure);
	}
	struct yaml_token *t = &s->queue[s->head];
	if (s->comments_head < s->comments.n)
		unfold_comments(s, t);
	*ret_token = t;
	return NULL;
}

void yaml_scan_skip(struct yaml_scan *s)
{
	s->available = false;
	s->taken++;
	s->ended = s->queue[s->head].kind == TOK_STREAM_END;
	s->head++;
}

void yaml_scan_move(struct yaml_scan *s, arena *mem)
{
	s->mem = mem;
	for (size_t i = s->head; i < s->tail; i++) {
		struct yaml_token *t = &s->queue[i];
		if (t->text.n)
			t->text.p = arena_copy(mem, t->text.p, t->text.n);
		if (t->suffix.n)
			t->suffix.p = arena_copy(mem, t->suffix.p, t->suffix.n);
	}
}
