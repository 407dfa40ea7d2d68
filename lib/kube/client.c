#include "kube/client.h"

#include <ctype.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/rand.h"
#include "data/json.h"
#include "kube/link.h"
#include "kube/splitter.h"

#define JSON "application/json"
#define METADATA "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1," JSON
#define METADATA_LIST "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1," JSON
#define PAGE 500
#define BUSY_TRIES 10 /* of a request that was turned away with 429 */
#define TRIES 5	      /* of one that failed otherwise and may be sent again */
#define FIRST_WAIT (100 * CLOCK_MS)
#define LONGEST_WAIT (5 * CLOCK_SECOND)
#define LONGEST_TOLD (60 * CLOCK_SECOND) /* of a Retry-After that is believed */

struct client {
	struct link *link;
	const char *as;
	bool impatient;
};

struct ask {
	const char *method, *path, *accept, *content_type;
	str body;
	bool again; /* does the same once or twice: may be sent again after it was lost */
};

err *client_open(arena *mem, loop *l, const struct config *config, struct client **ret_client)
{
	struct client *cl = NEW(mem, struct client);
	cl->link = link_open(l, config);
	cl->as = arena_text(mem, config->as);
	cl->impatient = config->impatient;
	*ret_client = cl;
	return NULL;
}

void client_close(struct client *cl)
{
	if (cl)
		link_close(cl->link);
}

struct client *client_as(arena *mem, struct client *cl, const char *user)
{
	struct client *other = NEW(mem, struct client);
	other->link = cl->link;
	other->impatient = cl->impatient;
	other->as = arena_text(mem, user);
	return other;
}

void client_on_request(struct client *cl, void (*fn)(void *, const char *, int), void *arg)
{
	link_on_request(cl->link, fn, arg);
}

void client_fence(struct client *cl, bool (*may_write)(void *), void *arg)
{
	link_fence(cl->link, may_write, arg);
}

int client_under_way(const struct client *cl)
{
	return link_under_way(cl->link);
}

void client_count(struct client *cl, const char *method, int status)
{
	link_count(cl->link, method, status);
}

void client_set_token(struct client *cl, const char *token)
{
	link_set_token(cl->link, token);
}

void client_token_refused(struct client *cl)
{
	link_stream_refused(cl->link);
}

const char *client_reason(const err *e)
{
	for (; e; e = e->cause)
		if (e->reason)
			return e->reason;
	return "";
}

static enum err_code code_of(int status, const char *reason)
{
	switch (status) {
	case 400:
	case 413:
	case 415:
	case 422:
		return ERR_INVALID;
	case 401:
		return ERR_UNAUTHORIZED;
	case 403:
		return ERR_FORBIDDEN;
	case 404:
		return ERR_NOT_FOUND;
	case 409:
		return text_eq(reason, "AlreadyExists") ? ERR_EXISTS : ERR_CONFLICT;
	case 410:
		return ERR_GONE;
	case 429:
	case 503:
		return ERR_BUSY;
	case 504:
		return ERR_TIMEOUT;
	default:
		return ERR_FAILED;
	}
}

/* The first line of a text that is for people, without what cannot be printed. */
static const char *excerpt(arena *mem, str body)
{
	str line = str_trim(str_sub(body, 0, 200));
	ptrdiff_t end = str_find(line, '\n');
	char *text = str_text(mem, end >= 0 ? str_sub(line, 0, (size_t)end) : line);
	for (char *c = text; *c; c++)
		if (iscntrl((unsigned char)*c))
			*c = ' ';
	return text;
}

err *client_read_failure(arena *mem, const char *method, const char *path, int status, str body)
{
	val *v = NULL;
	err *e;
	if (body.n && body.p[0] == '{' && !json_parse(mem, body, &v) &&
	    text_eq(val_as_text(val_get(v, "kind")), "Status")) {
		const char *reason = val_as_text(val_get(v, "reason")),
			   *text = val_as_text(val_get(v, "message"));
		e = err_new(mem, code_of(status, reason), "%s",
			    text && *text ? text
					  : arena_printf(mem, "the server answered %d", status));
		e->reason = reason ? reason : "";
		return e;
	}
	str where, query;
	str_cut(str_of(path), '?', &where, &query);
	const char *said = excerpt(mem, body);
	return err_new(mem, code_of(status, NULL), "the server answered %s %.*s with %d%s%s",
		       method, STR_ARG(where), status, *said ? ": " : "", said);
}

