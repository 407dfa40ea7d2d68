/* libgit2, loaded when it is first called, as libcurl is (net/lane_curl.c): it brings twelve other
 * libraries along, which most verbs of the program have no use for. */
#include <git2.h>
#include <stdarg.h>

#include "base/lazy.h"

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

LAZY_LIBRARY("libgit2.so." LIBGIT2_SOVERSION, FUNCTIONS)

/* Whatever kind the one argument has, it goes where a pointer goes. */
int git_libgit2_opts(int option, ...)
{
	va_list args;
	va_start(args, option);
	void *value = va_arg(args, void *);
	va_end(args);
	return LAZY(git_libgit2_opts)(option, value);
}

const git_error *git_error_last(void)
{
	return LAZY(git_error_last)();
}

void git_error_set_oom(void)
{
	LAZY(git_error_set_oom)();
}

int git_error_set_str(int kind, const char *text)
{
	return LAZY(git_error_set_str)(kind, text);
}

int git_indexer_new(git_indexer **out, const char *path, unsigned int mode, git_odb *odb,
		    git_indexer_options *options)
{
	return LAZY(git_indexer_new)(out, path, mode, odb, options);
}

int git_indexer_append(git_indexer *indexer, const void *data, size_t size,
		       git_indexer_progress *progress)
{
	return LAZY(git_indexer_append)(indexer, data, size, progress);
}

int git_indexer_commit(git_indexer *indexer, git_indexer_progress *progress)
{
	return LAZY(git_indexer_commit)(indexer, progress);
}

void git_indexer_free(git_indexer *indexer)
{
	LAZY(git_indexer_free)(indexer);
}

int git_libgit2_init(void)
{
	return LAZY(git_libgit2_init)();
}

const char *git_object_type2string(git_object_t type)
{
	return LAZY(git_object_type2string)(type);
}

int git_odb_open(git_odb **out, const char *folder)
{
	return LAZY(git_odb_open)(out, folder);
}

int git_odb_exists(git_odb *odb, const git_oid *id)
{
	return LAZY(git_odb_exists)(odb, id);
}

int git_odb_read(git_odb_object **out, git_odb *odb, const git_oid *id)
{
	return LAZY(git_odb_read)(out, odb, id);
}

int git_odb_read_header(size_t *size, git_object_t *type, git_odb *odb, const git_oid *id)
{
	return LAZY(git_odb_read_header)(size, type, odb, id);
}

int git_odb_refresh(git_odb *odb)
{
	return LAZY(git_odb_refresh)(odb);
}

void git_odb_free(git_odb *odb)
{
	LAZY(git_odb_free)(odb);
}

const void *git_odb_object_data(git_odb_object *object)
{
	return LAZY(git_odb_object_data)(object);
}

size_t git_odb_object_size(git_odb_object *object)
{
	return LAZY(git_odb_object_size)(object);
}

void git_odb_object_free(git_odb_object *object)
{
	LAZY(git_odb_object_free)(object);
}

int git_oid_fromstr(git_oid *out, const char *text)
{
	return LAZY(git_oid_fromstr)(out, text);
}
