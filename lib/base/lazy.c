#include "base/lazy.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

static void *there(void *found)
{
	if (!found) {
		fprintf(stderr, "sluice: %s\n", dlerror());
		exit(1);
	}
	return found;
}

void *lazy_open(const char *file)
{
	return there(dlopen(file, RTLD_NOW | RTLD_LOCAL));
}

void *lazy_find(void *library, const char *name)
{
	return there(dlsym(library, name));
}
