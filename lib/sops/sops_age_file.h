/*
 * sops_age_file: the form of an age file: armor, header and payload. A part of sops; nothing here is
 * secret but the payload's key.
 */
#ifndef SLUICE_SOPS_AGE_FILE_H
#define SLUICE_SOPS_AGE_FILE_H

#include "base/err.h"
#include "base/str.h"

#define SOPS_AGE_NONCE 16 /* bytes before the payload's text */

/* "-> TYPE ARG…" and a body: the file key for one recipient. */
struct sops_age_stanza {
	str type;
	str *args;
	size_t n;
	str body;
};

struct sops_age_file {
	struct sops_age_stanza *stanzas;
	size_t n, cap;
	str signed_part; /* of the header: what its MAC is over */
	str mac;
	str payload; /* from the nonce on; at least that */
};

/* Out of the armor; ERR_INVALID with age's text, "invalid armor: …", and *ret_file is what came before. */
err *sops_age_unarmor(arena *mem, str armored, str *ret_file);

/* The parts of a file. ERR_INVALID with age's text, ERR_LIMIT. */
err *sops_age_parse(arena *mem, str file, struct sops_age_file *ret);

/* base64 without padding, in its only form; false for anything else. */
bool sops_age_unbase64(arena *mem, str text, str *ret);

/* The text below the payload's nonce: chunks of 64 KiB, each sealed. */
err *sops_age_payload(arena *mem, str file_key, str payload, str *ret);

#endif
