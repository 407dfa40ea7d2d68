#include "tmpl/tmpl_error.h"

#include <string.h>

#include "base/buf.h"
#include "base/str.h"
#include "tmpl/tmpl_helm.h"

/* One frame of Helm's list; empty parts are not shown. */
struct frame {
	str place, function, message;
};

err *tmpl_error_parse(arena *mem, const char *file, const err *e)
{
	str text = str_of(err_text(mem, e));
	ptrdiff_t first = str_search(text, STR(": "));
	if (first < 0)
		return err_new(mem, err_code(e), "parse error in (%s): %s", file, text.p);
	str rest = str_sub(text, (size_t)first + 2, text.n), place = rest;
	ptrdiff_t second = str_search(rest, STR(": "));
	if (second >= 0)
		place = str_sub(rest, 0, (size_t)second);
	str last = rest;
	for (ptrdiff_t at; (at = str_search(last, STR(": "))) >= 0;)
		last = str_sub(last, (size_t)at + 2, last.n);
	return err_new(mem, err_code(e), "parse error at (%.*s): %.*s", STR_ARG(place),
		       STR_ARG(last));
}

/* What follows the template engine's own message: the next error of the chain. */
static str without_next(str message)
{
	ptrdiff_t at = str_search(message, STR(" template:"));
	return at < 0 ? message : str_sub(message, 0, (size_t)at);
}

/* PLACE: executing "NAME" at <NODE>: MESSAGE */
static bool executing_frame(str s, struct frame *ret)
{
	ptrdiff_t at = str_search(s, STR(": executing "));
	if (at < 0)
		return false;
	str place = str_sub(s, 0, (size_t)at), after = str_sub(s, (size_t)at + 12, s.n);
	if (!after.n || after.p[0] != '"')
		return false;
	ptrdiff_t quote = str_find(str_sub(after, 1, after.n), '"');
	if (quote < 0)
		return false;
	str function = str_sub(after, 0, (size_t)quote + 2);
	after = str_sub(after, function.n, after.n);
	ptrdiff_t end = str_search(after, STR(">: "));
	if (!str_starts(after, STR(" at <")) || end < 5)
		return false;
	/* the text from the quote to the bracket, as it stands */
	function.n += (size_t)end + 1;
	*ret = (struct frame){place, function,
			      without_next(str_sub(after, (size_t)end + 3, after.n))};
	return true;
}

/* PLACE: MESSAGE */
static bool simple_frame(str s, struct frame *ret)
{
	for (size_t i = s.n; i-- > 0;)
		if (str_starts(str_sub(s, i, s.n), STR(": "))) {
			*ret = (struct frame){
				str_sub(s, 0, i), {NULL, 0}, without_next(str_sub(s, i + 2, s.n))};
			return true;
		}
	return false;
}

static bool frame_of(str s, struct frame *ret)
{
	if (!str_starts(s, STR("template: ")))
		return false;
	str rest = str_sub(s, 10, s.n);
	if (str_starts(rest, STR("no template "))) {
		*ret = (struct frame){{NULL, 0}, {NULL, 0}, s};
		return true;
	}
	return executing_frame(rest, ret) || simple_frame(rest, ret);
}

static bool same_frame(const struct frame *a, const struct frame *b)
{
	return str_eq(a->place, b->place) && str_eq(a->function, b->function) &&
	       str_eq(a->message, b->message);
}

static void add_frame(buf *b, const struct frame *f)
{
	if (f->place.n)
		buf_printf(b, "%.*s\n  ", STR_ARG(f->place));
	if (f->function.n)
		buf_printf(b, "executing %.*s:\n    ", STR_ARG(f->function));
	if (f->message.n)
		buf_printf(b, "%.*s\n", STR_ARG(f->message));
}

/* The message of fail or required within the text; false when there is none. */
static bool marked_message(str text, str *ret)
{
	ptrdiff_t from = str_search(text, STR(TMPL_HELM_START)), to = -1;
	if (from < 0)
		return false;
	str rest = str_sub(text, (size_t)from + sizeof(TMPL_HELM_START) - 1, text.n);
	for (size_t i = rest.n; i-- > 0 && to < 0;)
		if (str_starts(str_sub(rest, i, rest.n), STR(TMPL_HELM_END)))
			to = (ptrdiff_t)i;
	if (to < 0)
		return false;
	*ret = str_sub(rest, 0, (size_t)to);
	return true;
}

err *tmpl_error_exec(arena *mem, const char *file, const err *e)
{
	const char *text = err_text(mem, e);
	if (err_code(e) != ERR_INVALID)
		return err_wrap(mem, e, "rendering %s", file);
	str whole = str_of(text), message;
	ptrdiff_t first = str_search(whole, STR(": "));
	str rest = first < 0 ? whole : str_sub(whole, (size_t)first + 2, whole.n);
	ptrdiff_t second = str_search(rest, STR(": "));
	/* an error that no template raised (an unknown one was asked for) stays as it is */
	if (!str_starts(whole, STR("template: ")) || str_starts(rest, STR("no template ")))
		return err_new(mem, ERR_INVALID, "%s", text);
	if (second < 0)
		return err_new(mem, ERR_INVALID, "execution error in (%s): %s", file, text);
	if (marked_message(str_sub(rest, (size_t)second + 2, rest.n), &message))
		return err_new(mem, ERR_INVALID, "execution error at (%.*s): %.*s", (int)second,
			       rest.p, STR_ARG(message));
	buf b = buf_init(mem);
	struct frame before = {{NULL, 0}, {NULL, 0}, {NULL, 0}}, f;
	for (const err *at = e; at; at = at->cause) {
		if (!frame_of(str_of(err_text(mem, at)), &f))
			return err_new(mem, ERR_INVALID, "%s", text);
		if (at == e || !same_frame(&before, &f))
			add_frame(&b, &f);
		before = f;
	}
	buf_text(&b);
	str out = str_trim(buf_view(&b));
	return err_new(mem, ERR_INVALID, "%.*s", STR_ARG(out));
}
