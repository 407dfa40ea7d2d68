/*
 * The plain driver of a fuzz target: runs it over the files of its corpus and prints TAP. The
 * folder is test/fuzz/corpus/<name of this program>, or the arguments.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		return 0;
	fseek(f, 0, SEEK_END);
	long size = ftell(f);
	rewind(f);
	uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
	size_t got = data && size > 0 ? fread(data, 1, (size_t)size, f) : 0;
	fclose(f);
	if (data)
		LLVMFuzzerTestOneInput(data, got);
	free(data);
	return 1;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	char folder[512], path[1024];
	int files = 0;
	snprintf(folder, sizeof(folder), "%s/%s", argc > 1 ? argv[1] : "test/fuzz/corpus", name);
	DIR *dir = opendir(folder);
	if (!dir) {
		printf("1..1\nnot ok 1 - no corpus in %s\n", folder);
		return 1;
	}
	for (struct dirent *e; (e = readdir(dir));) {
		snprintf(path, sizeof(path), "%s/%s", folder, e->d_name);
		if (e->d_name[0] != '.')
			files += run_file(path);
	}
	closedir(dir);
	printf("1..1\n%s 1 - %s over %d files\n", files ? "ok" : "not ok", name, files);
	return files ? 0 : 1;
}
