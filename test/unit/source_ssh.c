/* Against OpenSSH's sshd with Git behind it; skipped where sshd, ssh-keygen or git is not there, or we may not start it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "pack/unpack.h"
#include "source/repo.h"

/* A repository, host keys of three kinds, identities; a copy of sshd's rules for each of its ways. */
static const char script[] =
	"set -e; cd \"$1\"; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\n"
	"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A "
	"GIT_COMMITTER_EMAIL=a@b\n"
	"export GIT_AUTHOR_DATE='1700000000 +0000' GIT_COMMITTER_DATE='1700000000 +0000'\n"
	"git init -q -b main work; cd work; echo one >a.txt; git add .; git commit -qm First; git "
	"tag "
	"v1.0.0\n"
	"export GIT_COMMITTER_DATE='1700000060 +0000'; echo two >a.txt; git commit -qam Second; "
	"git tag -am "
	"note v1.1.0; git tag v1.1.0+b v1.0.0\n"
	"git rev-parse v1.0.0^{} >../one; git rev-parse main >../two; cd ..\n"
	"git clone -q --mirror work app.git; git init -q --bare -b main empty.git\n"
	"git -C app.git config uploadpack.allowAnySHA1InWant true\n"
	"git clone -q --mirror work \"it's.git\"; git clone -q --mirror work strict.git\n"
	"for k in ed25519 ecdsa rsa; do ssh-keygen -q -t $k -N '' -C '' -f host_$k; ssh-keygen -q "
	"-t $k "
	"-N '' -C '' -f id_$k; done\n"
	"ssh-keygen -q -t ed25519 -N secret -C '' -f id_locked; ssh-keygen -q -t ed25519 -N '' -C "
	"'' -f "
	"id_cut\n"
	"ssh-keygen -q -t ed25519 -N '' -C '' -f id_stranger\n"
	"ssh-keygen -q -t rsa -m PEM -N '' -C '' -f id_pem; ssh-keygen -q -t ecdsa -m PKCS8 -N '' "
	"-C '' "
	"-f id_pkcs8\n"
	"ssh-keygen -q -t rsa -m PEM -N secret -C '' -f id_lockedpem\n"
	"cat id_ed25519.pub id_ecdsa.pub id_rsa.pub id_locked.pub id_pem.pub id_pkcs8.pub "
	"id_lockedpem.pub >authorized\n"
	"printf '%s\\n' 'exec 3<&0' \"exec dd bs=1 count=500 status=none < <(git-upload-pack "
	"$1/app.git <&3 "
	"2>/dev/null)\" "
	">cut.sh\n"
	"echo \"command=\\\"bash $1/cut.sh\\\" $(cat id_cut.pub)\" >>authorized\n"
	/* notes what begins and ends; a command that is not asked for anything ends after so many seconds */
	"git clone -q --mirror work fresh.git; echo 0 >seconds\n"
	"printf '%s\\n' \"exec 3<&0\" \"timeout \\$(cat $1/seconds) sh -c "
	"\\\"exec \\$SSH_ORIGINAL_COMMAND\\\" <&3 & echo \\$! >$1/last; echo begun >>$1/count; "
	"wait\" \"echo ended "
	">>$1/count\" "
	">count.sh\n"
	"for way in new old narrow ahead; do cat >$way.conf <<END\n"
	"ListenAddress 127.0.0.1\nHostKey $1/host_ed25519\nHostKey $1/host_ecdsa\nHostKey "
	"$1/host_rsa\n"
	"AuthorizedKeysFile $1/authorized\nPidFile none\nStrictModes no\nUsePAM "
	"no\nPermitRootLogin "
	"yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
	"$([ $way = old ] || echo AcceptEnv GIT_PROTOCOL)\n"
	"$([ $way = narrow ] && echo MaxSessions 1)\n"
	"$([ $way = new ] || [ $way = old ] || echo ForceCommand bash $1/count.sh)\nEND\ndone\n";

struct server {
	pid_t pid;
	int port;
};

struct world {
	arena *mem;
	char *root;
	loop *l;
	pthread_t thread;
	struct repos *repos;
	struct server young, old; /* take GIT_PROTOCOL, or don't */
	struct server own[8];	  /* of single tests; those without a pid do not run */
};

static struct world w;

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

static int bound(int *ret_fd)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	socklen_t n = sizeof(a);
	*ret_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*ret_fd, (struct sockaddr *)&a, sizeof(a)), 0);
	getsockname(*ret_fd, (struct sockaddr *)&a, &n);
	return ntohs(a.sin_port);
}

