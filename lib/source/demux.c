#include "source/demux.h"

#include <string.h>

#define SAID_MAX 2048 /* bytes of what a server says that are quoted */

err *demux_remote_says(arena *mem, str text)
{
	while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
		text.n--;
	text = str_sub(text, 0, SAID_MAX);
	bool unknown = str_search(text, STR("not our ref")) >= 0;
	return err_new(mem, unknown ? ERR_NOT_FOUND : ERR_FAILED, "remote: %.*s", STR_ARG(text));
}

static err *take_band(arena *mem, struct demux *d, str data)
{
	if (!data.n)
		return NULL;
	str rest = str_sub(data, 1, data.n);
	if (data.p[0] == 1)
		return d->out.put(d->out.arg, mem, rest);
	if (data.p[0] == 3)
		return demux_remote_says(mem, rest);
	return NULL; /* progress */
}

static err *take_packet(arena *mem, struct demux *d, const struct pkt *p)
{
	if (p->kind != PKT_DATA) {
		d->over = p->kind == PKT_FLUSH && (d->v2 || d->in_pack);
		d->skip = false;
		return NULL;
	}
	if (d->in_pack)
		return take_band(mem, d, p->data);
	str line = pkt_line(p);
	if (str_starts(line, STR("ERR ")))
		return demux_remote_says(mem, str_sub(line, 4, line.n));
	if (d->v2) {
		/* a section begins; all but the pack are passed over */
		if (!d->skip)
			d->in_pack = str_is(line, "packfile");
		d->skip = true;
		return NULL;
	}
	if (p->data.n && (unsigned char)p->data.p[0] <= 3) {
		d->in_pack = true;
		return take_band(mem, d, p->data);
	}
	return NULL; /* shallow, unshallow, ACK, NAK */
}

err *demux_run(ctx *c, struct demux *d, demux_read *read, void *arg)
{
	enum { SIZE = 2 * 65536 };
	arena *scratch = arena_open();
	char *piece = arena_alloc(scratch, SIZE);
	size_t have = 0, n = 0;
	err *failed = NULL;
	while (!failed && !d->over) {
		failed = read(arg, c, piece + have, SIZE - have, &n);
		if (!failed && !n)
			failed = err_new(c->mem, ERR_IO, "the server's answer ends too early");
		have += failed ? 0 : n;
		str rest = {piece, have};
		struct pkt p;
		bool bad = false;
		while (!failed && !d->over && pkt_next(&rest, &p, &bad))
			failed = take_packet(c->mem, d, &p);
		if (!failed && bad)
			failed = err_new(c->mem, ERR_INVALID,
					 "the server's answer is not of the Git protocol");
		memmove(piece, rest.p, rest.n);
		have = rest.n;
		if (!failed)
			failed = ctx_check(c);
	}
	arena_close(scratch);
	return failed;
}
