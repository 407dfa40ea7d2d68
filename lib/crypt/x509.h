/*
 * x509: certificates that signatures come with: what they say, and whether a chain leads from one to what is
 * trusted. Any thread; a certificate is never changed.
 */
#ifndef SLUICE_X509_H
#define SLUICE_X509_H

#include "base/vec.h"
#include "crypt/pubkey.h"

#define X509_MAX_BYTES (64 << 10) /* of one certificate in DER */
#define X509_LIST_MAX 100	  /* certificates of one PEM text */
#define X509_DEPTH_MAX 10	  /* certificates between one and its root */

/* A certificate of OpenSSL's, given back when its arena closes. */
struct x509;

struct x509_list {
	struct x509 **p;
	size_t n, cap;
};

/* One certificate in DER, nothing behind it. ERR_INVALID, ERR_LIMIT. */
err *x509_read(arena *mem, str der, struct x509 **ret_cert);

/* Adds all blocks CERTIFICATE of a PEM text; at least one. ERR_INVALID, ERR_LIMIT. */
err *x509_read_pem(arena *mem, str pem, struct x509_list *list);

/* Its bytes in DER, and those of its key (SubjectPublicKeyInfo). */
str x509_der(const struct x509 *cert);
str x509_key_der(arena *mem, const struct x509 *cert);

/* Its key; ERR_UNSUPPORTED for one of a kind or size that pubkey does not take. */
err *x509_key(arena *mem, const struct x509 *cert, struct pubkey **ret_key);

/* Valid from and till, both included, in seconds since 1970. */
int64_t x509_from(const struct x509 *cert);
int64_t x509_till(const struct x509 *cert);

/* The subject, "CN=web,O=Example" (RFC 4514), for messages. */
const char *x509_subject(arena *mem, const struct x509 *cert);

/* The alternative names: mail addresses, URIs, DNS names, and names of the type oid (may be NULL) that are texts. */
struct x509_names {
	str *p;
	size_t n, cap;
};
void x509_names(arena *mem, const struct x509 *cert, const char *oid, struct x509_names *names);

/* The value of an extension; false where there is none. */
bool x509_extension(const struct x509 *cert, const char *oid, str *ret_value);

/* The text in a value in DER (UTF8String, IA5String, PrintableString); false for another one. */
bool x509_text(arena *mem, str der, str *ret_text);

/* The parts of the subject, as Go names them ("C", "ST", "O", …; a dotted number for what has no such name), in order. joined: it
 * belongs to the same step as the one before. */
struct x509_part {
	const char *name;
	str value;
	bool joined;
};
struct x509_parts {
	struct x509_part *p;
	size_t n, cap;
};
void x509_parts(arena *mem, const struct x509 *cert, struct x509_parts *parts);

/* Does it name a place that tells whether it was revoked (OCSP, a list)? */
bool x509_revocable(const struct x509 *cert);

/* Is it signed by itself? */
bool x509_is_root(const struct x509 *cert);

/* The chain from cert, first, over others to one of the roots, last, each valid at that time (seconds since 1970) and allowed to sign
 * code. ERR_INVALID: certificate has expired, unable to get local issuer certificate, … */
err *x509_chain(arena *mem, const struct x509 *cert, const struct x509_list *others,
		const struct x509_list *roots, int64_t at, struct x509_list *ret_chain);

/* OpenSSL's certificate (X509), for the other modules of this folder. */
void *x509_handle(const struct x509 *cert);

#endif
