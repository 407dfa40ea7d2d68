/*
 * bucket_azure: containers of Azure Blob Storage: with an account's key, a shared access signature, an application's
 * token, or open ones without. On workers.
 */
#ifndef SLUICE_BUCKET_AZURE_H
#define SLUICE_BUCKET_AZURE_H

#include "source/bucket_token.h"

struct bucket_azure_settings {
	struct bucket_wire wire;
	const char *endpoint; /* the account's URL: https://account.blob.core.windows.net */
	const char *bucket;   /* the container */
	/* one of these, in this order; NULL: not that one */
	const struct oauth_azure *application;
	const char *account, *key; /* key: base64 */
	const char *sas;	   /* a query, with or without its "?" */
	struct bucket_asked asked;
};

struct bucket_azure;

/* ERR_INVALID: an endpoint, key or signature that cannot be one. Lives in mem. */
err *bucket_azure_open(arena *mem, const struct bucket_azure_settings *s,
		       struct bucket_azure **ret);

/* What bucket_service asks of it. */
extern const struct bucket_service bucket_azure_service;

/* The account in the name of an endpoint's host. ERR_INVALID with source-controller's text. */
err *bucket_azure_account(arena *mem, const char *endpoint, const char **ret_account);

/* A page of a listing, out of its XML. */
err *bucket_azure_read(arena *mem, str xml, struct bucket_page *ret_page);

/* What is signed of a GET with these headers (their names in lower case and in order), as SharedKey has it. */
err *bucket_azure_to_sign(arena *mem, const char *account, const char *url,
			  const struct http_header *headers, char **ret_text);

#endif
