#include "source/wire.h"

#include <string.h>

#define PACK_BYTES (UINT64_C(1) << 30)
#define AGENT "agent=git/sluice" /* some servers look for the word git */

static bool is_v2(const struct wire *w)
{
	return w->shell ? w->advert.version == 2 : w->smart.v2;
}

struct wire_known wire_known(const struct wire *w)
{
	if (w->shell)
		return (struct wire_known){w->advertised ? "" : NULL, is_v2(w)};
	return (struct wire_known){w->smart.base, w->smart.v2};
}

void wire_recall(struct wire *w, const struct wire_known *known)
{
	if (w->shell) {
		w->shell->v2 = known->v2;
		return;
	}
	w->smart.base = known->base;
	w->smart.v2 = known->v2;
}

/* ---- references ---- */

static err *advertise(ctx *c, struct wire *w, str early)
{
	if (w->shell)
		w->shell->link->deadline = w->deadline;
	TRY(w->shell ? shell_advertise(c, w->shell, early, &w->advert)
		     : smart_advertise(c, &w->smart, w->deadline, &w->advert));
	const char *format = pkt_value(c->mem, &w->advert, "object-format");
	if (format && !text_eq(format, "sha1"))
		return err_new(c->mem, ERR_UNSUPPORTED,
			       "repositories with %s object ids are not supported", format);
	w->advertised = true;
	return NULL;
}

static str refs_question(ctx *c, const char *const *prefixes, size_t n)
{
	buf b = buf_init(c->mem);
	/* who asks, and that ids are SHA-1's, need not be said, and this is what is sent most often */
	pkt_add(&b, "command=ls-refs\n");
	pkt_delim(&b);
	pkt_add(&b, "peel\n");
	for (size_t i = 0; i < n; i++)
		pkt_add(&b, "ref-prefix %s\n", prefixes[i]);
	pkt_flush(&b);
	return buf_view(&b);
}

static err *ls_refs(ctx *c, struct wire *w, str question, struct pkt_refs *ret_refs)
{
	str answer;
	if (w->shell)
		w->shell->link->deadline = w->deadline;
	TRY(w->shell ? shell_ask(c, w->shell, question, &answer)
		     : smart_ask(c, &w->smart, w->deadline, question, &answer));
	return pkt_read_refs(c->mem, answer, ret_refs);
}

/* Is it worth to begin anew without what was known: could the server have changed or moved? */
static bool may_have_moved(const err *e)
{
	int code = err_code(e);
	return code == ERR_FAILED || code == ERR_INVALID || code == ERR_UNSUPPORTED;
}

err *wire_refs(ctx *c, struct wire *w, const char *const *prefixes, size_t n,
	       struct pkt_refs *ret_refs)
{
	str question = refs_question(c, prefixes, n), none = {NULL, 0};
	if (!w->shell && w->smart.base && w->smart.v2) {
		err *failed = ls_refs(c, w, question, ret_refs);
		if (!failed || !may_have_moved(failed))
			return failed;
		w->smart.base = NULL;
		w->smart.v2 = false;
	}
	bool early = !w->advertised && w->shell && w->shell->v2;
	/* an older version's list may be out of date; over SSH it is the one talk's */
	if (!w->advertised || (!w->shell && w->advert.version != 2))
		TRY(advertise(c, w, early ? question : none));
	if (w->advert.version == 2)
		return ls_refs(c, w, early ? none : question, ret_refs);
	*ret_refs = w->advert.refs;
	return NULL;
}

err *wire_meet(ctx *c, struct wire *w)
{
	bool known = w->shell ? w->advertised : w->smart.base != NULL;
	return known ? NULL : advertise(c, w, (str){NULL, 0});
}

bool wire_any_commit(const struct wire *w)
{
	return is_v2(w) || pkt_has(&w->advert, "allow-reachable-sha1-in-want") ||
	       pkt_has(&w->advert, "allow-any-sha1-in-want");
}

/* ---- packs ---- */

