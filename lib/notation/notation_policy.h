/*
 * notation_policy: a trust policy of the Notary Project (trustpolicy.json, version 1.0): which repositories need signatures by whom, and what
 * becomes of one that is wrong. Rules and texts are those of notation-go 1.3. Pure.
 */
#ifndef SLUICE_NOTATION_POLICY_H
#define SLUICE_NOTATION_POLICY_H

#include "base/err.h"
#include "base/vec.h"
#include "crypt/x509.h"

#define NOTATION_POLICY_MAX ((size_t)1 << 20) /* bytes of the file */
#define NOTATION_POLICY_EACH 1000	      /* statements, and scopes or identities of one */

/* What is checked, in this order. */
enum notation_what {
	NOTATION_INTEGRITY,
	NOTATION_AUTHENTICITY,
	NOTATION_TIMESTAMP,
	NOTATION_EXPIRY,
	NOTATION_REVOCATION,
	NOTATION_WHATS,
};

enum notation_action { NOTATION_ENFORCE, NOTATION_LOG, NOTATION_SKIP };

/* A distinguished name: what a subject has to have. */
struct notation_name {
	struct x509_parts parts;
};

struct notation_statement {
	const char *name;
	bool skips; /* the level skip: nothing is checked */
	enum notation_action actions[NOTATION_WHATS];
	bool after_expiry; /* a timestamp is asked for only when a certificate has expired */
	bool authorities, signing_authorities, clocks; /* which kinds of trust store it names */
	bool anybody;				       /* the identity "*" */
	VEC(struct notation_name) identities;
	VEC(const char *) scopes; /* "*", or repositories: "ghcr.io/org/app" */
};

struct notation_policy {
	VEC(struct notation_statement) statements;
};

/* Reads and checks a file. A statement that skips may name stores and identities: they don't count. ERR_INVALID, ERR_LIMIT. */
err *notation_policy_read(arena *mem, str json, struct notation_policy **ret_policy);

/* The statement for a repository ("ghcr.io/org/app"): the one that names it, else the one for all. ERR_NOT_FOUND. */
err *notation_policy_for(arena *mem, const struct notation_policy *policy, const char *repository,
			 const struct notation_statement **ret_statement);

/* May the owner of the certificate sign? ERR_FORBIDDEN names the subject. */
err *notation_policy_match(arena *mem, const struct notation_statement *s, const struct x509 *cert);

#endif
