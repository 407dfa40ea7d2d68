/*
 * file: whole files and folders on the local disk. Blocking; errors name the path.
 */
#ifndef SLUICE_FILE_H
#define SLUICE_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* The whole file, at most max bytes (ERR_LIMIT beyond). */
err *file_read(arena *mem, const char *path, size_t max, str *ret_content);

/* Writes a new file beside path and renames it over path, so a reader sees the old or the new. */
err *file_write(arena *mem, const char *path, str content, mode_t mode);

/* Makes the folder and its parents, mode 0700. */
err *file_mkdirs(arena *mem, const char *path);

/* A new private folder "<parent>/<prefix>XXXXXX" that goes, with all in it, when mem closes. */
err *file_temp_dir(arena *mem, const char *parent, const char *prefix, char **ret_path);

/* Removes a folder with all in it; links are removed, never followed. No error if it is not there.
 */
err *file_remove_tree(arena *mem, const char *path);

/* Is anything there, a folder too? A broken link is nothing. */
bool file_exists(const char *path);

#endif
