#include "source/bucket_wire.h"

#include "base/clock.h"
#include "base/enc.h"
#include "data/xml.h"
#include "net/url.h"

#define TRIES 3
#define RETRY_DELAY (250 * CLOCK_MS)
#define RETRY_FACTOR 3
#define RATE (INT64_C(64) << 10) /* bytes a second at least; then an object's time is over */
#define SPARE CLOCK_SECOND	 /* so that a deadline of the whole work speaks first */
#define SHOWN 400		 /* bytes of a service's own words in an error */

/* ---- asking ---- */

struct receiving {
	const struct bucket_receiver *to;
	uint64_t n;
};

static err *receive(void *arg, arena *mem, str bytes)
{
	struct receiving *r = arg;
	r->n += bytes.n;
	if (r->n > r->to->max)
		return err_new(mem, ERR_LIMIT,
			       "the object is larger than what is left of the limit: %llu bytes",
			       (unsigned long long)r->to->max);
	return r->to->data(r->to->arg, mem, bytes);
}

/* Does a failure pass by itself, soon? */
static bool passes(const err *e, const struct http_answer *a)
{
	if (e)
		return e->code == ERR_IO && !http_unsent(e);
	return a->status == 429 || a->status == 500 || a->status == 502 || a->status == 503 ||
	       a->status == 504;
}

err *bucket_ask(ctx *c, const struct bucket_wire *w, const struct bucket_question *q,
		struct http_answer **ret_answer)
{
	struct receiving r = {q->to, 0};
	struct http *http;
	int64_t size = q->expected == BUCKET_UNSIZED ? 0 : q->expected;
	int64_t more = size / RATE * CLOCK_SECOND, delay = RETRY_DELAY;
	struct http_request p = {.method = q->method,
				 .url = q->url,
				 .headers = q->headers,
				 .body = q->body,
				 .max_answer = q->to ? SIZE_MAX : BUCKET_PAGE_MAX,
				 .timeout = w->timeout ? w->timeout + more + SPARE : 0,
				 .stall_bytes = q->to ? CLIENTS_SLOWEST : 0,
				 .on_body = q->to ? receive : NULL,
				 .on_body_arg = &r};
	TRY(clients_get(c->mem, w->clients, q->url, &w->login, &http));
	for (int try = 1;; try++) {
		err *e = http_do(c, http, &p, ret_answer);
		if (try == TRIES || !passes(e, *ret_answer) || !ctx_has_time(c, delay))
			return e;
		TRY(ctx_sleep(c, delay));
		delay *= RETRY_FACTOR;
		if (r.n)
			TRY(q->to->restart(q->to->arg, c->mem));
		r.n = 0;
	}
}

err *bucket_unanswered(arena *mem, const char *method, const char *url, err *e)
{
	str place = str_of(url_redact(mem, url));
	ptrdiff_t end = str_find(place, '?');
	return err_wrap(mem, http_in_go(mem, url, e), "%s \"%.*s\"", method,
			STR_ARG(str_sub(place, 0, end < 0 ? place.n : (size_t)end)));
}

err *bucket_get(ctx *c, const struct bucket_wire *w, const char *url,
		const struct http_header *headers, const struct bucket_receiver *to, int64_t size,
		struct http_answer **ret_answer)
{
	struct bucket_question q = {
		.method = "GET", .url = url, .headers = headers, .to = to, .expected = size};
	err *e = bucket_ask(c, w, &q, ret_answer);
	return e ? bucket_unanswered(c->mem, "Get", url, e) : NULL;
}

/* ---- what it says ---- */

struct reading {
	arena *mem;
	struct bucket_fault *fault;
};

static err *on_element(void *arg, arena *mem, const struct xml_element *e)
{
	static const char *const code[] = {"Error", "Code", NULL};
	static const char *const message[] = {"Error", "Message", NULL};
	static const char *const region[] = {"Error", "Region", NULL};
	/* of a token service */
	static const char *const code2[] = {"ErrorResponse", "Error", "Code", NULL};
	static const char *const message2[] = {"ErrorResponse", "Error", "Message", NULL};
	struct reading *r = arg;
	str line = e->text;
	(void)mem;
	if (xml_is(e, code) || xml_is(e, code2))
		r->fault->code = str_text(r->mem, str_sub(e->text, 0, SHOWN));
	if (xml_is(e, region))
		r->fault->region = str_text(r->mem, str_sub(e->text, 0, SHOWN));
	if (xml_is(e, message) || xml_is(e, message2)) {
		ptrdiff_t end = str_find(line, '\n');
		line = str_trim(str_sub(line, 0, end < 0 ? line.n : (size_t)end));
		r->fault->message = str_text(r->mem, str_sub(line, 0, SHOWN));
	}
	return NULL;
}

struct bucket_fault bucket_fault_read(arena *mem, const struct http_answer *a, bool object)
{
	struct bucket_fault f = {"", "", ""};
	struct reading r = {mem, &f};
	arena *scratch = arena_open();
	if (xml_read(scratch, a->body, on_element, &r))
		f = (struct bucket_fault){"", "", ""};
	arena_close(scratch);
	if (!*f.code && a->status == 404) {
		f.code = object ? "NoSuchKey" : "NoSuchBucket";
		f.message = object ? "The specified key does not exist."
				   : "The specified bucket does not exist.";
	}
	if ((!*f.code && a->status == 403) || text_eq(f.code, "AccessDenied")) {
		f.code = "AccessDenied";
		f.message = "Access Denied.";
	}
	if (!*f.message && *f.code)
		f.message = arena_printf(mem, "Error response code %s.", f.code);
	if (!*f.message)
		f.message = arena_printf(mem, "%d %s", a->status, http_status_text(a->status));
	return f;
}

err *bucket_etag(arena *mem, const struct http_answer *a, bool bare, const char **ret_etag)
{
	const char *said = http_header(a, "etag"), *type = http_header(a, "content-type");
	str text = str_of(said ? said : "");
	if (!text.n)
		return err_new(mem, ERR_INVALID,
			       "the answer has no ETag and is no object%s%.100s%s: what stands "
			       "between here and the bucket, such as a proxy, answers in its place",
			       type ? ", but '" : "", type ? type : "", type ? "'" : "");
	if (bare && str_starts(text, STR("\"")) && str_ends(text, STR("\"")) && text.n > 1)
		text = str_sub(text, 1, text.n - 1);
	*ret_etag = str_text(mem, str_sub(text, 0, BUCKET_MAX_ETAG));
	return NULL;
}

void bucket_query_add(buf *b, const char *name, const char *value)
{
	buf_printf(b, "%s%s=%s", b->n ? "&" : "", name, enc_percent(b->mem, str_of(value)));
}
