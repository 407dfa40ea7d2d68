/*
 * tmpl_object: Helm's built-in objects: .Files, .Capabilities, and the methods of .Values.
 */
#ifndef SLUICE_TMPL_OBJECT_H
#define SLUICE_TMPL_OBJECT_H

#include "tmpl/tmpl_func.h"

extern const struct tmpl_method tmpl_object_methods[];

struct tmpl_file {
	const char *name;
	str text;
};

struct tmpl_capabilities {
	const char *kube_version;    /* "v1.34.0-gke.1": Version and GitVersion */
	const char *kube_normalized; /* "v1.34.0": String; empty: as kube_version */
	const char *kube_major, *kube_minor;
	const char *const *api_versions;
	size_t api_version_count;
	const char *helm_version, *helm_git_commit, *helm_git_tree_state, *helm_go_version,
		*helm_kube_client;
};

/* .Files: path and contents; the bytes are not copied. */
struct tv tmpl_files(arena *mem, const struct tmpl_file *files, size_t n);

/* .Capabilities; the texts are not copied. */
struct tv tmpl_capabilities(arena *mem, const struct tmpl_capabilities *from);

#endif
