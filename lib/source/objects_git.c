/* libgit2, loaded when it is first called, as libcurl is (net/lane_curl.c): it brings twelve other
 * libraries along, which most verbs of the program have no use for. */
#include <dlfcn.h>
#include <git2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define LIBRARY "libgit2.so." LIBGIT2_SOVERSION
#define FUNCTIONS(X)                                                                               \
	X(git_error_last)                                                                          \
	X(git_error_set_oom)                                                                       \
	X(git_error_set_str)                                                                       \
	X(git_indexer_new)                                                                         \
	X(git_indexer_append)                                                                      \
	X(git_indexer_commit)                                                                      \
	X(git_indexer_free)                                                                        \
	X(git_libgit2_init)                                                                        \
	X(git_object_type2string)                                                                  \
	X(git_odb_open)                                                                            \
	X(git_odb_exists)                                                                          \
	X(git_odb_read)                                                                            \
	X(git_odb_read_header)                                                                     \
	X(git_odb_refresh)                                                                         \
	X(git_odb_free)                                                                            \
	X(git_odb_object_data)                                                                     \
	X(git_odb_object_size)                                                                     \
	X(git_odb_object_free)                                                                     \
	X(git_oid_fromstr)                                                                         \
	X(git_libgit2_opts)

#define MEMBER(name) __typeof__(name) *name;
static struct {
	FUNCTIONS(MEMBER)
} functions;

static void *find(void *library, const char *name)
{
	void *at = library ? dlsym(library, name) : NULL;
	if (!at) {
		fprintf(stderr, "sluice: %s\n", dlerror());
		exit(1);
	}
	return at;
}

#define FIND(name) *(void **)&functions.name = find(library, #name);
static void load(void)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	FUNCTIONS(FIND)
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
#define CALL(name) (pthread_once(&once, load), functions.name)

/* Whatever kind the one argument has, it goes where a pointer goes. */
int git_libgit2_opts(int option, ...)
{
	va_list args;
	va_start(args, option);
	void *value = va_arg(args, void *);
	va_end(args);
	return CALL(git_libgit2_opts)(option, value);
}

const git_error *git_error_last(void)
{
	return CALL(git_error_last)();
}

void git_error_set_oom(void)
{
	CALL(git_error_set_oom)();
}

int git_error_set_str(int kind, const char *text)
{
	return CALL(git_error_set_str)(kind, text);
}

int git_indexer_new(git_indexer **out, const char *path, unsigned int mode, git_odb *odb,
		    git_indexer_options *options)
{
	return CALL(git_indexer_new)(out, path, mode, odb, options);
}

int git_indexer_append(git_indexer *indexer, const void *data, size_t size,
		       git_indexer_progress *progress)
{
	return CALL(git_indexer_append)(indexer, data, size, progress);
}

int git_indexer_commit(git_indexer *indexer, git_indexer_progress *progress)
{
	return CALL(git_indexer_commit)(indexer, progress);
}

void git_indexer_free(git_indexer *indexer)
{
	CALL(git_indexer_free)(indexer);
}

int git_libgit2_init(void)
{
	return CALL(git_libgit2_init)();
}

const char *git_object_type2string(git_object_t type)
{
	return CALL(git_object_type2string)(type);
}

int git_odb_open(git_odb **out, const char *folder)
{
	return CALL(git_odb_open)(out, folder);
}

int git_odb_exists(git_odb *odb, const git_oid *id)
{
	return CALL(git_odb_exists)(odb, id);
}

int git_odb_read(git_odb_object **out, git_odb *odb, const git_oid *id)
{
	return CALL(git_odb_read)(out, odb, id);
}

int git_odb_read_header(size_t *size, git_object_t *type, git_odb *odb, const git_oid *id)
{
	return CALL(git_odb_read_header)(size, type, odb, id);
}

int git_odb_refresh(git_odb *odb)
{
	return CALL(git_odb_refresh)(odb);
}

void git_odb_free(git_odb *odb)
{
	CALL(git_odb_free)(odb);
}

const void *git_odb_object_data(git_odb_object *object)
{
	return CALL(git_odb_object_data)(object);
}

size_t git_odb_object_size(git_odb_object *object)
{
	return CALL(git_odb_object_size)(object);
}

void git_odb_object_free(git_odb_object *object)
{
	CALL(git_odb_object_free)(object);
}

int git_oid_fromstr(git_oid *out, const char *text)
{
	return CALL(git_oid_fromstr)(out, text);
}
