/*
 * sha256: SHA-256 (FIPS 180-4) without OpenSSL, for a program that would load it for a few small digests only. A
 * sixth as quick as OpenSSL's; digest decides whose is taken. Any thread.
 */
#ifndef SLUICE_SHA256_H
#define SLUICE_SHA256_H

#include <stdint.h>

#include "base/str.h"

#define SHA256_SIZE 32

/* The digest of bytes. */
void sha256(str bytes, unsigned char ret[SHA256_SIZE]);

#endif
