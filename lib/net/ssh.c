#include "net/ssh.h"

#include <fcntl.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "crypt/digest.h"
#include "net/ssh_hosts.h"
#include "net/ssh_pool.h"

#define PORT 22
#define IDENTITY_MAX ((size_t)64 << 10)
#define PIECE ((size_t)32 << 10) /* sent at once */
#define LOOK_AGAIN (100 * CLOCK_MS)
#define COMPLAINT_MAX 1000 /* bytes of a command's complaint that are quoted */
/* A session that has waited and gives no sign of life for so long, or half of the time there is, is left: what is between may have forgotten it. */
#define SIGN_OF_LIFE (5 * CLOCK_SECOND)

struct ssh_state {
	const struct ssh_settings *settings;
	struct ssh_hosts *hosts;
	ssh_key key;
	struct ssh_line line; /* without a session: not connected */
	const char *name;     /* of all that decides about a session, for the pool */
	int running;	      /* commands that have not ended */
	bool waited;	      /* it comes from the pool, and has given nothing since */
	int64_t alive_by;     /* when it must have given a sign of life, on clock_now; 0: it has */
};

struct ssh_run {
	struct ssh_link *link;
	ssh_channel channel;
	const char *command;
	bool named, accepted;
	bool ahead; /* it was begun while the session waited */
	bool lives; /* and the session has given a sign of life since */
	bool heard; /* and it has said something since */
	str old;    /* what it had said before, as far as it was not taken */
	buf said;   /* on standard error */
};

/* ---- what we have ---- */

/* The bytes between the lines that begin and end. */
static str pem_bytes(arena *mem, str text)
{
	str line, bytes = {NULL, 0};
	buf b = buf_init(mem);
	while (str_next(&text, '\n', &line)) {
		line = str_trim(line);
		if (str_search(line, STR(":")) < 0 && !str_starts(line, STR("-----")))
			buf_str(&b, line);
	}
	return enc_unbase64(mem, buf_view(&b), &bytes) ? bytes : (str){NULL, 0};
}

bool ssh_identity_locked(arena *mem, str identity)
{
	static const char magic[] = "openssh-key-v1"; /* with its NUL */
	if (str_search(identity, STR("Proc-Type: 4,ENCRYPTED")) >= 0 ||
	    str_search(identity, STR("-----BEGIN ENCRYPTED PRIVATE KEY-----")) >= 0)
		return true;
	if (identity.n > IDENTITY_MAX ||
	    str_search(identity, STR("-----BEGIN OPENSSH PRIVATE KEY-----")) < 0)
		return false;
	str bytes = pem_bytes(mem, identity), cipher;
	if (!str_starts(bytes, (str){magic, sizeof(magic)}) || bytes.n < sizeof(magic) + 4)
		return false;
	cipher = str_sub(bytes, sizeof(magic) + 4, bytes.n);
	return !str_starts(cipher, STR("none"));
}

static void forget_key(void *arg)
{
	ssh_key_free(arg);
}

static err *read_identity(arena *mem, struct ssh_state *s)
{
	const struct ssh_settings *t = s->settings;
	bool locked = ssh_identity_locked(mem, t->identity);
	const char *passphrase = locked ? (t->passphrase ? t->passphrase : "") : NULL;
	if (t->identity.n > IDENTITY_MAX)
		return err_new(mem, ERR_LIMIT, "ssh: an identity of more than %zu bytes",
			       IDENTITY_MAX);
	/* libssh wants the text to begin with the mark and to end with a newline */
	str text = str_trim(t->identity);
	const char *pem = arena_printf(mem, "%.*s\n", STR_ARG(text));
	if (ssh_pki_import_privkey_base64(pem, passphrase, NULL, NULL, &s->key) != SSH_OK)
		return err_new(mem, ERR_INVALID, "%s",
			       locked ? "x509: decryption password incorrect"
				      : "ssh: no key found");
	arena_defer(mem, forget_key, s->key);
	return NULL;
}

static void add_part(struct digest *d, str part)
{
	uint64_t n = part.n;
	digest_add(d, (str){(const char *)&n, sizeof(n)});
	digest_add(d, part);
}

