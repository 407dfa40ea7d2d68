/* Against git http-backend behind test/fake/git_server.py; skipped where git or python3 is not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/path.h"
#include "pack/unpack.h"
#include "source/repo.h"

static const char script[] =
	"set -e; cd \"$1\"; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\n"
	"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A "
	"GIT_COMMITTER_EMAIL=a@b\n"
	"git init -q -b main work; cd work\n"
	"at() { export GIT_AUTHOR_DATE=\"$1 +0000\" GIT_COMMITTER_DATE=\"$1 +0000\"; }\n"
	"at 1700000000; echo one >a.txt; git add .; git commit -qm 'First\n\nwith a body'; git tag "
	"v1.0.0\n"
	"at 1700000060; echo two >a.txt; mkdir d app app2; echo x >d/x.sh; chmod +x d/x.sh; echo y "
	">app/y; "
	"echo z >app2/z; ln -s a.txt link; git add .; git commit -qm Second; git tag -a -m note "
	"v1.1.0\n"
	"git tag 1.1.0 v1.0.0^{}; git tag v2.0.0-rc.1; git tag v1.9; git tag nonsense\n"
	"at 1700000120; echo three >a.txt; git add .; git commit -qm Third; git branch side "
	"v1.0.0\n"
	"git update-ref refs/pull/7/head v1.0.0^{}; git checkout -q --detach v1.0.0\n"
	"at 1700000180; echo lost >a.txt; git commit -qam Lost; git rev-parse HEAD >../lost; git "
	"checkout -q main\n"
	"git rev-parse v1.0.0^{} >../one; git rev-parse v1.1.0^{} >../two; git rev-parse main "
	">../three; cd ..\n"
	"git clone -q --mirror work app.git; git init -q --bare -b main empty.git\n"
	"for r in auth token old moved away slow bare broken cut busy; do ln -s app.git "
	"$r-app.git; done\n";

struct world {
	arena *mem;
	char *root;
	loop *l;
	pthread_t thread;
	struct repos *repos;
	FILE *out, *in; /* the server's */
	pid_t pid;
	int port;
};

static struct world w;

static void *run_loop(void *arg)
{
	loop_run(arg);
	return NULL;
}

static bool start_server(char *const *argv)
{
	int to[2], from[2];
	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		return false;
	w.pid = fork();
	if (!w.pid) {
		dup2(to[0], 0);
		dup2(from[1], 1);
		execvp(argv[0], argv);
		_exit(127);
	}
	close(to[0]);
	close(from[1]);
	w.in = fdopen(to[1], "w");
	w.out = fdopen(from[0], "r");
	return fscanf(w.out, "%d", &w.port) == 1;
}

static void stop_server(void)
{
	fclose(w.in);
	fclose(w.out);
	waitpid(w.pid, NULL, 0);
}

