/* .gitmodules, URLs of submodules, and submodules fetched from git http-backend behind test/fake/git_server.py. */
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
#include "source/modules.h"
#include "source/repo.h"

/* ---- the file ---- */

static void test_file(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want; /* name|path|url lines, or the failure */
	} cases[] = {
		{"", ""},
		{"[submodule \"lib\"]\n\tpath = vendor/lib\n\turl = ../lib.git\n",
		 "lib|vendor/lib|../lib.git\n"},
		{"[core]\n\tpath=x\n; c\n# c\n[Submodule \"a \\\"b\\\"\"]\r\n PATH = \"p # q\" # "
		 "c\r\n Url=u;c\n",
		 "a \"b\"|p # q|u\n"},
		{"[submodule \"a\"]\npath=1\n[submodule \"b\"]\npath=2\nurl=v\n[submodule "
		 "\"a\"]\nurl=u\npath=3\n",
		 "a|3|u\nb|2|v\n"},
		{"[submodule \"a\"]\nupdate\npath = x\\\ny \nurl = \"\\\"u\\\"\"\n",
		 "a|xy|\"u\"\n"},
		{"[submodule]\n\trecurse = true\n", ""},
		{"[submodule \"a\"]\nurl=u\n", "module config: empty path"},
		{"[submodule \"a\"]\npath=p\n", "module config: empty URL"},
		{"[submodule \"a\"]\npath=x/../p\nurl=u\n", "submodule has an invalid path"},
		{"[submodule \"a\"]\npath=/etc\nurl=u\n", "submodule has an invalid path"},
		{"[submodule \"../a\"]\npath=p\nurl=u\n",
		 "ignoring suspicious submodule name: \"../a\""},
		{"[submodule \"\"]\npath=p\nurl=u\n", "ignoring suspicious submodule name: \"\""},
		{"[submodule \"a\nx", ".gitmodules: line 1 can't be read"},
		{"[submodule \"a\"]\npath=\"p\nurl=u\n", ".gitmodules: line 2 can't be read"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		struct module *m;
		size_t n;
		buf b = buf_init(mem);
		err *failed = modules_read(mem, str_of(cases[i].text), &m, &n);
		if (failed)
			buf_text_add(&b, err_text(mem, failed));
		for (size_t k = 0; !failed && k < n; k++)
			buf_printf(&b, "%s|%s|%s\n", m[k].name, m[k].path, m[k].url);
		assert_string_equal(buf_text(&b), cases[i].want);
		arena_close(mem);
	}
}

static void test_urls(void **state)
{
	(void)state;
	static const struct {
		const char *parent, *url, *want;
		bool same;
	} cases[] = {
		{"https://git.example.org/org/app.git", "../lib.git",
		 "https://git.example.org/org/lib.git", true},
		{"https://git.example.org/org/app.git", "./lib",
		 "https://git.example.org/org/app.git/lib", true},
		{"https://u:p@git.example.org/org/app", "../../../../x y",
		 "https://u:p@git.example.org/x y", true},
		{"https://git.example.org:8443/a/b", "../c%2f?d#e",
		 "https://git.example.org:8443/a/c%252f%3Fd%23e", true},
		{"ssh://git@git.example.org:2222/org/app.git", "../lib.git",
		 "ssh://git@git.example.org:2222/org/lib.git", true},
		{"ssh://git@git.example.org/org/app.git", "git@git.example.org:org/lib.git",
		 "ssh://git@git.example.org/org/lib.git", true},
		{"https://git.example.org/a", "host.example.org:b", "ssh://host.example.org/b",
		 false},
		{"https://git.example.org/a", "https://git.example.org/b",
		 "https://git.example.org/b", true},
		{"https://git.example.org/a", "https://git.example.org:444/b",
		 "https://git.example.org:444/b", false},
		{"https://git.example.org/a", "http://git.example.org/b",
		 "http://git.example.org/b", false},
		{"https://git.example.org/a", "https://git.example.org.evil/b",
		 "https://git.example.org.evil/b", false},
		{"https://git.example.org/a", "/srv/git/b", NULL, false},
		{"https://git.example.org/a", "file:///srv/git/b", NULL, false},
		{"https://git.example.org/a", "ext::sh -c x", "ssh://ext/:sh -c x",
		 false}, /* a host that is none */
		{"https://git.example.org/a", "git://git.example.org/b", NULL, false},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		arena *mem = arena_open();
		char *url = NULL;
		err *failed = modules_url(mem, cases[i].parent, cases[i].url, &url);
		if (!cases[i].want != (failed != NULL))
			fail_msg("%s: %s", cases[i].url, err_text(mem, failed));
		if (cases[i].want) {
			assert_string_equal(url, cases[i].want);
			assert_int_equal(modules_same_host(mem, cases[i].parent, url),
					 cases[i].same);
		}
		arena_close(mem);
	}
}

