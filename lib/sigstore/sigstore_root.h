/*
 * sigstore_root: whom keyless signatures are believed on the word of: a trusted_root.json (version 0.1) with the certificate
 * authorities that bind keys to identities, the logs that saw it happen and the authorities that tell the time. Pure.
 */
#ifndef SLUICE_SIGSTORE_ROOT_H
#define SLUICE_SIGSTORE_ROOT_H

#include "crypt/sct.h"
#include "data/val.h"

#define SIGSTORE_ROOT_MAX ((size_t)1 << 20) /* bytes of the file */
#define SIGSTORE_ROOT_EACH 100		    /* logs, or authorities, of one kind */

/* A log of signatures. */
struct sigstore_log {
	const char *origin; /* the host of its URL, which its checkpoints name; "" for none */
	str id;
	struct pubkey *key;
	int64_t from, till; /* when its key was in use, both included, seconds since 1970 */
};

/* An authority for certificates or for timestamps. */
struct sigstore_authority {
	const char *url;
	struct x509_list roots, others; /* roots: one */
	int64_t from, till;
};

struct sigstore_root {
	VEC(struct sigstore_log) logs;
	VEC(struct sct_log) certificate_logs;
	VEC(struct sigstore_authority) authorities;
	VEC(struct sigstore_authority) clocks;
};

/* Reads a file. ERR_INVALID names the place in it, ERR_LIMIT. */
err *sigstore_root_read(arena *mem, str json, struct sigstore_root **ret_root);

/* The log with that id; NULL for none. */
const struct sigstore_log *sigstore_root_log(const struct sigstore_root *root, str id);

#endif