/* A name for sessions that are all the same, which gives no secret away. */
static char *name_of(arena *mem, const struct ssh_settings *t)
{
	const char *const texts[] = {
		t->host,  t->user,	 t->passphrase,	    t->kex_algorithms,
		t->proxy, t->proxy_user, t->proxy_password, t->hostkey_algorithms,
		t->name,  t->value};
	struct digest *d = digest_begin(mem, DIGEST_SHA256);
	add_part(d, (str){(const char *)&t->port, sizeof(t->port)});
	add_part(d, t->identity);
	add_part(d, t->known_hosts);
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		add_part(d, str_of(texts[i] ? texts[i] : ""));
	return digest_end(d);
}

err *ssh_prepare(arena *mem, const struct ssh_settings *settings, struct ssh_link **ret_link)
{
	struct ssh_link *link = NEW(mem, struct ssh_link);
	struct ssh_state *s = link->state = NEW(mem, struct ssh_state);
	*s = (struct ssh_state){.settings = settings, .name = name_of(mem, settings)};
	TRY(read_identity(mem, s));
	TRY(ssh_hosts_read(mem, settings->known_hosts, &s->hosts));
	*ret_link = link;
	return NULL;
}

/* ---- waiting ---- */

/* Until there is something to read, or for a moment: what libssh has read already does not show on the socket, and
 * whether that is so cannot be asked of it everywhere. */
static err *await(ctx *c, const struct ssh_link *link)
{
	int64_t soon = clock_now() + LOOK_AGAIN, sign = link->state->alive_by;
	int64_t until = sign ? sign : link->deadline;
	bool last = until && until <= soon;
	int flags = ssh_get_poll_flags(link->state->line.session);
	short events = POLLIN;
	if (flags & SSH_WRITE_PENDING)
		events |= POLLOUT;
	err *e = dial_wait(c, link->state->line.fd, events, last ? until : soon);
	return err_code(e) == ERR_TIMEOUT && !last ? ctx_check(c) : e;
}

/* "kex error : no match for method server host key algo: server [a,b], client [c]" in the words of Go. */
static const char *no_match(arena *mem, const char *text)
{
	const char *ours = strstr(text, "client ["), *theirs = strstr(text, "server [");
	const char *what = strstr(text, "host key")	     ? "host key"
			   : strstr(text, "kex algos")	     ? "key exchange"
			   : strstr(text, "encryption algo") ? "client to server cipher"
			   : strstr(text, "mac algo")	     ? "client to server MAC"
							     : "compression";
	if (!ours || !theirs)
		return text;
	char *a = arena_printf(mem, "%.*s", (int)strcspn(ours + 8, "]"), ours + 8);
	char *b = arena_printf(mem, "%.*s", (int)strcspn(theirs + 8, "]"), theirs + 8);
	for (char *p = a; *p; p++)
		*p = *p == ',' ? ' ' : *p;
	for (char *p = b; *p; p++)
		*p = *p == ',' ? ' ' : *p;
	return arena_printf(mem,
			    "ssh: no common algorithm for %s; we offered: [%s], peer offered: [%s]",
			    what, a, b);
}

static const char *reason(arena *mem, const struct ssh_state *s)
{
	const char *text = ssh_get_error(s->line.session);
	if (strstr(text, "no match for method"))
		return no_match(mem, text);
	if (strstr(text, "disconnected") || strstr(text, "closed by remote") ||
	    strstr(text, "onnection closed") || strstr(text, "Remote channel is closed"))
		return "EOF";
	return *text ? arena_text(mem, text) : "EOF";
}

static err *handshake_failed(arena *mem, const struct ssh_state *s)
{
	return err_new(mem, ERR_IO, "ssh: handshake failed: %s", reason(mem, s));
}

/* ---- connecting ---- */

static void end_session(void *arg)
{
	struct ssh_state *s = arg;
	struct ssh_pool *pool = s->settings->pool;
	if (!s->line.session)
		return;
	if (pool && !s->running)
		ssh_pool_give(pool, s->name, &s->line);
	else
		ssh_line_close(&s->line);
	s->line.session = NULL;
}

static bool chosen(const char *text)
{
	return text && *text;
}