/* ---- fetching ---- */

/* auth-app has auth-lib beside it, which has deep in turn; other repositories have submodules that can't be had. */
static const char script[] =
	"set -e; cd \"$1\"; export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1\n"
	"export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=A "
	"GIT_COMMITTER_EMAIL=a@b\n"
	"new() { git init -q -b main work-$1; echo $1 >work-$1/$1.txt; git -C work-$1 add .; git "
	"-C "
	"work-$1 commit -qm $1; }\n"
	"sub() { printf '[submodule \"%s\"]\\n\\tpath = %s\\n\\turl = %s\\n' $2 $2 $3 "
	">>work-$1/.gitmodules; }\n"
	"link() { git -C work-$1 update-index --add --cacheinfo 160000,$3,$2; }\n"
	"done_() { git -C work-$1 add .gitmodules; git -C work-$1 commit -qm modules; git clone -q "
	"--bare "
	"work-$1 $1.git; git -C $1.git config uploadpack.allowAnySHA1InWant true; }\n"
	"id() { git -C work-$1 rev-parse HEAD; }\n"
	"new deep; git clone -q --bare work-deep deep.git; new auth-lib; sub auth-lib d "
	"../deep.git; link "
	"auth-lib d $(id deep); done_ auth-lib\n"
	"new auth-app; sub auth-app vendor/lib ../auth-lib.git; link auth-app vendor/lib $(id "
	"auth-lib); sub "
	"auth-app again ../deep.git; link auth-app again $(id deep); link auth-app bare $(id "
	"deep); done_ "
	"auth-app\n"
	/* the lib goes on; the commit that is meant is no branch's any more */
	"git -C work-deep commit -q --amend -m more; git -C work-deep push -q -f ../deep.git "
	"HEAD:main\n"
	"new lost; sub lost l ../deep.git; link lost l 1234567890123456789012345678901234567890; "
	"done_ lost\n"
	"new none; sub none l ../nothing.git; link none l $(id deep); done_ none\n"
	"new entry; sub entry l ../deep.git; done_ entry\n"
	"new auth-away; sub auth-away l http://localhost:PORT/auth-lib.git; link auth-away l $(id "
	"auth-lib); "
	"done_ auth-away\n"
	"new local; sub local l $1/deep.git; link local l $(id deep); done_ local\n"
	"new secure; sub secure l git@git.example.org:x.git; link secure l $(id deep); done_ "
	"secure\n"
	"new ring; sub ring s ../ring.git; link ring s $(id ring); done_ ring\n"
	"new linked; t=$(printf '120000 blob %s\\t.gitmodules\\n' $(printf x | git -C work-linked "
	"hash-object -w "
	"--stdin) | git -C work-linked mktree); git -C work-linked update-ref refs/heads/main "
	"$(git -C work-linked "
	"commit-tree -m l $t); git clone -q --bare work-linked linked.git\n"
	"new many; for i in $(seq 250); do sub many m$i ../deep.git; link many m$i $(id auth-lib); "
	"done; sed -i "
	"s/deep.git/auth-lib.git/ work-many/.gitmodules; done_ many\n";

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

