/*
 * open: the box sops from the command line, for tests: decrypts a file with the keys of a folder and prints it.
 * usage: open KEYS IN OUT FILE [nomac]    IN and OUT are formats: yaml, json, dotenv, ini, binary.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/path.h"
#include "pack/tree.h"
#include "sops/sops.h"

static enum sops_format format_of(const char *name)
{
	static const char *const names[] = {[SOPS_BINARY] = "binary",
					    [SOPS_DOTENV] = "dotenv",
					    [SOPS_INI] = "ini",
					    [SOPS_JSON] = "json",
					    [SOPS_YAML] = "yaml"};
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strcmp(name, names[i]))
			return (enum sops_format)i;
	return SOPS_BINARY;
}

static err *add_keys(arena *mem, struct sops_keys *keys, const char *folder)
{
	struct tree *t;
	struct tree_entry *entries;
	size_t n;
	TRY(tree_open(mem, folder, &t));
	TRY(tree_list(mem, t, "", &entries, &n));
	for (size_t i = 0; i < n; i++) {
		str content;
		if (entries[i].kind != TREE_FILE)
			continue;
		TRY(tree_read(mem, t, entries[i].name, 1 << 20, &content));
		TRY_AS(mem, sops_keys_add(keys, entries[i].name, content), "%s", entries[i].name);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	arena *mem = arena_open();
	str data = {0}, plain = {0};
	if (argc < 5)
		return 2;
	arena_secret(mem);
	struct sops_keys *keys = sops_keys_open(mem);
	struct sops_task task = {format_of(argv[2]), format_of(argv[3]), argc == 5};
	err *e = add_keys(mem, keys, argv[1]);
	if (!e)
		e = file_read(mem, argv[4], SOPS_MAX_BYTES * 2, &data);
	if (!e)
		e = sops_decrypt(mem, keys, data, &task, &plain);
	if (e)
		fprintf(stderr, "%s\n", err_text(mem, e));
	else
		fwrite(plain.p, 1, plain.n, stdout);
	int code = e != NULL;
	arena_close(mem);
	return code;
}