/* On the port that it has, or a free one. */
static bool start_server(struct server *s, const char *config)
{
	int fd, said[2];
	char line[512];
	if (!s->port) {
		s->port = bound(&fd);
		close(fd);
	}
	char *port = arena_printf(w.mem, "%d", s->port);
	char *file = path_join(w.mem, w.root, config);
	if (pipe2(said, O_CLOEXEC))
		return false;
	s->pid = fork();
	if (!s->pid) {
		dup2(said[1], 2);
		execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-e", "-f", file, "-p", port, NULL);
		_exit(127);
	}
	close(said[1]);
	FILE *in = fdopen(said[0], "r");
	bool listens = false;
	while (!listens && fgets(line, sizeof(line), in))
		listens = strstr(line, "Server listening") != NULL;
	/* the pipe stays, so that what is said later finds a reader */
	return listens;
}

static void stop_server(struct server *s)
{
	kill(s->pid, SIGTERM);
	waitpid(s->pid, NULL, 0);
	s->pid = 0;
}

static int set_up(void **state)
{
	(void)state;
	if (geteuid() || access("/usr/sbin/sshd", X_OK) ||
	    system("command -v git ssh-keygen >/dev/null && mkdir -p /run/sshd")) {
		print_message(
			"# skipped: sshd, ssh-keygen or git is not here, or we are not root\n");
		exit(0);
	}
	w.mem = arena_open();
	assert_null(file_temp_dir(w.mem, "/tmp", "ssh-", &w.root));
	char *file = path_join(w.mem, w.root, "make.sh");
	assert_null(file_write(w.mem, file, str_of(script), 0700));
	assert_int_equal(system(arena_printf(w.mem, "bash %s %s", file, w.root)), 0);
	assert_true(start_server(&w.young, "new.conf"));
	assert_true(start_server(&w.old, "old.conf"));
	assert_null(loop_open(w.mem, &w.l));
	pthread_create(&w.thread, NULL, run_loop, w.l);
	struct repos_settings s = {.dir = path_join(w.mem, w.root, "caches"),
				   .remotes = {.loop = w.l}};
	assert_null(repos_open(w.mem, &s, &w.repos));
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	repos_close(w.repos);
	loop_stop(w.l);
	pthread_join(w.thread, NULL);
	loop_close(w.l);
	stop_server(&w.young);
	stop_server(&w.old);
	for (size_t i = 0; i < sizeof(w.own) / sizeof(*w.own); i++)
		if (w.own[i].pid)
			stop_server(&w.own[i]);
	arena_close(w.mem);
	return 0;
}

/* ---- */

struct pass {
	arena *mem;
	ctx ctx;
	struct repo_source source;
	struct repo *repo;
	err *failed;
};

static str text_of(arena *mem, const char *name)
{
	str text;
	assert_null(file_read(mem, path_join(mem, w.root, name), 1 << 16, &text));
	return text;
}

static const char *id(arena *mem, const char *name)
{
	return str_text(mem, str_trim(text_of(mem, name)));
}

/* "[127.0.0.1]:2222 ssh-ed25519 …" for the host's key of that kind; "%s" stands for the name. */
static char *known(arena *mem, const struct server *s, const char *kind)
{
	char *file = arena_printf(mem, "host_%s.pub", kind);
	return arena_printf(mem, "[127.0.0.1]:%d %s\n", s->port, id(mem, file));
}

static struct pass *begin(const struct server *s, const char *name, struct repo_ref ref)
{
	arena *mem = arena_open();
	struct pass *p = NEW(mem, struct pass);
	p->mem = mem;
	p->source = (struct repo_source){
		.owner = arena_printf(mem, "%d/%s", s->port, name),
		.at = {.url = arena_printf(mem, "ssh://root@127.0.0.1:%d%s/%s.git", s->port, w.root,
					   name),
		       .keys = {.identity = text_of(mem, "id_ed25519"),
				.known_hosts = str_of(known(mem, s, "ed25519"))},
		       .timeout = 20 * CLOCK_SECOND},
		.ref = ref};
	ctx_init(&p->ctx, mem, w.l, 0);
	return p;
}

static void fetch(struct pass *p)
{
	p->failed = repo_resolve(&p->ctx, w.repos, &p->source, NULL, &p->repo);
	if (!p->failed && repo_commit(p->repo)->id)
		p->failed = repo_fetch(&p->ctx, p->repo);
}

static void end(struct pass *p)
{
	arena *mem = p->mem;
	ctx_done(&p->ctx);
	arena_close(mem);
}

