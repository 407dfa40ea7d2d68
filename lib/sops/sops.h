/*
 * sops: decrypts files that SOPS has encrypted (YAML, JSON, dotenv, INI, binary), as a pure function:
 * bytes and keys in, bytes out. The printed bytes and the wording of errors are those of SOPS 3.13 in
 * Flux. No error, no log holds anything of a key or a value. What comes out lies in mem, and so does
 * much on the way: let it be an arena that is wiped (arena_secret).
 *
 *	struct sops_keys *keys = sops_keys_open(mem);
 *	TRY(sops_keys_add(keys, "ci.agekey", content));
 *	TRY(sops_decrypt(mem, keys, data, &(struct sops_task){SOPS_YAML, SOPS_YAML}, &plain));
 */
#ifndef SLUICE_SOPS_H
#define SLUICE_SOPS_H

#include "sops/sops_keys.h"
#include "sops/sops_tree.h"

struct sops_task {
	enum sops_format in, out;
	bool check_mac; /* Flux does not: kustomize may have changed what stands beside the values */
};

/* The file in plain. ERR_INVALID, ERR_UNAUTHORIZED (no key opens it, or it was tampered with),
 * ERR_LIMIT. Of failed services the text; the code is ERR_UNAUTHORIZED all the same. */
err *sops_decrypt(arena *mem, struct sops_keys *keys, str data, const struct sops_task *task,
		  str *ret);

/* By a file's name: .yaml, .yml, .json, .env, .ini, else binary; what ends in .dockerconfigjson is JSON. */
enum sops_format sops_format_of(const char *path);

/* Does the content look like an encrypted file of that format? */
bool sops_marked(str content, enum sops_format format);

/* The format that an encrypted content looks like; false for one that looks like none. JSON and binary
 * look alike: binary is what has nothing but data. */
bool sops_detect(arena *mem, str content, enum sops_format *ret);

#endif
