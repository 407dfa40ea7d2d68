#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/path.h"
#include "pack/tree.h"

static void put(arena *mem, const char *root, const char *path, const char *text)
{
	char *full = path_join(mem, root, path);
	assert_null(file_mkdirs(mem, path_dir(mem, full)));
	assert_null(file_write(mem, full, str_of(text), 0644));
}

static void link_to(arena *mem, const char *root, const char *path, const char *target)
{
	assert_int_equal(symlink(target, path_join(mem, root, path)), 0);
}

/* <temp>/root is the tree, <temp>/secret stands beside it. */
static char *folder(arena *mem)
{
	char *temp;
	assert_null(file_temp_dir(mem, "/tmp", "tree-", &temp));
	char *root = path_join(mem, temp, "root");
	put(mem, temp, "secret", "secret");
	put(mem, root, "a.yaml", "a: 1\n");
	put(mem, root, "d/b.yaml", "b: 1\n");
	put(mem, root, "d/e/c.yaml", "c: 1\n");
	chmod(path_join(mem, root, "d/b.yaml"), 0755);
	link_to(mem, root, "in", "d/b.yaml");
	link_to(mem, root, "d/e/up", "../../a.yaml");
	link_to(mem, root, "dir", "d/e");
	link_to(mem, root, "absolute", path_join(mem, root, "d"));
	link_to(mem, root, "out", "../secret");
	link_to(mem, root, "far", "/etc/passwd");
	link_to(mem, root, "outdir", "..");
	link_to(mem, root, "ring", "ring");
	link_to(mem, root, "dangling", "nothing");
	link_to(mem, root, "bounce", "../root/a.yaml");
	assert_int_equal(mkfifo(path_join(mem, root, "fifo"), 0600), 0);
	return root;
}

static void reads(arena *mem, struct tree *t, const char *path, const char *want)
{
	str got;
	err *failed = tree_read(mem, t, path, 100, &got);
	if (failed)
		fail_msg("%s: %s", path, err_text(mem, failed));
	assert_string_equal(str_text(mem, got), want);
}

static void fails(arena *mem, struct tree *t, const char *path, enum err_code code)
{
	str got;
	err *failed = tree_read(mem, t, path, 100, &got);
	if (err_code(failed) != (int)code)
		fail_msg("%s: %s", path, failed ? err_text(mem, failed) : "was read");
}

/* In a tree of the whole disk nothing leads out. */
static void check_whole_disk(arena *mem)
{
	char *root = folder(mem);
	struct tree *t;
	assert_null(tree_open(mem, "/", &t));
	reads(mem, t, path_join(mem, root, "absolute/e/c.yaml") + 1, "c: 1\n");
	reads(mem, t, path_join(mem, root, "out") + 1, "secret");
	link_to(mem, root, "top", "../../../../../../../etc/passwd");
	struct tree_entry e;
	assert_null(tree_stat(mem, t, path_join(mem, root, "top") + 1, &e));
	assert_int_equal(e.kind, TREE_FILE);
}

