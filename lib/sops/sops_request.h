/*
 * sops_request: what a master key in a service costs: exchanges over HTTP, which the box describes and
 * whoever uses it makes. A part of the face of sops.
 */
#ifndef SLUICE_SOPS_REQUEST_H
#define SLUICE_SOPS_REQUEST_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "data/val.h"

#define SOPS_MAX_HEADERS 12

struct sops_header {
	const char *name, *value;
};

/* One exchange. Headers hold secrets; so may the body. */
struct sops_request {
	const char *method, *url;
	bool vault; /* to a server of Vault's: it may have an authority of its own */
	struct sops_header headers[SOPS_MAX_HEADERS + 1]; /* ended by a NULL name */
	str body;
};

struct sops_answer {
	int status;
	str body; /* may hold secrets, too */
};

/* Makes the exchange; what it returns lives in mem, which is wiped. Any status is an answer; an err
 * (no connection, no time) names the host and no secret. */
typedef err *sops_exchange(void *arg, arena *mem, const struct sops_request *q,
			   struct sops_answer *ret_answer);

/* A request without headers, and one more header. */
struct sops_request sops_request_to(const char *method, const char *url, str body);
void sops_request_header(struct sops_request *q, const char *name, const char *value);

/* The answer's JSON; a null when it is none. */
val *sops_answer_json(arena *mem, const struct sops_answer *a);

#endif
