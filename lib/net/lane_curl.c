/* libcurl, loaded when it is first called: with all that it brings along it would cost every start
 * of the program 5 ms and 4 MB, also of the verbs that use no network. */
#include <stdarg.h>

#define CURL_DISABLE_TYPECHECK
#include "base/lazy.h"
#include "net/lane.h"

#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

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

LAZY_LIBRARY("libcurl.so.4", FUNCTIONS)

CURLcode curl_global_init(long flags)
{
	return LAZY(curl_global_init)(flags);
}

CURL *curl_easy_init(void)
{
	return LAZY(curl_easy_init)();
}

void curl_easy_cleanup(CURL *curl)
{
	LAZY(curl_easy_cleanup)(curl);
}

/* Whatever kind the one argument of the next three has, it goes where a pointer goes. */
CURLcode curl_easy_setopt(CURL *curl, CURLoption option, ...)
{
	va_list args;
	va_start(args, option);
	void *value = va_arg(args, void *);
	va_end(args);
	return LAZY(curl_easy_setopt)(curl, option, value);
}

CURLcode curl_easy_getinfo(CURL *curl, CURLINFO info, ...)
{
	va_list args;
	va_start(args, info);
	void *value = va_arg(args, void *);
	va_end(args);
	return LAZY(curl_easy_getinfo)(curl, info, value);
}

CURLMcode curl_multi_setopt(CURLM *multi, CURLMoption option, ...)
{
	va_list args;
	va_start(args, option);
	void *value = va_arg(args, void *);
	va_end(args);
	return LAZY(curl_multi_setopt)(multi, option, value);
}

const char *curl_easy_strerror(CURLcode code)
{
	return LAZY(curl_easy_strerror)(code);
}

CURLM *curl_multi_init(void)
{
	return LAZY(curl_multi_init)();
}

CURLMcode curl_multi_cleanup(CURLM *multi)
{
	return LAZY(curl_multi_cleanup)(multi);
}

CURLMcode curl_multi_assign(CURLM *multi, curl_socket_t fd, void *p)
{
	return LAZY(curl_multi_assign)(multi, fd, p);
}

CURLMcode curl_multi_add_handle(CURLM *multi, CURL *curl)
{
	return LAZY(curl_multi_add_handle)(multi, curl);
}

CURLMcode curl_multi_remove_handle(CURLM *multi, CURL *curl)
{
	return LAZY(curl_multi_remove_handle)(multi, curl);
}

CURLMcode curl_multi_socket_action(CURLM *multi, curl_socket_t fd, int events, int *running)
{
	return LAZY(curl_multi_socket_action)(multi, fd, events, running);
}

CURLMsg *curl_multi_info_read(CURLM *multi, int *left)
{
	return LAZY(curl_multi_info_read)(multi, left);
}

struct curl_slist *curl_slist_append(struct curl_slist *list, const char *text)
{
	return LAZY(curl_slist_append)(list, text);
}

void curl_slist_free_all(struct curl_slist *list)
{
	LAZY(curl_slist_free_all)(list);
}
