/*
 * address: where sources and charts are, in the words of their specs: URLs of Helm repositories,
 * references to OCI artifacts, names and paths of charts, paths of stored artifacts. Pure.
 */
#ifndef SLUICE_ADDRESS_H
#define SLUICE_ADDRESS_H

#include "base/err.h"
#include "base/str.h"

/* The URL of a Helm repository with one slash at the end, of one in a registry with none. ERR_INVALID
 * with Go's text for what is no URL. */
err *address_normalize(arena *mem, const char *url, char **ret_url);

/* May a chart's dependency come from there? http, https and oci; ERR_INVALID otherwise. */
err *address_check_dependency(arena *mem, const char *url);

/* "oci://ghcr.io/org/app:v1" as a reference, ghcr.io/org/app:v1, and as the name of its repository,
 * ghcr.io/org/app. Without a registry it is Docker Hub's. */
err *address_oci(arena *mem, const char *url, const char **ret_reference);
err *address_oci_repository(arena *mem, const char *url, char **ret_repository);

/* May it be the name of a chart in a repository? A path below a folder that was unpacked? */
err *address_check_chart(arena *mem, const char *name);
err *address_check_local(arena *mem, const char *folder, const char *path);

/* The folder of an object's artifacts below the storage: "helmchart/apps/web", and a file in it. */
char *address_folder(arena *mem, const char *kind, const char *ns, const char *name);
char *address_file(arena *mem, const char *kind, const char *ns, const char *name,
		   const char *file);

#endif
