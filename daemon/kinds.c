#include "kinds.h"

#include "house.h"
#include "kind/kustomization.h"

const struct kind *const kinds[] = {
	&kustomization_kind,
	NULL,
};

const struct house_part house_parts[] = {
	{"applied objects", kustomization_open, NULL, kustomization_close},
	{NULL, NULL, NULL, NULL},
};