static void check_disk(arena *mem)
{
	char *root = folder(mem);
	struct tree *t;
	assert_null(tree_open(mem, root, &t));
	reads(mem, t, "a.yaml", "a: 1\n");
	reads(mem, t, "d//e/../b.yaml", "b: 1\n");
	reads(mem, t, "in", "b: 1\n");
	reads(mem, t, "d/e/up", "a: 1\n");
	reads(mem, t, "dir/c.yaml", "c: 1\n");
	reads(mem, t, "dir/up", "a: 1\n");
	reads(mem, t, "absolute/e/c.yaml", "c: 1\n");
	fails(mem, t, "out", ERR_FORBIDDEN);
	fails(mem, t, "far", ERR_FORBIDDEN);
	fails(mem, t, "outdir/secret", ERR_FORBIDDEN);
	fails(mem, t, "bounce", ERR_FORBIDDEN);
	fails(mem, t, "../secret", ERR_FORBIDDEN);
	fails(mem, t, "/etc/passwd", ERR_FORBIDDEN);
	fails(mem, t, "d/../../secret", ERR_FORBIDDEN);
	fails(mem, t, "ring", ERR_IO);
	fails(mem, t, "dangling", ERR_NOT_FOUND);
	fails(mem, t, "a.yaml/x", ERR_NOT_FOUND);
	fails(mem, t, "d", ERR_INVALID);
	fails(mem, t, "fifo", ERR_INVALID);
	str got;
	err *failed = tree_read(mem, t, "no/such", 100, &got);
	assert_string_equal(err_text(mem, failed),
			    arena_printf(mem, "open %s/no/such: no such file or directory", root));
	assert_int_equal(err_code(tree_read(mem, t, "a.yaml", 4, &got)), ERR_LIMIT);

	struct tree_entry e;
	assert_null(tree_stat(mem, t, "in", &e));
	assert_int_equal(e.kind, TREE_FILE);
	assert_true(e.executable);
	assert_int_equal(e.size, 5);
	assert_null(tree_stat(mem, t, "dangling", &e));
	assert_int_equal(e.kind, TREE_NONE);
	assert_null(tree_stat(mem, t, "", &e));
	assert_int_equal(e.kind, TREE_DIR);
	assert_int_equal(err_code(tree_stat(mem, t, "out", &e)), ERR_FORBIDDEN);

	const char *real;
	assert_null(tree_resolve(mem, t, "absolute/e/up", &real));
	assert_string_equal(real, "a.yaml");
	assert_null(tree_resolve(mem, t, ".", &real));
	assert_string_equal(real, ".");
	assert_int_equal(err_code(tree_resolve(mem, t, "dangling", &real)), ERR_NOT_FOUND);

	struct tree_entry *list;
	size_t n;
	assert_null(tree_list(mem, t, "dir", &list, &n));
	assert_int_equal(n, 2);
	assert_string_equal(list[0].name, "c.yaml");
	assert_int_equal(list[1].kind, TREE_LINK);
	assert_int_equal(err_code(tree_list(mem, t, "outdir", &list, &n)), ERR_FORBIDDEN);
	assert_int_equal(err_code(tree_list(mem, t, "a.yaml", &list, &n)), ERR_NOT_FOUND);
}

static void test_disk(void **state)
{
	(void)state;
	arena *mem = arena_open();
	check_disk(mem);
	check_whole_disk(mem);
	arena_close(mem);
}

/* The same with openat2 refused, as on an old kernel. */
static void test_old_kernel(void **state)
{
	(void)state;
	pid_t child = fork();
	if (!child) {
		struct sock_filter rules[] = {
			BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
			BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
			BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
		struct sock_fprog program = {sizeof(rules) / sizeof(*rules), rules};
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
			_exit(77);
		arena *mem = arena_open();
		check_disk(mem);
		arena_close(mem);
		_exit(0);
	}
	int status;
	waitpid(child, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_memory(void **state)
{
	(void)state;
	arena *mem = arena_open();
	struct tree *t = tree_memory(mem);
	tree_put(t, "a.yaml", STR("a: 1\n"));
	tree_put(t, "./d/e/c.yaml", STR("c: 1\n"));
	tree_put(t, "d/b.yaml", STR("old"));
	tree_put(t, "d/b.yaml", STR("b: 1\n"));
	reads(mem, t, "a.yaml", "a: 1\n");
	reads(mem, t, "d/e/../b.yaml", "b: 1\n");
	fails(mem, t, "../x", ERR_FORBIDDEN);
	fails(mem, t, "a.yaml/x", ERR_NOT_FOUND);
	fails(mem, t, "d", ERR_INVALID);
	str got;
	assert_string_equal(err_text(mem, tree_read(mem, t, "no", 9, &got)),
			    "open no: no such file or directory");
	struct tree_entry *list;
	size_t n;
	assert_null(tree_list(mem, t, "d", &list, &n));
	assert_int_equal(n, 2);
	assert_string_equal(list[0].name, "b.yaml");
	assert_int_equal(list[1].kind, TREE_DIR);
	assert_string_equal(tree_root(t), "");
	arena_close(mem);
}

int main(void)
{
	if (!getenv("CMOCKA_MESSAGE_OUTPUT"))
		cmocka_set_message_output(CM_OUTPUT_TAP);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_disk),
		cmocka_unit_test(test_old_kernel),
		cmocka_unit_test(test_memory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