/* How long to wait before the next try: what the server says, or longer each time. */
static int64_t pause_of(const struct http_answer *a, int tries)
{
	const char *told = a ? http_header(a, "retry-after") : NULL;
	int64_t seconds, wait = FIRST_WAIT;
	if (told && str_int(str_of(told), &seconds) && seconds >= 0) {
		wait = seconds * CLOCK_SECOND;
		if (wait > LONGEST_TOLD || seconds > 60)
			wait = LONGEST_TOLD;
		/* never sooner than told, and not all at once */
		return wait + (int64_t)rand_below((uint64_t)(wait / 5 + FIRST_WAIT));
	}
	for (int i = 0; i < tries && wait < LONGEST_WAIT; i++)
		wait *= 2;
	return rand_jitter(wait < LONGEST_WAIT ? wait : LONGEST_WAIT, 30);
}

static bool worth_another(const struct client *cl, const struct ask *q, const err *e,
			  const struct http_answer *a, int tries)
{
	bool read = strcmp(q->method, "GET") == 0;
	if (e && cl->impatient)
		return false;
	if (e && (e->code == ERR_IO || e->code == ERR_TIMEOUT))
		return tries < TRIES && !http_untrusted(e) &&
		       (http_unsent(e) || (e->code == ERR_IO && (read || q->again)));
	if (e)
		return false;
	if (a->status == 429)
		return tries < BUSY_TRIES;
	/* turned away before anything was done, so what does the same twice may come again */
	if (a->status == 503)
		return tries < TRIES && (read || q->again);
	return (a->status == 500 || a->status == 502 || a->status == 504) && read && tries < TRIES;
}

/* Would a pause outlast the deadline? Then what is known now is told instead. */
static bool too_long(const ctx *c, int64_t pause)
{
	return c->deadline && clock_now() + pause >= c->deadline;
}

/* Sends until there is an answer that counts. Any status but the retried ones is a success here. */
static err *ask(ctx *c, arena *mem, struct client *cl, const struct ask *q,
		struct http_answer **ret_answer)
{
	struct link_request r = {q->method, q->path, q->accept, q->content_type, cl->as, q->body};
	bool refreshed = false;
	err *last = NULL;
	for (int tries = 0;; tries++) {
		struct http_answer *a = NULL;
		err *e = link_send(c, mem, cl->link, &r, &a);
		if (!e && a->status == 401 && !refreshed) {
			refreshed = true;
			if (link_token_refused(c, cl->link))
				continue;
		}
		int64_t pause = pause_of(a, tries);
		if (!worth_another(cl, q, e, a, tries) || too_long(c, pause)) {
			if (!e)
				*ret_answer = a;
			/* when time ran out in a further try, what went wrong before says more */
			return e && e->code == ERR_TIMEOUT && last ? last : e;
		}
		TRY(ctx_sleep(c, pause));
		last = e ? e : client_read_failure(c->mem, q->method, q->path, a->status, a->body);
	}
}

/* Asks, and reads the answer's object into the ctx's arena. ret_obj may be NULL. */
static err *ask_object(ctx *c, struct client *cl, const struct ask *q, const struct resource *r,
		       val **ret_obj, int *ret_status)
{
	arena *mem = arena_open();
	struct http_answer *a;
	val *v;
	arena_secret(mem); /* it may be a Secret's */
	err *e = ask(c, mem, cl, q, &a);
	if (!e && a->status / 100 != 2)
		e = client_read_failure(c->mem, q->method, q->path, a->status, a->body);
	/* something between us and the server may say 200 to all; a write then counts as lost */
	if (!e && r && (!a->body.n || a->body.p[0] != '{'))
		e = err_new(c->mem, ERR_FAILED, "the API server's answer to %s is no object",
			    q->method);
	if (!e && ret_obj) {
		v = val_null(c->mem);
		if (a->body.n)
			e = json_parse(c->mem, a->body, &v);
		if (e)
			e = err_new(c->mem, ERR_FAILED, "reading the API server's answer to %s: %s",
				    q->method, err_text(c->mem, e));
		else if (r)
			client_name_kind(c->mem, r, v);
		if (!e)
			*ret_obj = v;
	}
	if (!e && ret_status)
		*ret_status = a->status;
	arena_close(mem);
	return e;
}

struct resource client_copy_resource(arena *mem, const struct resource *r)
{
	struct resource copy = *r;
	copy.gvk = (struct gvk){arena_text(mem, r->gvk.group), arena_text(mem, r->gvk.version),
				arena_text(mem, r->gvk.kind)};
	copy.plural = arena_text(mem, r->plural);
	return copy;
}

char *client_path(arena *mem, const struct resource *r, const char *ns, const char *name,
		  const char *subresource)
{
	buf b = buf_init(mem);
	if (*r->gvk.group)
		buf_printf(&b, "/apis/%s/%s", r->gvk.group, r->gvk.version);
	else
		buf_printf(&b, "/api/%s", r->gvk.version);
	if (r->namespaced && ns && *ns)
		buf_printf(&b, "/namespaces/%s", enc_percent(mem, str_of(ns)));
	buf_printf(&b, "/%s", r->plural);
	if (name && *name)
		buf_printf(&b, "/%s", enc_percent(mem, str_of(name)));
	if (subresource && *subresource)
		buf_printf(&b, "/%s", subresource);
	return buf_text(&b);
}