/* The text of the failure, with what changes from run to run taken out. */
static const char *text(struct pass *p)
{
	str rest = str_of(err_text(p->mem, p->failed));
	char *port = arena_printf(p->mem, ":%d", w.young.port);
	const char *const parts[] = {w.root, port};
	for (size_t i = 0; i < 2; i++) {
		ptrdiff_t at;
		while ((at = str_search(rest, str_of(parts[i]))) >= 0)
			rest = str_of(arena_printf(p->mem, "%.*s%s", (int)at, rest.p,
						   rest.p + at + strlen(parts[i])));
	}
	return rest.p;
}

static void succeeded(const struct pass *p)
{
	if (p->failed)
		fail_msg("%s", err_text(p->mem, p->failed));
}

/* ---- tests ---- */

static void test_references(void **state)
{
	(void)state;
	static const struct {
		struct repo_ref ref;
		const char *commit, *name;
	} cases[] = {
		{{.branch = "main"}, "two", "main@"},
		{{.tag = "v1.1.0"}, "two", "v1.1.0@"},
		{{.semver = "^1.0.0"}, "two", "v1.1.0@"},
		{{.name = "refs/heads/main"}, "two", "refs/heads/main@"},
		{{.commit = "one"}, "one", ""},
	};
	const struct server *const servers[] = {&w.young, &w.old};
	for (size_t i = 0; i < 2 * sizeof(cases) / sizeof(*cases); i++) {
		struct pass *p = begin(servers[i % 2], "app", cases[i / 2].ref);
		if (p->source.ref.commit)
			p->source.ref.commit = id(p->mem, "one");
		fetch(p);
		if (p->failed)
			fail_msg("%zu: %s", i, err_text(p->mem, p->failed));
		const struct repo_commit *c = repo_commit(p->repo);
		assert_string_equal(c->revision,
				    arena_printf(p->mem, "%ssha1:%s", cases[i / 2].name,
						 id(p->mem, cases[i / 2].commit)));
		struct content *content;
		assert_null(repo_content(&p->ctx, p->repo, NULL, 0, NULL, &content));
		assert_true(content_has(content, "a.txt"));
		/* and the next time nothing is new */
		struct repo *again;
		assert_null(repo_resolve(&p->ctx, w.repos, &p->source, c->revision, &again));
		assert_true(repo_commit(again)->unchanged);
		end(p);
	}
}

/* Repositories by other names; one that gives no commit without a reference to it is fetched whole. */
static void test_repositories(void **state)
{
	(void)state;
	struct pass *p = begin(&w.young, "it's", (struct repo_ref){.branch = "main"});
	fetch(p);
	succeeded(p);
	end(p);
	p = begin(&w.old, "strict", (struct repo_ref){.commit = "one"});
	p->source.ref.commit = id(p->mem, "one");
	fetch(p);
	succeeded(p);
	end(p);
	const struct server *const servers[] = {&w.young, &w.old};
	for (int i = 0; i < 2; i++) {
		p = begin(servers[i], "empty", (struct repo_ref){.branch = "main"});
		fetch(p);
		succeeded(p);
		assert_null(repo_commit(p->repo)->id);
		end(p);
	}
}

