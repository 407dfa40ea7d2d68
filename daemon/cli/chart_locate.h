/*
 * chart_locate: charts that a command line names by where they are served: oci://…, https://…/x.tgz, or a name
 * in the repository of --repo; with helm's flags for them, its rules and its error texts.
 */
#ifndef SLUICE_CHART_LOCATE_H
#define SLUICE_CHART_LOCATE_H

#include "base/err.h"
#include "cli/flags.h"

struct chart_from {
	const char *version, *repo;
	const char *username, *password;
	const char *cert_file, *key_file, *ca_file, *registry_config;
	bool plain_http, insecure, pass_credentials, devel;
};

/* Rows of a table of flags, for a struct chart_from that is a member of the request. */
#define CHART_FROM_FLAGS(type, member)                                                             \
	{"version", 0, FLAG_TEXT, offsetof(type, member.version), NULL, NULL},                     \
		{"repo", 0, FLAG_TEXT, offsetof(type, member.repo), NULL, NULL},                   \
		{"username", 0, FLAG_TEXT, offsetof(type, member.username), NULL, NULL},           \
		{"password", 0, FLAG_TEXT, offsetof(type, member.password), NULL, NULL},           \
		{"cert-file", 0, FLAG_TEXT, offsetof(type, member.cert_file), NULL, NULL},         \
		{"key-file", 0, FLAG_TEXT, offsetof(type, member.key_file), NULL, NULL},           \
		{"ca-file", 0, FLAG_TEXT, offsetof(type, member.ca_file), NULL, NULL},             \
		{"registry-config",                                                                \
		 0,                                                                                \
		 FLAG_TEXT,                                                                        \
		 offsetof(type, member.registry_config),                                           \
		 NULL,                                                                             \
		 NULL},                                                                            \
		{"plain-http", 0, FLAG_SWITCH, offsetof(type, member.plain_http), NULL, NULL},     \
		{"insecure-skip-tls-verify",	  0,	FLAG_SWITCH,                               \
		 offsetof(type, member.insecure), NULL, NULL},                                     \
		{"pass-credentials",                                                               \
		 0,                                                                                \
		 FLAG_SWITCH,                                                                      \
		 offsetof(type, member.pass_credentials),                                          \
		 NULL,                                                                             \
		 NULL},                                                                            \
	{                                                                                          \
		"devel", 0, FLAG_SWITCH, offsetof(type, member.devel), NULL, NULL                  \
	}

#define CHART_FROM_USAGE                                                                           \
	"      --repo URL             CHART is a name in this repository\n"                        \
	"      --version V            a version, or a range of them; the newest by default\n"      \
	"      --devel                prereleases too, without --version\n"                        \
	"      --username U, --password P\n"                                                       \
	"      --cert-file F, --key-file F, --ca-file F\n"                                         \
	"      --insecure-skip-tls-verify, --plain-http, --pass-credentials\n"                     \
	"      --registry-config F    passwords of registries, as docker login leaves them\n"

/* Is the chart served somewhere, rather than on the disk? */
bool chart_is_served(const struct chart_from *from, const char *chart);

/* Gets the chart's archive. */
err *chart_get(arena *mem, const struct chart_from *from, const char *chart, str *ret_packed);

#endif