static int set_up(void **state)
{
	(void)state;
	if (system("command -v git >/dev/null && command -v python3 >/dev/null") ||
	    access("test/fake/git_server.py", X_OK)) {
		print_message("# skipped: git, python3 or test/fake/git_server.py is not here\n");
		exit(0);
	}
	w.mem = arena_open();
	assert_null(file_temp_dir(w.mem, "/tmp", "repo-", &w.root));
	char *file = path_join(w.mem, w.root, "make.sh");
	assert_null(file_write(w.mem, file, str_of(script), 0700));
	assert_int_equal(system(arena_printf(w.mem, "bash %s %s", file, w.root)), 0);
	char *argv[] = {"test/fake/git_server.py", w.root, NULL};
	assert_true(start_server(argv));
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
	stop_server();
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

static const char *url_of(arena *mem, const char *name)
{
	return arena_printf(mem, "http://127.0.0.1:%d/%s.git", w.port, name);
}

static struct pass *begin(const char *name, struct repo_ref ref)
{
	arena *mem = arena_open();
	struct pass *p = NEW(mem, struct pass);
	p->mem = mem;
	p->source =
		(struct repo_source){.owner = name,
				     .at = {.url = url_of(mem, name), .timeout = 20 * CLOCK_SECOND},
				     .ref = ref};
	ctx_init(&p->ctx, mem, w.l, 0);
	return p;
}

static void resolve(struct pass *p, const char *last)
{
	p->failed = repo_resolve(&p->ctx, w.repos, &p->source, last, &p->repo);
}

static void fetch(struct pass *p)
{
	resolve(p, NULL);
	if (!p->failed && repo_commit(p->repo)->id)
		p->failed = repo_fetch(&p->ctx, p->repo);
}

static void end(struct pass *p)
{
	arena *mem = p->mem;
	ctx_done(&p->ctx);
	arena_close(mem);
}

static const char *id(arena *mem, const char *name)
{
	str text;
	assert_null(file_read(mem, path_join(mem, w.root, name), 100, &text));
	return str_text(mem, str_trim(text));
}

/* Requests since the last call. */
static int requests(void)
{
	static size_t seen;
	arena *mem = arena_open();
	str log = {NULL, 0}, line;
	int n = 0;
	if (!file_read(mem, path_join(mem, w.root, "log"), 1 << 24, &log)) {
		str rest = str_sub(log, seen, log.n);
		while (str_next(&rest, '\n', &line))
			n += line.n > 0;
		seen = log.n;
	}
	arena_close(mem);
	return n;
}

static err *add(void *arg, arena *mem, str bytes)
{
	(void)mem;
	buf_str(arg, bytes);
	return NULL;
}

static struct tree *unpacked(struct pass *p, const char *ignore, const char *const *dirs, size_t n)
{
	struct content *content;
	buf b = buf_init(p->mem);
	struct tree *t;
	err *failed = repo_content(&p->ctx, p->repo, dirs, n, NULL, &content);
	failed = failed ? failed : content_archive(p->mem, content, ignore, (struct sink){add, &b});
	failed = failed ? failed : unpack_tree(p->mem, buf_view(&b), NULL, &t);
	if (failed)
		fail_msg("%s", err_text(p->mem, failed));
	return t;
}

static bool has(struct pass *p, struct tree *t, const char *path, const char *want)
{
	str got;
	if (tree_read(p->mem, t, path, 1000, &got))
		return false;
	if (want)
		assert_string_equal(str_text(p->mem, got), want);
	return true;
}

static void expect(const char *repository, struct repo_ref ref, const char *commit,
		   const char *revision)
{
	struct pass *p = begin(repository, ref);
	fetch(p);
	if (p->failed)
		fail_msg("%s", err_text(p->mem, p->failed));
	assert_string_equal(repo_commit(p->repo)->id, id(p->mem, commit));
	assert_string_equal(repo_commit(p->repo)->revision,
			    arena_printf(p->mem, revision, id(p->mem, commit)));
	struct tree *t = unpacked(p, NULL, NULL, 0);
	assert_true(has(p, t, "a.txt",
			text_eq(commit, "one")	 ? "one\n"
			: text_eq(commit, "two") ? "two\n"
						 : NULL));
	end(p);
}

static void test_references(void **state)
{
	(void)state;
	expect("app", (struct repo_ref){.branch = "main"}, "three", "main@sha1:%s");
	expect("app", (struct repo_ref){.tag = "v1.0.0", .semver = "1.x"}, "one", "v1.0.0@sha1:%s");
	expect("app", (struct repo_ref){.tag = "v1.1.0"}, "two", "v1.1.0@sha1:%s");
	/* of v1.1.0 and 1.1.0 the one with the newer commit */
	expect("app", (struct repo_ref){.semver = "1.x", .branch = "main"}, "two",
	       "v1.1.0@sha1:%s");
	expect("app", (struct repo_ref){.semver = ">=2.0.0-0"}, "two", "v2.0.0-rc.1@sha1:%s");
	expect("app", (struct repo_ref){.name = "refs/heads/side", .tag = "v1.1.0"}, "one",
	       "refs/heads/side@sha1:%s");
	expect("app", (struct repo_ref){.name = "refs/tags/v1.1.0"}, "two",
	       "refs/tags/v1.1.0@sha1:%s");
	expect("app", (struct repo_ref){.name = "refs/tags/v1.1.0^{}"}, "two",
	       "refs/tags/v1.1.0^{}@sha1:%s");
	expect("app", (struct repo_ref){.name = "refs/pull/7/head"}, "one",
	       "refs/pull/7/head@sha1:%s");
	arena *mem = arena_open();
	expect("app", (struct repo_ref){.commit = id(mem, "two")}, "two", "sha1:%s");
	expect("app", (struct repo_ref){.commit = id(mem, "one"), .branch = "main"}, "one",
	       "main@sha1:%s");
	expect("app", (struct repo_ref){.commit = id(mem, "two"), .name = "refs/heads/side"}, "two",
	       "refs/heads/side@sha1:%s");
	arena_close(mem);
}

static void test_old_servers(void **state)
{
	(void)state;
	arena *mem = arena_open();
	expect("old-app", (struct repo_ref){.branch = "main"}, "three", "main@sha1:%s");
	expect("old-app", (struct repo_ref){.semver = "1.x"}, "two", "v1.1.0@sha1:%s");
	expect("old-app", (struct repo_ref){.tag = "v1.0.0"}, "one", "v1.0.0@sha1:%s");
	expect("bare-app", (struct repo_ref){.commit = id(mem, "two")}, "two", "sha1:%s");
	expect("moved-app", (struct repo_ref){.branch = "main"}, "three", "main@sha1:%s");
	arena_close(mem);
}

static void fails_as(const char *repository, struct repo_ref ref, const char *last,
		     enum err_code code, const char *text)
{
	struct pass *p = begin(repository, ref);
	if (last)
		resolve(p, last);
	else
		fetch(p);
	if (!p->failed)
		fail_msg("%s was fetched", repository);
	str got = str_of(err_text(p->mem, p->failed));
	buf b = buf_init(p->mem);
	for (str rest = got; rest.n;) { /* the port changes from run to run */
		const char *url = arena_printf(p->mem, "http://127.0.0.1:%d", w.port);
		if (str_starts(rest, str_of(url))) {
			buf_text_add(&b, "URL");
			rest = str_sub(rest, strlen(url), rest.n);
		} else {
			buf_char(&b, rest.p[0]);
			rest = str_sub(rest, 1, rest.n);
		}
	}
	assert_string_equal(buf_text(&b), text);
	assert_int_equal(err_code(p->failed), code);
	end(p);
}

static void test_failures(void **state)
{
	(void)state;
	struct repo_ref main = {.branch = "main"};
	fails_as("auth-app", main, NULL, ERR_UNAUTHORIZED,
		 "unable to clone 'URL/auth-app.git': authentication required: authentication "
		 "required\n");
	fails_as("auth-app", main, "main@sha1:0", ERR_UNAUTHORIZED,
		 "unable to list remote for 'URL/auth-app.git': authentication required: "
		 "authentication required\n");
	fails_as("app", (struct repo_ref){.branch = "never"}, NULL, ERR_NOT_FOUND,
		 "unable to clone 'URL/app.git': couldn't find remote ref \"refs/heads/never\"");
	fails_as("app", (struct repo_ref){.branch = "never"}, "never@sha1:0", ERR_NOT_FOUND,
		 "unable to clone 'URL/app.git': couldn't find remote ref \"refs/heads/never\"");
	fails_as("app", (struct repo_ref){0}, NULL, ERR_NOT_FOUND,
		 "unable to clone 'URL/app.git': couldn't find remote ref \"refs/heads/master\"");
	fails_as("app", (struct repo_ref){.tag = "v9"}, NULL, ERR_NOT_FOUND,
		 "unable to clone 'URL/app.git': couldn't find remote ref \"refs/tags/v9\"");
	fails_as("app", (struct repo_ref){.semver = "3.x"}, NULL, ERR_NOT_FOUND,
		 "no match found for semver: 3.x");
	fails_as("app", (struct repo_ref){.semver = "not a range"}, NULL, ERR_INVALID,
		 "semver parse error: improper constraint: \"not a range\"");
	fails_as("app", (struct repo_ref){.name = "refs/heads/no"}, NULL, ERR_NOT_FOUND,
		 "unable to resolve ref 'refs/heads/no' to a specific commit");
	fails_as("app", (struct repo_ref){.name = "refs/heads/"}, NULL, ERR_INVALID,
		 "ref refs/heads/ is invalid; Git refs cannot begin or end with a slash '/'");
	fails_as("app", (struct repo_ref){.commit = "0123456789012345678901234567890123456789"},
		 NULL, ERR_NOT_FOUND,
		 "unable to resolve commit object for '0123456789012345678901234567890123456789': "
		 "object not "
		 "found");
	fails_as("bare-app",
		 (struct repo_ref){.commit = "0123456789012345678901234567890123456789"}, NULL,
		 ERR_NOT_FOUND,
		 "unable to resolve commit object for '0123456789012345678901234567890123456789': "
		 "object not "
		 "found");
	fails_as("app", (struct repo_ref){.commit = "abc"}, NULL, ERR_NOT_FOUND,
		 "unable to resolve commit object for 'abc': object not found");
	fails_as("app",
		 (struct repo_ref){.commit = "0123456789012345678901234567890123456789",
				   .branch = "no"},
		 NULL, ERR_NOT_FOUND,
		 "unable to clone 'URL/app.git': couldn't find remote ref \"refs/heads/no\"");
	fails_as("none", main, NULL, ERR_NOT_FOUND,
		 "unable to clone 'URL/none.git': repository not found: ");
	fails_as("empty", (struct repo_ref){.tag = "v1"}, NULL, ERR_NOT_FOUND,
		 "unable to clone: remote repository is empty: git repository: 'URL/empty.git'");
	fails_as("broken-app", main, NULL, ERR_UNSUPPORTED,
		 "unable to clone 'URL/broken-app.git': URL/broken-app.git does not speak Git's "
		 "smart HTTP "
		 "protocol: it answered with 'text/html'; the dumb protocol is not supported");
	fails_as("away-app", main, NULL, ERR_FORBIDDEN,
		 "unable to clone 'URL/away-app.git': redirected to another server, "
		 "git.example.org: "
		 "credentials are not sent there; set spec.url to it");
	fails_as("busy-app", main, NULL, ERR_BUSY,
		 "unable to clone 'URL/busy-app.git': unexpected client error: unexpected "
		 "requesting "
		 "\"URL/busy-app.git/info/refs?service=git-upload-pack\" status code: 503");
	struct pass *p = begin("empty", main);
	fetch(p);
	assert_null(p->failed);
	assert_null(repo_commit(p->repo)->id);
	end(p);
	/* a pack that is cut, and the next try */
	p = begin("cut-app", main);
	fetch(p);
	assert_int_equal(err_code(p->failed), ERR_IO);
	end(p);
}

static void test_login(void **state)
{
	(void)state;
	struct pass *p = begin("auth-app", (struct repo_ref){.branch = "main"});
	p->source.at.login = (struct login){.user = "git", .password = "pass"};
	fetch(p);
	assert_null(p->failed);
	end(p);
	p = begin("auth-app", (struct repo_ref){.branch = "main"});
	p->source.at.url =
		arena_printf(p->mem, "http://git:pass@127.0.0.1:%d/auth-app.git", w.port);
	fetch(p);
	assert_null(p->failed);
	end(p);
	p = begin("auth-app", (struct repo_ref){.branch = "main"});
	p->source.at.url =
		arena_printf(p->mem, "http://git:secret@127.0.0.1:%d/auth-app.git", w.port);
	fetch(p);
	assert_null(strstr(err_text(p->mem, p->failed), "secret"));
	end(p);
	p = begin("token-app", (struct repo_ref){.branch = "main"});
	p->source.at.login = (struct login){.bearer = "token"};
	fetch(p);
	assert_null(p->failed);
	p->source.at.login.user = "git";
	resolve(p, NULL);
	assert_string_equal(err_text(p->mem, p->failed),
			    "basic auth and bearer token cannot be set at the same time");
	end(p);
}

/* One small request for what has not changed, none for a commit, and objects come once. */
static void test_unchanged(void **state)
{
	(void)state;
	struct pass *p = begin("app", (struct repo_ref){.branch = "main"});
	fetch(p);
	assert_null(p->failed);
	char *last = arena_text(w.mem, repo_commit(p->repo)->revision);
	end(p);
	requests();
	p = begin("app", (struct repo_ref){.branch = "main"});
	resolve(p, last);
	assert_null(p->failed);
	assert_true(repo_commit(p->repo)->unchanged && repo_commit(p->repo)->polled);
	assert_int_equal(requests(), 1);
	/* its files are still here */
	assert_null(repo_fetch(&p->ctx, p->repo));
	assert_true(has(p, unpacked(p, NULL, NULL, 0), "a.txt", "three\n"));
	assert_string_equal(repo_commit(p->repo)->message, "Third\n");
	assert_int_equal(requests(), 0);
	end(p);
	p = begin("app", (struct repo_ref){0});
	p->source.ref.commit = id(p->mem, "one");
	resolve(p, arena_printf(p->mem, "sha1:%s", id(p->mem, "one")));
	assert_null(p->failed);
	assert_true(repo_commit(p->repo)->unchanged && !repo_commit(p->repo)->polled);
	assert_int_equal(requests(), 0);
	end(p);
}

static void test_content(void **state)
{
	(void)state;
	struct pass *p = begin("app", (struct repo_ref){.branch = "main"});
	fetch(p);
	struct tree *t = unpacked(p, NULL, NULL, 0);
	assert_true(has(p, t, "d/x.sh", "x\n"));
	assert_false(has(p, t, "link", NULL));
	t = unpacked(p, "/*\n!/d/\n", NULL, 0);
	assert_true(has(p, t, "d/x.sh", "x\n"));
	assert_false(has(p, t, "a.txt", NULL));
	static const char *const dirs[] = {"app"};
	t = unpacked(p, NULL, dirs, 1);
	assert_true(has(p, t, "app/y", NULL) && has(p, t, "app2/z", NULL));
	assert_false(has(p, t, "a.txt", NULL));
	end(p);
}

/* New commits bring only what is new; a damaged cache heals. */
static void test_cache(void **state)
{
	(void)state;
	struct pass *p = begin("app", (struct repo_ref){.branch = "main"});
	fetch(p);
	end(p);
	assert_int_equal(
		system(arena_printf(
			w.mem,
			"cd %s/work && echo four >a.txt && git -c user.name=A -c "
			"user.email=a@b commit -qam Four && git push -q ../app.git main && "
			"git rev-parse main >../four",
			w.root)),
		0);
	expect("app", (struct repo_ref){.branch = "main"}, "four", "main@sha1:%s");
	assert_int_equal(system(arena_printf(
				 w.mem,
				 "for p in %s/caches/*/objects/pack/*.pack; do chmod +w $p; printf "
				 "'\\377\\377\\377\\377\\377\\377' | dd of=$p bs=1 seek=14 "
				 "conv=notrunc 2>/dev/null; done",
				 w.root)),
			 0);
	for (int i = 0; i < 2; i++) {
		p = begin("app", (struct repo_ref){.branch = "main"});
		fetch(p);
		struct content *content;
		buf b = buf_init(p->mem);
		if (!p->failed)
			p->failed = repo_content(&p->ctx, p->repo, NULL, 0, NULL, &content);
		if (!p->failed)
			p->failed = content_archive(p->mem, content, NULL, (struct sink){add, &b});
		bool failed = p->failed;
		end(p);
		if (!failed && i)
			break;
	}
	expect("app", (struct repo_ref){.branch = "main"}, "four", "main@sha1:%s");
	assert_null(repos_forget(w.mem, w.repos, "app"));
	expect("app", (struct repo_ref){.branch = "main"}, "four", "main@sha1:%s");
}

static void test_time(void **state)
{
	(void)state;
	struct pass *p = begin("slow-app", (struct repo_ref){.branch = "main"});
	p->source.at.timeout = 100 * CLOCK_MS;
	int64_t start = clock_now();
	fetch(p);
	assert_int_equal(err_code(p->failed), ERR_TIMEOUT);
	assert_true(clock_now() - start < 3 * CLOCK_SECOND);
	end(p);
	p = begin("slow-app", (struct repo_ref){.branch = "main"});
	ctx_cancel(&p->ctx, "superseded");
	fetch(p);
	assert_int_equal(err_code(p->failed), ERR_CANCELED);
	end(p);
}

static int through_proxy(const char *user, const char *password)
{
	struct pass *p = begin("app", (struct repo_ref){.branch = "main"});
	p->source.at.url = "http://git.invalid/app.git";
	p->source.at.login.proxy = arena_printf(p->mem, "http://127.0.0.1:%d", w.port);
	p->source.at.login.proxy_user = user;
	p->source.at.login.proxy_password = password;
	fetch(p);
	int code = err_code(p->failed);
	end(p);
	return code;
}

static void test_proxy(void **state)
{
	(void)state;
	assert_int_equal(through_proxy("git", "pass"), 0);
	assert_true(through_proxy("git", "wrong") != 0);
	assert_true(through_proxy(NULL, NULL) != 0);
}

static str text_of(const char *name)
{
	str text;
	assert_null(file_read(w.mem, path_join(w.mem, w.root, name), 1 << 16, &text));
	return text;
}

static int over_tls(str ca, bool added, bool with_certificate)
{
	struct pass *p = begin("app", (struct repo_ref){.branch = "main"});
	p->source.at.url = arena_printf(p->mem, "https://127.0.0.1:%d/app.git", w.port);
	p->source.at.login.tls = (struct http_tls){.ca = ca, .ca_added = added};
	if (with_certificate) {
		p->source.at.login.tls.cert = text_of("client.crt");
		p->source.at.login.tls.key = text_of("client.key");
	}
	fetch(p);
	int code = err_code(p->failed);
	end(p);
	return code;
}

/* The server's certificate is checked by the CA of the Secret; ours is given to a server that asks. */
static void test_tls(void **state)
{
	(void)state;
	if (system(arena_printf(
		    w.mem,
		    "cd %s && exec 2>/dev/null && openssl req -x509 -newkey ec -pkeyopt "
		    "ec_paramgen_curve:P-256 "
		    "-nodes -days 2 -subj /CN=ca -keyout ca.key -out ca.crt && for n in server "
		    "client; do "
		    "openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$n "
		    "-keyout $n.key -out "
		    "$n.csr && printf subjectAltName=IP:127.0.0.1 >ext && openssl x509 -req -in "
		    "$n.csr -CA ca.crt -CAkey "
		    "ca.key -CAcreateserial -days 2 -extfile ext -out $n.crt || exit 1; done",
		    w.root)))
		skip();
	str none = {NULL, 0};
	char *cert = path_join(w.mem, w.root, "server.crt"),
	     *key = path_join(w.mem, w.root, "server.key");
	char *plain[] = {"test/fake/git_server.py", w.root, cert, key, NULL};
	char *mutual[] = {"test/fake/git_server.py",	      w.root, cert, key,
			  path_join(w.mem, w.root, "ca.crt"), NULL};
	stop_server();
	assert_true(start_server(plain));
	assert_int_equal(over_tls(none, false, false), ERR_IO);
	assert_int_equal(over_tls(text_of("ca.crt"), true, false), 0);
	assert_int_equal(over_tls(text_of("ca.crt"), false, false), 0);
	stop_server();
	assert_true(start_server(mutual));
	assert_int_equal(over_tls(text_of("ca.crt"), true, false), ERR_IO);
	assert_int_equal(over_tls(text_of("ca.crt"), true, true), 0);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references), cmocka_unit_test(test_old_servers),
		cmocka_unit_test(test_failures),   cmocka_unit_test(test_login),
		cmocka_unit_test(test_unchanged),  cmocka_unit_test(test_content),
		cmocka_unit_test(test_cache),	   cmocka_unit_test(test_time),
		cmocka_unit_test(test_proxy),	   cmocka_unit_test(test_tls),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
