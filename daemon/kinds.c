#include "kinds.h"

#include "house.h"

const struct kind *const kinds[] = {
	NULL,
};

const struct house_part house_parts[] = {
	{NULL, NULL, NULL, NULL},
};
