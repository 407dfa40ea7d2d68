#include "source/shell.h"

#include <string.h>

#include "base/buf.h"
#include "source/smart.h"

#define ANSWER_BYTES ((size_t)64 << 20)
#define PIECE ((size_t)64 << 10)

/* In single quotes, as a POSIX shell and git-shell read it; a path is never a word of its own. */
static char *command_for(arena *mem, const char *path)
{
	buf b = buf_init(mem);
	buf_text_add(&b, "git-upload-pack '");
	for (; *path; path++) {
		if (*path == '\'' || *path == '!')
			buf_printf(&b, "'\\%c'", *path);
		else
			buf_char(&b, *path);
	}
	buf_char(&b, '\'');
	return buf_text(&b);
}

/* What hosts of repositories say when there is none, or none to be seen. */
static bool means_not_found(const char *line)
{
	static const char *const texts[] = {"Repository not found.",
					    "repository does not exist.",
					    "does not appear to be a git repository",
					    "no such repository",
					    "access denied",
					    "Repository does not exist or you do not have access",
					    "The project you were looking for could not be found",
					    NULL};
	for (int i = 0; texts[i]; i++)
		if (strstr(line, texts[i]))
			return true;
	return false;
}

/* It ended without a word on its output: what does it complain about? */
static err *no_answer(ctx *c, struct shell *s)
{
	const char *line = ssh_complaint(c, s->run);
	if (means_not_found(line))
		return err_new(c->mem, ERR_NOT_FOUND, "repository not found");
	if (*line)
		return err_new(c->mem, ERR_FAILED, "unknown error: %s", line);
	return err_new(c->mem, ERR_IO, "unexpected EOF");
}

/* Reads packets up to a flush; what comes behind it stays for the next. */
static err *read_answer(ctx *c, struct shell *s, str *ret_answer)
{
	buf b = buf_init(c->mem);
	size_t whole = 0, n;
	buf_str(&b, s->rest);
	for (;;) {
		struct pkt p;
		bool bad = false;
		str rest = str_sub(buf_view(&b), whole, b.n);
		while (pkt_next(&rest, &p, &bad)) {
			whole = b.n - rest.n;
			if (p.kind == PKT_FLUSH ||
			    (p.kind == PKT_DATA && str_starts(p.data, STR("ERR ")))) {
				*ret_answer = str_sub(buf_view(&b), 0, whole);
				s->rest = rest;
				return NULL;
			}
		}
		if (bad)
			return err_new(c->mem, ERR_INVALID,
				       "the server's answer is not of the Git protocol");
		if (b.n > ANSWER_BYTES)
			return err_new(c->mem, ERR_LIMIT,
				       "the server's answer is larger than %zu bytes",
				       ANSWER_BYTES);
		TRY(ssh_take(c, s->run, buf_large(&b, PIECE), PIECE, &n));
		if (!n)
			return b.n ? err_new(c->mem, ERR_IO, "the server's answer ends too early")
				   : no_answer(c, s);
		b.n += n;
	}
}

/* When the work ends: a session whose git-upload-pack has nothing more to say may serve another. The next one may be begun ahead, but each
 * answers about references once: Git keeps the loose ones that it has read for the life of the process, and what it would say the second
 * time may be out of date. Version 0 tells them when it begins. */
static void finish(void *arg)
{
	struct shell *s = arg;
	if (s->run && s->quiet)
		ssh_end(s->run, s->listens);
	s->run = NULL;
}

static err *begin(ctx *c, struct shell *s, str early, bool ahead, struct pkt_advert *ret_advert)
{
	str text;
	s->run = NULL;
	s->rest = s->answer = (str){NULL, 0};
	s->failed = NULL;
	s->spent = s->quiet = s->listens = false;
	TRY(ssh_start(c, s->link, command_for(c->mem, s->path), ahead, &s->run));
	err *failed = ssh_put(c, s->run, early);
	/* one that does not listen any more has said why */
	if (failed && err_code(failed) != ERR_IO)
		return failed;
	TRY(read_answer(c, s, &text));
	failed = pkt_read_advert(c->mem, text, ret_advert);
	if (failed && means_not_found(failed->text))
		return err_new(c->mem, ERR_NOT_FOUND, "repository not found");
	TRY(failed);
	s->listens = ret_advert->version == 2;
	/* an older version takes the question for nonsense */
	s->spent = early.n && !s->listens;
	if (early.n && s->listens)
		s->failed = read_answer(c, s, &s->answer);
	s->quiet = !s->spent && !s->failed;
	return NULL;
}

/* Is it one that was begun ahead, and has ended meanwhile, or has told of references that may be others now? */
static bool outdated(const struct shell *s, const err *failed)
{
	if (!s->run)
		return false;
	if (!failed && !s->failed)
		return ssh_ahead(s->run) && !s->listens;
	return ssh_forgo(s->run, failed ? failed : s->failed);
}

err *shell_advertise(ctx *c, struct shell *s, str early, struct pkt_advert *ret_advert)
{
	/* without a question nobody would see that what was begun ahead is dead */
	bool ahead = early.n > 0;
	TRY(ssh_dial(c, s->link, ahead ? command_for(c->mem, s->path) : NULL));
	arena_defer(c->mem, finish, s);
	finish(s);
	err *failed = begin(c, s, early, ahead, ret_advert);
	if (outdated(s, failed))
		failed = begin(c, s, early, false, ret_advert);
	err *why = failed ? failed : s->failed;
	if (why && ssh_stale(s->link, why)) {
		s->run = NULL;
		TRY(ssh_redial(c, s->link));
		arena_defer(c->mem, finish, s);
		failed = begin(c, s, early, false, ret_advert);
	}
	return failed;
}

err *shell_ask(ctx *c, struct shell *s, str body, str *ret_answer)
{
	if (!body.n) {
		*ret_answer = s->answer;
		return s->failed;
	}
	s->quiet = false;
	TRY(ssh_put(c, s->run, body));
	TRY(read_answer(c, s, ret_answer));
	s->quiet = true;
	return NULL;
}

struct stream {
	struct ssh_run *run;
	uint64_t n, max;
};

static err *stream_read(void *arg, ctx *c, char *into, size_t max, size_t *ret_n)
{
	struct stream *s = arg;
	TRY(ssh_take(c, s->run, into, max, ret_n));
	s->n += *ret_n;
	return s->n > s->max ? smart_too_large(c->mem, s->max) : NULL;
}

err *shell_fetch(ctx *c, struct shell *s, str body, uint64_t max, struct demux *d)
{
	if (s->spent) {
		struct pkt_advert again;
		TRY(shell_advertise(c, s, (str){NULL, 0}, &again));
	}
	s->quiet = false;
	TRY(ssh_put(c, s->run, body));
	struct stream stream = {s->run, 0, max};
	s->spent = !d->v2;
	TRY(demux_run(c, d, stream_read, &stream));
	s->quiet = true;
	return NULL;
}
