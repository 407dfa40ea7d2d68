/*
 * smart: Git's smart HTTP: the advertisement of a repository, found through redirects, and questions that are posted to it.
 * On workers; requests go through net/http.
 */
#ifndef SLUICE_SMART_H
#define SLUICE_SMART_H

#include "net/http.h"
#include "source/demux.h"

struct smart {
	struct http *http;
	const char *url; /* without user and password */
	const char *user, *password, *bearer;
	const char *base; /* the URL that requests go to, after redirects; NULL: not known yet */
	bool v2;	  /* that server speaks version 2 */
};

/* GET info/refs: which version the server speaks, where it lives (base, v2), its references in older versions. ERR_UNAUTHORIZED,
 * ERR_FORBIDDEN, ERR_NOT_FOUND in go-git's words; ERR_UNSUPPORTED for a server of the dumb protocol. deadline on clock_now, 0: none. */
err *smart_advertise(ctx *c, struct smart *s, int64_t deadline, struct pkt_advert *ret_advert);

/* Posts a question, whose answer is small: at most 64 MiB. */
err *smart_ask(ctx *c, const struct smart *s, int64_t deadline, str body, str *ret_answer);

/* Posts a question whose answer holds a pack of at most max bytes; it is kept in a nameless file in dir while it comes and then
 * given to d, on this thread. */
err *smart_fetch(ctx *c, const struct smart *s, int64_t deadline, str body, const char *dir,
		 uint64_t max, struct demux *d);

/* ERR_LIMIT of a pack that is too large. */
err *smart_too_large(arena *mem, uint64_t max);

#endif
