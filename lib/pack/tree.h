/*
 * tree: a folder to read from, confined to its root: an unpacked artifact, a folder of the user, or
 * files in memory. Paths are relative to the root, slash-separated, cleaned; "" and "." are the root. What leads out of
 * the root (.., an absolute path, a symlink whose target is outside) is ERR_FORBIDDEN. Any thread may read.
 */
#ifndef SLUICE_TREE_H
#define SLUICE_TREE_H

#include "base/err.h"
#include "base/map.h"

struct tree;

enum tree_kind { TREE_NONE, TREE_FILE, TREE_DIR, TREE_LINK, TREE_OTHER };

struct tree_entry {
	const char *name;
	enum tree_kind kind; /* of the entry itself: a symlink is TREE_LINK */
	size_t size;
	bool executable;
};

/* A folder on disk. Held open: renamed or replaced folders do not matter. Closed with mem. */
err *tree_open(arena *mem, const char *dir, struct tree **ret_tree);

/* An empty tree in memory, and files put into it (folders come by themselves). */
struct tree *tree_memory(arena *mem);
void tree_put(struct tree *t, const char *path, str content);

/* Reads a file's bytes into mem, at most max (ERR_LIMIT beyond). */
typedef err *tree_source(void *from, arena *mem, const void *id, size_t max, str *ret_bytes);

/* Puts a file whose bytes read(from, …, id, …) gives each time that they are wanted; a symlink; an empty folder. from and id
 * have to stay. Size and mode are not known. */
void tree_put_lazy(struct tree *t, const char *path, tree_source *read, void *from, const void *id);
void tree_put_link(struct tree *t, const char *path, const char *target);
void tree_put_dir(struct tree *t, const char *path);

/* The path of the root as error texts show it; "" in memory. Or what they are to show instead, in mem of the
 * tree: users know the source, not the folder in which it lies here. */
const char *tree_root(const struct tree *t);
void tree_show_as(struct tree *t, const char *root);

/* What is there; symlinks inside the root are followed (at most 40). TREE_NONE when nothing is. */
err *tree_stat(arena *mem, const struct tree *t, const char *path, struct tree_entry *ret_entry);

/* A regular file's bytes, at most max (ERR_LIMIT beyond); ERR_NOT_FOUND "open <path>: no such file or directory"; ERR_INVALID for a folder or a device. */
err *tree_read(arena *mem, const struct tree *t, const char *path, size_t max, str *ret_content);

/* The entries of a folder, sorted by name, at most 100 000 (ERR_LIMIT). */
err *tree_list(arena *mem, const struct tree *t, const char *path, struct tree_entry **ret_entries,
	       size_t *ret_n);

/* The path with all symlinks resolved, relative to the root. Of a path that leads to nothing the text names the element that is
 * missing, "lstat <path>: no such file or directory". */
err *tree_resolve(arena *mem, const struct tree *t, const char *path, const char **ret_path);

#endif