void client_name_kind(arena *mem, const struct resource *r, val *obj)
{
	if (!val_is(obj, VAL_MAP) || text_eq(val_as_text(val_get(obj, "kind")), "Status"))
		return;
	val_set_text(mem, obj, "apiVersion", gvk_api_version(mem, &r->gvk));
	val_set_text(mem, obj, "kind", r->gvk.kind);
}

err *client_get(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		const char *name, bool metadata_only, val **ret_obj)
{
	struct ask q = {
		.method = "GET",
		.path = client_path(c->mem, r, ns, name, NULL),
		.accept = metadata_only ? METADATA : JSON,
	};
	return ask_object(c, cl, &q, r, ret_obj, NULL);
}

struct page {
	ctx *c;
	const struct resource *r;
	err *(*each)(void *, const val *);
	void *arg;
	const char *version, *more; /* in the ctx's arena */
};

static err *take_piece(void *arg, const char *key, str piece)
{
	struct page *p = arg;
	arena *mem = arena_open();
	val *v;
	err *e = NULL;
	bool item = strcmp(key, "items") == 0;
	if (item || strcmp(key, "metadata") == 0)
		e = json_parse(mem, piece, &v);
	if (!e && item && val_is(v, VAL_MAP)) {
		client_name_kind(mem, p->r, v);
		e = p->each(p->arg, v);
	} else if (!e && strcmp(key, "metadata") == 0) {
		p->version = arena_text(p->c->mem, val_text_or(val_get(v, "resourceVersion"), ""));
		p->more = arena_text(p->c->mem, val_text_or(val_get(v, "continue"), ""));
	}
	e = err_copy(p->c->mem, e);
	arena_close(mem);
	return e;
}

static err *split_page(struct page *p, str body)
{
	struct splitter *s = splitter_open(true, take_piece, p);
	err *e = splitter_feed(p->c->mem, s, body);
	if (!e)
		e = splitter_end(p->c->mem, s);
	splitter_close(s);
	return e;
}

/* The token with which a list goes on at a newer version, told with the 410 of one that is too old. */
static const char *newer_token(ctx *c, const struct http_answer *a)
{
	val *v;
	if (a->status != 410 || json_parse(c->mem, a->body, &v))
		return NULL;
	return val_as_text(VAL_IN(v, "metadata", "continue"));
}

static err *list_page(struct page *p, struct client *cl, const struct ask *q)
{
	arena *mem = arena_open();
	struct http_answer *a;
	p->version = p->more = "";
	err *e = ask(p->c, mem, cl, q, &a);
	if (!e && a->status / 100 != 2) {
		const char *more = newer_token(p->c, a);
		if (more && *more)
			p->more = more;
		else
			e = client_read_failure(p->c->mem, q->method, q->path, a->status, a->body);
	} else if (!e) {
		e = split_page(p, a->body);
	}
	arena_close(mem);
	return e;
}

err *client_list(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		 const char *selector, bool metadata_only, err *(*each)(void *arg, const val *item),
		 void *arg, const char **ret_version)
{
	struct page p = {c, r, each, arg, "", ""};
	const char *path = client_path(c->mem, r, ns, NULL, NULL);
	do {
		buf b = buf_init(c->mem);
		buf_printf(&b, "%s?limit=%d", path, PAGE);
		if (selector && *selector)
			buf_printf(&b, "&labelSelector=%s", enc_percent(c->mem, str_of(selector)));
		if (*p.more)
			buf_printf(&b, "&continue=%s", enc_percent(c->mem, str_of(p.more)));
		struct ask q = {"GET", buf_text(&b), metadata_only ? METADATA_LIST : JSON,
				NULL,  {0},	     true};
		TRY(list_page(&p, cl, &q));
	} while (*p.more);
	if (ret_version)
		*ret_version = p.version;
	return NULL;
}

static str body_of(ctx *c, const val *v)
{
	buf b = buf_init(c->mem);
	json_print(&b, v, JSON_PLAIN);
	return buf_view(&b);
}

static void add_manager(ctx *c, buf *b, const char *manager)
{
	if (manager && *manager)
		buf_printf(b, "%cfieldManager=%s", str_find(buf_view(b), '?') >= 0 ? '&' : '?',
			   enc_percent(c->mem, str_of(manager)));
}

static const char *path_with(ctx *c, const struct resource *r, const char *ns, const char *name,
			     const char *subresource, const char *manager)
{
	buf b = buf_init(c->mem);
	buf_text_add(&b, client_path(c->mem, r, ns, name, subresource));
	add_manager(c, &b, manager);
	return buf_text(&b);
}

