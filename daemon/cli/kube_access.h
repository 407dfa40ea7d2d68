/*
 * kube_access: which cluster a command line means, by helm's flags and variables: --kubeconfig, --kube-context and the
 * like over KUBECONFIG and ~/.kube/config. Source of the rules: helm 4.2.4 and client-go's loading of kubeconfigs.
 */
#ifndef SLUICE_KUBE_ACCESS_H
#define SLUICE_KUBE_ACCESS_H

#include "cli/flags.h"
#include "kube/config.h"

struct kube_access {
	const char *ns; /* -n; NULL: not given */
	const char *kubeconfig, *context, *server, *token, *as_user, *ca_file, *tls_name;
	flag_texts as_groups;
	bool insecure;
};

/* Rows of a table of flags, for a struct kube_access that is a member of the request. */
#define KUBE_ACCESS_FLAGS(type, member)                                                            \
	{"namespace", 'n', FLAG_TEXT, offsetof(type, member.ns), NULL, NULL},                      \
		{"kubeconfig", 0, FLAG_TEXT, offsetof(type, member.kubeconfig), NULL, NULL},       \
		{"kube-context", 0, FLAG_TEXT, offsetof(type, member.context), NULL, NULL},        \
		{"kube-apiserver", 0, FLAG_TEXT, offsetof(type, member.server), NULL, NULL},       \
		{"kube-token", 0, FLAG_TEXT, offsetof(type, member.token), NULL, NULL},            \
		{"kube-as-user", 0, FLAG_TEXT, offsetof(type, member.as_user), NULL, NULL},        \
		{"kube-as-group", 0, FLAG_TEXTS, offsetof(type, member.as_groups), NULL, NULL},    \
		{"kube-ca-file", 0, FLAG_TEXT, offsetof(type, member.ca_file), NULL, NULL},        \
		{"kube-insecure-skip-tls-verify", 0,	FLAG_SWITCH,                               \
		 offsetof(type, member.insecure), NULL, NULL},                                     \
	{                                                                                          \
		"kube-tls-server-name", 0, FLAG_TEXT, offsetof(type, member.tls_name), NULL, NULL  \
	}

#define KUBE_ACCESS_USAGE                                                                          \
	"      --kubeconfig F         instead of $KUBECONFIG and ~/.kube/config\n"                 \
	"      --kube-context C       instead of the kubeconfig's current one\n"                   \
	"      --kube-apiserver URL, --kube-token T, --kube-ca-file F, --kube-tls-server-name "    \
	"N,\n"                                                                                     \
	"      --kube-insecure-skip-tls-verify, --kube-as-user U, --kube-as-group G (repeated)\n"

/* The namespace: -n, HELM_NAMESPACE, the context's, "default". What is wrong with a kubeconfig does not matter here. */
const char *kube_access_namespace(arena *mem, const struct kube_access *a);

/* How to reach the cluster. ERR_INVALID, ERR_NOT_FOUND with helm's texts. */
err *kube_access_config(arena *mem, const struct kube_access *a, struct config **ret_config);

#endif
