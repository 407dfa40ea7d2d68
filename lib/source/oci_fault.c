#include "source/oci_fault.h"

#include "base/buf.h"
#include "base/number.h"
#include "data/json.h"

#define DETAIL_DEPTH 16

static const char *status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{406, "Not Acceptable"},
		{408, "Request Timeout"},
		{409, "Conflict"},
		{410, "Gone"},
		{411, "Length Required"},
		{413, "Request Entity Too Large"},
		{415, "Unsupported Media Type"},
		{416, "Requested Range Not Satisfiable"},
		{418, "I'm a teapot"},
		{421, "Misdirected Request"},
		{422, "Unprocessable Entity"},
		{429, "Too Many Requests"},
		{431, "Request Header Fields Too Large"},
		{451, "Unavailable For Legal Reasons"},
		{500, "Internal Server Error"},
		{501, "Not Implemented"},
		{502, "Bad Gateway"},
		{503, "Service Unavailable"},
		{504, "Gateway Timeout"},
		{507, "Insufficient Storage"},
		{0, NULL},
	};
	for (int i = 0; texts[i].text; i++)
		if (texts[i].status == status)
			return texts[i].text;
	return "";
}

static void add_value(buf *b, val *v, int depth);

static void add_map(buf *b, val *v, int depth)
{
	val_sort(v);
	buf_text_add(b, "map[");
	for (size_t i = 0; i < val_len(v) && b->n < OCI_FAULT_MAX; i++) {
		if (i)
			buf_char(b, ' ');
		buf_str(b, v->map.p[i].key);
		buf_char(b, ':');
		add_value(b, v->map.p[i].value, depth + 1);
	}
	buf_char(b, ']');
}

/* As Go's %v prints what encoding/json reads into an interface. */
static void add_value(buf *b, val *v, int depth)
{
	if (!v || v->kind == VAL_NULL || depth > DETAIL_DEPTH) {
		buf_text_add(b, "<nil>");
	} else if (val_is(v, VAL_MAP)) {
		add_map(b, v, depth);
	} else if (val_is(v, VAL_LIST)) {
		buf_char(b, '[');
		for (size_t i = 0; i < val_len(v) && b->n < OCI_FAULT_MAX; i++) {
			if (i)
				buf_char(b, ' ');
			add_value(b, val_at(v, i), depth + 1);
		}
		buf_char(b, ']');
	} else if (val_is(v, VAL_TEXT)) {
		buf_str(b, val_as_str(v));
	} else if (val_is(v, VAL_BOOL)) {
		buf_text_add(b, val_as_bool(v, false) ? "true" : "false");
	} else {
		buf_text_add(b, number_text(b->mem, val_as_float(v, 0), 'g'));
	}
}

static void add_error(buf *b, const val *e)
{
	val *detail = val_get(e, "detail");
	buf_printf(b, "%.*s: %.*s", STR_ARG(val_as_str(val_get(e, "code"))),
		   STR_ARG(val_as_str(val_get(e, "message"))));
	if (detail && detail->kind != VAL_NULL) {
		buf_text_add(b, "; ");
		add_value(b, detail, 0);
	}
}

/* The registry's own words; false when there are none. */
static bool add_errors(buf *b, str body)
{
	val *v;
	if (!body.n || body.n > OCI_FAULT_BODY_MAX || json_parse(b->mem, body, &v))
		return false;
	const val *list = val_get(v, "errors");
	if (!val_is(list, VAL_LIST) || !val_len(list))
		return false;
	if (val_len(list) > 1)
		buf_text_add(b, "multiple errors returned: ");
	for (size_t i = 0; i < val_len(list) && b->n < OCI_FAULT_MAX; i++) {
		if (i)
			buf_text_add(b, "; ");
		add_error(b, val_at(list, i));
	}
	return true;
}

/* Cut at a whole character. */
static str cut(str s)
{
	size_t n = s.n < OCI_FAULT_MAX ? s.n : OCI_FAULT_MAX;
	while (n && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	return str_sub(s, 0, n);
}

char *oci_fault_text(arena *mem, int status, bool head, str body)
{
	buf b = buf_init(mem);
	if (add_errors(&b, body))
		return str_text(mem, cut(buf_view(&b)));
	buf_clear(&b);
	buf_printf(&b, "unexpected status code %d %s", status, status_text(status));
	if (body.n)
		buf_printf(&b, ": %.*s", STR_ARG(cut(body)));
	else if (head)
		buf_text_add(&b, " (HEAD responses have no body, use GET for details)");
	return buf_text(&b);
}
