/*
 * server_file: what a request for a file is answered with: all of it, a part (Range), or nothing since
 * the client has it (ETag, Last-Modified). RFC 9110, 13 and 14. Private to net/, but for the
 * dates.
 */
#ifndef SLUICE_SERVER_FILE_H
#define SLUICE_SERVER_FILE_H

#include "net/server_head.h"

struct server_file {
	int status; /* 200, 206, 304, 404, 416 */
	int fd;	    /* -1: nothing to send */
	int64_t from, length, size;
	const char *etag, *modified; /* header values; NULL for a 404 */
};

/* Opens a regular file for the request. etag: with its quotes; NULL makes one of time and size. The fd
 * is the caller's. */
void server_file_open(arena *mem, const char *path, const char *etag, const struct server_head *h,
		      struct server_file *ret_file);

/* "Mon, 02 Jan 2006 15:04:05 GMT", from and to seconds since 1970. */
char *server_date(arena *mem, int64_t seconds);
bool server_date_parse(const char *text, int64_t *ret_seconds);

#endif