/* Version 2's "fetch=shallow filter …": has the fetch command that feature? */
static bool fetch_has(arena *mem, const struct wire *w, const char *feature)
{
	const char *features = pkt_value(mem, &w->advert, "fetch");
	str rest = str_of(features ? features : ""), part;
	while (str_next(&rest, ' ', &part))
		if (str_is(part, feature))
			return true;
	return false;
}

static void add_haves(buf *b, const struct wire_want *q, bool shallow)
{
	for (size_t i = 0; shallow && i < q->n_haves; i++)
		pkt_add(b, "shallow %s\n", q->haves[i]);
}

static str fetch_v2(ctx *c, const struct wire *w, const struct wire_want *q, bool filter)
{
	buf b = buf_init(c->mem);
	bool shallow = !w->advertised || fetch_has(c->mem, w, "shallow");
	pkt_add(&b, "command=fetch\n");
	pkt_add(&b, AGENT "\n");
	pkt_add(&b, "object-format=sha1\n");
	pkt_delim(&b);
	pkt_add(&b, "thin-pack\n");
	pkt_add(&b, "ofs-delta\n");
	pkt_add(&b, "no-progress\n");
	add_haves(&b, q, shallow);
	if (shallow && !q->deep)
		pkt_add(&b, "deepen 1\n");
	if (filter)
		pkt_add(&b, "filter tree:0\n");
	for (size_t i = 0; i < q->n; i++)
		pkt_add(&b, "want %s\n", q->wants[i]);
	for (size_t i = 0; shallow && i < q->n_haves; i++)
		pkt_add(&b, "have %s\n", q->haves[i]);
	pkt_add(&b, "done\n");
	pkt_flush(&b);
	return buf_view(&b);
}

static str fetch_v0(ctx *c, const struct wire *w, const struct wire_want *q)
{
	static const char *const wished[] = {"thin-pack", "ofs-delta", "no-progress", NULL};
	buf b = buf_init(c->mem), caps = buf_init(c->mem);
	bool shallow = pkt_has(&w->advert, "shallow");
	buf_text_add(&caps, pkt_has(&w->advert, "side-band-64k") ? " side-band-64k" : " side-band");
	/* Azure DevOps talks to nobody who does not know these; what they add to the answer is passed over */
	if (pkt_has(&w->advert, "multi_ack_detailed"))
		buf_text_add(&caps, " multi_ack_detailed");
	else if (pkt_has(&w->advert, "multi_ack"))
		buf_text_add(&caps, " multi_ack");
	for (int i = 0; wished[i]; i++)
		if (pkt_has(&w->advert, wished[i]))
			buf_printf(&caps, " %s", wished[i]);
	if (pkt_has(&w->advert, "agent"))
		buf_text_add(&caps, " " AGENT);
	for (size_t i = 0; i < q->n; i++)
		pkt_add(&b, "want %s%s\n", q->wants[i], i ? "" : buf_text(&caps));
	add_haves(&b, q, shallow);
	if (shallow && !q->deep)
		pkt_add(&b, "deepen 1\n");
	pkt_flush(&b);
	for (size_t i = 0; shallow && i < q->n_haves; i++)
		pkt_add(&b, "have %s\n", q->haves[i]);
	pkt_add(&b, "done\n");
	return buf_view(&b);
}

err *wire_fetch(ctx *c, struct wire *w, const struct wire_want *q, const char *spool_dir,
		struct sink out, bool *ret_filtered)
{
	TRY(q->no_trees && !w->advertised ? advertise(c, w, (str){NULL, 0}) : wire_meet(c, w));
	bool filter = q->no_trees && is_v2(w) && fetch_has(c->mem, w, "filter");
	str body = is_v2(w) ? fetch_v2(c, w, q, filter) : fetch_v0(c, w, q);
	struct demux d = {.out = out, .v2 = is_v2(w)};
	uint64_t max = w->pack_max ? w->pack_max : PACK_BYTES;
	if (w->shell)
		w->shell->link->deadline = w->deadline;
	TRY(w->shell ? shell_fetch(c, w->shell, body, max, &d)
		     : smart_fetch(c, &w->smart, w->deadline, body, spool_dir, max, &d));
	if (ret_filtered)
		*ret_filtered = filter;
	return NULL;
}