static int set_up(void **state)
{
	(void)state;
	if (system("command -v git >/dev/null && command -v python3 >/dev/null")) {
		print_message("# skipped: git or python3 is not here\n");
		exit(0);
	}
	w.mem = arena_open();
	assert_null(file_temp_dir(w.mem, "/tmp", "modules-", &w.root));
	char *argv[] = {"test/fake/git_server.py", w.root, NULL};
	assert_true(start_server(argv));
	char *file = path_join(w.mem, w.root, "make.sh");
	assert_null(file_write(w.mem, file, str_of(script), 0700));
	assert_int_equal(system(arena_printf(w.mem, "sed -i s/PORT/%d/ %s && bash %s %s", w.port,
					     file, file, w.root)),
			 0);
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
	fclose(w.in);
	fclose(w.out);
	waitpid(w.pid, NULL, 0);
	arena_close(w.mem);
	return 0;
}

struct pass {
	arena *mem;
	ctx ctx;
	struct repo_source source;
	struct repo *repo;
	struct content *content;
	err *failed;
};

static struct pass *fetch(const char *name, bool modules)
{
	arena *mem = arena_open();
	struct pass *p = NEW(mem, struct pass);
	p->mem = mem;
	p->source = (struct repo_source){
		.owner = name,
		.at = {.url = arena_printf(mem, "http://127.0.0.1:%d/%s.git", w.port, name),
		       .login = {.user = "git", .password = "pass"},
		       .timeout = 60 * CLOCK_SECOND},
		.ref = {.branch = "main"},
		.modules = modules};
	ctx_init(&p->ctx, mem, w.l, 0);
	p->failed = repo_resolve(&p->ctx, w.repos, &p->source, NULL, &p->repo);
	if (!p->failed)
		p->failed = repo_fetch(&p->ctx, p->repo);
	if (!p->failed)
		p->failed = repo_content(&p->ctx, p->repo, NULL, 0, NULL, &p->content);
	return p;
}

static void end(struct pass *p)
{
	arena *mem = p->mem;
	ctx_done(&p->ctx);
	arena_close(mem);
}

static void test_fetched(void **state)
{
	(void)state;
	for (int round = 0; round < 2; round++) { /* the second finds all of it here */
		struct pass *p = fetch("auth-app", true);
		if (p->failed)
			fail_msg("%s", err_text(p->mem, p->failed));
		assert_true(content_has(p->content, "auth-app.txt"));
		assert_true(content_has(p->content, "vendor/lib/auth-lib.txt"));
		assert_true(content_has(p->content, "vendor/lib/d/deep.txt"));
		assert_true(content_has(p->content, "again/deep.txt"));
		assert_true(content_has(p->content, "vendor/lib/d/.git"));
		assert_true(content_has(p->content, "bare")); /* no URL is known for it */
		assert_false(content_has(p->content, "bare/deep.txt"));
		end(p);
	}
	struct pass *p = fetch("auth-app", false);
	assert_null(p->failed);
	assert_true(content_has(p->content, "vendor/lib"));
	assert_false(content_has(p->content, "vendor/lib/auth-lib.txt"));
	end(p);
	/* one that has itself inside, as it was before it had */
	p = fetch("ring", true);
	assert_null(p->failed);
	assert_true(content_has(p->content, "s/ring.txt"));
	end(p);
}

static void test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *name, *error; /* behind "unable to clone 'URL/NAME.git': " */
	} cases[] = {
		{"lost", "object not found (submodule 'l', ../deep.git)"},
		{"entry", "entry not found (submodule 'l', ../deep.git)"},
		/* the user and password are for 127.0.0.1 */
		{"auth-away",
		 "authentication required: authentication required\n (submodule 'l', "},
		{"local", "is a file of another machine (submodule 'l', "},
		{"secure", "invalid auth method (submodule 'l', "},
		{"linked", ".gitmodules is a symlink"},
		{"many", "more than 200 submodules (submodule 'm"},
		{"none", "repository not found: "},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct pass *p = fetch(cases[i].name, true);
		const char *text = p->failed ? err_text(p->mem, p->failed) : "no failure";
		if (!text_starts(text, "unable to clone 'http://127.0.0.1") ||
		    !strstr(text, cases[i].error))
			fail_msg("%s: %s", cases[i].name, text);
		end(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_fetched),
		cmocka_unit_test(test_refused),
	};
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
