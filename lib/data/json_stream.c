#include "data/json_stream.h"

#include <string.h>

#include "data/json.h"
#include "data/json_scan.h"

#define MAX_ENTERED 8

struct json_stream {
	arena *mem;
	struct mapped *text;
	size_t at;
	char closer[MAX_ENTERED]; /* of the collections that were entered */
	bool first[MAX_ENTERED];
	int depth;
};

struct json_stream *json_stream_open(arena *mem, struct mapped *text)
{
	struct json_stream *s = NEW(mem, struct json_stream);
	*s = (struct json_stream){.mem = mem, .text = text};
	text->passed = 0;
	return s;
}

static err *wrong(const struct json_stream *s, const char *what)
{
	return err_new(s->mem, ERR_INVALID, "not JSON: %s at byte %zu", what, s->at);
}

/* The character that comes next behind blanks; 0 at the end. */
static char peek(struct json_stream *s)
{
	const char *p = s->text->p;
	while (s->at < s->text->n &&
	       (p[s->at] == ' ' || p[s->at] == '\n' || p[s->at] == '\t' || p[s->at] == '\r'))
		s->at++;
	mapped_pass(s->text, s->at);
	return s->at < s->text->n ? p[s->at] : 0;
}

err *json_stream_next(struct json_stream *s, enum json_next *ret_next)
{
	char c = peek(s);
	*ret_next = c == '{' ? JSON_NEXT_MAP : c == '[' ? JSON_NEXT_LIST : JSON_NEXT_VALUE;
	return c ? NULL : wrong(s, "unexpected end");
}

err *json_stream_enter(struct json_stream *s)
{
	char c = peek(s);
	if (s->depth == MAX_ENTERED)
		return err_new(s->mem, ERR_LIMIT, "JSON: more than %d collections entered",
			       MAX_ENTERED);
	s->closer[s->depth] = c == '{' ? '}' : ']';
	s->first[s->depth++] = true;
	s->at++;
	return NULL;
}

/* The text of the value that comes next. */
static err *take(struct json_stream *s, str *ret_text)
{
	size_t left = s->text->n - s->at, used;
	bool cut = left > JSON_STREAM_MAX_PIECE;
	str window = {s->text->p + s->at, cut ? JSON_STREAM_MAX_PIECE : left};
	err *failed = json_scan(s->mem, window, &used);
	/* what seems to end at the edge may go on behind it */
	if (cut && (failed ? text_eq(failed->text, "unexpected EOF") : used == window.n))
		return err_new(s->mem, ERR_LIMIT,
			       "JSON: a value at byte %zu is larger than %zu bytes", s->at,
			       JSON_STREAM_MAX_PIECE);
	TRY(failed);
	*ret_text = str_sub(window, 0, used);
	s->at += used;
	return NULL;
}

static err *read_key(struct json_stream *s, arena *mem, str *ret_key)
{
	str text;
	val *key;
	if (peek(s) != '"')
		return wrong(s, "no key of an object");
	TRY(take(s, &text));
	TRY(json_parse(mem, text, &key));
	*ret_key = key->text;
	if (peek(s) != ':')
		return wrong(s, "no colon behind a key");
	s->at++;
	return NULL;
}

err *json_stream_more(struct json_stream *s, arena *mem, bool *ret_more, str *ret_key)
{
	char closer = s->closer[s->depth - 1], c = peek(s);
	bool *first = &s->first[s->depth - 1];
	*ret_more = false;
	if (c == closer) {
		s->at++;
		s->depth--;
		return NULL;
	}
	if (!*first) {
		if (c != ',')
			return wrong(s, "no comma");
		s->at++;
	}
	*first = false;
	*ret_more = true;
	return closer == '}' ? read_key(s, mem, ret_key) : NULL;
}

err *json_stream_value(struct json_stream *s, arena *mem, val **ret_v)
{
	str text;
	peek(s);
	TRY(take(s, &text));
	return json_parse(mem, text, ret_v);
}

err *json_stream_skip(struct json_stream *s)
{
	str text;
	peek(s);
	return take(s, &text);
}

err *json_stream_end(struct json_stream *s)
{
	peek(s);
	return s->at < s->text->n ? wrong(s, "something behind the end") : NULL;
}
