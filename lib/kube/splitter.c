#include "kube/splitter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEPT_BYTES ((size_t)16 << 10) /* of a buffer between two pieces */
#define MAX_KEY 256

enum where { BEFORE, IN_MAP, IN_KEY, AFTER_KEY, IN_VALUE, IN_ITEMS, AFTER };

struct splitter {
	splitter_piece fn;
	void *arg;
	bool list;
	/* the piece so far, when it began in an earlier feed */
	char *p;
	size_t n, cap;
	/* a list's state */
	enum where where;
	bool in_text, escaped, begun;
	int depth; /* of brackets inside the value */
	char key[MAX_KEY];
	size_t key_n;
};

struct splitter *splitter_open(bool list, splitter_piece fn, void *arg)
{
	struct splitter *s = calloc(1, sizeof(*s));
	if (!s) {
		fputs("sluice: out of memory\n", stderr);
		abort();
	}
	s->list = list;
	s->fn = fn;
	s->arg = arg;
	return s;
}

void splitter_close(struct splitter *s)
{
	if (!s)
		return;
	free(s->p);
	free(s);
}

static err *keep(arena *mem, struct splitter *s, str bytes)
{
	if (bytes.n > SPLITTER_MAX_PIECE - s->n)
		return err_new(mem, ERR_LIMIT,
			       "an object of the API server is over the limit of %zu bytes",
			       SPLITTER_MAX_PIECE);
	if (s->n + bytes.n > s->cap) {
		size_t cap = s->cap ? s->cap : 1024;
		while (cap < s->n + bytes.n)
			cap *= 2;
		s->p = realloc(s->p, cap);
		if (!s->p) {
			fputs("sluice: out of memory\n", stderr);
			abort();
		}
		s->cap = cap;
	}
	if (bytes.n)
		memcpy(s->p + s->n, bytes.p, bytes.n);
	s->n += bytes.n;
	return NULL;
}

/* Hands out the piece whose last bytes are given. */
static err *hand_out(arena *mem, struct splitter *s, const char *key, str last)
{
	str piece = last;
	if (s->n) {
		TRY(keep(mem, s, last));
		piece = (str){s->p, s->n};
	} else if (last.n > SPLITTER_MAX_PIECE) {
		return keep(mem, s, last);
	}
	err *e = str_trim(piece).n ? s->fn(s->arg, key, str_trim(piece)) : NULL;
	s->n = 0;
	if (s->cap > KEPT_BYTES) {
		free(s->p);
		s->p = NULL;
		s->cap = 0;
	}
	return e;
}

static err *feed_lines(arena *mem, struct splitter *s, str rest)
{
	ptrdiff_t end;
	while ((end = str_find(rest, '\n')) >= 0) {
		str line = str_sub(rest, 0, (size_t)end);
		rest = str_sub(rest, (size_t)end + 1, rest.n);
		TRY(hand_out(mem, s, "", line));
	}
	return keep(mem, s, rest);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static err *no_list(arena *mem)
{
	return err_new(mem, ERR_INVALID, "the API server's answer is no JSON list");
}

/* Is c the first byte behind the value? Values end at a comma or a closing bracket outside of them. */
static bool ends_value(struct splitter *s, char c)
{
	if (s->in_text) {
		if (s->escaped)
			s->escaped = false;
		else if (c == '\\')
			s->escaped = true;
		else if (c == '"')
			s->in_text = false;
		return false;
	}
	if (c == '"')
		s->in_text = true;
	else if (c == '{' || c == '[')
		s->depth++;
	else if (s->depth == 0 && (c == ',' || c == '}' || c == ']'))
		return true;
	else if (c == '}' || c == ']')
		s->depth--;
	return false;
}

/* A byte of a key, which begins after its quote and ends with the other one. */
static err *take_key(arena *mem, struct splitter *s, char c)
{
	if (c == '"' && !s->escaped) {
		s->key[s->key_n] = 0;
		s->where = AFTER_KEY;
		return NULL;
	}
	s->escaped = c == '\\' && !s->escaped;
	if (s->key_n + 1 >= MAX_KEY)
		return err_new(mem, ERR_LIMIT,
			       "the API server's answer has a key over the limit of %d bytes",
			       MAX_KEY);
	s->key[s->key_n++] = c;
	return NULL;
}

/* A byte between two values. */
static err *take_between(arena *mem, struct splitter *s, char c)
{
	if (is_blank(c))
		return NULL;
	if (s->where == BEFORE && c == '{') {
		s->where = IN_MAP;
	} else if (s->where == IN_MAP && c == '"') {
		s->where = IN_KEY;
		s->key_n = 0;
		s->escaped = false;
	} else if (s->where == IN_MAP && c == '}') {
		s->where = AFTER;
	} else if (s->where == AFTER_KEY && c == ':') {
		s->where = IN_VALUE;
		s->begun = false;
	} else if (!(s->where == IN_MAP && c == ',')) {
		return no_list(mem);
	}
	return NULL;
}

/* The value from its first byte at *i; moves *i to the byte behind what was taken. */
static err *take_value(arena *mem, struct splitter *s, str bytes, size_t *i)
{
	size_t from = *i;
	if (!s->begun) {
		if (is_blank(bytes.p[from])) {
			(*i)++;
			return NULL;
		}
		if (s->where == IN_VALUE && bytes.p[from] == '[' && strcmp(s->key, "items") == 0) {
			s->where = IN_ITEMS;
			(*i)++;
			return NULL;
		}
		s->begun = true;
		s->depth = 0;
		s->in_text = s->escaped = false;
	}
	for (size_t at = from; at < bytes.n; at++) {
		char c = bytes.p[at];
		if (!ends_value(s, c))
			continue;
		TRY(hand_out(mem, s, s->key, str_sub(bytes, from, at)));
		s->begun = false;
		*i = at + 1;
		if (s->where == IN_ITEMS && c == ']')
			s->where = IN_MAP;
		else if (s->where == IN_ITEMS ? c == '}' : c == ']')
			return no_list(mem);
		else if (s->where == IN_VALUE)
			s->where = c == '}' ? AFTER : IN_MAP;
		return NULL;
	}
	*i = bytes.n;
	return keep(mem, s, str_sub(bytes, from, bytes.n));
}

static err *feed_list(arena *mem, struct splitter *s, str bytes)
{
	for (size_t i = 0; i < bytes.n;) {
		if (s->where == IN_VALUE || s->where == IN_ITEMS)
			TRY(take_value(mem, s, bytes, &i));
		else if (s->where == IN_KEY)
			TRY(take_key(mem, s, bytes.p[i++]));
		else
			TRY(take_between(mem, s, bytes.p[i++]));
	}
	return NULL;
}

err *splitter_feed(arena *mem, struct splitter *s, str bytes)
{
	return s->list ? feed_list(mem, s, bytes) : feed_lines(mem, s, bytes);
}

err *splitter_end(arena *mem, struct splitter *s)
{
	if (s->list)
		return s->where == AFTER
			       ? NULL
			       : err_new(mem, ERR_INVALID, "the API server's list is cut off");
	return str_trim((str){s->p, s->n}).n
		       ? err_new(mem, ERR_INVALID, "the API server's answer is cut off")
		       : NULL;
}
