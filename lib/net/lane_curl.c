/* libcurl, loaded when it is first called: with all that it brings along it would cost every start
 * of the program 5 ms and 4 MB, also of the verbs that use no network. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define CURL_DISABLE_TYPECHECK
#include "net/lane.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

#define LIBRARY "libcurl.so.4"
#define FUNCTIONS(X)                                                                               \
	X(curl_global_init)                                                                        \
	X(curl_easy_init)                                                                          \
	X(curl_easy_cleanup)                                                                       \
	X(curl_easy_setopt)                                                                        \
	X(curl_easy_getinfo)                                                                       \
	X(curl_easy_strerror)                                                                      \
	X(curl_multi_init)                                                                         \
	X(curl_multi_cleanup)                                                                      \
	X(curl_multi_setopt)                                                                       \
	X(curl_multi_assign)                                                                       \
	X(curl_multi_add_handle)                                                                   \
	X(curl_multi_remove_handle)                                                                \
	X(curl_multi_socket_action)                                                                \
	X(curl_multi_info_read)                                                                    \
	X(curl_slist_append)                                                                       \
	X(curl_slist_free_all)

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

CURLcode curl_global_init(long flags)
{
	return CALL(curl_global_init)(flags);
}

CURL *curl_easy_init(void)
{
	return CALL(curl_easy_init)();
}

void curl_easy_cleanup(CURL *curl)
{
	CALL(curl_easy_cleanup)(curl);
}

/* Whatever kind the one argument of the next three has, it goes where a pointer goes. */
CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	va_list args;
	va_start(args, option);
	void *value = va_arg(args, void *);
	va_end(args);
	return CALL(curl_easy_setopt)(curl, option, value);
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
	va_list args;
	va_start(args, info);
	void *value = va_arg(args, void *);
	va_end(args);
	return CALL(curl_easy_getinfo)(curl, info, value);
}

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
	va_list args;
	va_start(args, option);
	void *value = va_arg(args, void *);
	va_end(args);
	return CALL(curl_multi_setopt)(multi, option, value);
}

const char *curl_easy_strerror(CURLcode code)
{
	return CALL(curl_easy_strerror)(code);
}

CURLM *curl_multi_init(void)
{
	return CALL(curl_multi_init)();
}

CURLMcode curl_multi_cleanup(CURLM *multi)
{
	return CALL(curl_multi_cleanup)(multi);
}

CURLMcode curl_multi_assign(CURLM *multi, curl_socket_t fd, void *p)
{
	return CALL(curl_multi_assign)(multi, fd, p);
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *curl)
{
	return CALL(curl_multi_add_handle)(multi, curl);
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	return CALL(curl_multi_remove_handle)(multi, curl);
}

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int events, int *running)
{
	return CALL(curl_multi_socket_action)(multi, fd, events, running);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
	return CALL(curl_multi_info_read)(multi, left);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
	return CALL(curl_slist_append)(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
	CALL(curl_slist_free_all)(list);
}