static void test_identities(void **state)
{
	(void)state;
	static const struct {
		const char *name, *passphrase, *error;
	} cases[] = {
		{"id_ed25519", NULL, NULL},
		{"id_ecdsa", NULL, NULL},
		{"id_rsa", NULL, NULL},
		{"id_pem", NULL, NULL},
		{"id_pkcs8", NULL, NULL},
		{"id_locked", "secret", NULL},
		{"id_lockedpem", "secret", NULL},
		{"id_ed25519", "needless", NULL},
		{"id_locked", "wrong",
		 "unable to construct auth method with options: x509: decryption password "
		 "incorrect"},
		{"id_locked", NULL,
		 "unable to construct auth method with options: x509: decryption password "
		 "incorrect"},
		{"id_lockedpem", "wrong",
		 "unable to construct auth method with options: x509: decryption password "
		 "incorrect"},
		{"id_ed25519.pub", NULL,
		 "unable to construct auth method with options: ssh: no key found"},
		{"id_stranger", NULL,
		 "unable to clone 'ssh://root@127.0.0.1/app.git': ssh: handshake failed: ssh: "
		 "unable to "
		 "authenticate, attempted methods [none publickey], no supported methods remain"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pass *p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
		p->source.at.keys.identity = text_of(p->mem, cases[i].name);
		p->source.at.keys.passphrase = cases[i].passphrase;
		assert_int_equal(ssh_identity_locked(p->mem, p->source.at.keys.identity),
				 text_starts(cases[i].name, "id_locked"));
		fetch(p);
		if (!cases[i].error != !p->failed)
			fail_msg("%s: %s", cases[i].name, err_text(p->mem, p->failed));
		if (cases[i].error)
			assert_string_equal(text(p), cases[i].error);
		end(p);
	}
}

/* Which texts of known_hosts let the server be trusted. */
static void test_hosts(void **state)
{
	(void)state;
	static const struct {
		const char *names, *kind, *error; /* names with the port put in */
	} cases[] = {
		{"[127.0.0.1]:%d", "ed25519", NULL},
		{"[127.0.0.1]:%d", "ecdsa", NULL},
		{"[127.0.0.1]:%d", "rsa", NULL},
		{"other,[127.0.0.*]:%d", "ed25519", NULL},
		{"[*]:%d", "ecdsa", NULL},
		{"127.0.0.1", "ed25519", "key is unknown"}, /* that is port 22 */
		{"[127.0.0.1]:%d,![127.0.0.1]:%d", "ed25519", "key is unknown"},
		{"@revoked *", "ed25519", "key is revoked"},
		{"@cert-authority [127.0.0.1]:%d", "ed25519", "only a @cert-authority line"},
		{"#", "ed25519", "key is unknown"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pass *p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
		char *file = arena_printf(p->mem, "host_%s.pub", cases[i].kind);
		char *names = arena_text(p->mem, "");
		str rest = str_of(cases[i].names), part;
		while (str_next(&rest, '%', &part)) /* "d" of "%d" is the port's place */
			names = *names || part.p != cases[i].names
					? arena_printf(p->mem, "%s%d%.*s", names, w.young.port,
						       (int)part.n - 1, part.p + 1)
					: str_text(p->mem, part);
		p->source.at.keys.known_hosts =
			str_of(arena_printf(p->mem, "# hosts\n\n%s %s\n", names, id(p->mem, file)));
		fetch(p);
		const char *all = p->failed ? err_text(p->mem, p->failed) : "";
		if (!cases[i].error
			    ? p->failed != NULL
			    : !strstr(all,
				      arena_printf(p->mem, "ssh: handshake failed: knownhosts: %s",
						   cases[i].error)))
			fail_msg("%s %s: %s", names, cases[i].kind, all);
		end(p);
	}
}

static void test_hashed(void **state)
{
	(void)state;
	struct pass *p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	char *file = path_join(p->mem, w.root, "hashed");
	assert_null(file_write(p->mem, file, p->source.at.keys.known_hosts, 0600));
	assert_int_equal(
		system(arena_printf(p->mem, "ssh-keygen -q -H -f %s 2>/dev/null >&2", file)), 0);
	p->source.at.keys.known_hosts = text_of(p->mem, "hashed");
	assert_true(str_starts(p->source.at.keys.known_hosts, STR("|1|")));
	fetch(p);
	succeeded(p);
	end(p);
}

/* Another host's key, one that is revoked; the key of a kind that is not known is a mismatch, too. */
static void test_wrong_host(void **state)
{
	(void)state;
	struct pass *p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.at.keys.known_hosts = str_of(arena_printf(
		p->mem, "[127.0.0.1]:%d %s\n", w.young.port, id(p->mem, "id_stranger.pub")));
	fetch(p);
	assert_string_equal(text(p),
			    "unable to clone 'ssh://root@127.0.0.1/app.git': ssh: handshake "
			    "failed: knownhosts: key mismatch");
	assert_int_equal(p->failed->code, ERR_FORBIDDEN);
	end(p);
	p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.at.keys.known_hosts =
		str_of(arena_printf(p->mem, "%s@revoked * %s\n", known(p->mem, &w.young, "ed25519"),
				    id(p->mem, "host_ed25519.pub")));
	fetch(p);
	assert_string_equal(text(p),
			    "unable to clone 'ssh://root@127.0.0.1/app.git': ssh: handshake "
			    "failed: knownhosts: key is revoked");
	end(p);
	p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.at.keys.known_hosts = STR("host");
	fetch(p);
	assert_string_equal(text(p),
			    "unable to construct auth method with options: knownhosts: missing "
			    "host pattern");
	end(p);
}

static void test_failures(void **state)
{
	(void)state;
	struct pass *p = begin(&w.young, "nothing", (struct repo_ref){.branch = "main"});
	fetch(p);
	assert_string_equal(text(p), "unable to clone: repository not found: git repository: "
				     "'ssh://root@127.0.0.1/nothing.git'");
	end(p);
	/* the pack is cut off */
	p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.owner = "cut";
	p->source.at.keys.identity = text_of(p->mem, "id_cut");
	fetch(p);
	assert_non_null(p->failed);
	assert_string_equal(text(p), "unable to clone 'ssh://root@127.0.0.1/app.git': the server's "
				     "answer ends too early");
	end(p);
	/* nobody there */
	int fd, port = bound(&fd);
	p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.at.url = arena_printf(p->mem, "ssh://127.0.0.1:%d/x.git", port);
	fetch(p);
	assert_string_equal(err_text(p->mem, p->failed),
			    arena_printf(p->mem,
					 "unable to clone 'ssh://127.0.0.1:%d/x.git': dial tcp "
					 "127.0.0.1:%d: connect: connection refused",
					 port, port));
	end(p);
	/* nobody answers */
	assert_int_equal(listen(fd, 1), 0);
	p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.at.url = arena_printf(p->mem, "ssh://127.0.0.1:%d/x.git", port);
	p->source.at.timeout = 200 * CLOCK_MS;
	fetch(p);
	assert_int_equal(err_code(p->failed), ERR_TIMEOUT);
	assert_true(text_ends(text(p), "context deadline exceeded"));
	end(p);
	p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
	p->source.at.url = arena_printf(p->mem, "ssh://127.0.0.1:%d/x.git", port);
	ctx_cancel(&p->ctx, "the daemon stops");
	fetch(p);
	assert_int_equal(err_code(p->failed), ERR_CANCELED);
	end(p);
	close(fd);
}

/* A server that sends a byte at a time is given up when its time is over, and when the work is called off. */
struct slow {
	int fd;
	struct ctx *ctx;
};

static void *drip(void *arg)
{
	struct slow *s = arg;
	int peer = accept(s->fd, NULL, NULL);
	if (send(peer, "S", 1, MSG_NOSIGNAL) == 1 && s->ctx)
		ctx_cancel(s->ctx, "superseded");
	char c;
	while (recv(peer, &c, 1, 0) > 0)
		send(peer, "S", 1, MSG_NOSIGNAL);
	close(peer);
	return NULL;
}

static void test_slow(void **state)
{
	(void)state;
	for (int cancel = 0; cancel < 2; cancel++) {
		struct pass *p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
		struct slow s = {.ctx = cancel ? &p->ctx : NULL};
		pthread_t thread;
		int port = bound(&s.fd);
		assert_int_equal(listen(s.fd, 1), 0);
		pthread_create(&thread, NULL, drip, &s);
		p->source.at.url = arena_printf(p->mem, "ssh://127.0.0.1:%d/x.git", port);
		p->source.at.timeout = cancel ? 0 : 300 * CLOCK_MS;
		fetch(p);
		int code = err_code(p->failed);
		end(p); /* hangs up */
		pthread_join(thread, NULL);
		close(s.fd);
		assert_int_equal(code, cancel ? ERR_CANCELED : ERR_TIMEOUT);
	}
}

static void test_algorithms(void **state)
{
	(void)state;
	static const struct {
		const char *kex, *hostkey, *error;
	} cases[] = {
		{"curve25519-sha256", "ecdsa-sha2-nistp256", "knownhosts: key mismatch"},
		{"ecdh-sha2-nistp256,curve25519-sha256", "ssh-ed25519", NULL},
		{"", "ssh-ed25519,ecdsa-sha2-nistp256", NULL},
		{"nonsense", "", "ssh: none of the key exchange algorithms nonsense is known"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct repos_settings s = {.dir = path_join(w.mem, w.root, "others"),
					   .remotes = {.loop = w.l,
						       .kex_algorithms = cases[i].kex,
						       .hostkey_algorithms = cases[i].hostkey}};
		struct repos *repos;
		struct pass *p = begin(&w.young, "app", (struct repo_ref){.branch = "main"});
		assert_null(repos_open(p->mem, &s, &repos));
		p->failed = repo_resolve(&p->ctx, repos, &p->source, NULL, &p->repo);
		if (!cases[i].error != !p->failed ||
		    (cases[i].error && !text_ends(text(p), cases[i].error)))
			fail_msg("%zu: %s", i, err_text(p->mem, p->failed));
		end(p);
		repos_close(repos);
	}
}

/* ---- sessions that are kept ---- */

/* How many connections we have to that server; and the port that one of them is on here. */
static int links(const struct server *s, int *ret_port)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;
	for (struct dirent *e; (e = readdir(d));) {
		struct sockaddr_in peer = {0}, own = {0};
		socklen_t size = sizeof(peer), more = sizeof(own);
		int fd = atoi(e->d_name);
		if (getpeername(fd, (struct sockaddr *)&peer, &size) ||
		    ntohs(peer.sin_port) != s->port)
			continue;
		getsockname(fd, (struct sockaddr *)&own, &more);
		*ret_port = ntohs(own.sin_port);
		n++;
	}
	closedir(d);
	return n;
}

static bool links_become(const struct server *s, int n)
{
	int port;
	int64_t end = clock_now() + 30 * CLOCK_SECOND;
	while (links(s, &port) != n)
		if (clock_now() > end || usleep(10000))
			return false;
	return true;
}

static struct repos *others(const char *name, int64_t idle, int64_t life)
{
	struct repos_settings s = {.dir = path_join(w.mem, w.root, name),
				   .remotes = {.loop = w.l, .ssh_idle = idle, .ssh_life = life}};
	struct repos *repos;
	assert_null(repos_open(w.mem, &s, &repos));
	return repos;
}

static struct pass *poll_once(struct repos *repos, const struct server *s, const char *name)
{
	struct pass *p = begin(s, name, (struct repo_ref){.branch = "main"});
	p->failed = repo_resolve(&p->ctx, repos, &p->source, NULL, &p->repo);
	return p;
}

/* One connection for all that come with the same; never for others. */
static void test_kept(void **state)
{
	(void)state;
	static const char *const names[] = {"app", "app", "strict", "nothing", "app"};
	struct repos *repos = others("kept", 0, 0);
	struct server *s = &w.own[0];
	assert_true(start_server(s, "old.conf"));
	int first = 0, port = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct pass *p = poll_once(repos, s, names[i]);
		assert_int_equal(!p->failed, !text_eq(names[i], "nothing"));
		/* not for one whose command has ended badly, which begins with the dialler's own */
		bool anew = !i || text_eq(names[i - 1], "nothing");
		assert_int_equal(links(s, &port), anew ? 2 : 1);
		assert_true(anew || port == first);
		first = port;
		end(p);
		assert_int_equal(links(s, &port), text_eq(names[i], "nothing") ? 0 : 1);
	}
	/* another text, which knows the same host; and one that knows another */
	struct pass *p = begin(s, "app", (struct repo_ref){.branch = "main"});
	p->source.at.keys.known_hosts =
		str_of(arena_printf(p->mem, "# 2\n%s", known(p->mem, s, "ed25519")));
	p->failed = repo_resolve(&p->ctx, repos, &p->source, NULL, &p->repo);
	succeeded(p);
	end(p);
	assert_int_equal(links(s, &port), 2);
	p = begin(s, "app", (struct repo_ref){.branch = "main"});
	p->source.at.keys.known_hosts = str_of(arena_printf(p->mem, "[127.0.0.1]:%d %s\n", s->port,
							    id(p->mem, "id_stranger.pub")));
	p->failed = repo_resolve(&p->ctx, repos, &p->source, NULL, &p->repo);
	assert_int_equal(err_code(p->failed), ERR_FORBIDDEN);
	end(p);
	/* another key; and one that is nobody's */
	static const char *const keys[] = {"id_ecdsa", "id_stranger"};
	for (int i = 0; i < 2; i++) {
		p = begin(s, "app", (struct repo_ref){.branch = "main"});
		p->source.at.keys.identity = text_of(p->mem, keys[i]);
		p->failed = repo_resolve(&p->ctx, repos, &p->source, NULL, &p->repo);
		assert_int_equal(err_code(p->failed), i ? ERR_UNAUTHORIZED : 0);
		end(p);
		assert_int_equal(links(s, &port), 3);
	}
	repos_close(repos);
	assert_int_equal(links(s, &port), 0);
	stop_server(s);
}

/* One that nobody comes back for is closed, after its time. */
static void test_idle(void **state)
{
	(void)state;
	struct repos *repos = others("idle", 1500 * CLOCK_MS, 0);
	struct server *s = &w.own[1];
	assert_true(start_server(s, "old.conf"));
	int port;
	for (int i = 0; i < 2; i++) {
		struct pass *p = poll_once(repos, s, "app");
		succeeded(p);
		end(p);
		assert_int_equal(links(s, &port), 1);
		assert_true(links_become(s, 0));
	}
	repos_close(repos);
	stop_server(s);
}

/* One that is old is left after its next command, though it is in use. */
static void test_life(void **state)
{
	(void)state;
	struct server *s = &w.own[5];
	assert_true(start_server(s, "new.conf"));
	struct repos *repos = others("life", 0, 3 * CLOCK_SECOND);
	int first = 0, port = 0;
	int64_t began = clock_now();
	do {
		struct pass *p = poll_once(repos, s, "app");
		succeeded(p);
		assert_int_equal(links(s, &port), first ? 1 : 2);
		assert_true(!first || port == first);
		first = port;
		end(p);
		usleep(50000);
	} while (links(s, &port) && clock_now() - began < 30 * CLOCK_SECOND);
	assert_in_range((clock_now() - began) / CLOCK_MS, 2900, 20000);
	struct pass *p = poll_once(repos, s, "app");
	succeeded(p);
	assert_int_equal(links(s, &port), 2);
	assert_int_not_equal(port, first);
	end(p);
	repos_close(repos);
	stop_server(s);
}

/* One that takes a single command at a time may refuse the channel that is opened ahead. */
static void test_narrow(void **state)
{
	(void)state;
	struct repos *repos = others("narrow", 0, 0);
	struct server *s = &w.own[4];
	assert_true(start_server(s, "narrow.conf"));
	for (int i = 0; i < 4; i++) {
		struct pass *p = poll_once(repos, s, "app");
		succeeded(p);
		end(p);
	}
	repos_close(repos);
	stop_server(s);
}

/* ---- commands that are begun ahead ---- */

/* Lines of the server's notes that say so. */
static int noted(const char *word)
{
	arena *mem = arena_open();
	str text, line;
	int n = 0;
	if (!file_read(mem, path_join(mem, w.root, "count"), 1 << 16, &text))
		while (str_next(&text, '\n', &line))
			n += str_is(line, word);
	arena_close(mem);
	return n;
}

static bool notes_become(const char *word, int n)
{
	int64_t end = clock_now() + 30 * CLOCK_SECOND;
	while (noted(word) < n)
		if (clock_now() > end || usleep(10000))
			return false;
	return noted(word) == n;
}

static struct repos *start_ahead(const char *name, struct server *s, const char *config,
				 const char *seconds)
{
	assert_null(file_write(w.mem, path_join(w.mem, w.root, "seconds"), str_of(seconds), 0600));
	assert_null(file_write(w.mem, path_join(w.mem, w.root, "count"), STR(""), 0600));
	assert_true(start_server(s, config));
	return others(name, 0, 0);
}

/* A look at a repository, over the session that is there already; its commit. */
static const char *look(struct repos *repos, struct server *s, const char *name, int *port)
{
	int now;
	struct pass *p = poll_once(repos, s, name);
	succeeded(p);
	const char *commit = arena_text(w.mem, repo_commit(p->repo)->id);
	bool first = !*port;
	assert_int_equal(links(s, &now), first ? 2 : 1);
	assert_true(first || now == *port);
	*port = now;
	end(p);
	return commit;
}

/* A commit that comes while the next command waits already is seen, for each look has a command of its own. */
static void test_ahead(void **state)
{
	(void)state;
	struct server *s = &w.own[6];
	struct repos *repos = start_ahead("ahead", s, "ahead.conf", "0");
	int port = 0;
	look(repos, s, "fresh", &port);
	look(repos, s, "fresh", &port);
	for (int i = 3; i < 7; i++) {
		assert_true(notes_become("begun", i));
		assert_true(notes_become("ended", i - 1));
		if (i > 3)
			assert_int_equal(
				system(arena_printf(w.mem,
						    "cd %s/fresh.git; export GIT_AUTHOR_NAME=A "
						    "GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A "
						    "GIT_COMMITTER_EMAIL=a@b; git update-ref "
						    "refs/heads/main $(git "
						    "commit-tree -p main -m %d main^{tree}); git "
						    "rev-parse main "
						    ">../fresh",
						    w.root, i)),
				0);
		assert_string_equal(look(repos, s, "fresh", &port),
				    id(w.mem, i > 3 ? "fresh" : "two"));
	}
	repos_close(repos);
	assert_true(notes_become("ended", noted("begun")));
	stop_server(s);
}

/* What was begun for one repository never answers for another, and it takes more looks in a row to begin one again after it was in vain. */
static void test_ahead_others(void **state)
{
	(void)state;
	static const char *const names[] = {"app",   "app",   "empty", "app",
					    "empty", "empty", "empty", "app"};
	struct server *s = &w.own[6];
	struct repos *repos = start_ahead("others", s, "ahead.conf", "0");
	int port = 0, begun = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *commit = look(repos, s, names[i], &port);
		begun++;
		if (text_eq(names[i], "app"))
			assert_string_equal(commit, id(w.mem, "two"));
		else
			assert_null(commit);
		if (i == 1 || i == 6)
			assert_true(notes_become("begun", ++begun));
	}
	/* each was ended, and that of the last look that was begun ahead, too */
	assert_true(notes_become("ended", begun));
	assert_int_equal(noted("begun"), begun);
	repos_close(repos);
	stop_server(s);
}