err *client_apply(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		  const char *name, const val *obj, const struct apply_options *o, val **ret_obj,
		  bool *ret_created)
{
	buf b = buf_init(c->mem);
	int status = 0;
	/* in the order in which client-go has them: a message may show it */
	buf_printf(&b, "%s?%sfieldManager=%s", client_path(c->mem, r, ns, name, NULL),
		   o->dry_run ? "dryRun=All&" : "", enc_percent(c->mem, str_of(o->manager)));
	if (o->strict)
		buf_text_add(&b, "&fieldValidation=Strict");
	if (o->force)
		buf_text_add(&b, "&force=true");
	struct ask q = {
		.method = "PATCH",
		.path = buf_text(&b),
		.accept = o->metadata_only ? METADATA : JSON,
		.content_type = "application/apply-patch+yaml",
		.body = body_of(c, obj),
		.again = true,
	};
	TRY(ask_object(c, cl, &q, r, ret_obj, &status));
	if (ret_created)
		*ret_created = status == 201;
	return NULL;
}

err *client_patch(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		  const char *name, const char *subresource, enum patch_type type, const val *patch,
		  const char *manager, val **ret_obj)
{
	struct ask q = {
		.method = "PATCH",
		.path = path_with(c, r, ns, name, subresource, manager),
		.content_type = type == PATCH_MERGE ? "application/merge-patch+json"
						    : "application/json-patch+json",
		.body = body_of(c, patch),
		/* with an expected version in it a second one would be told of a conflict with the first */
		.again = type == PATCH_MERGE && !VAL_IN(patch, "metadata", "resourceVersion"),
	};
	return ask_object(c, cl, &q, r, ret_obj, NULL);
}

err *client_create(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		   const val *obj, const char *manager, val **ret_obj)
{
	struct ask q = {
		.method = "POST",
		.path = path_with(c, r, ns, NULL, NULL, manager),
		.accept = ret_obj ? JSON : METADATA,
		.content_type = JSON,
		.body = body_of(c, obj),
	};
	return ask_object(c, cl, &q, r, ret_obj, NULL);
}

err *client_update(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		   const char *name, const val *obj, val **ret_obj)
{
	struct ask q = {
		.method = "PUT",
		.path = client_path(c->mem, r, ns, name, NULL),
		.accept = ret_obj ? JSON : METADATA,
		.content_type = JSON,
		.body = body_of(c, obj),
	};
	return ask_object(c, cl, &q, r, ret_obj, NULL);
}

static void add_precondition(arena *mem, val *options, const char *key, const char *value)
{
	if (value && *value)
		val_set_text(mem, val_make_map(mem, options, "preconditions"), key, value);
}

err *client_delete_seen(ctx *c, struct client *cl, const struct resource *r, const char *ns,
			const char *name, const char *uid, const char *version,
			const char *propagation)
{
	val *options = val_map(c->mem);
	val_set_text(c->mem, options, "apiVersion", "v1");
	val_set_text(c->mem, options, "kind", "DeleteOptions");
	val_set_text(c->mem, options, "propagationPolicy",
		     propagation ? propagation : "Background");
	add_precondition(c->mem, options, "uid", uid);
	add_precondition(c->mem, options, "resourceVersion", version);
	struct ask q = {
		.method = "DELETE",
		.path = client_path(c->mem, r, ns, name, NULL),
		.content_type = JSON,
		.body = body_of(c, options),
	};
	return ask_object(c, cl, &q, NULL, NULL, NULL);
}

err *client_delete(ctx *c, struct client *cl, const struct resource *r, const char *ns,
		   const char *name, const char *uid, const char *propagation)
{
	return client_delete_seen(c, cl, r, ns, name, uid, NULL, propagation);
}

err *client_raw_as(ctx *c, struct client *cl, const char *method, const char *path,
		   const char *accept, const val *body, val **ret_obj)
{
	struct ask q = {.method = method, .path = path, .accept = accept};
	if (body) {
		q.content_type = JSON;
		q.body = body_of(c, body);
	}
	return ask_object(c, cl, &q, NULL, ret_obj, NULL);
}

err *client_raw(ctx *c, struct client *cl, const char *method, const char *path, const val *body,
		val **ret_obj)
{
	return client_raw_as(c, cl, method, path, JSON, body, ret_obj);
}

struct http_stream *client_stream(struct client *cl, const char *path, const char *accept,
				  int64_t stall_timeout, const struct http_stream_calls *calls,
				  void *arg)
{
	struct link_request q = {.method = "GET", .path = path, .accept = accept, .as = cl->as};
	return link_stream(cl->link, &q, stall_timeout, calls, arg);
}
