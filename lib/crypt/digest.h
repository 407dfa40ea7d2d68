/*
 * digest: SHA-1, SHA-256, SHA-384, SHA-512 and HMAC, of bytes at hand or of a stream. With the rest of
 * crypt/ the only door to OpenSSL. Any thread; a stream belongs to one.
 */
#ifndef SLUICE_DIGEST_H
#define SLUICE_DIGEST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum digest_kind { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

#define DIGEST_MAX 64

/* "sha1", "sha256", …; and a name read, false for another. */
const char *digest_name(enum digest_kind kind);
bool digest_parse(str name, enum digest_kind *ret_kind);

/* Bytes of one digest of that kind: 20 to 64. */
size_t digest_size(enum digest_kind kind);

/* The digest of bytes: raw, as lower-case hexadecimal, as "sha256:<hex>". */
str digest_raw(arena *mem, enum digest_kind kind, str bytes);
char *digest_hex(arena *mem, enum digest_kind kind, str bytes);
char *digest_text(arena *mem, enum digest_kind kind, str bytes);

/* The keyed digest (RFC 2104), raw and as hexadecimal. */
str digest_hmac(arena *mem, enum digest_kind kind, str key, str bytes);
char *digest_hmac_hex(arena *mem, enum digest_kind kind, str key, str bytes);

/* SHA3-256 (n is 32) or SHA3-512 (64); n bytes of SHAKE128 or SHAKE256 (FIPS 202). */
str digest_sha3(arena *mem, size_t n, str bytes);
str digest_shake(arena *mem, int strength, str bytes, size_t n);

/* A digest of what comes piece by piece. It lives in mem; digest_end gives "<name>:<hex>" and may be
 * called once. */
struct digest *digest_begin(arena *mem, enum digest_kind kind);
void digest_add(struct digest *d, str bytes);
char *digest_end(struct digest *d);

/* Splits "sha256:<hex>"; false when the name is not known or the rest not the right number of hex digits. */
bool digest_split(str text, enum digest_kind *ret_kind, str *ret_hex);

/* Are both equal? Takes as long wherever they differ, so a secret can be compared. */
bool digest_equal(str a, str b);

#endif