/* A server that ends a command which waits is asked as usual, over the same session: after the daemon has seen it, or before, or in the
 * middle of the look. */
static void test_ahead_ended(void **state)
{
	(void)state;
	struct server *s = &w.own[6];
	for (int how = 0; how < 3; how++) {
		struct repos *repos = start_ahead("ended", s, "ahead.conf", how == 2 ? "0" : "2");
		int port = 0;
		look(repos, s, "app", &port);
		look(repos, s, "app", &port);
		assert_true(notes_become("begun", 3));
		if (how < 2)
			assert_true(notes_become("ended", 3));
		if (how == 1)
			usleep(6500000); /* it looks every 5 s, and nothing tells when it has */
		/* it stands still, and is silent when it is asked */
		const char *stop = arena_printf(w.mem, "pkill -STOP -P $(cat %s/last)", w.root);
		if (how == 2)
			assert_int_equal(system(stop), 0);
		const char *held = id(w.mem, "last");
		struct pass *p = begin(s, "app", (struct repo_ref){.branch = "main"});
		p->source.at.timeout = 4 * CLOCK_SECOND;
		p->failed = repo_resolve(&p->ctx, repos, &p->source, NULL, &p->repo);
		succeeded(p);
		assert_string_equal(repo_commit(p->repo)->id, id(p->mem, "two"));
		int now;
		assert_int_equal(links(s, &now), 1);
		assert_int_equal(now, port);
		end(p);
		if (how == 2)
			assert_int_equal(system(arena_printf(w.mem, "pkill -KILL -P %s", held)), 0);
		repos_close(repos);
		/* nothing is begun ahead any more; whoever hangs up on one that stands still has its shell killed */
		assert_true(notes_become("ended", how == 2 ? 3 : 4));
		assert_int_equal(noted("begun"), 4);
		stop_server(s);
	}
}

