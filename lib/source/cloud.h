/*
 * cloud: who is asking at a cloud, and through what: this process with the identity that it was given, or a ServiceAccount of the
 * cluster, for which the cloud takes the cluster's word. On workers. Texts are those of fluxcd/pkg/auth; none holds a secret.
 */
#ifndef SLUICE_CLOUD_H
#define SLUICE_CLOUD_H

#include "data/val.h"
#include "source/tokens.h"

/* A ServiceAccount: how it is read, which is done only when no token is there any more. */
struct cloud_account {
	const char *ns, *name;
	/* its annotations */
	err *(*notes)(ctx *c, const struct cloud_account *a, const val **ret_notes);
	/* a token of the API server's for it, good for that audience */
	err *(*token)(ctx *c, const struct cloud_account *a, const char *audience,
		      const char **ret_token);
	void *arg; /* theirs */
};

struct cloud {
	struct tokens *tokens;
	struct login login;		     /* the proxy alone */
	const struct cloud_account *account; /* NULL: this process itself */
};

/* The variable of the environment; NULL when it is not set or empty. */
const char *cloud_environment(const char *name);

/* A file that the environment names, without blanks around; what is for the error: the variable. */
err *cloud_file(arena *mem, const char *path, const char *what, const char **ret_text);

/* Asks a service of a cloud, once, within ten seconds; any status is an answer. near: it is on this machine or a link away, so no proxy
 * is asked, and two seconds are enough; when nobody answers there, ERR_NOT_FOUND, for a minute at once. */
struct cloud_question {
	const char *method, *url;
	const struct http_header *headers; /* ended by a NULL name; may be NULL */
	const char *bearer;		   /* NULL: none */
	str body;
	bool near;
};
err *cloud_ask(ctx *c, const struct cloud *cloud, const struct cloud_question *q,
	       struct http_answer **ret_answer);

/* A name under which a secret is kept: the kind of it, n parts, who asks and through which proxy. */
char *cloud_key(arena *mem, const struct cloud *cloud, const char *kind, const char *const *parts,
		size_t n);

/* The account's annotations; the account is not NULL. */
err *cloud_notes(ctx *c, const struct cloud *cloud, const val **ret_notes);

/* The failure to get a token in words that say for whom; NULL stays NULL. And that of an account whose annotations are not good. */
err *cloud_no_token(arena *mem, const struct cloud *cloud, const err *e);
err *cloud_no_identity(arena *mem, const struct cloud *cloud, const err *e);

#endif
