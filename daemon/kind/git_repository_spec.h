/*
 * git_repository_spec: the GitRepository's spec and status as tables of fields, and the structs that
 * they fill.
 */
#ifndef SLUICE_GIT_REPOSITORY_SPEC_H
#define SLUICE_GIT_REPOSITORY_SPEC_H

#include "data/fields.h"

struct git_ref {
	const char *branch, *tag, *semver, *name, *commit;
};

struct git_name {
	const char *name;
};

struct git_verify {
	const char *mode;
	struct git_name *secret;
};

struct git_include {
	struct git_name *repository;
	const char *from, *to;
};

struct git_repository {
	const char *url;
	int64_t interval, timeout;
	struct git_name *secret, *proxy;
	const char *provider, *account;
	struct git_ref *ref;
	struct git_verify *verify;
	const char *ignore;
	bool suspend, submodules;
	struct field_list include; /* of struct git_include */
	struct field_texts sparse;
	const char *implementation;
	const val *access;
};

extern const struct field git_repository_spec_fields[], git_repository_status_fields[];
extern const char git_repository_rules[];

#endif