/* Nor does it harm where a server takes a single command at a time: the channel that is opened beside is refused. */
static void test_ahead_narrow(void **state)
{
	(void)state;
	struct server *s = &w.own[6];
	struct repos *repos = start_ahead("narrow", s, "narrow.conf", "0");
	for (int i = 1; i < 6; i++) {
		struct pass *p = poll_once(repos, s, "app");
		succeeded(p);
		assert_string_equal(repo_commit(p->repo)->id, id(p->mem, "two"));
		end(p);
		assert_true(notes_become("ended", i));
		if (i == 2)
			usleep(3500000); /* which it begins one in, if the session was kept */
	}
	repos_close(repos);
	stop_server(s);
}

struct many {
	struct repos *repos;
	const struct server *server;
	pthread_t thread;
	int failed;
};

static void *polls(void *arg)
{
	struct many *m = arg;
	for (int i = 0; i < 4; i++) {
		struct pass *p = poll_once(m->repos, m->server, "app");
		m->failed += p->failed != NULL;
		end(p);
	}
	return NULL;
}

/* Many at the same time have a connection each, and four of them wait. */
static void test_many(void **state)
{
	(void)state;
	struct repos *repos = others("many", 0, 0);
	struct server *s = &w.own[2];
	assert_true(start_server(s, "new.conf"));
	struct many m[6];
	int port;
	for (int i = 0; i < 6; i++) {
		m[i] = (struct many){.repos = repos, .server = s};
		pthread_create(&m[i].thread, NULL, polls, &m[i]);
	}
	for (int i = 0; i < 6; i++) {
		pthread_join(m[i].thread, NULL);
		assert_int_equal(m[i].failed, 0);
	}
	port = links(s, &port);
	assert_in_range(port, 1, 4);
	repos_close(repos);
	assert_int_equal(links(s, &port), 0);
	stop_server(s);
}

