/*
 * sops_meta: what a file says about its own encryption: which values are encrypted, when it was
 * written, its MAC, and which master keys can open its data key. A part of sops.
 */
#ifndef SLUICE_SOPS_META_H
#define SLUICE_SOPS_META_H

#include "data/val.h"
#include "sops/sops_tree.h"

/* In the order in which a group has them. */
enum sops_key_kind {
	SOPS_KEY_AWS,
	SOPS_KEY_GCP,
	SOPS_KEY_HUAWEI, /* known, and refused when it is needed */
	SOPS_KEY_AZURE,
	SOPS_KEY_VAULT,
	SOPS_KEY_PGP,
	SOPS_KEY_AGE,
};
#define SOPS_KEY_KINDS 7

/* A master key: which one, and the data key encrypted with it. */
struct sops_key {
	enum sops_key_kind kind;
	str enc;
	const char *name; /* as texts name it; never NULL */
	const val *entry; /* the map it was read from: arn, role, context; vault_url; … */
};

struct sops_group {
	struct sops_key *p;
	size_t n, cap;
};

enum sops_rule {
	SOPS_UNENCRYPTED_SUFFIX,
	SOPS_ENCRYPTED_SUFFIX,
	SOPS_UNENCRYPTED_REGEX,
	SOPS_ENCRYPTED_REGEX,
	SOPS_UNENCRYPTED_COMMENT_REGEX,
	SOPS_ENCRYPTED_COMMENT_REGEX,
};

struct sops_meta {
	enum sops_rule rule;
	str pattern;		   /* the rule's suffix or expression */
	str mac;		   /* encrypted */
	const char *last_modified; /* RFC 3339, without fractions: it authenticates the MAC */
	bool mac_only_encrypted;
	int64_t threshold; /* of groups; 0: none given */
	struct {
		struct sops_group *p;
		size_t n, cap;
	} groups;
};

/* Where a format keeps them. */
enum sops_place {
	SOPS_NESTED,  /* below the key sops (YAML, JSON) */
	SOPS_SECTION, /* flat, in the section sops (INI) */
	SOPS_FLAT,    /* flat, with sops_ before each (dotenv) */
};

/* Takes them out of the documents. ERR_INVALID with SOPS' text, "sops metadata not found" for none. */
err *sops_meta_take(arena *mem, struct sops_docs *docs, enum sops_place place,
		    struct sops_meta *ret_meta);

#endif