static err *configure(ctx *c, struct ssh_state *s, int tcp)
{
	const struct ssh_settings *t = s->settings;
	unsigned port = t->port ? (unsigned)t->port : PORT;
	bool no = false;
	const char *hostkeys = chosen(t->hostkey_algorithms)
				       ? t->hostkey_algorithms
				       : ssh_hosts_algorithms(c->mem, s->hosts, t->host, (int)port);
	ssh_options_set(s->line.session, SSH_OPTIONS_SSH_DIR, "/nonexistent");
	ssh_options_set(s->line.session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
	ssh_options_set(s->line.session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
	ssh_options_set(s->line.session, SSH_OPTIONS_PROCESS_CONFIG, &no);
	ssh_options_set(s->line.session, SSH_OPTIONS_HOST, t->host);
	ssh_options_set(s->line.session, SSH_OPTIONS_PORT, &port);
	ssh_options_set(s->line.session, SSH_OPTIONS_USER, t->user);
	if (chosen(t->kex_algorithms) &&
	    ssh_options_set(s->line.session, SSH_OPTIONS_KEY_EXCHANGE, t->kex_algorithms))
		return err_new(c->mem, ERR_INVALID,
			       "ssh: none of the key exchange algorithms %s is known",
			       t->kex_algorithms);
	if (hostkeys && ssh_options_set(s->line.session, SSH_OPTIONS_HOSTKEYS, hostkeys))
		return err_new(c->mem, ERR_INVALID,
			       "ssh: none of the host key algorithms %s is known", hostkeys);
	/* libssh closes what it is given, from when it connects */
	s->line.fd = fcntl(tcp, F_DUPFD_CLOEXEC, 3);
	if (s->line.fd < 0)
		return err_new(c->mem, ERR_IO, "ssh: no descriptor left");
	ssh_options_set(s->line.session, SSH_OPTIONS_FD, &s->line.fd);
	return NULL;
}

static err *check_host(ctx *c, struct ssh_state *s)
{
	const struct ssh_settings *t = s->settings;
	ssh_key key = NULL;
	char *text = NULL;
	str blob = {NULL, 0};
	if (ssh_get_server_publickey(s->line.session, &key) == SSH_OK &&
	    ssh_pki_export_pubkey_base64(key, &text) == SSH_OK)
		enc_unbase64(c->mem, str_of(text), &blob);
	if (text)
		ssh_string_free_char(text);
	ssh_key_free(key);
	if (!blob.n)
		return handshake_failed(c->mem, s);
	TRY_AS(c->mem, ssh_hosts_check(c->mem, s->hosts, t->host, t->port ? t->port : PORT, blob),
	       "ssh: handshake failed");
	return NULL;
}

static err *log_in(ctx *c, struct ssh_link *link)
{
	struct ssh_state *s = link->state;
	int rc;
	while ((rc = ssh_userauth_publickey(s->line.session, NULL, s->key)) == SSH_AUTH_AGAIN)
		TRY(await(c, link));
	if (rc == SSH_AUTH_SUCCESS)
		return NULL;
	if (rc == SSH_AUTH_ERROR)
		return handshake_failed(c->mem, s);
	return err_new(
		c->mem, ERR_UNAUTHORIZED,
		"ssh: handshake failed: ssh: unable to authenticate, attempted methods [none "
		"publickey], no supported methods remain");
}

static err *shake_hands(ctx *c, struct ssh_link *link, int tcp)
{
	struct ssh_state *s = link->state;
	int rc;
	TRY(configure(c, s, tcp));
	ssh_set_blocking(s->line.session, 0);
	while ((rc = ssh_connect(s->line.session)) == SSH_AGAIN)
		TRY(await(c, link));
	if (rc != SSH_OK)
		return handshake_failed(c->mem, s);
	TRY(check_host(c, s));
	return log_in(c, link);
}

static err *connect_to(ctx *c, struct ssh_link *link)
{
	struct ssh_state *s = link->state;
	const struct ssh_settings *t = s->settings;
	struct dial d = {.host = t->host,
			 .port = t->port ? t->port : PORT,
			 .proxy = t->proxy,
			 .proxy_user = t->proxy_user,
			 .proxy_password = t->proxy_password,
			 .deadline = link->deadline};
	int tcp;
	TRY(dial_tcp(c, &d, &tcp));
	s->line = (struct ssh_line){
		.session = ssh_new(), .born = clock_now(), .name = t->name, .value = t->value};
	if (!s->line.session)
		return err_new(c->mem, ERR_FAILED, "ssh: no session");
	err *failed = shake_hands(c, link, tcp);
	if (failed)
		ssh_line_close(&s->line);
	else
		arena_defer(c->mem, end_session, s);
	return failed;
}

err *ssh_dial(ctx *c, struct ssh_link *link, const char *command)
{
	struct ssh_state *s = link->state;
	struct ssh_pool *pool = s->settings->pool;
	if (s->line.session)
		return NULL;
	if (!pool || !ssh_pool_take(pool, s->name, command, &s->line))
		return connect_to(c, link);
	int64_t now = clock_now(),
		half = link->deadline ? (link->deadline - now) / 2 : SIGN_OF_LIFE;
	s->waited = true;
	s->alive_by = now + (half < SIGN_OF_LIFE ? half : SIGN_OF_LIFE);
	arena_defer(c->mem, end_session, s);
	return NULL;
}

bool ssh_stale(const struct ssh_link *link, const err *e)
{
	int code = err_code(e);
	bool over = link->deadline && link->deadline <= clock_now();
	return link->state->waited && (code == ERR_IO || (code == ERR_TIMEOUT && !over));
}

err *ssh_redial(ctx *c, struct ssh_link *link)
{
	struct ssh_state *s = link->state;
	ssh_pool_drop(s->settings->pool, s->name);
	ssh_line_close(&s->line);
	s->waited = false;
	s->alive_by = 0;
	s->running = 0;
	return connect_to(c, link);
}

/* ---- commands ---- */

static err *broken(ctx *c, const struct ssh_run *r)
{
	return err_new(c->mem, ERR_IO, "ssh: %s", reason(c->mem, r->link->state));
}

/* The channel that was opened ahead, or another. */
static err *open_channel(ctx *c, struct ssh_run *r)
{
	struct ssh_state *s = r->link->state;
	int rc;
	r->named = s->line.named;
	r->channel = s->line.next ? ssh_line_use(&s->line) : ssh_channel_new(s->line.session);
	if (!r->channel)
		return broken(c, r);
	while ((rc = ssh_channel_open_session(r->channel)) == SSH_AGAIN)
		TRY(await(c, r->link));
	return rc == SSH_OK ? NULL : broken(c, r);
}

/* Sends the command, and sees whether the server has taken it. */
static err *ask(ctx *c, struct ssh_run *r)
{
	if (r->accepted)
		return NULL;
	int rc = ssh_channel_request_exec(r->channel, r->command);
	if (rc != SSH_OK)
		return rc == SSH_AGAIN ? NULL : broken(c, r);
	r->accepted = true;
	r->link->state->alive_by = 0;
	return NULL;
}

/* Goes on with what was begun ahead. Its first words may be old: the channel for the next command is opened at once, whose answer says
 * that the session lives, even if the command's takes its time. */
static void resume(ctx *c, struct ssh_run *r)
{
	struct ssh_line *line = &r->link->state->line;
	r->ahead = true;
	r->accepted = line->accepted;
	r->old = (str){arena_copy(c->mem, line->said, line->n_said), line->n_said};
	r->channel = ssh_line_use(line);
	ssh_line_spare(line);
}

err *ssh_start(ctx *c, struct ssh_link *link, const char *command, bool ahead,
	       struct ssh_run **ret_run)
{
	struct ssh_run *r = NEW(c->mem, struct ssh_run);
	const struct ssh_settings *t = link->state->settings;
	struct ssh_line *line = &link->state->line;
	*r = (struct ssh_run){.link = link, .command = command, .said = buf_init(c->mem)};
	link->state->running++;
	if (line->begun && ahead && text_eq(line->last, command)) {
		resume(c, r);
		*ret_run = r;
		return NULL;
	}
	if (line->begun)
		ssh_line_forgo(line);
	TRY(open_channel(c, r));
	/* most servers do not take every variable, which is no failure */
	while (t->name && !r->named &&
	       ssh_channel_request_env(r->channel, t->name, t->value) == SSH_AGAIN)
		TRY(await(c, link));
	TRY(ask(c, r));
	*ret_run = r;
	return NULL;
}

bool ssh_ahead(const struct ssh_run *r)
{
	return r->ahead;
}

bool ssh_forgo(struct ssh_run *r, const err *e)
{
	struct ssh_state *s = r->link->state;
	int64_t end = r->link->deadline;
	bool over = end && end <= clock_now(), silent = err_code(e) == ERR_TIMEOUT && r->lives;
	if (!r->ahead || r->heard || over || err_code(e) == ERR_CANCELED ||
	    !ssh_is_connected(s->line.session))
		return false;
	bool ended = ssh_channel_poll(r->channel, 0) == SSH_EOF;
	if (!ended && !silent)
		return false;
	if (ended)
		ssh_end(r, false);
	s->line.never = true;
	s->alive_by = 0;
	return true;
}

err *ssh_put(ctx *c, struct ssh_run *r, str bytes)
{
	while (bytes.n) {
		size_t piece = bytes.n < PIECE ? bytes.n : PIECE;
		int n = ssh_channel_write(r->channel, bytes.p, (uint32_t)piece);
		if (n < 0 && n != SSH_AGAIN)
			return broken(c, r);
		TRY(ask(c, r));
		if (n > 0)
			bytes = str_sub(bytes, (size_t)n, bytes.n);
		else
			TRY(await(c, r->link));
	}
	return NULL;
}

/* Takes what stands on standard error, so that it does not stop the command. */
static void listen_to(struct ssh_run *r)
{
	char piece[1024];
	int n;
	while ((n = ssh_channel_read_nonblocking(r->channel, piece, sizeof(piece), 1)) > 0)
		if (r->said.n < 4 * sizeof(piece))
			buf_add(&r->said, piece, (size_t)n);
}

/* Is there an answer to what was asked beside a command that was begun ahead? Then that has half of the time that is left. */
static void look_for_life(struct ssh_run *r)
{
	struct ssh_state *s = r->link->state;
	int64_t now = clock_now(), end = r->link->deadline;
	if (!r->ahead || r->lives || r->heard || !s->line.next ||
	    ssh_channel_open_session(s->line.next) == SSH_AGAIN ||
	    !ssh_is_connected(s->line.session))
		return;
	r->lives = true;
	s->alive_by = end ? now + (end - now) / 2 : 0;
}

static void heard(struct ssh_run *r)
{
	struct ssh_state *s = r->link->state;
	r->heard = true;
	s->waited = false;
	s->alive_by = 0;
}

static size_t take_old(struct ssh_run *r, char *into, size_t max)
{
	size_t n = r->old.n < max ? r->old.n : max;
	memcpy(into, r->old.p, n);
	r->old = str_sub(r->old, n, r->old.n);
	return n;
}

err *ssh_take(ctx *c, struct ssh_run *r, char *into, size_t max, size_t *ret_n)
{
	if (r->old.n) {
		*ret_n = take_old(r, into, max);
		return NULL;
	}
	for (;;) {
		TRY(ctx_check(c));
		TRY(ask(c, r));
		listen_to(r); /* first, since this too reads what is for standard output */
		int n = ssh_channel_read_nonblocking(r->channel, into, (uint32_t)max, 0);
		if (n > 0 || n == SSH_EOF || (n == 0 && ssh_channel_is_eof(r->channel))) {
			*ret_n = n > 0 ? (size_t)n : 0;
			if (n > 0)
				heard(r);
			return NULL;
		}
		if (n == SSH_ERROR)
			return broken(c, r);
		look_for_life(r);
		if (!ssh_channel_is_eof(r->channel))
			TRY(await(c, r->link));
	}
}

const char *ssh_complaint(ctx *c, struct ssh_run *r)
{
	str rest, line;
	listen_to(r);
	rest = buf_view(&r->said);
	while (str_next(&rest, '\n', &line)) {
		line = str_trim(line);
		str after = str_starts(line, STR("remote:")) ? str_sub(line, 7, line.n) : line;
		bool bare = true;
		for (size_t i = 0; i < after.n; i++)
			bare = bare && (after.p[i] == ' ' || after.p[i] == '=');
		if (!bare)
			return str_text(c->mem, str_sub(line, 0, COMPLAINT_MAX));
	}
	return "";
}

void ssh_end(struct ssh_run *r, bool again)
{
	bool closed = ssh_channel_close(r->channel) == SSH_OK;
	ssh_channel_free(r->channel);
	r->channel = NULL;
	r->link->state->running -= closed;
	ssh_line_ran(&r->link->state->line, r->command, again);
}
