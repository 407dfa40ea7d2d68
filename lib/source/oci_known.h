/*
 * oci_known: what is remembered of registries between requests: the way each wants to be talked to, and
 * the tokens it gave. Private to the oci modules. Any thread; bounded; what is old is forgotten.
 */
#ifndef SLUICE_OCI_KNOWN_H
#define SLUICE_OCI_KNOWN_H

#include "source/oci_challenge.h"

#define OCI_KNOWN_MAX 2048 /* ways, and tokens; beyond, all are forgotten */

struct oci_known;

/* Nothing is known yet; the caller owes oci_known_close. */
struct oci_known *oci_known_open(void);
void oci_known_close(struct oci_known *k);

struct oci_way {
	bool tls;
	struct oci_challenge challenge;
};

/* The way of a registry under a login, by a key that names both; false: not known. Copied into mem. */
bool oci_known_way(arena *mem, struct oci_known *k, const char *key, struct oci_way *ret_way);
void oci_known_set_way(struct oci_known *k, const char *key, const struct oci_way *way);
void oci_known_forget_way(struct oci_known *k, const char *key);

/* A token that is good for some seconds yet, by a key that also names the scope; NULL: none. */
const char *oci_known_token(arena *mem, struct oci_known *k, const char *key);
void oci_known_set_token(struct oci_known *k, const char *key, const struct oci_token *token);
void oci_known_forget_token(struct oci_known *k, const char *key);

#endif
