/*
 * oauth: what tokens of clouds are asked for with: a form and where it goes to. Pure; any thread. The forms hold secrets or
 * what is as good as one.
 */
#ifndef SLUICE_OAUTH_H
#define SLUICE_OAUTH_H

#include "base/buf.h"
#include "base/err.h"
#include "data/val.h"

struct oauth_form {
	const char *url;
	str body; /* application/x-www-form-urlencoded, to be sent by POST */
};

/* Adds "&name=value", or "name=value" to an empty text. */
void oauth_form_add(buf *b, const char *name, str value);

/* What a token server answered; "" for what it did not say, seconds 0. Errors are cut to a line. */
struct oauth_answer {
	const char *token;
	int64_t seconds; /* that the token is good for */
	const char *error, *description;
};
struct oauth_answer oauth_read(arena *mem, str json);

/* The JSON of Google's credentials: of a service account or a user. ERR_INVALID, ERR_UNSUPPORTED for another type. */
err *oauth_google_read(arena *mem, str json, const val **ret_credentials);

/* scopes are separated by blanks; now: s since 1970, 0: the clock's. ERR_INVALID: private_key is no private key in PEM. */
err *oauth_google(arena *mem, const val *credentials, const char *scopes, int64_t now,
		  struct oauth_form *ret_form);

/* An application of Azure's. */
struct oauth_azure {
	const char *tenant, *client;
	const char *secret,
		*certificate;  /* one of both, "" for none. certificate: PEM with its key */
	const char *authority; /* "" : https://login.microsoftonline.com/ */
	bool send_chain;       /* the certificate goes with what it signs */
	const char *
		assertion; /* instead of both: what somebody whom Azure trusts has signed; NULL: none */
};

/* Is there a private key in the certificate's PEM? ERR_INVALID. */
err *oauth_azure_check(arena *mem, const char *certificate);

/* scope: "https://vault.azure.net/.default". now as above. */
err *oauth_azure(arena *mem, const struct oauth_azure *azure, const char *scope, int64_t now,
		 struct oauth_form *ret_form);

#endif