/* A server that spoke version 2 is asked at once the next time; it may have forgotten it. */
static void test_forgets(void **state)
{
	(void)state;
	struct server *s = &w.own[3];
	struct repos *repos = others("forgets", 1, 0);
	static const char *const ways[] = {"new.conf", "new.conf", "old.conf", "old.conf",
					   "new.conf"};
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		assert_true(start_server(s, ways[i]));
		struct pass *p = poll_once(repos, s, "app");
		succeeded(p);
		assert_string_equal(repo_commit(p->repo)->id, id(p->mem, "two"));
		p->failed = repo_fetch(&p->ctx, p->repo);
		succeeded(p);
		end(p);
		stop_server(s);
	}
	repos_close(repos);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),   cmocka_unit_test(test_repositories),
		cmocka_unit_test(test_identities),   cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_hashed),	     cmocka_unit_test(test_wrong_host),
		cmocka_unit_test(test_failures),     cmocka_unit_test(test_slow),
		cmocka_unit_test(test_algorithms),   cmocka_unit_test(test_kept),
		cmocka_unit_test(test_idle),	     cmocka_unit_test(test_many),
		cmocka_unit_test(test_narrow),	     cmocka_unit_test(test_forgets),
		cmocka_unit_test(test_life),	     cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_ahead_others), cmocka_unit_test(test_ahead_ended),
		cmocka_unit_test(test_ahead_narrow),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
